"""Working days: swaps honoured, a missing year said to be missing, the arithmetic right for any calendar."""

import datetime

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from deadlines.choices import DAYS_OFF, DayKind
from deadlines.models import Calendar, CalendarDay, CalendarMissing, CalendarYear, calendar_for
from tests.deadlines import factories as make
from tests.world import World

DAY = datetime.date
YEARS = (2026, 2027, 2028)


def lawful_2026(world: World) -> Calendar:
    """The days off that the worked examples of the statutory terms assume."""
    make.calendar_year(world.ward, 2026)
    off = [(1, 1), *((2, day) for day in range(16, 21)), (4, 27), (4, 30), (5, 1), (9, 1), (9, 2)]
    for month, day in off:
        make.day_off(world.ward, DAY(2026, month, day))
    return calendar_for(world.ward, DAY(2026, 1, 1), DAY(2026, 12, 31))


def test_a_holiday_a_weekend_and_a_plain_day(world: World) -> None:
    calendar = lawful_2026(world)
    assert calendar.is_day_off(DAY(2026, 4, 30))
    assert calendar.is_day_off(DAY(2026, 4, 25))
    assert calendar.is_working_day(DAY(2026, 4, 28))
    assert calendar.holiday_name(DAY(2026, 4, 30))
    assert not calendar.holiday_name(DAY(2026, 4, 25)), "a plain Saturday is no holiday"


def test_a_saturday_worked_in_exchange_is_a_working_day_and_its_day_off_is_none(world: World) -> None:
    make.day_off(world.ward, DAY(2026, 8, 22), "Làm bù", DayKind.SWAP_WORKING)
    make.day_off(world.ward, DAY(2026, 8, 31), "Nghỉ hoán đổi", DayKind.SWAP_OFF)
    calendar = calendar_for(world.ward, DAY(2026, 8, 1), DAY(2026, 8, 31))
    assert calendar.is_working_day(DAY(2026, 8, 22))
    assert calendar.holiday_name(DAY(2026, 8, 22)) == ""
    assert calendar.is_day_off(DAY(2026, 8, 31))
    assert calendar.holiday_name(DAY(2026, 8, 31)) == "Nghỉ hoán đổi"


@pytest.mark.parametrize(
    "start, count, last",
    [
        (DAY(2026, 4, 28), 5, DAY(2026, 5, 7)),  # over a long weekend
        (DAY(2026, 2, 13), 1, DAY(2026, 2, 23)),  # over Tết
        (DAY(2026, 4, 28), 0, DAY(2026, 4, 28)),
    ],
)
def test_a_term_of_working_days(world: World, start: datetime.date, count: int, last: datetime.date) -> None:
    assert lawful_2026(world).add_working_days(start, count) == last


@pytest.mark.parametrize(
    "day, rolled",
    [
        (DAY(2026, 5, 1), DAY(2026, 5, 4)),
        (DAY(2026, 5, 17), DAY(2026, 5, 18)),
        (DAY(2026, 9, 20), DAY(2026, 9, 21)),
        (DAY(2026, 6, 30), DAY(2026, 6, 30)),
    ],
)
def test_a_last_day_on_a_day_off_rolls_to_the_next_working_day(
    world: World, day: datetime.date, rolled: datetime.date
) -> None:
    assert lawful_2026(world).next_working_day(day) == rolled


def test_a_year_without_a_calendar_is_said_to_be_missing(world: World) -> None:
    make.calendar_year(world.ward, 2026)
    make.calendar_year(world.other_ward, 2027)
    calendar = calendar_for(world.ward, DAY(2026, 1, 1), DAY(2027, 12, 31))
    with pytest.raises(CalendarMissing, match="2027"):
        calendar.is_day_off(DAY(2027, 1, 1))
    with pytest.raises(CalendarMissing, match="2027"):
        calendar.add_working_days(DAY(2026, 12, 31), 1)
    assert calendar.has_year(2026)
    assert not calendar.has_year(2027)


def test_a_day_without_its_year_is_no_calendar(world: World) -> None:
    CalendarDay.objects.create(ward=world.ward, date=DAY(2027, 1, 1), kind=DayKind.HOLIDAY, name="Tết Dương lịch")
    with pytest.raises(CalendarMissing):
        calendar_for(world.ward, DAY(2027, 1, 1), DAY(2027, 1, 1)).holiday_name(DAY(2027, 1, 1))


def test_years_beyond_those_asked_for_are_read_when_needed(world: World) -> None:
    make.calendar_year(world.ward, 2026)
    make.day_off(world.ward, DAY(2027, 1, 1))
    calendar = calendar_for(world.ward, DAY(2026, 12, 1), DAY(2026, 12, 31))
    assert calendar.add_working_days(DAY(2026, 12, 31), 1) == DAY(2027, 1, 4)


def test_a_term_is_counted_forward(world: World) -> None:
    with pytest.raises(ValueError, match="forward"):
        lawful_2026(world).add_working_days(DAY(2026, 5, 4), -1)


def test_a_day_entered_in_a_year_without_a_calendar_says_nothing_yet(world: World) -> None:
    CalendarDay.objects.create(ward=world.ward, date=DAY(2027, 1, 4), kind=DayKind.HOLIDAY, name="Ngày nghỉ thử")
    calendar = lawful_2026(world)
    assert not calendar.has_year(2027)
    assert calendar.is_worked(DAY(2027, 1, 4)), "a year without a calendar goes by the plain week"
    assert not calendar.has_year(1899)


def test_why_a_day_is_not_worked(world: World) -> None:
    calendar = lawful_2026(world)
    assert calendar.why_off(DAY(2026, 4, 28)) == ""
    assert calendar.why_off(DAY(2026, 4, 25)) == "cuối tuần"
    assert calendar.why_off(DAY(2026, 4, 30)) == calendar.holiday_name(DAY(2026, 4, 30))


def test_one_query_reads_a_stretch_of_years(world: World, django_assert_num_queries: object) -> None:
    for year in YEARS:
        make.calendar_year(world.ward, year)
    with django_assert_num_queries(1):
        calendar = calendar_for(world.ward, DAY(2026, 1, 1), DAY(2028, 12, 31))
        assert calendar.add_working_days(DAY(2026, 1, 1), 700) > DAY(2028, 1, 1)


# ---- odd days and days to propose --------------------------------------------------------------------
@pytest.fixture
def calendar_2026(world: World) -> Calendar:
    for year in (2026, 2027):
        CalendarYear.propose(world.ward, year, by=None)
    return calendar_for(world.ward, DAY(2026, 1, 1), DAY(2027, 12, 31))


@pytest.mark.parametrize(
    "day, said",
    [
        (DAY(2026, 2, 14), "14/02/2026 đến 22/02/2026 (Tết)"),  # the nine days of Tết
        (DAY(2026, 2, 21), "14/02/2026 đến 22/02/2026 (Tết)"),
        (DAY(2026, 2, 22), "14/02/2026 đến 22/02/2026 (Tết)"),
        (DAY(2026, 8, 22), "thay cho ngày 31/08/2026"),  # worked
        (DAY(2026, 8, 29), "29/08/2026 đến 02/09/2026"),
        (DAY(2026, 5, 2), "30/04/2026 đến 03/05/2026"),
        (DAY(2027, 2, 6), "Tết Nguyên Đán"),
        (DAY(2026, 2, 13), ""),
        (DAY(2026, 2, 7), ""),
        (DAY(2026, 8, 15), ""),
        (DAY(2026, 8, 21), ""),
    ],
)
def test_worked_saturdays_and_weekends_beside_a_holiday_are_odd(
    calendar_2026: Calendar, day: datetime.date, said: str
) -> None:
    with translation.override("vi"):
        found = calendar_2026.obstacle(day)
    assert said in found
    assert bool(said) == bool(found)


@pytest.mark.parametrize(
    "day, proposed",
    [
        (DAY(2027, 1, 1), DAY(2027, 1, 4)),
        (DAY(2027, 2, 8), DAY(2027, 2, 11)),
        (DAY(2026, 8, 22), DAY(2026, 8, 22)),
        (DAY(2026, 1, 10), DAY(2026, 1, 10)),
        (DAY(2026, 12, 9), DAY(2026, 12, 9)),
    ],
)
def test_a_proposed_day_is_worked(calendar_2026: Calendar, day: datetime.date, proposed: datetime.date) -> None:
    assert calendar_2026.nearest_working_day(day, DAY(2027, 12, 31)) == proposed


def test_no_day_after_the_last_one_is_proposed(calendar_2026: Calendar) -> None:
    assert calendar_2026.nearest_working_day(DAY(2026, 2, 18), DAY(2026, 2, 21)) == DAY(2026, 2, 13)
    assert calendar_2026.nearest_working_day(DAY(2026, 3, 30), DAY(2026, 2, 22)) == DAY(2026, 2, 13)


def test_of_a_year_without_a_calendar_the_weekends_are_known(world: World) -> None:
    calendar = Calendar(world.ward.pk)
    assert calendar.nearest_working_day(DAY(2026, 8, 22), DAY(2026, 12, 31)) == DAY(2026, 8, 24)
    assert calendar.why_off(DAY(2026, 8, 22))
    assert calendar.why_no_event(DAY(2026, 8, 22)) == ""
    with pytest.raises(CalendarMissing):
        calendar.obstacle(DAY(2026, 8, 22))


# ---- the arithmetic, for any calendar ------------------------------------------------------------------
days = st.dates(DAY(2026, 1, 1), DAY(2027, 12, 31))
kinds = st.dictionaries(st.dates(DAY(2026, 1, 1), DAY(2028, 12, 31)), st.sampled_from(DayKind.values), max_size=40)


def made_up(rows: dict[datetime.date, str]) -> Calendar:
    """A calendar from rows, without a database. A day worked in exchange falls on a weekend."""
    calendar = Calendar(ward_id=0)
    calendar._years = {year: {} for year in (YEARS[0] - 1, *YEARS)}  # a run of days off may begin the year before
    for day, kind in rows.items():
        if kind != DayKind.SWAP_WORKING or day.weekday() >= 5:
            calendar._years[day.year][day] = CalendarDay(date=day, kind=kind, name=kind)
    return calendar


@given(kinds, days, st.integers(0, 60))
@settings(max_examples=200)
def test_adding_working_days_and_counting_them_agree(
    rows: dict[datetime.date, str], start: datetime.date, count: int
) -> None:
    calendar = made_up(rows)
    last = calendar.add_working_days(start, count)
    after = (start + datetime.timedelta(days=n + 1) for n in range((last - start).days))
    assert sum(calendar.is_working_day(day) for day in after) == count
    assert count == 0 or calendar.is_working_day(last)


@given(kinds, days)
@settings(max_examples=200)
def test_the_next_working_day_skips_only_days_off(rows: dict[datetime.date, str], day: datetime.date) -> None:
    calendar = made_up(rows)
    found = calendar.next_working_day(day)
    assert calendar.is_working_day(found)
    assert all(calendar.is_day_off(day + datetime.timedelta(days=n)) for n in range((found - day).days))


@given(kinds, days)
@settings(max_examples=200)
def test_a_named_holiday_is_a_day_off(rows: dict[datetime.date, str], day: datetime.date) -> None:
    calendar = made_up(rows)
    if calendar.holiday_name(day):
        assert calendar.is_day_off(day)
        assert rows[day] in DAYS_OFF


@given(kinds, days)
@settings(max_examples=200)
def test_a_run_of_days_off_is_whole_and_holds_only_days_off(rows: dict[datetime.date, str], day: datetime.date) -> None:
    calendar = made_up(rows)
    run = calendar.days_off_around(day)
    assert bool(run) == calendar.is_day_off(day)
    assert all(calendar.is_day_off(other) for other in run)
    if run:
        one = datetime.timedelta(days=1)
        assert run == [run[0] + one * n for n in range(len(run))]
        assert calendar.is_working_day(run[0] - one)
        assert calendar.is_working_day(run[-1] + one)


@given(kinds, days, st.integers(0, 60))
@settings(max_examples=200)
def test_proposals_are_worked_and_within_their_bounds(
    rows: dict[datetime.date, str], day: datetime.date, length: int
) -> None:
    calendar = made_up(rows)
    last = day + datetime.timedelta(days=length)
    found = calendar.nearest_working_day(day, last)
    assert calendar.is_working_day(found)
    assert found <= last
    between = [day + datetime.timedelta(days=n) for n in range(length + 1)]
    if any(calendar.is_working_day(other) for other in between):
        assert found == next(other for other in between if calendar.is_working_day(other))


@given(kinds, days)
@settings(max_examples=200)
def test_a_plain_week_has_no_odd_day(rows: dict[datetime.date, str], day: datetime.date) -> None:
    calendar = made_up(rows)
    if calendar.special(day):
        assert calendar.obstacle(day)
    elif calendar.is_working_day(day) or not set(calendar.days_off_around(day)) & set(rows):
        assert calendar.obstacle(day) == ""
    else:
        assert calendar.obstacle(day)
