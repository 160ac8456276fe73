"""Calendars for tests."""

import datetime

from accounts.models import Ward
from core.models import today
from deadlines.choices import DayKind
from deadlines.models import CalendarDay, CalendarYear


def calendar_year(ward: Ward, year: int | None = None, **fields: object) -> CalendarYear:
    """A year of which only the plain week is known."""
    row, _created = CalendarYear.objects.get_or_create(ward=ward, year=year or today().year, defaults=fields)
    return row


def day_off(ward: Ward, day: datetime.date, name: str = "Ngày nghỉ thử", kind: str = DayKind.HOLIDAY) -> CalendarDay:
    calendar_year(ward, day.year)
    return CalendarDay.objects.create(ward=ward, date=day, kind=kind, name=name)
