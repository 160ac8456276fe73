"""Sheets of A4: what is printed is the page's content alone, with its own lines for writing by hand."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from tests import factories as make
from tests.clearance import factories as clearance
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.slow]
# On paper nothing can be pressed, and no menu leads anywhere; what a part is called stays above it.
PRESSED = "button, input, select, textarea, summary:not(.dv-sum), nav, .btn, .dv-side, .dv-top"


def test_task_household_unit_and_session_print_as_sheets(
    world: World, enter: Callable, live_server: Any, page: Any
) -> None:
    scene = clearance.scene(world)
    household = scene["of_cell"][0]
    clearance.visit(household, world.campaign, world.cell, by=world.head)
    clearance.question(household, world.campaign, world.cell)
    task = make.task(world.campaign, world.cell, title="Phổ biến kế hoạch tới nhân dân")
    for n in range(60):
        make.task(world.campaign, world.other_cell, title=f"Việc {n}")
    sheets = [
        (world.campaign_officer, task.get_absolute_url(), "Thay mặt phường", 1),
        (world.campaign_officer, reverse("reports:unit_dashboard", args=[world.cell.slug]), "in lúc", 1),
        (world.clearance_officer, household.get_absolute_url(), "Ghi tại nhà", 2),
        (world.campaign_officer, "/tasks/", "", 4),
        (world.campaign_officer, "/tasks/?unit=chi-bo-7", "Chỉ gồm: Đơn vị: Chi bộ 7.", 1),
        (world.campaign_officer, "/", "in lúc", 3),
        (world.campaign_officer, "/reports/figures/?about=publicity", "in lúc", 1),
        (world.campaign_officer, "/reports/figures/", "in lúc", 5),
        (world.campaign_officer, "/reports/figures/periods/", "in lúc", 4),
    ]
    for person, address, words, most in sheets:
        enter(person)
        page.goto(live_server.url + address)
        page.emulate_media(media="print")
        pressed = [one for one in page.locator(PRESSED).all() if one.is_visible()]
        assert not pressed, f"{address}: {[one.evaluate('e => e.outerHTML.slice(0, 90)') for one in pressed]}"
        if words:
            assert page.locator(".dv-only-print").filter(has_text=words).last.is_visible(), address
        paper = page.pdf(prefer_css_page_size=True)
        assert 1 <= len(re.findall(rb"/Type\s*/Page\b", paper)) <= most, address
        assert re.search(rb"/MediaBox\s*\[0 0 59[45]\.\d* 84[12]", paper), f"{address} is no A4"
        page.emulate_media(media="screen")
    assert page.evaluate("getComputedStyle(document.querySelector('.dv-table thead')).display") == "table-header-group"


def test_a_card_is_one_sheet_without_an_empty_one_before_it(
    world: World, enter: Callable, live_server: Any, page: Any
) -> None:
    household = clearance.scene(world)["of_cell"][0]
    enter(world.clearance_officer)
    page.goto(live_server.url + reverse("clearance:household_card", args=[household.project.slug, household.number]))
    page.get_by_role("button", name="Làm thẻ").click()
    page.locator(".dv-slip").wait_for()
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))) == 1
