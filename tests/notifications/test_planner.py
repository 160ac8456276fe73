import datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Membership
from deadlines.models import CalendarDay, CalendarYear
from notifications import moments, registry, rules
from notifications.choices import Channel, MessageState, Outcome
from notifications.engine import planner, sender
from notifications.models import Attempt, BeatRun, Message, ReminderRule
from notifications.operations import acts
from tests import factories as basic
from tests.notifications import factories as make
from tests.notifications.test_sender import together
from tests.world import World

pytestmark = pytest.mark.usefixtures("taught")
DAY = datetime.timedelta(days=1)
TUESDAY = datetime.date(2022, 4, 5)


def at(day: datetime.date, hour: int = 8, minute: int = 0) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(hour, minute)))


def keys() -> list[tuple]:
    return list(Message.objects.order_by("pk").values_list("user__username", "channel", "occurrence_on"))


def test_a_rule_reminds_the_unit_before_the_day_and_only_once(world: World) -> None:
    make.rule(world, offset_days=-3)
    basic.task(world.campaign, world.cell, due_on=TUESDAY + 3 * DAY)
    assert planner.run(at(TUESDAY, 7)) == 0, "the moment has not come"
    assert planner.run(at(TUESDAY, 8)) == 1
    assert planner.run(at(TUESDAY, 9)) == 0
    message = Message.objects.get()
    assert (message.user, message.not_before, message.state) == (world.head, at(TUESDAY), MessageState.READY)
    assert timezone.localdate(message.expires_at) == TUESDAY + 3 * DAY


def test_two_planners_at_once_make_one_row(transactional_db: None, world: World) -> None:
    make.rule(world)
    for _n in range(5):
        basic.task(world.campaign, world.cell, due_on=TUESDAY)
    together(lambda: planner.run(at(TUESDAY)), 3)
    assert Message.objects.count() == 5


def test_mail_is_added_where_there_is_an_address(world: World) -> None:
    world.head.email = "head@example.test"
    world.head.save()
    make.rule(world, channels=[Channel.EMAIL])
    basic.task(world.campaign, world.cell, due_on=TUESDAY)
    basic.task(world.campaign, world.other_cell, due_on=TUESDAY)
    planner.run(at(TUESDAY))
    assert sorted((user, channel) for user, channel, _on in keys()) == sorted(
        [(world.head.username, "email"), (world.head.username, "in_app"), (world.neighbour.username, "in_app")]
    )


def test_a_rule_that_is_off_or_was_switched_on_later_makes_nothing_for_the_past(world: World) -> None:
    rule = make.rule(world, enabled=False, enabled_at=None)
    basic.task(world.campaign, world.cell, due_on=TUESDAY)
    assert planner.run(at(TUESDAY)) == 0
    rule.switch(True, at=at(TUESDAY, 9))
    assert planner.run(at(TUESDAY, 10)) == 0


def test_a_closed_campaign_and_another_years_rule_remind_of_nothing(world: World) -> None:
    make.rule(world, year=world.campaign.year - 1)
    basic.task(world.campaign, world.cell, due_on=TUESDAY)
    closed = basic.campaign(world.ward, year=2021, state="closed")
    make.rule(world, code="all-years")
    basic.task(closed, world.cell, due_on=TUESDAY)
    planner.run(at(TUESDAY))
    assert [m.rule.code for m in Message.objects.all()] == ["all-years"]


def test_who_has_acted_is_not_reminded_and_what_is_waiting_becomes_void(world: World, settings: Any) -> None:
    settings.MESSAGE_HOURS = (datetime.time.min, datetime.time.max)
    make.rule(world, working_days_only=False)
    today = timezone.localdate()
    done = basic.task(world.campaign, world.cell, due_on=today, state="done")
    soon_done = basic.task(world.campaign, world.cell, due_on=today)
    planner.run(at(today))
    assert [m.subject_id for m in Message.objects.all()] == [soon_done.pk] != [done.pk]
    soon_done.move("done", since=["assigned"], by=None)
    Message.objects.update(not_before=timezone.now(), expires_at=timezone.now() + DAY)
    sender.run()
    assert Message.objects.get().state == MessageState.VOID


def test_a_reminder_for_a_day_off_moves_to_the_working_day_before(world: World) -> None:
    monday = TUESDAY - DAY
    make.rule(world, offset_days=-1)
    CalendarYear.objects.create(ward=world.ward, year=2022)
    CalendarDay.objects.create(ward=world.ward, date=monday, kind="holiday", name="Nghỉ bù")
    basic.task(world.campaign, world.cell, due_on=TUESDAY)
    friday = TUESDAY - 4 * DAY
    planner.run(at(friday))
    assert Message.objects.get().not_before == at(friday)


def test_a_saturday_worked_in_exchange_is_a_working_day(world: World) -> None:
    saturday = TUESDAY + 4 * DAY
    CalendarYear.objects.create(ward=world.ward, year=2022)
    CalendarDay.objects.create(ward=world.ward, date=saturday, kind="swap_working", name="Làm bù")
    make.rule(world)
    basic.task(world.campaign, world.cell, due_on=saturday)
    assert planner.run(at(saturday)) == 1


def test_an_overdue_task_is_named_on_every_working_day_and_never_twice_a_day(world: World) -> None:
    make.rule(world, make.OVERDUE)
    basic.task(world.campaign, world.cell, due_on=TUESDAY)
    for day in (TUESDAY + n * DAY for n in range(7)):
        for hour in (8, 12, 19):
            planner.run(at(day, hour))
    assert [f"{on:%a}" for _user, _channel, on in keys()] == ["Wed", "Thu", "Fri", "Mon"]


def test_a_planner_that_was_away_makes_what_it_owes_and_shows_what_is_too_late(world: World) -> None:
    make.rule(world, make.OVERDUE)
    basic.task(world.campaign, world.cell, due_on=TUESDAY - DAY)
    planner.run(at(TUESDAY + DAY, 10))
    found = {m.occurrence_on: m.state for m in Message.objects.all()}
    assert found == {TUESDAY: MessageState.MISSED, TUESDAY + DAY: MessageState.READY}


@pytest.mark.parametrize("repeats", [{"reminds": make.OVERDUE}, {"repeat_days": 1, "repeat_until": 3}])
def test_a_mandatory_reminder_of_the_evening_is_of_use_until_midnight(world: World, repeats: dict) -> None:
    make.rule(world, klass="mandatory", local_time=datetime.time(21, 18), **repeats)
    basic.task(world.campaign, world.cell, due_on=TUESDAY - DAY)
    planner.run(at(TUESDAY, 21, 17))
    message = Message.objects.get(occurrence_on__gte=TUESDAY - DAY, not_before=at(TUESDAY, 21, 18))
    assert message.state == MessageState.READY
    assert message.expires_at > at(TUESDAY, 23, 59)


def test_somebody_who_joins_later_is_not_reminded_of_the_past(world: World) -> None:
    make.rule(world)
    basic.task(world.campaign, world.cell, due_on=TUESDAY)
    planner.run(at(TUESDAY))
    basic.member(world.cell)
    assert planner.run(at(TUESDAY, 9)) == 0


def test_a_rule_that_fails_holds_up_no_other(world: World) -> None:
    make.rule(world, code="a-broken", source="tests.unknown")
    make.rule(world)
    basic.task(world.campaign, world.cell, due_on=TUESDAY)
    with pytest.raises(ExceptionGroup, match="could not be planned"):
        planner.run(at(TUESDAY))
    assert Message.objects.count() == 1


def test_what_was_owed_while_the_portal_was_off_is_shown_as_missed(world: World) -> None:
    make.rule(world)
    basic.task(world.campaign, world.cell, due_on=TUESDAY)
    BeatRun.objects.create(entry="plan", started_at=at(TUESDAY - DAY), finished_at=at(TUESDAY - DAY))
    planner.run(at(TUESDAY + 12 * DAY))
    assert Message.objects.get().state == MessageState.MISSED


def test_what_was_voided_alone_is_made_again_and_not_for_ever(world: World) -> None:
    world.head.email = "head@example.test"
    world.head.save(update_fields=["email"])
    make.rule(world, channels=[Channel.EMAIL])
    basic.task(world.campaign, world.cell, due_on=TUESDAY)
    for _n in range(9):
        planner.run(at(TUESDAY))
        Message.objects.filter(channel=Channel.EMAIL).update(state=MessageState.VOID)
    editions = Message.objects.order_by("pk").values_list("channel", "edition")
    assert sorted(editions) == [("email", n) for n in range(1, 6)] + [("in_app", 1)]


def test_what_somebody_dropped_or_may_have_left_is_not_made_again(world: World) -> None:
    world.head.email = "head@example.test"
    world.head.save(update_fields=["email"])
    make.rule(world, channels=[Channel.EMAIL])
    dropped, tried, never = (basic.task(world.campaign, world.cell, due_on=TUESDAY) for _n in range(3))
    planner.run(at(TUESDAY))
    mails = Message.objects.filter(channel=Channel.EMAIL)
    mails.filter(subject_id=dropped.pk).update(state=MessageState.FAILED)
    acts.drop(mails.filter(subject_id=dropped.pk), by=world.administrator, reason="Đã báo bằng điện thoại")
    for task, outcome in ((tried, Outcome.UNKNOWN), (never, Outcome.TRANSIENT)):
        message = mails.get(subject_id=task.pk)
        Attempt.objects.create(ward=world.ward, message=message, number=1, outcome=outcome)
        mails.filter(pk=message.pk).update(state=MessageState.VOID, tries=2)
    planner.run(at(TUESDAY, 9))
    assert list(mails.filter(edition=2).values_list("subject_id", flat=True)) == [never.pk]


def test_a_reminder_is_sent_to_nobody_who_left_the_unit(world: World, settings: Any) -> None:
    settings.MESSAGE_HOURS = (datetime.time.min, datetime.time.max)
    make.rule(world, working_days_only=False)
    today = timezone.localdate()
    basic.task(world.campaign, world.cell, due_on=today)
    planner.run(at(today))
    Membership.objects.filter(user=world.head).update(unit=world.other_cell)
    Message.objects.update(not_before=timezone.now(), expires_at=timezone.now() + DAY)
    sender.run()
    assert Message.objects.get().state == MessageState.VOID


def test_the_database_refuses_a_rule_that_is_on_since_never(world: World) -> None:
    rule = make.rule(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        ReminderRule.objects.filter(pk=rule.pk).update(enabled_at=None)


def test_the_default_rules_are_off_name_known_sources_and_are_made_once(world: World) -> None:
    made = rules.defaults(world.ward, world.campaign.year)
    assert rules.defaults(world.ward, world.campaign.year) == made
    assert ReminderRule.objects.count() == len(made)
    for rule in made:
        assert not rule.enabled
        assert rule.anchor in registry.all_sources()[rule.source].anchors


@given(st.datetimes(min_value=datetime.datetime(2020, 1, 1), max_value=datetime.datetime(2030, 1, 1)))
def test_an_allowed_moment_is_the_next_one_within_the_hours(moment: datetime.datetime) -> None:
    moment = moment.replace(tzinfo=datetime.UTC)
    allowed = moments.allowed_moment(moment, "work")
    assert allowed >= moment
    assert moments.may_disturb(allowed)
    assert allowed - moment < datetime.timedelta(hours=11, minutes=31)
    assert moments.allowed_moment(moment, "mandatory") == moment


def test_a_rule_repeats_until_somebody_acts_or_its_last_day(world: World) -> None:
    make.rule(world, offset_days=-2, repeat_days=2, repeat_until=3, working_days_only=False)
    task = basic.task(world.campaign, world.cell, due_on=TUESDAY)
    made = {TUESDAY + n * DAY: planner.run(at(TUESDAY + n * DAY)) for n in range(-4, 8)}
    assert [day for day, count in made.items() if count] == [TUESDAY - 2 * DAY, TUESDAY, TUESDAY + 2 * DAY]
    assert list(Message.objects.order_by("pk").values_list("repetition", flat=True)) == [0, 1, 2]
    Message.objects.all().delete()
    planner.run(at(TUESDAY - 2 * DAY))
    task.move("done", since=["assigned"], by=None)
    assert planner.run(at(TUESDAY)) == 0


def test_repetitions_on_days_off_are_one_reminder_of_the_working_day(world: World) -> None:
    monday = TUESDAY + 6 * DAY
    make.rule(world, offset_days=-5, repeat_days=1, repeat_until=2)
    basic.task(world.campaign, world.cell, due_on=monday)
    for n in range(-6, 4):
        planner.run(at(monday + n * DAY))
    moments = [timezone.localtime(m.not_before) for m in Message.objects.order_by("not_before")]
    assert [f"{moment:%a %d}" for moment in moments] == ["Wed 06", "Thu 07", "Fri 08", "Mon 11", "Tue 12", "Wed 13"]


def test_a_repetition_is_useless_once_the_next_may_follow(world: World) -> None:
    make.rule(world, repeat_days=1, repeat_until=5, working_days_only=False)
    basic.task(world.campaign, world.cell, due_on=TUESDAY)
    planner.run(at(TUESDAY + 2 * DAY, 9))
    states = list(Message.objects.order_by("repetition").values_list("state", flat=True))
    assert states == [MessageState.MISSED, MessageState.MISSED, MessageState.READY]


def test_a_rule_is_kept_to_its_roles_and_units(world: World) -> None:
    for unit in (world.cell, world.other_cell):
        basic.task(world.campaign, unit, due_on=TUESDAY)
    rule = make.rule(world)
    assert {user for plan in planner.preview(rule, now=at(TUESDAY, 1)) for user in plan.people} == {
        world.head,
        world.neighbour,
    }
    rule.only_units.create(ward=world.ward, unit=world.cell)
    assert [plan.people for plan in planner.preview(rule, now=at(TUESDAY, 1))] == [[world.head]]
    assert [plan.people for plan in planner.preview(rule, now=at(TUESDAY, 1), units=[world.other_cell.pk])] == [
        [world.neighbour]
    ]
    rule.roles = ["leadership"]
    rule.save()
    assert planner.run(at(TUESDAY)) == 0


def test_who_left_the_audience_is_not_reminded(world: World, settings: Any) -> None:
    settings.MESSAGE_HOURS = (datetime.time.min, datetime.time.max)
    rule = make.rule(world, working_days_only=False)
    today = timezone.localdate()
    basic.task(world.campaign, world.cell, due_on=today)
    planner.run(at(today))
    Message.objects.update(not_before=timezone.now(), expires_at=timezone.now() + DAY)
    rule.only_units.create(ward=world.ward, unit=world.other_cell)
    sender.run()
    assert Message.objects.get().state == MessageState.VOID


def test_the_preview_shows_what_the_planner_will_make(world: World) -> None:
    rule = make.rule(world, offset_days=-1, enabled=False, enabled_at=None)
    for days in (0, 5, 29, 40):
        basic.task(world.campaign, world.cell, due_on=TUESDAY + days * DAY)
    shown = planner.preview(rule, now=at(TUESDAY - 3 * DAY, 1))
    moments = [(plan.target.on, plan.moment) for plan in shown]
    assert [plan.target.on for plan in shown] == [TUESDAY, TUESDAY + 5 * DAY]
    assert not Message.objects.exists(), "a preview writes nothing"
    rule.switch(True, at=at(TUESDAY - 3 * DAY, 1))
    for day in (TUESDAY + n * DAY for n in range(-3, 27)):
        planner.run(at(day, 12))
    assert list(Message.objects.order_by("pk").values_list("occurrence_on", "not_before")) == moments


def test_the_preview_of_a_rule_that_is_not_saved(world: World) -> None:
    basic.task(world.campaign, world.cell, due_on=TUESDAY)
    rule = ReminderRule(ward=world.ward, source=make.DUE.code, anchor="due_on", local_time=datetime.time(8))
    assert [plan.moment for plan in planner.preview(rule, now=at(TUESDAY, 1))] == [at(TUESDAY)]
    rule.local_time = datetime.time(9, 15)
    assert [plan.moment for plan in planner.preview(rule, now=at(TUESDAY, 1))] == [at(TUESDAY, 9, 15)]


@pytest.mark.parametrize("change", [{"local_time": datetime.time(18)}, {"enabled": False}])
def test_a_rule_that_is_changed_while_it_is_planned_is_left_to_the_next_run(
    world: World, monkeypatch: pytest.MonkeyPatch, change: dict
) -> None:
    rule = make.rule(world)
    basic.task(world.campaign, world.cell, due_on=TUESDAY)
    known = planner._Known

    def changed_meanwhile(*args: Any) -> Any:
        meanwhile = ReminderRule.objects.get(pk=rule.pk)
        for name, value in change.items():
            setattr(meanwhile, name, value)
        meanwhile.save()
        return known(*args)

    with monkeypatch.context() as patch:
        patch.setattr(planner, "_Known", changed_meanwhile)
        planner.run(at(TUESDAY))
    assert not Message.objects.exists()
    planner.run(at(TUESDAY, 18))
    assert [m.not_before for m in Message.objects.all()] == ([at(TUESDAY, 18)] if "local_time" in change else [])


def test_a_changed_rule_makes_anew_what_has_not_begun_to_leave(world: World) -> None:
    world.head.email = "head@example.test"
    world.head.save()
    rule = make.rule(world, channels=[Channel.EMAIL])
    begun, waiting = (basic.task(world.campaign, world.cell, due_on=TUESDAY) for _n in range(2))
    planner.run(at(TUESDAY))
    sent = {"state": MessageState.SENT, "provider_id": "x", "sent_at": at(TUESDAY)}
    Message.objects.filter(subject_id=begun.pk, channel=Channel.IN_APP).update(**sent)
    rules.withdraw(rule)
    planner.run(at(TUESDAY, 9))
    found = Message.objects.filter(subject_id=waiting.pk).values_list("channel", "edition", "state")
    assert sorted(found) == sorted(
        (channel, edition, state)
        for channel in (Channel.IN_APP, Channel.EMAIL)
        for edition, state in ((1, MessageState.VOID), (2, MessageState.READY))
    )
    assert set(Message.objects.filter(subject_id=begun.pk).values_list("edition", "state")) == {
        (1, MessageState.SENT),
        (1, MessageState.READY),
    }
