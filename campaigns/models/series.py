"""Tasks that come again: what is given, to whom, and the tasks that are made from it as their turn comes."""

import datetime
from collections.abc import Iterable, Iterator
from typing import Any

from dateutil.relativedelta import relativedelta
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.access import Decision, Permission
from accounts.models import Unit, User
from accounts.querysets import WardQuerySet
from campaigns.choices import Every
from campaigns.models.campaign import Campaign, Undertaking
from campaigns.models.plan import PlanItem
from campaigns.models.work import SAID, Work, work_constraints
from campaigns.querysets import TaskSeriesQuerySet
from core.keys import WardKey
from core.models import WardModel, save_all, today, tracked
from deadlines.models import Calendar
from notifications import outbox

STEPS = {
    Every.WEEK: relativedelta(weeks=1),
    Every.FORTNIGHT: relativedelta(weeks=2),
    Every.MONTH: relativedelta(months=1),
    Every.QUARTER: relativedelta(months=3),
}
MOST_AHEAD = 60  # days between a task being given and its due day


@tracked
class TaskSeries(Work, WardModel):
    """A task that comes again in one campaign, for each of its lead units.

    What is changed counts for the tasks that are still to be made; those that were given stay as they are.
    """

    campaign = WardKey(Campaign, models.PROTECT, related_name="task_series", verbose_name=_("campaign"))
    plan_item = WardKey(
        PlanItem, models.PROTECT, null=True, blank=True, related_name="task_series", verbose_name=_("plan item")
    )
    undertaking = WardKey(
        Undertaking, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("undertaking")
    )
    every = models.CharField(_("comes again every"), max_length=10, choices=Every, default=Every.MONTH)
    first_on = models.DateField(_("first due on"))
    until = models.DateField(_("last due on"), null=True, blank=True)
    days_ahead = models.PositiveSmallIntegerField(
        _("given so many days before"),
        default=10,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_AHEAD)],
    )
    ended_on = models.DateField(_("ended on"), null=True, blank=True, editable=False)

    objects = TaskSeriesQuerySet.as_manager()

    class Meta:
        verbose_name = _("task that comes again")
        verbose_name_plural = _("tasks that come again")
        ordering = ["first_on", "id"]
        constraints = [
            models.CheckConstraint(
                name="campaigns_series_days",
                condition=Q(until__isnull=True) | Q(until__gte=F("first_on")),
                violation_error_message=_("The last day can not be before the first."),
            ),
            models.CheckConstraint(
                name="campaigns_series_ahead",
                condition=Q(days_ahead__gte=1, days_ahead__lte=MOST_AHEAD),
                violation_error_message=_("A task is given 1 to 60 days before it is due."),
            ),
            *work_constraints("campaigns_series"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("campaigns:series_detail", args=[self.pk])

    @property
    def runs(self) -> bool:
        return self.ended_on is None and self.campaign.is_open

    # ---- the days -----------------------------------------------------------------------------------
    def days(self, start: datetime.date, end: datetime.date) -> Iterator[datetime.date]:
        """The due days by the rule from `start` to `end`, whatever the calendar says.

        Each is counted from the first: of a series of the 31st the shorter months have their last day, and the
        31st comes back.
        """
        end = min(end, self.campaign.closes_on, self.until or end)
        step, n = STEPS[Every(self.every)], 0
        while (day := self.first_on + step * n) <= end:
            if day >= start:
                yield day
            n += 1

    def days_in(self, year: Campaign) -> tuple[datetime.date, datetime.date | None]:
        """First and last due day by the same rule in another year: weekdays stay, days of the month too.

        One that lasted to the end of its year begins with the other; one with a last day keeps its season.
        """
        years = relativedelta(years=year.year - self.campaign.year)
        start = max(self.first_on + years, year.opens_on) if self.until else year.opens_on
        step, n = STEPS[Every(self.every)], 0
        while (first := self.first_on + step * n) < start:
            n += 1
        return first, self.until and max(first, min(self.until + years, year.closes_on))

    def due_on(self, day: datetime.date, calendar: Calendar) -> datetime.date:
        """The working day on which the task of a day of the rule is due."""
        return calendar.nearest_working_day(day, self.campaign.closes_on)

    def last_to_give(self, on: datetime.date) -> datetime.date:
        """The last due day whose task is given by now."""
        return on + datetime.timedelta(days=self.days_ahead)

    # ---- who may ------------------------------------------------------------------------------------
    def can_edit(self, user: User) -> Decision:
        allowed = self.campaign.can_change() and access.can(user, Permission.TASK_ASSIGN)
        if allowed and self.ended_on:
            return access.denied(gettext("This series is ended. Begin a new one."))
        return allowed

    # ---- verbs --------------------------------------------------------------------------------------
    @property
    def leads(self) -> "list[SeriesUnit]":
        return [row for row in self.units.all() if row.leads]

    @property
    def helpers(self) -> "list[SeriesUnit]":
        return [row for row in self.units.all() if not row.leads]

    def plan(self, *, by: User | None, lead_units: Iterable[Unit], helpers: Iterable[Unit] = ()) -> None:
        """Begin the series, and give what is due soon."""
        self.campaign.require_open()
        with transaction.atomic():
            self.save()
            self._set_units(lead_units, helpers)
            outbox.record("campaigns.series.planned", subject=self, by=by)
            self.generate(by=by)

    def edit(self, *, by: User | None, lead_units: Iterable[Unit], helpers: Iterable[Unit] = (), **fields: Any) -> None:
        self.campaign.require_open()
        for name, value in fields.items():
            setattr(self, name, value)
        with transaction.atomic():
            self.save(update_fields=list(fields))
            self._set_units(lead_units, helpers)
            outbox.record("campaigns.series.edited", subject=self, by=by)
            self.generate(by=by)

    def end(self, *, by: User | None) -> None:
        """Nothing more is made; what was given stays."""
        self.campaign.require_open()
        with transaction.atomic():
            running = TaskSeries.objects.filter(pk=self.pk, ward_id=self.ward_id, ended_on__isnull=True)
            if running.update(ended_on=today()) != 1:
                raise ValidationError(gettext("This series is ended already."))
            self.ended_on = today()
            outbox.record("campaigns.series.ended", subject=self, by=by)

    def generate(self, *, by: User | None = None) -> list[Any]:
        """Give the tasks whose turn has come and that are not there yet, to units that are there today.

        May run any number of times, also at once: the series is locked, and a unit has one task of a day. Days that
        passed while nothing ran are left out: nobody is given a task that is overdue.
        """
        with transaction.atomic():
            locked = TaskSeries.objects.filter(pk=self.pk, ward_id=self.ward_id, ended_on__isnull=True)
            if not locked.select_for_update(of=("self",), no_key=True).exists() or not self.campaign.is_open:
                return []
            return self._give(by)

    def _give(self, by: User | None) -> list[Any]:
        calendar = Calendar(self.ward_id)
        first = max(today(), self.campaign.opens_on)
        due = {day: self.due_on(day, calendar) for day in self.days(first, self.last_to_give(today()))}
        task_model: Any = self.tasks.model
        if not due:
            return []
        rows = list(self.units.select_related("unit"))
        there = set(self.tasks.filter(series_on__in=due).values_list("series_unit", "series_on"))
        leads = [row.unit for row in rows if row.leads and row.unit.is_valid_on(today())]
        made = [
            task_model(
                ward_id=self.ward_id,
                campaign=self.campaign,
                series=self,
                series_on=day,
                series_unit=unit,
                lead_unit=unit,
                due_on=due_on,
                plan_item_id=self.plan_item_id,
                undertaking_id=self.undertaking_id,
                **{name: getattr(self, name) for name in SAID},
            )
            for day, due_on in due.items()
            for unit in leads
            if (unit.pk, day) not in there
        ]
        if made:
            task_model.assign_all(made, by=by, helpers=[row.unit for row in rows if not row.leads])
        return made

    def _set_units(self, lead_units: Iterable[Unit], helpers: Iterable[Unit]) -> None:
        leads = {unit.pk for unit in lead_units}
        wanted = {unit.pk: False for unit in helpers} | dict.fromkeys(leads, True)
        known = dict(self.units.values_list("unit_id", "leads"))
        self.units.filter(unit__in=[pk for pk, leads in known.items() if wanted.get(pk) is not leads]).delete()
        new = {pk: leads for pk, leads in wanted.items() if known.get(pk) is not leads}
        save_all([SeriesUnit(ward_id=self.ward_id, series=self, unit_id=pk, leads=new[pk]) for pk in new])


@tracked
class SeriesUnit(WardModel):
    """A unit that each task of the series is given to, or that cooperates."""

    series = WardKey(TaskSeries, models.CASCADE, related_name="units", verbose_name=_("task that comes again"))
    unit = WardKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    leads = models.BooleanField(_("leads"), default=True)

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("unit of a series")
        verbose_name_plural = _("units of a series")
        constraints = [models.UniqueConstraint("ward", "series", "unit", name="campaigns_seriesunit_pair")]

    def __str__(self) -> str:
        return str(self.unit)
