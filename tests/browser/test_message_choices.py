import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from notifications.gateways import unsubscribe
from notifications.models import Message, Mute, Preference
from tests.browser.checks import check_page
from tests.notifications import factories as make
from tests.plugin import CHROMIUM
from tests.world import World

pytestmark = pytest.mark.browser


def test_choices_are_ticked_and_kept(world: World, enter: Callable, live_server: Any) -> None:
    page = enter(world.head)
    page.goto(f"{live_server.url}/notifications/preferences/")
    page.wait_for_selector("[data-push-say]:not([hidden]), [data-push-add]:not([hidden])")
    check_page(page)

    group = page.locator("details.dv-fold", has=page.locator("input[value='campaigns.task.due:email']"))
    group.locator("summary").click()
    page.uncheck("input[value='campaigns.task.due:email']")
    assert "tắt 1 lựa chọn" in group.locator("summary").inner_text()
    check_page(page)
    page.check("input[name=pause][value='3']")
    page.click("button:has-text('Lưu lựa chọn')")
    page.wait_for_selector(".dv-toast-ok")
    assert Mute.objects.get().words == "campaigns.task.due"
    assert Preference.objects.get().snoozed_until

    page.set_viewport_size({"width": 390, "height": 844})
    page.reload()
    check_page(page)
    page.fill("#id_quiet_from", "07:00")
    page.fill("#id_quiet_until", "21:00")
    page.click("button:has-text('Lưu lựa chọn')")
    expect(page).to_have_title(re.compile("^Lỗi:"))
    check_page(page)


@pytest.mark.parametrize("standalone, words", [("false", "Thêm vào MH chính"), ("undefined", "trình duyệt khác")])
def test_a_browser_that_can_not_show_notifications_says_what_helps(
    world: World, enter: Callable, live_server: Any, standalone: str, words: str
) -> None:
    page = enter(world.head)
    page.add_init_script(f"delete window.PushManager; navigator.standalone = {standalone};")
    page.goto(f"{live_server.url}/notifications/preferences/")
    page.wait_for_selector(f"[data-push-say]:not([hidden]):has-text('{words}')")
    check_page(page)


def test_the_page_of_a_mails_link_keeps_the_rules(world: World, page: Any, live_server: Any) -> None:
    address = unsubscribe.address(world.ward.pk, world.head.pk, ["campaigns.task.due"])
    page.goto(f"{live_server.url}/notifications/mail-off/{address.rstrip('/').rpartition('/')[2]}/")
    check_page(page)
    page.click("button:has-text('Không gửi thư nữa')")
    page.wait_for_selector("button:has-text('Hoàn tác')")
    check_page(page)


def test_the_bell_counts_on_while_the_page_is_open(world: World, enter: Callable, live_server: Any) -> None:
    page = enter(world.head)
    page.goto(f"{live_server.url}/menu/")
    assert not page.query_selector("#unread .dv-count")
    message = make.message(world)
    sent = {"state": "sent", "provider_id": "x", "sent_at": message.not_before, "line": "Chi bộ 7: việc mới"}
    Message.objects.filter(pk=message.pk).update(**sent)

    page.evaluate("htmx.trigger(document.body, 'dv-minute')")
    page.wait_for_selector("#unread .dv-count")
    page.wait_for_function("document.getElementById('unread-say').textContent.includes('1 thông báo mới')")
    assert page.text_content("#unread-top").startswith("1")


def test_a_pushed_message_is_shown_by_the_browser(
    world: World, enter: Callable, live_server: Any, launch_browser: Callable
) -> None:
    with launch_browser(executable_path=CHROMIUM) as whole:  # one without windows shows no notifications
        shown_by(enter(world.head, whole.new_page()), live_server)


def shown_by(page: Page, live_server: Any) -> None:
    page.context.grant_permissions(["notifications"], origin=live_server.url)
    page.goto(f"{live_server.url}/notifications/preferences/")
    tools = page.context.new_cdp_session(page)
    found: list[dict] = []
    tools.on("ServiceWorker.workerRegistrationUpdated", lambda event: found.extend(event["registrations"]))
    tools.send("ServiceWorker.enable")
    page.evaluate("navigator.serviceWorker.register('/sw.js', {scope: '/'}).then(() => navigator.serviceWorker.ready)")
    for _attempt in range(200):
        if found:
            break
        page.wait_for_timeout(50)
    pushed = (
        '{"id": 7, "title": "Phường", "line": "Chi bộ 7: việc mới", "link": "/notifications/7/open/", "language": "vi"}'
    )
    arguments = {"origin": live_server.url, "registrationId": found[-1]["registrationId"], "data": pushed}
    shown: list = []
    for _attempt in range(20):  # one that is asked for before its window stands is forgotten by the browser
        tools.send("ServiceWorker.deliverPushMessage", arguments)
        page.wait_for_timeout(500)
        shown = page.evaluate("""navigator.serviceWorker.ready.then((ready) => ready.getNotifications()).then((all) =>
            all.map((one) => [one.title, one.body, one.tag, one.data.link]))""")
        if shown:
            break
    assert shown == [["Phường", "Chi bộ 7: việc mới", "message-7", "/notifications/7/open/"]]
