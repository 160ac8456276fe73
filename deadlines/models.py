"""The ward's working calendar. A year without a calendar is said to be missing, never guessed."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.querysets import WardQuerySet
from core.models import WardModel, tracked
from deadlines.choices import DayKind, YearState


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
        constraints = [models.UniqueConstraint("ward", "year", name="deadlines_calendaryear_year")]

    def __str__(self) -> str:
        return str(self.year)


@tracked
class CalendarDay(WardModel):
    """A day that differs from its week: a holiday, or a Saturday worked in exchange."""

    date = models.DateField(_("day"))
    kind = models.CharField(_("kind"), max_length=12, choices=DayKind)
    name = models.CharField(_("name"), max_length=100)
    source = models.CharField(_("source"), max_length=200, blank=True)

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar days")
        ordering = ["date"]
        constraints = [models.UniqueConstraint("ward", "date", name="deadlines_calendarday_date")]

    def __str__(self) -> str:
        return f"{self.date:%d/%m/%Y} {self.name}"
