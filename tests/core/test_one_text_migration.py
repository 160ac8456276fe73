"""Columns that the old functions wrote are written anew, with their indexes."""

from importlib import import_module

import pytest
from django.db import connection

from accounts.models import Unit
from tests import factories as build
from tests.world import World

migration = import_module("core.migrations.0002_one_text")
INDEXES = "SELECT indexname FROM pg_indexes WHERE tablename = 'accounts_unit' ORDER BY 1"


@pytest.mark.slow
def test_rows_of_the_first_edition_are_found_and_ordered_after_the_migration(world: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(INDEXES)
        indexes = cursor.fetchall()
        cursor.execute(migration.OLD)
        unit = build.unit(world.ward, name="“Ngõ  sạch” – tổ 7")
        assert not Unit.objects.filter(search_key="ngo sach to 7").exists()
        cursor.execute(migration.NEW)
        cursor.execute(migration.REBUILD)
        assert Unit.objects.get(search_key="ngo sach to 7") == unit
        cursor.execute("SELECT sort_key = vi_key(name) FROM accounts_unit")
        assert {row[0] for row in cursor.fetchall()} == {True}
        cursor.execute(INDEXES)
        assert cursor.fetchall() == indexes
