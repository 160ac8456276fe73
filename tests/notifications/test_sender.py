import datetime
import smtplib
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from notifications.choices import Channel, MessageState, Outcome
from notifications.engine import letters, sender
from notifications.gateways import Mail, NotTaken, Portal, Refused, message_id
from notifications.models import Attempt, Message
from notifications.operations import acts
from tests.notifications import factories as make
from tests.parallel import together
from tests.world import World

pytestmark = pytest.mark.usefixtures("taught")
HOUR = datetime.timedelta(hours=1)


@pytest.fixture(autouse=True)
def all_day(settings: Any) -> None:
    settings.MESSAGE_HOURS = (datetime.time.min, datetime.time.max)


def by_mail(world: World, **fields: Any) -> Message:
    world.head.email = "head@example.test"
    world.head.save(update_fields=["email"])
    return make.message(world, channel=Channel.EMAIL, **fields)


def failing(error: Exception) -> Callable:
    def send(*args: Any) -> str:
        raise error

    return send


def state(message: Message) -> str:
    message.refresh_from_db()
    return message.state


def test_a_message_in_the_portal_is_rendered_late_and_kept_with_its_receipt(world: World) -> None:
    message = make.message(world, event=make.event(world, by=world.campaign_officer, on="2022-04-05"))
    world.cell.name = "Chi bộ mới"
    world.cell.save()
    assert sender.run() == 1
    assert state(message) == MessageState.SENT
    assert message.line == f"{world.campaign_officer} greets Chi bộ mới, 05/04/2022"
    assert message.provider_id == f"portal:{message.pk}"
    assert message.link == world.cell.get_absolute_url()
    assert [a.outcome for a in message.attempts.all()] == [Outcome.SENT]


def test_a_mail_says_who_what_when_with_a_link_and_keeps_its_identity(world: World) -> None:
    message = by_mail(world, link="/units/chi-bo-7/")
    sender.run()
    [sent] = mail.outbox
    assert sent.to == ["head@example.test"]
    assert sent.extra_headers["Message-ID"] == message_id(message) == Message.objects.get().provider_id
    assert "/units/chi-bo-7/" in sent.body
    html, kind = sent.alternatives[0]
    assert kind == "text/html"
    assert reverse("notifications:message_why", args=[message.pk]) in sent.body
    assert reverse("notifications:message_why", args=[message.pk]) in html
    assert "style" not in html


def test_a_message_to_somebody_who_left_is_void(world: World) -> None:
    message = make.message(world)
    Membership.objects.filter(user=world.head).update(valid_to=timezone.localdate() - datetime.timedelta(days=1))
    sender.run()
    assert state(message) == MessageState.VOID


def test_a_message_about_a_row_that_is_gone_is_void(world: World) -> None:
    message = make.message(world, subject_id=0)
    sender.run()
    assert state(message) == MessageState.VOID


def test_a_message_that_comes_too_late_is_missed_not_sent(world: World) -> None:
    message = by_mail(world, expires_at=timezone.now() - HOUR)
    sender.run()
    assert state(message) == MessageState.MISSED
    assert not mail.outbox


def test_a_server_that_is_away_is_tried_again_later(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    message = by_mail(world)
    monkeypatch.setattr(EmailBackend, "open", failing(ConnectionRefusedError("away")))
    assert sender.run() == 1
    assert state(message) == MessageState.READY
    assert datetime.timedelta(seconds=40) < message.not_before - timezone.now() < datetime.timedelta(seconds=75)
    attempt = message.attempts.get()
    assert attempt.outcome == Outcome.TRANSIENT
    assert attempt.error.endswith("ConnectionRefusedError: away")


def test_the_last_try_and_a_try_that_would_be_useless_end_as_failed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Mail, "_send", failing(NotTaken("away")))
    last = by_mail(world, number=1, tries=5)
    useless = by_mail(world, number=2, expires_at=timezone.now() + datetime.timedelta(seconds=20))
    sender.run()
    assert (state(last), state(useless)) == (MessageState.FAILED, MessageState.FAILED)


def test_what_some_try_may_have_brought_is_unknown_in_the_end(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    last, useless, late = (by_mail(world, number=number) for number in range(3))
    Message.objects.filter(pk=last.pk).update(tries=5)
    Message.objects.filter(pk=useless.pk).update(expires_at=timezone.now() + datetime.timedelta(seconds=20))
    monkeypatch.setattr(Mail, "_send", failing(TimeoutError("no answer")))
    sender.run()
    assert [state(m) for m in (last, useless, late)] == [
        MessageState.UNKNOWN,
        MessageState.UNKNOWN,
        MessageState.READY,
    ]
    Message.objects.filter(pk=late.pk).update(expires_at=timezone.now() - HOUR)
    assert sender.run() == 0, "nobody but a person sends it again"
    assert [state(m) for m in (last, useless, late)] == [MessageState.UNKNOWN] * 3


@pytest.mark.parametrize("error", [NotTaken("busy"), Refused("no such box")])
def test_an_earlier_try_that_may_have_left_is_not_forgotten(
    world: World, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    message = by_mail(world, tries=5)
    Attempt.objects.create(ward=world.ward, message=message, number=2, outcome=Outcome.STARTED)
    monkeypatch.setattr(Mail, "_send", failing(error))
    sender.run()
    assert state(message) == MessageState.UNKNOWN


def test_what_is_sent_again_by_hand_has_all_its_tries(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    message = by_mail(world, state=MessageState.FAILED, tries=6)
    acts.send_again(Message.objects.filter(pk=message.pk), by=world.administrator)
    monkeypatch.setattr(Mail, "_send", failing(NotTaken("busy")))
    sender.run()
    assert state(message) == MessageState.READY


@pytest.mark.parametrize(
    "error, expected",
    [
        (smtplib.SMTPRecipientsRefused({"head@example.test": (550, b"no such box")}), MessageState.FAILED),
        (smtplib.SMTPSenderRefused(530, b"5.7.0 authentication required", "portal@example.test"), MessageState.READY),
        (smtplib.SMTPDataError(550, b"5.4.5 daily limit reached"), MessageState.READY),
        (smtplib.SMTPRecipientsRefused({"head@example.test": (450, b"busy")}), MessageState.READY),
        (smtplib.SMTPDataError(554, b"spam"), MessageState.FAILED),
        (smtplib.SMTPAuthenticationError(535, b"wrong password"), MessageState.READY),
        (smtplib.SMTPServerDisconnected("bye"), MessageState.READY),
    ],
)
def test_only_a_refusal_of_this_message_is_final(
    world: World, monkeypatch: pytest.MonkeyPatch, error: Exception, expected: str
) -> None:
    message = by_mail(world)
    monkeypatch.setattr(Mail, "_send", failing(error))
    sender.run()
    assert state(message) == expected


def test_mail_waits_for_the_morning_but_the_portal_does_not(world: World, settings: Any) -> None:
    settings.MESSAGE_HOURS = (datetime.time.min, datetime.time(0, 0, 0, 1))
    letter, note, urgent = by_mail(world), make.message(world, 1), by_mail(world, number=2, klass="mandatory")
    sender.run()
    assert [state(m) for m in (letter, note, urgent)] == [MessageState.READY, MessageState.SENT, MessageState.SENT]


def test_rows_of_a_sender_that_died_are_sent_by_another(world: World) -> None:
    message = make.message(world)
    [dead] = sender.lease()
    assert sender.run() == 0, "the lease still holds"
    sender.expire_leases(dead.lease_until + HOUR)
    assert sender.run() == 1
    assert state(message) == MessageState.SENT
    assert [a.outcome for a in message.attempts.all()] == [Outcome.STARTED, Outcome.SENT]


def test_a_late_sender_does_not_overwrite_a_newer_try(world: World) -> None:
    message = make.message(world)
    [late] = sender.lease()
    sender.expire_leases(late.lease_until + HOUR)
    sender.run()
    sender._mark(sender.Mark(late, MessageState.FAILED, Outcome.PERMANENT, "too late"))
    assert state(message) == MessageState.SENT


def test_a_late_sender_whose_row_nobody_took_says_that_it_was_sent(world: World) -> None:
    message = make.message(world)
    [late] = sender.lease()
    sender.expire_leases(late.lease_until + HOUR)
    sender._mark(
        sender.Mark(late, MessageState.SENT, Outcome.SENT, fields={"provider_id": "x", "sent_at": timezone.now()})
    )
    assert sender.run() == 0
    assert state(message) == MessageState.SENT


def test_what_kills_every_sender_is_given_up(world: World) -> None:
    message = by_mail(world, tries=6, state=MessageState.UNKNOWN)
    Attempt.objects.create(ward=world.ward, message=message, number=6)
    assert sender.run() == 0
    assert state(message) == MessageState.UNKNOWN


@pytest.mark.parametrize(
    "error, expected",
    [(TimeoutError("no answer"), MessageState.UNKNOWN), (NotTaken("busy"), MessageState.READY)],
)
def test_where_no_key_is_taken_a_person_decides_what_nobody_knows(
    world: World, monkeypatch: pytest.MonkeyPatch, error: Exception, expected: str
) -> None:
    message = by_mail(world)
    monkeypatch.setattr(Mail, "takes_key", False)
    monkeypatch.setattr(Mail, "_send", failing(error))
    sender.run()
    sender.run()
    assert state(message) == expected
    assert message.tries == 1


def test_where_no_key_is_taken_the_row_of_a_dead_sender_waits_for_a_person(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = by_mail(world)
    monkeypatch.setattr(Mail, "takes_key", False)
    [dead] = sender.lease()
    sender.expire_leases(dead.lease_until + HOUR)
    assert sender.run() == 0
    assert state(message) == MessageState.UNKNOWN


def test_what_is_unknown_is_never_said_to_be_missed(world: World) -> None:
    message = make.message(world, state=MessageState.UNKNOWN, expires_at=timezone.now() - HOUR)
    sender.run()
    assert state(message) == MessageState.UNKNOWN


def test_nothing_is_taken_over_from_senders_who_wait_for_the_database(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = make.message(world)
    sender.lease()
    Message.objects.update(lease_until=timezone.now() - HOUR)
    monkeypatch.setattr(sender, "_database_just_started", lambda: True)
    assert sender.run() == 0
    monkeypatch.setattr(sender, "_database_just_started", lambda: False)
    assert sender.run() == 1
    assert state(message) == MessageState.SENT


@pytest.mark.parametrize("receipt, expected", [("", MessageState.READY), ("a\x00" * 300, MessageState.SENT)])
def test_an_odd_receipt_stops_no_batch(
    world: World, monkeypatch: pytest.MonkeyPatch, receipt: str, expected: str
) -> None:
    message = make.message(world)
    monkeypatch.setattr(Portal, "send", lambda gateway, letter: receipt)
    sender.run()
    assert state(message) == expected


def test_an_error_that_no_database_takes_is_kept_without_its_odd_character(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = by_mail(world)
    monkeypatch.setattr(Mail, "_send", failing(OSError("bad\x00words")))
    sender.run()
    assert message.attempts.get().error == "OSError: badwords"


def test_the_most_urgent_go_first(world: World) -> None:
    for number, klass in enumerate(["optional", "work", "mandatory"]):
        make.message(world, number, klass=klass)
    assert [m.klass for m in sender.lease()] == ["mandatory", "work", "optional"]


@pytest.mark.parametrize(
    "fields",
    [
        {"state": MessageState.LEASED},
        {"lease_until": timezone.now()},
        {"state": MessageState.SENT},
        {"provider_id": "x"},
        {"event": None},
    ],
)
def test_the_database_refuses_half_a_state(world: World, fields: dict) -> None:
    message = make.message(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.filter(pk=message.pk).update(**fields)


def test_the_database_refuses_the_same_key_twice(world: World) -> None:
    event = make.event(world)
    make.message(world, event=event)
    with pytest.raises(IntegrityError), transaction.atomic():
        make.message(world, event=event)


def test_two_senders_at_once_send_each_message_once(
    transactional_db: None, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger: list[int] = []
    real = Portal.send

    def noted(gateway: Portal, letter: Any) -> str:
        ledger.append(letter.message.pk)
        return real(gateway, letter)

    monkeypatch.setattr(Portal, "send", noted)
    event = make.event(world)
    expected = [make.message(world, number, event=event).pk for number in range(60)]
    together(sender.run, 3)
    assert sorted(ledger) == expected
    assert set(Message.objects.values_list("state", flat=True)) == {MessageState.SENT}
    assert Attempt.objects.count() == 60


def test_who_leaves_while_a_slow_gateway_works_on_the_batch_is_not_written_to(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letters, "FRESH_SECONDS", 0)
    first, second = by_mail(world), by_mail(world)

    def slow(gateway: Any, letter: Any) -> str:
        world.head.memberships.update(valid_to=timezone.localdate() - datetime.timedelta(days=1))
        return "taken"

    monkeypatch.setattr(Mail, "send", slow)
    sender.run()
    assert (state(first), state(second)) == (MessageState.SENT, MessageState.VOID)
