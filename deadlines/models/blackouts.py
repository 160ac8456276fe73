"""Days and hours on which the ward sets nothing towards a household: dated rows with their source, never code."""

import datetime
import json
from collections.abc import Iterator
from pathlib import Path

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.access import AddedBy, Decision, Permission
from accounts.models import User, Ward, days
from accounts.querysets import TermQuerySet
from core.models import Period, WardModel, save_all, today, tracked
from deadlines.choices import BlackoutKind, CountedFrom, DayKind
from deadlines.models.calendar import Calendar
from deadlines.models.deadlines import VERIFIED_PAIR
from deadlines.models.proposal import is_first_of_tet
from deadlines.models.rows import CalendarDay, _noted

DATA = Path(__file__).parent.parent / "data" / "blackouts.json"
DECEMBER = 12


@tracked
class Blackout(WardModel, Period):
    """days: before and after Tết. One that nobody has verified is only asked about."""

    kind = models.CharField(_("when"), max_length=10, choices=BlackoutKind)
    days = models.PositiveSmallIntegerField(_("days before and after"), null=True, blank=True)
    counted_from = models.CharField(_("counted from"), max_length=10, choices=CountedFrom, blank=True)
    opens_at = models.TimeField(_("office opens"), null=True, blank=True)
    closes_at = models.TimeField(_("office closes"), null=True, blank=True)
    legal_ref = models.CharField(_("legal reference"), max_length=200)
    source = models.CharField(_("source"), max_length=200)
    verified_by = models.CharField(_("verified by"), max_length=80, blank=True)
    verified_on = models.DateField(_("verified on"), null=True, blank=True)

    objects = TermQuerySet.as_manager()

    added_by = AddedBy(Permission.CALENDAR_EDIT, "deadlines:rule_list")

    class Meta:
        verbose_name = _("closed time")
        verbose_name_plural = _("closed times")
        ordering = ["kind", "-valid_from"]
        constraints = [
            *Period.Meta.constraints,
            models.CheckConstraint(
                name="deadlines_blackout_whole",
                condition=Q(kind=BlackoutKind.DAYS_OFF)
                | (Q(kind=BlackoutKind.TET, days__isnull=False, days__gte=1) & ~Q(counted_from=""))
                | Q(
                    kind=BlackoutKind.HOURS,
                    opens_at__isnull=False,
                    closes_at__isnull=False,
                    closes_at__gt=F("opens_at"),
                ),
                violation_error_message=_("Say how many days and from where, or from which hour to which."),
            ),
            models.CheckConstraint(
                name="deadlines_blackout_verified",
                condition=VERIFIED_PAIR,
                violation_error_message=_("Say both who verified the rule and when."),
            ),
            ExclusionConstraint(
                name="deadlines_blackout_once",
                expressions=[
                    ("ward", RangeOperators.EQUAL),
                    ("kind", RangeOperators.EQUAL),
                    (days(), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("Another row says this for these days already."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())

    def get_absolute_url(self) -> str:
        return f"{reverse('deadlines:rule_list')}#closed-times"

    @property
    def is_verified(self) -> bool:
        return self.verified_on is not None

    @property
    def extent(self) -> str:
        """`15 days before and after, from the official break`; `07:30 to 17:00`."""
        if self.kind == BlackoutKind.TET:
            said = {"count": self.days, "since": self.get_counted_from_display()}
            return gettext("%(count)d days before and after, %(since)s") % said
        if self.opens_at and self.closes_at:
            hours = {"first": time_format(self.opens_at, "H:i"), "last": time_format(self.closes_at, "H:i")}
            return gettext("open from %(first)s to %(last)s") % hours
        return gettext("by the ward's calendar")

    @classmethod
    def propose(cls, ward: Ward, *, by: User | None) -> int:
        """Enter the rows that are generally known and that the ward has not, none of them verified; how many."""
        known = set(cls.objects.filter(ward=ward).values_list("kind", flat=True))
        rows = [
            cls(ward=ward, **row) for row in json.loads(DATA.read_text(encoding="utf-8")) if row["kind"] not in known
        ]
        with _noted(by):
            save_all(rows)
        return len(rows)

    def can_verify(self, user: User) -> Decision:
        return access.can(user, Permission.CALENDAR_EDIT)

    def verify(self, *, by: User) -> None:
        """Somebody has compared the row with the text of the law."""
        with _noted(by):
            waiting = Blackout.objects.filter(pk=self.pk, ward_id=self.ward_id, verified_on=None)
            waiting.update(verified_by=by.full_name, verified_on=today())

    def why(self, day: datetime.date, at: datetime.time | None, calendar: Calendar) -> str:
        """Why nothing is set on that day or hour; "" where this row says nothing. Raises CalendarMissing."""
        if self.kind == BlackoutKind.DAYS_OFF:
            return gettext("%(day)s is a day off.") % {"day": _said(day)} if calendar.is_day_off(day) else ""
        if self.kind == BlackoutKind.HOURS:
            is_closed = at is not None and not self.opens_at <= at < self.closes_at  # type: ignore[operator]
            return gettext("The office is closed then: %(hours)s.") % {"hours": self.extent} if is_closed else ""
        for year in (day.year, day.year + 1) if day.month == DECEMBER else (day.year,):
            first, last = self._around_tet(year, calendar)
            if first <= day <= last:
                said = {"first": _said(first), "last": _said(last), "extent": self.extent}
                return gettext("From %(first)s to %(last)s nothing is set because of Tết (%(extent)s).") % said
        return ""

    def _around_tet(self, year: int, calendar: Calendar) -> tuple[datetime.date, datetime.date]:
        """The first and the last closed day; of a year whose calendar has no such day, none."""
        calendar.is_day_off(datetime.date(year, 1, 1))  # a missing calendar is said
        rows = CalendarDay.objects.filter(ward=self.ward_id, date__year=year, kind=DayKind.TET).order_by("date")
        from_first = self.counted_from == CountedFrom.FIRST_DAY
        offs = [row.date for row in rows if not from_first or is_first_of_tet(row.name)]
        if not offs:
            return datetime.date.max, datetime.date.min
        first, last = offs[0], offs[-1]
        if self.counted_from == CountedFrom.BREAK:
            first, last = calendar.days_off_around(first)[0], calendar.days_off_around(last)[-1]
        margin = datetime.timedelta(days=self.days or 0)
        return first - margin, last + margin


def closed_by(ward_id: int, day: datetime.date, at: datetime.time | None = None) -> Iterator[tuple[Blackout, str]]:
    """The rows that close a day or an hour, each with the reason. Raises CalendarMissing."""
    calendar = Calendar(ward_id)
    for row in Blackout.objects.filter(ward=ward_id).valid_on(day):
        if why := row.why(day, at, calendar):
            yield row, why


def _said(day: datetime.date) -> str:
    return date_format(day, "d/m/Y")
