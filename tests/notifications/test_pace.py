"""A gateway is given no more in a minute than it may be, and what it does not take holds up no other."""

import datetime
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from notifications.choices import Channel, MessageState
from notifications.engine import sender
from notifications.models import Attempt, Message
from notifications.operations import vitals
from tests.notifications import factories as make
from tests.notifications.test_sender import together
from tests.world import World

pytestmark = pytest.mark.usefixtures("taught", "all_day")


@pytest.fixture
def three_a_minute(world: World, settings: Any) -> None:
    settings.MESSAGES_PER_MINUTE = {Channel.EMAIL: 3, Channel.GATEWAY: 0}
    world.head.email = "head@example.test"
    world.head.save(update_fields=["email"])


def mails(world: World, count: int) -> list[Message]:
    return [make.message(world, number, channel=Channel.EMAIL) for number in range(count)]


def tries(message: Message) -> int:
    return Message.objects.get(pk=message.pk).tries


@pytest.mark.usefixtures("three_a_minute")
def test_the_rest_waits_for_the_minute_to_pass(world: World) -> None:
    mails(world, 5)
    assert sender.run() == 3
    assert sender.run() == 0
    assert set(Message.objects.values_list("state", "tries")) == {(MessageState.SENT, 1), (MessageState.READY, 0)}
    Attempt.objects.update(started_at=timezone.now() - datetime.timedelta(seconds=61))
    assert sender.run() == 2
    assert len(mail.outbox) == 5


@pytest.mark.usefixtures("three_a_minute")
def test_what_goes_another_way_does_not_wait(world: World) -> None:
    mails(world, sender.BATCH + 3)
    urgent = make.message(world, klass="mandatory", channel=Channel.EMAIL)
    by_sms = make.message(world, channel=Channel.GATEWAY)
    shown = make.message(world)
    sender.run()
    assert len(mail.outbox) == 3
    assert [tries(message) for message in (urgent, shown, by_sms)] == [1, 1, 1]


@pytest.mark.usefixtures("three_a_minute")
def test_what_waits_for_its_turn_is_no_trouble(world: World) -> None:
    mails(world, 5)
    Message.objects.update(not_before=timezone.now() - datetime.timedelta(hours=1))
    assert vitals.look().waited
    sender.run()
    assert vitals.look().waited is None


@pytest.mark.usefixtures("three_a_minute")
def test_senders_at_once_keep_to_it_together(transactional_db: None, world: World) -> None:
    mails(world, 12)
    together(sender.run, 4)
    assert (Message.objects.filter(state=MessageState.SENT).count(), len(mail.outbox)) == (3, 3)


def test_without_a_limit_all_leave(world: World, settings: Any) -> None:
    settings.MESSAGES_PER_MINUTE = {Channel.EMAIL: 0, Channel.GATEWAY: 0}
    world.head.email = "head@example.test"
    world.head.save(update_fields=["email"])
    mails(world, 5)
    assert sender.run() == 5
