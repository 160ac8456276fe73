"""A list comes in: questions, dry run, all or nothing, mended, taken back."""

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.choices import Branch
from clearance.models import Household, Party
from core import tables
from core.imports import all_kinds
from intake import actions
from intake.models import Batch, Heading
from notifications.models import Event
from tests import factories as build
from tests.clearance import factories as clearance
from tests.intake import files
from tests.query_baseline import QueryBaseline
from tests.world import World


@pytest.fixture
def place(world: World) -> dict[str, Any]:
    return clearance.scene(world)


@pytest.fixture
def client(world: World, sign_in: Callable) -> Client:
    return sign_in(world.clearance_officer)


def bring(client: Client, place: dict, data: bytes, name: str = "danh sách hộ.xlsx") -> Batch:
    """Upload it; the newest batch, as the page after it has it."""
    address = reverse("intake:batch_new", args=["households"]) + f"?for={place['project'].pk}"
    answer = client.post(address, {"file": files.upload(data, name)})
    assert answer.status_code == 302, answer.context["form"].errors
    return Batch.objects.latest("pk")


def refused(client: Client, place: dict, data: bytes, name: str = "danh sách hộ.xlsx") -> str:
    address = reverse("intake:batch_new", args=["households"]) + f"?for={place['project'].pk}"
    answer = client.post(address, {"file": files.upload(data, name)})
    assert answer.status_code == 200
    assert not Batch.objects.exists()
    return " ".join(answer.context["form"].errors["file"])


def told(batch: Batch) -> dict[int, str]:
    return {message.row: message.text for message in batch.messages.filter(is_hint=False)}


def take(client: Client, batch: Batch) -> Batch:
    client.post(reverse("intake:batch_take", args=[batch.pk]))
    batch.refresh_from_db()
    return batch


def test_a_list_that_stands_as_the_template_is_looked_at_at_once_and_taken_over(client: Client, place: dict) -> None:
    before = place["project"].households.count()
    batch = bring(client, place, files.xlsx(files.households(12, since=100)))
    assert (batch.state, batch.row_count, batch.new_count, batch.wrong_count) == ("checked", 12, 12, 0)
    assert place["project"].households.count() == before, "the dry run writes nothing"
    page = client.get(batch.get_absolute_url())
    assert page.status_code == 200
    assert "12 dòng mới" in page.content.decode()
    assert take(client, batch).state == "done"
    made = Household.objects.filter(project=place["project"], number__gte=100).order_by("number")
    assert [str(row.representative) for row in made][:2] == ["Nguyễn Văn Wn", "Nguyễn Văn Xn"]
    assert not batch.file, "who brought what of whom is not kept"
    rows = client.get(reverse("intake:batch_rows", args=[batch.pk])).context["rows"]
    assert next((row, url) for row, _words, url in rows) == (2, made[0].get_absolute_url())
    assert Event.objects.filter(kind="clearance.household.added").latest("pk").facts == {"count": 12}


def test_the_same_file_twice_changes_nothing(client: Client, place: dict) -> None:
    data = files.xlsx(files.households(5, since=100))
    take(client, bring(client, place, data))
    count = Household.objects.count()
    again = bring(client, place, data)
    assert (again.new_count, again.known_count, again.wrong_count) == (0, 5, 0)
    assert "đã có" in client.get(again.get_absolute_url()).content.decode()
    take(client, again)
    assert Household.objects.count() == count


def test_wrong_rows_stop_the_list_and_the_mended_one_goes_through(client: Client, place: dict, world: World) -> None:
    build.unit(world.ward, name="Tổ dân phố số 9", branch=Branch.RESIDENTIAL)
    rows = files.households(6, since=100, group="Tổ dân phố số 9")
    rows[2][0], rows[3][1], rows[4][3] = 100, "N" * 400, "Tổ dân phố số 99"
    batch = bring(client, place, files.xlsx(rows))
    assert (batch.new_count, batch.wrong_count) == (3, 3)
    said = told(batch)
    assert "dòng 2" in said[3]
    assert "400" in said[4]
    assert "Tổ dân phố số 9”?" in said[5], "the nearest is named"
    assert take(client, batch).state == "checked"
    assert not Household.objects.filter(number__gte=100).exists()

    sent = client.get(reverse("intake:batch_mend", args=[batch.pk]))
    book = openpyxl.load_workbook(io.BytesIO(b"".join(sent.streaming_content)))
    sheet = book.active
    assert sheet["E1"].value == "Việc cần làm"
    assert [n for n in range(2, 8) if sheet.cell(n, 5).value] == [3, 4, 5]
    sheet["A3"], sheet["B4"], sheet["D5"] = 101, "Nguyễn Văn Bốn", "Tổ dân phố số 9"
    out = io.BytesIO()
    book.save(out)
    mended = bring(client, place, out.getvalue())
    assert (mended.new_count, mended.wrong_count) == (6, 0), told(mended)
    assert take(client, mended).state == "done"
    assert Household.objects.filter(number__gte=100, residential_group__name="Tổ dân phố số 9").count() == 6


def test_a_whole_list_is_taken_back_as_long_as_nothing_was_built_on_it(
    client: Client, place: dict, world: World
) -> None:
    before = Household.objects.count(), Party.objects.count()
    batch = take(client, bring(client, place, files.xlsx(files.households(4, since=100))))
    address = reverse("intake:batch_take_back", args=[batch.pk])
    household = Household.objects.get(number=102)
    visit = clearance.visit(household, world.campaign, world.cell, by=world.head)
    client.post(address)
    batch.refresh_from_db()
    assert batch.state == "done"
    visit.delete()
    client.post(address)
    batch.refresh_from_db()
    assert batch.state == "withdrawn"
    assert (Household.objects.count(), Party.objects.count()) == before
    assert not batch.made.exists()


def test_what_is_odd_about_a_sheet_is_asked_and_never_read_silently(client: Client, place: dict) -> None:
    rows = [
        ["UBND phường Sông Hồng"],
        [],
        ["Danh sách hộ"],
        ["Số hộ", "Chủ hộ", "Địa chỉ"],
        [1, 2, 3],
        [201, "Lê Thị Hoa", "Số 1"],
        [202, "Lê Văn Bình", "Số 2"],
        [203, "Lê Văn Cảnh", "Số 3"],
        ["Tổng cộng", 3],
    ]
    batch = bring(client, place, files.xlsx(rows, hidden=[7]))
    assert batch.state == "open"
    page = client.get(reverse("intake:batch_ask", args=[batch.pk]))
    form = page.context["form"]
    assert form.initial["heading"] == "4-4"
    assert form.initial["left_out"] == ["5", "9"]
    answers = {"heading": "4-4", "shown": "4-4", "left_out": ["5", "9"], "hidden": "out"}
    client.post(reverse("intake:batch_ask", args=[batch.pk]), answers)
    batch.refresh_from_db()
    assert (batch.state, batch.row_count, batch.left_out_count, batch.new_count) == ("checked", 5, 3, 2)


def test_the_wards_own_headings_are_matched_once_and_remembered(client: Client, place: dict) -> None:
    rows = [["Mã số", "Ghi chú", "Tên người", "Nơi ấy"], [301, "x", "Lê Thị Hoa", "Số 1"]]
    batch = bring(client, place, files.xlsx(rows))
    address = reverse("intake:batch_ask", args=[batch.pk])
    assert batch.state == "open"
    twice = client.post(address, {"number": "0", "name": "2", "address": "2"})
    assert "address" in twice.context["form"].errors
    without = client.post(address, {"number": "0", "name": "2"})
    assert "Thiếu cột này" in str(without.context["form"].errors["address"])
    client.post(address, {"number": "0", "name": "2", "address": "3"})
    batch.refresh_from_db()
    assert (batch.state, batch.new_count) == ("checked", 1)
    assert Heading.objects.filter(ward=place["project"].ward).count() == 4
    rows[1][0] = 302
    assert bring(client, place, files.xlsx(rows)).state == "checked", "nothing is asked the second time"


def test_text_in_an_old_font_is_shown_converted_before_anything_is_kept(client: Client, place: dict) -> None:
    rows = [["Số hộ", "Chủ hộ", "Địa chỉ"], [401, "Lª ThÞ ¸nh", "Sè 12, phè Tr¹m"], [402, "NguyÔn V¨n Thµnh", "Ngâ 4"]]
    batch = bring(client, place, files.xlsx(rows))
    address = reverse("intake:batch_ask", args=[batch.pk])
    page = client.get(address)
    assert "Lê Thị Ánh" in page.content.decode()
    client.post(address, {"heading": "1-1", "shown": "1-1", "font": "tcvn3"})
    batch.refresh_from_db()
    take(client, batch)
    names = Party.objects.filter(households__household__number__in=[401, 402])
    assert {party.name for party in names} == {"Lê Thị Ánh", "Nguyễn Văn Thành"}


def test_numbers_of_people_are_left_out_and_that_is_said(client: Client, place: dict) -> None:
    rows = [["Số hộ", "Chủ hộ", "Địa chỉ", "CCCD"], [501, "Lê Thị Hoa 001234567890", "Số 1", "001234567891"]]
    batch = bring(client, place, files.xlsx(rows))
    client.post(reverse("intake:batch_ask", args=[batch.pk]), {"number": "0", "name": "1", "address": "2"})
    batch.refresh_from_db()
    assert [m.is_hint for m in batch.messages.all()] == [True]
    assert "00123" not in str(batch.sample)
    take(client, batch)
    assert Party.objects.get(households__household__number=501).name == "Lê Thị Hoa"


def test_of_two_lists_at_once_the_second_is_told_to_wait(
    place: dict, world: World, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = bring(client, place, files.xlsx(files.households(2, since=100)))
    user = world.clearance_officer

    def busy(_batch: Batch) -> None:
        raise ValidationError("busy")

    monkeypatch.setattr(actions, "_alone", busy)
    with pytest.raises(ValidationError, match="busy"):
        actions.take(batch, batch.scope(user), by=user)
    assert not Household.objects.filter(number=100).exists()


def test_a_list_that_breaks_in_the_middle_leaves_nothing(
    place: dict, world: World, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch, user = bring(client, place, files.xlsx(files.households(3, since=100))), world.clearance_officer
    before = Household.objects.count(), Party.objects.count()
    monkeypatch.setattr(actions, "insert_all", lambda *_a, **_k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        actions.take(batch, batch.scope(user), by=user)
    batch.refresh_from_db()
    assert (batch.state, bool(batch.file)) == ("checked", True)
    assert (Household.objects.count(), Party.objects.count()) == before


def test_rows_that_came_meanwhile_are_noticed_before_anything_is_written(client: Client, place: dict) -> None:
    first, second = (bring(client, place, files.xlsx(files.households(2, since=100))) for _n in range(2))
    take(client, first)
    assert take(client, second).state == "checked"
    assert Household.objects.filter(number__in=[100, 101]).count() == 2


def test_the_template_is_read_back_without_a_question(client: Client, place: dict) -> None:
    address = reverse("intake:template", args=["households"]) + f"?for={place['project'].pk}"
    book = openpyxl.load_workbook(io.BytesIO(b"".join(client.get(address).streaming_content)))
    sheet = book.active
    kind = all_kinds()["households"]
    for n, column in enumerate(kind.columns(None), 1):
        assert sheet.cell(1, n).value == str(column.label)
    for n, cell in enumerate(["601", "Lê Thị Hoa", "Số 1"], 1):
        sheet.cell(2, n).value = cell
    out = io.BytesIO()
    book.save(out)
    batch = bring(client, place, out.getvalue())
    assert (batch.state, batch.new_count) == ("checked", 1)


@pytest.mark.parametrize(
    "data, said",
    [
        (b"\x00\x01\x02rubbish", "Excel"),
        (b"%PDF-1.7 rubbish", "Excel"),
        (b"PK\x03\x04" + b"x" * 50, "hỏng"),
        (tables.OLE + "EncryptedPackage".encode("utf-16-le"), "mật khẩu"),
        (tables.OLE + "_VBA_PROJECT".encode("utf-16-le"), "macro"),
        (tables.OLE + b"x" * 600, "hỏng"),
        (files.xlsx([]), "Không có ô nào"),
    ],
)
def test_what_is_no_table_is_told_in_a_sentence(client: Client, place: dict, data: bytes, said: str) -> None:
    assert said in refused(client, place, data)


def test_a_file_that_is_too_large_is_told_before_it_is_read(client: Client, place: dict, settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 1000
    assert "tách danh sách" in refused(client, place, files.xlsx(files.households(200)))


def test_queries(client: Client, place: dict, query_baseline: QueryBaseline) -> None:
    batch = bring(client, place, files.xlsx(files.households(60, since=100)))
    page = reverse("intake:batch_detail", args=[batch.pk])
    query_baseline.check("batch_detail", client, page)
    taken = take(client, batch)
    query_baseline.check("batch_rows", client, reverse("intake:batch_rows", args=[taken.pk]))
    query_baseline.check("batch_list", client, reverse("intake:batch_list"))
    query_baseline.check("batch_new", client, reverse("intake:batch_new", args=["households"]) + f"?for={batch.target}")


def test_a_longer_list_asks_the_database_no_more_often(
    client: Client, place: dict, world: World, query_baseline: QueryBaseline
) -> None:
    """Looked at by set: what is there already, whom a name means."""
    asked = []
    for count in (5, 5, 50):  # the first time some things are looked up once a process
        batch = bring(client, place, files.xlsx(files.households(count, since=100)))
        batch.answer(by=world.clearance_officer)
        with CaptureQueriesContext(connection) as found:
            actions.check(batch, batch.scope(world.clearance_officer), by=world.clearance_officer)
        asked.append(len(found))
    assert asked[1] == asked[2]


def test_what_another_ward_has_is_unknown_here(client: Client, place: dict, world: World) -> None:
    build.unit(world.other_ward, name="Tổ dân phố số 44", branch=Branch.RESIDENTIAL)
    batch = bring(client, place, files.xlsx(files.households(1, since=100, group="Tổ dân phố số 44")))
    assert "không có “Tổ dân phố số 44”" in told(batch)[2]
