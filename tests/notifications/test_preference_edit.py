"""The page of a person's own choices, and the browsers with notifications."""

import datetime
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from PIL import Image

from notifications.forms.preferences import leaves_nothing
from notifications.models import Message, Mute, Preference, PushSubscription
from notifications.rules import defaults
from notifications.views.browsers import device
from tests.notifications import factories as make
from tests.notifications.push_service import Browser
from tests.query_baseline import QueryBaseline
from tests.world import World

PAGE = "/notifications/preferences/"
ADD = "/notifications/browsers/add/"
ENDPOINT = "https://push.example.com/send/abc"


def ticks(client: Any) -> list[str]:
    return ticked(client.get(PAGE))


def ticked(answer: Any) -> list[str]:
    rows = [kind for group in answer.context["groups"] for kind in group.kinds]
    return [value for row in rows for value, _channel, on in row.ticks if on]


def save(client: Any, **fields: Any) -> Any:
    return client.post(PAGE, {"on": ticks(client), "pause": "none"} | fields)


def test_a_person_sees_only_the_kinds_that_can_come(world: World, sign_in: Callable) -> None:
    head, clerk = (sign_in(person).get(PAGE).content.decode() for person in (world.head, world.records_clerk))
    assert "Nhiệm vụ quá hạn" in head
    assert "Mô hình được duyệt" in head
    assert "Mô hình chờ duyệt" not in head
    assert "Mô hình được duyệt" not in clerk


def test_a_kind_that_came_is_shown_whatever_the_rights(world: World, sign_in: Callable) -> None:
    make.message(world, user=world.records_clerk, words="models_registry.model.accepted")
    assert "Mô hình được duyệt" in sign_in(world.records_clerk).get(PAGE).content.decode()


def test_a_tick_taken_away_is_a_mute_and_put_back_is_none(world: World, sign_in: Callable) -> None:
    client = sign_in(world.head)
    all_on = ticks(client)
    assert "campaigns.task.due:email" in all_on
    answer = save(client, on=[value for value in all_on if value != "campaigns.task.due:email"])
    assert answer.status_code == 302
    [mute] = Mute.objects.all()
    assert (mute.user, mute.words, mute.channel) == (world.head, "campaigns.task.due", "email")
    assert "campaigns.task.due:email" not in ticks(client)
    save(client, on=all_on)
    assert not Mute.objects.exists()


def test_a_mute_of_a_kind_that_the_page_does_not_show_stays(world: World, sign_in: Callable) -> None:
    Mute.objects.create(ward=world.ward, user=world.head, words="models_registry.model.submitted", channel="email")
    save(sign_in(world.head))
    assert Mute.objects.count() == 1


def test_a_mandatory_kind_is_locked_with_the_reason(world: World, sign_in: Callable) -> None:
    rule = next(rule for rule in defaults(world.ward, None) if rule.source == "campaigns.task.due")
    rule.klass = "mandatory"
    rule.switch(True)
    rule.save()
    client = sign_in(world.head)
    page = client.get(PAGE).content.decode()
    assert "Phường quy định bắt buộc" in page
    save(client, on=[])
    assert not Mute.objects.filter(words="campaigns.task.due").exists()
    assert Mute.objects.filter(words="campaigns.task.overdue").exists()


def test_sms_is_offered_only_where_there_is_a_provider(world: World, sign_in: Callable, settings: Any) -> None:
    client = sign_in(world.head)
    assert not [value for value in ticks(client) if value.endswith(":gateway")]
    settings.WEBHOOK_URL = "https://sms.example.vn/in"
    assert "campaigns.task.due:gateway" in ticks(client)


def test_quiet_hours_and_the_bundle_are_kept(world: World, sign_in: Callable) -> None:
    client = sign_in(world.head)
    save(client, quiet_from="11h30", quiet_until="13:30", bundle_work="on")
    choice = Preference.objects.get()
    assert (choice.quiet_from, choice.quiet_until) == (datetime.time(11, 30), datetime.time(13, 30))
    assert choice.bundle_work
    assert "11:30" in client.get(PAGE).content.decode()
    save(client)
    choice.refresh_from_db()
    assert (choice.quiet_from, choice.bundle_work) == (None, False)


@pytest.mark.parametrize(
    "typed, said",
    [
        ({"quiet_from": "11:00"}, "Ghi cả hai giờ"),
        ({"quiet_until": "11:00"}, "Ghi cả hai giờ"),
        ({"quiet_from": "xx", "quiet_until": "12:00"}, "07:30"),
        ({"quiet_from": "10:00", "quiet_until": "10:00"}, "Hai giờ trùng nhau"),
        ({"quiet_from": "07:00", "quiet_until": "20:30"}, "Chừa lại một khoảng từ 07:30 đến 20:00"),
        ({"pause": "until"}, "Ghi ngày hết tạm dừng"),
        ({"pause": "until", "pause_day": "01/01/2020"}, "Chọn một thời điểm sắp tới"),
        ({"pause": "until", "pause_day": "01/01/2099"}, "nhiều nhất 90 ngày"),
        ({"pause": "forever"}, "Còn"),
    ],
)
def test_what_can_not_be_is_said_and_what_was_typed_is_kept(
    world: World, sign_in: Callable, typed: dict, said: str
) -> None:
    answer = save(sign_in(world.head), bundle_work="on", on=["campaigns.task.due:email"], **typed)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert said in page
    assert ticked(answer) == ["campaigns.task.due:email"]
    assert not Preference.objects.exists()


@pytest.mark.parametrize("choice, days", [("1", 1), ("3", 3), ("7", 7)])
def test_a_quick_pause_ends_with_a_day(world: World, sign_in: Callable, choice: str, days: int) -> None:
    client = sign_in(world.head)
    save(client, pause=choice)
    end = timezone.localtime(Preference.objects.get().snoozed_until)
    assert end.date() == timezone.localdate() + datetime.timedelta(days=days)
    assert end.time() == datetime.time.min
    assert "Tạm dừng đến" in client.get(PAGE).content.decode()


def test_a_pause_is_kept_by_saving_something_else_and_ended_by_a_choice(world: World, sign_in: Callable) -> None:
    client = sign_in(world.head)
    day = timezone.localdate() + datetime.timedelta(days=5)
    save(client, pause_day=f"{day:%d/%m/%Y}", pause_time="9h")
    end = Preference.objects.get().snoozed_until
    assert timezone.localtime(end).strftime("%d/%m/%Y %H:%M") == f"{day:%d/%m/%Y} 09:00"
    save(client, pause="keep", bundle_work="on")
    assert Preference.objects.get().snoozed_until == end
    save(client, pause="none")
    assert Preference.objects.get().snoozed_until is None


@pytest.mark.parametrize(
    "start, end, nothing",
    [
        ("07:30", "20:00", True),
        ("07:31", "20:00", False),
        ("20:00", "07:30", False),
        ("19:00", "18:00", False),
        ("07:00", "06:00", True),
        ("21:00", "20:30", True),
        ("22:00", "06:00", False),
    ],
)
def test_quiet_hours_leave_some_of_the_wards_hours(start: str, end: str, nothing: bool) -> None:
    assert leaves_nothing(datetime.time.fromisoformat(start), datetime.time.fromisoformat(end)) is nothing


# ---- browsers ------------------------------------------------------------------------------------
def told(browser: Browser, **fields: str) -> dict[str, str]:
    return {"endpoint": ENDPOINT, **browser.keys} | fields


def test_a_browser_is_added_named_and_removed(world: World, sign_in: Callable) -> None:
    client = sign_in(world.head)
    agent = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/130.0.0.0 Mobile Safari/537.36"
    assert client.post(ADD, told(Browser()), headers={"user-agent": agent}).url == PAGE
    row = PushSubscription.objects.get()
    assert (row.user, row.device, row.endpoint) == (world.head, "Chrome, Android", ENDPOINT)
    assert "Chrome, Android" in client.get(PAGE).content.decode()
    assert sign_in(world.neighbour).post(f"/notifications/browsers/{row.pk}/remove/").status_code == 404
    client.post(f"/notifications/browsers/{row.pk}/remove/")
    assert not PushSubscription.objects.exists()


def test_a_shared_browser_notifies_its_person_of_today(world: World, sign_in: Callable) -> None:
    for person in (world.head, world.neighbour):
        sign_in(person).post(ADD, told(Browser()))
    assert [row.user for row in PushSubscription.objects.all()] == [world.neighbour]


@pytest.mark.parametrize(
    "wrong",
    [
        {"endpoint": "http://push.example.com/x"},
        {"endpoint": "https://127.0.0.1/x"},
        {"endpoint": "https://push.example.com/" + "x" * 500},
        {"endpoint": ""},
        {"p256dh": "AAAA"},
        {"p256dh": "not base64!"},
        {"auth": "AAAA"},
        {"auth": "!"},
    ],
)
def test_a_browser_that_can_not_be_reached_is_refused(world: World, sign_in: Callable, wrong: dict[str, str]) -> None:
    answer = sign_in(world.head).post(ADD, told(Browser(), **wrong), follow=True)
    assert not PushSubscription.objects.exists()
    assert "dv-toast-bad" in answer.content.decode()


def test_an_eleventh_browser_is_refused_and_a_known_one_is_not(world: World, sign_in: Callable) -> None:
    client = sign_in(world.head)
    for number in range(11):
        client.post(ADD, told(Browser(), endpoint=f"{ENDPOINT}{number}"))
    client.post(ADD, told(Browser(), endpoint=f"{ENDPOINT}3"))
    assert PushSubscription.objects.count() == 10


def test_what_shows_notifications_is_served_at_the_root(client: Any, world: World) -> None:
    answer = client.get("/sw.js")
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "fetch" not in answer.content.decode(), "no page is ever answered from a cache"


def test_each_groups_line_says_how_much_is_switched_off(world: World, sign_in: Callable) -> None:
    client = sign_in(world.head)
    assert {group.said for group in client.get(PAGE).context["groups"]} == {"bật hết"}
    wanted = [tick for tick in ticks(client) if not tick.startswith("campaigns.task.due")]
    client.post(PAGE, {"on": wanted, "pause": "none"})
    page = client.get(PAGE)
    said = {group.kinds[0].code.partition(".")[0]: group.said for group in page.context["groups"]}
    assert (said.pop("campaigns"), set(said.values())) == ("tắt 2 lựa chọn", {"bật hết"})
    assert "<details" in page.text
    assert not re.search(r'<details class="dv-fold"[^>]* open>', page.text)
    wrong = client.post(PAGE, {"on": ["campaigns.task.due:pigeon"], "pause": "none"})
    assert re.search(r'<details class="dv-fold"[^>]* open>', wrong.text)


def test_a_phone_can_put_the_portal_on_its_home_screen(client: Any, world: World, sign_in: Callable) -> None:
    assert '<link rel="manifest" href="/manifest.webmanifest">' in sign_in(world.head).get("/menu/").text
    answer = client.get("/manifest.webmanifest")
    assert answer.headers["Content-Type"] == "application/manifest+json"
    facts = answer.json()
    assert (facts["name"], facts["start_url"], facts["display"]) == ("Dân vận khéo", "/", "standalone")
    tokens = (settings.ROOT / "static/css/tokens.css").read_text(encoding="utf-8")
    assert f"--dv-surface: {facts['theme_color']};" in tokens
    assert f"--dv-page: {facts['background_color']};" in tokens
    for icon in facts["icons"]:
        with Image.open(settings.ROOT / icon["src"].lstrip("/")) as picture:
            assert f"{picture.width}x{picture.height}" == icon["sizes"]
            assert picture.mode != "RGBA", "what is not opaque turns black on an iPhone"


@pytest.mark.usefixtures("taught")
def test_opening_a_browsers_notification_reads_the_message_of_the_portal_too(world: World, sign_in: Callable) -> None:
    happened = make.event(world)
    shown, pushed = (
        make.message(world, number, event=happened, channel=channel, link="/units/")
        for number, channel in enumerate(["in_app", "push"])
    )
    other = make.message(world, 2)
    answer = sign_in(world.head).get(f"/notifications/{pushed.pk}/open/")
    assert answer.url == "/units/"
    assert set(Message.objects.filter(read_at__isnull=False)) == {shown, pushed}
    assert sign_in(world.neighbour).get(f"/notifications/{pushed.pk}/open/").status_code == 404
    assert sign_in(world.head).get(f"/notifications/{other.pk}/open/").status_code == 404


def test_a_browser_is_named_in_short() -> None:
    assert device("Mozilla/5.0 (Windows NT 10.0) Chrome/130 Safari/537 Edg/130") == "Edge, Windows"
    assert device("") == "Trình duyệt"


def test_queries(world: World, sign_in: Callable, query_baseline: QueryBaseline) -> None:
    client = sign_in(world.head)
    query_baseline.check("preference_edit", client, PAGE)

    def more() -> None:
        for number in range(5):
            make.message(world, number, words="campaigns.task.due")
            fields = {"endpoint": f"{ENDPOINT}{number}", **Browser().keys}
            PushSubscription.objects.create(ward=world.ward, user=world.head, **fields)

    query_baseline.assert_flat(client, PAGE, more)
