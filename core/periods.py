"""Periods that papers report on: which month, quarter, half year or year a day belongs to, and how it is called.

Where a rule lets reports close on the 14th, the month of April runs from 15/03 to 14/04 and the year from 15/12 of the
year before. The day is the ward's data; without one a month ends on its last day.
"""

import datetime
from calendar import monthrange
from dataclasses import dataclass

from dateutil.relativedelta import relativedelta
from django.utils.translation import gettext as _

MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
ROMAN = ("I", "II", "III", "IV")
DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """kind: of MONTHS, or "free" for days that somebody chose. closes: the day of the month on which reports close."""

    kind: str
    first: datetime.date
    last: datetime.date
    closes: int | None = None

    @property
    def before(self) -> "Span":
        """The period of the same kind, or of the same length, that ended the day before this one begins."""
        if self.kind in MONTHS and self == span_of(self.kind, self.last, self.closes):
            return span_of(self.kind, self.first - DAY, self.closes)
        return Span(self.kind, self.first - (self.last - self.first) - DAY, self.first - DAY, self.closes)

    @property
    def after(self) -> "Span":
        return span_of(self.kind, self.last + DAY, self.closes)

    @property
    def words(self) -> str:
        """As titles of papers call it."""
        year, month = self.last.year, self.last.month
        if self.kind not in MONTHS or self != span_of(self.kind, self.last, self.closes):
            return _("from %(first)s to %(last)s") % {
                "first": f"{self.first:%d/%m/%Y}",
                "last": f"{self.last:%d/%m/%Y}",
            }
        if self.kind == "month":
            return _("of month %(month)s of %(year)s") % {"month": f"{month:02d}" if month < 3 else month, "year": year}
        if self.kind == "quarter":
            return _("of quarter %(quarter)s of %(year)s") % {"quarter": ROMAN[(month - 1) // 3], "year": year}
        if self.kind == "half_year":
            words = _("of the first six months of %(year)s") if month <= 6 else _("of the last six months of %(year)s")
            return words % {"year": year}
        return _("of the year %(year)s") % {"year": year}


def span_of(kind: str, day: datetime.date, closes: int | None = None) -> Span:
    """The period of the kind that the day lies in."""
    months = MONTHS[kind]
    belongs = day + relativedelta(months=1, day=1) if closes and day.day > closes else day.replace(day=1)
    end = belongs.replace(month=-(-belongs.month // months) * months)
    first = _closing(end - relativedelta(months=months), closes) + DAY
    return Span(kind, first, _closing(end, closes), closes)


def _closing(month: datetime.date, closes: int | None) -> datetime.date:
    length = monthrange(month.year, month.month)[1]
    return month.replace(day=min(closes or length, length))
