import datetime
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from deadlines.models import CalendarDay, CalendarYear
from notifications.choices import Channel, MessageClass, MessageState
from notifications.engine import dispatch, planner, sender
from notifications.engine.preferences import Choices, usual_channels
from notifications.models import Message, Mute, Preference, PushSubscription
from tests import factories as basic
from tests.notifications import factories as make
from tests.notifications.test_planner import DAY, TUESDAY, at
from tests.world import World, build

pytestmark = pytest.mark.usefixtures("taught")
WEEK_LATER = datetime.timedelta(days=7)


def ways(world: World, moment: datetime.datetime, klass: str = MessageClass.WORK, **fields: Any) -> dict:
    """channel -> way for the head of the cell."""
    choices = Choices(world.ward.pk, [world.head])
    expires_at = fields.get("expires_at", moment + WEEK_LATER)
    found = choices.ways(world.head, "tests.greeting", klass, moment, expires_at, usual_channels(klass))
    return {way.channel: way for way in found}


def reachable(world: World) -> World:
    world.head.email, world.head.phone = "head@example.test", "0912345678"
    world.head.save()
    PushSubscription.objects.create(
        ward=world.ward, user=world.head, endpoint="https://push.test/1", p256dh="k", auth="a"
    )
    return world


def test_the_portal_at_once_and_every_way_that_reaches_the_person(world: World) -> None:
    noon = at(TUESDAY, 12)
    assert set(ways(world, noon)) == {Channel.IN_APP}
    assert set(ways(reachable(world), noon)) == {Channel.IN_APP, Channel.EMAIL, Channel.PUSH}
    assert {way.not_before for way in ways(world, noon).values()} == {noon}


def test_a_text_message_goes_only_for_what_must_be_known_and_with_a_gateway(world: World, settings: Any) -> None:
    reachable(world)
    assert Channel.GATEWAY not in ways(world, at(TUESDAY), MessageClass.MANDATORY)
    settings.WEBHOOK_URL = "https://gateway.test/"
    assert Channel.GATEWAY in ways(world, at(TUESDAY), MessageClass.MANDATORY)
    assert Channel.GATEWAY not in ways(world, at(TUESDAY), MessageClass.WORK)


def test_a_browser_that_is_gone_is_no_way(world: World) -> None:
    reachable(world)
    PushSubscription.objects.update(gone_at=timezone.now())
    assert Channel.PUSH not in ways(world, at(TUESDAY))


def test_what_was_switched_off_is_left_out_and_what_is_mandatory_is_not(world: World) -> None:
    reachable(world)
    Mute.objects.create(ward=world.ward, user=world.head, words="tests.greeting", channel=Channel.EMAIL)
    Mute.objects.create(ward=world.ward, user=world.neighbour, words="tests.greeting", channel=Channel.PUSH)
    assert set(ways(world, at(TUESDAY))) == {Channel.IN_APP, Channel.PUSH}
    assert Channel.EMAIL in ways(world, at(TUESDAY), MessageClass.MANDATORY)


@pytest.mark.parametrize(
    ("quiet", "moment", "leaves"),
    [
        ((11, 14), at(TUESDAY, 12), at(TUESDAY, 14)),
        ((11, 14), at(TUESDAY, 14), at(TUESDAY, 14)),
        ((17, 9), at(TUESDAY, 18), at(TUESDAY + DAY, 9)),
        ((17, 9), at(TUESDAY, 8), at(TUESDAY, 9)),
        ((17, 9), at(TUESDAY, 12), at(TUESDAY, 12)),
        ((5, 6), at(TUESDAY, 5), at(TUESDAY, 7, 30)),
        ((18, 21), at(TUESDAY, 19), at(TUESDAY + DAY, 7, 30)),
        ((6, 12), at(TUESDAY, 21), at(TUESDAY + DAY, 12)),
    ],
)
def test_quiet_hours_and_the_night_put_a_message_off(
    world: World, quiet: tuple[int, int], moment: datetime.datetime, leaves: datetime.datetime
) -> None:
    reachable(world)
    start, end = (datetime.time(hour) for hour in quiet)
    Preference.objects.create(ward=world.ward, user=world.head, quiet_from=start, quiet_until=end)
    found = ways(world, moment)
    assert (found[Channel.IN_APP].not_before, found[Channel.EMAIL].not_before) == (moment, leaves)
    assert ways(world, moment, MessageClass.MANDATORY)[Channel.EMAIL].not_before == moment


def test_a_pause_puts_messages_off_and_drops_what_would_be_useless_by_then(world: World) -> None:
    reachable(world)
    Preference.objects.create(ward=world.ward, user=world.head, snoozed_until=at(TUESDAY + 3 * DAY, 9))
    assert ways(world, at(TUESDAY))[Channel.EMAIL].not_before == at(TUESDAY + 3 * DAY, 9)
    assert set(ways(world, at(TUESDAY), expires_at=at(TUESDAY + DAY))) == {Channel.IN_APP}


def test_what_the_night_outlasts_is_kept_to_be_seen_as_missed(world: World) -> None:
    found = ways(reachable(world), at(TUESDAY, 22), expires_at=at(TUESDAY + DAY, 6))
    assert found[Channel.EMAIL].not_before > found[Channel.EMAIL].expires_at


def test_optional_messages_wait_for_the_bundle_and_work_only_where_wanted(world: World) -> None:
    reachable(world)
    assert ways(world, at(TUESDAY), MessageClass.OPTIONAL)[Channel.EMAIL].for_bundle
    assert not ways(world, at(TUESDAY), MessageClass.OPTIONAL)[Channel.IN_APP].for_bundle
    assert not ways(world, at(TUESDAY))[Channel.EMAIL].for_bundle
    Preference.objects.create(ward=world.ward, user=world.head, bundle_work=True)
    assert ways(world, at(TUESDAY))[Channel.EMAIL].for_bundle
    assert not ways(world, at(TUESDAY), MessageClass.MANDATORY)[Channel.EMAIL].for_bundle


def test_the_bundle_leaves_on_the_next_working_day_and_its_items_live_so_long(world: World) -> None:
    CalendarYear.objects.create(ward=world.ward, year=2022)
    CalendarDay.objects.create(ward=world.ward, date=TUESDAY + DAY, kind="holiday", name="Nghỉ")
    reachable(world)
    leaves = Choices(world.ward.pk, [world.head]).bundle_moment(world.head, TUESDAY)
    assert leaves == at(TUESDAY + 2 * DAY, 7, 30)
    assert ways(world, at(TUESDAY), MessageClass.OPTIONAL)[Channel.EMAIL].expires_at == leaves + DAY


def test_choices_made_after_the_planning_are_heeded(world: World, settings: Any) -> None:
    settings.MESSAGE_HOURS = (datetime.time.min, datetime.time.max)
    reachable(world)
    muted, paused, useless = (
        make.message(world, number, event=make.event(world), channel=Channel.EMAIL, **fields)
        for number, fields in enumerate([{}, {"words": "tests.task"}, {"words": "tests.task"}])
    )
    Message.objects.filter(pk=useless.pk).update(expires_at=timezone.now() + datetime.timedelta(hours=1))
    Mute.objects.create(ward=world.ward, user=world.head, words="tests.greeting", channel=Channel.EMAIL)
    until = timezone.now() + datetime.timedelta(hours=3)
    Preference.objects.create(ward=world.ward, user=world.head, snoozed_until=until)
    sender.run()
    states = dict(Message.objects.values_list("pk", "state"))
    assert states == {
        muted.pk: MessageState.VOID,
        paused.pk: MessageState.READY,
        useless.pk: MessageState.VOID,
    }
    assert Message.objects.get(pk=paused.pk).not_before == until


@pytest.mark.parametrize("klass", [MessageClass.WORK, MessageClass.MANDATORY])
def test_what_became_too_late_in_a_senders_hands_is_missed_and_nobody_is_said_to_want_quiet(
    world: World, settings: Any, monkeypatch: pytest.MonkeyPatch, klass: str
) -> None:
    settings.MESSAGE_HOURS = (datetime.time.min, datetime.time.max)
    reachable(world)
    message = make.message(world, channel=Channel.EMAIL, klass=klass)
    lease = sender.lease

    def late() -> list[Message]:
        rows = lease()
        for row in rows:
            row.expires_at = timezone.now()
        Message.objects.update(expires_at=timezone.now())
        return rows

    monkeypatch.setattr(sender, "lease", late)
    sender.run(0.001)
    sender.reap()
    message.refresh_from_db()
    assert (message.state, message.tries) == (MessageState.MISSED, 0)


def test_news_and_rules_go_by_the_same_choices(world: World) -> None:
    reachable(world)
    Mute.objects.create(ward=world.ward, user=world.head, words="tests.greeting", channel=Channel.EMAIL)
    Mute.objects.create(ward=world.ward, user=world.head, words="tests.task", channel=Channel.PUSH)
    dispatch.announce(make.event(world), lambda seats: [world.head], "tests.greeting")
    assert set(Message.objects.values_list("channel", flat=True)) == {Channel.IN_APP, Channel.PUSH}
    make.rule(world, channels=[Channel.EMAIL, Channel.PUSH])
    basic.task(world.campaign, world.cell, due_on=TUESDAY)
    planner.run(at(TUESDAY))
    of_rule = Message.objects.filter(rule__isnull=False)
    assert set(of_rule.values_list("channel", flat=True)) == {Channel.IN_APP, Channel.EMAIL}


WARD_HOURS = [datetime.time(hour, minute) for hour in range(7, 20) for minute in range(60) if (hour, minute) >= (7, 30)]


def is_quiet(quiet: tuple, time: datetime.time) -> bool:
    start, end = quiet
    return start <= time < end if start <= end else time >= start or time < end


hours = st.times().map(lambda time: time.replace(second=0, microsecond=0))


class QuietHours(TestCase):
    def setUp(self) -> None:
        self.world = build()

    @given(st.none() | st.tuples(hours, hours), hours, st.integers(0, 60 * 24 * 3))
    def test_a_message_is_put_off_into_hours_that_are_nobodys_rest(
        self, quiet: tuple | None, time: datetime.time, snooze: int
    ) -> None:
        assume(quiet is None or not all(is_quiet(quiet, hour) for hour in WARD_HOURS))
        moment = timezone.make_aware(datetime.datetime.combine(TUESDAY, time))
        start, end = quiet or (None, None)
        Preference.objects.filter(user=self.world.head).delete()
        Preference.objects.create(
            ward=self.world.ward,
            user=self.world.head,
            quiet_from=start,
            quiet_until=end,
            snoozed_until=moment + datetime.timedelta(minutes=snooze),
        )
        choices = Choices(self.world.ward.pk, [self.world.head])
        leaves = choices.allowed(self.world.head, MessageClass.WORK, moment)
        assert leaves >= moment + datetime.timedelta(minutes=snooze)
        assert leaves - moment <= datetime.timedelta(minutes=snooze) + 2 * DAY
        assert choices.allowed(self.world.head, MessageClass.MANDATORY, moment) == moment
        local = timezone.localtime(leaves).time()
        assert datetime.time(7, 30) <= local < datetime.time(20)
        assert quiet is None or not is_quiet(quiet, local)
