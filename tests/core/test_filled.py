"""A superior's form comes back with the numbers in it and everything else as it was."""

import io
import re
import zipfile

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.styles import Font
from openpyxl.workbook.defined_name import DefinedName

from core.filled import Form, Place, place


def superiors_form() -> bytes:
    """Merged heads, a formula on another sheet, a hidden sheet, a print area, a name and styles."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Biểu 01"
    sheet["A1"] = "BIỂU TỔNG HỢP <KẾT QUẢ> & “DÂN VẬN KHÉO”"
    sheet.merge_cells("A1:D1")
    sheet["A3"], sheet["B3"] = "Mô hình đăng ký", 0
    sheet["B3"].font = Font(bold=True, color="FF0000")
    sheet["A4"], sheet["B4"] = "Mô hình được công nhận", None
    sheet["B5"] = "=SUM(B3:B4)"
    sheet.print_area = "A1:D9"
    total = book.create_sheet("Tổng")
    total["A1"] = "='Biểu 01'!B5*2"
    book.create_sheet("Danh mục").sheet_state = "hidden"
    book.defined_names["CacSo"] = DefinedName("CacSo", attr_text="'Biểu 01'!$B$3:$B$4")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def with_part(data: bytes, name: str, change) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path, content in parts(data).items():
            archive.writestr(path, change(content) if path == name else content)
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def test_numbers_stand_in_their_cells_and_all_else_is_the_same_bytes():
    form = superiors_form()
    filled = Form(form).filled(
        {("Biểu 01", Place(3, 2)): 98, ("Biểu 01", Place(4, 2)): 7, ("Biểu 01", Place(9, 4)): "ngày 12/04/2022 <&>"}
    )
    before, after = parts(form), parts(filled)
    assert list(before) == list(after)
    assert {name for name in before if before[name] != after[name]} == {SHEET}
    book = openpyxl.load_workbook(io.BytesIO(filled))
    sheet = book["Biểu 01"]
    assert (sheet["B3"].value, sheet["B4"].value, sheet["D9"].value) == (98, 7, "ngày 12/04/2022 <&>")
    assert (sheet["B3"].font.bold, sheet["B3"].font.color.rgb) == (True, "00FF0000")
    assert sheet["B5"].value == "=SUM(B3:B4)"
    assert [str(area) for area in sheet.merged_cells.ranges] == ["A1:D1"]
    assert sheet.print_area == "'Biểu 01'!$A$1:$D$9"
    assert book["Danh mục"].sheet_state == "hidden"
    assert book.defined_names["CacSo"].attr_text == "'Biểu 01'!$B$3:$B$4"
    assert book.calculation.fullCalcOnLoad


def test_filled_again_the_next_month_it_holds_the_new_numbers_alone():
    first = Form(superiors_form()).filled({("Biểu 01", Place(3, 2)): 98})
    second = Form(first).filled({("Biểu 01", Place(3, 2)): 101, ("Biểu 01", Place(4, 2)): None})
    sheet = openpyxl.load_workbook(io.BytesIO(second))["Biểu 01"]
    assert (sheet["B3"].value, sheet["B4"].value) == (101, None)
    form = Form(first)
    assert form.filled({("Biểu 01", Place(3, 2)): 1}) == form.filled({("Biểu 01", Place(3, 2)): 1}), "twice of one"
    assert second == Form(second).filled({("Biểu 01", Place(3, 2)): 101, ("Biểu 01", Place(4, 2)): None})


@pytest.mark.parametrize("calculation", [b"", b'<calcPr calcId="191029"/>', b"<calcPr fullCalcOnLoad='0'></calcPr>"])
def test_the_workbook_asks_to_be_calculated_when_it_is_opened(calculation):
    form = with_part(superiors_form(), "xl/workbook.xml", lambda xml: re.sub(rb"<calcPr[^>]*/>", calculation, xml))
    filled = Form(form).filled({("Biểu 01", Place(3, 2)): 1})
    assert openpyxl.load_workbook(io.BytesIO(filled)).calculation.fullCalcOnLoad
    changed = re.sub(rb'<calcPr[^>]*fullCalcOnLoad="1"/?>(</calcPr>)?', b"", parts(filled)["xl/workbook.xml"])
    assert changed == re.sub(rb"<calcPr[^>]*/?>(</calcPr>)?", b"", parts(form)["xl/workbook.xml"])


def test_what_formulas_gave_before_goes():
    """Else a phone that does not calculate shows the sum of last month."""
    old = with_part(
        superiors_form(),
        SHEET,
        lambda xml: re.sub(rb"(<f>[^<]*</f>)<v ?/>|(<f>[^<]*</f>)<v></v>", rb"\1\2<v>4711</v>", xml),
    )
    assert b"4711" in parts(old)[SHEET]
    assert b"4711" not in parts(Form(old).filled({("Biểu 01", Place(3, 2)): 1}))[SHEET]


@pytest.mark.parametrize(
    ("xml", "filled"),
    [
        (b"<sheetData/>", b'<sheetData><row r="2"><c r="B2"><v>5</v></c></row></sheetData>'),
        (
            b'<sheetData><row r="2" ht="9"/></sheetData>',
            b'<sheetData><row r="2" ht="9"><c r="B2"><v>5</v></c></row></sheetData>',
        ),
        (
            b'<sheetData><row r="1"/><row r="3"/></sheetData>',
            b'<sheetData><row r="1"/><row r="2"><c r="B2"><v>5</v></c></row><row r="3"/></sheetData>',
        ),
        (
            b'<sheetData><row r="2"><c r="A2" t="s"><v>0</v></c><c r="C2"/></row></sheetData>',
            b'<sheetData><row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2"><v>5</v></c><c r="C2"/></row></sheetData>',
        ),
        (
            b"<sheetData><row><c/></row><row><c/><c s='4' t=\"s\"><v>0</v></c></row></sheetData>",
            b'<sheetData><row><c/></row><row><c/><c r="B2" s="4"><v>5</v></c></row></sheetData>',
        ),
    ],
)
def test_cells_that_were_not_there_come_in_their_order(xml, filled):
    form = with_part(superiors_form(), SHEET, lambda old: re.sub(rb"<sheetData>.*</sheetData>", xml, old, flags=re.S))
    assert filled in parts(Form(form).filled({("Biểu 01", Place(2, 2)): 5}))[SHEET]


def test_a_prefix_of_another_program_is_kept():
    def prefixed(old: bytes) -> bytes:
        return re.sub(rb"<(/?)(?!\?)", rb"<\1x:", old).replace(b" xmlns=", b" xmlns:x=")

    form = with_part(superiors_form(), SHEET, prefixed)
    filled = Form(form).filled({("Biểu 01", Place(3, 2)): 98, ("Biểu 01", Place(8, 1)): "xong"})
    assert b"<x:v>98</x:v></x:c>" in parts(filled)[SHEET]
    sheet = openpyxl.load_workbook(io.BytesIO(filled))["Biểu 01"]
    assert (sheet["B3"].value, sheet["A8"].value) == (98, "xong")


def test_where_no_number_can_stand_it_says_why():
    form = Form(superiors_form())
    for sheet, at, words in (
        ("Biểu 02", "A1", "Biểu 02"),
        ("Biểu 01", "C1", "A1"),
        ("Biểu 01", "B5", "B5"),
        ("Tổng", "A1", "A1"),
    ):
        cell = place(at)
        assert words in form.trouble(sheet, cell)
        with pytest.raises(ValidationError):
            form.filled({(sheet, cell): 1})
    assert form.trouble("Biểu 01", Place(1, 1)) == ""


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 no archive", superiors_form()[:400]])
def test_a_broken_file_is_said(data):
    with pytest.raises(ValidationError):
        Form(data)


def test_what_is_a_cell():
    assert place(" $c$7 ") == Place(7, 3)
    assert str(Place(7, 28)) == "AB7"
    assert [place(text) for text in ("", "7C", "C0", "ABCD1", "XFE1", "A1048577", "C7:D8", "Biểu!A1")] == [None] * 8


@settings(max_examples=40)
@given(
    st.dictionaries(
        st.builds(Place, st.integers(1, 60), st.integers(1, 40)),
        st.one_of(
            st.integers(-(2**40), 2**40),
            st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=12),
        ),
        max_size=12,
    )
)
def test_any_values_are_read_back_where_they_were_written(values):
    form = Form(superiors_form())
    wanted = {at: value for at, value in values.items() if not form.trouble("Biểu 01", at)}
    sheet = openpyxl.load_workbook(io.BytesIO(form.filled({("Biểu 01", at): value for at, value in wanted.items()})))[
        "Biểu 01"
    ]
    assert {at: sheet.cell(*at).value for at in wanted} == wanted
    assert sheet["B5"].value == "=SUM(B3:B4)"


def test_cells_beside_a_formula_that_fills_them_are_refused_and_anchors_are_no_rows():
    def change(xml: bytes) -> bytes:
        cell = b'<row r="20"><c r="C20"><f t="array" ref="C20:C22">B3:B5*2</f><v>0</v></c></row></sheetData>'
        anchor = b"<controls><anchor><from><row>1</row></from></anchor></controls>"
        return xml.replace(b"</sheetData>", cell + anchor, 1)

    form = Form(with_part(superiors_form(), SHEET, change))
    assert "C21" in form.trouble("Biểu 01", Place(21, 3))
    assert form.trouble("Biểu 01", Place(23, 3)) == ""
    filled = parts(form.filled({("Biểu 01", Place(21, 2)): 4}))[SHEET]
    assert b'<row r="21"><c r="B21"><v>4</v></c></row></sheetData>' in filled
