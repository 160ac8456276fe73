"""Verbs over many rows write sets: as the same verb row by row would, with as many statements for fifty as for five."""

import datetime
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts import access
from accounts.choices import Branch, Role
from accounts.models import Unit
from beautification.choices import HolidayPolicy
from beautification.models import Cleanup, CleanupTransition
from campaigns.actions import assign_tasks, give_tasks, remind_units
from campaigns.models import Task, TaskSeries, TaskTransition, TaskUnit
from clearance.actions import (
    NewHousehold,
    PastVisit,
    Reached,
    add_households,
    add_milestones,
    add_visits,
    assign_households,
    record_visit,
)
from clearance.models import (
    Household,
    HouseholdParty,
    Invitation,
    Milestone,
    Party,
    Representation,
    TeamAssignment,
    Visit,
    VisitCompanion,
)
from core.models import today
from core.refusals import Refused
from models_registry.actions import Registered, register_all
from models_registry.actions import remind_units as remind_of_them
from models_registry.models import Contest, EntryQuota, ModelStep
from notifications import outbox
from notifications.engine import dispatch
from notifications.models import Event, Message
from tests import factories as make
from tests.beautification import factories as streets
from tests.campaigns import factories as cascade
from tests.clearance import factories as clearance
from tests.deadlines import factories as calendars
from tests.models_registry import factories as registry
from tests.world import World

pytestmark = pytest.mark.django_db
OF_NO_ACCOUNT = {
    "id",
    "pgh_id",
    "pgh_created_at",
    "pgh_obj_id",
    "at",
    "client_id",
    "dedupe_key",
    "entered_at",
    "received_at",
}
LOGS = {"not_before", "expires_at", "created_at", "updated_at", "dispatched_at"}


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def told(row: Any, depth: int = 3) -> Any:
    """What a row says, without its number and its moment; the rows that it points at by what they say."""
    found = {}
    for field in row._meta.concrete_fields:
        if field.name in OF_NO_ACCOUNT | LOGS or field.name in {"pgh_obj", "pgh_context"}:
            continue
        other = field.is_relation and getattr(row, field.attname) and depth and getattr(row, field.name)
        found[field.name] = told(other, depth - 1) if other else None if field.is_relation else getattr(row, field.name)
    found.pop("subject_id", None)
    return sorted((name, str(value)) for name, value in found.items())


def left_by(act: Callable[[], object], *models: Any) -> dict[str, list]:
    """Which rows an act leaves in these tables and in their histories, and whom the portal tells of it."""
    with undone():
        tables = [*models, *(model.history.rel.related_model for model in models if hasattr(model, "history"))]
        before = {table: set(table._base_manager.values_list("pk", flat=True)) for table in [*tables, Message]}
        act()
        while dispatch.run():
            pass
        return {
            table.__name__: sorted(told(row) for row in table._base_manager.exclude(pk__in=before[table]))
            for table in [*tables, Message]
        }


def statements(act: Callable[[], object]) -> int:
    with undone(), CaptureQueriesContext(connection) as captured:
        act()
    return sum(1 for query in captured if not query["sql"].startswith(("SAVEPOINT", "RELEASE")))


def units(world: World, count: int) -> list[Unit]:
    return [make.unit(world.ward) for _n in range(count)]


# ---- as row by row -----------------------------------------------------------------------------------
def test_households_are_entered_as_one_by_one(world: World) -> None:
    project = clearance.project(world.campaign, world.superior, has_household_list=True)
    group = make.unit(world.ward, branch=Branch.RESIDENTIAL)
    new = [
        NewHousehold(n, f" Nguyễn\u00a0Văn {n}", f"Ngõ {n}", group if n % 2 else None, ("Trần Thị B",) * (n % 3))
        for n in range(1, 8)
    ]
    with_all: dict[str, Any] = {"by": world.clearance_officer, "campaign": world.campaign}

    def one_by_one() -> None:
        for one in new:
            (file,) = add_households(project, households=[one], **with_all)
            Household.objects.get(pk=file).assign(world.cell, **with_all)

    def together() -> None:
        files = add_households(project, households=new, team=world.cell, **with_all)
        rows = Household.objects.in_bulk(files)
        assert [rows[file].number for file in files] == [one.number for one in new]
        (event,) = Event.objects.about(project)
        assert (event.unit, event.facts) == (world.cell, {"count": 7}), "one line of the timeline"

    tables = (Household, Party, HouseholdParty, Representation, TeamAssignment)
    found = left_by(together, *tables)
    assert found == left_by(one_by_one, *tables)
    assert len(found["PartyHistory"]) == 7 + sum(n % 3 for n in range(1, 8))
    assert "Nguyễn Văn 1" in str(found["Party"]), "text comes in by the door"


def test_visits_of_a_list_are_written_as_one_by_one(world: World) -> None:
    project = clearance.project(world.campaign, world.superior)
    rows = clearance.households(project, world.campaign, 4, world.cell)
    officer, moment = world.clearance_officer, clearance.at(-3)
    with_all: dict[str, Any] = {"by": officer, "campaign": world.campaign}
    outcomes = ["met_head", "nobody_home", "moved", "declined"]

    def one_by_one() -> None:
        for row, outcome in zip(rows, outcomes, strict=True):
            facts = {"visited_at": moment, "purpose": "explain", "outcome": outcome, "companions": [world.superior]}
            client_id = uuid.uuid4()
            record_visit(row, team=world.cell, client_id=client_id, entered_for_unit_by=officer, **facts, **with_all)

    def together() -> None:
        new = [
            PastVisit(row.pk, moment, world.cell, "explain", outcome, (world.superior,))
            for row, outcome in zip(rows, outcomes, strict=True)
        ]
        add_visits(project, visits=new, **with_all)
        (event,) = Event.objects.about(project).filter(kind="clearance.visits.added")
        assert event.facts == {"count": 4}, "one line of the timeline"

    found = left_by(together, Visit, VisitCompanion, Household)
    assert found == left_by(one_by_one, Visit, VisitCompanion, Household)
    assert len(found["HouseholdHistory"]) == 4, "each household's outreach is settled"


def test_milestones_of_a_list_are_written_as_one_by_one(world: World) -> None:
    project = clearance.project(world.campaign, world.superior)
    rows = clearance.households(project, world.campaign, 3)
    day, with_all = today() - datetime.timedelta(days=3), {"by": world.clearance_officer, "campaign": world.campaign}

    def one_by_one() -> None:
        for row in rows:
            Milestone(ward=world.ward, household=row, kind="paid", on=day, paper="Phiếu  chi").record(**with_all)

    def together() -> None:
        add_milestones(project, milestones=[Reached(row.pk, "paid", day, "Phiếu  chi") for row in rows], **with_all)

    found = left_by(together, Milestone)
    assert found == left_by(one_by_one, Milestone)
    assert len(found["Milestone"]) == 3


def test_households_are_given_to_a_team_as_one_by_one(world: World) -> None:
    project = clearance.project(world.campaign, world.superior)
    rows = clearance.households(project, world.campaign, 6)
    earlier, with_all = today() - datetime.timedelta(days=9), {"by": None, "campaign": world.campaign}
    for row in rows[:2]:
        row.assign(world.cell, on=earlier, **with_all)
    rows[2].assign(world.other_cell, on=earlier, **with_all)
    rows[3].assign(world.other_cell, **with_all)
    chosen = Household.objects.filter(pk__in=[row.pk for row in rows[1:]])

    for team in (world.cell, world.other_cell, None):

        def one_by_one(team: Unit | None = team) -> None:
            for row in rows[1:]:
                row.assign(team, **with_all)

        def together(team: Unit | None = team) -> None:
            count = assign_households(project, households=chosen, team=team, **with_all)
            (event,) = Event.objects.about(project).filter(kind__endswith="_together")
            assert (event.unit, event.facts) == (team, {"count": count}), "one line of the timeline"

        found = left_by(together, TeamAssignment)
        assert found == left_by(one_by_one, TeamAssignment)
        assert found["TeamAssignmentHistory"]


def test_a_set_is_refused_as_a_whole_with_the_sentence_of_the_rule(world: World) -> None:
    project = clearance.project(world.campaign, world.superior)
    new = [NewHousehold(number, "A", "Ngõ 1") for number in (1, 2, 1)]
    with pytest.raises(Refused) as refused, transaction.atomic():
        add_households(project, by=None, campaign=world.campaign, households=new)
    assert refused.value.constraint == "clearance_household_number"
    assert not project.households.exists()


def test_tasks_are_given_to_many_units_as_one_by_one_and_each_is_told(world: World) -> None:
    many = [world.cell, world.other_cell, *units(world, 2)]
    make.member(many[-1], Role.UNIT_HEAD)
    fields: dict[str, Any] = {"title": "Rà soát  hộ dân", "due_on": today() + datetime.timedelta(days=9)}
    by, helpers = world.campaign_officer, [world.team, world.cell]

    def one_by_one() -> None:
        for unit in many:
            task = Task(ward=world.ward, campaign=world.campaign, lead_unit=unit, **fields)
            task.assign(by=by, helpers=helpers)

    def together() -> None:
        assign_tasks(by=by, campaign=world.campaign, lead_units=many, helpers=helpers, **fields)

    tables = (Task, TaskTransition, TaskUnit, Event)
    found = left_by(together, *tables)
    assert found == left_by(one_by_one, *tables)
    assert len(found["TaskUnit"]) == 7, "who leads does not cooperate as well"
    assert {dict(row)["user"] for row in found["Message"]} >= {str(told(world.head, 2)), str(told(world.neighbour, 2))}


@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(st.sets(st.integers(0, 35), max_size=6), st.sampled_from(HolidayPolicy.values))
def test_clean_ups_are_made_at_once_as_day_by_day(world: World, holidays: set[int], policy: str) -> None:
    with undone():
        for year in {today().year, streets.days(60).year}:
            calendars.calendar_year(world.ward, year)
        for n in sorted(holidays):
            calendars.day_off(world.ward, streets.days(n))
        series = streets.series(streets.street(world), weekdays=[5, 6], policy=policy)

        def day_by_day() -> None:
            for n in range(36):
                series.generate(streets.days(n))

        tables = (Cleanup, CleanupTransition)
        found = left_by(lambda: series.generate(streets.days(35)), *tables)
        assert found == left_by(day_by_day, *tables)
        assert len(found["Cleanup"]) == len(list(series.days(today(), streets.days(35))))


def test_quotas_are_shared_out_as_unit_by_unit(world: World) -> None:
    contest = Contest.objects.create(ward=world.ward, campaign=world.campaign, name="Cuộc thi viết")
    contest.share_out(by=None, required={world.cell: 2, world.other_cell: 1, world.team: 4})
    wanted = {world.cell: 2, world.other_cell: 3, world.team: 0, world.front: 1}

    def unit_by_unit() -> None:
        for unit, number in wanted.items():
            contest.share_out(by=None, required={unit: number})

    found = left_by(lambda: contest.share_out(by=None, required=wanted), EntryQuota)
    assert found == left_by(unit_by_unit, EntryQuota)
    assert [dict(row)["pgh_label"] for row in found["EntryQuotaHistory"]].count("update") == 1, "2 stays 2: no trace"


def test_what_is_recorded_together_is_written_at_the_end_or_not_at_all(world: World) -> None:
    def fail() -> None:
        with transaction.atomic(), outbox.together():
            outbox.record("clearance.project.changed", subject=world.cell, by=None)
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert not Event.objects.filter(kind="clearance.project.changed").exists()
    with transaction.atomic():
        with outbox.together():
            outbox.record("clearance.project.changed", subject=world.cell, by=None)
            assert not Event.objects.filter(kind="clearance.project.changed").exists()
        outbox.record("clearance.project.changed", subject=world.cell, by=None)
    assert Event.objects.filter(kind="clearance.project.changed").count() == 2


# ---- as many statements for fifty as for five ----------------------------------------------------------
def enter_households(world: World, count: int) -> Callable[[], object]:
    project = clearance.project(world.campaign, world.superior)
    new = [NewHousehold(n, "Nguyễn Văn A", "Ngõ 1", None, ("Trần Thị B",)) for n in range(1, count + 1)]
    return lambda: add_households(project, by=None, campaign=world.campaign, households=new, team=world.cell)


def give_households(world: World, count: int) -> Callable[[], object]:
    project = clearance.project(world.campaign, world.superior)
    clearance.households(project, world.campaign, count, world.other_cell)
    chosen = Household.objects.filter(project=project)
    return lambda: assign_households(
        project, by=None, campaign=world.campaign, households=chosen, team=world.cell, on=streets.days(1)
    )


def hand_on_tasks(world: World, count: int) -> Callable[[], object]:
    for unit in units(world, count):
        make.task(world.campaign, unit)
    chosen = Task.objects.filter(campaign=world.campaign)
    return lambda: give_tasks(chosen, by=world.campaign_officer, unit=world.cell)


def remind_of_steps(world: World, count: int) -> Callable[[], object]:
    for unit in units(world, count):
        registry.accepted(world.campaign, unit, world.head, world.campaign_officer)
    ModelStep.objects.update(due_on=today() - datetime.timedelta(days=1))
    return lambda: remind_of_them(ModelStep.objects.filter(order=1), by=world.campaign_officer)


def invite(world: World, count: int) -> Callable[[], object]:
    project = clearance.project(world.campaign, world.superior)
    dialogue, households = (
        clearance.dialogue(project, world.campaign),
        clearance.households(project, world.campaign, count),
    )
    assert Invitation.objects.count() == 0
    return lambda: dialogue.invite(by=None, campaign=world.campaign, households=households)


def assign(world: World, count: int) -> Callable[[], object]:
    many = units(world, count)
    return lambda: assign_tasks(
        by=None, campaign=world.campaign, lead_units=many, helpers=many, title="Việc", due_on=today()
    )


def come_again(world: World, count: int) -> Callable[[], object]:
    first = today() + datetime.timedelta(days=5)
    known = {"ward": world.ward, "campaign": world.campaign, "title": "Báo cáo tháng"}
    series = TaskSeries(**known, first_on=min(first, world.campaign.closes_on))
    many = units(world, count)
    return lambda: series.plan(by=None, lead_units=many, helpers=[world.front])


def call_together(world: World, count: int) -> Callable[[], object]:
    row, many = cascade.meeting(world.campaign), units(world, count)

    def call() -> None:
        row.invite_all(by=None, units=many)
        row.note_attendance(by=None, rows=list(row.invitees.all()))

    return call


def make_cleanups(world: World, count: int) -> Callable[[], object]:
    for year in {today().year, streets.days(60).year}:
        calendars.calendar_year(world.ward, year)
    for n in range(0, 60, 4):
        calendars.day_off(world.ward, streets.days(n))
    row = streets.series(streets.street(world), weekdays=[*range(7)])
    return lambda: row.generate(streets.days(count - 1))


def remind(world: World, count: int) -> Callable[[], object]:
    for unit in units(world, count):
        make.task(world.campaign, unit, due_on=today() - datetime.timedelta(days=1))
    return lambda: remind_units(Task.objects.filter(campaign=world.campaign), by=world.campaign_officer)


def share_out(world: World, count: int) -> Callable[[], object]:
    contest = Contest.objects.create(ward=world.ward, campaign=world.campaign, name="Cuộc thi viết")
    wanted = dict.fromkeys(units(world, count), 2)
    return lambda: contest.share_out(by=None, required=wanted)


def register(world: World, count: int) -> Callable[[], object]:
    access.enter(world.campaign_officer, world.ward.pk)  # a request knows it already
    said = {"unit": world.cell, "theme_field": registry.theme_field(world.campaign), "approach": "Mỗi tổ một đoạn."}
    new = [Registered({"title": f"Mô hình {n}"} | said, registry.target(), today(), today()) for n in range(count)]
    return lambda: register_all(world.campaign, new, by=world.campaign_officer)


@pytest.mark.parametrize(
    "prepare",
    [
        enter_households,
        give_households,
        invite,
        assign,
        come_again,
        call_together,
        hand_on_tasks,
        make_cleanups,
        share_out,
        remind,
        remind_of_steps,
        register,
    ],
)
def test_fifty_rows_cost_as_many_statements_as_five(world: World, prepare: Callable) -> None:
    counts = []
    for count in (5, 50):
        with undone():
            counts.append(statements(prepare(world, count)))
    assert counts[0] == counts[1], counts
