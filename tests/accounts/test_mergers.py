"""Two units become one: what goes over, what stays, and what is refused with a sentence."""

import datetime
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.choices import MergerState, RequestState, Role
from accounts.models import Duty, Membership, MergingUnit, Unit, UnitMerger, User
from beautification.models import Street
from campaigns.models import Document, DocumentRecipient, Task
from clearance.models import Household, Question
from core import past
from core.agenda import Ask, items
from core.figures import Scope, all_figures
from core.models import StateChanged, today
from models_registry.models import EntryQuota, MobilizationModel
from notifications.engine import dispatch
from notifications.models import Event, Message, RuleUnit
from tests import factories as make
from tests.beautification import factories as streets
from tests.clearance import factories as clearance
from tests.models_registry import factories as models
from tests.notifications.factories import rule
from tests.parallel import together
from tests.past.ageing import age
from tests.past.life import ENTER, ago, give_task
from tests.world import World

pytestmark = pytest.mark.django_db
YESTERDAY = datetime.timedelta(days=1)


def prepared(world: World, units: Any = None, **fields: Any) -> UnitMerger:
    row = UnitMerger(ward=world.ward)
    fields = {"on": today()} | fields
    if "into" not in fields:
        fields.setdefault("new_name", "Chi bộ 7 và 8")
    row.prepare(by=world.administrator, units=units or [world.cell, world.other_cell], **fields)
    return row


def merged(world: World, **fields: Any) -> UnitMerger:
    row = prepared(world, **fields)
    row.carry_out(by=world.administrator)
    return row


def refusal(act: Callable, **fields: Any) -> str:
    with pytest.raises(ValidationError) as refused:
        act(**fields)
    return " ".join(refused.value.messages)


@pytest.fixture
def busy(world: World) -> World:
    """Both cells have worked for weeks, and something of everything is open in each."""
    for act in ENTER:
        act(world, 45)
    give_task(world, 44)
    for cell, head in ((world.cell, world.head), (world.other_cell, world.neighbour)):
        make.task(world.campaign, cell, title=f"Việc của {cell}")
        models.draft(world.campaign, cell, head)
        project = clearance.project(world.campaign, world.government)
        household = clearance.household(project, world.campaign, cell)
        clearance.question(household, world.campaign, cell)
        streets.street(world, lead_unit=cell, groups=(cell,))
    contest = models.contest(world.campaign, world.campaign_officer)
    contest.share_out(by=world.campaign_officer, required={world.cell: 2, world.other_cell: 3})
    plan = make.document(world.campaign, world.committee)
    plan.send_to(by=None, units=[], resolutions_from=[world.cell, world.other_cell])
    age(10)
    return world


def figures(world: World, on: datetime.date) -> dict[tuple[str, str], Any]:
    """Every number of the ward and of each of its units on a day."""
    found = {}
    with past.reading(on=on):
        for unit in [None, *Unit.objects.filter(pk__in=[world.cell.pk, world.other_cell.pk])]:
            for key, figure in all_figures().items():
                value = figure.compute(Scope(world.ward, world.campaign, unit=unit), on)
                parts = tuple((code, part.value) for code, part in (value.parts or {}).items())
                found[key, str(unit)] = (value.value, parts)
    return found


def open_rows(unit: Unit) -> dict[str, int]:
    return {
        "tasks": Task.objects.filter(lead_unit=unit, state="assigned").count(),
        "drafts": MobilizationModel.objects.filter(unit=unit, state="draft").count(),
        "households": Household.objects.filter(assignments__team=unit, assignments__valid_to=None).count(),
        "questions": Question.objects.filter(owner=unit, told_household_on=None).count(),
        "streets": Street.objects.filter(lead_unit=unit).count(),
        "owed": DocumentRecipient.objects.filter(unit=unit, must_issue_resolution=True).count(),
    }


# ---- what goes over ------------------------------------------------------------------------------------
def test_what_is_open_goes_over_and_the_old_units_end_on_the_day_before(busy: World) -> None:
    before = [open_rows(unit) for unit in (busy.cell, busy.other_cell)]
    assert all(all(numbers.values()) for numbers in before)
    row = merged(busy)
    new = row.into
    assert new
    together_open = open_rows(new)
    for what in ("tasks", "drafts", "households", "questions", "streets"):
        assert together_open[what] == before[0][what] + before[1][what], what
    assert together_open["owed"] == Document.objects.filter(recipients__must_issue_resolution=True).count()
    for unit in (busy.cell, busy.other_cell):
        unit.refresh_from_db()
        assert unit.valid_to == today() - YESTERDAY
        assert not any(open_rows(unit).values())
        assert unit.successions.get().successor == new
    assert (new.valid_from, new.kind_id, new.parent_id) == (today(), busy.cell.kind_id, busy.committee.pk)
    assert EntryQuota.objects.get(unit=new).required == 5
    event = Event.objects.get(kind="accounts.unit.merged")
    assert (event.unit_id, event.subject_id, event.by) == (new.pk, row.pk, busy.administrator)


def test_what_was_done_stays_with_the_unit_that_did_it(busy: World) -> None:
    document = make.document(busy.campaign, busy.cell)
    done = Task.objects.filter(state="done").first()
    assert done
    kept = (
        done.lead_unit_id,
        busy.cell.visits.count(),
        busy.cell.entries.count(),
        busy.cell.received_documents.count(),
    )
    merged(busy)
    done.refresh_from_db()
    document.refresh_from_db()
    sent = busy.cell.entries.filter(state="sent").count()
    assert (done.lead_unit_id, busy.cell.visits.count()) == kept[:2]
    assert kept[1]
    assert sent
    assert document.issuer_id == busy.cell.pk


def test_one_of_the_units_may_go_on_and_take_the_other_in(busy: World) -> None:
    old = open_rows(busy.cell)["tasks"] + open_rows(busy.other_cell)["tasks"]
    row = merged(busy, into=busy.cell)
    busy.cell.refresh_from_db()
    assert (row.into, busy.cell.valid_to, row.ending) == (busy.cell, None, [busy.other_cell])
    assert open_rows(busy.cell)["tasks"] == old
    assert EntryQuota.objects.get(unit=busy.cell).required == 5
    assert Membership.objects.get(user=busy.head, unit=busy.cell).valid_to is None


@pytest.mark.parametrize("back", [0, 3])
def test_figures_of_days_before_still_say_what_they_said(busy: World, back: int) -> None:
    """Also where the day of the merger lies a few days back, in which nobody worked there."""
    if back:
        age(back)
        Event.objects.filter(ward=busy.ward).update(on=ago(30))
    days = [ago(30), ago(back + 1)] if back else [ago(1)]
    before = [figures(busy, on) for on in days]
    assert any(value for value, _parts in before[0].values())
    merged(busy, on=ago(back))
    after = [figures(busy, on) for on in days]
    assert [then.items() - now.items() for then, now in zip(before, after, strict=True)] == [set()] * len(days)
    new = Unit.objects.get(name="Chi bộ 7 và 8")
    tasks = all_figures()["campaigns.tasks"]
    assert not tasks.value(Scope(busy.ward, busy.campaign, unit=new), ago(back + 1)).value
    assert tasks.value(Scope(busy.ward, busy.campaign, unit=new), ago(back)).value


def test_a_reminder_for_one_of_the_units_reminds_the_merged_one_once(world: World) -> None:
    first = rule(world)
    for unit in (world.cell, world.other_cell):
        RuleUnit.objects.create(ward=world.ward, rule=first, unit=unit)
    row = merged(world)
    assert [one.unit for one in first.only_units.all()] == [row.into]


def test_a_unit_that_led_with_the_other_cooperating_is_named_once(world: World) -> None:
    task = Task(ward=world.ward, campaign=world.campaign, lead_unit=world.cell, title="Chung", due_on=today())
    task.assign(by=None, helpers=[world.other_cell, world.front])
    row = merged(world)
    task.refresh_from_db()
    assert task.lead_unit == row.into
    assert [one.unit for one in task.cooperating.all()] == [world.front]


# ---- people --------------------------------------------------------------------------------------------
def test_a_role_that_opens_files_goes_over_by_a_second_persons_yes(busy: World) -> None:
    User.objects.filter(pk=busy.leadership.pk).update(last_login=timezone.now())
    make.member(busy.cell, Role.SUPERVISOR, busy.supervisor)
    row = merged(busy)
    seats = {seat.user: seat for seat in Membership.objects.filter(unit=row.into)}
    assert set(seats) == {busy.head, busy.neighbour, busy.supervisor}
    assert seats[busy.supervisor].in_force
    assert not seats[busy.head].in_force
    request = seats[busy.head].request
    assert (request.state, request.asked_by) == (RequestState.WAITING, busy.administrator)
    assert "Chi bộ 7" in request.reason
    request.agree(by=busy.leadership)
    assert Membership.objects.get(pk=seats[busy.head].pk).in_force
    assert not busy.head.memberships.valid_on(today()).filter(unit=busy.cell).exists()


def test_whoever_leaves_ends_with_the_former_unit_and_a_duty_goes_on(world: World) -> None:
    Duty.objects.create(ward=world.ward, code="records", unit=world.cell, valid_from=ago(100))
    row, seat = prepared(world), Membership.objects.get(user=world.neighbour, unit=world.other_cell)
    row.carry_out(by=world.administrator, leaving=[seat.pk])
    seat.refresh_from_db()
    assert seat.valid_to == today() - YESTERDAY
    assert [one.user for one in row.into.memberships.all()] == [world.head]
    held = Duty.objects.filter(code="records").order_by("valid_from")
    assert [(duty.unit, duty.valid_to) for duty in held] == [(world.cell, today() - YESTERDAY), (row.into, None)]


def test_the_people_of_the_merged_unit_are_told_and_the_prepared_merger_stands_among_the_work(world: World) -> None:
    row = prepared(world, into=world.cell)
    ask = Ask(world.administrator, world.campaign, today(), today(), today())
    assert str(row) in {item.title for item in items(ask)}
    row.carry_out(by=world.administrator)
    assert str(row) not in {item.title for item in items(ask)}
    dispatch.run()
    assert world.head in {message.user for message in Message.objects.filter(words="accounts.unit.merged")}


# ---- what is refused -----------------------------------------------------------------------------------
def test_what_can_not_merge_is_told_with_what_to_do(world: World) -> None:
    assert "ít nhất hai" in refusal(prepared, world=world, units=[world.cell])
    assert "ít nhất hai" in refusal(prepared, world=world, units=[world.cell, world.cell])
    assert "cùng loại" in refusal(prepared, world=world, units=[world.cell, world.front])
    assert "một trong" in refusal(prepared, world=world, into=world.committee)
    assert "hơn một năm" in refusal(prepared, world=world, on=today() + datetime.timedelta(days=400))
    assert "đã có" in refusal(prepared, world=world, new_name="chi bộ 7")
    young = make.unit(world.ward, "Chi bộ 9", slug="chi-bo-9", valid_from=today(), kind=world.cell.kind)
    assert "Chi bộ 9" in refusal(prepared, world=world, units=[world.cell, young])
    inside = make.unit(world.ward, "Tổ đảng", slug="to-dang", kind=world.cell.kind, parent=world.cell)
    assert "Tổ đảng" in refusal(prepared, world=world, units=[world.cell, inside])
    assert not UnitMerger.objects.exists()


def test_a_past_day_with_work_after_it_is_refused_and_nothing_is_half_done(busy: World) -> None:
    row = prepared(busy, on=ago(3))
    task = Task.objects.filter(lead_unit=busy.cell, state="assigned").first()
    task.acknowledge(by=busy.head)
    said = refusal(row.carry_out, by=busy.administrator)
    assert "Chi bộ 7" in said
    assert f"{today():%d/%m/%Y}" in said
    assert Unit.objects.filter(pk=busy.cell.pk, valid_to=None).exists()
    assert not Unit.objects.filter(name=row.new_name).exists()
    row.prepare(by=busy.administrator, units=row.units, on=today(), new_name=row.new_name)
    row.carry_out(by=busy.administrator)
    assert row.state == MergerState.DONE


def test_a_day_to_come_waits_and_what_changed_since_the_look_is_shown_again(world: World) -> None:
    row = prepared(world, on=today() + YESTERDAY)
    assert "từ ngày" in refusal(row.carry_out, by=world.administrator)
    row.prepare(by=world.administrator, units=row.units, on=today(), new_name=row.new_name)
    seen = row.fingerprint(row.counts())
    make.task(world.campaign, world.cell)
    assert "thay đổi" in refusal(row.carry_out, by=world.administrator, seen=seen)
    row.carry_out(by=world.administrator, seen=row.fingerprint(row.counts()))
    with pytest.raises(PermissionDenied):
        row.carry_out(by=world.administrator)
    stale = UnitMerger.objects.get(pk=row.pk)
    stale.state = MergerState.PREPARED
    with pytest.raises(StateChanged):
        stale.drop(by=world.administrator)


def test_a_role_that_waits_for_a_yes_is_answered_first(busy: World) -> None:
    User.objects.filter(pk=busy.leadership.pk).update(last_login=timezone.now())
    seat = Membership(ward=busy.ward, unit=busy.cell, user=make.user("Lê Chờ"), role=Role.UNIT_HEAD)
    seat.give(by=busy.administrator, reason="bầu bổ sung")
    row = prepared(busy)
    assert "Lê Chờ" in refusal(row.carry_out, by=busy.administrator)
    seat.request.withdraw(by=busy.administrator)
    row.carry_out(by=busy.administrator)


def test_the_database_ends_a_unit_by_one_merger_only(world: World) -> None:
    row = merged(world)
    other = make.unit(world.ward, "Chi bộ 10", slug="chi-bo-10", kind=world.cell.kind)
    second = UnitMerger(ward=world.ward, on=today(), new_name="Khác")
    second.start(by=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        MergingUnit.objects.create(ward=world.ward, merger=second, unit=world.cell, has_ended=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        UnitMerger.objects.filter(pk=row.pk).update(into=None)
    said = refusal(prepared, world=world, units=[world.cell, other], new_name="Nữa")
    assert "Chi bộ 7 và 8" in said


@pytest.mark.django_db(transaction=True)
def test_of_two_mergers_at_the_same_moment_the_second_hears_what_the_first_did(world: World) -> None:
    third = make.unit(world.ward, "Chi bộ 9", slug="chi-bo-9", kind=world.cell.kind)
    make.task(world.campaign, world.cell)
    rows = [prepared(world, new_name="Một"), prepared(world, units=[world.cell, third], new_name="Hai")]
    waiting, said = iter(rows), []

    def carry() -> None:
        row = next(waiting)
        try:
            row.carry_out(by=world.administrator)
        except ValidationError as refused:
            said.extend(refused.messages)

    together(carry, 2)
    assert len(said) == 1
    assert "Chi bộ 7" in said[0]
    assert sorted(UnitMerger.objects.values_list("state", flat=True)) == ["done", "prepared"]
    assert Unit.objects.filter(name__in=["Một", "Hai"]).count() == 1


# ---- pages ---------------------------------------------------------------------------------------------
def numbers(page: str) -> dict[str, int]:
    """Address of each number that the page links, and the number."""
    found = re.findall(r'href="([^"]+)"\s+data-value="(\d+)"', page)
    return {address.replace("&amp;", "&"): int(number) for address, number in found}


def listed(office: Client, address: str) -> int:
    page = office.get(address).context["page"]
    return page.paginator.count


def test_every_number_of_the_preview_and_of_the_record_opens_exactly_its_rows(
    busy: World, sign_in: Callable, query_baseline: Any
) -> None:
    row, office = prepared(busy), sign_in(busy.administrator)
    page = query_baseline.check("merger_detail", office, row.get_absolute_url()).content.decode()
    before = numbers(page)
    assert len(before) > 10
    assert {address: listed(office, address) for address in before} == before
    sent = {"seen": row.fingerprint(row.counts()), "staying": [seat.pk for seat in busy.head.memberships.all()]}
    done = office.post(row.get_absolute_url(), sent, follow=True).content.decode()
    after = numbers(done)
    assert after
    assert {address: listed(office, address) for address in after} == after
    same = {address for address in before if not re.search("received|quotas|along|series", address)}
    assert {address: before[address] for address in same} == {address: after[address] for address in same}
    assert [seat.user for seat in UnitMerger.objects.get().into.memberships.all()] == [busy.head]


def test_the_pages_lead_from_the_unit_to_the_merged_one(world: World, sign_in: Callable, query_baseline: Any) -> None:
    office = sign_in(world.administrator)
    assert f"{reverse('accounts:merger_new')}?unit=chi-bo-7" in office.get("/units/chi-bo-7/about/").content.decode()
    sent = {"units": [world.cell.pk], "into": world.cell.pk, "new_name": "", "on": f"{today():%d/%m/%Y}"}
    assert "ít nhất hai" in office.post(reverse("accounts:merger_new"), sent).content.decode()
    both = sent | {"units": [world.cell.pk, world.other_cell.pk]}
    assert "tên đơn vị mới" in office.post(reverse("accounts:merger_new"), both | {"new_name": "A"}).content.decode()
    answer = office.post(reverse("accounts:merger_new"), both)
    row = UnitMerger.objects.get()
    assert answer.url == row.get_absolute_url()
    query_baseline.check("merger_new", office, reverse("accounts:merger_new"))
    edit = reverse("accounts:merger_edit", args=[row.pk])
    assert "Chi bộ 8" in office.get(edit).content.decode()
    stale = office.post(row.get_absolute_url(), {"seen": "old"}).content.decode()
    assert "thay đổi" in stale
    office.post(row.get_absolute_url(), {"seen": row.fingerprint(row.counts())})
    row.refresh_from_db()
    assert row.state == MergerState.DONE
    assert "Chi bộ 7" in office.get("/units/chi-bo-8/about/").content.decode()
    again = office.post(reverse("accounts:merger_new"), both | {"into": "", "new_name": "Mới"}).content.decode()
    assert "Chi bộ 8" in again
    assert "Chi bộ 7" in again
    query_baseline.check("merger_list", office, reverse("accounts:merger_list"))
    query_baseline.check("merger_rows", office, reverse("accounts:merger_rows", args=[row.pk, "people"]))
    assert office.get(reverse("accounts:merger_rows", args=[row.pk, "nothing"])).status_code == 404
    assert office.get(reverse("accounts:merger_rows", args=[row.pk, "people"]) + "?unit=mttq").status_code == 404


def test_a_prepared_merger_can_be_dropped(world: World, sign_in: Callable) -> None:
    row, office = prepared(world), sign_in(world.administrator)
    office.post(reverse("accounts:merger_drop", args=[row.pk]))
    row.refresh_from_db()
    assert row.state == MergerState.DROPPED
    assert Document.objects.count() == 0
    assert office.post(row.get_absolute_url(), {"seen": "x"}).status_code == 403
