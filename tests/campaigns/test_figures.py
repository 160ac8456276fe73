from collections.abc import Callable

import pytest

from campaigns.models import Task
from core.figures import FigureValue, Scope, get_figure
from core.models import today
from tests import factories as make
from tests.campaigns.factories import days_ago, meeting, recipient, ward_plan
from tests.world import World

KEYS = [
    "campaigns.dissemination_sessions",
    "campaigns.resolutions",
    "campaigns.resolutions.expected",
    "campaigns.tasks",
    "campaigns.tasks.done",
    "campaigns.tasks.overdue",
]


def value(world: World, key: str, days: int = 0, **scope: object) -> FigureValue:
    return get_figure(key).value(Scope(world.ward, world.campaign, **scope), days_ago(days))


def some_history(world: World) -> None:
    for lead, due in [(world.cell, 20), (world.cell, 12), (world.other_cell, 15)]:
        task = Task(ward=world.ward, campaign=world.campaign, lead_unit=lead, title="Việc", due_on=days_ago(due))
        task.assign(by=world.campaign_officer, on=days_ago(30))
    done = Task.objects.order_by("id").first()
    done.submit(by=world.head, on=days_ago(14), note="Xong")
    done.accept(by=world.campaign_officer, on=days_ago(6))
    Task.objects.order_by("id").last().cancel(by=world.campaign_officer, on=days_ago(4), reason="Trùng")
    plan = ward_plan(world, dated_on=days_ago(40))
    answer = make.document(world.campaign, world.cell, dated_on=days_ago(10))
    recipient(plan, world.cell, answered_by=answer)
    recipient(plan, world.other_cell)
    for held in (days_ago(25), days_ago(3)):
        meeting(world.campaign, held_on=held, state="held")
    meeting(world.campaign, held_on=days_ago(2), kind="review", state="held")
    meeting(world.campaign, held_on=today())


@pytest.mark.parametrize("key", KEYS)
def test_nothing_entered_is_no_data(world: World, key: str) -> None:
    assert value(world, key).value is None


@pytest.mark.parametrize(
    "days, sessions, resolutions, tasks, done, overdue",
    [(35, 0, 0, None, None, None), (25, 1, 0, 3, 0, 0), (13, 1, 0, 3, 0, 1), (7, 1, 1, 3, 0, 2), (0, 2, 1, 2, 1, 1)],
)
def test_figures_follow_the_dated_steps(
    world: World, days: int, sessions: int, resolutions: int, tasks: int, done: int, overdue: int
) -> None:
    some_history(world)
    found = {key: value(world, key, days).value for key in KEYS}
    assert found == {
        "campaigns.dissemination_sessions": sessions,
        "campaigns.resolutions": resolutions,
        "campaigns.resolutions.expected": 2,
        "campaigns.tasks": tasks,
        "campaigns.tasks.done": done,
        "campaigns.tasks.overdue": overdue,
    }


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("days", [25, 13, 7, 0])
@pytest.mark.parametrize("scoped", [False, True])
def test_a_figure_opens_exactly_its_rows(world: World, sign_in: Callable, key: str, days: int, scoped: bool) -> None:
    some_history(world)
    figure = value(world, key, days, unit=world.cell if scoped else None)
    page = sign_in(world.campaign_officer).get(figure.url)
    assert figure.value is not None
    assert {row.pk for row in page.context["page"]} == {row.pk for row in figure.rows}
    assert page.context["page"].paginator.count == figure.value == figure.rows.count()


def test_a_units_figure_counts_its_own_tasks(world: World) -> None:
    some_history(world)
    assert value(world, "campaigns.tasks", 7, unit=world.cell).value == 2
    assert value(world, "campaigns.tasks.overdue", 7, unit=world.other_cell).value == 1
    assert value(world, "campaigns.tasks", 7, user=world.neighbour).value == 1


def test_a_withdrawn_resolution_counts_until_its_withdrawal(world: World) -> None:
    some_history(world)
    answer = make.Document.objects.get(issuer=world.cell)
    answer.withdraw(by=world.records_clerk, on=days_ago(1), reason="Nhầm")
    assert value(world, "campaigns.resolutions", 2).value == 1
    assert value(world, "campaigns.resolutions", 0).value == 0
