"""The visit form on a phone: three taps from the list, and only the questions that fit the answer."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from clearance.models import Visit
from tests.clearance import factories as make
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def door(world: World, enter: Callable, live_server: Any, page: Any) -> Any:
    """The list of the team's households, on a phone."""
    scene = make.scene(world)
    make.invited_dialogue(scene["project"], world.campaign)
    enter(world.head)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(live_server.url + reverse("clearance:household_list", args=[scene["project"].slug]))
    return page


def test_a_visit_takes_four_taps_from_the_list(door: Any) -> None:
    door.get_by_role("link", name="Ghi lượt thăm hộ số 1").click()
    door.get_by_label("Chủ hộ").check()
    door.get_by_label("Sẽ dự").check()
    door.get_by_role("button", name="Lưu lượt thăm").click()
    door.get_by_text("Đã lưu lượt thăm hộ số 1").wait_for()
    assert Visit.objects.get().attendance_reply == "will_come"


def test_nobody_at_home_hides_the_other_questions(door: Any) -> None:
    door.get_by_role("link", name="Ghi lượt thăm hộ số 1").click()
    reply, paper = door.get_by_label("Sẽ dự"), door.get_by_label("Đã nhận, có ký")
    assert reply.is_visible()
    door.get_by_label("Vắng nhà").check()
    assert not reply.is_visible()
    assert not paper.is_visible()
    door.get_by_text("Khác", exact=True).click()
    door.get_by_label("Chưa muốn tiếp").check()
    assert not paper.is_visible()
    assert door.get_by_label("Không nhận").is_visible()
    assert not reply.is_visible()
