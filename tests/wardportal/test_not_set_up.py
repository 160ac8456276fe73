"""Every command on a database that was never set up: it works without tables, or says in a sentence what to do."""

import os
from collections.abc import Iterator

import pytest
from django.core.management import get_commands
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from tests.plugin import _administration
from wardportal import command_line

pytestmark = pytest.mark.django_db
EXEMPT = command_line.NEED_NO_TABLES | command_line.NEED_NONE | command_line.BRING_THEIR_OWN
WITHOUT_TABLES = {"showmigrations": ["accounts"], "sqlmigrate": ["accounts", "0001"], "roles": []}


@pytest.fixture(scope="module")
def empty_database(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The connection leads to a database without any table, and back again afterwards."""
    name, so_far = f"empty_{os.getpid()}", connection.settings_dict["NAME"]
    with _administration() as server, django_db_blocker.unblock():
        server.autocommit = True
        server.cursor().execute(f"CREATE DATABASE {name}")
        connection.close()
        connection.settings_dict["NAME"] = name
        try:
            yield
        finally:
            connection.close()
            connection.settings_dict["NAME"] = so_far
            server.cursor().execute(f"DROP DATABASE {name}")


@pytest.mark.parametrize("command", sorted(set(get_commands()) - EXEMPT))
def test_a_command_says_that_nothing_is_set_up(empty_database: None, command: str) -> None:
    with pytest.raises(SystemExit) as ended:
        command_line._execute(["manage.py", command])
    assert ended.value.code == command_line.NOT_SET_UP


@pytest.mark.parametrize("command", WITHOUT_TABLES)
def test_what_needs_no_tables_works(empty_database: None, command: str, capsys: pytest.CaptureFixture) -> None:
    command_line._execute(["manage.py", command, *WITHOUT_TABLES[command]])
    assert capsys.readouterr().out


def test_the_exempt_commands_exist() -> None:
    assert not command_line.NEED_NO_TABLES - set(get_commands())
