"""Dates as people type and read them: `5/4`, `05042022`, "Thứ Bảy 16/04"."""

import datetime
import re
import unicodedata
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import ngettext, pgettext_lazy

# The one time zone of all wards. Django's own way asks at each call whether somebody has chosen another.
HERE = ZoneInfo(settings.TIME_ZONE)
WEEKDAYS = [
    pgettext_lazy("weekday", "Monday"),
    pgettext_lazy("weekday", "Tuesday"),
    pgettext_lazy("weekday", "Wednesday"),
    pgettext_lazy("weekday", "Thursday"),
    pgettext_lazy("weekday", "Friday"),
    pgettext_lazy("weekday", "Saturday"),
    pgettext_lazy("weekday", "Sunday"),
]
WEEKDAYS_SHORT = [
    pgettext_lazy("weekday", "Mon"),
    pgettext_lazy("weekday", "Tue"),
    pgettext_lazy("weekday", "Wed"),
    pgettext_lazy("weekday", "Thu"),
    pgettext_lazy("weekday", "Fri"),
    pgettext_lazy("weekday", "Sat"),
    pgettext_lazy("weekday", "Sun"),
]
_SHAPES = [
    re.compile(r"(?P<day>\d{1,2})[/.\- ](?P<month>\d{1,2})(?:[/.\- ](?P<year>\d{4}|\d{2}))?", re.ASCII),
    re.compile(r"(?P<day>\d{2})(?P<month>\d{2})(?P<year>\d{4}|\d{2})?", re.ASCII),
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})", re.ASCII),
]


# Beyond these the calendar, an added month or the day before would have to be a day that does not exist.
FIRST, LAST = datetime.date(1900, 1, 1), datetime.date(2199, 12, 31)


def parse_date(text: str, year: int) -> datetime.date | None:
    """The date somebody typed, day first; without a year it is in `year`. None when it is no date, or beyond bounds."""
    day = any_date(text, year)
    return day if day and FIRST <= day <= LAST else None


def any_date(text: str, year: int) -> datetime.date | None:
    """As `parse_date`, whatever the year."""
    for shape in _SHAPES:
        if found := shape.fullmatch(text.strip()):
            typed = found["year"]
            in_year = year if typed is None else int(typed) + (2000 if len(typed) == 2 else 0)
            try:
                return datetime.date(in_year, int(found["month"]), int(found["day"]))
            except ValueError:
                return None
    return None


def month_first(text: str) -> datetime.date | None:
    """What a day with its year says if the month was written first, as English writes it: 03/25/2026."""
    found = _SHAPES[0].fullmatch(text.strip())
    if not found or not found["year"]:
        return None
    return any_date(f"{found['month']}/{found['day']}/{found['year']}", 2000)


_CLOCK = [
    re.compile(r"(?P<hour>\d{1,2})(?:\s*(?:h|g|giờ)\s*(?:(?P<minute>\d{1,2})\s*(?:phút|p)?)?)?", re.ASCII),
    re.compile(r"(?P<hour>\d{1,2})[:.]?(?P<minute>\d{2})(?::\d{2})?", re.ASCII),
]


def parse_time(text: str) -> datetime.time | None:
    """The time somebody typed: `7h`, `7g30`, `0730`, `07:30`, `7.30`, `7 giờ 30`; `19h5` is 19:05. None for no time."""
    typed = unicodedata.normalize("NFKC", text).strip().lower()
    for shape in _CLOCK:
        if found := shape.fullmatch(typed):
            hour, minute = int(found["hour"]), int(found["minute"] or 0)
            return datetime.time(hour, minute) if hour < 24 and minute < 60 else None
    return None


def full_date(day: datetime.date) -> str:
    return f"{day.day:02}/{day.month:02}/{day.year:04}"


def short_date(day: datetime.date, today: datetime.date) -> str:
    """dd/mm in the year of `today`, dd/mm/yyyy in any other."""
    return f"{day.day:02}/{day.month:02}" if day.year == today.year else full_date(day)


def weekday_date(day: datetime.date, today: datetime.date) -> str:
    """ "Thứ Bảy 16/04" """
    return f"{WEEKDAYS[day.weekday()]} {short_date(day, today)}"


def monday(day: datetime.date) -> datetime.date:
    """The first day of its week."""
    return day - datetime.timedelta(days=day.weekday())


def quarter_of(day: datetime.date) -> tuple[datetime.date, datetime.date]:
    """First and last day of the quarter in which the day lies."""
    first = day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    return first, (first + datetime.timedelta(days=95)).replace(day=1) - datetime.timedelta(days=1)


def days_late(days: int) -> str:
    return ngettext("%(days)d day overdue", "%(days)d days overdue", days) % {"days": days}
