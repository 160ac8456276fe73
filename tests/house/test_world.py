"""The world that a test gets from memory is the world that was built, and goes again."""

import pytest
from django.db import connection, transaction
from django.forms.models import model_to_dict

from accounts.models import User
from tests import world as worlds
from tests.emptying import WRITTEN_BY_MIGRATING, empty
from tests.world import World

pytestmark = pytest.mark.django_db


def rows_of_each_table() -> dict[str, int]:
    with connection.cursor() as cursor:
        found = {}
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            found[table] = cursor.fetchone()[0]
    return found


def undone() -> tuple[World, dict[str, int]]:
    with transaction.atomic():
        world, rows = worlds.lay(), rows_of_each_table()
        transaction.set_rollback(True)
    return world, rows


def test_memory_makes_the_same_rows_and_histories(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worlds, "_kept", {})
    built, first = undone()
    _remembered, second = undone()
    remembered, third = undone()  # by now as one piece of SQL
    assert first == second == third
    assert remembered is not built
    assert remembered.head.username == built.head.username
    worlds.lay()
    head = User.objects.get(pk=remembered.head.pk)
    assert model_to_dict(head) == model_to_dict(remembered.head)
    assert head.check_password("mat-khau-thu-123")


@pytest.mark.usefixtures("world")
def test_a_test_that_commits_leaves_what_migrating_wrote_and_nothing_else() -> None:
    before = rows_of_each_table()
    empty()
    kept = {table: rows for table, rows in rows_of_each_table().items() if rows}
    assert kept == {table: before[table] for table in WRITTEN_BY_MIGRATING}


def test_rows_made_later_take_no_key_of_the_world(world: World) -> None:
    newest = User.objects.latest("pk")
    assert User.objects.create_user("moi", "mat-khau-thu-123", full_name="Mới").pk > newest.pk
