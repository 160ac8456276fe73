"""Migrating an empty database in seconds instead of a minute.

After each operation Django renders every related model class anew, and here nearly all are related through ward and
user: some thirty classes, hundreds of times. On an empty database less will do: a new model is rendered alone (the
schema needs its columns only), and a constraint or index is told to the class that is there. That the schema is the
same is held by tests/wardportal/test_upgrade.py, which has one that was made in Django's own way. A database with data
is always migrated so.
"""

from typing import Any

from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ProjectState


class EmptyDatabaseState(ProjectState):
    """What Django knows of the models while it migrates, with as few classes rendered anew as a new schema needs."""

    def reload_model(self, app_label: str, model_name: str, delay: bool = False) -> None:
        try:
            self.apps.get_model(app_label, model_name)
        except LookupError:
            self.apps.render_multiple([self.models[app_label, model_name]])
        else:
            super().reload_model(app_label, model_name, delay)

    def add_index(self, app_label: str, model_name: str, index: Any) -> None:
        self._append(app_label, model_name, "indexes", index)

    def add_constraint(self, app_label: str, model_name: str, constraint: Any) -> None:
        self._append(app_label, model_name, "constraints", constraint)

    def _append(self, app_label: str, model_name: str, option: str, value: Any) -> None:
        options, meta = self.models[app_label, model_name].options, self.apps.get_model(app_label, model_name)._meta
        options[option] = [*options.get(option, []), value]
        setattr(meta, option, [*getattr(meta, option), value])


def migrate_empty(executor: MigrationExecutor) -> None:
    state = EmptyDatabaseState(real_apps=executor.loader.unmigrated_apps)
    executor.migrate(executor.loader.graph.leaf_nodes(), state=state)
