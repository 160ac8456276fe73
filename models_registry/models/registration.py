"""A registered model: what it says, the ward's decision about it, and its states."""

import datetime
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any, Unpack

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Length
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.access import ALLOWED, AddedBy, Decision, Permission, denied
from accounts.models import Unit, User
from campaigns.models import Campaign, Document, Task
from campaigns.models.campaign import require_day
from core.dated import dated
from core.dates import full_date
from core.files import Accepted
from core.keys import WardKey
from core.models import StateChanged, Stateful, Transition, WardModel, today, tracked
from core.personal import no_personal_number
from core.search import folded
from deadlines.models import Calendar
from models_registry.choices import (
    ACCEPTED,
    APPRAISED,
    DECISION_WORDS,
    EDITABLE,
    FEWEST_ASSESSORS,
    INSPECTED,
    LINKED,
    SETTLED,
    STEP_PLAN,
    VERDICT_STATES,
    ModelState,
    Origin,
    Outcome,
    StepKind,
    SubjectType,
    Verdict,
)
from models_registry.models.contents import Contents, ModelDocument, TargetIndicator, keep, keep_chosen
from models_registry.models.fields import RegistrationTerms, ThemeField
from models_registry.models.rubric import Rubric
from models_registry.querysets import MobilizationModelQuerySet
from notifications import outbox

CORRECTION_TIME = datetime.timedelta(hours=24)
DECIDED = tuple(DECISION_WORDS)
MOST_MONEY, MOST_DAYS = 10**12, 1_000_000  # đồng, days of work
WITHDRAWABLE = (
    ModelState.DRAFT,
    ModelState.SUBMITTED,
    ModelState.RETURNED,
    ModelState.ACTIVE,
    ModelState.PAUSED,
)


class DecidedAlready(StateChanged):
    """Somebody else decided first: told says who, and what."""

    def __init__(self, subject: "MobilizationModel", told: str) -> None:
        self.subject, self.wanted = subject, ""
        Exception.__init__(self, told)


def _told(taken: Any) -> str:
    """taken: the decision that holds, or None."""
    if taken is None:
        return ""
    facts = {"decision": taken.words, "day": full_date(taken.on), "who": taken.by or gettext("the ward")}
    return gettext("Decided already: %(decision)s, %(day)s, %(who)s. Nothing was changed.") % facts


@dated("title", "subject", "unit", "person_name", "theme_field", unless_in="draft")
@tracked
class MobilizationModel(Stateful, WardModel):
    """A "mô hình Dân vận khéo". A draft may miss what a submitted one may not."""

    next_due: datetime.date | None  # of with_steps()
    moved_on: datetime.date  # of with_last_move()
    is_behind: bool  # of the list
    fellow_names: list[str]  # of the list, or read before
    is_twin: bool  # of similar_to()
    last_sign: datetime.date  # of with_last_sign()
    silent_for: int | None  # days; of the list of silent ones
    chip: tuple[Any, Any]  # of the list

    campaign = WardKey(Campaign, models.PROTECT, related_name="models", verbose_name=_("campaign"))
    code = models.CharField(_("code"), max_length=20, null=True, blank=True, editable=False)
    title = models.CharField(_("name of the model"), max_length=120, blank=True, validators=[no_personal_number])
    subject = models.CharField(_("registered by"), max_length=10, choices=SubjectType, default=SubjectType.COLLECTIVE)
    unit = WardKey(Unit, models.PROTECT, related_name="models", verbose_name=_("unit"))
    person_name = models.CharField(_("name of the person"), max_length=100, null=True, blank=True)
    theme_field = WardKey(
        ThemeField, models.PROTECT, null=True, blank=True, related_name="models", verbose_name=_("field")
    )
    origin = models.CharField(_("origin"), max_length=10, choices=Origin, default=Origin.NEW)
    previous = WardKey(
        "self", models.PROTECT, null=True, blank=True, related_name="continued_by", verbose_name=_("continues")
    )
    rationale = models.TextField(_("situation and reason"), blank=True, validators=[no_personal_number])
    approach = models.TextField(_("how it is done"), blank=True, validators=[no_personal_number])
    beneficiaries = models.TextField(_("place and people served"), blank=True, validators=[no_personal_number])
    expected_output = models.TextField(_("product, expected result"), blank=True, validators=[no_personal_number])
    sustainability = models.TextField(_("how it lasts and spreads"), blank=True, validators=[no_personal_number])
    budget = models.BigIntegerField(_("money, in đồng"), null=True, blank=True)
    man_days = models.PositiveIntegerField(_("days of work"), null=True, blank=True)
    resources = models.TextField(_("things and support"), blank=True)
    starts_on = models.DateField(_("starts on"), null=True, blank=True)
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    contact = models.CharField(_("person in charge"), max_length=100, blank=True)
    is_late = models.BooleanField(_("registered late"), default=False, editable=False)
    entered_for_unit_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("entered for the unit by")
    )
    state = models.CharField(_("state"), max_length=15, choices=ModelState, default=ModelState.DRAFT)
    saved_at = models.DateTimeField(_("last saved"), default=timezone.now, editable=False)
    search_key = folded("title")
    person_key = folded("person_name")

    objects = MobilizationModelQuerySet.as_manager()

    added_by = AddedBy(Permission.MODEL_REGISTER, "models_registry:model_new")

    class Meta:
        verbose_name = _("model")
        verbose_name_plural = _("models")
        ordering = ["code", "id"]
        indexes = [models.Index(fields=["ward", "campaign", "state"], name="registry_model_state")]
        constraints = [
            models.UniqueConstraint("ward", "campaign", "code", name="registry_model_code"),
            models.CheckConstraint(
                name="registry_model_person",
                condition=Q(subject=SubjectType.COLLECTIVE, person_name__isnull=True)
                | Q(subject=SubjectType.INDIVIDUAL),
            ),
            models.CheckConstraint(
                name="registry_model_complete",
                condition=Q(state__in=[ModelState.DRAFT, ModelState.WITHDRAWN])
                | (
                    ~Q(title="")
                    & ~Q(approach="")
                    & Q(theme_field__isnull=False)
                    & Q(code__isnull=False)
                    & (Q(subject=SubjectType.COLLECTIVE) | Q(person_name__isnull=False, person_name__gt=""))
                ),
                violation_error_message=_(
                    "A submitted model has a name, a field, a way of doing it and a person or unit."
                ),
            ),
            models.CheckConstraint(
                name="registry_model_days",
                condition=Q(ends_on__isnull=True) | Q(starts_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("The end can not be before the start."),
            ),
            models.CheckConstraint(
                name="registry_model_origin", condition=Q(previous__isnull=True) | ~Q(origin=Origin.NEW)
            ),
            models.CheckConstraint(
                name="registry_model_means",
                condition=(Q(budget__isnull=True) | Q(budget__range=(0, MOST_MONEY)))
                & (Q(man_days__isnull=True) | Q(man_days__lte=MOST_DAYS)),
            ),
        ]

    def __str__(self) -> str:
        return self.title or str(_("Untitled model"))

    @property
    def people(self) -> list[str]:
        """Who registers a model of individuals, in order: one, or several together."""
        if not self.person_name:
            return []
        if not hasattr(self, "fellow_names"):
            self.fellow_names = [row.name for row in self.fellows.all()]
        return [self.person_name, *self.fellow_names]

    @property
    def key(self) -> str:
        """What stands in its address: the code, or a number until it has one."""
        return self.code or str(self.pk)

    def get_absolute_url(self) -> str:
        return reverse("models_registry:model_detail", args=[self.key])

    @property
    def words_in_log(self) -> str:
        return f"{self.key} {self}"

    @property
    def edit_url(self) -> str:
        return reverse("models_registry:model_edit", args=[self.key])

    @property
    def review_url(self) -> str:
        return reverse("models_registry:model_review", args=[self.key])

    @property
    def review_open_url(self) -> str:
        return reverse("models_registry:review_open", args=[self.key])

    @property
    def conclude_url(self) -> str:
        return reverse("models_registry:model_conclude", args=[self.key])

    def is_silent_since(self, day: datetime.date) -> bool:
        """Nothing was done or reported after the day, and the work is under way."""
        return type(self).objects.filter(pk=self.pk, ward_id=self.ward_id).heard_last(day, day).exists()

    # ---- who may -------------------------------------------------------------------------------------
    def _may(self, user: Any, permission: Permission, states: Iterable[str]) -> Decision:
        right = access.can(user, permission, unit=self.unit)
        return right and self._is_in(states) and self.campaign.can_change()

    def _is_in(self, states: Iterable[str]) -> Decision:
        if self.state in set(states):
            return ALLOWED
        return denied(str(StateChanged(self, "")))

    def can_edit(self, user: Any) -> Decision:
        return self._may(user, Permission.MODEL_REGISTER, EDITABLE)

    def can_decide(self, user: Any) -> Decision:
        return self._may(user, Permission.MODEL_DECIDE, [ModelState.SUBMITTED])

    def can_reopen(self, user: Any) -> Decision:
        return self._may(user, Permission.MODEL_DECIDE, [ModelState.REJECTED])

    def can_correct(self, user: Any) -> Decision:
        return self._may(user, Permission.MODEL_DECIDE, DECIDED) and self.is_correctable()

    def can_withdraw(self, user: Any) -> Decision:
        return self._may(user, Permission.MODEL_REGISTER, WITHDRAWABLE)

    def can_pause(self, user: Any) -> Decision:
        return self._may(user, Permission.MODEL_REGISTER, [ModelState.ACTIVE])

    def can_resume(self, user: Any) -> Decision:
        return self._may(user, Permission.MODEL_REGISTER, [ModelState.PAUSED])

    def can_report(self, user: Any) -> Decision:
        return self._may(user, Permission.MODEL_REGISTER, [ModelState.ACTIVE])

    def can_reschedule(self, user: Any) -> Decision:
        return self._may(user, Permission.MODEL_DECIDE, [ModelState.ACTIVE])

    def can_self_assess(self, user: Any) -> Decision:
        return self._may(user, Permission.MODEL_REGISTER, [ModelState.ACTIVE])

    def can_send_to_work(self, user: Any) -> Decision:
        return self._may(user, Permission.MODEL_DECIDE, APPRAISED)

    def can_open_review(self, user: Any) -> Decision:
        return self._may(user, Permission.MODEL_DECIDE, [ModelState.SELF_ASSESSED])

    def can_conclude(self, user: Any) -> Decision:
        return self._may(user, Permission.MODEL_DECIDE, [ModelState.UNDER_REVIEW])

    def can_reopen_review(self, user: Any) -> Decision:
        return self._may(user, Permission.MODEL_DECIDE, [ModelState.CONCLUDED])

    def can_undo_conclusion(self, user: Any) -> Decision:
        decided = self.valid_conclusion()
        if decided and timezone.now() - decided.at > CORRECTION_TIME:
            return denied(gettext("A decision can be undone for 24 hours. Take the appraisal up again instead."))
        return self.can_reopen_review(user)

    def can_archive(self, user: Any) -> Decision:
        return self._may(user, Permission.MODEL_DECIDE, [ModelState.CONCLUDED])

    def can_inspect(self, user: Any) -> Decision:
        return self._may(user, Permission.MODEL_DECIDE, INSPECTED)

    def can_link_tasks(self, user: Any) -> Decision:
        return self._may(user, Permission.MODEL_REGISTER, LINKED) or self._may(user, Permission.MODEL_DECIDE, LINKED)

    def can_honour(self, user: Any) -> Decision:
        return self._may(user, Permission.MODEL_DECIDE, ACCEPTED)

    def entered_for(self, user: Any) -> Any:
        """The user, when that is somebody who works for a unit that is not the own; the mark on the row."""
        return None if self.unit_id in access.grants(user).unit_ids else user

    # ---- writing it ----------------------------------------------------------------------------------
    def save_draft(
        self,
        *,
        by: Any,
        fields: Mapping[str, Any],
        documents: Iterable[Accepted] = (),
        on: datetime.date | None = None,
        **rows: Unpack[Contents],
    ) -> None:
        """Keep what is filled in so far."""
        self.campaign.require_open()
        with transaction.atomic():
            is_new = self._state.adding
            if not is_new:
                self.lock_in(EDITABLE)
            for name, value in fields.items():
                setattr(self, name, value)
            self.entered_for_unit_by = self.entered_for_unit_by or self.entered_for(by)
            self.saved_at = timezone.now()
            if is_new:
                self.start(by=by, on=on)
                self._record("drafted", by=by, on=on)
            else:
                self.save(update_fields=[*fields, "entered_for_unit_by", "saved_at"])
            keep(self, rows)
            for accepted in documents:
                self.documents.create(ward_id=self.ward_id, uploaded_by=by, **accepted.fields())

    def drop_document(self, document: ModelDocument, *, by: Any) -> None:
        self.campaign.require_open()
        with transaction.atomic():
            self.lock_in(EDITABLE)
            document.delete()
            transaction.on_commit(lambda: document.file.delete(save=False))

    def link_tasks(self, *, by: Any, tasks: Iterable[Task], among: Iterable[Task]) -> None:
        """Make those of the tasks in `among` that are in `tasks` the ones that it serves; others stay as they are."""
        self.campaign.require_open()
        offered, wanted = {task.pk for task in among}, {task.pk for task in tasks}
        with transaction.atomic():
            self.lock_in(LINKED)
            kept = set(self.served.values_list("task", flat=True))
            keep_chosen(self, "served", "task", Task.objects.filter(pk__in=(kept - offered) | wanted))
            self._record("tasks_linked", by=by, on=None, tasks=len(wanted))

    def missing(self) -> list[str]:
        """Labels of what is needed before it can be sent to the ward."""
        names = ["title", "theme_field", "approach"]
        if self.subject == SubjectType.INDIVIDUAL:
            names.append("person_name")
        fields = {field.name: field for field in self._meta.concrete_fields}
        labels = [str(fields[name].verbose_name) for name in names if not getattr(self, name)]
        rows = list(self.targets.all())
        if not rows or not all(row.is_complete for row in rows):
            labels.append(str(TargetIndicator._meta.verbose_name))
        return labels

    # ---- its states ----------------------------------------------------------------------------------
    def submit(self, *, by: Any, on: datetime.date | None = None) -> None:
        """Send it to the ward; the first time it gets its code. After the last day it is marked late, not refused."""
        self.campaign.require_open()
        with transaction.atomic():
            self.queue_for_codes(self.campaign)
            self.lock_in(EDITABLE)
            if missing := self.missing():
                raise ValidationError(gettext("Still missing: %(fields)s.") % {"fields": ", ".join(missing)})
            day = on or today()
            late = self.is_late or (self.code is None and RegistrationTerms.of(self.campaign).is_late(day))
            code = self.code or self.free_codes(self.campaign, 1)[0]
            self.move(ModelState.SUBMITTED, since=EDITABLE, by=by, on=day, code=code, is_late=late)
            self._record("submitted", by=by, on=day)

    @staticmethod
    def queue_for_codes(campaign: Campaign) -> None:
        """One submission of the campaign at a time, so that codes have no gap and no double."""
        Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk, ward_id=campaign.ward_id)

    @classmethod
    def free_codes(cls, campaign: Campaign, count: int) -> list[str]:
        """The next codes of the year, after `queue_for_codes`."""
        given = cls.objects.filter(ward_id=campaign.ward_id, campaign_id=campaign.pk, code__isnull=False)
        last = given.order_by(Length("code").desc(), "-code").values_list("code", flat=True).first()
        first = int(last.rpartition("-")[2]) + 1 if last else 1
        return [f"MH-{campaign.year}-{number:02}" for number in range(first, first + count)]

    def accept(
        self, *, by: Any, on: datetime.date | None = None, note: str = "", first_due_on: datetime.date | None = None
    ) -> None:
        """The ward approves: the model runs, and its steps are laid out with their days."""
        self._decide(Verdict.ACCEPT, by=by, on=on, reason=note, first_due_on=first_due_on)

    def send_back(self, *, by: Any, reason: str, on: datetime.date | None = None) -> None:
        """The ward asks for more."""
        self._decide(Verdict.RETURN, by=by, on=on, reason=reason)

    def reject(self, *, by: Any, reason: str, on: datetime.date | None = None) -> None:
        self._decide(Verdict.REJECT, by=by, on=on, reason=reason)

    def _decide(
        self,
        verdict: str,
        *,
        by: Any,
        on: datetime.date | None,
        reason: str,
        first_due_on: datetime.date | None = None,
    ) -> None:
        self.campaign.require_open()
        day = on or today()
        state = VERDICT_STATES[Verdict(verdict)]
        with transaction.atomic():
            try:
                self.move(state, since=[ModelState.SUBMITTED], by=by, on=day, reason=reason)
            except StateChanged as changed:
                raise self._first(changed, self.decided_already) from None
            if verdict == Verdict.ACCEPT:
                self._lay_out_steps(day, first_due_on)
            self._record(_VERDICT_EVENTS[Verdict(verdict)], by=by, on=day)

    def _lay_out_steps(self, day: datetime.date, first_due_on: datetime.date | None = None) -> None:
        for order, (kind, due_on) in enumerate(self.planned_steps(day), start=1):
            if first_due_on:
                due_on = first_due_on if order == 1 else max(due_on, first_due_on)
            self.steps.create(ward_id=self.ward_id, kind=kind, order=order, due_on=due_on)

    def planned_steps(self, day: datetime.date, calendar: Calendar | None = None) -> list[tuple[str, datetime.date]]:
        """Kind and day of each step, if the ward approves on `day`: days that are worked."""
        first, last = self.step_days(day)
        calendar, length = calendar or Calendar(self.ward_id), (last - first).days
        due = (first + datetime.timedelta(days=length * share // 100) for _kind, share in STEP_PLAN)
        kinds = (kind for kind, _share in STEP_PLAN)
        return [(kind, max(first, calendar.nearest_working_day(d, last))) for kind, d in zip(kinds, due, strict=True)]

    def step_days(self, day: datetime.date) -> tuple[datetime.date, datetime.date]:
        """Between which days the steps of a model approved on `day` are spread."""
        first = max(self.starts_on or day, day)
        return first, max(self.ends_on or self.campaign.closes_on, first)

    def decision(self) -> "MobilizationModelTransition | None":
        """The last decision about a submission, corrections of it apart."""
        return self.transitions.filter(old=ModelState.SUBMITTED, new__in=DECIDED).order_by("-id").first()

    def moves(self) -> "list[MobilizationModelTransition]":
        """All its steps, the newest first."""
        return list(self.transitions.select_related("by").order_by("-id"))

    def valid_decision(
        self, moves: "list[MobilizationModelTransition] | None" = None
    ) -> "MobilizationModelTransition | None":
        """The decision about the registration that holds, with its corrections; None while the ward has to decide.

        moves: as `moves()`, where they are read already.
        """
        states = set(VERDICT_STATES.values())
        steps = self.moves() if moves is None else moves
        taken = next((move for move in steps if {move.old, move.new} <= states), None)
        return taken if taken and taken.new in DECIDED else None

    def decided_already(self) -> str:
        """Who decided what about the registration, for somebody who comes to decide it; "" while the ward has to."""
        return "" if self.state == ModelState.SUBMITTED else _told(self.valid_decision())

    def concluded_already(self) -> str:
        """As `decided_already`, of the decision after the appraisal."""
        return _told(self.valid_conclusion()) if self.state in SETTLED else ""

    def _first(self, changed: StateChanged, who_was: Callable[[], str]) -> StateChanged:
        """What to tell somebody who decides second."""
        self.refresh_from_db(fields=["state"])
        told = who_was()
        return DecidedAlready(self, told) if told else changed

    def is_correctable(self) -> Decision:
        """A decision may be put right within 24 hours, as long as nobody has acted on it."""
        decision = self.decision()
        if decision is None:
            return denied(gettext("The ward has not decided yet."))
        after = self.transitions.filter(pk__gt=decision.pk)
        if after.exclude(old__in=VERDICT_STATES.values(), new__in=VERDICT_STATES.values()).exists():
            return denied(gettext("The unit has gone on since. Make a new decision instead."))
        if timezone.now() - decision.at > CORRECTION_TIME:
            return denied(gettext("A decision can be corrected for 24 hours. Make a new decision instead."))
        if self.updates.exists() or self.steps.filter(done_on__isnull=False).exists():
            return denied(gettext("The work has begun. Pause or withdraw the model instead."))
        return ALLOWED

    def correct(self, *, by: Any, verdict: str, reason: str) -> None:
        """Put a mistaken decision right within 24 hours. It counts from the day of the decision it replaces."""
        self.campaign.require_open()
        with transaction.atomic():
            self.lock_in(DECIDED)
            access.require(self.is_correctable())
            day = self.decision().on  # type: ignore[union-attr]  # there is one to correct
            to = VERDICT_STATES[Verdict(verdict)]
            self.move(to, since=set(DECIDED) - {to}, by=by, on=day, reason=reason)
            self.steps.all().delete()
            if verdict == Verdict.ACCEPT:
                self._lay_out_steps(day)
            self._record("corrected", by=by, on=day, verdict=verdict)

    def reopen(self, *, by: Any, reason: str) -> None:
        """Take up a registration that was not accepted, for a new decision."""
        self._step(ModelState.SUBMITTED, [ModelState.REJECTED], "reopened", by=by, reason=reason)

    def withdraw(self, *, by: Any, reason: str, on: datetime.date | None = None) -> None:
        self._step(ModelState.WITHDRAWN, WITHDRAWABLE, "withdrawn", by=by, reason=reason, on=on)

    def pause(self, *, by: Any, reason: str, on: datetime.date | None = None) -> None:
        self._step(ModelState.PAUSED, [ModelState.ACTIVE], "paused", by=by, reason=reason, on=on)

    def resume(self, *, by: Any, reason: str = "", on: datetime.date | None = None) -> None:
        self._step(ModelState.ACTIVE, [ModelState.PAUSED], "resumed", by=by, reason=reason, on=on)

    def self_assess(
        self,
        *,
        by: Any,
        summary: str,
        on: datetime.date | None = None,
        values: Mapping[TargetIndicator, Decimal] | None = None,
        evidence: Iterable[Accepted] = (),
    ) -> None:
        """The unit says what was reached and how, with its last results. Raises ValidationError with what is missing.

        The last step of the work, the review, is done with it.
        """
        day, files = on or today(), list(evidence)
        with transaction.atomic():
            self.require_running()
            require_day(self, day)
            if values or files:
                self.record_progress(by=by, on=day, values=values or {}, evidence=files)
            if lacking := self.unproven():
                raise ValidationError(gettext("Still missing: %(fields)s.") % {"fields": ", ".join(lacking)})
            self.steps.filter(kind=StepKind.REVIEW, done_on=None).update(done_on=day)
            self.move(ModelState.SELF_ASSESSED, since=[ModelState.ACTIVE], by=by, on=day, reason=summary)
            self._record("self_assessed", by=by, on=day)

    def unproven(self) -> list[str]:
        """What a self-assessment still needs: a result with a paper or photo, and a number for every target."""
        lacking = []
        if not self.updates.with_evidence().exists():
            lacking.append(gettext("a photo or a paper of a result"))
        rows = self.targets.with_reached()
        told = gettext("the number reached of “%(target)s”")
        return lacking + [told % {"target": row.name} for row in rows if row.reached is None]

    def send_to_work(self, *, by: Any, reason: str, on: datetime.date | None = None) -> None:
        """Back to the unit: more has to be done first. An appraisal under way ends, its scores stay as they are."""
        day = on or today()
        with transaction.atomic():
            self._step(ModelState.ACTIVE, APPRAISED, "sent_to_work", by=by, reason=reason, on=day)
            self.appraisals.filter(ended_on=None).update(ended_on=day)

    def open_review(
        self, *, by: Any, people: Iterable[User], due_on: datetime.date, on: datetime.date | None = None
    ) -> None:
        """At least two score it, each alone, by the criteria that are valid on the day.

        Raises ValidationError for fewer, for somebody of the model's own unit, and while no criteria are valid.
        """
        self.campaign.require_open()
        day, wanted = on or today(), list(people)
        with transaction.atomic():
            self.lock_in([ModelState.SELF_ASSESSED])
            rubric = Rubric.objects.filter(ward_id=self.ward_id).valid_on(day).first()
            if rubric is None:
                raise ValidationError(gettext("No criteria are valid yet. Enter them first, under “Criteria”."))
            if len(wanted) < FEWEST_ASSESSORS:
                raise ValidationError({"people": gettext("Choose at least two people.")})
            self.move(ModelState.UNDER_REVIEW, since=[ModelState.SELF_ASSESSED], by=by, on=day)
            appraisal = self.appraisals.create(ward_id=self.ward_id, rubric=rubric, opened_on=day, due_on=due_on)
            appraisal.name_assessors(wanted, by=by)
            self._record("review_opened", by=by, on=day)

    def conclude(
        self,
        *,
        by: Any,
        outcome: str,
        number: str,
        decided_on: datetime.date,
        reason: str = "",
        document: Document | None = None,
    ) -> None:
        """The ward's decision, which has its own document. Raises ValidationError while somebody still has to score."""
        self.campaign.require_open()
        with transaction.atomic():
            try:
                self.lock_in([ModelState.UNDER_REVIEW])
            except StateChanged as changed:
                raise self._first(changed, self.concluded_already) from None
            require_day(self, decided_on)
            if not self.appraisals.filter(ended_on=None, completed_at__isnull=False).exists():
                raise ValidationError(gettext("Not all scores are in. Decide when they are."))
            since = [ModelState.UNDER_REVIEW]
            self.move(ModelState.CONCLUDED, since=since, by=by, on=decided_on, reason=reason)
            self.conclusions.create(
                ward_id=self.ward_id,
                outcome=Outcome(outcome),
                number=number,
                document=document,
                decided_on=decided_on,
                reason=reason,
                by=by,
            )
            self._record("concluded", by=by, on=decided_on)

    def valid_conclusion(self) -> Any:
        """The ward's decision after the appraisal, as long as it was not taken up again."""
        return self.conclusions.filter(replaced_on=None).select_related("by", "document").first()

    def reopen_review(self, *, by: Any, reason: str) -> None:
        """The decision is taken up again, by an appeal or because it was wrong; it stays in the history."""
        with transaction.atomic():
            self._step(ModelState.UNDER_REVIEW, [ModelState.CONCLUDED], "review_reopened", by=by, reason=reason)
            self.conclusions.filter(replaced_on=None).update(replaced_on=today())

    def archive(self, *, by: Any, reason: str = "") -> None:
        self._step(ModelState.ARCHIVED, [ModelState.CONCLUDED], "archived", by=by, reason=reason)

    def _step(
        self, to: str, since: Iterable[str], verb: str, *, by: Any, reason: str, on: datetime.date | None = None
    ) -> None:
        self.campaign.require_open()
        with transaction.atomic():
            self.move(to, since=since, by=by, on=on, reason=reason)
            self._record(verb, by=by, on=on)

    def record_progress(
        self,
        *,
        by: Any,
        on: datetime.date,
        values: Mapping[TargetIndicator, Decimal],
        note: str = "",
        evidence: Iterable[Accepted] = (),
    ) -> None:
        """What was reached by the day: totals so far for the targets given, with papers and photos."""
        with transaction.atomic():
            self.require_running()
            mark = self.entered_for(by)
            update = self.updates.create(ward_id=self.ward_id, by=by, on=on, note=note, entered_for_unit_by=mark)
            for target, value in values.items():
                update.values.create(ward_id=self.ward_id, indicator=target, value=value)
            for accepted in evidence:
                update.evidence.create(ward_id=self.ward_id, uploaded_by=by, **accepted.fields())
            outbox.record(
                "models_registry.progress.recorded", subject=self, by=by, on=on, unit=self.unit, targets=len(values)
            )

    def require_running(self) -> None:
        """Inside a transaction: the model runs and stays so until the end of it."""
        self.campaign.require_open()
        self.lock_in([ModelState.ACTIVE])

    def lock_in(self, states: Iterable[str]) -> None:
        """Inside a transaction: nobody moves it until the end. Raises StateChanged when it is in none of the states."""
        rows = type(self).objects.select_for_update(no_key=True).filter(pk=self.pk, ward_id=self.ward_id)
        self.state = rows.values_list("state", flat=True).get()
        if self.state not in set(states):
            raise StateChanged(self, "")

    def _record(self, verb: str, *, by: Any, on: datetime.date | None, **facts: Any) -> None:
        outbox.record(
            f"models_registry.model.{verb}", subject=self, by=by, on=on, unit=self.unit, code=self.code, **facts
        )


_VERDICT_EVENTS = {Verdict.ACCEPT: "accepted", Verdict.RETURN: "returned", Verdict.REJECT: "rejected"}


class MobilizationModelTransition(Transition):
    mobilization_model = WardKey(MobilizationModel, models.PROTECT, related_name="transitions", verbose_name=_("model"))

    class Meta(Transition.Meta):
        verbose_name = _("step taken by a model")
        verbose_name_plural = _("steps taken by models")

    @property
    def words(self) -> Any:
        """Of a decision about a registration: what was decided, and not the state that it led to."""
        return DECISION_WORDS[ModelState(self.new)]
