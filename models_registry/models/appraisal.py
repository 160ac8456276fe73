"""How a model is appraised: who scores it, blind to the others, and what the ward decides about it then.

A score is of the model, never of a person, a unit or a household.
"""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.access import ALLOWED, Decision, Permission, denied
from accounts.models import Membership, User
from accounts.querysets import WardQuerySet
from campaigns.models import Document
from core.keys import WardKey
from core.models import StateChanged, WardModel, today, tracked
from models_registry.choices import FEWEST_ASSESSORS, ModelState, Outcome
from models_registry.models.fields import RegistrationTerms
from models_registry.models.registration import MobilizationModel
from models_registry.models.rubric import Rubric, RubricCriterion
from models_registry.querysets import AppraisalQuerySet, AssessmentQuerySet, ScoreQuerySet
from notifications import outbox

TENTH = Decimal("0.1")


@dataclass(frozen=True)
class Sheet:
    """What one assessor gave: the scores in the order of the criteria, and their sum."""

    assessor: User
    scores: "tuple[Score, ...]"
    total: Decimal


@dataclass(frozen=True)
class Result:
    """average: of the sheets, to a tenth, out of `most`. band: how the edition calls it."""

    sheets: tuple[Sheet, ...]
    average: Decimal
    most: Decimal
    band: str

    @property
    def by_criterion(self) -> "list[tuple[RubricCriterion, list[tuple[User, Score]]]]":
        """Each criterion with what each assessor gave for it."""
        rows = zip(*(sheet.scores for sheet in self.sheets), strict=True)
        people = [sheet.assessor for sheet in self.sheets]
        return [(row[0].criterion, list(zip(people, row, strict=True))) for row in rows]


@tracked
class Appraisal(WardModel):
    """One review of a model, until it goes back to work. completed_at: every sheet is in, and opens to others."""

    mobilization_model = WardKey(MobilizationModel, models.PROTECT, related_name="appraisals", verbose_name=_("model"))
    rubric = WardKey(Rubric, models.PROTECT, related_name="appraisals", verbose_name=_("edition of the criteria"))
    opened_on = models.DateField(_("opened on"), default=today)
    due_on = models.DateField(_("scores due on"))
    completed_at = models.DateTimeField(_("all scores in at"), null=True, blank=True, editable=False)
    ended_on = models.DateField(_("last day of the appraisal"), null=True, blank=True, editable=False)

    objects = AppraisalQuerySet.as_manager()

    class Meta:
        verbose_name = _("appraisal")
        verbose_name_plural = _("appraisals")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["ward", "mobilization_model"],
                condition=Q(ended_on__isnull=True),
                name="registry_appraisal_one_open",
            ),
            models.CheckConstraint(
                name="registry_appraisal_days",
                condition=Q(due_on__gte=F("opened_on")),
                violation_error_message=_("The scores are due on the day of the opening or later."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.mobilization_model)

    def get_absolute_url(self) -> str:
        return self.mobilization_model.get_absolute_url()

    @property
    def campaign(self) -> Any:
        return self.mobilization_model.campaign

    @property
    def score_url(self) -> str:
        return reverse("models_registry:model_score", args=[self.mobilization_model.key])

    @property
    def is_open(self) -> bool:
        """Scores may be given and changed."""
        under_review = self.mobilization_model.state == ModelState.UNDER_REVIEW
        return under_review and self.completed_at is None and self.ended_on is None

    @property
    def awaits_decision(self) -> bool:
        """All scores are in, and the ward has not decided."""
        under_review = self.mobilization_model.state == ModelState.UNDER_REVIEW
        return under_review and self.completed_at is not None and self.ended_on is None

    @property
    def decide_by(self) -> datetime.date:
        """Until when the ward decides; only once all scores are in."""
        assert self.completed_at
        return RegistrationTerms.of(self.campaign).decide_by(timezone.localdate(self.completed_at))

    def can_name(self, user: Any) -> Decision:
        registration = self.mobilization_model
        right = access.can_in_ward(user, Permission.MODEL_DECIDE) and registration.campaign.can_change()
        return right and (ALLOWED if self.is_open else denied(gettext("All scores are in.")))

    def name_assessors(self, people: Iterable[User], *, by: Any) -> None:
        """One or more who score. Raises ValidationError for somebody of the model's own unit or named already."""
        registration, wanted = self.mobilization_model, list(people)
        with transaction.atomic():
            self._lock()
            refuse_own(registration, wanted)
            there = set(self.assessments.filter(assessor__in=wanted).values_list("assessor", flat=True))
            if twice := [person.full_name for person in wanted if person.pk in there]:
                told = gettext("%(names)s: named already. Choose somebody else.")
                raise ValidationError({"people": told % {"names": ", ".join(twice)}})
            for person in wanted:
                sheet = self.assessments.create(ward_id=self.ward_id, assessor=person, named_by=by)
                outbox.record("models_registry.assessment.named", subject=sheet, by=by, unit=registration.unit)

    def _lock(self) -> None:
        """Inside a transaction: nobody hands in or is named until its end. Raises StateChanged when it is over."""
        registration = self.mobilization_model
        registration.campaign.require_open()
        registration.lock_in([ModelState.UNDER_REVIEW])
        rows = type(self).objects.select_for_update(no_key=True).filter(pk=self.pk, ward_id=self.ward_id)
        self.completed_at, self.ended_on = rows.values_list("completed_at", "ended_on").get()
        if not self.is_open:
            raise StateChanged(registration, "")

    def _complete_when_all_are_in(self, *, by: Any) -> None:
        live = self.assessments.filter(stood_aside_on=None)
        moments = list(live.values_list("handed_in_at", flat=True))
        if len(moments) < FEWEST_ASSESSORS or None in moments:
            return
        self.completed_at = timezone.now()
        type(self).objects.filter(pk=self.pk, ward_id=self.ward_id).update(completed_at=self.completed_at)
        registration = self.mobilization_model
        outbox.record("models_registry.appraisal.completed", subject=self, by=by, unit=registration.unit)

    def result(self, scores: "Iterable[Score]") -> Result | None:
        """Of scores that the reader may see (`ScoreQuerySet.visible_to`); None while there are none."""
        of: dict[User, list[Score]] = {}
        for score in scores:
            of.setdefault(score.assessment.assessor, []).append(score)
        if not of:
            return None
        sheets = tuple(
            Sheet(person, tuple(rows), sum((row.points for row in rows), Decimal())) for person, rows in of.items()
        )
        average = sum((sheet.total for sheet in sheets), Decimal()) / len(sheets)
        average = average.quantize(TENTH, ROUND_HALF_UP)
        return Result(sheets, average, self.rubric.most, self.rubric.band(average))


def refuse_own(registration: MobilizationModel, people: Iterable[User]) -> None:
    """Nobody scores the model of the own unit, nor the own one. Raises ValidationError with who."""
    wanted = list(people)
    of_unit = Membership.objects.filter(ward=registration.ward_id, unit=registration.unit_id, user__in=wanted)
    members = set(of_unit.valid_on(today()).values_list("user", flat=True))
    own = [p.full_name for p in wanted if p.pk in members or p.full_name == registration.person_name]
    if own:
        told = gettext("%(names)s: works for the unit that registered the model. Choose somebody else.")
        raise ValidationError({"people": told % {"names": ", ".join(own)}})


@tracked
class Assessment(WardModel):
    """The sheet of one assessor. Nobody else sees its scores until all sheets are in."""

    chip: tuple[str, Any]  # of the list
    url: str  # of the list

    appraisal = WardKey(Appraisal, models.PROTECT, related_name="assessments", verbose_name=_("appraisal"))
    assessor = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("assessor"))
    named_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("named by"))
    handed_in_at = models.DateTimeField(_("handed in at"), null=True, blank=True, editable=False)
    stood_aside_on = models.DateField(_("stood aside on"), null=True, blank=True, editable=False)
    stood_aside_why = models.CharField(_("why"), max_length=300, blank=True)

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("scoring sheet")
        verbose_name_plural = _("scoring sheets")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint("ward", "appraisal", "assessor", name="registry_assessment_pair"),
            models.CheckConstraint(
                name="registry_assessment_aside",
                condition=Q(stood_aside_on__isnull=True, stood_aside_why="")
                | (Q(stood_aside_on__isnull=False, handed_in_at__isnull=True) & ~Q(stood_aside_why="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.appraisal}: {self.assessor}"

    def get_absolute_url(self) -> str:
        return self.appraisal.score_url

    @property
    def handed_in_on(self) -> datetime.date | None:
        return timezone.localdate(self.handed_in_at) if self.handed_in_at else None

    @property
    def is_owed(self) -> bool:
        return self.handed_in_at is None and self.stood_aside_on is None

    def can_score(self, user: Any) -> Decision:
        """The assessor alone, until all sheets are in."""
        registration = self.appraisal.mobilization_model
        if user.pk != self.assessor_id:
            return denied(gettext("Only %(name)s scores on this sheet.") % {"name": self.assessor})
        if self.stood_aside_on:
            return denied(gettext("You do not score this model any more."))
        if not self.appraisal.is_open:
            return denied(gettext("All scores are in, so none is changed any more."))
        return registration.campaign.can_change()

    def can_stand_aside(self, user: Any) -> Decision:
        """The assessor, who knows of a conflict of interest, and who decides on models, for somebody who can not."""
        if not (self.is_owed and self.appraisal.is_open):
            return denied(gettext("The scores are in."))
        open_year = self.appraisal.mobilization_model.campaign.can_change()
        if user.pk == self.assessor_id:
            return open_year
        return access.can_in_ward(user, Permission.MODEL_DECIDE) and open_year

    def hand_in(self, *, by: Any, scores: "Mapping[RubricCriterion, tuple[Decimal, str]]") -> None:
        """Points and the reason for what is taken off, for every criterion; again until all sheets are in."""
        appraisal = self.appraisal
        with transaction.atomic():
            appraisal._lock()
            access.require(self.can_score(by))
            refuse_own(appraisal.mobilization_model, [self.assessor])
            if {criterion.pk for criterion in scores} != {criterion.pk for criterion in appraisal.rubric.all_criteria}:
                raise ValidationError(gettext("Score every criterion."))
            self.scores.all().delete()
            for criterion, (points, reason) in scores.items():
                row = Score(ward_id=self.ward_id, assessment=self, criterion=criterion, most=criterion.most)
                row.points, row.reason = points, reason
                row.save()
            self.handed_in_at = timezone.now()
            self.save(update_fields=["handed_in_at"])
            outbox.record(
                "models_registry.assessment.handed_in", subject=self, by=by, unit=appraisal.mobilization_model.unit
            )
            appraisal._complete_when_all_are_in(by=by)

    def stand_aside(self, *, by: Any, reason: str) -> None:
        """Somebody who can or should not score any more; another may be named."""
        with transaction.atomic():
            self.appraisal._lock()
            rows = type(self).objects.filter(pk=self.pk, ward_id=self.ward_id, handed_in_at=None, stood_aside_on=None)
            if rows.update(stood_aside_on=today(), stood_aside_why=reason) != 1:
                raise StateChanged(self.appraisal.mobilization_model, "")
            self.refresh_from_db(fields=["stood_aside_on", "stood_aside_why"])
            unit = self.appraisal.mobilization_model.unit
            outbox.record("models_registry.assessment.stood_aside", subject=self, by=by, unit=unit)
            self.appraisal._complete_when_all_are_in(by=by)


@tracked
class Score(WardModel):
    """Points for one criterion. most: the criterion's, which never changes, so that the database can compare."""

    assessment = WardKey(Assessment, models.PROTECT, related_name="scores", verbose_name=_("scoring sheet"))
    criterion = WardKey(RubricCriterion, models.PROTECT, related_name="+", verbose_name=_("criterion"))
    points = models.DecimalField(_("points"), max_digits=5, decimal_places=1)
    most = models.DecimalField(_("most points"), max_digits=5, decimal_places=1, editable=False)
    reason = models.CharField(_("reason for what is taken off"), max_length=500, blank=True)

    objects = ScoreQuerySet.as_manager()

    class Meta:
        verbose_name = _("score")
        verbose_name_plural = _("scores")
        ordering = ["assessment", "criterion__order"]
        constraints = [
            models.UniqueConstraint("ward", "assessment", "criterion", name="registry_score_pair"),
            models.CheckConstraint(name="registry_score_within", condition=Q(points__gte=0, points__lte=F("most"))),
            models.CheckConstraint(name="registry_score_reason", condition=Q(points=F("most")) | ~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.points}"


@tracked
class Conclusion(WardModel):
    """What the ward decided, by which document; apart from the scores. replaced_on: it was taken up again that day."""

    mobilization_model = WardKey(MobilizationModel, models.PROTECT, related_name="conclusions", verbose_name=_("model"))
    outcome = models.CharField(_("decision"), max_length=15, choices=Outcome)
    number = models.CharField(_("number of the decision document"), max_length=50)
    document = WardKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("document in the register")
    )
    decided_on = models.DateField(_("decided on"))
    reason = models.TextField(_("reason"), blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("entered by"))
    at = models.DateTimeField(_("entered at"), default=timezone.now, editable=False)
    replaced_on = models.DateField(_("taken up again on"), null=True, blank=True, editable=False)

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision on a model")
        verbose_name_plural = _("decisions on models")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["ward", "mobilization_model"],
                condition=Q(replaced_on__isnull=True),
                name="registry_conclusion_one_valid",
            ),
            models.CheckConstraint(name="registry_conclusion_number", condition=~Q(number="")),
            models.CheckConstraint(
                name="registry_conclusion_reason", condition=Q(outcome=Outcome.RECOGNISED) | ~Q(reason="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()}, {self.number}"

    @property
    def words(self) -> str:
        return str(self)

    @property
    def on(self) -> datetime.date:
        return self.decided_on
