"""Migration operations of the house."""

from django.apps.registry import Apps
from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


def ward_keys(model: type[models.Model]) -> list[models.ForeignKey]:
    """The foreign keys of a ward's row that lead to another ward's row."""
    if "ward" not in {f.name for f in model._meta.fields}:
        return []
    return [
        f
        for f in model._meta.concrete_fields
        if isinstance(f, models.ForeignKey)
        and getattr(f, "db_constraint", True)
        # A migration may have given the other class a ward since this one was rendered.
        and "ward" in {t.name for t in model._meta.apps.get_model(f.related_model._meta.label)._meta.fields}
    ]


def key_name(table: str, column: str) -> str:
    return f"{table[:40]}_{column[:14]}_ward"


class SameWardKeys(Operation):
    """Every foreign key between two rows of wards also agrees in ward: (ward_id, x_id) references (ward_id, id).

    Adds what is missing for all models of the app, so a later migration of the app only repeats this line.
    """

    reduces_to_sql = True
    reversible = True

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The state of the models does not change."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        apps: Apps = to_state.apps
        for model in apps.get_app_config(app_label).get_models():
            for field in ward_keys(model):
                target = field.related_model._meta.db_table
                self._ensure_unique(schema_editor, target)
                self._ensure_key(schema_editor, model._meta.db_table, field.column, target)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Left in place: the tables go with their own migration."""

    def describe(self) -> str:
        return "Foreign keys agree in ward"

    def _ensure_unique(self, editor: BaseDatabaseSchemaEditor, table: str) -> None:
        name = f"{table[:50]}_ward_row"
        if not self._exists(editor, name):
            editor.execute(f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" UNIQUE (ward_id, id)')

    def _ensure_key(self, editor: BaseDatabaseSchemaEditor, table: str, column: str, target: str) -> None:
        name = key_name(table, column)
        if not self._exists(editor, name):
            editor.execute(
                f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" FOREIGN KEY (ward_id, "{column}") '
                f'REFERENCES "{target}" (ward_id, id) DEFERRABLE INITIALLY DEFERRED'
            )

    def _exists(self, editor: BaseDatabaseSchemaEditor, name: str) -> bool:
        with editor.connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_constraint WHERE conname = %s", [name])
            return cursor.fetchone() is not None
