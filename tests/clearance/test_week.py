"""The week of land clearance: what changed in it, and who is behind with what."""

import datetime
from collections.abc import Callable

import pytest
from django.urls import reverse

from clearance.models import Question
from core.dates import monday
from core.models import today
from tests.clearance import factories as make
from tests.world import World

URL = "/clearance/week/"


def lines(client: object, week: datetime.date) -> dict[tuple[str, str], object]:
    context = client.get(URL, {"week": week.isoformat()}).context  # type: ignore[attr-defined]
    return {(name, line.value.key.split(":")[0]): line for name, group in context["groups"].items() for line in group}


def test_each_number_stands_at_the_end_of_two_weeks_and_opens_its_rows(
    world: World, sign_in: Callable, place: dict
) -> None:
    leader, (one, two), project = sign_in(world.leadership), place["of_cell"], place["project"]
    this = monday(today()) - datetime.timedelta(days=7)
    make.visit(one, world.campaign, world.cell, visited_at=make.at((this - today()).days - 3))
    make.visit(two, world.campaign, world.cell, visited_at=make.at((this - today()).days + 2))
    line = lines(leader, this)[project.name, "clearance.households_visited.by_project"]
    assert (line.before.value, line.value.value, line.change, line.change_in_words) == (1, 2, 1, "+1")
    for value in (line.before, line.value):
        page = leader.get(value.url).context["page"]
        assert len(page.object_list) == value.value
    before = lines(leader, this - datetime.timedelta(days=7))
    assert before[project.name, "clearance.households_visited.by_project"].value.value == 1


def test_who_is_behind_stands_by_name_with_the_way_to_the_rows(world: World, sign_in: Callable, place: dict) -> None:
    question = make.question(place["of_cell"][0], world.campaign, owner=world.cell)
    Question.objects.update(asked_on=today() - datetime.timedelta(days=9), due_on=today() - datetime.timedelta(days=1))
    leader = sign_in(world.leadership)
    [late] = leader.get(URL).context["late"]
    assert (late["unit"], late["question"].value) == (world.cell.name, 1)
    assert [row.pk for row in leader.get(late["question"].url).context["page"].object_list] == [question.pk]
    assert sign_in(world.supervisor).get(URL).context["late"][0]["question"].url == "", "opens no household's question"


def test_a_week_to_come_is_todays_and_no_week_is_said_so(world: World, sign_in: Callable, place: dict) -> None:
    leader = sign_in(world.leadership)
    assert leader.get(URL, {"week": f"{today().year + 1}-06-01"}).context["first"] == monday(today())
    assert leader.get(URL, {"week": "no"}).status_code == 404
    assert leader.get(URL).context["later"] is None


@pytest.mark.parametrize("who", ["head", "field_member"])
def test_a_unit_has_no_page_of_the_whole_ward(world: World, sign_in: Callable, place: dict, who: str) -> None:
    assert sign_in(getattr(world, who)).get(URL).status_code == 403
    assert (
        reverse("clearance:week") not in sign_in(getattr(world, who)).get("/clearance/", follow=True).content.decode()
    )
