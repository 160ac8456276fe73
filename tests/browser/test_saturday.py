"""A Saturday on a phone: told to all, opened by one tap, 61 people scan and 39 are counted by hand, closed at 100."""

import datetime
from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import expect

from beautification.choices import CleanupState, TurnoutSource
from beautification.models import CheckinCode, Scan
from tests.beautification import factories as make
from tests.beautification.test_photos import picture
from tests.browser.checks import check_page, listen
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SCANNED, BY_HAND, TWICE = 61, 39, 2


def test_a_saturday_from_the_call_to_the_closing(world: World, live_server: object, enter: Callable) -> None:
    street = make.street(world, name="Phố Trạm", groups=(world.team,), extent="từ ngõ 12 đến cổng chợ")
    cleanup = make.cleanup(street, starts_at=datetime.time(7))
    page = enter(world.head)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(live_server.url + cleanup.get_absolute_url())
    # before: what is asked, who comes, what is said on the loudspeaker
    page.get_by_role("link", name="Người và dụng cụ").click()
    page.get_by_label("Chi bộ 7: số người").fill("60")
    page.get_by_role("button", name="Lưu đề nghị").click()
    page.get_by_role("link", name="Báo số người đến").click()
    page.get_by_label("Số người đến").fill("55")
    check_page(page)
    page.get_by_role("button", name="Gửi trả lời").click()
    expect(page.locator("#calls")).to_contain_text("còn thiếu 5")
    assert "lúc 7 giờ" in page.locator("#spoken-text").input_value()
    check_page(page)
    # one tap opens it
    page.get_by_role("button", name="Mở buổi").click()
    expect(page.locator(".dv-checkin .dv-code")).to_have_text(CheckinCode.of(cleanup).digits)
    # somebody's own phone, by the digits, two taps and no name
    other = page.context.browser.new_context(viewport={"width": 390, "height": 844}, locale="vi-VN")
    phone = listen(other.new_page())
    phone.goto(f"{live_server.url}/c/")
    phone.get_by_label("Mã buổi tổng vệ sinh").fill(CheckinCode.of(cleanup).digits)
    check_page(phone)
    phone.get_by_role("button", name="Tiếp tục").click()
    phone.get_by_text("Chi bộ 7", exact=True).click()
    phone.get_by_role("button", name="Tôi có mặt").click()
    expect(phone.locator("h1")).to_contain_text("Đã ghi nhận")
    check_page(phone)
    other.close()
    # the other sixty, two of them twice
    units = [world.cell, world.team, None]
    for n in range(SCANNED - 1):
        own, unit = Client(), units[n % 3]
        for _time in range(2 if n < TWICE else 1):
            own.post(f"/c/{CheckinCode.of(cleanup).token}/", {"unit": str(unit.pk if unit else 0)})
    # by hand: nine taps, the rest as a number
    more = page.get_by_role("button", name="Thêm 1, Tổ dân vận số 1")
    for _tap in range(9):
        more.click()
    expect(page.locator("#total")).to_contain_text(str(SCANNED + 9), timeout=30_000)
    page.get_by_role("link", name="Nhập số người").click()
    page.locator(f"[name=unit_{world.cell.pk}]").fill(str(BY_HAND - 9))
    page.get_by_role("button", name="Lưu số người").click()
    expect(page.locator("#total")).to_contain_text("100")
    check_page(page)
    # a spot before and after
    for moment in ("Trước", "Sau"):
        if moment == "Trước":
            page.locator("#photos").get_by_role("link", name="Thêm ảnh").click()
            page.get_by_label("Vị trí trên tuyến").fill("Đầu ngõ 12")
        else:
            page.locator("#photos").get_by_role("link", name="Sau").click()
        file = picture()
        page.locator("input[type=file]").set_input_files(
            {"name": "anh.jpg", "mimeType": "image/jpeg", "buffer": file.read()}
        )
        check_page(page)
        page.get_by_role("button", name="Lưu ảnh").click()
        expect(page.locator("#photos")).to_contain_text("Đầu ngõ 12")
    check_page(page)
    # closing: the sources apart, the repeated scans told, then one more tap
    page.get_by_role("link", name="Đóng buổi, chốt 100 người").click()
    expect(page.locator("main")).to_contain_text("61 quét mã, 39 đếm trực tiếp")
    expect(page.locator("main")).to_contain_text("2 lượt quét lặp")
    page.get_by_label("Rác đã thu gom, kg").fill("350")
    check_page(page)
    page.get_by_role("button", name="Chốt 100 người").click()
    expect(page.locator("main")).to_contain_text("Đã chốt")
    expect(page.locator("main")).to_contain_text("350 kg")
    check_page(page)
    cleanup.refresh_from_db()
    assert cleanup.state == CleanupState.DONE
    by_source = dict.fromkeys(TurnoutSource, 0)
    for row in cleanup.counts():
        by_source[TurnoutSource(row.source)] += row.count
    assert (by_source[TurnoutSource.SCAN], by_source[TurnoutSource.HAND]) == (SCANNED, BY_HAND)
    assert Scan.objects.filter(cleanup=cleanup).count() == SCANNED
    # late: told where to turn, nobody counted
    late = Client().post(f"/c/{cleanup.codes.get().token}/", {"unit": "0"})
    assert (late.status_code, sum(row.count for row in cleanup.counts())) == (410, 100)
