"""The administrator makes one cell of two in a browser, and its people go on working in it."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import Unit, UnitMerger
from campaigns.models import Task
from tests import factories as make
from tests.browser.checks import check_page
from tests.models_registry import factories as models
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_two_cells_become_one_and_their_work_goes_on_in_it(
    world: World, enter: Callable, live_server: Any, page: Any
) -> None:
    for cell, person in ((world.cell, world.head), (world.other_cell, world.neighbour)):
        make.task(world.campaign, cell, title=f"Việc của {cell}")
        models.draft(world.campaign, cell, person)
    enter(world.administrator)
    page.goto(f"{live_server.url}/units/chi-bo-7/about/")
    page.get_by_role("link", name="Sáp nhập với đơn vị khác").click()
    check_page(page)
    page.get_by_label("Chi bộ 7").and_(page.locator("input:checked")).wait_for(state="attached")
    page.get_by_role("button", name="Xem những gì chuyển sang").click()
    page.get_by_role("alert").wait_for()  # one unit alone, and no name
    page.get_by_label("Chi bộ 8").and_(page.locator("input[name=units]")).check(force=True)
    page.get_by_label("Tên đơn vị mới").fill("Chi bộ 7 và 8")
    page.get_by_role("button", name="Xem những gì chuyển sang").click()
    page.get_by_role("heading", name="Những gì chuyển sang").wait_for()
    check_page(page)
    page.get_by_role("link", name="Nhiệm vụ đang làm, Chi bộ 8: 1").click()
    page.get_by_role("link", name="Việc của Chi bộ 8").wait_for()
    check_page(page)
    page.go_back()
    page.get_by_role("button", name="Sáp nhập các đơn vị").click()
    page.get_by_text("Đã sáp nhập các đơn vị").wait_for()
    check_page(page)

    new = UnitMerger.objects.get().into
    assert new
    assert Task.objects.filter(lead_unit=new).count() == 2
    assert not Unit.objects.filter(pk=world.cell.pk, valid_to=None).exists()
    page.get_by_role("link", name="Chi bộ 8", exact=True).first.click()
    page.get_by_role("link", name="Chi bộ 7 và 8").wait_for()

    enter(world.neighbour)
    page.goto(f"{live_server.url}/tasks/")
    page.get_by_text("Việc của Chi bộ 7").first.wait_for()
