"""The cascade in a browser: every page keeps the rules at every width, and the unit's way is short."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from campaigns.models import Task, TaskSeries
from tests import factories as make
from tests.browser.checks import NEXT_PAGE, check_page, weigh
from tests.campaigns.factories import days_ago, meeting, plan_item, recipient, superior_plan, ward_plan
from tests.world import World

pytestmark = pytest.mark.browser
SHOTS = os.environ.get("SHOTS")  # a folder, for looking at the pages


def shoot(page: Page, name: str) -> None:
    if not SHOTS:
        return
    Path(SHOTS).mkdir(parents=True, exist_ok=True)
    size = page.viewport_size
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        page.screenshot(path=f"{SHOTS}/{name}-{width}.png", full_page=True)
    page.set_viewport_size(size)


@pytest.fixture
def cascade(world: World) -> dict[str, Any]:
    parent = superior_plan(world, symbol="90-KH/QU", summary="Năm Dân vận khéo, trọng tâm giải phóng mặt bằng")
    own = ward_plan(world, symbol="82-KH/ĐU", symbol_inferred=True, carries_out=parent, summary="Thực hiện năm chủ đề")
    street = make.undertaking(world.campaign, name="Phố Trạm", slug="pho-tram")
    items = [plan_item(own, text=text) for text in ("Phổ biến kế hoạch tới nhân dân", "Tổng vệ sinh phố Trạm")]
    recipient(own, world.cell)
    recipient(own, world.other_cell, answered_by=make.document(world.campaign, world.other_cell))
    late = make.task(
        world.campaign,
        world.cell,
        title="Phổ biến kế hoạch tới nhân dân",
        due_on=days_ago(4),
        plan_item=items[0],
        target_value=11,
        target_unit="hộ",
        evidence_needed=["file"],
    )
    make.task(world.campaign, world.other_cell, title="Cử người tổng vệ sinh", undertaking=street, plan_item=items[1])
    submitted = make.task(world.campaign, world.cell, title="Báo cáo quý I", due_on=days_ago(-2))
    late.report(by=world.campaign_officer, value=7, note="Bí thư báo qua điện thoại")
    submitted.submit(by=world.head, note="Đã gửi báo cáo")
    session = meeting(world.campaign, title="Hội nghị quán triệt Kế hoạch 82", held_on=days_ago(45), state="held")
    session.invite(by=world.campaign_officer, unit=world.cell, invited=23, present=21)
    session.invite(by=world.campaign_officer, unit=world.other_cell, absence="absent", reason="Họp ở quận")
    decided = session.conclude(by=world.campaign_officer, text="Chi bộ 7, 8 rà soát hộ khó khăn")
    make.task(world.campaign, world.other_cell, title="Rà soát hộ khó khăn", outcome=decided, priority=1)
    series = TaskSeries(ward=world.ward, campaign=world.campaign, title="Báo cáo tháng", first_on=days_ago(30))
    series.plan(by=world.campaign_officer, lead_units=[world.cell, world.other_cell], helpers=[world.front])
    return {
        "parent": parent,
        "own": own,
        "late": late,
        "submitted": submitted,
        "session": session,
        "item": items[0],
    } | {"series": series}


def test_pages_of_the_cascade_keep_the_rules(world: World, cascade: dict, enter: Callable, live_server: Any) -> None:
    page, year = enter(world.campaign_officer), world.campaign.year
    own = cascade["own"]
    for name, path in {
        "year": f"/campaigns/{year}/",
        "years": "/campaigns/",
        "plans": f"/campaigns/{year}/plans/",
        "plan": f"/campaigns/{year}/plans/{own.pk}/",
        "documents": "/documents/",
        "document": own.get_absolute_url(),
        "resolutions": "/documents/resolutions/",
        "tasks": "/tasks/",
        "task": cascade["late"].get_absolute_url(),
        "submitted": cascade["submitted"].get_absolute_url(),
        "board": "/tasks/board/",
        "load": "/tasks/load/",
        "series": cascade["series"].get_absolute_url(),
        "series-new": "/tasks/series/new/",
        "attendance": f"{cascade['session'].get_absolute_url()}attendance/",
        "invite": f"{cascade['session'].get_absolute_url()}invite/",
        "sessions": "/briefings/",
        "session": cascade["session"].get_absolute_url(),
    }.items():
        page.goto(live_server.url + path)
        shoot(page, name)
        check_page(page)


def test_pages_are_light(world: World, cascade: dict, enter: Callable, live_server: Any) -> None:
    page, known = enter(world.campaign_officer), set()
    weigh(page, f"{live_server.url}/tasks/", known)
    assert weigh(page, f"{live_server.url}/documents/", known) <= NEXT_PAGE


def test_a_secretary_reports_from_the_list(
    world: World, cascade: dict, enter: Callable, live_server: Any, tmp_path: Path
) -> None:
    page = enter(world.head)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live_server.url}{cascade['late'].get_absolute_url()}")
    page.click("main >> text=Xin gia hạn")
    page.fill("[name=wanted_on]", f"{make.worked(days_ago(-20)):%d/%m/%Y}")
    page.fill("[name=reason]", "Nhiều hộ vắng nhà")
    page.click("form.dv-form button[type=submit]")
    expect(page.locator("main")).to_contain_text("Phường chưa trả lời; hạn vẫn giữ nguyên.")
    page.goto(f"{live_server.url}/tasks/")
    assert "Chi bộ 7 còn 1 việc quá hạn" in page.inner_text("h1")
    page.click("#list >> text=Báo đã làm")
    page.fill("[name=note]", "Đã họp tổ dân phố")
    page.click("form.dv-form button[type=submit]")
    expect(page).to_have_title(re.compile("^Lỗi:"))
    assert "minh chứng" in page.inner_text("main")
    assert page.input_value("[name=note]") == "Đã họp tổ dân phố"
    paper = tmp_path / "bien-ban.pdf"
    paper.write_bytes(b"%PDF-1.4")
    page.set_input_files("[name=files]", paper)
    page.click("form.dv-form button[type=submit]")
    page.wait_for_url(f"**/tasks/{cascade['late'].pk}/")
    assert Task.objects.get(pk=cascade["late"].pk).state == "submitted"
