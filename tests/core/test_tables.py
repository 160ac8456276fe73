"""Workbooks and text files read as cells: what a cell is, what a sheet hides, what can not be read."""

import csv
import datetime
import io
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from core import imports, oldfonts, tables, workbooks
from core.tables import Book, Sheet, Wrong
from tests.intake.files import upload, xlsx

FILES = Path(__file__).parent / "tables"


def read(data: bytes, kind: str = "xlsx") -> Sheet:
    book = Book(data, kind)
    return book.read(book.sheets[0].name)


def with_parts(data: bytes, change: dict[str, tuple[str, str]]) -> bytes:
    """The workbook with some text of its parts replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            text = old.read(name)
            if name in change:
                before, after = change[name]
                assert before.encode() in text
                text = text.replace(before.encode(), after.encode())
            new.writestr(name, text)
    return out.getvalue()


@pytest.mark.parametrize("name", ["by_hand.xlsx", "by_hand.xls", "by_hand.ods"])
def test_a_file_made_by_libreoffice_is_read_as_it_shows(name: str) -> None:
    """Made once with LibreOffice 7.4: errors, a day, codes, a hidden row, merged cells, a hidden and an empty sheet."""
    book = Book((FILES / name).read_bytes(), name.rpartition(".")[2])
    assert [(sheet.name, sheet.is_hidden, bool(sheet.rows)) for sheet in book.sheets] == [
        ("Danh sách", False, True),
        ("Ẩn", True, True),
        ("Trống", False, False),
    ]
    sheet = book.read("Danh sách")
    assert sheet.rows[1][:3] == [7, datetime.date(2022, 4, 3), Wrong("#N/A")]
    assert sheet.rows[1][5] == 123456789012
    assert sheet.rows[1][8] == "001234567890"
    assert sheet.rows[2][2] == Wrong("#DIV/0!")
    assert sheet.hidden_rows == [3]
    assert sheet.merged == [(6, 1, 6, 4)]


def test_an_error_and_a_formula_never_calculated_are_no_blank_cells() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_formula(0, 0, "=NA()", None, "#N/A")
        sheet.write_formula(0, 1, "=1+1", None, "")
        sheet.write_formula(0, 2, "=1+1")
        sheet.write_formula(0, 3, "=1+1", None, 2)
    assert read(out.getvalue()).rows == [[Wrong("#N/A"), Wrong(""), Wrong(""), 2.0]]


def test_a_number_that_is_shown_with_zeros_in_front_keeps_them() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_number(0, 0, 1234567890, book.add_format({"num_format": "000000000000"}))
        sheet.write_number(0, 1, 7, book.add_format({"num_format": "0"}))
    assert read(out.getvalue()).rows == [["001234567890", 7.0]]


def test_two_cells_far_apart_take_no_memory_and_are_told() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "x")
        sheet.write(1_048_575, 16_383, "y")
    with pytest.raises(ValidationError, match="dưới dòng"):
        read(out.getvalue())
    wide = xlsx([["x"] + [None] * 400 + ["y"]])
    with pytest.raises(ValidationError, match="402 cột"):
        read(wide)


def test_rows_that_only_look_empty_are_gone_over() -> None:
    """As a border drawn down to the last row leaves them."""
    rows = "".join(f'<row r="{n}"><c r="A{n}" s="1"/></row>' for n in range(2, tables.MOST_ROWS + 500))
    data = with_parts(xlsx([["x"]]), {"xl/worksheets/sheet1.xml": ("</sheetData>", f"{rows}</sheetData>")})
    assert read(data).rows == [["x"]]


def test_parts_of_another_writer_with_prefixed_names_are_read() -> None:
    """As Microsoft's own library for programs writes them."""
    data = xlsx([["x", None, 3]])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    prefixed = sheet.replace("<", "<x:").replace("<x:/", "</x:").replace("<x:?", "<?").replace('xmlns="', 'xmlns:x="')
    assert read(with_parts(data, {"xl/worksheets/sheet1.xml": (sheet, prefixed)})).rows == [["x", "", 3.0]]


texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=12).map(str.strip)
days = st.dates(datetime.date(1900, 3, 1), datetime.date(2199, 12, 31))
numbers = st.integers(0, 999_999_999_999)


@given(st.lists(st.tuples(numbers, days, texts), min_size=1, max_size=5))
def test_numbers_days_and_text_come_back_from_a_workbook_as_they_were_written(rows: list[tuple]) -> None:
    sheet = read(xlsx([["a", "b", "c"], *rows]))
    for (number, day, text), cells in zip(rows, sheet.rows[1:], strict=True):
        assert imports.as_text(cells[0]) == str(number)
        assert imports.day(cells[1]) == day
        assert (cells[2] if len(cells) > 2 else "") == text


@given(st.lists(st.tuples(numbers, days), min_size=1, max_size=5), st.sampled_from(";,\t"))
def test_the_same_in_text_with_each_mark_and_the_month_never_first(rows: list[tuple], mark: str) -> None:
    out = io.StringIO()
    csv.writer(out, delimiter=mark).writerows(
        [["số", "ngày"], *((f"{n:012}", f"{d:%d/%m}/{d.year:04}") for n, d in rows)]
    )
    for data in (out.getvalue().encode(), out.getvalue().encode("utf-8-sig"), out.getvalue().encode("utf-16")):
        sheet = read(data, "csv")
        assert [(row[0], imports.day(row[1])) for row in sheet.rows[1:]] == [(f"{n:012}", d) for n, d in rows]


@given(days)
def test_a_day_is_read_day_first_however_it_is_typed(day: datetime.date) -> None:
    for typed in (
        f"{day.day}/{day.month}/{day.year}",
        f"{day:%d.%m}.{day.year}",
        f"{day:%d-%m}-{day.year}",
        day.isoformat(),
    ):
        assert imports.day(typed) == day


@pytest.mark.parametrize("cell", ["31/02/2022", "03/04", "4/2022", 44654.0, "ngày mai", "12/13/2022", True])
def test_what_is_no_day_is_told(cell: Any) -> None:
    with pytest.raises(ValidationError):
        imports.day(cell)


def test_numbers_are_read_as_the_sheet_shows_them() -> None:
    assert [imports.as_text(cell) for cell in (7.0, 123456789012.0, 85.5, "001", datetime.date(2022, 4, 3))] == [
        *("7", "123456789012", "85,5", "001", "03/04/2022")
    ]
    with pytest.raises(ValidationError, match="15 chữ số"):
        imports.as_text(1234567890123456.0)
    assert imports.whole(1, 99)("12.") == 12
    assert imports.decimal(Decimal(0), Decimal(1000), 1)(85.500001) == Decimal("85.5")
    for cell in (0, "x", 1.5, "1.5", Wrong("#N/A"), True):
        with pytest.raises(ValidationError):
            imports.whole(1, 99)(cell)


def test_a_name_that_begins_like_a_formula_stays_text_in_what_is_handed_out() -> None:
    sheet = Sheet("Tên", [["Tên"], ["=1+1"], ["+84"], ["@x"]])
    back = read(workbooks.with_advice(sheet, {2: "sửa"}, heading_row=1, column=1))
    assert [row[0] for row in back.rows] == ["Tên", "=1+1", "+84", "@x"]
    assert back.rows[1][1] == "sửa"


def test_a_bomb_and_a_broken_archive_are_told() -> None:
    bomb = with_parts(xlsx([["x"]]), {"xl/worksheets/sheet1.xml": ("</sheetData>", "</sheetData>" + " " * 9_000_000)})
    with pytest.raises(ValidationError, match="nén quá chặt"):
        tables.accept(upload(bomb))
    whole = xlsx([["x"]])
    for data in (whole[: len(whole) // 2], whole.replace(b"worksheet", b"worksheep", 1)):
        with pytest.raises(ValidationError, match="hỏng"):
            tables.accept(upload(data))


# ---- old fonts --------------------------------------------------------------------------------------
NAMES = ["Nguyễn Văn Thành", "Lê Thị Ánh", "Đặng Thuỳ Dương", "Số 12, ngõ 45, phố Trạm", "TRẦN HƯNG ĐẠO", "Vũ Quỳnh"]
IN_TCVN3 = [
    "NguyÔn V¨n Thµnh",
    "Lª ThÞ ¸nh",
    "§Æng Thuú D\u00ad¬ng",
    "Sè 12, ngâ 45, phè Tr¹m",
    "TRÇN H¦NG §¹O",
    "Vò Quúnh",
]
IN_VNI = [
    *("Nguyeãn Vaên Thaønh", "Leâ Thò AÙnh", "Ñaëng Thuyø Döông"),
    *("Soá 12, ngoõ 45, phoá Traïm", "TRAÀN HÖNG ÑAÏO", "Vuõ Quyønh"),
]


@pytest.mark.parametrize("font, typed", [("tcvn3", IN_TCVN3), ("vni", IN_VNI), ("", NAMES)])
def test_text_of_an_old_font_is_recognised_and_read(font: str, typed: list[str]) -> None:
    assert oldfonts.recognised([*typed, "An", "12"]) == font
    if font:
        read = oldfonts.converted([*typed, "An"], font)
        assert [read[text] for text in typed] == NAMES


def test_other_languages_and_a_single_word_are_no_old_font() -> None:
    assert oldfonts.recognised(["café", "An", "Zoë"]) == ""
    assert oldfonts.converted(["Nguyễn", "An"], "tcvn3") == {}, "what has letters of Unicode alone is left"


def test_text_of_windows_1258_is_read_and_said() -> None:

    tones = {"ị": "i\u0323", "ố": "ô\u0301", "ạ": "a\u0323"}
    text = "Tên;Địa chỉ\nLê Thị Hoa;Số 12 phố Trạm"
    windows = "".join(tones.get(sign, sign) for sign in text.replace("ỉ", "i\u0309")).encode("cp1258")
    sheet = read(windows, "csv")
    assert sheet.rows == [["Tên", "Địa chỉ"], ["Lê Thị Hoa", "Số 12 phố Trạm"]]
    assert sheet.was == "Windows-1258"
