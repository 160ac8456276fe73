from typing import Any

from django.core.management.commands import migrate
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder

from core import past
from wardportal.quick_migrations import quick_migrations


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
        if MigrationRecorder(connections[options["database"]]).applied_migrations():
            super().handle(*args, **options)
        else:
            with quick_migrations():
                super().handle(*args, **options)
