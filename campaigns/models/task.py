"""A task of one lead unit, its progress and its evidence."""

import datetime
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.indexes import GinIndex
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import ForeignKey, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.access import AddedBy, Decision, Permission
from accounts.models import Unit, User
from accounts.querysets import WardQuerySet
from campaigns.choices import OPEN_STATES, UNIT_STATES, EvidenceKind, ExtensionState, TaskState
from campaigns.models.campaign import Campaign, Undertaking, require_day
from campaigns.models.meeting import MeetingOutcome
from campaigns.models.plan import PlanItem
from campaigns.models.series import TaskSeries
from campaigns.models.work import Work, work_constraints
from campaigns.querysets import EvidenceQuerySet, TaskQuerySet
from core.dated import dated
from core.files import Accepted
from core.keys import WardKey
from core.models import StateChanged, Stateful, StoredFile, Transition, WardModel, save_all, today, tracked
from core.search import folded
from deadlines.models import Calendar
from notifications import outbox

if TYPE_CHECKING:
    from campaigns.models.extension import TaskExtension

LEAST_DAYS = 3  # that a unit gets for a task that is returned
MISSING = {  # evidence that is asked for -> where a form adds it, and what to do
    EvidenceKind.FILE: ("files", _("This task asks for evidence. Add a photo or a file.")),
    EvidenceKind.PHOTO: ("files", _("This task asks for a photo as evidence. Add one.")),
    EvidenceKind.LINK: ("link", _("This task asks for a link as evidence. Paste its address.")),
    EvidenceKind.FIGURE: ("value", _("This task asks for the number reached. Enter it.")),
}


@dated("title", "lead_unit", "undertaking", "due_on", "priority")
@tracked
class Task(Stateful, Work, WardModel):
    """One piece of work of one lead unit. Overdue is computed, never stored."""

    moved_on: datetime.date  # of with_last_move()

    campaign = WardKey(Campaign, models.PROTECT, related_name="tasks", verbose_name=_("campaign"))
    plan_item = WardKey(
        PlanItem, models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name=_("plan item")
    )
    lead_unit = WardKey(Unit, models.PROTECT, related_name="led_tasks", verbose_name=_("lead unit"))
    person = ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("person in charge")
    )
    undertaking = WardKey(
        Undertaking, models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name=_("undertaking")
    )
    outcome = WardKey(
        MeetingOutcome,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="tasks",
        verbose_name=_("outcome of a meeting"),
    )
    series = WardKey(
        TaskSeries,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="tasks",
        verbose_name=_("task that comes again"),
    )
    series_on = models.DateField(_("day of the series"), null=True, blank=True, editable=False)
    series_unit = WardKey(  # stays when the task is given to another unit
        Unit, models.PROTECT, null=True, blank=True, editable=False, related_name="+", verbose_name=_("made for")
    )
    due_on = models.DateField(_("due on"))
    state = models.CharField(_("state"), max_length=15, choices=TaskState, default=TaskState.ASSIGNED)
    search_key = folded("title")

    objects = TaskQuerySet.as_manager()

    added_by = AddedBy(Permission.TASK_ASSIGN, "campaigns:task_new")

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
            *work_constraints("campaigns_task"),
            models.CheckConstraint(
                name="campaigns_task_of_a_series",
                condition=Q(series__isnull=True, series_on__isnull=True, series_unit__isnull=True)
                | Q(series__isnull=False, series_on__isnull=False, series_unit__isnull=False),
            ),
            models.UniqueConstraint(
                "ward", "series", "series_on", "series_unit", name="campaigns_task_once_of_a_series"
            ),
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

    def can_name_person(self, user: User) -> Decision:
        """Say who in the lead unit does it."""
        return self.can_report(user)

    def can_ask_extension(self, user: User) -> Decision:
        allowed = self.can_report(user)
        if allowed and self.extensions.waiting().exists():
            return access.denied(gettext("The ward has not answered the last request for more time yet."))
        return allowed

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
            added = self._set_helpers(helpers)
            self._record("edited" if self.due_on == due_on else "moved", by)
            if added:
                self._record("shared", by, units=sorted(added))

    def name_person(self, *, by: User, person: User | None) -> None:
        """Say who in the lead unit does it; that person is told."""
        self.campaign.require_open()
        if self.state not in OPEN_STATES:
            raise StateChanged(self, self.state)
        self.person = person
        with transaction.atomic():
            self.save(update_fields=["person"])
            if person:
                self._record("entrusted", by, person=person.pk)
            else:
                self._record("edited", by)

    def ask_extension(self, *, by: User, wanted_on: datetime.date, reason: str) -> "TaskExtension":
        """Ask the ward for more time, once until it has answered."""
        self.campaign.require_open()
        if self.state not in UNIT_STATES:
            raise StateChanged(self, self.state)
        entered_for = access.entered_for(by, self.lead_unit)
        with transaction.atomic():
            asked = self.extensions.create(
                ward_id=self.ward_id,
                due_then=self.due_on,
                wanted_on=wanted_on,
                reason=reason,
                asked_by=by,
                entered_for_unit_by=entered_for,
            )
            self._record("extension_asked", by, until=wanted_on.isoformat())
        return asked

    def acknowledge(self, *, by: User | None, on: datetime.date | None = None) -> None:
        with transaction.atomic():
            self._step(TaskState.ACKNOWLEDGED, since=[TaskState.ASSIGNED], by=by, on=on)
            self._record("acknowledged", by, on)

    def report(
        self,
        *,
        by: User,
        on: datetime.date | None = None,
        value: Decimal | None = None,
        note: str = "",
        files: Iterable[Accepted] = (),
        link: str = "",
    ) -> None:
        """Note what has been reached by a day; the first note begins the work."""
        on = on or today()
        if self.state not in UNIT_STATES:
            raise StateChanged(self, TaskState.DOING)
        with transaction.atomic():
            self.campaign.require_open()
            if self.state != TaskState.DOING:
                self._step(TaskState.DOING, since=UNIT_STATES, by=by, on=on)
            self._note_progress(by, on, value, note, files, link)
            self._record("progressed", by, on)

    def submit(
        self,
        *,
        by: User,
        on: datetime.date | None = None,
        value: Decimal | None = None,
        note: str = "",
        files: Iterable[Accepted] = (),
        link: str = "",
    ) -> None:
        """Hand in as done, with the evidence that was asked for."""
        on, files = on or today(), list(files)
        self.require_evidence(files, link, value)
        with transaction.atomic():
            self._step(TaskState.SUBMITTED, since=UNIT_STATES, by=by, on=on)
            self._note_progress(by, on, value, note, files, link)
            self._record("submitted", by, on)

    def accept(self, *, by: User, on: datetime.date | None = None) -> None:
        if missing := self.missing_evidence():
            said = gettext("Evidence is still missing: %(kinds)s. Return the task, or change what it asks for.")
            raise ValidationError(said % {"kinds": ", ".join(str(kind.label) for kind in missing).lower()})
        with transaction.atomic():
            self._step(TaskState.DONE, since=[TaskState.SUBMITTED], by=by, on=on)
            self._record("accepted", by, on)

    def send_back(
        self, *, by: User | None, reason: str, due_on: datetime.date | None = None, on: datetime.date | None = None
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

    def require_evidence(self, files: Iterable[Accepted] = (), link: str = "", value: Decimal | None = None) -> None:
        """Raises ValidationError, by the fields of the form, where what is handed in leaves evidence missing."""
        if missing := self.missing_evidence(files, link, value):
            told = [MISSING[kind] for kind in missing]
            raise ValidationError({field: str(words) for field, words in told})

    def missing_evidence(
        self, files: Iterable[Accepted] = (), link: str = "", value: Decimal | None = None
    ) -> list[EvidenceKind]:
        """What the task asks for and neither has nor gets with this."""
        needed = [kind for kind in EvidenceKind if kind in self.evidence_needed]
        if not needed:
            return []
        types = [file.mime for file in files] + list(self.evidence.values_list("mime", flat=True))
        given = {
            EvidenceKind.FILE: bool(types),
            EvidenceKind.PHOTO: any(mime.startswith("image/") for mime in types),
            EvidenceKind.LINK: bool(link) or self.links.exists(),
            EvidenceKind.FIGURE: value is not None or self.progress.filter(value__isnull=False).exists(),
        }
        return [kind for kind in needed if not given[kind]]

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
        if to in (TaskState.SUBMITTED, TaskState.CANCELLED):  # nobody needs more time any more
            self.extensions.waiting().update(state=ExtensionState.LAPSED, answered_on=today())

    def _set_helpers(self, units: Iterable[Unit]) -> set[int]:
        """The ids of those that were added."""
        wanted = {unit.pk for unit in units} - {self.lead_unit_id}
        self.cooperating.exclude(unit__in=wanted).delete()
        wanted -= set(self.cooperating.values_list("unit", flat=True))
        save_all(
            [TaskUnit(ward_id=self.ward_id, task=self, unit_id=unit_id) for unit_id in wanted], ignore_conflicts=True
        )
        return wanted

    def _note_progress(
        self, by: User, on: datetime.date, value: Decimal | None, note: str, files: Iterable[Accepted], link: str
    ) -> None:
        entered_for = access.entered_for(by, self.lead_unit)
        if value is not None or note:
            self.progress.create(
                ward_id=self.ward_id, on=on, value=value, note=note, by=by, entered_for_unit_by=entered_for
            )
        for file in files:
            self.evidence.create(ward_id=self.ward_id, on=on, uploaded_by=by, **file.fields())
        if link:
            self.links.create(ward_id=self.ward_id, on=on, by=by, url=link)

    def _record(self, what: str, by: User | None, on: datetime.date | None = None, **facts: Any) -> None:
        outbox.record(f"campaigns.task.{what}", subject=self, by=by, on=on, unit=self.lead_unit, **facts)


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


@tracked
class TaskLink(WardModel):
    """Evidence that stands elsewhere, such as an article."""

    task = WardKey(Task, models.PROTECT, related_name="links", verbose_name=_("task"))
    on = models.DateField(_("on"))
    url = models.URLField(_("address"), max_length=500)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("link as evidence")
        verbose_name_plural = _("links as evidence")
        ordering = ["-on", "-id"]
        constraints = [
            models.CheckConstraint(name="campaigns_tasklink_web", condition=Q(url__regex=r"^https?://")),
        ]

    def __str__(self) -> str:
        return self.url


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
