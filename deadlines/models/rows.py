"""The years and days of a ward's working calendar."""

import datetime
from typing import Any

import pghistory
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.access import Decision, Permission
from accounts.models import User, Ward
from accounts.querysets import WardQuerySet
from core.models import WardModel, tracked
from deadlines.choices import DAYS_OFF, Backing, DayKind, YearState
from deadlines.models import proposal

FIRST_YEAR, LAST_YEAR = 2000, 2100  # what the lunar tables and the list of holidays know for sure


def can_edit_calendar(user: User) -> Decision:
    return access.can(user, Permission.CALENDAR_EDIT)


def _noted(by: User | None) -> Any:
    """The calendar stands below events: the field history is its record, and it knows who."""
    return pghistory.context(user=by and by.pk)


@tracked
class CalendarYear(WardModel):
    year = models.PositiveSmallIntegerField(_("year"))
    state = models.CharField(_("state"), max_length=12, choices=YearState, default=YearState.PROVISIONAL)
    source = models.CharField(_("source"), max_length=200, blank=True)

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar year")
        verbose_name_plural = _("calendar years")
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint("ward", "year", name="deadlines_calendaryear_year"),
            models.CheckConstraint(
                name="deadlines_calendaryear_known",
                condition=Q(year__gte=FIRST_YEAR, year__lte=LAST_YEAR),
                violation_error_message=_("Choose a year from 2000 to 2100."),
            ),
            models.CheckConstraint(
                name="deadlines_calendaryear_confirmed_source",
                condition=Q(state=YearState.PROVISIONAL) | ~Q(source=""),
                violation_error_message=_("A confirmed calendar names its source."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.year)

    def get_absolute_url(self) -> str:
        return reverse("deadlines:year_detail", args=[self.year])

    @classmethod
    def propose(cls, ward: Ward, year: int, by: User | None) -> "CalendarYear":
        """Enter a year's days off as decisions, the law and the lunar calendar give them; an officer confirms them.

        Days that somebody has entered already stay as they are.
        """
        if cls.objects.filter(ward=ward, year=year).exists():
            has_one = gettext("Year %(year)s has a calendar already. Change its days.") % {"year": year}
            raise ValidationError({"year": has_one})
        rows = [CalendarDay(ward=ward, **day._asdict()) for day in proposal.proposed_days(year)]
        with transaction.atomic(), _noted(by):
            row = cls.objects.create(ward=ward, year=year, source=proposal.source())
            CalendarDay.objects.bulk_create(rows, ignore_conflicts=True)
        return row

    def confirm(self, *, by: User | None, source: str) -> None:
        """An officer has compared the days with the official notice named as the source."""
        self.state, self.source = YearState.CONFIRMED, source
        with _noted(by):
            self.save(update_fields=["state", "source"])


@tracked
class CalendarDay(WardModel):
    """A day that differs from its week: a holiday, or a Saturday worked in exchange."""

    date = models.DateField(_("day"))
    kind = models.CharField(_("kind"), max_length=12, choices=DayKind)
    name = models.CharField(_("name"), max_length=100)
    source = models.CharField(_("source"), max_length=200, blank=True)
    backing = models.CharField(_("backed by"), max_length=10, choices=Backing, default=Backing.HAND, editable=False)

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar days")
        ordering = ["date"]
        constraints = [
            models.UniqueConstraint(
                "ward",
                "date",
                name="deadlines_calendarday_date",
                violation_error_message=_("This day stands in the calendar already. Change it there."),
            ),
            models.CheckConstraint(
                name="deadlines_calendarday_swap_weekend",
                condition=~Q(kind=DayKind.SWAP_WORKING) | Q(date__iso_week_day__gte=6),
                violation_error_message=_("Only a Saturday or a Sunday can be worked in exchange."),
            ),
            models.CheckConstraint(
                name="deadlines_calendarday_backed",
                condition=Q(backing=Backing.HAND) | ~Q(source=""),
                violation_error_message=_("Name the decision or the law behind the day."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date:%d/%m/%Y} {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("deadlines:year_detail", args=[self.date.year])

    def require_year(self) -> None:
        """A single day is no calendar: its year comes first."""
        year = self.date.year
        if not CalendarYear.objects.filter(ward_id=self.ward_id, year=year).exists():
            raise ValidationError(
                {"date": gettext("Year %(year)s has no calendar yet. Propose it first.") % {"year": year}}
            )

    def add(self, *, by: User | None) -> None:
        self.require_year()
        with _noted(by):
            self.save()

    def edit(self, *, by: User | None, **fields: Any) -> None:
        """Once somebody has changed it, that person backs the day, and no decision or library."""
        fields["backing"] = Backing.HAND
        for name, value in fields.items():
            setattr(self, name, value)
        self.require_year()
        with _noted(by):
            self.save(update_fields=list(fields))

    def remove(self, *, by: User | None) -> None:
        with _noted(by):
            self.delete()


def look_of(day: CalendarDay) -> str:
    """Which colour the day has in a calendar: tet, off or worked."""
    if day.kind == DayKind.TET:
        return "tet"
    return "off" if day.kind in DAYS_OFF else "worked"


def days_of_year(user: User, year: int) -> models.QuerySet[CalendarDay]:
    start, end = datetime.date(year, 1, 1), datetime.date(year, 12, 31)
    return CalendarDay.objects.visible_to(user).filter(date__range=(start, end))
