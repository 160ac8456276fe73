"""A task of one lead unit, its progress and its evidence."""

import datetime
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.access import Decision, Permission
from accounts.models import Unit, User
from accounts.querysets import WardQuerySet
from campaigns.choices import OPEN_STATES, UNIT_STATES, Priority, TaskState
from campaigns.models.campaign import Campaign, Undertaking, require_day
from campaigns.models.plan import PlanItem
from campaigns.querysets import EvidenceQuerySet, TaskQuerySet
from core.dated import dated
from core.files import Accepted
from core.keys import WardKey
from core.models import StateChanged, Stateful, StoredFile, Transition, WardModel, save_all, today, tracked
from core.search import folded
from core.secrecy import refuse_secret
from deadlines.models import Calendar
from notifications import outbox

LEAST_DAYS = 3  # that a unit gets for a task that is returned


@dated("title", "lead_unit", "undertaking", "due_on", "priority")
@tracked
class Task(Stateful, WardModel):
    """One piece of work of one lead unit. Overdue is computed, never stored."""

    moved_on: datetime.date  # of with_last_move()

    campaign = WardKey(Campaign, models.PROTECT, related_name="tasks", verbose_name=_("campaign"))
    plan_item = WardKey(
        PlanItem, models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name=_("plan item")
    )
    lead_unit = WardKey(Unit, models.PROTECT, related_name="led_tasks", verbose_name=_("lead unit"))
    person = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("person in charge")
    )
    undertaking = WardKey(
        Undertaking, models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name=_("undertaking")
    )
    title = models.CharField(_("task"), max_length=250, validators=[refuse_secret])
    product = models.CharField(_("product"), max_length=250, blank=True)
    target_value = models.DecimalField(
        _("target"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01"))],
    )
    target_unit = models.CharField(_("counted in"), max_length=30, blank=True)
    due_on = models.DateField(_("due on"))
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority, default=Priority.NORMAL)
    evidence_needed = models.BooleanField(_("evidence needed"), default=False)
    state = models.CharField(_("state"), max_length=15, choices=TaskState, default=TaskState.ASSIGNED)
    search_key = folded("title")

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        ordering = ["due_on", "id"]
        indexes = [
            models.Index(fields=["ward", "campaign", "due_on", "id"], name="campaigns_task_due"),
            models.Index(fields=["ward", "lead_unit", "due_on"], name="campaigns_task_unit"),
            GinIndex(name="campaigns_task_search", fields=["search_key"], opclasses=["gin_trgm_ops"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="campaigns_task_target_unit",
                condition=Q(target_value__isnull=True, target_unit="") | (Q(target_value__gt=0) & ~Q(target_unit="")),
                violation_error_message=_("Give a target with what it is counted in, or neither."),
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("campaigns:task_detail", args=[self.pk])

    def is_overdue(self, on: datetime.date) -> bool:
        return self.state in UNIT_STATES and self.due_on < on

    @property
    def is_unfinished(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def done_on(self) -> datetime.date | None:
        """The day of acceptance, for the deadline badge."""
        if self.state != TaskState.DONE:
            return None
        return next(step.on for step in self.transitions.all() if step.new == TaskState.DONE)

    def due_after_return(self, on: datetime.date) -> datetime.date:
        """The day to propose when it is returned: as much time as was left when it was handed in, three days at least.

        A working day of the campaign.
        """
        handed_in = self.transitions.filter(new=TaskState.SUBMITTED).order_by("-id").first()
        left = (self.due_on - handed_in.on).days if handed_in else 0
        due = max(self.due_on, on + datetime.timedelta(days=max(left, LEAST_DAYS)))
        return Calendar(self.ward_id).nearest_working_day(due, self.campaign.closes_on)

    def days_in_office(self, on: datetime.date) -> int:
        """For how many days up to `on` it has waited for acceptance: the office's time, not the unit's."""
        steps = [step for step in self.transitions.order_by("id") if step.on <= on]
        ends = [step.on for step in steps[1:]] + [on]
        waited = [end - step.on for step, end in zip(steps, ends, strict=True) if step.new == TaskState.SUBMITTED]
        return sum(max(time.days, 0) for time in waited)

    # ---- who may ------------------------------------------------------------------------------------
    def can_edit(self, user: User) -> Decision:
        return self._may(user, Permission.TASK_ASSIGN, OPEN_STATES)

    def can_acknowledge(self, user: User) -> Decision:
        return self._may(user, Permission.TASK_REPORT, (TaskState.ASSIGNED,)) and self._acts_for_unit(user)

    def can_report(self, user: User) -> Decision:
        """Note progress and hand in as done."""
        return self._may(user, Permission.TASK_REPORT, UNIT_STATES) and self._acts_for_unit(user)

    def can_accept(self, user: User) -> Decision:
        """Accept, or return to the unit."""
        return self._may(user, Permission.TASK_ACCEPT, (TaskState.SUBMITTED,))

    def can_cancel(self, user: User) -> Decision:
        return self._may(user, Permission.TASK_ASSIGN, OPEN_STATES)

    def _may(self, user: User, permission: Permission, states: Iterable[str]) -> Decision:
        allowed = self.campaign.can_change() and access.can(user, permission, unit=self.lead_unit)
        if allowed and self.state not in states:
            return access.denied(gettext("This task is now “%(state)s”.") % {"state": self.get_state_display()})
        return allowed

    def is_entered_for_unit(self, user: User) -> bool:
        """Somebody writes for the lead unit who does not belong to it."""
        return self.lead_unit_id not in access.grants(user).unit_ids

    def _acts_for_unit(self, user: User) -> Decision:
        return access.can(user, Permission.ENTER_FOR_OTHERS) if self.is_entered_for_unit(user) else access.ALLOWED

    # ---- verbs --------------------------------------------------------------------------------------
    def assign(self, *, by: User | None, on: datetime.date | None = None, helpers: Iterable[Unit] = ()) -> None:
        """Give the new task to its lead unit; helpers cooperate."""
        self.assign_all([self], by=by, on=on, helpers=helpers)

    @classmethod
    def assign_all(
        cls,
        tasks: "Sequence[Task]",
        *,
        by: User | None,
        on: datetime.date | None = None,
        helpers: Iterable[Unit] = (),
    ) -> None:
        """Give each new task to its lead unit, which is told of it; the same helpers cooperate in all of them."""
        for campaign in {task.campaign for task in tasks}:
            campaign.require_open()
        units = {unit.pk for unit in helpers}
        with transaction.atomic(), outbox.together():
            cls.start_all(tasks, by=by, on=on)
            pairs = [(task, unit) for task in tasks for unit in units - {task.lead_unit_id}]
            save_all([TaskUnit(ward_id=task.ward_id, task=task, unit_id=unit) for task, unit in pairs])
            for task in tasks:
                task._record("assigned", by, on)

    def edit(self, *, by: User | None, helpers: Iterable[Unit], **fields: Any) -> None:
        self.campaign.require_open()
        if self.state not in OPEN_STATES:
            raise StateChanged(self, self.state)
        for name, value in fields.items():
            setattr(self, name, value)
        with transaction.atomic():
            due_on = Task.objects.filter(pk=self.pk, ward_id=self.ward_id).values_list("due_on", flat=True).get()
            self.save(update_fields=list(fields))
            self._set_helpers(helpers)
            self._record("edited" if self.due_on == due_on else "moved", by)

    def acknowledge(self, *, by: User | None, on: datetime.date | None = None) -> None:
        with transaction.atomic():
            self._step(TaskState.ACKNOWLEDGED, since=[TaskState.ASSIGNED], by=by, on=on)
            self._record("acknowledged", by, on)

    def report(
        self,
        *,
        by: User,
        on: datetime.date | None = None,
        value: int | None = None,
        note: str = "",
        files: Iterable[Accepted] = (),
    ) -> None:
        """Note what has been reached by a day; the first note begins the work."""
        on = on or today()
        if self.state not in UNIT_STATES:
            raise StateChanged(self, TaskState.DOING)
        with transaction.atomic():
            self.campaign.require_open()
            if self.state != TaskState.DOING:
                self._step(TaskState.DOING, since=UNIT_STATES, by=by, on=on)
            self._note_progress(by, on, value, note, files)
            self._record("progressed", by, on)

    def submit(
        self,
        *,
        by: User,
        on: datetime.date | None = None,
        value: int | None = None,
        note: str = "",
        files: Iterable[Accepted] = (),
    ) -> None:
        """Hand in as done, with the evidence that was asked for."""
        on, files = on or today(), list(files)
        self.require_evidence(files)
        with transaction.atomic():
            self._step(TaskState.SUBMITTED, since=UNIT_STATES, by=by, on=on)
            self._note_progress(by, on, value, note, files)
            self._record("submitted", by, on)

    def accept(self, *, by: User, on: datetime.date | None = None) -> None:
        with transaction.atomic():
            self._step(TaskState.DONE, since=[TaskState.SUBMITTED], by=by, on=on)
            self._record("accepted", by, on)

    def send_back(
        self, *, by: User, reason: str, due_on: datetime.date | None = None, on: datetime.date | None = None
    ) -> None:
        """Return to the unit, which goes on with the work until a new day; without one, the day that is proposed.

        The time in which it waited for acceptance was the office's, so the unit is never late by it.
        """
        due_on = due_on or self.due_after_return(on or today())
        with transaction.atomic():
            self._step(TaskState.DOING, since=[TaskState.SUBMITTED], by=by, on=on, reason=reason, due_on=due_on)
            self._record("returned", by, on)

    def cancel(self, *, by: User, reason: str, on: datetime.date | None = None) -> None:
        with transaction.atomic():
            self._step(TaskState.CANCELLED, since=OPEN_STATES, by=by, on=on, reason=reason)
            self._record("cancelled", by, on)

    def require_evidence(self, files: list[Accepted]) -> None:
        if self.evidence_needed and not files and not self.evidence.exists():
            raise ValidationError(gettext("This task asks for evidence. Add a photo or a file."))

    def _step(
        self,
        to: str,
        *,
        since: Iterable[str],
        by: User | None,
        on: datetime.date | None,
        reason: str = "",
        **fields: Any,
    ) -> None:
        self.campaign.require_open()
        require_day(self, on or today())
        self.move(to, since=since, by=by, on=on, reason=reason, **fields)

    def _set_helpers(self, units: Iterable[Unit]) -> None:
        wanted = {unit.pk for unit in units} - {self.lead_unit_id}
        self.cooperating.exclude(unit__in=wanted).delete()
        wanted -= set(self.cooperating.values_list("unit", flat=True))
        save_all(
            [TaskUnit(ward_id=self.ward_id, task=self, unit_id=unit_id) for unit_id in wanted], ignore_conflicts=True
        )

    def _note_progress(
        self, by: User, on: datetime.date, value: int | None, note: str, files: Iterable[Accepted]
    ) -> None:
        entered_for = access.entered_for(by, self.lead_unit)
        if value is not None or note:
            self.progress.create(
                ward_id=self.ward_id, on=on, value=value, note=note, by=by, entered_for_unit_by=entered_for
            )
        for file in files:
            self.evidence.create(ward_id=self.ward_id, on=on, uploaded_by=by, **file.fields())

    def _record(self, what: str, by: User | None, on: datetime.date | None = None) -> None:
        outbox.record(f"campaigns.task.{what}", subject=self, by=by, on=on, unit=self.lead_unit)


class TaskTransition(Transition):
    task = WardKey(Task, models.PROTECT, related_name="transitions", verbose_name=_("task"))

    class Meta(Transition.Meta):
        verbose_name = _("step of a task")
        verbose_name_plural = _("steps of tasks")


class TaskEvidence(StoredFile):
    task = WardKey(Task, models.PROTECT, related_name="evidence", verbose_name=_("task"))
    on = models.DateField(_("on"))

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["-on", "-id"]


@dated("unit", removed_by=("task", "unit"))
@tracked
class TaskUnit(WardModel):
    """A cooperating unit."""

    task = WardKey(Task, models.CASCADE, related_name="cooperating", verbose_name=_("task"))
    unit = WardKey(Unit, models.PROTECT, related_name="shared_tasks", verbose_name=_("unit"))

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("cooperating unit")
        verbose_name_plural = _("cooperating units")
        constraints = [models.UniqueConstraint("ward", "task", "unit", name="campaigns_taskunit_pair")]

    def __str__(self) -> str:
        return str(self.unit)


@tracked
class TaskProgress(WardModel):
    """What has been reached on a day; the value is the total so far, not an increment."""

    task = WardKey(Task, models.PROTECT, related_name="progress", verbose_name=_("task"))
    on = models.DateField(_("on"))
    value = models.DecimalField(_("reached so far"), max_digits=12, decimal_places=2, null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    entered_for_unit_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("entered for the unit by")
    )

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("progress")
        verbose_name_plural = _("progress")
        ordering = ["-on", "-id"]
        constraints = [
            models.CheckConstraint(
                name="campaigns_progress_says_something", condition=Q(value__isnull=False) | ~Q(note="")
            ),
            models.CheckConstraint(name="campaigns_progress_not_negative", condition=Q(value__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.task} {self.on}"
