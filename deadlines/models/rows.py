"""The years and days of a ward's working calendar."""

import datetime
from collections.abc import Iterable
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
from core.models import WardModel, refusals_said, tracked
from deadlines.choices import DAYS_OFF, Backing, DayKind, YearState
from deadlines.models import proposal, swaps

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
        """Enter a year's days off as the ward's own table, decisions, the law and the lunar calendar give them.

        An officer confirms them. Days that somebody has entered already stay as they are.
        """
        if cls.objects.filter(ward=ward, year=year).exists():
            has_one = gettext("Year %(year)s has a calendar already. Change its days.") % {"year": year}
            raise ValidationError({"year": has_one})
        days = proposal.proposed_days(year, DaySwap.decisions(ward.pk))
        rows = [CalendarDay(ward=ward, **day._asdict()) for day in days]
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

    @classmethod
    def refresh(cls, ward_id: int, dates: Iterable[datetime.date]) -> None:
        """Bring days, and those exchanged for them, to what would be proposed now.

        What somebody entered stays. A year without a calendar stays without one.
        """
        wanted = set(dates)
        named = [f"{day:%d/%m/%Y}" for day in wanted]

        def is_concerned(day: Any) -> bool:
            return day.date in wanted or any(name in day.name for name in named)

        years = CalendarYear.objects.filter(ward_id=ward_id, year__in={day.year for day in wanted})
        own = DaySwap.decisions(ward_id)
        for year in years.values_list("year", flat=True):
            there = cls.objects.filter(ward_id=ward_id, date__year=year).exclude(backing=Backing.HAND)
            there.filter(pk__in=[row.pk for row in there if is_concerned(row)]).delete()
            proposed = filter(is_concerned, proposal.proposed_days(year, own))
            rows = [cls(ward_id=ward_id, **day._asdict()) for day in proposed]
            cls.objects.bulk_create(rows, ignore_conflicts=True)

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


@tracked
class DaySwap(WardModel):
    """A line of the ward's own table: a working day that is free, and the day of the weekend worked for it.

    It comes before the project's table and before the library. Calendars that are there follow it at once, except on
    days that somebody entered by hand.
    """

    off = models.DateField(_("day off"))
    worked = models.DateField(_("worked instead"))
    number = models.CharField(_("number of the decision"), max_length=60)
    issuer = models.CharField(_("issued by"), max_length=120)
    dated_on = models.DateField(_("dated"))
    source = models.CharField(_("source"), max_length=200, blank=True)

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("exchange of days")
        verbose_name_plural = _("exchanges of days")
        ordering = ["-off"]
        constraints = [
            models.UniqueConstraint(
                "ward",
                "off",
                name="deadlines_swap_off",
                violation_error_message=_("This day off stands in the table already. Change it there."),
            ),
            models.UniqueConstraint(
                "ward",
                "worked",
                name="deadlines_swap_worked",
                violation_error_message=_("This day worked stands in the table already. Change it there."),
            ),
            models.CheckConstraint(
                name="deadlines_swap_week",
                condition=Q(off__iso_week_day__lte=5),
                violation_error_message=_("The day off is a day from Monday to Friday."),
            ),
            models.CheckConstraint(
                name="deadlines_swap_weekend",
                condition=Q(worked__iso_week_day__gte=6),
                violation_error_message=_("Only a Saturday or a Sunday can be worked in exchange."),
            ),
            models.CheckConstraint(name="deadlines_swap_decided", condition=~Q(number="") & ~Q(issuer="")),
        ]

    def __str__(self) -> str:
        return f"{self.off:%d/%m/%Y} ↔ {self.worked:%d/%m/%Y}"

    def get_absolute_url(self) -> str:
        return reverse("deadlines:swap_list")

    @property
    def decision(self) -> swaps.Decision:
        return swaps.Decision(
            self.off.year, self.off, self.worked, self.number, self.issuer, self.dated_on, self.source
        )

    @classmethod
    def decisions(cls, ward_id: int) -> list[swaps.Decision]:
        return [row.decision for row in cls.objects.filter(ward_id=ward_id)]

    def enter(self, *, by: User | None) -> None:
        """Save a new line or a corrected one."""
        days = [*self.days_in_table(), self.off, self.worked]
        with transaction.atomic(), _noted(by), refusals_said():
            self.save()
            CalendarDay.refresh(self.ward_id, days)

    def remove(self, *, by: User | None) -> None:
        days = self.days_in_table()
        with transaction.atomic(), _noted(by):
            self.delete()
            CalendarDay.refresh(self.ward_id, days)

    def days_in_table(self) -> list[datetime.date]:
        """As the table has them."""
        former = DaySwap.objects.filter(ward_id=self.ward_id, pk=self.pk).values_list("off", "worked")
        return [day for pair in former for day in pair]


def look_of(day: CalendarDay) -> str:
    """Which colour the day has in a calendar: tet, off or worked."""
    if day.kind == DayKind.TET:
        return "tet"
    return "off" if day.kind in DAYS_OFF else "worked"


def days_of_year(user: User, year: int) -> models.QuerySet[CalendarDay]:
    start, end = datetime.date(year, 1, 1), datetime.date(year, 12, 31)
    return CalendarDay.objects.visible_to(user).filter(date__range=(start, end))
