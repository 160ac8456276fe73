"""Lists of milestones and of earlier visits: what their rows say wrong, what they change beside, and by whom."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from clearance import actions
from clearance.actions import PastVisit, Reached
from clearance.choices import MilestoneKind, VisitOutcome
from clearance.models import Household, Milestone, MobilisationLoop, PlannedVisit, Visit
from core.imports import clock
from core.models import today
from intake.models import Batch
from notifications.models import Event
from tests.clearance import factories as make
from tests.clearance.test_loops import household, opened
from tests.clearance.test_rounds import a_round, only, plan
from tests.intake import files
from tests.world import World

__all__ = ["household"]
pytestmark = pytest.mark.django_db
VISITS = ["Số hộ", "Ngày", "Giờ", "Tổ vận động", "Cùng đi", "Mục đích", "Gặp ai"]
MILESTONES = ["Số hộ", "Mốc", "Ngày", "Văn bản"]


def ago(days: int) -> datetime.date:
    return today() - datetime.timedelta(days=days)


@pytest.fixture
def client(world: World, sign_in: Callable) -> Client:
    return sign_in(world.clearance_officer)


def bring(client: Client, place: dict, *rows: list[Any]) -> Batch:
    code, headings = ("visits", VISITS) if len(rows[0]) == len(VISITS) else ("milestones", MILESTONES)
    return files.bring(client, code, [headings, *rows], target=place["project"].pk)


def told(batch: Batch) -> dict[int, str]:
    found: dict[int, str] = {}
    for row, text in batch.messages.values_list("row", "text"):
        found[row] = f"{found.get(row, '')} {text}".strip()
    return found


def visit(number: int, **cells: Any) -> list[Any]:
    usual = {"on": ago(9), "time": "", "team": "", "with": "", "purpose": "Giải thích chính sách", "met": "Gặp chủ hộ"}
    return [number, *(usual | cells).values()]


def test_rows_of_visits_that_are_wrong_say_what_to_do(client: Client, world: World, place: dict) -> None:
    one, two = place["of_cell"]
    two.assign(None, by=None, campaign=world.campaign)
    one.pause(by=world.clearance_officer, campaign=world.campaign, reason="Nhà có việc", on=ago(20))
    batch = bring(
        client,
        place,
        visit(99),
        visit(one.number),
        visit(two.number),
        visit(3, on=today() + datetime.timedelta(days=1)),
        visit(3, on=datetime.date(2020, 1, 1)),
        visit(3, met="Rất ủng hộ"),
        visit(3, purpose="Nói chuyện"),
        visit(3, team="Tổ không có"),
        visit(3, **{"with": "Cơ quan lạ"}),
        visit(3, time="25h"),
        visit(4),
        visit(4, met="Vắng nhà"),
        visit(4, on=ago(8), time="8h"),
        visit(4, on=ago(8), time="18h"),
    )
    said = told(batch)
    expected = {2: "không có hộ số 99", 3: "không đến", 4: "chưa có tổ", 5: "chưa tới", 6: "Ghi ngày", 7: "Gặp chủ hộ"}
    expected |= {8: "Giao giấy mời", 9: "Tổ không có", 10: "Cơ quan lạ", 11: "07:30", 13: "Dòng 12"}
    assert set(said) == set(expected)
    assert not {row: said[row] for row, words in expected.items() if words not in said[row]}
    assert batch.new_count == 3


def test_what_the_household_asked_does_not_hold_for_the_days_before(client: Client, world: World, place: dict) -> None:
    one = place["of_cell"][0]
    one.pause(by=world.clearance_officer, campaign=world.campaign, reason="Nhà có việc", on=ago(5))
    batch = bring(client, place, visit(one.number), visit(one.number, on=ago(4), purpose="Giao giấy mời"))
    assert (batch.wrong_count, batch.new_count) == (0, 2)
    files.act(client, batch, "take")
    one.refresh_from_db()
    assert one.is_paused, "a pause stays until somebody ends it"


def test_a_visit_that_the_portal_has_is_known_and_another_of_that_day_is_pointed_at(
    client: Client, world: World, place: dict
) -> None:
    one = place["of_cell"][0]
    make.visit(one, world.campaign, world.cell, visited_at=make.at(-9, 18))
    batch = bring(client, place, visit(one.number), visit(3))
    assert (batch.known_count, batch.new_count, batch.messages.count()) == (1, 1, 0)
    other = bring(client, place, visit(one.number, time="9h", met="Vắng nhà"))
    assert (other.known_count, other.new_count) == (0, 1)
    assert "Gặp chủ hộ" in told(other)[2]


def test_a_visit_of_a_list_is_as_one_of_the_form(client: Client, world: World, place: dict) -> None:
    """The same outreach, the planned visit done, who entered it, and who came along."""
    one, two = place["of_cell"]
    batch = bring(
        client, place, visit(one.number, time="18h30", **{"with": f"{world.superior.name}"}), visit(two.number)
    )
    files.act(client, batch, "take")
    row, other = Visit.objects.get(household=one), Visit.objects.get(household=two)
    by_hand = make.visit(place["of_team"], world.campaign, world.team, visited_at=make.at(-9, 18))
    assert timezone.localtime(row.visited_at).time() == datetime.time(18, 30)
    assert timezone.localtime(other.visited_at).time() == datetime.time.min
    assert [came.unit for came in row.companions.all()] == [world.superior]
    assert (row.team, row.by, row.entered_for_unit_by) == (world.cell, world.clearance_officer, world.clearance_officer)
    assert {h.outreach for h in Household.objects.filter(pk__in=[one.pk, two.pk, by_hand.household_id])} == {"met"}
    assert Event.objects.filter(kind="clearance.visits.added").count() == 1
    page = client.get(reverse("clearance:household_detail", args=[place["project"].slug, two.number]))
    assert "00:00" not in page.content.decode()


def test_what_a_round_planned_is_done_by_a_visit_since_its_lists_were_out(
    client: Client, world: World, place: dict
) -> None:
    one, two = place["of_cell"]
    out = a_round(world, place)
    plan(out, world, only(one, two))
    type(out).objects.filter(pk=out.pk).update(handed_out_on=ago(10))
    files.act(client, bring(client, place, visit(one.number), visit(two.number, on=ago(11))), "take")
    rows = PlannedVisit.objects.filter(round=out)
    assert {row.household_id: row.visit_id is not None for row in rows} == {one.pk: True, two.pk: False}


def test_a_list_whose_visit_was_corrected_stays(client: Client, world: World, place: dict) -> None:
    one, two = place["of_cell"]
    batch = bring(client, place, visit(one.number), visit(two.number))
    files.act(client, batch, "take")
    row = Visit.objects.get(household=one)
    facts = {"outcome": VisitOutcome.NOBODY_HOME, "purpose": "explain", "note": "", "follow_up_on": None}
    facts |= {"attendance_reply": None, "concerns": {}, "minutes": actions.MinutesKept()}
    by = {"by": world.clearance_officer, "campaign": world.campaign}
    actions.amend_visit(row, **by, client_id="7d1c6c1e-6c38-4f0f-9a39-0f3a1f1c2b11", reason="Ghi nhầm", **facts)
    assert files.act(client, batch, "take_back") == "done"
    assert Visit.objects.valid().filter(household__in=[one, two]).count() == 2


def test_rows_of_milestones_that_are_wrong_say_what_to_do(client: Client, world: World, place: dict) -> None:
    one = place["of_cell"][0]
    paid = {"kind": "paid", "on": ago(5)}
    Milestone(ward=world.ward, household=one, **paid).record(by=None, campaign=world.campaign)
    batch = bring(
        client,
        place,
        [one.number, "Đã chi trả", ago(5), ""],
        [one.number, "đã nhận tiền", ago(4), ""],
        [99, "Đã chi trả", ago(5), ""],
        [2, "Đồng thuận", ago(5), ""],
        [2, "Đã bàn giao mặt bằng", ago(5), "Biên bản của 001099012345"],
        [2, "Đã chi trả", today() + datetime.timedelta(days=1), ""],
        [3, "Đã kiểm kê", ago(5), ""],
        [3, "kiểm đếm", ago(4), ""],
        [4, "hand-over", "5/4", ""],
    )
    said = told(batch)
    expected = {3: "dòng 2", 4: "không có hộ số 99", 5: "Đã chi trả", 6: "số", 7: "chưa tới", 9: "dòng 8"}
    expected |= {10: "05/04/2022"}
    assert set(said) == set(expected)
    assert not {row: said[row] for row, words in expected.items() if words not in said[row]}
    assert (batch.known_count, batch.new_count) == (1, 1)
    other = bring(client, place, [one.number, "Đã chi trả", ago(4), ""])
    assert f"{ago(5):%d/%m/%Y}" in told(other)[2]


def test_a_mobilisation_ends_with_what_was_reached(
    client: Client, world: World, place: dict, household: Household
) -> None:
    loop = opened(household, world, kind="handover", days=20)
    files.act(client, bring(client, place, [household.number, "Đã bàn giao mặt bằng", ago(5), ""]), "take")
    loop = MobilisationLoop.objects.get(pk=loop.pk)
    assert (loop.ended_on, loop.ending) == (ago(5), "done")


def test_a_day_that_no_form_takes_no_list_takes(world: World, place: dict) -> None:
    one = place["of_cell"][0]
    by = {"by": world.clearance_officer, "campaign": world.campaign}
    tomorrow = today() + datetime.timedelta(days=1)
    with pytest.raises(ValidationError):
        actions.add_milestones(place["project"], **by, milestones=[Reached(one.pk, MilestoneKind.PAID, tomorrow)])
    went = PastVisit(one.pk, make.at(1), world.cell, "explain", "met_head")
    with pytest.raises(ValidationError):
        actions.add_visits(place["project"], **by, visits=[went])
    assert not Milestone.objects.exists()
    assert not Visit.objects.exists()


@pytest.mark.parametrize("code", ["milestones", "visits"])
@pytest.mark.parametrize("person", ["head", "supervisor", "grievance_officer"])
def test_only_who_keeps_the_files_brings_lists(
    world: World, sign_in: Callable, place: dict, code: str, person: str
) -> None:
    address = f"{reverse('intake:batch_new', args=[code])}?for={place['project'].pk}"
    assert sign_in(world.people[person]).get(address).status_code in (403, 404)


def test_the_pages_lead_from_one_list_to_the_next(client: Client, place: dict) -> None:
    page = client.get(reverse("clearance:household_list", args=[place["project"].slug])).content.decode()
    for code in ("milestones", "visits", "plots"):
        assert f"{reverse('intake:batch_new', args=[code])}?for={place['project'].pk}" in page
    batch = bring(client, place, [3, "Đã chi trả", ago(5), ""])
    files.act(client, batch, "take")
    assert reverse("intake:batch_new", args=["visits"]) in client.get(batch.get_absolute_url()).content.decode()


@given(st.times().map(lambda t: t.replace(second=0, microsecond=0)), st.sampled_from(["{:%H:%M}", "{:%Hh%M}"]))
def test_a_time_is_read_however_it_is_typed(time: datetime.time, form: str) -> None:
    assert clock(form.format(time)) == clock(time) == clock(datetime.datetime.combine(today(), time)) == time
