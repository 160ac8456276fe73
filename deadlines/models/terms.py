"""The arithmetic of a term: from the day it starts to the day it ends, on a ward's calendar.

The day a term starts is not counted; what must be done by a day off may be done on the next working day (Civil Code
2015, articles 147 and 148). Nothing here knows a legal number of days: that is a row (`deadlines.models.rules`).
"""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dateutil.relativedelta import relativedelta

from deadlines.choices import RuleKind, RuleUnit
from deadlines.models.calendar import ONE_DAY, Calendar


@dataclass(frozen=True)
class Term:
    """What a rule says, apart from where it is written. value: days, working days or months, at least 1.

    rolls: an end on a day off moves to the next working day. after_last: the act is free only after the last day
    ("quá thời hạn"), not on it. pausable: paused days are not counted.
    """

    kind: str
    value: int
    unit: str
    rolls: bool = False
    after_last: bool = False
    pausable: bool = False

    def last_day(
        self, start: datetime.date, calendar: Calendar, pauses: Sequence[tuple[datetime.date, datetime.date]] = ()
    ) -> datetime.date:
        """The last day counted, before any rolling. pauses: first and last paused day, both included."""
        paused = _days_of(pauses) if self.pausable else frozenset()
        if self.unit == RuleUnit.MONTH:
            whole = start + relativedelta(months=self.value)
            return self._count(start, (whole - start).days, calendar, paused, worked_alone=False)
        return self._count(start, self.value, calendar, paused, worked_alone=self.unit == RuleUnit.WORKING_DAY)

    def due_on(
        self, start: datetime.date, calendar: Calendar, pauses: Sequence[tuple[datetime.date, datetime.date]] = ()
    ) -> datetime.date:
        """For what must be done or must last: the last day to do it. For what must be waited for: the first free day.

        Raises CalendarMissing where a day has to be known of a year without a calendar.
        """
        day = self.last_day(start, calendar, pauses)
        if self.after_last:
            day += ONE_DAY
        if self.rolls and self.kind != RuleKind.MUST_WAIT:
            while calendar.is_day_off(day):
                day += ONE_DAY
        return day

    @staticmethod
    def _count(
        day: datetime.date, value: int, calendar: Calendar, paused: frozenset[datetime.date], *, worked_alone: bool
    ) -> datetime.date:
        while value:
            day += ONE_DAY
            value -= day not in paused and (not worked_alone or calendar.is_working_day(day))
        return day


def _days_of(pauses: Iterable[tuple[datetime.date, datetime.date]]) -> frozenset[datetime.date]:
    return frozenset(
        first + datetime.timedelta(days=n) for first, last in pauses for n in range((last - first).days + 1)
    )
