"""Which days are worked. A year without a calendar is said to be missing, never guessed."""

import datetime

from django.db import models
from django.utils.translation import gettext as _

from deadlines.choices import DAYS_OFF, DayKind
from deadlines.models.rows import CalendarDay, CalendarYear

ONE_DAY = datetime.timedelta(days=1)
SATURDAY = 5


class CalendarMissing(LookupError):
    """Nobody has entered the days off of this year. The text is for the user."""

    def __init__(self, year: int) -> None:
        self.year = year
        super().__init__(_("The calendar of days off for year %(year)s is missing.") % {"year": year})


class Calendar:
    """The working calendar of a ward. Years are read once, the first time one of their days is asked for.

    Every question about a day of a year without a calendar raises CalendarMissing.
    """

    def __init__(self, ward_id: int) -> None:
        self.ward_id = ward_id
        self._years: dict[int, dict[datetime.date, CalendarDay] | None] = {}

    def read(self, first: int, last: int) -> None:
        """Read the years first to last at once."""
        wanted = range(first, last + 1)
        known = CalendarYear.objects.filter(ward_id=self.ward_id, year__in=wanted).values_list("year", flat=True)
        entered = set(known)
        self._years |= {year: {} if year in entered else None for year in wanted}
        if entered:
            for row in CalendarDay.objects.filter(ward_id=self.ward_id, date__year__gte=first, date__year__lte=last):
                if (days := self._years[row.date.year]) is not None:
                    days[row.date] = row

    def has_year(self, year: int) -> bool:
        if year not in self._years:
            self.read(year, year)
        return self._years[year] is not None

    def special(self, day: datetime.date) -> CalendarDay | None:
        """The row of a day that differs from its week."""
        if not self.has_year(day.year):
            raise CalendarMissing(day.year)
        return self._years[day.year].get(day)  # type: ignore[union-attr]

    def is_holiday(self, day: datetime.date) -> bool:
        """A day off by the calendar itself; a plain Saturday or Sunday is none."""
        row = self.special(day)
        return row is not None and row.kind in DAYS_OFF

    def holiday_name(self, day: datetime.date) -> str:
        """The name of the holiday, or "" for any other day."""
        row = self.special(day)
        return row.name if row is not None and row.kind in DAYS_OFF else ""

    def is_working_day(self, day: datetime.date) -> bool:
        row = self.special(day)
        if row is not None:
            return row.kind == DayKind.SWAP_WORKING
        return day.weekday() < SATURDAY

    def is_day_off(self, day: datetime.date) -> bool:
        return not self.is_working_day(day)

    def next_working_day(self, day: datetime.date) -> datetime.date:
        """The day itself when it is worked, else the first working day after it (Civil Code, article 148)."""
        while self.is_day_off(day):
            day += ONE_DAY
        return day

    def add_working_days(self, day: datetime.date, count: int) -> datetime.date:
        """The last day of a term of `count` working days. The first day is not counted (Civil Code, article 147)."""
        if count < 0:
            raise ValueError("a term of working days is counted forward")
        for _n in range(count):
            day = self.next_working_day(day + ONE_DAY)
        return day

    def working_days_between(self, start: datetime.date, end: datetime.date) -> int:
        """Working days after `start` up to and with `end`; below zero when `end` comes first."""
        if end < start:
            return -self.working_days_between(end, start)
        days = (start + ONE_DAY * n for n in range(1, (end - start).days + 1))
        return sum(self.is_working_day(day) for day in days)


def calendar_for(ward: models.Model | int, start: datetime.date, end: datetime.date) -> Calendar:
    """The calendar of a ward, with the years of `start` to `end` read already."""
    calendar = Calendar(ward if isinstance(ward, int) else ward.pk)
    calendar.read(start.year, end.year)
    return calendar
