"""The frame around the pages: within reach on a low screen, gone on paper; the admin in the portal's clothes."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT

from tests.browser.checks import AXE
from tests.clearance import factories as make
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize("width, height", [(1366, 768), (1440, 900)])
def test_the_foot_of_the_sidebar_is_in_reach(
    world: World, enter: Callable, live_server: Any, page: Any, width: int, height: int
) -> None:
    enter(world.administrator)
    page.set_viewport_size({"width": width, "height": height})
    page.goto(live_server.url + "/menu/")
    leave = page.locator(".dv-side").get_by_role("button", name="Đăng xuất").bounding_box()
    assert leave["y"] + leave["height"] <= height
    last = page.locator(".dv-side nav li").last
    last.get_by_role("link").focus()  # the places scroll between head and foot
    assert last.bounding_box()["y"] < page.locator(".dv-side-foot").bounding_box()["y"]


def test_a_household_prints_without_buttons_and_says_who_printed(
    world: World, enter: Callable, live_server: Any, page: Any
) -> None:
    household = make.scene(world)["of_cell"][0]
    make.invitation(make.dialogue(household.project, world.campaign), household)
    enter(world.clearance_officer)
    page.goto(live_server.url + household.get_absolute_url())
    note = page.get_by_text("Không sao chụp")
    assert not note.is_visible()
    page.emulate_media(media="print")
    assert note.is_visible()
    assert not page.locator("button:visible, .btn:visible, input:visible").count()


@pytest.mark.parametrize("path", ["", "accounts/user/", "accounts/unit/add/"])
def test_the_admin_wears_the_portal_s_clothes(
    world: World, enter: Callable, live_server: Any, page: Any, path: str
) -> None:
    enter(world.administrator)
    page.goto(f"{live_server.url}/admin/{path}")
    assert page.locator("#site-name svg .dv-mark-bg").count() == 1
    assert "IBM Plex Sans" in page.evaluate("getComputedStyle(document.body).fontFamily")
    assert not page.complaints  # nothing inline, nothing that the CSP refuses
    page.evaluate(AXE_SCRIPT)
    found = page.evaluate(AXE, ["wcag2aa"])
    assert not [line for line in found if "color-contrast" in line]
