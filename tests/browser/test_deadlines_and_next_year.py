"""A deadline that is paused, met by the answer and listed; and the year that is carried over into the next."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from campaigns.models import Document, TaskSeries, YearTurnover
from core.models import today
from deadlines.models import Deadline
from tests import factories as make
from tests.browser.checks import check_page, submit
from tests.campaigns.factories import superior_plan
from tests.deadlines import factories as calendars
from tests.world import World

pytestmark = pytest.mark.browser
DAY = datetime.timedelta(days=1)


def fill_day(page: Page, name: str, day: datetime.date) -> None:
    page.fill(f"[name={name}]", day.strftime("%d/%m/%Y"))


def test_a_deadline_is_counted_paused_counted_anew_and_met_by_the_answer(
    world: World, enter: Callable, live_server: Any
) -> None:
    for year in range(today().year - 1, today().year + 2):
        calendars.calendar_year(world.ward, year)
    rule = calendars.rule(world.ward, code="incoming-answer", name="Xử lý văn bản đến", pausable=True)
    letter = make.document_kind(world.ward, code="CV", label="Công văn")
    document = superior_plan(world, symbol="12-CV/QU", dated_on=today() - 8 * DAY)
    page = enter(world.records_clerk)
    page.goto(f"{live_server.url}{document.get_absolute_url()}")
    page.click("a.btn:has-text('Tính thời hạn')")
    submit(page)
    deadline = Deadline.objects.get()

    page.goto(f"{live_server.url}{deadline.get_absolute_url()}")
    page.click("a.btn:has-text('Tạm dừng')")
    fill_day(page, "on", today() + DAY)
    page.fill("[name=reason]", "Chờ bổ sung hồ sơ")
    submit(page)
    expect(page.locator("form.dv-form")).to_contain_text("Chọn ngày từ hôm nay trở về trước")
    fill_day(page, "on", today() - 3 * DAY)
    submit(page)
    expect(page.locator("main")).to_contain_text("Chờ bổ sung hồ sơ")
    page.click("a.btn:has-text('Tính tiếp')")
    fill_day(page, "on", today())
    submit(page)
    deadline.refresh_from_db()
    assert deadline.due_on == document.dated_on + 13 * DAY

    rule.valid_to = document.dated_on - DAY
    rule.save()
    calendars.rule(world.ward, code="incoming-answer", value=5, pausable=True, valid_from=document.dated_on)
    page.reload()
    page.click("main button:has-text('Tính lại')")
    expect(page.locator("main")).not_to_contain_text("Tính lại")

    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live_server.url}/deadlines/")
    check_page(page)
    page.click("main a:has-text('12-CV/QU')")
    page.click("a.btn:has-text('Soạn văn bản trả lời')")
    page.select_option("[name=kind]", str(letter.pk))
    page.select_option("[name=issuer]", str(world.committee.pk))
    fill_day(page, "dated_on", today())
    submit(page)
    answer = Document.objects.get(answers=document)
    page.goto(f"{live_server.url}/documents/{answer.pk}/issue/")
    page.click("main button[type=submit]")
    answer.refresh_from_db()
    page.goto(f"{live_server.url}/deadlines/?state=met")
    expect(page.locator("#list")).to_contain_text(answer.symbol)
    check_page(page)


def test_the_next_year_is_prepared_looked_at_and_taken_over(world: World, enter: Callable, live_server: Any) -> None:
    old = world.campaign
    make.undertaking(old, name="Cụm trường học")
    series = TaskSeries(ward=world.ward, campaign=old, title="Báo cáo tháng", first_on=today() + 5 * DAY)
    series.plan(by=world.campaign_officer, lead_units=[world.cell])
    page = enter(world.campaign_officer)
    page.goto(f"{live_server.url}/campaigns/{old.year}/next/")
    page.fill("[name=theme]", "Năm sau")
    fill_day(page, "closes_on", datetime.date(old.year, 1, 1))
    submit(page)
    expect(page.locator("[name=theme]")).to_have_value("Năm sau")  # ends before it begins: what was typed stays
    fill_day(page, "opens_on", datetime.date(old.year + 1, 1, 1))
    fill_day(page, "closes_on", datetime.date(old.year + 1, 12, 31))
    submit(page)
    page.wait_for_url(f"**/campaigns/{old.year + 1}/carry-over/")
    expect(page.locator("main")).to_contain_text("chưa có lịch nghỉ")
    check_page(page)
    page.click(f"main a[href$='/{old.year + 1}/carry-over/series/']")
    expect(page.locator("main")).to_contain_text("Báo cáo tháng")
    page.go_back()
    page.uncheck("[name=parts][value=undertakings]")
    page.click("main button[type=submit]")
    expect(page.locator("main")).to_contain_text("Việc còn phải làm")
    row = YearTurnover.objects.get()
    assert set(row.carried) >= {"series"}
    assert "undertakings" not in row.carried
    page.set_viewport_size({"width": 390, "height": 844})
    check_page(page)
