"""Calendars for tests."""

import datetime

from accounts.models import Ward
from core.models import today
from deadlines.choices import DayKind
from deadlines.models import CalendarDay, CalendarYear, DaySwap, DeadlineRule


def calendar_year(ward: Ward, year: int | None = None, **fields: object) -> CalendarYear:
    """A year of which only the plain week is known."""
    row, _created = CalendarYear.objects.get_or_create(ward=ward, year=year or today().year, defaults=fields)
    return row


def day_off(ward: Ward, day: datetime.date, name: str = "Ngày nghỉ thử", kind: str = DayKind.HOLIDAY) -> CalendarDay:
    calendar_year(ward, day.year)
    return CalendarDay.objects.create(ward=ward, date=day, kind=kind, name=name)


def rule(ward: Ward, kind: str = "do_by", value: int = 10, unit: str = "day", **fields: object) -> DeadlineRule:
    known = {"code": "thu", "name": "Hạn thử", "rule_set": "Bộ thử", "anchor": "ngày thử", "legal_ref": "Điều thử"}
    known |= {"valid_from": datetime.date(2020, 1, 1)}
    return DeadlineRule.objects.create(ward=ward, kind=kind, value=value, unit=unit, **known | fields)


def swap(ward: Ward, off: datetime.date, worked: datetime.date, **fields: object) -> DaySwap:
    """A line of the ward's own table, entered as its page does."""
    known = {"number": "12/TB-UBND", "issuer": "UBND quận", "dated_on": min(off, worked) - datetime.timedelta(days=30)}
    row = DaySwap(ward=ward, off=off, worked=worked, **known | fields)
    row.enter(by=None)
    return row
