from typing import Any

from django.core.management.commands import migrate
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from core import past
from wardportal.quick_migrations import migrate_empty

# They know the columns of the version that made them: a history would be written without a new one. Django's signal
# after migrating makes today's, also when a migration failed and the next start goes on.
LET_TRIGGERS_GO = """DO $$
DECLARE made record;
BEGIN
    FOR made IN SELECT tgname AS name, tgrelid::regclass AS of_table FROM pg_trigger
        WHERE NOT tgisinternal AND tgname LIKE 'pgtrigger\\_%' LOOP
        EXECUTE format('DROP TRIGGER %I ON %s', made.name, made.of_table);
    END LOOP;
END $$"""


class Command(migrate.Command):
    """Django's own command, made quick on an empty database, with the views of the past made anew after it."""

    def handle(self, *args: Any, **options: Any) -> None:
        if options["plan"] or options["check_unapplied"]:
            super().handle(*args, **options)
            return
        past.remove()
        self._migrate(*args, **options)
        past.install()

    def _migrate(self, *args: Any, **options: Any) -> None:
        connection, self.verbosity = connections[options["database"]], options["verbosity"]
        progress: Any = self.migration_progress_callback
        executor = MigrationExecutor(connection, progress)
        if executor.loader.applied_migrations:
            if executor.migration_plan(executor.loader.graph.leaf_nodes()):
                with connection.cursor() as cursor:
                    cursor.execute(LET_TRIGGERS_GO)
        elif not (options["app_label"] or options["fake"]):
            migrate_empty(executor)
            options["verbosity"] = 0  # nothing is left to apply; it makes the permissions and the triggers
        super().handle(*args, **options)
