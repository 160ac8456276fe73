from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.checks import FIRST_LOAD, NEXT_PAGE, check_page, weigh
from tests.world import World

pytestmark = pytest.mark.browser


def test_every_component_keeps_the_rules(world: World, enter: Callable, live_server: Any) -> None:
    page = enter(world.administrator)

    page.goto(f"{live_server.url}/styleguide/")
    check_page(page)

    page.goto(f"{live_server.url}/styleguide/?title=")
    assert page.title().startswith(("Lỗi:", "Error:"))
    assert page.evaluate("document.activeElement.classList.contains('dv-errors')")
    check_page(page)


def test_a_refusal_and_a_missing_page_keep_the_rules(world: World, enter: Callable, live_server: Any) -> None:
    page = enter(world.campaign_officer)

    page.goto(f"{live_server.url}/styleguide/")
    check_page(page, expected_status=403)

    page.goto(f"{live_server.url}/nowhere/")
    check_page(page, expected_status=404)


def test_pages_stay_light(world: World, enter: Callable, live_server: Any) -> None:
    page, known = enter(world.administrator), set()

    assert weigh(page, f"{live_server.url}/styleguide/", known) <= FIRST_LOAD
    assert weigh(page, f"{live_server.url}/styleguide/?page=2", known) <= NEXT_PAGE


def test_a_password_can_be_shown(world: World, enter: Callable, live_server: Any) -> None:
    page = enter(world.administrator)
    page.goto(f"{live_server.url}/styleguide/")
    page.fill("#id_password", "mat-khau")

    page.click("[data-reveal=id_password]")

    assert page.get_attribute("#id_password", "type") == "text"
