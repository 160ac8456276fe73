"""A bundle that is sent a second time, and what comes too late for it."""

import datetime
import smtplib
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from deadlines.models import CalendarDay
from notifications.choices import Channel, MessageState
from notifications.engine import bundles, sender
from notifications.gateways import Mail, NotTaken
from notifications.models import Message, Mute
from notifications.operations import acts
from notifications.views.why import fate
from tests.notifications.test_bundles import any_hour, every_day_is_worked, today, waiting  # noqa: F401
from tests.notifications.test_planner import DAY
from tests.world import World

pytestmark = pytest.mark.usefixtures("taught")
MINUTE = datetime.timedelta(minutes=1)


def the_bundle() -> Message:
    return Message.objects.get(digest_on__isnull=False)


def state(message: Message) -> str:
    message.refresh_from_db()
    return message.state


def try_in_vain(monkeypatch: pytest.MonkeyPatch, error: Exception | None = None) -> None:
    """The gateway takes the bundle, and its answer is lost."""
    with monkeypatch.context() as patch:
        patch.setattr(Mail, "_send", lambda gateway, letter: (_ for _ in ()).throw(error or smtplib.SMTPException()))
        sender.run()


def due_again() -> None:
    Message.objects.filter(digest_on__isnull=False).update(not_before=timezone.now() - MINUTE)


def mute(world: World, words: str = "tests.task") -> None:
    Mute.objects.create(ward=world.ward, user=world.head, words=words, channel=Channel.EMAIL)


def test_a_bundle_that_was_tried_takes_in_nothing_more(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    first = waiting(world, 1)
    bundles.make()
    try_in_vain(monkeypatch)
    assert (the_bundle().state, the_bundle().tries) == (MessageState.READY, 1)
    late = waiting(world, 2)
    assert bundles.make() == 0
    due_again()
    sender.run()
    assert (state(first), state(late), late.bundle) == (MessageState.SENT, MessageState.READY, None)
    [letter] = mail.outbox
    assert letter.subject.startswith("1 ")


def test_a_bundle_of_a_sender_that_died_takes_in_nothing_more(world: World) -> None:
    waiting(world, 1)
    bundles.make()
    sender.lease()
    sender.expire_leases(timezone.now() + DAY)
    sender.reap()
    assert (the_bundle().state, the_bundle().tries) == (MessageState.READY, 1)
    late = waiting(world, 2)
    assert bundles.make() == 0
    assert (state(late), late.bundle) == (MessageState.READY, None)


def test_a_bundle_that_was_given_back_untried_still_takes_in(world: World) -> None:
    waiting(world, 1)
    bundles.make()
    [message] = sender.lease()
    sender._release(message)
    late = waiting(world, 2)
    assert bundles.make() == 1
    late.refresh_from_db()
    assert late.bundle == the_bundle()


def test_what_came_too_late_lives_until_the_next_bundle_has_left(world: World) -> None:
    """It would have run out at the very minute at which the next one leaves."""
    waiting(world, 1)
    bundles.make()
    sender.run()
    late = waiting(world, 2)
    bundles.make()
    late.refresh_from_db()
    assert late.expires_at == today(0) + 2 * DAY
    tomorrow = today(0) + DAY + MINUTE
    assert bundles.make(tomorrow) == 1
    sender.reap(tomorrow)
    assert state(late) == MessageState.READY


def test_items_wait_as_long_as_days_off_that_were_added(world: World) -> None:
    item = waiting(world, 1, expires_at=today(0) + DAY)
    for day in (timezone.localdate(), timezone.localdate() + DAY):
        CalendarDay.objects.update_or_create(ward=world.ward, date=day, defaults={"kind": "holiday", "name": "Nghỉ"})
    bundles.make()
    sender.reap(today() + DAY)
    assert state(item) == MessageState.READY
    assert bundles.make(today() + 2 * DAY) == 1
    item.refresh_from_db()
    assert item.expires_at == the_bundle().expires_at


def test_an_item_that_no_bundle_took_is_missed_for_all_to_see(world: World) -> None:
    item = waiting(world, 1)
    Message.objects.update(expires_at=timezone.now())
    sender.reap()
    assert state(item) == MessageState.MISSED
    assert item in Message.objects.dead()


def test_an_item_does_not_run_out_before_its_bundle(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    item = waiting(world, 1)
    bundles.make()
    Message.objects.filter(pk=item.pk).update(expires_at=timezone.now() - MINUTE)
    sender.reap()
    assert state(item) == MessageState.READY
    sender.run()
    assert state(item) == MessageState.SENT


def test_what_the_first_copy_may_have_carried_is_unknown_and_the_rest_void(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, never, dropped = waiting(world, 1), waiting(world, 2, words="tests.task"), waiting(world, 3)
    mute(world)
    Message.objects.filter(pk=dropped.pk).update(words="tests.other")
    bundles.make()
    with monkeypatch.context() as patch:
        words = bundles.letters.registry.get_words("tests.greeting")
        patch.setitem(bundles.letters.registry._words, "tests.other", words)
        try_in_vain(monkeypatch)
        assert [state(item) for item in (kept, never, dropped)] == ["ready", "void", "ready"]
        mute(world, "tests.other")
        due_again()
        sender.run()
    assert [state(item) for item in (kept, never, dropped)] == ["sent", "void", "unknown"]
    assert fate(dropped).startswith("Có thể đã đến") or fate(dropped).startswith("May have arrived")
    sender.reap()
    assert state(dropped) == MessageState.UNKNOWN
    assert dropped not in Message.objects.dead()


def test_a_gateway_that_surely_took_nothing_freezes_the_bundle_too(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting(world, 1)
    bundles.make()
    try_in_vain(monkeypatch, NotTaken("451 later"))
    assert the_bundle().tries == 1
    late = waiting(world, 2)
    bundles.make()
    late.refresh_from_db()
    assert late.bundle is None


def test_where_no_key_is_taken_the_items_are_as_unknown_as_their_bundle(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Mail, "takes_key", False)
    item = waiting(world, 1)
    bundles.make()
    try_in_vain(monkeypatch)
    sender.reap()
    assert (the_bundle().state, state(item)) == (MessageState.UNKNOWN, MessageState.UNKNOWN)
    sender.reap(timezone.now() + 9 * DAY)
    assert state(item) == MessageState.UNKNOWN
    acts.send_again(Message.objects.filter(pk=the_bundle().pk), by=world.administrator)
    sender.run()
    assert (the_bundle().state, state(item)) == (MessageState.SENT, MessageState.SENT)


def test_a_sender_that_marks_late_marks_items_that_were_unknown(world: World) -> None:
    item = waiting(world, 1)
    bundles.make()
    [message] = sender.lease()
    letter: Any = bundles.letter(message)
    sender.expire_leases(timezone.now() + DAY)
    bundles.settle()
    assert state(item) == MessageState.UNKNOWN
    sender._mark(sender._send_through(letter, Mail()))
    assert (the_bundle().state, state(item)) == (MessageState.SENT, MessageState.SENT)
