"""Whole years of clean-ups around the calendar of Vietnam: no holiday, no working Saturday passes silently.

The days off and the working Saturdays are those of the State's announcements for 2022 and 2026; for 2027 and 2028 those
that the Labour Code names.
"""

import datetime

import pytest
import time_machine

from beautification.choices import CleanupState, HolidayDecision, HolidayPolicy
from beautification.models import Cleanup, CleanupSeries
from beautification.models.series import Rule
from deadlines.models import CalendarDay
from tests import factories as base
from tests.beautification import factories as make
from tests.deadlines import factories as calendars
from tests.world import World

DAY = datetime.date
SATURDAY, SUNDAY = 5, 6
# kind and name by day: what each test asks about, and the neighbours that a move would meet
DAYS = {
    DAY(2022, 1, 1): ("holiday", "Tết Dương lịch"),
    DAY(2022, 4, 30): ("holiday", "Ngày Chiến thắng"),
    DAY(2022, 5, 1): ("holiday", "Ngày Quốc tế lao động"),
    DAY(2026, 1, 10): ("workday", "Làm bù ngày 02/01"),
    DAY(2026, 8, 22): ("workday", "Làm bù ngày 31/08"),
    DAY(2027, 2, 6): ("holiday", "Mùng 1 Tết"),
    DAY(2027, 5, 1): ("holiday", "Ngày Quốc tế lao động"),
    DAY(2028, 4, 30): ("holiday", "Ngày Chiến thắng"),
}


@pytest.fixture
def calendar(world: World) -> None:
    for year in (2022, 2026, 2027, 2028):
        calendars.calendar_year(world.ward, year)
    for day, (kind, name) in DAYS.items():
        CalendarDay.objects.update_or_create(ward=world.ward, date=day, defaults={"kind": kind, "name": name})


def year_of(
    world: World, first: DAY, last: DAY, rule: Rule, policy: str = HolidayPolicy.ASK
) -> tuple[CleanupSeries, dict[DAY, Cleanup]]:
    """Generated on the first day for the whole span; call it while that is today."""
    campaign = base.campaign(world.ward, year=first.year + 1000, opens_on=first, closes_on=last)
    street = make.street(world, campaign=campaign, name="Phố Trạm")
    series = make.series(street, rrule=str(rule), first_on=first, until=last, policy=policy)
    series.generate(last)
    return series, {row.original_on: row for row in series.cleanups.all()}


def standing_on(day: DAY) -> time_machine.travel:
    return time_machine.travel(datetime.datetime.combine(day, datetime.time(5), datetime.UTC), tick=False)


def weekdays(first: DAY, last: DAY, weekday: int, every: int = 1) -> list[DAY]:
    days = [first + datetime.timedelta(days=n) for n in range((last - first).days + 1)]
    return [day for day in days if day.weekday() == weekday][::every]


@pytest.mark.parametrize(
    ("year", "odd"),
    [
        (2022, [DAY(2022, 1, 1), DAY(2022, 4, 30)]),
        (2026, [DAY(2026, 1, 10), DAY(2026, 8, 22)]),
        (2027, [DAY(2027, 2, 6), DAY(2027, 5, 1)]),
    ],
)
def test_the_saturdays_of_a_year(world: World, calendar: None, year: int, odd: list[DAY]) -> None:
    first, last = DAY(year, 1, 1), DAY(year, 12, 31)
    with standing_on(first):
        series, rows = year_of(world, first, last, Rule((SATURDAY,)))
        assert series.generate(last) == [], "once more makes no second one"
    assert sorted(rows) == weekdays(first, last, SATURDAY)
    asked = sorted(day for day, row in rows.items() if row.holiday_decision == HolidayDecision.NEEDED)
    assert asked == odd
    assert all(DAYS[day][1] in rows[day].reason for day in odd)
    assert all(row.state == CleanupState.PLANNED for row in rows.values()), "nothing is moved while somebody is asked"


def test_every_second_sunday_over_the_years_end(world: World, calendar: None) -> None:
    first, last = DAY(2027, 10, 1), DAY(2028, 4, 30)
    with standing_on(first):
        _series, rows = year_of(world, first, last, Rule((SUNDAY,), every=2))
    assert (min(rows), max(rows), len(rows)) == (DAY(2027, 10, 3), last, 16)
    assert all((day - min(rows)).days % 14 == 0 for day in rows)
    assert {day for day, row in rows.items() if row.needs_decision} == {last}, "30/04/2028 is a Sunday and a holiday"


@pytest.mark.parametrize(
    ("policy", "state"), [(HolidayPolicy.SKIP, CleanupState.CANCELLED), (HolidayPolicy.MOVE, CleanupState.POSTPONED)]
)
def test_the_policy_of_the_series_decides(world: World, calendar: None, policy: str, state: str) -> None:
    first, last = DAY(2022, 4, 1), DAY(2022, 5, 31)
    with standing_on(first):
        _series, rows = year_of(world, first, last, Rule((SATURDAY,)), policy)
    holiday = rows[DAY(2022, 4, 30)]
    assert holiday.state == state
    if state == CleanupState.POSTPONED:
        assert holiday.on > DAY(2022, 5, 1)
        assert holiday.on.weekday() >= SATURDAY
        assert holiday.on not in {row.on for row in rows.values() if row != holiday}


def test_the_first_and_third_saturday_and_a_season(world: World, calendar: None) -> None:
    first, last = DAY(2026, 1, 1), DAY(2026, 12, 31)
    rule = Rule((SATURDAY,), nth=(1, 3), months=(3, 4, 5))
    assert Rule.read(str(rule)) == rule
    with standing_on(first):
        series, rows = year_of(world, first, last, rule)
    expected = [DAY(2026, 3, 7), DAY(2026, 3, 21), DAY(2026, 4, 4), DAY(2026, 4, 18), DAY(2026, 5, 2), DAY(2026, 5, 16)]
    assert sorted(rows) == expected
    assert series.in_words == "Thứ Bảy đầu tiên và thứ ba của tháng; trong các tháng 3, 4, 5"


def test_last_sunday_of_the_month() -> None:
    series = CleanupSeries(rrule=str(Rule((SUNDAY,), nth=(-1,))), first_on=DAY(2026, 1, 1))
    assert list(series.days(DAY(2026, 1, 1), DAY(2026, 3, 31))) == [
        DAY(2026, 1, 25),
        DAY(2026, 2, 22),
        DAY(2026, 3, 29),
    ]
