"""What visits say in numbers: concerns as bars, who was visited and not met, and who was visited too often."""

import datetime
from collections.abc import Callable

from django.urls import reverse

from clearance import actions
from clearance.figures import visits_in_words
from clearance.models import Household, VisitRule
from core.figures import Scope, get_figure
from core.models import today
from tests.clearance import factories as make
from tests.world import World


def number_of(world: World, key: str, days: int = 0) -> int | None:
    scope = Scope(world.ward, world.campaign)
    return get_figure(f"clearance.{key}.by_project").value(scope, today() + datetime.timedelta(days=days)).value


def listed(client: object, world: World, place: dict, **query: str) -> list[int]:
    url = reverse("clearance:household_list", args=[place["project"].slug])
    return [row.number for row in client.get(url, query).context["page"].object_list]  # type: ignore[attr-defined]


def test_a_bar_stands_from_five_households_up_and_opens_exactly_them(
    world: World, sign_in: Callable, place: dict
) -> None:
    officer, project = sign_in(world.clearance_officer), place["project"]
    make.households(project, world.campaign, 4, world.cell)
    rows = list(Household.objects.filter(project=project).order_by("number"))[:6]
    for row in rows[:5]:
        make.visit(row, world.campaign, world.cell, concerns={"price": "thấp"})
    for row in rows[:4]:
        make.visit(row, world.campaign, world.cell, visited_at=make.at(-1), concerns={"area": "thiếu"})
    bars = officer.get(project.get_absolute_url()).context["concerns"]
    assert [(bar["label"], bar["value"]) for bar in bars] == [("Giá đất", 5)], "four could be traced to a household"
    assert listed(officer, world, place, concern="price") == [row.number for row in rows[:5]]
    assert officer.get(bars[0]["url"]).status_code == 200
    mine = sign_in(world.head).get(project.get_absolute_url()).context["concerns"]
    assert [bar["url"] for bar in mine] == [""], "who does not see all of its rows gets no way to them"
    visit = rows[0].visits.filter(concerns__kind="price").get()
    actions.void_visit(visit, by=world.head, campaign=world.campaign, reason="nhầm hộ")
    assert not officer.get(project.get_absolute_url()).context["concerns"]
    assert number_of(world, "households_concerned") == 5
    assert number_of(world, "households_concerned", -1) == 4


def test_visited_and_not_met(world: World, sign_in: Callable, place: dict) -> None:
    one, two = place["of_cell"]
    make.visit(one, world.campaign, world.cell, visited_at=make.at(-3), outcome="nobody_home")
    make.visit(two, world.campaign, world.cell, visited_at=make.at(-3), outcome="declined")
    make.visit(two, world.campaign, world.cell, visited_at=make.at(-1))
    assert [number_of(world, "households_not_met", day) for day in (-4, -3, 0)] == [0, 2, 1]
    assert listed(sign_in(world.clearance_officer), world, place, visited="1", met="0") == [one.number]


def test_too_many_visits_in_a_week_are_told_and_papers_by_law_are_none(
    world: World, sign_in: Callable, place: dict
) -> None:
    VisitRule.propose(world.ward, by=None)
    VisitRule.objects.update(valid_from=today() - datetime.timedelta(days=60))
    monday = today() - datetime.timedelta(days=today().weekday() + 7)
    ago = (monday - today()).days
    one, two = place["of_cell"]
    for day in range(3):
        make.visit(one, world.campaign, world.cell, visited_at=make.at(ago + day))
        make.visit(two, world.campaign, world.cell, visited_at=make.at(ago + day), purpose="deliver_paper")
    assert [number_of(world, "households_visited_often", day) for day in (ago + 1, ago + 2, 0)] == [0, 1, 1]
    assert listed(sign_in(world.clearance_officer), world, place, often="1") == [one.number]
    value = get_figure("clearance.households_visited_often.by_project").value(
        Scope(world.ward, world.campaign), today()
    )
    assert "trung bình 3" in value.beside


def test_the_spread_of_visits_in_words(world: World, place: dict) -> None:
    project = place["project"]
    assert visits_in_words(project.households.visits_each(world.campaign, today())) == ""
    make.households(project, world.campaign, 20, world.cell)
    for household, times in zip(project.households.order_by("number"), [1] * 17 + [2, 2, 9], strict=False):
        for _time in range(times):
            make.visit(household, world.campaign, world.cell)
    said = visits_in_words(project.households.visits_each(world.campaign, today()))
    assert "trung bình 1,5" in said
    assert "95 trên 100 hộ không quá 2" in said
    assert "nhiều nhất 9" in said
