import datetime
from collections.abc import Callable

import pytest

from clearance import actions
from clearance.choices import VisitOutcome
from clearance.models import Milestone, Obstacle, Promise
from core.figures import FigureValue, Scope, all_figures, get_figure
from core.models import today
from tests.clearance import factories as make
from tests.world import World

VISITED = "clearance.households_visited.by_project"
INVITED = "clearance.households_invited.by_project"
MET = "clearance.households_met.by_project"
OPEN = "clearance.questions_open"
# Grievances have readers of their own, conferences rows of their own (test_grievances, test_conference).
ELSEWHERE = ("grievances", "conference", "opinions")
OWN = [key for key in all_figures() if key.startswith("clearance.") and not any(word in key for word in ELSEWHERE)]


def value(world: World, key: str, days: int = 0, **scope: object) -> FigureValue:
    asked = Scope(world.ward, world.campaign, **scope)
    return get_figure(key).value(asked, today() + datetime.timedelta(days=days))


def parts(world: World, key: str, days: int = 0) -> dict[str, int | None]:
    return {slug: part.value for slug, part in value(world, key, days).parts.items()}


def test_a_project_without_a_list_has_no_figure(world: World, place: dict) -> None:
    without = make.project(world.campaign, world.superior)
    assert parts(world, VISITED) == {place["project"].slug: 0, without.slug: None}
    assert value(world, VISITED).value == 0


def test_a_year_without_any_list_says_no_data(world: World) -> None:
    make.project(world.campaign, world.superior)
    assert value(world, VISITED).value is None


def test_visited_and_met_as_they_stood_on_a_day(world: World, place: dict) -> None:
    one, two = place["of_cell"]
    slug = place["project"].slug
    make.visit(one, world.campaign, world.cell, visited_at=make.at(-5, 23), outcome=VisitOutcome.NOBODY_HOME)
    make.visit(one, world.campaign, world.cell, visited_at=make.at(-2, 0))
    make.visit(two, world.campaign, world.cell, visited_at=make.at(-1), outcome=VisitOutcome.WRONG_ADDRESS)
    assert [parts(world, VISITED, day)[slug] for day in (-6, -5, -2, 0)] == [0, 1, 1, 1]
    assert [parts(world, MET, day)[slug] for day in (-6, -5, -3, -2)] == [0, 0, 0, 1]


def test_a_void_visit_never_happened_also_on_earlier_days(world: World, place: dict) -> None:
    visit = make.visit(place["of_cell"][0], world.campaign, world.cell, visited_at=make.at(-5))
    assert value(world, VISITED, -3).value == 1
    actions.void_visit(visit, by=world.head, campaign=world.campaign, reason="Ghi nhầm")
    assert value(world, VISITED, -3).value == 0


def test_invited_counts_by_the_day_of_the_hand_over(world: World, place: dict) -> None:
    one, two = place["of_cell"]
    dialogue = make.dialogue(place["project"], world.campaign)
    make.invitation(dialogue, one, state="taken_by_family", delivered_at=make.at(-4))
    make.invitation(dialogue, two, state="refused", delivered_at=make.at(-4))
    make.invitation(dialogue, place["of_team"], state="void", delivered_at=make.at(-4))
    assert [value(world, INVITED, day).value for day in (-5, -4, 0)] == [0, 1, 1]


def test_an_open_question_is_open_until_the_household_knows(world: World, place: dict) -> None:
    days = {"asked_on": today() - datetime.timedelta(days=6), "due_on": today()}
    question = make.question(place["of_cell"][0], world.campaign, world.government, **days)
    by = {"by": world.clearance_officer, "campaign": world.campaign}
    question.give_answer(**by, answer="Tháng sau", on=today() - datetime.timedelta(days=3))
    question.tell(**by, on=today() - datetime.timedelta(days=1), accepted=True)
    assert [value(world, OPEN, day).value for day in (-7, -6, -3, -2, -1, 0)] == [0, 1, 1, 1, 0, 0]


def test_an_earlier_year_s_visits_are_not_this_year_s(world: World, place: dict) -> None:
    make.visit(place["of_cell"][0], world.campaign, world.cell, visited_at=make.at(-10))
    world.campaign.opens_on = today() - datetime.timedelta(days=5)
    world.campaign.save()
    assert value(world, VISITED).value == 0


@pytest.mark.parametrize("key", OWN)
@pytest.mark.parametrize("days", [0, -3])
def test_every_number_opens_a_list_of_that_length(
    world: World, sign_in: Callable, place: dict, key: str, days: int
) -> None:
    one, two = place["of_cell"]
    dialogue = make.dialogue(place["project"], world.campaign)
    make.invitation(dialogue, one, state="signed", delivered_at=make.at(-1))
    make.invitation(dialogue, two, state="signed", delivered_at=make.at(-8))
    make.visit(one, world.campaign, world.cell, visited_at=make.at(-1))
    make.visit(two, world.campaign, world.cell, visited_at=make.at(-8), outcome=VisitOutcome.NOBODY_HOME)
    make.question(one, world.campaign, world.government, asked_on=today() - datetime.timedelta(days=1))
    for household in (one, two, place["of_team"]):
        make.plot(household, world.campaign)
        for kind, ago in (("inventoried", 4), ("paid", 2), ("handed_over", 1)):
            day = {"on": today() - datetime.timedelta(days=ago)}
            Milestone(ward=world.ward, household=household, kind=kind, **day).record(by=None, campaign=world.campaign)
    owed = {"ward": world.ward, "household": one, "owner": world.cell, "due_on": today(), "text": "Sao trích đo"}
    owed |= {"opened_on": today() - datetime.timedelta(days=4)}
    Promise(kind="paper", **owed).enter(by=None, campaign=world.campaign)
    Obstacle(reason="other", **owed).enter(by=None, campaign=world.campaign)
    client = sign_in(world.clearance_officer)
    for scope in ({}, {"unit": world.cell}):
        found = value(world, key, days, user=world.clearance_officer, **scope)
        for part in (found.parts or {"": found}).values():
            assert part.url
            page = client.get(part.url).context["page"]
            assert page.paginator.count == part.value == part.rows.count()


def test_who_does_not_see_the_households_gets_the_number_without_a_link(world: World, place: dict) -> None:
    make.visit(place["of_cell"][0], world.campaign, world.cell)
    for person in (world.supervisor, world.head):
        part = value(world, VISITED, user=person).parts[place["project"].slug]
        assert (part.value, part.url) == (1, "")
    own = value(world, VISITED, user=world.head, unit=world.cell).parts[place["project"].slug]
    assert own.value == 1
    assert own.url
