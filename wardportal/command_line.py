"""What manage.py and `./run COMMAND …` do: run a command with the embedded servers up for as long as it needs them."""

import contextlib
import os
import sys

import django
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

from core import catalogues

BRING_THEIR_OWN = {"up", "restore"}
NEED_NONE = {"help", "messages", "layout", "collectstatic"}
# They make the tables, look at them from outside, or touch none.
NEED_NO_TABLES = {
    *("migrate", "flush", "check", "roles", "watch", "sendtestemail", "diffsettings", "findstatic", "runserver"),
    *("shell", "dbshell", "inspectdb", "createcachetable", "pgtrigger", "test", "testserver"),
    *("makemigrations", "showmigrations", "squashmigrations", "optimizemigration"),
    *("sqlmigrate", "sqlflush", "sqlsequencereset", "startapp", "startproject", "makemessages", "compilemessages"),
}
NOT_SET_UP = (
    "The database is not set up yet: start the portal once with ./run, or set it up with ./run migrate.\n"
    "Cơ sở dữ liệu chưa được thiết lập: hãy chạy ./run một lần, hoặc ./run migrate."
)


def main(arguments: list[str]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wardportal.settings")
    command = arguments[1] if len(arguments) > 1 else "help"
    try:
        with contextlib.suppress(OSError):  # a checkout of another user comes compiled, or speaks English
            catalogues.compile_stale(settings.ROOT)  # before Django loads the catalogues and remembers them
        is_told = any(option in arguments for option in ("--help", "--definitions"))  # nothing is read for it
        if command in BRING_THEIR_OWN | NEED_NONE or command.startswith("-") or is_told:
            execute_from_command_line(arguments)
        else:
            _run_with_servers(command, arguments)
    except ImproperlyConfigured as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit(130)


def _run_with_servers(command: str, arguments: list[str]) -> None:
    from wardportal import embedded

    try:
        with embedded.shared(settings.VAR, by=command):
            _execute(arguments)
    except embedded.CannotStart as error:
        sys.exit(str(error))


def _execute(arguments: list[str]) -> None:
    from django.db import ProgrammingError

    if arguments[1] not in NEED_NO_TABLES and not _has_tables():
        sys.exit(NOT_SET_UP)
    try:
        execute_from_command_line(arguments)
    except ProgrammingError:
        if _lacks_tables():
            sys.exit(NOT_SET_UP)
        raise


def _has_tables() -> bool:
    from django.db import connection

    django.setup()
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('django_migrations') IS NOT NULL")
        return cursor.fetchone()[0]


def _lacks_tables() -> bool:
    """Some of them: the data are of an older version."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    connection.close()
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
