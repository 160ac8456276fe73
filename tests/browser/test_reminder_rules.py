"""An officer sets a reminder rule in a browser and sees whom it would tell before saving it."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest

from core.models import today
from notifications.models import ReminderRule
from tests import factories as make
from tests.browser.checks import check_page
from tests.notifications.test_message_why import reminder, sent
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_the_preview_follows_the_days_and_the_time_that_are_typed(
    world: World, enter: Callable, live_server: Any, page: Any
) -> None:
    task = make.task(world.campaign, world.cell, due_on=today() + datetime.timedelta(days=12))
    enter(world.campaign_officer)
    page.goto(live_server.url + "/reminders/new/")
    page.get_by_label("Nhắc về việc gì").select_option("campaigns.task.due/due_on")
    page.get_by_text("Chỉ ngày làm việc").click()
    units = page.locator("#div_id_units")
    units.locator("summary").click()
    units.get_by_label("Chi bộ 7", exact=True).check()
    assert units.locator("summary").inner_text() == "1 đơn vị"
    page.get_by_role("button", name="Xem trước").click()
    preview = page.locator("#preview")
    preview.get_by_text(task.title).first.wait_for()
    assert "08:00" in preview.inner_text()
    day = preview.get_by_role("heading", level=3).first.inner_text()
    page.locator("#id_days").fill("5")
    page.locator("#id_local_time").fill("09:15")
    page.locator("#id_local_time").blur()
    preview.get_by_text("09:15").first.wait_for()
    assert preview.get_by_role("heading", level=3).first.inner_text() != day
    assert not ReminderRule.objects.exists()
    check_page(page)
    page.get_by_role("button", name="Lưu quy tắc").click()
    page.get_by_role("button", name="Bật quy tắc").click()
    page.get_by_text("Đang bật").first.wait_for()
    check_page(page)
    page.goto(live_server.url + "/reminders/")
    check_page(page)
    assert ReminderRule.objects.get(enabled=True).offset_days == -5


def test_the_log_and_the_reason_of_a_message_read_well(
    world: World, enter: Callable, live_server: Any, page: Any
) -> None:
    message = reminder(world)
    sent(message, link="/tasks/")
    enter(world.campaign_officer)
    page.goto(live_server.url + "/reminders/log/")
    page.get_by_text("Nguyễn Thị Hường").wait_for()
    check_page(page)
    page.context.clear_cookies()
    enter(world.head)
    page.goto(live_server.url + f"/notifications/{message.pk}/why/")
    page.get_by_role("button", name="Chép lời nhắc").wait_for()
    check_page(page)
