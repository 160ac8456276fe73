"""Written mobilisation of one household: days, minutes, what is missing before the next act, and how it ends."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import AccessLog
from clearance.choices import LOOP_STEPS, LoopKind, LoopPhase
from clearance.models import (
    CaseCode,
    Delivery,
    Household,
    LoopMinutes,
    Milestone,
    MobilisationLoop,
    ProcedureStep,
    RuleSet,
    SetDay,
)
from clearance.models.procedure import propose_procedure
from core.models import today
from deadlines.models import Blackout, Deadline, DeadlineRule
from notifications import rules
from notifications.engine import planner
from notifications.models import Event
from notifications.moments import at
from tests import factories as people
from tests.clearance import factories as make
from tests.clearance.photos import photo
from tests.world import World

ONE_DAY = datetime.timedelta(days=1)
BODIES = {"ward_body": "UBND phường", "front_body": "MTTQ phường", "unit_body": "Ban bồi thường"}
THERE = {"of_ward": "Ông An", "of_front": "Bà Bình", "of_unit": "Anh Chính", "of_household": "Chủ hộ"}


def said(day: datetime.date) -> str:
    return f"{day:%d/%m/%Y}"


@pytest.fixture
def household(world: World, place: dict) -> Household:
    """Of a project that runs by the law of 2026."""
    make.clocks(world)
    propose_procedure(world.ward, by=None)
    project = place["project"]
    project.rule_set = RuleSet.objects.get(ward=world.ward, code="resolution-254")
    project.save(update_fields=["rule_set"])
    row = place["of_cell"][0]
    row.project = project
    return row


def opened(household: Household, world: World, kind: str = "inventory", days: int = 40) -> MobilisationLoop:
    row = MobilisationLoop(ward=world.ward, household=household, kind=kind, words="Chưa rõ giá đất", **BODIES)
    row.opened_on = today() - days * ONE_DAY
    row.open(by=world.clearance_officer, campaign=world.campaign)
    return row


def minuted(loop: MobilisationLoop, world: World, after: int = 3, **fields: Any) -> LoopMinutes:
    facts: dict[str, Any] = {"signed": "signed", "paper": "Hồ sơ số 12", "on": loop.opened_on + after * ONE_DAY}
    row = LoopMinutes(ward=world.ward, loop=loop, **THERE | facts | fields)
    row.write(by=world.head, campaign=world.campaign)
    return row


def paper(household: Household, world: World, kind: str, days: int = 60) -> None:
    facts = {"title": "15/QĐ-UBND", "way": "posted_up", "on": today() - days * ONE_DAY}
    Delivery(ward=world.ward, household=household, kind=kind, **facts).record(by=None, campaign=world.campaign)


def reached(household: Household, world: World, kind: str, days: int = 50) -> None:
    row = Milestone(ward=world.ward, household=household, kind=kind, on=today() - days * ONE_DAY)
    row.record(by=None, campaign=world.campaign)


def fresh(loop: MobilisationLoop) -> MobilisationLoop:
    return MobilisationLoop.objects.get(pk=loop.pk)


def verified(world: World) -> None:
    for rule in DeadlineRule.objects.filter(ward=world.ward):
        rule.verify(by=world.campaign_officer)


@pytest.mark.parametrize(("kind", "window"), [("inventory", 15), ("plan", 10), ("handover", 10)])
def test_the_days_of_each_loop_are_counted_by_rows_and_stay_as_they_were(
    world: World, household: Household, kind: str, window: int
) -> None:
    loop = opened(household, world, kind)
    last = loop.opened_on + window * ONE_DAY
    assert (loop.window.due_on, loop.wait.due_on) == (last, last + 11 * ONE_DAY)
    assert loop.window.rule.rule_set == "Nghị quyết 254/2025/QH15"
    days = [last, last + ONE_DAY, last + 10 * ONE_DAY, last + 11 * ONE_DAY]
    phases = [LoopPhase.RUNNING, LoopPhase.WAITING, LoopPhase.WAITING, LoopPhase.PAST]
    assert [loop.phase_on(day) for day in days] == phases
    DeadlineRule.objects.filter(ward=world.ward, code__startswith="mobilise").update(value=99)
    assert fresh(loop).window.due_on == last


def test_the_older_law_of_a_batch_counts_its_own_days_and_without_a_law_nothing_is_counted(
    world: World, household: Household, place: dict
) -> None:
    project = household.project
    project.rule_set = RuleSet.objects.get(ward=world.ward, code="land-law-2024")
    project.save(update_fields=["rule_set"])
    loop = opened(household, world)
    assert loop.window.rule.rule_set == "Luật Đất đai 2024"
    project.rule_set = None
    project.save(update_fields=["rule_set"])
    other = place["of_cell"][1]
    other.project = project
    bare = opened(other, world)
    assert (bare.window, bare.wait, bare.phase) == (None, None, LoopPhase.RUNNING)
    assert (
        "Không quy tắc" in str([proof.note for proof in bare.gate(today()).proofs])
        or not bare.gate(today()).is_complete
    )


def test_an_officer_opens_it_and_the_team_writes_its_minutes(
    world: World, sign_in: Callable, household: Household
) -> None:
    officer: Client = sign_in(world.clearance_officer)
    new = reverse("clearance:loop_new", args=[household.project.slug, household.number])
    assert officer.get(new).context["form"]["unit_body"].value() == str(household.project.host)
    sent = {"kind": "inventory", "words": "Chưa rõ giá đất", "opened_on": said(today() - 5 * ONE_DAY)} | BODIES
    for wrong in (
        {"words": ""},
        {"front_body": ""},
        {"opened_on": said(today() + ONE_DAY)},
        {"words": "Gọi 0912345678"},
    ):
        assert officer.post(new, sent | wrong).context["form"].errors, wrong
    made: Any = officer.post(new, sent)
    loop = MobilisationLoop.objects.get()
    assert made.url == loop.get_absolute_url()
    assert officer.post(new, sent).context["form"].errors, "one of its kind at a time"

    team: Client = sign_in(world.head)
    page = team.get(loop.get_absolute_url()).content.decode()
    assert "Chưa rõ giá đất" in page
    assert AccessLog.objects.filter(user=world.head, subject_id=household.pk).exists()
    write = reverse("clearance:minutes_new", args=[loop.pk])
    minutes = THERE | {"on": said(today()), "signed": "not_signed", "said": "Chờ con về", "paper": ""}
    assert "hai người" in str(team.post(write, minutes).context["form"].errors)
    early = minutes | {"signed": "signed", "on": said(loop.opened_on - ONE_DAY)}
    assert team.post(write, early).context["form"].errors
    whole = minutes | {"witness": "Ông Tư", "second_witness": "Bà Năm", "scan": photo()}
    assert team.post(write, whole).status_code == 302
    row = LoopMinutes.objects.get()
    assert (row.number, row.by) == (1, world.head)
    page = team.get(loop.get_absolute_url()).content.decode()
    for told in ("Không ký biên bản", "Bà Năm", "Chờ con về"):
        assert told in page
    scan = row.scans.get()
    served: Any = team.get(reverse("clearance:minutes_scan", args=[scan.pk]))
    assert served.status_code == 200
    assert b"".join(served.streaming_content)
    assert sign_in(world.neighbour).get(reverse("clearance:minutes_scan", args=[scan.pk])).status_code == 404
    void = reverse("clearance:minutes_void", args=[row.pk])
    assert team.post(void, {"reason": "Nhầm hộ"}).status_code == 302
    assert not fresh(loop).gate(today()).proofs[0].is_there, "void minutes prove nothing"
    assert minuted(loop, world, after=1).number == 2
    assert loop.get_absolute_url() in team.get(household.get_absolute_url()).content.decode()
    kinds = set(Event.objects.filter(subject_id=household.pk).values_list("kind", flat=True))
    assert {"clearance.loop.opened", "clearance.minutes.recorded", "clearance.minutes.voided"} <= kinds


def test_the_gate_says_what_is_missing_until_every_proof_is_there(world: World, household: Household) -> None:
    verified(world)
    loop = opened(household, world)
    free = loop.wait.due_on
    assert len(fresh(loop).gate(loop.opened_on).missing) == 5
    minuted(loop, world, of_front="", paper="Hồ sơ số 12")
    assert not fresh(loop).gate(free).proofs[0].is_there, "the Front was not there"
    minuted(loop, world, paper="")
    assert [proof.is_there for proof in fresh(loop).gate(free).proofs] == [True, False, True, True, False, True]
    minuted(loop, world)
    paper(household, world, "notice")
    assert fresh(loop).gate(free).is_complete
    assert not fresh(loop).gate(free - ONE_DAY).is_complete, "the waiting days still run"
    assert fresh(loop).gate(free - ONE_DAY).missing[0].words == fresh(loop).gate(free).proofs[3].words


@pytest.mark.parametrize(
    ("kind", "papers", "milestones"),
    [("plan", ["plan"], ["approved"]), ("handover", ["decision"], ["deposited"])],
)
def test_each_loop_has_its_own_proofs(
    world: World, household: Household, kind: str, papers: list[str], milestones: list[str]
) -> None:
    verified(world)
    loop = opened(household, world, kind)
    minuted(loop, world)
    assert len(fresh(loop).gate(today()).missing) == 2
    for name in papers:
        paper(household, world, name)
    for name in milestones:
        reached(household, world, name)
    assert fresh(loop).gate(today()).is_complete


def test_its_officers_and_its_team_are_reminded_once_its_days_are_over_and_nothing_is_written(
    world: World, household: Household
) -> None:
    (silent,) = (rule for rule in rules.defaults(world.ward, None) if rule.source == "clearance.loop.silent")
    assert not silent.enabled
    silent.working_days_only = False  # today may be a Sunday, and its hour is past after eight
    bare = opened(household, world, days=16)
    assert bare.followed_until == bare.window.due_on == today() - ONE_DAY

    morning = at(today(), datetime.time.min)

    def due() -> list[Any]:
        return [plan for plan in planner.preview(silent, now=morning) if plan.target.on == today()]

    assert {plan.target.subject for plan in due()} == {bare}
    assert {person for plan in due() for person in plan.people} == {world.clearance_officer, world.head}
    minuted(bare, world)
    assert fresh(bare).followed_until == bare.wait.due_on, "with minutes the waiting days run"
    assert not due()
    Deadline.objects.filter(pk=bare.wait_id).update(anchor_on=today() - ONE_DAY * 9, due_on=today() - ONE_DAY)
    assert {plan.target.subject for plan in due()} == {bare}
    fresh(bare).end(by=world.head, campaign=world.campaign, on=today(), note="Đã hợp tác")
    assert not planner.preview(silent)


def test_a_decision_is_recorded_only_behind_the_gate_and_a_second_person_stands_for_it(
    world: World, sign_in: Callable, household: Household
) -> None:
    verified(world)
    loop = opened(household, world, "handover")
    officer: Client = sign_in(world.clearance_officer)
    decide, confirm = (reverse(f"clearance:loop_{name}", args=[loop.pk]) for name in ("decide", "confirm"))
    assert officer.get(decide).status_code == 403, "the gate is not complete"
    minuted(loop, world)
    paper(household, world, "decision")
    reached(household, world, "paid")
    sent = {"number": "77/QĐ-UBND", "on": said(today())}
    early = officer.post(decide, sent | {"on": said(loop.wait.due_on - ONE_DAY)}).context["form"]
    assert "còn thiếu" in str(early.errors).lower()
    assert officer.post(decide, sent).status_code == 302
    loop = fresh(loop)
    assert (loop.entered_by, loop.is_decided, loop.phase) == (world.clearance_officer, False, LoopPhase.DECIDED)
    assert officer.post(confirm).status_code == 403, "the same person"
    with pytest.raises(ValidationError):
        loop.confirm_decision(by=world.clearance_officer, campaign=world.campaign)
    with pytest.raises(ValidationError):
        loop.record_decision(by=world.clearance_officer, campaign=world.campaign, number="78", on=today())
    second = people.member(world.committee, "clearance_officer", people.user("Người Thứ Hai"))
    other: Client = sign_in(second)
    assert other.get(confirm).status_code == 200
    assert other.post(confirm).status_code == 302
    assert fresh(loop).is_decided
    assert other.post(confirm).status_code == 403
    kinds = set(Event.objects.filter(subject_id=household.pk).values_list("kind", flat=True))
    assert {"clearance.loop.decision_recorded", "clearance.loop.decision_confirmed"} <= kinds
    page = other.get(loop.get_absolute_url()).content.decode()
    assert "77/QĐ-UBND" in page


def test_where_the_law_asks_one_person_one_is_enough(world: World, household: Household) -> None:
    loop = opened(household, world)
    assert not loop.needs_second
    ProcedureStep.objects.filter(ward=world.ward, code=LOOP_STEPS[LoopKind.INVENTORY]).delete()
    assert fresh(loop).needs_second, "where no row says so, two"


def test_a_rule_that_nobody_verified_is_grey_and_holds_nothing_up(world: World, household: Household) -> None:
    loop = opened(household, world, days=2)
    minuted(loop, world, after=1)
    paper(household, world, "notice")
    gate = fresh(loop).gate(today())
    grey = [proof for proof in gate.proofs if not proof.is_verified]
    assert [proof.is_there for proof in grey] == [False, False]
    assert gate.is_complete


def test_the_household_cooperates_at_any_time_in_one_step(
    world: World, sign_in: Callable, household: Household
) -> None:
    loop = opened(household, world, days=4)
    team: Client = sign_in(world.head)
    end = reverse("clearance:loop_end", args=[loop.pk])
    assert end in team.get(loop.get_absolute_url()).content.decode()
    assert team.post(end, {"on": said(today() + ONE_DAY), "note": "đo"}).context["form"].errors["on"]
    assert team.post(end, {"on": said(today()), "note": "Cho đo đạc"}).status_code == 302
    loop = fresh(loop)
    assert (loop.phase, loop.ending_note) == (LoopPhase.DONE, "Cho đo đạc")
    assert loop.phase_on(today() - ONE_DAY) == LoopPhase.RUNNING
    assert team.post(end, {"on": said(today()), "note": "nữa"}).status_code == 403
    with pytest.raises(ValidationError):
        loop.end(by=world.head, campaign=world.campaign, on=today(), note="nữa")
    running = Deadline.objects.filter(ward=world.ward).as_of(today())
    assert {row.standing for row in running} == {"gone"}
    assert not loop.can_keep_deadline(world.clearance_officer)
    opened(household, world, days=1)


def test_a_milestone_of_the_file_ends_the_loop_that_asked_for_it(world: World, household: Household) -> None:
    asked, other = opened(household, world), opened(household, world, "handover")
    reached(household, world, "inventoried", days=1)
    assert fresh(asked).phase == LoopPhase.DONE
    assert fresh(asked).ending_note == "Đã ký biên bản kiểm kê"
    assert fresh(other).is_open


def test_what_was_opened_in_error_stays_and_counts_for_nothing(
    world: World, sign_in: Callable, household: Household
) -> None:
    loop = opened(household, world)
    mistake = reverse("clearance:loop_mistake", args=[loop.pk])
    assert sign_in(world.head).post(mistake, {"on": said(today()), "note": "Nhầm hộ"}).status_code == 403
    assert sign_in(world.clearance_officer).post(mistake, {"on": said(today()), "note": "Nhầm hộ"}).status_code == 302
    assert fresh(loop).phase == LoopPhase.MISTAKEN


def test_the_database_keeps_a_loop_and_its_minutes_whole(world: World, household: Household) -> None:
    loop = opened(household, world)
    row = minuted(loop, world)
    officer = world.clearance_officer.pk
    wrong: list[dict] = [
        {"ended_on": today()},
        {"decision": "7"},
        {"decided_on": today()},
        {"confirmed_by": officer},
        {"ended_on": loop.opened_on - ONE_DAY, "ending": "done", "ending_note": "x"},
    ]
    for facts in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            MobilisationLoop.objects.filter(pk=loop.pk).update(**facts)
    for facts in ({"signed": "not_signed"}, {"of_household": ""}, {"signed": "absent"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            LoopMinutes.objects.filter(pk=row.pk).update(**facts)


def test_a_day_towards_a_household_keeps_off_closed_times(
    world: World, sign_in: Callable, household: Household
) -> None:
    Blackout.propose(world.ward, by=None)
    officer: Client = sign_in(world.clearance_officer)
    new = reverse("clearance:set_day_new", args=[household.project.slug, household.number])
    saturday = today() + (12 - today().weekday()) * ONE_DAY
    sent = {"kind": "handover", "on": said(saturday), "at": "09:00", "place": "Tại thửa đất"}
    asked = officer.post(new, sent).context["form"]
    assert "keep" in asked.fields, "nobody has verified the row: it is asked about"
    assert "chưa đối chiếu" in str(asked.errors)
    for row in Blackout.objects.filter(ward=world.ward):
        row.verify(by=world.campaign_officer)
    refused = officer.post(new, sent).context["form"]
    assert "keep" not in refused.fields
    assert "ngày nghỉ" in str(refused.errors["on"])
    assert "điều 89" in str(refused.errors["on"])
    assert officer.post(new, sent | {"on": said(today() - ONE_DAY)}).context["form"].errors["on"]
    assert not SetDay.objects.exists()


def test_a_set_day_stands_in_the_file_and_is_taken_back(world: World, sign_in: Callable, household: Household) -> None:
    officer: Client = sign_in(world.clearance_officer)
    new = reverse("clearance:set_day_new", args=[household.project.slug, household.number])
    sent = {"kind": "inventory", "on": said(today() + 3 * ONE_DAY), "at": "08:30", "place": "Tại thửa đất"}
    assert officer.post(new, sent).status_code == 302
    row = SetDay.objects.get()
    assert said(row.on) in officer.get(household.get_absolute_url()).content.decode()
    assert (
        officer.post(reverse("clearance:set_day_void", args=[row.pk]), {"reason": "Hộ xin đổi ngày"}).status_code == 302
    )
    assert "Hộ xin đổi ngày" in officer.get(household.get_absolute_url()).content.decode()
    kinds = set(Event.objects.filter(subject_id=household.pk).values_list("kind", flat=True))
    assert {"clearance.set_day.recorded", "clearance.set_day.voided"} <= kinds


def test_no_counted_day_of_a_loop_stands_on_the_household_s_own_page(
    world: World, client: Client, household: Household
) -> None:
    loop = opened(household, world, days=1)
    code = CaseCode.hand_over(household, by=world.clearance_officer, campaign=world.campaign)
    page = client.get(reverse("clearance:public_case", args=[world.ward.slug, code])).content.decode()
    for day in (loop.window.due_on, loop.wait.due_on):
        assert said(day) not in page
    assert "vận động" not in page.lower()
