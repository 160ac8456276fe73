"""Other looks at the tasks: the board, the units' load, the calendar of tasks alone."""

import re
from collections.abc import Callable

from campaigns.models import Task, TaskUnit
from campaigns.views.board import MOST
from tests import factories as make
from tests.campaigns.factories import days_ago, meeting
from tests.world import World


def some(world: World) -> dict[str, Task]:
    tasks = {
        "late": make.task(world.campaign, world.cell, title="Việc trễ", due_on=days_ago(3), priority=1),
        "week": make.task(world.campaign, world.cell, title="Việc tuần này", due_on=days_ago(-6)),
        "fortnight": make.task(world.campaign, world.cell, title="Việc nửa tháng", due_on=days_ago(-14)),
        "later": make.task(world.campaign, world.cell, title="Việc sau", due_on=days_ago(-15)),
        "other": make.task(world.campaign, world.other_cell, title="Việc chi bộ khác"),
        "submitted": make.task(world.campaign, world.cell, title="Việc chờ"),
    }
    tasks["week"].report(by=world.head, note="Đang làm")
    tasks["submitted"].submit(by=world.head, note="Xong")
    return tasks


def numbers(page: str) -> dict[str, int]:
    """Address -> number, of all links of the page that carry one."""
    found = re.findall(r'<a href="(/tasks/\?[^"]*)" data-value="(\d+)"', page)
    return {address.replace("&amp;", "&"): int(value) for address, value in found}


def test_each_heading_of_the_board_opens_its_rows(world: World, sign_in: Callable) -> None:
    some(world)
    client = sign_in(world.campaign_officer)
    page = client.get("/tasks/board/")
    shown = {column["state"]: column["count"] for column in page.context["columns"]}
    assert shown == {"assigned": 4, "acknowledged": 0, "doing": 1, "submitted": 1, "done": 0}
    links = numbers(page.text)
    assert sorted(links.values()) == [1, 1, 4]
    for address, value in links.items():
        assert len(client.get(address).context["page"]) == value, address


def test_the_board_keeps_the_filters_and_shows_the_first_by_due_day(world: World, sign_in: Callable) -> None:
    tasks = some(world)
    for n in range(MOST):
        make.task(world.campaign, world.cell, due_on=days_ago(-20 - n))
    client = sign_in(world.campaign_officer)
    page = client.get(f"/tasks/board/?unit={world.cell.slug}")
    column = page.context["columns"][0]
    assert (column["count"], len(column["cards"]), column["more"]) == (MOST + 3, MOST, 3)
    assert column["cards"][0] == tasks["late"]
    assert "Ưu tiên cao" in page.text
    assert "Việc chi bộ khác" not in page.text
    (link,) = (address for address, value in numbers(page.text).items() if value == MOST + 3)
    assert f"unit={world.cell.slug}" in link
    assert "Không có nhiệm vụ khớp bộ lọc" in client.get("/tasks/board/?q=khongco").text


def test_a_unit_sees_its_own_on_the_board_with_the_button(world: World, sign_in: Callable) -> None:
    tasks = some(world)
    page = sign_in(world.head).get("/tasks/board/").text
    assert f'href="/tasks/{tasks["late"].pk}/submit/"' in page
    assert f'href="/tasks/{tasks["submitted"].pk}/submit/"' not in page
    assert "Việc chi bộ khác" not in page
    assert "/tasks/load/" not in page


def test_the_load_of_each_unit_in_official_order_with_numbers_that_open(world: World, sign_in: Callable) -> None:
    tasks = some(world)
    TaskUnit.objects.create(ward=world.ward, task=tasks["late"], unit=world.front)
    client = sign_in(world.campaign_officer)
    page = client.get("/tasks/load/")
    lines = {line["unit"]: line for line in page.context["page"]}
    wanted = {"open": 5, "late": 1, "fortnight": 2, "submitted": 1, "done": 0}
    assert {name: lines[world.cell][name] for name in wanted} == wanted
    assert [line["unit"] for line in page.context["page"] if line["open"]] == [world.cell, world.other_cell]
    assert (lines[world.front]["helps"], lines[world.front]["open"], lines[world.cell]["helps"]) == (1, 0, 0)
    for address, value in numbers(page.text).items():
        assert len(client.get(address).context["page"]) == value, address
    assert len(numbers(page.text)) == 7, "a nought opens nothing"


def test_the_calendar_of_tasks_alone(world: World, sign_in: Callable) -> None:
    make.task(world.campaign, world.cell, title="Báo cáo quý", due_on=days_ago(0))
    meeting(world.campaign, title="Hội nghị quán triệt", held_on=days_ago(0))
    client = sign_in(world.campaign_officer)
    whole, tasks = (client.get(f"/calendar/?view=week&of=ward{about}").text for about in ("", "&about=task"))
    assert "Hội nghị quán triệt" in whole
    assert "Hội nghị quán triệt" not in tasks
    assert "Báo cáo quý" in tasks
    assert "/calendar/?about=task&amp;of=ward" in client.get("/tasks/").text


def test_query_baselines_of_looks(world: World, sign_in: Callable, query_baseline: object) -> None:
    client = sign_in(world.campaign_officer)
    some(world)
    for name in ("board", "load"):
        query_baseline.check(f"task_{name}", client, f"/tasks/{name}/")
        query_baseline.assert_flat(
            client,
            f"/tasks/{name}/",
            lambda: [make.task(world.campaign, world.other_cell, title=f"Việc {n}") for n in range(10)],
        )
