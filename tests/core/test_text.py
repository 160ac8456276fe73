from decimal import Decimal

import pytest
from django.db import connection
from django.utils import translation

from core import text


def test_typed_text_is_composed_and_invisible_signs_go() -> None:
    assert text.nfc("  Tra\u0323m\u200b \ufeff") == "Trạm"


def test_folding_finds_names_however_they_are_typed() -> None:
    assert text.fold("Trạm") == "tram"
    assert text.fold("ĐẢNG ỦY") == text.fold("đảng uỷ") == "dang uy"


@pytest.mark.django_db
def test_folding_agrees_with_the_database() -> None:
    words = ["Nguyễn Thị Hường", "Đỗ Quang Vinh", "ủy uỷ Hoà hòa", "Ễ Ộ ử Ỵ"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT vi_fold(w) FROM unnest(%s) w", [words])
        assert [row[0] for row in cursor.fetchall()] == [text.fold(word) for word in words]


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
