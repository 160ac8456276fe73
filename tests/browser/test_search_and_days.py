"""The search from any page by keys alone, what it found as a file, and a day chosen by keys, by touch, or typed."""

import csv
import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from core.models import today
from deadlines.choices import DayKind
from notifications.engine import jobs
from notifications.models import Job
from tests import factories as make
from tests.browser.checks import check_page
from tests.deadlines import factories as calendars
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_slash_leads_to_the_search_and_arrows_through_what_it_finds(
    world: World, enter: Callable, live_server: Any, page: Any
) -> None:
    for n in range(3):
        make.task(world.campaign, world.cell, title=f"Trồng hoa sữa {n}")
    enter(world.campaign_officer)
    page.goto(f"{live_server.url}/calendar/?view=year&of=ward")
    check_page(page)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.locator("h1").click()
    page.keyboard.press("/")
    page.keyboard.type("hoa sua")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/**")
    check_page(page)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.locator("h1").click()
    page.keyboard.press("/")
    for expected in ("Trồng hoa sữa 0", "Trồng hoa sữa 1"):
        page.keyboard.press("ArrowDown")
        assert expected in page.evaluate("document.activeElement.textContent")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.id") == "search-words"


def test_what_is_found_and_narrowed_goes_out_to_its_owner_for_a_while(
    world: World, enter: Callable, live_server: Any, page: Any, sign_in: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(3):
        make.task(world.campaign, world.cell, title=f"Trồng hoa sữa {n}")
    make.task(world.campaign, world.other_cell, title="Trồng hoa sữa ở chi bộ 8")
    enter(world.campaign_officer)
    page.goto(f"{live_server.url}/search/?q=hoa+sua")
    page.locator("a[data-total='4']").click()
    page.get_by_label("Đơn vị").select_option(label=world.cell.name)
    expect(page.locator("[data-total]")).to_contain_text("3")
    assert page.url.count("q=hoa") == 1, "an address does not grow with each change of a filter"
    page.get_by_label("Cả trang này").check()
    expect(page.locator("[data-bulk-said]")).to_have_text("Đã chọn 3")
    page.locator("input[name=row]").first.uncheck()
    expect(page.locator("[data-bulk-said]")).to_have_text("Đã chọn 2")
    expect(page.get_by_label("Cả trang này")).not_to_be_checked()
    page.get_by_role("link", name="Xuất danh sách").click()
    page.get_by_label("CSV (.csv)").check()
    check_page(page)
    page.get_by_role("button", name="Xuất", exact=True).click()
    job = Job.objects.get()
    expect(page.locator("#job progress")).to_be_visible()
    check_page(page)
    seen, note = [], jobs._Progress.note

    def watched(progress: Any, done: int, total: int = 0) -> None:
        note(progress, done, total)
        expect(page.locator("#job progress")).to_have_attribute("value", str(done))
        seen.append((done, total))

    monkeypatch.setattr("core.listing.CHUNK", 1)
    monkeypatch.setattr(jobs, "STEP_SECONDS", 0)
    monkeypatch.setattr(jobs._Progress, "note", watched)
    jobs.run_all(10)
    assert seen == [(1, 3), (2, 3), (3, 3)]
    with page.expect_download() as told:
        page.get_by_role("link", name="Nhiệm vụ").filter(has_text=".csv").click()
    assert told.value.suggested_filename == f"Nhiệm vụ {today():%d-%m-%Y}.csv"
    with open(told.value.path(), encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["Nhiệm vụ"] for row in rows] == [f"Trồng hoa sữa {n}" for n in range(3)]
    check_page(page)
    address = reverse("notifications:job_file", args=[job.pk])
    assert sign_in(world.leadership).get(address).status_code == 404
    Job.objects.update(expires_at=timezone.now())
    page.reload()
    assert "hết hạn" in page.locator("#job").text_content()
    assert page.request.get(live_server.url + address).status == 404


def test_a_day_is_chosen_by_keys_by_touch_or_typed(world: World, enter: Callable, live_server: Any, page: Any) -> None:
    on = today().replace(day=15)
    calendars.day_off(world.ward, on + datetime.timedelta(days=1), name="Tết thử", kind=DayKind.TET)
    enter(world.campaign_officer)
    page.goto(f"{live_server.url}/tasks/new/")
    field = page.get_by_label("Hạn", exact=True)
    field.fill(f"15/{on.month}")
    opener = page.get_by_role("button", name="Chọn ngày: Hạn")
    opener.click()
    dialog = page.get_by_role("dialog")
    assert dialog.locator("td[tabindex='0']").get_attribute("data-on") == on.isoformat()
    tet = dialog.get_by_role("gridcell", name="Tết thử")
    tet.wait_for()
    assert "dv-cal-tet" in tet.get_attribute("class")
    check_page(page)
    page.keyboard.press("ArrowRight")
    assert "Tết thử" in dialog.locator(".dv-days-note").text_content()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert field.input_value() == f"{on + datetime.timedelta(days=8):%d/%m/%Y}"
    assert not dialog.is_visible()
    assert page.evaluate("document.activeElement.dataset.daysOpen") == ""
    opener.click()
    page.keyboard.press("PageDown")
    page.keyboard.press("Escape")
    assert field.input_value() == f"{on + datetime.timedelta(days=8):%d/%m/%Y}", "nothing was chosen"
    opener.click()
    dialog.get_by_role("button", name="Tháng sau").click()
    dialog.locator("td[data-on$='-10']").click()
    assert field.input_value().startswith("10/")
    field.fill("07.12.26")
    opener.click()
    assert dialog.locator("td[aria-selected='true']").get_attribute("data-on") == "2026-12-07"
