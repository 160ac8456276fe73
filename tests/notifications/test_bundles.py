import datetime
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from deadlines.models import CalendarDay, CalendarYear
from notifications import tasks
from notifications.choices import Channel, MessageClass, MessageState
from notifications.engine import bundles, dispatch, planner, sender
from notifications.models import Message, Mute, Preference
from tests.notifications import factories as make
from tests.notifications.test_planner import DAY, at
from tests.notifications.test_sender import together
from tests.world import World

pytestmark = pytest.mark.usefixtures("taught")


@pytest.fixture(autouse=True)
def any_hour(settings: Any) -> None:
    settings.MESSAGE_HOURS = (datetime.time.min, datetime.time.max)


@pytest.fixture(autouse=True)
def every_day_is_worked(world: World) -> None:
    """Today and yesterday, whatever day the test runs on."""
    today = timezone.localdate()
    for year in {today.year, (today - 9 * DAY).year, (today + 9 * DAY).year}:
        CalendarYear.objects.create(ward=world.ward, year=year)
    for day in (day for n in range(-4, 4) if (day := today + n * DAY).weekday() > 4):
        CalendarDay.objects.create(ward=world.ward, date=day, kind="swap_working", name="Làm bù")


def today(hour: int = 9) -> datetime.datetime:
    return at(timezone.localdate(), hour)


def waiting(world: World, number: int, **fields: Any) -> Message:
    """An optional message of yesterday to the head, waiting for the bundle."""
    world.head.email = "head@example.test"
    world.head.save()
    item = make.message(world, number, channel=Channel.EMAIL, for_bundle=True, klass=MessageClass.OPTIONAL, **fields)
    Message.objects.filter(pk=item.pk, not_before__gt=today(0)).update(not_before=today() - DAY)
    return item


def test_opening_a_bundle_reads_what_it_carries_in_the_portal(world: World, sign_in: Any) -> None:
    carried, unwanted, late = [make.event(world) for _n in range(3)]
    facts = {"state": MessageState.SENT, "provider_id": "x", "sent_at": timezone.now()}
    shown = [make.message(world, n, event=event, **facts) for n, event in enumerate((carried, unwanted, late))]
    other = make.message(world, 3, event=carried, user=world.campaign_officer, **facts)
    pushed = {"channel": Channel.PUSH, "for_bundle": True, "klass": MessageClass.OPTIONAL}
    make.message(world, 4, event=late, **pushed)  # waits for the next bundle
    bundle = make.message(
        world, 5, channel=Channel.PUSH, words=bundles.WORDS, digest_on=today().date(), link="/notifications/", **facts
    )
    make.message(world, 6, event=carried, bundle=bundle, **pushed, **facts)
    make.message(world, 7, event=unwanted, bundle=bundle, state=MessageState.VOID, **pushed)
    assert sign_in(world.head).get(f"/notifications/{bundle.pk}/open/").url == "/notifications/"
    read = Message.objects.filter(read_at__isnull=False)
    assert set(read) == {shown[0], bundle}
    assert other not in read


def test_one_mail_carries_all_of_the_day_before(world: World) -> None:
    items = [waiting(world, n) for n in range(3)]
    assert bundles.make() == 1
    sender.run()
    [letter] = mail.outbox
    assert letter.to == ["head@example.test"]
    assert letter.body.count("http") >= 4
    bundle = Message.objects.get(digest_on__isnull=False)
    assert bundle.state == MessageState.SENT
    for item in items:
        item.refresh_from_db()
        assert (item.state, item.bundle, item.provider_id) == (MessageState.SENT, bundle, bundle.provider_id)


def test_an_item_is_never_sent_alone(world: World) -> None:
    waiting(world, 1)
    sender.run()
    assert not mail.outbox


def test_what_came_today_waits_for_tomorrow(world: World) -> None:
    late = waiting(world, 1)
    Message.objects.filter(pk=late.pk).update(not_before=today(0) + datetime.timedelta(seconds=1))
    assert bundles.make() == 0


def test_made_again_at_five_past_and_at_one_past_it_is_one(world: World) -> None:
    """A run at 10:05 and the next day's at 10:01 each have their own closed day."""
    waiting(world, 1)
    for minute in (5, 6, 1):
        bundles.make(today(10) + datetime.timedelta(minutes=minute))
    assert Message.objects.filter(digest_on__isnull=False).count() == 1
    later = waiting(world, 2)
    Message.objects.filter(pk=later.pk).update(not_before=today(), expires_at=today() + 3 * DAY)
    bundles.make(today(10) + DAY + datetime.timedelta(minutes=1))
    days = Message.objects.filter(digest_on__isnull=False).values_list("digest_on", flat=True)
    assert sorted(days) == [timezone.localdate() - DAY, timezone.localdate()]


def test_what_comes_after_the_bundle_has_left_is_in_the_next_one(world: World) -> None:
    waiting(world, 1)
    bundles.make()
    sender.run()
    late = waiting(world, 2)
    assert bundles.make() == 0
    late.refresh_from_db()
    assert (late.bundle, late.state) == (None, MessageState.READY)
    assert bundles.make(today() + DAY) == 1


def test_on_a_day_off_no_bundle_leaves(world: World) -> None:
    off = {"kind": "holiday", "name": "Nghỉ"}
    CalendarDay.objects.update_or_create(ward=world.ward, date=timezone.localdate(), defaults=off)
    waiting(world, 1)
    assert bundles.make() == 0
    assert bundles.make(today() + DAY - datetime.timedelta(hours=8)) == 1


def test_lines_that_nobody_wants_any_more_are_left_out(world: World) -> None:
    items = [waiting(world, 1), waiting(world, 2, words="tests.task")]
    bundles.make()
    Mute.objects.create(ward=world.ward, user=world.head, words="tests.task", channel=Channel.EMAIL)
    sender.run()
    states = [Message.objects.get(pk=item.pk).state for item in items]
    assert states == [MessageState.SENT, MessageState.VOID]


def test_a_bundle_with_nothing_left_is_void(world: World) -> None:
    item = waiting(world, 1)
    bundles.make()
    Mute.objects.create(ward=world.ward, user=world.head, words="tests.greeting", channel=Channel.EMAIL)
    sender.run()
    sender.reap()
    item.refresh_from_db()
    assert (item.state, item.bundle.state, mail.outbox) == (MessageState.VOID, MessageState.VOID, [])


def test_items_of_a_bundle_that_was_missed_are_missed(world: World) -> None:
    item = waiting(world, 1)
    bundles.make()
    Message.objects.filter(digest_on__isnull=False).update(expires_at=timezone.now())
    sender.reap()
    item.refresh_from_db()
    assert item.state == MessageState.MISSED


def test_a_bundle_waits_for_the_end_of_a_pause_that_began_after_it_was_made(world: World) -> None:
    item = waiting(world, 1)
    bundles.make(today())
    until = timezone.now() + datetime.timedelta(days=2)
    Preference.objects.create(ward=world.ward, user=world.head, snoozed_until=until)
    bundle = Message.objects.filter(digest_on__isnull=False)
    bundle.update(not_before=timezone.now())
    sender.run()
    assert bundle.values_list("state", "not_before", "expires_at").get() == (MessageState.READY, until, until + DAY)
    Preference.objects.update(snoozed_until=None)
    bundle.update(not_before=timezone.now())
    sender.run()
    assert set(Message.objects.filter(pk__in=[item.pk, bundle.get().pk]).values_list("state", flat=True)) == {"sent"}


def test_two_makers_at_once_make_one(transactional_db: None, world: World) -> None:
    for n in range(5):
        waiting(world, n)
    together(lambda: bundles.make(today()), 3)
    assert Message.objects.filter(digest_on__isnull=False).count() == 1
    assert Message.objects.filter(bundle__isnull=False).count() == 5


def test_an_optional_event_goes_at_once_in_the_portal_and_bundled_by_mail(world: World) -> None:
    world.head.email = "head@example.test"
    dispatch.announce(make.event(world), lambda seats: [world.head], "tests.greeting", klass=MessageClass.OPTIONAL)
    assert dict(Message.objects.values_list("channel", "for_bundle")) == {Channel.IN_APP: False, Channel.EMAIL: True}


def test_the_database_lets_no_bundle_into_a_bundle(world: World) -> None:
    item = waiting(world, 1)
    bundles.make()
    bundle = Message.objects.get(digest_on__isnull=False)
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.filter(pk=bundle.pk).update(bundle=item)


def test_a_bundle_that_fails_holds_up_no_other(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor the reminders that are planned in the same run."""
    waiting(world, 1)
    waiting(world, 2, user=world.administrator)
    put_in, planned = bundles._fill_bundle, []

    def odd(items: list[Message], *args: Any) -> bool:
        if items[0].user == world.head:
            raise ValueError("odd")
        return put_in(items, *args)

    monkeypatch.setattr(bundles, "_fill_bundle", odd)
    monkeypatch.setattr(planner, "run", lambda: planned.append(1) or 1)
    monkeypatch.setattr(tasks, "ring", lambda: None)
    with pytest.raises(ExceptionGroup, match="some bundles could not be made"):
        tasks.plan()
    assert Message.objects.get(digest_on__isnull=False).user == world.administrator
    assert planned
