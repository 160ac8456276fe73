"""All deadlines of the ward on one page: how each stands, by whom and by which rule; the overdue as a figure."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest

from campaigns.models import Document, Instruction
from core.figures import FigureValue, Scope, get_figure
from core.models import today
from deadlines.choices import Standing
from deadlines.models import Deadline, DeadlineRule
from tests import factories as build
from tests.campaigns.factories import superior_plan
from tests.deadlines import factories as make
from tests.world import World

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def rule(world: World) -> DeadlineRule:
    for year in range(today().year - 1, today().year + 2):
        make.calendar_year(world.ward, year)
    return make.rule(world.ward, code="incoming-answer", name="Xử lý văn bản đến", pausable=True)


def owed(world: World, rule: DeadlineRule, began: int, **fields: Any) -> Deadline:
    """Of an incoming document of so many days ago, ten days long."""
    document = superior_plan(world, dated_on=today() - began * DAY, **fields)
    return document.count_deadline(by=world.records_clerk, rule=rule, on=document.dated_on)


@pytest.fixture
def each(world: World, rule: DeadlineRule) -> dict[str, Deadline]:
    """One of each standing."""
    clerk = world.records_clerk
    found = {name: owed(world, rule, began) for name, began in (("overdue", 20), ("week", 5), ("later", 1))}
    found["paused"] = owed(world, rule, 5)
    found["paused"].pause(by=clerk, on=today() - 2 * DAY, reason="Chờ bổ sung")
    found["met"] = owed(world, rule, 9)
    found["met"].meet(by=clerk, on=today() - DAY)
    found["gone"] = owed(world, rule, 30)
    found["gone"].owner.withdraw(by=clerk, on=today(), reason="Cấp trên thu hồi")
    lasting = make.rule(world.ward, kind="must_last", code="niem-yet", name="Niêm yết thử")
    document = superior_plan(world, dated_on=today() - 40 * DAY)
    found["over"] = document.count_deadline(by=clerk, rule=lasting, on=document.dated_on)
    return found


def overdue(world: World, **scope: Any) -> FigureValue:
    return get_figure("deadlines.overdue").value(Scope(scope.pop("ward", world.ward), world.campaign, **scope), today())


def standings(world: World, day: datetime.date | None = None) -> dict[int, str]:
    rows = Deadline.objects.visible_to(world.records_clerk).as_of(day or today())
    return dict(rows.values_list("pk", "standing"))


def test_each_deadline_stands_as_its_days_pauses_and_thing_say(world: World, each: dict[str, Deadline]) -> None:
    assert standings(world) == {row.pk: name for name, row in each.items()}
    assert set(each) == set(Standing.values)
    then = standings(world, today() - 3 * DAY)
    assert then[each["paused"].pk] == Standing.LATER, "not paused yet"
    assert then[each["met"].pk] == Standing.WEEK, "not met yet"
    assert then[each["gone"].pk] == Standing.OVERDUE, "in force until today"
    assert each["later"].pk not in then
    type(world.campaign).objects.filter(pk=world.campaign.pk).update(state="closed")
    assert set(standings(world).values()) == {Standing.GONE, Standing.MET}


def test_the_page_shows_what_runs_and_each_tab_its_rows(
    world: World, each: dict[str, Deadline], sign_in: Callable, query_baseline: Any
) -> None:
    client = sign_in(world.records_clerk)
    client.get("/deadlines/")
    page = query_baseline.check("deadline_list", client, "/deadlines/")
    running = [each[name].pk for name in ("overdue", "week", "paused", "later")]
    assert [row.pk for row in page.context["page"]] == running
    for said in (each["week"].owner.summary, each["week"].owner.get_absolute_url(), "Xử lý văn bản đến: 10 ngày"):
        assert said in page.content.decode()
    assert "tạm dừng 3 ngày" in page.content.decode()
    for tab in page.context["tabs"]:
        shown = client.get(f"/deadlines/?{tab['query']}").context["page"]
        assert shown.paginator.count == tab["count"], tab["label"]
    met = client.get("/deadlines/?state=met").content.decode()
    assert each["met"].owner.get_absolute_url() in met
    past = client.get(f"/deadlines/?state=overdue&on={today() - 3 * DAY}").context["page"]
    assert {row.pk for row in past} == {each["overdue"].pk, each["gone"].pk}
    query_baseline.assert_flat(client, "/deadlines/", lambda: [owed(world, each["week"].rule, 3) for _n in range(5)])


def test_the_list_is_narrowed_by_unit_and_by_rule(
    world: World, each: dict[str, Deadline], rule: DeadlineRule, sign_in: Callable
) -> None:
    client = sign_in(world.records_clerk)
    task = build.task(world.campaign, world.cell)
    document = each["later"].owner
    Instruction.objects.create(ward=world.ward, document=document, leader=world.leadership, text="Giao", task=task)

    def listed(query: str) -> set[int]:
        return {row.pk for row in client.get(f"/deadlines/?state=all&{query}").context["page"]}

    assert listed(f"unit={world.cell.slug}") == {each["later"].pk}
    assert listed(f"unit={world.superior.slug}") == {row.pk for row in each.values()}
    assert listed(f"rule={each['over'].rule_id}") == {each["over"].pk}
    assert listed(f"rule={rule.pk}") == {row.pk for name, row in each.items() if name != "over"}
    assert "Không có thời hạn nào phù hợp" in client.get(f"/deadlines/?unit={world.other_cell.slug}").content.decode()


def test_the_overdue_are_a_figure_and_stand_in_the_menu_of_who_keeps_the_register(
    world: World, each: dict[str, Deadline], sign_in: Callable
) -> None:
    for person in (None, world.records_clerk, world.leadership):
        value = overdue(world, user=person)
        assert value.value == 1
        assert list(value.rows) == [each["overdue"]]
    client = sign_in(world.records_clerk)
    page = client.get(value.url)
    assert [row.pk for row in page.context["page"]] == [each["overdue"].pk]
    item = next(item for item in page.context["frame"]["nav"] if item.url == "/deadlines/")
    assert [(count.number, count.figure) for count in item.counts] == [(1, "deadlines.overdue")]
    assert overdue(world, unit=world.cell).value is None
    assert overdue(world, ward=world.other_ward).value is None
    head = sign_in(world.head)
    assert "/deadlines/" not in [item.url for item in head.get("/deadlines/").context["frame"]["nav"]]


def test_a_restricted_document_s_deadline_is_for_those_who_may_see_it_and_an_empty_page_says_why(
    world: World, rule: DeadlineRule, sign_in: Callable
) -> None:
    head = sign_in(world.head)
    assert "Chưa tính thời hạn nào" in head.get("/deadlines/").content.decode()
    owed(world, rule, 3, is_restricted=True)
    assert not head.get("/deadlines/").context["page"].object_list
    assert len(sign_in(world.records_clerk).get("/deadlines/").context["page"]) == 1
    assert Document.objects.filter(is_restricted=True).count() == 1
