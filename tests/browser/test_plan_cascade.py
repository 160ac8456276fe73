"""From a superior's plan to members' work and units' tasks, each step by the person whose turn it is."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from campaigns.models import Document, DocumentRecipient, Task
from tests import factories as make
from tests.browser.checks import check_page, submit
from tests.campaigns.factories import days_ago, superior_plan
from tests.world import World

pytestmark = pytest.mark.browser


def fill_day(page: Page, name: str, day: Any) -> None:
    page.fill(f"[name={name}]", day.strftime("%d/%m/%Y"))


def test_from_the_superiors_order_to_the_units_task(world: World, enter: Callable, live_server: Any) -> None:
    for code, label in (("KH", "Kế hoạch"), ("NQ", "Nghị quyết")):
        make.document_kind(world.ward, code=code, label=label)
    parent = superior_plan(world, symbol="90-KH/QU", dated_on=days_ago(20))
    trees = f"{live_server.url}/campaigns/{world.campaign.year}/cascade/"
    due = make.worked(days_ago(-9))

    page = enter(world.campaign_officer)
    page.goto(trees)
    expect(page.locator("main")).to_contain_text("chưa triển khai, đã 20 ngày")
    page.click("text=Lập kế hoạch của phường")
    fill_day(page, "dated_on", days_ago(10))
    page.fill("[name=items]", "Tổng vệ sinh phố Trạm")
    submit(page)
    own = Document.objects.get(carries_out=parent)

    enter(world.records_clerk)  # gives the number, then asks every cell for its resolution in one act
    page.goto(f"{live_server.url}/documents/{own.pk}/issue/")
    page.click("main button[type=submit]")
    page.goto(trees)
    page.click("text=Yêu cầu tất cả chi bộ ra nghị quyết")
    fill_day(page, "due_on", days_ago(11))
    submit(page)
    expect(page).to_have_title(re.compile("^Lỗi:"))  # before the plan's own day
    fill_day(page, "due_on", due)
    submit(page)
    page.wait_for_url(f"**/documents/{own.pk}/")

    enter(world.campaign_officer)
    item = own.plan_items.get()
    page.goto(f"{live_server.url}/plan-items/{item.pk}/assign/")
    page.fill("[name=title]", "Cử người tổng vệ sinh")
    fill_day(page, "due_on", due)
    for fold in page.locator("form.dv-form summary").all():
        if fold.is_visible():
            fold.click()
    page.check(f"[name=lead_units][value='{world.cell.pk}']")
    submit(page)
    assert Task.objects.get(plan_item=item).lead_unit == world.cell

    enter(world.head)  # the secretary, on a phone
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(trees)
    page.click("summary:has-text('Xem từng đơn vị')")
    page.click("text=Đăng ký nghị quyết")
    page.fill("[name=number]", "4")
    fill_day(page, "dated_on", days_ago(5))
    submit(page)
    page.wait_for_url(f"**/documents/{own.pk}/")
    row = DocumentRecipient.objects.get(document=own, unit=world.cell)
    page.goto(f"{live_server.url}{row.members_url}")
    page.fill("[name=lines]", "Nguyễn Văn An")
    submit(page)
    expect(page.locator("main")).to_contain_text("Dòng 1")
    page.fill("[name=lines]", "Nguyễn Văn An: phụ trách ngõ 12")
    submit(page)
    page.wait_for_url(f"**/documents/{own.pk}/")

    page = enter(world.campaign_officer)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{trees}{parent.pk}/")
    main = page.locator("main")
    for text in ("1/2", world.other_cell.name, "0/1", "1/1"):
        expect(main).to_contain_text(text)
    for summary in page.locator("main details summary").all():
        if summary.is_visible():
            summary.click()
    check_page(page)
    page.goto(f"{live_server.url}/documents/numbers/")
    check_page(page)
