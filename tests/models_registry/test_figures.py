"""Numbers of a day, and the lists behind them."""

import datetime
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client

from core.figures import FigureValue, Scope, get_figure
from core.models import today
from models_registry.choices import ENTRY_MOVES, EntryStep, ModelState
from models_registry.models import Commendation, MobilizationModel
from tests.models_registry import factories as make
from tests.world import World

DAY = datetime.timedelta(days=1)
KEYS = [
    "models.registered",
    "models.registered.collective",
    "models.registered.individual",
    "models.carried_out",
    "models.effective",
    "models.recognised",
    "models.commended",
    "models.waiting",
    "models.steps_late",
    "contest.sent",
    "contest.in_revision",
]


def value(world: World, key: str, on: datetime.date | None = None, **scope: object) -> FigureValue:
    return get_figure(key).value(Scope(world.ward, world.campaign, **scope), on or today())


def listed(client: Client, found: FigureValue) -> int:
    return client.get(found.url).context["page"].paginator.count


@pytest.fixture
def filled(world: World) -> World:
    """Models in every state and entries on their way, entered over the last days."""
    start = today() - 10 * DAY
    for code, count in {"a": 3, "b": 2}.items():
        field = make.theme_field(world.campaign, code, code)
        for n in range(count):
            fields = {"theme_field": field}
            fields |= {"subject": "individual", "person_name": "Người Thử"} if n == 0 else {}
            make.accepted(world.campaign, world.cell, world.head, world.leadership, start + n * DAY, **fields)
    make.theme_field(world.campaign, "c", "c")
    make.submitted(world.campaign, world.cell, world.head, start)
    returned = make.submitted(world.campaign, world.other_cell, world.neighbour, start)
    returned.send_back(by=world.leadership, reason="Thiếu", on=start + DAY)
    withdrawn = make.accepted(world.campaign, world.other_cell, world.neighbour, world.leadership, start)
    withdrawn.withdraw(by=world.neighbour, reason="Thôi", on=start + 5 * DAY)
    contest = make.contest(world.campaign, world.campaign_officer)
    for last in ("approved", "sent", "received", "revision_asked"):
        entry = make.entry(contest, world.cell, world.head)
        for step in path_to(last):
            entry.take(step, by=world.campaign_officer, on=start + 2 * DAY, reason="thử")
    return world


def path_to(last: str) -> list[str]:
    paths = {
        "approved": ["submitted", "approved"],
        "sent": ["submitted", "approved", "sent"],
        "received": ["submitted", "approved", "sent", "received"],
        "revision_asked": ["submitted", "revision_asked"],
    }
    assert all(EntryStep(step) in ENTRY_MOVES for step in paths[last])
    return paths[last]


def test_registered_counts_what_was_accepted_and_not_withdrawn(filled: World) -> None:
    start = today() - 10 * DAY
    numbers = [value(filled, "models.registered", start + n * DAY).value for n in (-1, 0, 1, 2, 5, 10)]
    assert numbers == [0, 3, 5, 6, 5, 5]


def test_the_parts_make_the_whole(filled: World) -> None:
    fields = value(filled, "models.registered.by_field")
    assert {code: part.value for code, part in fields.parts.items()} == {"a": 3, "b": 2, "c": 0, "chinh-trang": 0}
    assert fields.value == sum(part.value for part in fields.parts.values())
    subjects = [value(filled, f"models.registered.{subject}").value for subject in ("collective", "individual")]
    assert subjects == [3, 2]
    assert sum(subjects) == value(filled, "models.registered").value


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("days", [0, 4, 8, 9, 10])
def test_each_number_opens_a_list_of_that_length(filled: World, sign_in: Callable, key: str, days: int) -> None:
    found = value(filled, key, today() - days * DAY)
    assert found.value == len(found.rows) == listed(sign_in(filled.leadership), found)


@pytest.mark.parametrize("key", KEYS)
def test_a_unit_sees_its_own_number_and_list(filled: World, sign_in: Callable, key: str) -> None:
    found = value(filled, key, unit=filled.other_cell, user=filled.neighbour)
    assert found.value == listed(sign_in(filled.neighbour), found)


def test_the_parts_open_their_lists(filled: World, sign_in: Callable) -> None:
    client = sign_in(filled.campaign_officer)
    for part in value(filled, "models.registered.by_field").parts.values():
        assert listed(client, part) == part.value


def test_entries_of_a_day(filled: World) -> None:
    before, after = today() - 9 * DAY, today() - 8 * DAY
    assert [value(filled, "contest.sent", day).value for day in (before, after)] == [0, 2]
    assert [value(filled, "contest.in_revision", day).value for day in (before, after)] == [0, 1]


def test_no_data_is_not_zero(world: World) -> None:
    for key in [*KEYS, "models.registered.by_field"]:
        assert value(world, key).value is None, key
    make.theme_field(world.campaign)
    assert value(world, "models.registered").value == 0


def test_another_year_is_not_counted(filled: World) -> None:
    other = make_campaign(filled)
    make.accepted(other, filled.cell, filled.head, filled.leadership)
    assert value(filled, "models.registered").value == 5


def make_campaign(world: World) -> object:
    from tests.factories import campaign

    return campaign(world.ward, year=world.campaign.year - 1)


def test_a_late_step_is_late_from_the_day_after_until_it_is_done(world: World) -> None:
    accepted = today() - 20 * DAY
    registration = make.accepted(
        world.campaign, world.cell, world.head, world.leadership, accepted, ends_on=accepted + 100 * DAY
    )
    step = registration.steps.first()
    due = step.due_on
    registration.steps.exclude(pk=step.pk).update(due_on=today() + 30 * DAY)
    step.mark_done(by=world.head, on=due + 3 * DAY)
    late = [value(world, "models.steps_late", due + n * DAY).value for n in (0, 1, 2, 3)]
    assert late == [0, 1, 1, 0]


def test_the_list_of_a_day_shows_the_states_of_that_day(filled: World, sign_in: Callable) -> None:
    found = value(filled, "models.registered", today() - 9 * DAY)
    page = sign_in(filled.leadership).get(found.url)
    states = {row.chip[0] for row in page.context["page"]}
    assert states <= {ModelState.ACTIVE, "late"}
    withdrawn = MobilizationModel.objects.get(state=ModelState.WITHDRAWN)
    assert withdrawn.title in page.content.decode()


@pytest.mark.parametrize("key", KEYS)
def test_a_unit_without_rows_opens_an_empty_list(filled: World, sign_in: Callable, key: str) -> None:
    found = value(filled, key, unit=filled.front)
    assert found.value == listed(sign_in(filled.leadership), found) == 0


def test_how_far_models_came_is_counted_by_dated_facts_and_drawn_with_its_table(
    world: World, sign_in: Callable
) -> None:
    start = today() - 9 * DAY
    rows = [make.accepted(world.campaign, world.cell, world.head, world.leadership, start) for _n in range(4)]
    for row, reached, later in ((rows[0], 11, 1), (rows[1], 12, 2), (rows[2], 12, 3)):
        row.record_progress(by=world.head, on=start + later * DAY, values={row.targets.get(): Decimal(reached)})
    rows[2].record_progress(by=world.head, on=start + 6 * DAY, values={rows[2].targets.get(): Decimal(9)})  # less again
    rows[3].steps.get(kind="carry_out").mark_done(by=world.head, on=start + 4 * DAY)
    people = [world.leadership, world.neighbour]
    decided = make.concluded(world.campaign, world.cell, world.head, world.campaign_officer, people)
    given = {"level": "city", "decided_by": "UBND thành phố", "number": "1/QĐ", "decided_on": start + 5 * DAY}
    for row in rows[:1]:
        praise = Commendation(ward=world.ward, mobilization_model=row, praise="Bằng khen", **given)
        praise.enter(by=world.leadership)
    stages = ["registered", "carried_out", "effective", "recognised", "commended"]
    counted = {
        days: [value(world, f"models.{stage}", start + days * DAY).value for stage in stages]
        for days in (0, 2, 3, 5, 8, 9)
    }
    assert counted == {
        0: [4, 0, 0, 0, 0],
        2: [4, 2, 1, 0, 0],
        3: [4, 3, 2, 0, 0],
        5: [4, 4, 2, 0, 1],
        8: [4, 4, 1, 0, 1],
        9: [5, 5, 2, 1, 1],  # the model that the ward recognised, which reached 11 of 12
    }
    client = sign_in(world.supervisor)
    page = client.get("/models/tables/")
    shown = [stage["figure"].value for stage in page.context["stages"]]
    assert shown == counted[9]
    for stage in page.context["stages"]:
        assert listed(client, stage["figure"]) == stage["figure"].value
    assert [band.value for band in page.context["funnel"].bands] == shown
    decided.reopen_review(by=world.leadership, reason="Xem lại")
    assert value(world, "models.recognised").value == 0
