"""Migrating in seconds instead of minutes, an empty database and a filled one alike.

After each operation Django renders every related model class anew, and here nearly all are related through ward and
user: some two hundred classes, hundreds of times. The schema needs less: the changed class, rendered alone. Classes
that point to it keep its former self, of which the schema reads the table's name and the key's type only; so no
migration may alter a primary key. Code that a migration runs over rows gets all classes rendered anew, Django's own way
with what it delays. That migrations lead to what the models say is held by tests/wardportal/test_upgrade.py.
"""

from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ProjectState


class QuickState(ProjectState):
    """What Django knows of the models while it migrates, with one class rendered anew for each change."""

    def _find_reload_model(self, app_label: str, model_name: str, delay: bool = False) -> set[tuple[str, str]]:
        self.is_delayed = True
        return {(app_label, model_name)}

    def clone(self) -> "QuickState":
        clone = super().clone()
        clone.__class__ = QuickState
        return clone  # type: ignore[return-value]  # as the line above has made it


class QuickExecutor(MigrationExecutor):
    def _create_project_state(self, with_applied_migrations: bool = False) -> QuickState:
        state = super()._create_project_state(with_applied_migrations)  # type: ignore[misc]  # not in the stubs
        return QuickState(models=state.models, real_apps=state.real_apps)
