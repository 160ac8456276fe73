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


def test_a_filter_swaps_the_list_and_keeps_its_address(world: World, enter: Callable, live_server: Any) -> None:
    page = enter(world.administrator)
    page.goto(f"{live_server.url}/styleguide/")
    page.evaluate("window.stayed = true")

    page.select_option("#f_state", "submitted")
    page.wait_for_url("**/styleguide/?q=&state=submitted*")

    assert page.evaluate("window.stayed")
    page.wait_for_function("document.querySelector('[data-announce=list]').textContent.includes('120')")
    assert not page.complaints


def test_the_stock_admin_works_under_the_same_rules(world: World, enter: Callable, live_server: Any) -> None:
    page = enter(world.administrator)

    for path in ["/admin/", "/admin/accounts/unit/", "/admin/accounts/unit/add/"]:
        assert page.goto(live_server.url + path).status == 200
        page.wait_for_load_state("networkidle")

    assert not page.complaints
