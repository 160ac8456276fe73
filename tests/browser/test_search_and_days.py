"""The search from any page by keys alone, and a day chosen by keys, by touch, or typed."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest

from core.models import today
from deadlines.choices import DayKind
from tests import factories as make
from tests.browser.checks import check_page
from tests.deadlines import factories as calendars
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_slash_leads_to_the_search_and_arrows_through_what_it_finds(
    world: World, enter: Callable, live_server: Any, page: Any
) -> None:
    for n in range(3):
        make.task(world.campaign, world.cell, title=f"Trồng hoa sữa {n}")
    enter(world.campaign_officer)
    page.goto(f"{live_server.url}/calendar/?view=year&of=ward")
    check_page(page)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.locator("h1").click()
    page.keyboard.press("/")
    page.keyboard.type("hoa sua")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/**")
    check_page(page)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.locator("h1").click()
    page.keyboard.press("/")
    for expected in ("Trồng hoa sữa 0", "Trồng hoa sữa 1"):
        page.keyboard.press("ArrowDown")
        assert expected in page.evaluate("document.activeElement.textContent")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.id") == "search-words"


def test_a_day_is_chosen_by_keys_by_touch_or_typed(world: World, enter: Callable, live_server: Any, page: Any) -> None:
    on = today().replace(day=15)
    calendars.day_off(world.ward, on + datetime.timedelta(days=1), name="Tết thử", kind=DayKind.TET)
    enter(world.campaign_officer)
    page.goto(f"{live_server.url}/tasks/new/")
    field = page.get_by_label("Hạn", exact=True)
    field.fill(f"15/{on.month}")
    opener = page.get_by_role("button", name="Chọn ngày: Hạn")
    opener.click()
    dialog = page.get_by_role("dialog")
    assert dialog.locator("td[tabindex='0']").get_attribute("data-on") == on.isoformat()
    tet = dialog.get_by_role("gridcell", name="Tết thử")
    tet.wait_for()
    assert "dv-cal-tet" in tet.get_attribute("class")
    check_page(page)
    page.keyboard.press("ArrowRight")
    assert "Tết thử" in dialog.locator(".dv-days-note").text_content()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert field.input_value() == f"{on + datetime.timedelta(days=8):%d/%m/%Y}"
    assert not dialog.is_visible()
    assert page.evaluate("document.activeElement.dataset.daysOpen") == ""
    opener.click()
    page.keyboard.press("PageDown")
    page.keyboard.press("Escape")
    assert field.input_value() == f"{on + datetime.timedelta(days=8):%d/%m/%Y}", "nothing was chosen"
    opener.click()
    dialog.get_by_role("button", name="Tháng sau").click()
    dialog.locator("td[data-on$='-10']").click()
    assert field.input_value().startswith("10/")
    field.fill("07.12.26")
    opener.click()
    assert dialog.locator("td[aria-selected='true']").get_attribute("data-on") == "2026-12-07"
