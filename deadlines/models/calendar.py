"""Which days are worked. A year without a calendar is said to be missing, never guessed."""

import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Ward
from core.together import read_together
from deadlines.choices import DAYS_OFF, DayKind
from deadlines.models.rows import FIRST_YEAR, LAST_YEAR, CalendarDay, CalendarYear

ONE_DAY = datetime.timedelta(days=1)
SATURDAY = 5


class CalendarMissing(LookupError):
    """Nobody has entered the days off of this year. The text is for the user."""

    def __init__(self, year: int) -> None:
        self.year = year
        super().__init__(_("The calendar of days off for year %(year)s is missing.") % {"year": year})


class Calendar:
    """The working calendar of a ward. A year is read with its neighbours the first time one of its days is asked for.

    Every question about a day of a year without a calendar raises CalendarMissing.
    """

    def __init__(self, ward_id: int) -> None:
        self.ward_id = ward_id
        self._years: dict[int, dict[datetime.date, CalendarDay] | None] = {}

    def read(self, first: int, last: int) -> None:
        """Read the years first to last at once."""
        wanted = range(first, last + 1)
        known = CalendarYear.objects.filter(ward_id=self.ward_id, year__in=wanted).values_list("year", flat=True)
        rows = CalendarDay.objects.filter(ward_id=self.ward_id, date__year__gte=first, date__year__lte=last)
        read_together(known, rows)
        entered = set(known)
        self._years |= {year: {} if year in entered else None for year in wanted}
        for row in rows:
            if (days := self._years[row.date.year]) is not None:
                days[row.date] = row

    def has_year(self, year: int) -> bool:
        if not FIRST_YEAR <= year <= LAST_YEAR:
            return False
        if year not in self._years:
            self.read(year - 1, year + 1)  # with its neighbours, so that a page costs the same on every day of a year
        return self._years[year] is not None

    def special(self, day: datetime.date) -> CalendarDay | None:
        """The row of a day that differs from its week."""
        if not self.has_year(day.year):
            raise CalendarMissing(day.year)
        return self._years[day.year].get(day)  # type: ignore[union-attr]  # asked above

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

    def obstacle(self, day: datetime.date) -> str:
        """Why nobody should be called out on a day that looks like any other of its week; "" when nothing is odd.

        A holiday, a Saturday worked in exchange, or a day of the weekend inside or beside the days off around a
        holiday, such as the nine of Tết. A plain weekend and a plain working day are none.
        """
        row = self.special(day)
        if row is not None:
            return row.name
        if day.weekday() < SATURDAY:
            return ""
        run = self.days_off_around(day)
        named = [found for other in run if (found := self._row(other)) is not None]
        if not named:
            return ""
        nearest = min(named, key=lambda found: (found.kind != DayKind.TET, abs((found.date - day).days)))
        words = {
            "first": date_format(run[0], "d/m/Y"),
            "last": date_format(run[-1], "d/m/Y"),
            "name": DayKind.TET.label if nearest.kind == DayKind.TET else nearest.name,
        }
        return _("Within the days off from %(first)s to %(last)s (%(name)s)") % words

    def days_off_around(self, day: datetime.date) -> list[datetime.date]:
        """The unbroken run of days off that a day belongs to, in order; of a year without a calendar the weekends."""
        run = [day] if self._is_off(day) else []
        while run and self._is_off(run[-1] + ONE_DAY):
            run.append(run[-1] + ONE_DAY)
        while run and self._is_off(run[0] - ONE_DAY):
            run.insert(0, run[0] - ONE_DAY)
        return run

    def _row(self, day: datetime.date) -> CalendarDay | None:
        return self.special(day) if self.has_year(day.year) else None

    def _is_off(self, day: datetime.date) -> bool:
        row = self._row(day)
        return row.kind in DAYS_OFF if row else day.weekday() >= SATURDAY

    def is_worked(self, day: datetime.date) -> bool:
        """As `is_working_day`; a year without a calendar goes by the plain week, so that no reminder is lost for it."""
        return not self._is_off(day)

    def nearest_worked(self, day: datetime.date, *, step: int) -> datetime.date:
        """The day itself when it is worked, else the next (step 1) or the last (step -1) such day."""
        while self._is_off(day):
            day += step * ONE_DAY
        return day

    def why_off(self, day: datetime.date) -> str:
        """Why a day is not worked: the name of the holiday, or the day of its week; "" for a working day.

        Of a year without a calendar only the week is known.
        """
        if not self._is_off(day):
            return ""
        row = self._row(day)
        return row.name if row else _("weekend")

    def why_no_event(self, day: datetime.date) -> str:
        """Why people should not be called together on a day: a holiday, or a weekend around one; else ""."""
        return self.obstacle(day) if self.has_year(day.year) and self._is_off(day) else ""

    def nearest_working_day(self, day: datetime.date, last: datetime.date) -> datetime.date:
        """The working day to propose: `day` or the next one, and none after `last`.

        Of a year without a calendar the weekends alone are known to be off: for proposals, never for terms.
        """
        day = min(day, last)
        following = day
        while self._is_off(following) and following < last:
            following += ONE_DAY
        if not self._is_off(following):
            return following
        return self.nearest_worked(day, step=-1)

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


def calendar_for(ward: Ward | int, start: datetime.date, end: datetime.date) -> Calendar:
    """The calendar of a ward, with the years of `start` to `end` read already."""
    calendar = Calendar(ward if isinstance(ward, int) else ward.pk)
    calendar.read(start.year, end.year)
    return calendar
