"""A registration that is not whole; test_model_year has one that is."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.checks import check_page
from tests.models_registry import factories as make
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_a_wrong_form_says_so_and_keeps_everything(world: World, enter: Callable, live_server: Any, page: Any) -> None:
    make.theme_field(world.campaign)
    enter(world.head)
    page.goto(live_server.url + "/models/new/")
    page.get_by_label("Cách làm").fill("12 hộ ký cam kết")
    page.get_by_role("button", name="Gửi phường duyệt").click()
    page.get_by_role("alert").wait_for()
    assert page.title().startswith("Lỗi:")
    assert page.get_by_label("Cách làm").input_value() == "12 hộ ký cam kết"
    check_page(page)
