from typing import Any

from django.core.management.commands import migrate
from django.db import connections

from core import past
from wardportal.quick_migrations import QuickExecutor

migrate.MigrationExecutor = QuickExecutor  # type: ignore[attr-defined]  # which Django's command asks for by name

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
    """Django's own command, made quick, with the views of the past made anew after it."""

    def handle(self, *args: Any, **options: Any) -> None:
        if options["plan"] or options["check_unapplied"]:
            super().handle(*args, **options)
            return
        past.remove()
        self._migrate(*args, **options)
        past.install()

    def _migrate(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        executor = QuickExecutor(connection)
        if executor.loader.applied_migrations and executor.migration_plan(executor.loader.graph.leaf_nodes()):
            with connection.cursor() as cursor:
                cursor.execute(LET_TRIGGERS_GO)
        super().handle(*args, **options)
