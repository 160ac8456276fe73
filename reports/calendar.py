"""The calendar: a month, a week or a year of the agenda on the ward's own days off."""

import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from dateutil.relativedelta import relativedelta
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Unit, User
from campaigns.models import Campaign
from core import agenda, dates, past
from core.agenda import Item
from core.dates import monday
from core.models import today
from deadlines.models import Calendar, look_of

# What an item is about, by the app and, where an app has several, the table of its row.
ABOUT = {
    "task": gettext_lazy("Tasks"),
    "document": gettext_lazy("Plans and documents"),
    "meeting": gettext_lazy("Sessions"),
    "models_registry": gettext_lazy("Models and the contest"),
    "clearance": gettext_lazy("Land clearance"),
    "beautification": gettext_lazy("Streets and clean-ups"),
    "publicity": gettext_lazy("Publicity"),
    "reports": gettext_lazy("Reports"),
    "other": gettext_lazy("Other"),
}
VIEWS = {"week": gettext_lazy("Week"), "month": gettext_lazy("Month"), "year": gettext_lazy("Year")}
ONE_DAY = datetime.timedelta(days=1)
STEPS = {"week": relativedelta(weeks=1), "month": relativedelta(months=1), "year": relativedelta(years=1)}
SHOWN = 3  # items in a square of a month
WEEKEND = 5


@dataclass
class Day:
    """A day of the page. kind: tet, off, worked (a weekend worked in exchange), weekend or ""; name: of the holiday."""

    on: datetime.date
    kind: str = ""
    name: str = ""
    is_beside: bool = False  # of the month before or after
    items: list[Item] = field(default_factory=list)

    @property
    def css(self) -> str:
        """The classes of its square in a month; a phone leaves out what is free or of another month."""
        names = {self.kind: self.kind, "beside": self.is_beside, "free": not self.items and not self.name}
        return " ".join(f"dv-cal-{name}" for name, holds in names.items() if holds)

    @property
    def css_of_month(self) -> str:
        """In a month the number of the month stands behind its first day, and on a phone behind each."""
        return "" if self.is_beside or self.on.day == 1 else "dv-cal-wd"

    @property
    def first(self) -> list[Item]:
        return self.items[:SHOWN] if self.more else self.items

    @property
    def more(self) -> int:
        """How many do not fit; one more is shown rather than said."""
        return len(self.items) - SHOWN if len(self.items) > SHOWN + 1 else 0


@dataclass(frozen=True)
class Sheet:
    """What one page of the calendar spans. day: the one that was asked for."""

    view: str
    day: datetime.date

    @property
    def first(self) -> datetime.date:
        if self.view == "week":
            return monday(self.day)
        return self.day.replace(day=1) if self.view == "month" else self.day.replace(month=1, day=1)

    @property
    def last(self) -> datetime.date:
        return self.first + STEPS[self.view] - ONE_DAY

    @property
    def grid(self) -> tuple[datetime.date, datetime.date]:
        """The days shown: a month with the days that fill its weeks."""
        if self.view != "month":
            return self.first, self.last
        return monday(self.first), monday(self.last) + ONE_DAY * 6

    @property
    def title(self) -> str:
        if self.view == "week":
            days = {"first": f"{self.first:%d/%m}", "last": dates.full_date(self.last)}
            return _("Calendar, week of %(first)s to %(last)s") % days
        if self.view == "month":
            return _("Calendar of %(month)s") % {"month": date_format(self.first, "m/Y")}
        return _("Calendar of the year %(year)s") % {"year": self.first.year}

    def beside(self, steps: int) -> datetime.date | None:
        """A day of the page before or after this one; None beyond the years that days can be in."""
        day = self.first + steps * STEPS[self.view]
        return day if dates.FIRST <= day <= dates.LAST - relativedelta(years=1) else None


def own(user: User, campaign: Campaign, start: datetime.date, end: datetime.date) -> list[Item]:
    """What the person has to do or decide, and what takes place where the person works."""
    found = _items(user, campaign, start, end)
    return [item for item in found if item.kind == "event" or item.action or item.waits_for_signature]


def of_ward(user: User, campaign: Campaign, start: datetime.date, end: datetime.date) -> list[Item]:
    return _items(user, campaign, start, end)


def of_unit(user: User, campaign: Campaign, start: datetime.date, end: datetime.date, unit: Unit) -> list[Item]:
    return _items(user, campaign, start, end, unit)


def _items(
    user: User, campaign: Campaign, start: datetime.date, end: datetime.date, unit: Unit | None = None
) -> list[Item]:
    """Nothing is due any more in a year that is closed."""
    on = past.current().on or today()
    found = agenda.items(agenda.Ask(user, campaign, start, end, on, unit, whole=True))
    return found if campaign.is_open else [item for item in found if item.kind == "event"]


def about(item: Item) -> str:
    """A code of ABOUT."""
    meta = item.subject._meta
    return next((code for code in (meta.model_name, meta.app_label) if code in ABOUT), "other")


def days_of(sheet: Sheet, ward_id: int, items: Sequence[Item]) -> list[Day]:
    """Every day of the sheet, with what falls on it and what the ward's calendar says of it."""
    first, last = sheet.grid
    calendar, on_day = Calendar(ward_id), defaultdict(list)
    for item in items:
        on_day[item.due_on].append(item)
    days = [first + ONE_DAY * n for n in range((last - first).days + 1)]
    return [
        Day(day, *_kind(calendar, day), is_beside=not sheet.first <= day <= sheet.last, items=on_day[day])
        for day in days
    ]


def _kind(calendar: Calendar, day: datetime.date) -> tuple[str, str]:
    row = calendar.special(day) if calendar.has_year(day.year) else None
    if row is None:
        return ("weekend" if day.weekday() >= WEEKEND else "", "")
    return look_of(row), row.name


def months(days: Sequence[Day]) -> list[tuple[datetime.date, list[list[Day | None]]]]:
    """A year by months and their weeks; None before the first and after the last day of a month."""
    by_month: dict[int, list[Day]] = defaultdict(list)
    for day in days:
        by_month[day.on.month].append(day)
    found = []
    for of_month in by_month.values():
        filled: list[Any] = [None] * of_month[0].on.weekday() + of_month
        filled += [None] * (-len(filled) % 7)
        found.append((of_month[0].on, [filled[n : n + 7] for n in range(0, len(filled), 7)]))
    return found
