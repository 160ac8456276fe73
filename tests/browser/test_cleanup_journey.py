"""Journey 4 on a phone: open the session, count by taps, close it with what was counted."""

import os
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from beautification.choices import CleanupState, Exactness, HolidayDecision
from beautification.models import Cleanup
from tests.beautification import factories as make
from tests.browser.checks import check_page
from tests.deadlines import factories as calendars
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def shot(page: object, name: str) -> None:
    if folder := os.environ.get("SHOTS"):
        page.set_viewport_size({"width": 1440, "height": 900})
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)
        page.set_viewport_size({"width": 390, "height": 844})
        page.screenshot(path=f"{folder}/{name}-phone.png")


def test_a_leader_runs_a_saturday(world: World, live_server: object, enter: Callable) -> None:
    street = make.street(world, name="Phố Trạm", groups=(world.team,))
    cleanup = make.cleanup(street)
    page = enter(world.head)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(live_server.url + cleanup.get_absolute_url())
    page.get_by_role("button", name="Mở buổi").click()
    more = page.get_by_role("button", name="Thêm 1, Chi bộ 7")
    for _tap in range(3):
        more.click()  # faster than the answers come: no tap is lost
    page.get_by_role("button", name="Thêm 1, Tổ dân vận số 1").click()
    page.get_by_role("button", name="Bớt 1, Chi bộ 7").click()
    expect(page.locator("#counts [role=status]")).to_contain_text("3")
    check_page(page)
    shot(page, "session-open")
    page.get_by_role("link", name="Đóng buổi, chốt 3 người").click()
    page.get_by_role("button", name="Chốt 3 người").wait_for()
    check_page(page)
    shot(page, "session-close")
    page.get_by_role("button", name="Chốt 3 người").click()
    expect(page.locator("main")).to_contain_text("Đã chốt")
    cleanup.refresh_from_db()
    assert (cleanup.state, cleanup.total()) == (CleanupState.DONE, 3)


def test_a_street_with_its_weeks(world: World, live_server: object, enter: Callable) -> None:
    street = make.street(world, name="Phố Trạm", extent="từ ngõ 12 đến cổng chợ", registered_with=world.superior)
    make.series(street)
    for n, people in enumerate((97, 93, 96, 88, 91, 84), start=1):
        make.done(street, make.days(-7 * n), people, exactness=Exactness.NEARLY if n == 1 else Exactness.EXACT)
    make.cleanup(street, make.days(1))
    make.cleanup(street, make.days(8))
    off = make.cleanup(street, make.days(12), holiday_decision=HolidayDecision.NEEDED, reason="Ngày Chiến thắng")
    calendars.day_off(world.ward, make.days(12), "Ngày Chiến thắng")
    page = enter(world.campaign_officer)
    for name, path in (
        ("street-list", "/streets/"),
        ("street", street.get_absolute_url()),
        ("cleanup-list", "/cleanups/"),
        ("cleanup-done", Cleanup.objects.filter(state="done").first().get_absolute_url()),
        ("cleanup-decide", off.url_of("decide")),
        ("series-edit", f"{street.get_absolute_url()}series/{street.series.get().pk}/edit/"),
        ("calendar", f"/days-off/{make.days(12).year}/"),
    ):
        page.goto(live_server.url + path)
        check_page(page)
        shot(page, name)
