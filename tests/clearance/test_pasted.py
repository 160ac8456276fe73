"""A list of households pasted from a spreadsheet, a letter or a keyboard."""

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.choices import Branch
from clearance.forms.households import groups_of
from clearance.forms.pasted import PastedHouseholds, read_households
from clearance.models import Household
from core.paste import read_lines, read_rows
from tests import factories as build
from tests.world import World


@pytest.fixture
def group(world: World) -> str:
    return build.unit(world.ward, name="Tổ dân phố số 9", branch=Branch.RESIDENTIAL).name


def read(place: dict, text: str) -> PastedHouseholds:
    project = place["project"]
    return read_households(text, project=project, groups=groups_of(project.ward_id))


def facts(found: PastedHouseholds) -> list[tuple]:
    assert not found.bad, found.bad
    return [
        (new.number, new.name, new.others, new.address_line, str(new.residential_group or "")) for new in found.good
    ]


def as_spreadsheet(rows: list[list[str]]) -> str:
    """As Excel, LibreOffice and web sheets copy cells."""
    lines = []
    for row in rows:
        needed = ['"' + c.replace('"', '""') + '"' if set(c) & set('"\t\n') else c for c in row]
        lines.append("\t".join(needed))
    return "\n".join(lines) + "\n"


cells = st.text(st.sampled_from("aĐ \"';,|\t\n0"), max_size=6).map(str.strip)


@given(st.lists(st.lists(cells, min_size=2, max_size=5), max_size=6))
def test_every_table_is_read_as_its_cells(table: list[list[str]]) -> None:
    meant = [tuple(row) for row in table if any(row)]
    assert [row.cells for row in read_rows(as_spreadsheet(table))] == meant


def test_quotation_marks_of_the_text_itself_are_no_marks_of_cells() -> None:
    typed = '1; "Ngõ sạch" – tổ 7; x\n"Hai" ba; b'
    assert [row.cells for row in read_rows(typed)] == [("1", '"Ngõ sạch" – tổ 7', "x"), ('"Hai" ba', "b")]


@pytest.mark.parametrize(
    "text, lines",
    [
        ('"Kiểm tra các hộ\ntrong dự án"\nRa quân', ["Kiểm tra các hộ trong dự án", "Ra quân"]),
        ("1\tKiểm tra\n2\tRa quân", ["1 Kiểm tra", "2 Ra quân"]),
        ('"Ngõ sạch"\n"Hai" ba; bốn', ['"Ngõ sạch"', '"Hai" ba; bốn']),
        ("\n một\n\nhai \n", ["một", "hai"]),
    ],
)
def test_a_column_of_a_spreadsheet_is_read_cell_by_cell(text: str, lines: list[str]) -> None:
    assert read_lines(text) == lines


def test_a_table_with_a_heading_more_columns_and_two_people_in_a_cell_is_read(place: dict, group: str) -> None:
    table = [
        ["STT", "Họ và tên chủ hộ", "Số CCCD", "Ngày cấp", "Điện thoại", "Địa chỉ", "Tổ dân phố", "Ghi chú"],
        ["301", "Ông A; bà B", "046012345678", "01/02/2021", "0912 345 678", "Kiệt 5\nđường Thử", group.upper(), "đất"],
        [
            "302",
            "Nguyễn Văn C (CCCD 046012345679, cấp ngày 02/03/2021)\nTrần Thị D (CMND: 191234567 cấp ngày 1/2/2010)",
            *("", "", "", "Số 7 “Ngõ sạch”", "", ""),
        ],
    ]
    found = read(place, as_spreadsheet(table))
    assert facts(found) == [
        (301, "Ông A", ("bà B",), "Kiệt 5 đường Thử", group),
        (302, "Nguyễn Văn C", ("Trần Thị D",), "Số 7 “Ngõ sạch”", ""),
    ]
    said = " ".join(found.hints)
    assert "Ghi chú" in said
    assert "2, 4" in said


def test_without_a_heading_cells_stand_where_the_help_says_and_numbers_are_left_out(place: dict) -> None:
    found = read(place, "401\tLê Văn E\t046012345678\t05/06/2020\tSố 9 đường Thử\t\n402.\tLê F 0912345678\tNgõ 2")
    assert facts(found) == [(401, "Lê Văn E", (), "Số 9 đường Thử", ""), (402, "Lê F", (), "Ngõ 2", "")]
    assert "1, 2" in found.hints[0]


@pytest.mark.parametrize(
    "line", ["1\tÔng A; bà B\tTổ dân phố số 9", "501; Ông A; bà B", "501; Ông A; bà B; Tổ dân phố số 9", "501\tÔng A\t"]
)
def test_nobody_and_nothing_silently_becomes_the_address(place: dict, group: str, line: str) -> None:
    found = read(place, line)
    assert not found.good
    assert len(found.bad) == 1
    assert found.bad[0].reason


def test_the_same_person_twice_is_hinted_at_here_and_in_the_project(place: dict) -> None:
    known = place["of_cell"][0]
    name = known.representative.name
    found = read(place, f"601\tNguyễn Văn Hoà\tNgõ 1\n602\tNGUYỄN  VĂN HÒA\tNgõ 2\n603\t{name}\tNgõ 3")
    assert len(found.good) == 3
    assert "601, 602" in found.hints[0]
    assert str(known.number) in found.hints[1]
    assert "603" in found.hints[1]


def test_a_heading_without_a_needed_column_is_said(place: dict) -> None:
    with pytest.raises(ValidationError, match="Địa chỉ"):
        read(place, "STT\tHọ tên\n1\tA")


def test_too_many_cells_are_asked_about(place: dict) -> None:
    assert not read(place, "701\tA\tB\tC\tD\tE").good


def test_what_can_not_be_read_stays_in_the_box(world: World, sign_in: Callable, place: dict) -> None:
    client: Client = sign_in(world.clearance_officer)
    page = reverse("clearance:household_new_many", args=[place["project"].slug])
    lines = "801\tÔng A và bà B 0912345678\tNgõ 1\nkhông số\tB\tNgõ 2"
    shown = client.post(page, {"lines": lines, "save": "1"})
    assert "không số\tB\tNgõ 2" in shown.content.decode()
    assert not Household.objects.filter(number=801).exists()
    assert client.post(page, {"lines": lines.partition("\n")[0], "save": "1"}).status_code == 302
    saved = Household.objects.get(number=801)
    assert saved.representative.name == "Ông A"
    assert sorted(str(row) for row in saved.parties.all()) == ["bà B", "Ông A"]
