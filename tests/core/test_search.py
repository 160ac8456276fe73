"""What is stored and what is asked go through one function; lists stand in Vietnamese order."""

import unicodedata

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import Unit
from core import text
from core.search import as_typed_first, folded_all, found, in_order
from tests import factories as build
from tests.world import World

LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxyàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵfjwz"
SIGNS = "“”‘’\"'«»…–—-‐‑−_.,;:!?()[]{}/\\|*&%#@+=<>~^`°•·§№₫€½¼×÷→✓"
ODD = "ﬁﬂ０１２３４５６７８９²³¹₂ⅣＡＢÐƉ"
BLANKS = " \u00a0\u2009\u202f\u3000\t\n"
office_text = st.text(st.sampled_from(LETTERS + LETTERS.upper() + "0123456789" + SIGNS + ODD + BLANKS), min_size=1)


def in_database(function: str, words: list[str]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(w) FROM unnest(%s::text[]) WITH ORDINALITY t(w, n) ORDER BY n", [words])
        return [row[0] for row in cursor.fetchall()]


def pasted(words: str) -> list[str]:
    """As a page, Word, a chat program or a PDF file gives them back."""
    straight = words.translate(str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "..."}))
    wide = words.translate({ord("0") + n: 0xFF10 + n for n in range(10)})
    return [
        words.upper(),
        words.lower(),
        unicodedata.normalize("NFD", words),
        words.replace(" ", "\u00a0"),
        words.replace(" ", "  "),
        words.replace("Đ", "Ð").replace("đ", "ɖ"),
        f"“{words}”…",
        "\u200b".join(words),
        straight,
        wide,
    ]


@pytest.mark.django_db
@settings(max_examples=200)
@given(office_text.filter(lambda words: any(sign.isalnum() for sign in unicodedata.normalize("NFKC", words))))
def test_what_is_stored_is_found_by_itself_folded_and_as_it_comes_back_from_elsewhere(words: str) -> None:
    stored = text.nfc(words)
    keys = folded_all([stored, words, *pasted(words)])
    assert folded_all([keys[stored]])[keys[stored]] == keys[stored], "folded twice is folded once"
    assert set(keys.values()) == {keys[stored]}
    assert text.nfc(stored) == stored


@pytest.mark.django_db
@settings(max_examples=100)
@given(office_text, st.data())
def test_every_part_of_what_is_stored_finds_it(words: str, data: st.DataObject) -> None:
    stored = text.nfc(words)
    start = data.draw(st.integers(0, len(stored)))
    part = stored[start : data.draw(st.integers(start, len(stored)))]
    if any(sign.isalnum() for sign in unicodedata.normalize("NFKC", part)):
        keys = folded_all([stored, part])
        assert keys[part] in keys[stored]


@pytest.mark.parametrize(
    "asked",
    [
        "“Ngõ sạch”",
        "sạch” – tổ",
        "ngõ\u00a0sạch",
        'NGO SACH" - to',
        "Ngõ  sạch",
        "tổ ７",
        "sạch”–tổ",
        "to\u0302\u0309 7",
    ],
)
def test_what_was_copied_from_a_page_word_or_zalo_is_found(world: World, asked: str) -> None:
    unit = build.unit(world.ward, name="“Ngõ sạch” – tổ 7", kind=world.cell.kind)
    assert list(Unit.objects.filter(found(asked, "search_key"))) == [unit]


@pytest.mark.parametrize("asked", ["Đông", "Ðông", "Ɖông", "dong", "ÐÔNG"])
@pytest.mark.parametrize("typed", ["Ðông Hải", "Ɖông Hải", "Đông Hải"])
def test_the_look_alikes_of_d_with_a_bar_are_stored_as_it_and_found_as_d(world: World, typed: str, asked: str) -> None:
    unit = build.unit(world.ward, name=typed, kind=world.cell.kind)
    assert unit.name == "Đông Hải"
    assert list(Unit.objects.filter(found(asked, "search_key"))) == [unit]


def test_signs_of_patterns_are_only_signs(world: World) -> None:
    unit = build.unit(world.ward, name="Tổ 50% _ hộ", kind=world.cell.kind)
    for asked in ("%", "_", "\\", "5%h"):
        assert unit not in Unit.objects.filter(found(asked, "search_key"))
    assert unit in Unit.objects.filter(found("50%", "search_key"))


def test_the_index_of_trigrams_serves_what_the_database_folds(world: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = Unit.objects.filter(found("Ngõ sạch 50%", "search_key")).order_by().explain()
    assert "accounts_unit_search" in plan


def test_rows_with_the_marks_as_typed_come_first(world: World) -> None:
    names = ["Dựng", "Đúng", "Dùng", "Dũng"]
    units = [build.unit(world.ward, name=f"Tổ {name} {n}", kind=world.cell.kind) for n, name in enumerate(names)]
    rows = Unit.objects.filter(pk__in=[unit.pk for unit in units]).order_by("pk")
    assert list(as_typed_first(rows, "Dũng", "name")) == [units[3], *units[:3]]
    assert list(as_typed_first(rows, "dung", "name")) == units
    assert as_typed_first(rows, "DÙNG", "name").first() == units[2]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "function, names",
    [
        ("vi_key", ["An", "Ấn", "Dã", "Đào", "Zét"]),
        ("vi_key", ["An", "Án", "An 7", "An 10", "An Bình", "Bá", "“Ba sạch”", "Ca"]),
        ("vi_name_key", ["Hoa", "Hòa", "Hoà", "Uy", "Ủy", "Uỷ"]),
        ("vi_name_key", ["Trần Hoa", "Lê Hòa", "Lê Thị Hoà", "Trần Hòa", "An Uy"]),
        ("vi_key", ["ma", "mà", "mả", "mã", "má", "mạ"]),
    ],
)
def test_names_stand_in_vietnamese_order(function: str, names: list[str]) -> None:
    shuffled = sorted(names)
    keys = in_database(function, shuffled)
    assert [name for _key, name in sorted(zip(keys, shuffled, strict=True))] == names
    with connection.cursor() as cursor:  # in the database's own collation too, whatever that is
        cursor.execute(f'SELECT w FROM unnest(%s::text[]) w ORDER BY {function}(w) COLLATE "C"', [shuffled])
        assert [row[0] for row in cursor.fetchall()] == names


@pytest.mark.django_db
def test_keys_of_order_hold_only_digits_that_every_collation_orders_alike() -> None:
    keys = in_database("vi_key", ["Ngõ 7/2 “Sạch” _ [a] Ø 中", "x"])
    assert all(set(key) <= set("0123456789abcdef") for key in keys)


def test_streets_and_projects_stand_in_that_order(world: World) -> None:
    for name in ("Zét", "Đào", "Ấn", "Dã", "An"):
        build.unit(world.ward, name=name, kind=world.cell.kind, slug=f"u-{ord(name[0])}-{len(name)}")
    rows = Unit.objects.filter(name__in=["Zét", "Đào", "Ấn", "Dã", "An"])
    assert [unit.name for unit in rows.order_by(in_order("name"))] == ["An", "Ấn", "Dã", "Đào", "Zét"]
    assert [unit.name for unit in rows.order_by("sort_key")] == ["An", "Ấn", "Dã", "Đào", "Zét"]
