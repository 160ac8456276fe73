"""Clean-ups are made from the rule, around the ward's calendar, once each, in open campaigns only."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from beautification import actions, querysets, tasks
from beautification.actions import generate_cleanups, heed_calendars
from beautification.choices import CleanupState, HolidayDecision, HolidayPolicy
from beautification.models import Cleanup, CleanupSeries
from beautification.models import cleanup as cleanup_module
from beautification.models import series as series_module
from beautification.models.series import Rule, weekly_rule
from campaigns.choices import CampaignState
from campaigns.models import campaign as campaign_module
from core import models as core_models
from core.models import today
from deadlines.choices import DayKind
from deadlines.models import Calendar, CalendarDay, CalendarYear
from notifications.models import Event
from tests import factories as base
from tests.beautification import factories as make
from tests.deadlines import factories as calendars
from tests.parallel import together
from tests.world import World

DAY = datetime.date
HOLIDAY = DAY(2022, 4, 30)  # a Saturday


@pytest.fixture
def in_april_2022(world: World, monkeypatch: pytest.MonkeyPatch) -> datetime.date:
    """12/04/2022, in the ward's campaign of that year, with the calendar of that year."""
    world.campaign.close(by=None)
    world.campaign = base.campaign(world.ward, year=2022, opens_on=DAY(2022, 1, 1), closes_on=DAY(2022, 12, 31))
    CalendarYear.propose(world.ward, 2022, by=None)
    now = DAY(2022, 4, 12)
    for module in (actions, campaign_module, cleanup_module, core_models, querysets, series_module):
        monkeypatch.setattr(module, "today", lambda: now)
    return now


def saturday_series(world: World, **fields: object) -> CleanupSeries:
    return make.series(make.street(world), first_on=DAY(2022, 4, 2), **fields)


def planned_for(day: datetime.date) -> Cleanup:
    return Cleanup.objects.get(original_on=day)


@pytest.mark.usefixtures("in_april_2022")
class TestHoliday:
    def test_asking_leaves_the_clean_up_without_a_message_until_somebody_decides(self, world: World) -> None:
        made = saturday_series(world, policy=HolidayPolicy.ASK).generate(DAY(2022, 5, 17))
        assert [row.original_on.day for row in made] == [16, 23, 30, 7, 14]
        row = planned_for(HOLIDAY)
        assert row.holiday_decision == HolidayDecision.NEEDED
        assert "Chiến thắng" in row.reason
        with pytest.raises(ValidationError):
            row.confirm(by=world.campaign_officer)
        assert Event.objects.filter(kind="beautification.cleanup.decision_needed", subject_id=row.pk).count() == 1
        assert not Cleanup.objects.exclude(pk=row.pk).undecided().exists()

    def test_leaving_out_cancels_it_with_the_holiday_as_reason(self, world: World) -> None:
        saturday_series(world, policy=HolidayPolicy.SKIP).generate(DAY(2022, 5, 17))
        row = planned_for(HOLIDAY)
        assert (row.state, row.holiday_decision) == (CleanupState.CANCELLED, HolidayDecision.CANCELLED)
        assert "Chiến thắng" in row.reason

    def test_moving_takes_the_next_free_day_of_a_weekend(self, world: World) -> None:
        saturday_series(world, policy=HolidayPolicy.MOVE).generate(DAY(2022, 5, 17))
        row = planned_for(HOLIDAY)
        assert row.on == DAY(2022, 5, 8), "01/05 to 03/05 are days off too, 04/05 is worked, 07/05 has its own"
        assert (row.state, row.holiday_decision) == (CleanupState.POSTPONED, HolidayDecision.MOVED)

    def test_a_missing_calendar_is_said_and_asks_for_a_decision(self, world: World) -> None:
        CalendarYear.objects.filter(year=2022).delete()
        saturday_series(world, policy=HolidayPolicy.SKIP).generate(DAY(2022, 4, 23))
        rows = Cleanup.objects.all()
        assert len(rows) == 2
        assert all(row.holiday_decision == HolidayDecision.NEEDED and "2022" in row.reason for row in rows)

    def test_entering_the_calendar_takes_the_question_back_except_for_holidays(self, world: World) -> None:
        CalendarYear.objects.filter(year=2022).delete()
        saturday_series(world).generate(DAY(2022, 5, 7))
        calendars.calendar_year(world.ward, 2022)
        heed_calendars()
        assert [row.original_on for row in Cleanup.objects.undecided()] == [HOLIDAY]
        assert "Chiến thắng" in planned_for(HOLIDAY).reason
        assert planned_for(DAY(2022, 4, 16)).reason == ""

    def test_a_holiday_entered_later_asks_too(self, world: World) -> None:
        saturday_series(world).generate(DAY(2022, 4, 23))
        CalendarDay.objects.create(ward=world.ward, date=DAY(2022, 4, 23), kind=DayKind.LOCAL_OFF, name="Hội làng")
        generate_cleanups()
        generate_cleanups()
        row = planned_for(DAY(2022, 4, 23))
        assert (row.holiday_decision, row.reason) == (HolidayDecision.NEEDED, "Hội làng")
        assert Event.objects.filter(kind="beautification.cleanup.decision_needed", subject_id=row.pk).count() == 1

    def test_a_saturday_taken_by_a_moved_clean_up_is_not_planned_twice(self, world: World) -> None:
        series = saturday_series(world)
        series.generate(DAY(2022, 4, 16))
        planned_for(DAY(2022, 4, 16)).postpone(by=world.campaign_officer, reason="Mưa to", day=DAY(2022, 4, 23))
        series.generate(DAY(2022, 4, 23))
        assert planned_for(DAY(2022, 4, 23)).state == CleanupState.CANCELLED


# ---- once, and only while the year is open -------------------------------------------------------------
def running(world: World) -> CleanupSeries:
    for year in {today().year, make.days(40).year}:
        calendars.calendar_year(world.ward, year)
    return make.series(make.street(world))


def test_generating_twice_makes_the_same_rows(world: World) -> None:
    series = running(world)
    first = series.generate(make.days(35))
    assert [row.on for row in first] == make.saturdays(35)
    assert all(row.starts_at == series.starts_at for row in first)
    assert series.generate(make.days(35)) == []
    tasks.generate_cleanups()
    assert set(Cleanup.objects.values_list("pk", flat=True)) == {row.pk for row in first}


def test_a_night_without_a_tick_is_made_up_for_by_the_next_one_once(world: World) -> None:
    series = running(world)
    late = make.saturdays(35)[-1]
    series.generate(late - datetime.timedelta(days=1))  # as it stood before the ticks failed
    kept = set(Cleanup.objects.values_list("pk", flat=True))
    assert series.missing_days(make.days(35)) == [late]
    for _morning in range(2):
        tasks.generate_cleanups()
    assert [row.on for row in Cleanup.objects.exclude(pk__in=kept)] == [late]
    assert series.missing_days(make.days(35)) == []


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_make_no_double(world: World) -> None:
    running(world)
    together(tasks.generate_cleanups, 2)
    assert list(Cleanup.objects.order_by("on").values_list("on", flat=True)) == make.saturdays(35)
    first = Cleanup.objects.earliest("on")
    assert first.transitions.count() == 1


def test_the_tick_makes_five_weeks(world: World) -> None:
    running(world)
    tasks.generate_cleanups()
    assert list(Cleanup.objects.order_by("on").values_list("on", flat=True)) == make.saturdays(35)


def test_a_closed_campaign_generates_nothing(world: World) -> None:
    series = running(world)
    world.campaign.close(by=world.campaign_officer)
    assert series.generate(make.days(35)) == []
    tasks.generate_cleanups()
    assert not Cleanup.objects.exists()


def test_a_past_campaign_generates_nothing_though_nobody_closed_it(world: World) -> None:
    series = running(world)
    type(world.campaign).objects.filter(pk=world.campaign.pk).update(closes_on=make.days(-1))
    assert series.generate(make.days(35)) == []


def test_a_campaign_in_preparation_generates_nothing(world: World) -> None:
    series = running(world)
    type(world.campaign).objects.filter(pk=world.campaign.pk).update(state=CampaignState.DRAFT)
    assert series.generate(make.days(35)) == []


def test_nothing_is_made_behind_the_last_day_of_the_campaign_or_of_the_series(world: World) -> None:
    series = running(world)
    type(world.campaign).objects.filter(pk=world.campaign.pk).update(closes_on=make.days(14))
    series.generate(make.days(35))
    assert Cleanup.objects.latest("on").on <= make.days(14)
    other = make.series(make.street(world), until=make.days(7))
    other.generate(make.days(35))
    assert other.cleanups.latest("on").on <= make.days(7)


def test_a_street_of_another_year_generates_nothing(world: World) -> None:
    series = running(world)
    series.street.undertaking.foci.all().delete()
    assert series.generate(make.days(35)) == []


def test_editing_a_series_moves_what_nobody_has_touched(world: World) -> None:
    series = running(world)
    kept, *others = series.generate(make.days(35))
    kept.confirm(by=world.campaign_officer)
    series.edit(campaign=world.campaign, by=world.campaign_officer, rrule=weekly_rule([6]))
    kept.refresh_from_db()
    assert kept.state == CleanupState.CONFIRMED
    states = {row.state for row in Cleanup.objects.filter(pk__in=[row.pk for row in others])}
    assert states == {CleanupState.CANCELLED}
    assert Cleanup.objects.filter(state=CleanupState.PLANNED, on__iso_week_day=7).count() >= 4


# ---- any rule, any calendar ----------------------------------------------------------------------------
rules = st.builds(weekly_rule, st.lists(st.integers(0, 6), min_size=1, max_size=7), st.integers(1, 8))


@given(st.lists(st.integers(0, 6), min_size=1, max_size=7), st.integers(1, 8))
def test_a_rule_is_read_as_it_was_written(weekdays: list[int], every: int) -> None:
    assert Rule.read(weekly_rule(weekdays, every)) == Rule(tuple(sorted(set(weekdays))), every)


@given(rules, st.dates(DAY(2025, 1, 1), DAY(2027, 12, 31)), st.integers(0, 400))
@settings(max_examples=200)
def test_days_of_a_rule_are_its_weekdays_and_weeks(rule: str, first: datetime.date, length: int) -> None:
    series = CleanupSeries(rrule=rule, first_on=first)
    read = Rule.read(rule)
    weekdays, every = read.weekdays, read.every
    monday = first - datetime.timedelta(days=first.weekday())
    end = first + datetime.timedelta(days=length)
    found = list(series.days(first, end))
    span = (first + datetime.timedelta(days=n) for n in range(length + 1))
    assert found == [d for d in span if d.weekday() in weekdays and (d - monday).days // 7 % every == 0]


@given(rules, st.sets(st.integers(0, 35)), st.sampled_from(HolidayPolicy.values))
@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
def test_nothing_is_held_on_a_holiday_unless_somebody_decides(
    world: World, rule: str, holidays: set[int], policy: str
) -> None:
    off = {make.days(n) for n in holidays}
    with transaction.atomic():
        for year in {today().year, make.days(60).year}:
            calendars.calendar_year(world.ward, year)
        for day in off:
            calendars.day_off(world.ward, day)
        series = make.series(make.street(world), policy=policy)
        CleanupSeries.objects.filter(pk=series.pk).update(rrule=rule)
        series.rrule = rule
        made = series.generate(make.days(35))
        assert series.generate(make.days(35)) == []
        assert [row.original_on for row in made] == list(series.days(today(), make.days(35)))
        for row in made:
            held = row.state != CleanupState.CANCELLED and not row.needs_decision
            assert not (held and row.on in off)
            assert row.reason or row.state == CleanupState.PLANNED
            if row.state == CleanupState.POSTPONED:
                calendar = Calendar(world.ward.pk)
                assert not calendar.obstacle(row.on)
                assert row.fits(row.on), "a moved one falls on a day of the kind that the series has"
        days = [row.on for row in made if row.state != CleanupState.CANCELLED]
        assert len(days) == len(set(days))
        transaction.set_rollback(True)


# ---- the rule's bounds ---------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "rule",
    ["FREQ=DAILY", "FREQ=WEEKLY;INTERVAL=9;BYDAY=SA", "FREQ=WEEKLY;INTERVAL=1;BYDAY=", "FREQ=SECONDLY;COUNT=9", "x"],
)
def test_only_plain_weekly_rules_are_taken(world: World, rule: str) -> None:
    series = make.series(make.street(world))
    series.rrule = rule
    with pytest.raises(ValidationError):
        series.require_rule()
    with pytest.raises(IntegrityError), transaction.atomic():
        CleanupSeries.objects.filter(pk=series.pk).update(rrule=rule)


def test_a_series_without_a_day_and_one_without_end_are_refused(world: World) -> None:
    street = make.street(world)
    monday = DAY(2026, 3, 2)
    empty = CleanupSeries(street=street, rrule=weekly_rule([5]), first_on=monday, until=monday)
    endless = CleanupSeries(street=street, rrule=weekly_rule([5]), first_on=monday, until=DAY(2099, 1, 1))
    for series in (empty, endless):
        with pytest.raises(ValidationError):
            series.require_rule()
