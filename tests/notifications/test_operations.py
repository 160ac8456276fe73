"""The page of operations: every number leads to exactly its rows, and what failed can be settled."""

import datetime
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from core import pages
from notifications.choices import Channel, MessageState, Outcome
from notifications.engine import sender
from notifications.filters import STATES
from notifications.models import Attempt, BeatRun, Message, SendingStop, WorkerPulse
from notifications.operations import acts, vitals
from notifications.querysets import DEAD
from tests.notifications import factories as make
from tests.notifications.test_sender import together
from tests.query_baseline import QueryBaseline
from tests.world import World

pytestmark = pytest.mark.usefixtures("taught")
PAGE, LIST = "/operations/", "/operations/messages/"
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def admin(world: World, sign_in: Callable) -> Client:
    return sign_in(world.administrator)


def dead(world: World, number: int, state: str = MessageState.FAILED, error: str = "", **fields: Any) -> Message:
    row = make.message(world, number, **{"channel": Channel.EMAIL, "state": state} | fields)
    if error:
        outcome = fields.get("outcome", Outcome.PERMANENT)
        Attempt.objects.create(ward=world.ward, message=row, number=1, outcome=outcome, error=error)
    return row


def sent(world: World, number: int, **fields: Any) -> Message:
    row = make.message(world, number, **{"channel": Channel.EMAIL, "tries": 1} | fields)
    Message.objects.filter(pk=row.pk).update(state="sent", provider_id="x", sent_at=timezone.now())
    Attempt.objects.create(ward=world.ward, message=row, number=1, outcome=Outcome.SENT)
    return row


def shown(client: Client, address: str) -> int:
    return client.get(address).context["page"].paginator.count


def state(row: Message) -> str:
    row.refresh_from_db()
    return row.state


def test_a_limit_that_makes_messages_wait_is_said(admin: Client, settings: Any) -> None:
    settings.MESSAGES_PER_MINUTE = {Channel.EMAIL: 1200, Channel.GATEWAY: 0}
    page = admin.get(PAGE)
    assert [most for _channel, most in page.context["limits"]] == [1200]
    assert "Thư điện tử: mỗi phút gửi nhiều nhất 1.200 tin, theo cài đặt trên máy chủ." in page.content.decode()


# ---- numbers ----------------------------------------------------------------------------------------
def test_each_number_leads_to_a_list_of_that_length(world: World, admin: Client) -> None:
    event = make.event(world)
    for n, of_state in enumerate([*DEAD, MessageState.FAILED]):
        dead(world, n, of_state, event=event)
    make.message(world, 10, event=event)
    make.message(world, 11, event=event, not_before=timezone.now() + HOUR)
    make.message(world, 12, event=event, state="leased", lease_until=timezone.now() - HOUR)
    make.message(world, 13, event=event, state="leased", lease_until=timezone.now() + HOUR)
    for n in range(3):
        sent(world, 20 + n, event=event)
    sent(world, 30, event=event, user=world.neighbour)
    sent(world, 31, event=event, channel=Channel.IN_APP)
    numbers = acts.numbers(world.ward, timezone.now())
    assert (numbers.due, numbers.waiting, numbers.held, numbers.dead, numbers.repeated) == (1, 2, 1, 4, 2)
    for number, query in [(1, "due"), (1, "held"), (2, "repeated"), (4, ""), (2, "failed"), (1, "unknown")]:
        assert shown(admin, f"{LIST}?state={query}") == number, query
    page = admin.get(PAGE).content.decode()
    assert f"{LIST}?state=failed&amp;channel=email" in page


def test_the_numbers_are_of_the_ward_alone(world: World, sign_in: Callable) -> None:
    dead(world, 1)
    assert shown(sign_in(world.stranger), LIST) == 0
    assert acts.numbers(world.other_ward, timezone.now()).dead == 0


def test_the_page_says_in_words_what_is_late_fails_or_is_silent(world: World, admin: Client) -> None:
    now = timezone.now()
    BeatRun.objects.create(entry="sweep", started_at=now - HOUR)
    BeatRun.objects.create(entry="plan", started_at=now, failed_at=now, failure="LookupError: x")
    WorkerPulse.objects.create(name="celery@here", seen_at=now - HOUR)
    page = admin.get(PAGE).content.decode()
    for words in ["Chậm", "Bị lỗi", "LookupError: x", "Im lặng", "Chưa chạy lần nào"]:
        assert words in page, words


def test_the_hours_count_tries_by_how_they_ended(world: World) -> None:
    sent(world, 1)
    dead(world, 2, error="550 no")
    dead(world, 3, MessageState.MISSED, expires_at=timezone.now() - datetime.timedelta(seconds=1))
    hours = acts.hours(world.ward.pk, timezone.now())
    assert len(hours) == 24
    assert (hours[-1].sent, hours[-1].failed, hours[-1].missed + hours[-2].missed) == (1, 1, 1)
    assert sum(hour.total for hour in acts.hours(world.other_ward.pk, timezone.now())) == 0


def test_queries(world: World, admin: Client, query_baseline: QueryBaseline) -> None:
    event = make.event(world)
    for n in range(3):
        dead(world, n, error="550 no", event=event)
    for address in (PAGE, LIST):
        admin.get(address)
    query_baseline.check("operations", admin, PAGE)
    query_baseline.check("failure_list", admin, LIST)
    query_baseline.assert_flat(
        admin, LIST, lambda: [dead(world, 10 + n, error="550", event=event, user=world.neighbour) for n in range(10)]
    )


# ---- the switch -------------------------------------------------------------------------------------
def test_the_switch_asks_says_how_many_wait_and_is_told_on_every_page(world: World, admin: Client) -> None:
    for n in range(3):
        make.message(world, n)
    url = reverse("notifications:sending_stop")
    assert "3 tin" in admin.get(url).content.decode()
    assert admin.post(url, {"reason": ""}).context["form"].errors
    admin.post(url, {"reason": "Gửi nhầm người"})
    assert SendingStop.objects.open().get().stopped_by == world.administrator
    assert "Gửi nhầm người" in admin.get("/roles/").content.decode()
    resume = reverse("notifications:sending_resume")
    assert "3 tin" in admin.get(resume).content.decode()
    admin.post(resume)
    assert not SendingStop.objects.open().exists()
    assert "Gửi nhầm người" not in admin.get("/roles/").content.decode()


def test_the_second_of_two_who_stop_is_told_so(world: World, admin: Client) -> None:
    acts.stop(world.ward, by=world.administrator, reason="Một")
    page = admin.post(reverse("notifications:sending_stop"), {"reason": "Hai"}, follow=True).content.decode()
    assert "người khác vừa dừng trước" in page
    assert SendingStop.objects.get().reason == "Một"
    SendingStop.objects.update(lifted_at=timezone.now(), lifted_by=world.administrator)
    assert admin.get(reverse("notifications:sending_resume")).status_code == 302


# ---- what failed ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "of_state, error, outcome, words",
    [
        ("failed", "550 no such box", Outcome.PERMANENT, "Máy chủ thư không biết địa chỉ này"),
        ("failed", "no address", Outcome.PERMANENT, "Người nhận chưa có địa chỉ"),
        ("failed", "OSError: away", Outcome.TRANSIENT, "Gửi nhiều lần đều hỏng"),
        ("unknown", "TimeoutError", Outcome.UNKNOWN, "Có thể tin đã đến nơi"),
        ("missed", "", Outcome.STARTED, "quá muộn"),
    ],
)
def test_each_failure_says_why_in_plain_words(
    world: World, admin: Client, of_state: str, error: str, outcome: str, words: str
) -> None:
    row = dead(world, 1, of_state)
    if error:
        Attempt.objects.create(ward=world.ward, message=row, number=1, outcome=outcome, error=error)
    page = admin.get(LIST).content.decode()
    assert words in page
    assert str(world.head) in page


def test_what_was_missed_during_a_stop_names_the_reason(world: World, admin: Client) -> None:
    found = acts.stop(world.ward, by=world.administrator, reason="Chờ duyệt lại nội dung")
    dead(world, 1, MessageState.MISSED, expires_at=timezone.now() + HOUR)
    assert "Chờ duyệt lại nội dung" in str(admin.get(LIST).context["lines"][0].why)
    acts.lift(found, by=world.administrator)
    assert "Chờ duyệt lại nội dung" not in str(admin.get(LIST).context["lines"][0].why)


def test_the_content_of_a_message_is_never_shown(world: World, admin: Client) -> None:
    dead(world, 1, line="Chi bộ 7 còn việc kín", link="/kin/")
    page = admin.get(LIST).content.decode()
    assert "việc kín" not in page
    assert "/kin/" not in page


@pytest.mark.parametrize("of_state", DEAD)
def test_a_failure_is_sent_again_with_a_day_to_live(world: World, admin: Client, of_state: str) -> None:
    row = dead(world, 1, of_state, channel=Channel.IN_APP, expires_at=timezone.now() - HOUR, tries=6)
    url = reverse("notifications:message_send", args=[row.pk])
    assert ("bản thứ hai" in admin.get(url).content.decode()) == (of_state == MessageState.UNKNOWN)
    admin.post(url)
    assert state(row) == MessageState.READY
    assert row.expires_at - timezone.now() > 23 * HOUR
    assert (row.settled_by, row.settled_at is None) == (world.administrator, False)
    sender.run()
    assert state(row) == MessageState.SENT
    assert shown(admin, f"{LIST}?state=settled") == 1


def test_a_failure_is_dropped_with_a_reason_that_stays(world: World, admin: Client) -> None:
    row = dead(world, 1)
    url = reverse("notifications:message_drop", args=[row.pk])
    assert admin.post(url, {"reason": ""}).context["form"].errors
    admin.post(url, {"reason": "Đã gọi điện"})
    assert state(row) == MessageState.VOID
    assert row.settled_note == "Đã gọi điện"
    assert "Đã gọi điện" in admin.get(f"{LIST}?state=settled").content.decode()


def test_the_way_out_of_a_question_is_said_in_words(world: World, admin: Client) -> None:
    row = dead(world, 1)
    for act, words in (("drop", "Giữ lại"), ("send", "Không gửi")):
        page = admin.get(reverse(f"notifications:message_{act}", args=[row.pk])).content.decode()
        assert f'href="{LIST}">{words}</a>' in page


def test_sending_that_is_stopped_is_not_stopped_again(world: World, admin: Client) -> None:
    acts.stop(world.ward, by=world.administrator, reason="Bảo trì")
    page = admin.get(reverse("notifications:sending_stop"), follow=True)
    assert page.request["PATH_INFO"] == PAGE
    assert "Việc gửi thông báo đang dừng rồi." in page.content.decode()


def test_of_two_who_settle_one_is_told_that_the_other_was_faster(world: World, admin: Client) -> None:
    row = dead(world, 1)
    acts.drop(Message.objects.filter(pk=row.pk), by=world.administrator, reason="Một")
    page = admin.post(reverse("notifications:message_send", args=[row.pk]), follow=True).content.decode()
    assert "Người khác đã xử lý" in page
    assert state(row) == MessageState.VOID


def test_a_row_settled_by_many_at_once_is_settled_once(transactional_db: None, world: World) -> None:
    row, done = dead(world, 1), []
    rows = Message.objects.filter(pk=row.pk)
    together(lambda: done.append(acts.send_again(rows, by=world.administrator)), 4)
    assert sorted(done) == [0, 0, 0, 1]


def test_a_new_address_waits_for_the_persons_word_and_the_message_with_it(
    world: World, admin: Client, settings: Any
) -> None:
    settings.MESSAGE_HOURS = (datetime.time.min, datetime.time.max)
    world.head.email = "old@example.test"
    world.head.save()
    row = dead(world, 1, error="550 no such box")
    url = reverse("notifications:message_mend", args=[row.pk])
    assert url in admin.get(LIST).content.decode()
    assert "Viết đủ địa chỉ" in str(admin.post(url, {"address": "odd"}).context["form"].errors)
    assert "Nhập thư điện tử" in str(admin.post(url, {"address": ""}).context["form"].errors)
    User.objects.filter(pk=world.neighbour.pk).update(email="taken@example.test")
    assert "của người khác" in str(admin.post(url, {"address": "taken@example.test"}).context["form"].errors)
    admin.post(url, {"address": "new@example.test"})
    world.head.refresh_from_db()
    assert (world.head.email, world.head.new_email) == ("old@example.test", "new@example.test")
    assert state(row) == MessageState.FAILED


def test_a_new_phone_number_is_written_down_and_the_message_sent_there(
    world: World, admin: Client, settings: Any
) -> None:
    settings.MESSAGE_HOURS = (datetime.time.min, datetime.time.max)
    row = dead(world, 1, channel=Channel.GATEWAY)
    admin.post(reverse("notifications:message_mend", args=[row.pk]), {"address": "0912 345 678"})
    world.head.refresh_from_db()
    assert world.head.phone == "0912345678"
    assert state(row) == MessageState.READY


def test_nobody_mends_the_address_of_a_person_of_another_ward_or_the_own(world: World, admin: Client) -> None:
    for person in (world.stranger, world.administrator):
        row = dead(world, person.pk, user=person)
        assert admin.get(reverse("notifications:message_mend", args=[row.pk])).status_code == 403
        assert not admin.get(LIST).context["lines"][0].may_mend


def test_what_is_in_a_bundle_follows_its_bundle(world: World, admin: Client) -> None:
    event, yesterday = make.event(world), timezone.localdate() - 24 * HOUR
    for number, act in ((1, "send"), (2, "drop")):
        bundle = dead(world, number, digest_on=yesterday, event=event)
        item = dead(world, number + 10, event=event, for_bundle=True, bundle=bundle)
        assert shown(admin, LIST) == 1, "the item is no line of its own"
        admin.post(reverse(f"notifications:message_{act}", args=[bundle.pk]), {"reason": "x"})
        expected = MessageState.READY if act == "send" else MessageState.VOID
        assert (state(bundle), state(item)) == (expected, expected)


def test_what_missed_its_bundle_goes_alone(world: World, admin: Client) -> None:
    row = dead(world, 1, MessageState.MISSED, channel=Channel.IN_APP, for_bundle=True)
    admin.post(reverse("notifications:message_send", args=[row.pk]))
    sender.run()
    assert state(row) == MessageState.SENT


def test_all_of_the_filter_are_settled_at_once_and_no_other(world: World, admin: Client) -> None:
    event = make.event(world)
    mails = [dead(world, n, event=event) for n in range(3)]
    other = dead(world, 9, channel=Channel.IN_APP, event=event)
    url = reverse("notifications:failure_send") + "?channel=email"
    assert "3 tin" in admin.get(url).content.decode()
    admin.post(url)
    assert {state(row) for row in mails} == {MessageState.READY}
    assert state(other) == MessageState.FAILED
    drop = reverse("notifications:failure_drop")
    admin.post(drop, {"reason": "Cũ"})
    assert state(other) == MessageState.VOID


def test_what_is_waiting_can_not_be_dropped_by_a_made_up_address(world: World, admin: Client) -> None:
    row = make.message(world)
    admin.post(reverse("notifications:failure_drop") + "?state=due", {"reason": "x"})
    admin.post(reverse("notifications:message_drop", args=[row.pk]), {"reason": "x"})
    assert state(row) == MessageState.READY


def test_the_page_opens_while_no_broker_answers(world: World, admin: Client, settings: Any) -> None:
    settings.REDIS_URL = "unix:///nowhere.sock"
    assert str(vitals.BROKER.what) in admin.get(PAGE).content.decode()


@pytest.mark.parametrize("name", ["message_send", "message_drop", "message_mend"])
def test_what_is_settled_is_not_asked_about_again(world: World, admin: Client, name: str) -> None:
    row = make.message(world, state="failed", channel=Channel.EMAIL)
    url = reverse(f"notifications:{name}", args=[row.pk])
    assert admin.get(url).status_code == 200
    acts.drop(Message.objects.filter(pk=row.pk), by=world.administrator, reason="Một")
    page = admin.get(url, follow=True)
    assert page.redirect_chain == [(LIST, 302)]
    assert "đã xử lý" in page.text


@pytest.mark.parametrize("name", ["failure_send", "failure_drop"])
def test_an_empty_list_is_not_asked_about(world: World, admin: Client, name: str) -> None:
    assert admin.get(reverse(f"notifications:{name}")).url == LIST


def test_each_list_has_its_own_title(world: World, admin: Client) -> None:
    titles = {re.search("<h1[^>]*>(.*?)</h1>", admin.get(f"{LIST}?state={state}").text, re.S)[1] for state in STATES}
    assert len(titles) == len(STATES)


def test_a_button_for_all_names_all_however_many_the_list_counts(
    world: World, admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "COUNTED", 1)
    monkeypatch.setattr(pages.page_of, "__defaults__", (2,))
    for number in range(4):
        dead(world, number)
    page = admin.get(f"{LIST}?state=failed").content.decode()
    assert "trong hơn 2 " in page
    assert "Gửi lại 4 tin" in page
