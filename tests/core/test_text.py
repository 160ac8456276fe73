import unicodedata
from decimal import Decimal

import pytest
from django import forms
from django.http import QueryDict
from django.utils import translation
from docx import Document
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Unit
from core import text
from core.forms import HouseForm
from tests import factories as build
from tests.world import World

PAPER = Document()


def test_typed_text_is_composed_and_invisible_signs_go() -> None:
    assert text.nfc("  Tra\u0323m\u200b \ufeff") == "Trạm"


@pytest.mark.parametrize(
    "typed, stored",
    [
        ("dòng một\vdòng hai", "dòng một\ndòng hai"),
        ("một\r\nhai\rba\u2028bốn\u2029năm\fsáu", "một\nhai\nba\nbốn\nnăm\nsáu"),
        ("a\x00b\x02c\x07d\x1fe\x7f", "abcde"),
        ("15\x1eKH/ĐU", "15-KH/ĐU"),
        ("cột một\tcột hai", "cột một\tcột hai"),
        ("Nguyễn\u00a0Văn\u202fA\u3000", "Nguyễn Văn A"),
        ("\uf0b7 việc", "• việc"),
        ("Ðảng ủy, Ɖảng ủy, ðảng, ɖảng", "Đảng ủy, Đảng ủy, đảng, đảng"),
        ("nửa chữ\ud800\ufffe", "nửa chữ"),
        ("“giữ nguyên” – 30 m² …", "“giữ nguyên” – 30 m² …"),
    ],
)
def test_the_door_keeps_turns_and_drops_signs_as_its_table_says(typed: str, stored: str) -> None:
    assert text.nfc(typed) == stored


@given(st.text())
def test_what_came_through_the_door_fits_a_paper_a_page_and_the_database(typed: str) -> None:
    stored = text.nfc(typed)
    assert text.nfc(stored) == stored == unicodedata.normalize("NFC", stored)
    assert {sign for sign in stored if unicodedata.category(sign) in ("Cc", "Cs")} <= {"\n", "\t"}
    PAPER.add_paragraph(stored)
    stored.encode()


def test_every_row_comes_in_by_the_door_however_it_is_written(world: World) -> None:
    typed, stored = "Tổ\x07 dân\u00a0phố\v7 Ɖ", "Tổ dân phố\n7 Đ"
    unit = build.unit(world.ward, name=typed)
    assert unit.name == stored
    Unit.objects.filter(pk=unit.pk).update(name=typed)
    unit.refresh_from_db()
    assert unit.name == stored
    assert build.ward(name=typed).name == build.user(typed).full_name == stored


class _Plain(HouseForm):
    words = forms.CharField(max_length=5)
    password = forms.CharField(widget=forms.PasswordInput)


def test_forms_measure_what_is_stored_and_leave_passwords_alone() -> None:
    typed = {"words": "a\r\nb\u200b\u200bcd", "password": "a\u00a0b"}
    as_posted = QueryDict(mutable=True)
    as_posted.update(typed)
    for data in (typed, as_posted):
        form = _Plain(data)
        assert form.is_valid(), form.errors
        assert form.cleaned_data == {"words": "a\nbcd", "password": "a\u00a0b"}


def test_lists_show_initials_and_the_given_name() -> None:
    assert text.initials("Nguyễn Văn Thành") == "N. V. Thành"
    assert text.initials("Đặng  Lụa") == "Đ. Lụa"
    assert text.initials("Mận") == "M."
    assert text.initials("") == ""


@pytest.mark.parametrize(
    "typed, meant",
    [("1.234", "1234"), ("1 234,5", "1234.5"), ("12", "12"), ("0,75", "0.75"), ("-3", "-3"), ("1.234.567", "1234567")],
)
def test_numbers_are_read_as_vietnamese_offices_write_them(typed: str, meant: str) -> None:
    assert text.read_number(typed) == Decimal(meant)


@pytest.mark.parametrize("typed", ["1.5", "1,2,3", "12.34", "abc", "", "1e5", "١٢", "1.234,", "--1"])
def test_a_doubtful_number_is_refused_and_never_guessed(typed: str) -> None:
    assert text.read_number(typed) is None


def test_english_pages_read_and_write_english_numbers() -> None:
    with translation.override("en"):
        assert text.read_number("1,234.5") == Decimal("1234.5")
        assert text.number(1234) == "1,234"
    assert text.number(Decimal("1234.5")) == "1.234,5"


def test_marks_within_marks_are_single_ones() -> None:
    assert text.within_quotes("Tổ dân phố “3 không”") == "Tổ dân phố ‘3 không’"


def test_points_of_a_list_lose_the_mark_typed_before_them() -> None:
    typed = "- Một\n\n2. Hai\n• 3) Ba\n– Bốn\n(a) Năm\nIV- Sáu\n30/4 nghỉ\n1.500 hộ\n-\nÔng A. Bình"
    assert text.points(typed) == [
        "Một",
        "Hai",
        "Ba",
        "Bốn",
        "Năm",
        "Sáu",
        "30/4 nghỉ",
        "1.500 hộ",
        "Ông A. Bình",
    ]


def test_several_lines_become_one_with_blanks() -> None:
    assert text.one_line("các hộ\r\ntrong  dự án\u2028số 7") == "các hộ trong dự án số 7"


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Đồng Đảng", "dong-dang"),
        ("Tổ dân phố Ươm Ơ", "to-dan-pho-uom-o"),
        ("Ủy ban nhân dân phường", "uy-ban-nhan-dan-phuong"),
        ("?!", ""),
    ],
)
def test_the_address_of_a_name_keeps_every_letter(name: str, slug: str) -> None:
    assert text.slug(name, 60) == slug


def test_what_the_door_changes_is_never_taken_for_plain_text() -> None:
    """Text of printable signs goes the short way; so each sign of the table is none, or is looked for by itself."""
    printable = {sign for sign in map(chr, text._DOOR) if sign.isprintable()}
    assert printable == text._LOOK_ALIKE
