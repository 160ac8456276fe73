"""Columns that the old functions wrote are written anew, with their indexes."""

from importlib import import_module

import pytest
from django.db import connection

from accounts.models import Unit
from tests import factories as build
from tests.world import World

migration = import_module("core.migrations.0002_one_text")
quicker = import_module("core.migrations.0003_quicker_text")
FUNCTIONS = ["vi_plain", "vi_marked", "vi_fold", "vi_key", "vi_name_key"]
# Latin, Vietnamese, marks, signs and blanks, ligatures and wide letters; of the others each seventh.
ODD_SIGNS = sorted(
    {*range(1, 0x370), *range(0x1E00, 0x2200), *range(0xFB00, 0xFB07), *range(0xFE00, 0xFFFF), *range(0x370, 0xD800, 7)}
)
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


def test_the_quicker_functions_say_what_those_before_said_of_every_sign(db: None) -> None:
    """Else what is stored would have to be written anew. Each sign alone, within a name and behind a number."""
    words = [text for sign in map(chr, ODD_SIGNS) for text in (sign, f"Đỗ {sign}a{sign} Hoà", f"tổ {sign}7.{sign}")]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        found = []
        for sql in (quicker.SQL, quicker.BEFORE):
            cursor.execute(sql)
            said = ", ".join(f"{function}(w)" for function in FUNCTIONS)
            cursor.execute(f"SELECT {said} FROM unnest(%s::text[]) WITH ORDINALITY t(w, n) ORDER BY n", [words])
            found.append(cursor.fetchall())
    assert found[0] == found[1]
