"""What a civilised urban street must be, edition by edition, and how a street stood to it on the days it was assessed.

A street has criteria met and not yet met; it has no score, and streets are not ranked.
"""

import datetime
import json
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.access import AddedBy, Permission
from accounts.models import Ward, days
from accounts.querysets import TermQuerySet, WardQuerySet
from beautification.choices import CriterionState
from beautification.models.street import Street
from beautification.querysets import CriterionResultQuerySet, StreetAssessmentQuerySet
from core.dates import full_date
from core.files import Accepted
from core.keys import WardKey
from core.models import Period, StoredFile, WardModel, save_all, take_in, today, tracked
from core.personal import no_personal_number
from core.secrecy import refuse_secret
from deadlines.models.deadlines import VERIFIED_PAIR
from notifications import outbox

if TYPE_CHECKING:
    from accounts.models import User

DATA = Path(__file__).parent.parent / "data" / "criteria.json"


@tracked
class CriteriaSet(WardModel, Period):
    """One edition holds at a time. A new one is a new row and ends the former the day before."""

    version = models.CharField(_("edition of the criteria"), max_length=60)
    legal_ref = models.CharField(_("document that sets it"), max_length=200)
    source = models.CharField(_("source"), max_length=200)
    verified_by = models.CharField(_("verified by"), max_length=80, blank=True, editable=False)
    verified_on = models.DateField(_("verified on"), null=True, blank=True, editable=False)

    objects = TermQuerySet.as_manager()

    added_by = AddedBy(Permission.STREET_MANAGE, "beautification:criteria_new")

    class Meta:
        verbose_name = _("criteria of a civilised street")
        verbose_name_plural = _("criteria of civilised streets")
        ordering = ["-valid_from"]
        constraints = [
            *Period.Meta.constraints,
            models.UniqueConstraint(
                "ward",
                "version",
                name="beautification_criteria_version",
                violation_error_message=_("There are criteria of this edition already."),
            ),
            models.CheckConstraint(
                name="beautification_criteria_verified",
                condition=VERIFIED_PAIR,
                violation_error_message=_("Say both who verified the criteria and when."),
            ),
            ExclusionConstraint(
                name="beautification_criteria_once",
                expressions=[("ward", RangeOperators.EQUAL), (days(), RangeOperators.OVERLAPS)],
                violation_error_message=_("Another edition holds during these days already."),
            ),
        ]

    def __str__(self) -> str:
        return self.version

    def get_absolute_url(self) -> str:
        return reverse("beautification:criteria")

    @property
    def is_verified(self) -> bool:
        return self.verified_on is not None

    @classmethod
    def of(cls, ward: int, on: datetime.date) -> "CriteriaSet | None":
        return cls.objects.filter(ward=ward).valid_on(on).first()

    @classmethod
    def propose(cls, ward: Ward, *, by: "User | None") -> int:
        """Enter the criteria that a ward begins with, where it has none; nobody has verified them. How many."""
        if cls.objects.filter(ward=ward).exists():
            return 0
        known = json.loads(DATA.read_text(encoding="utf-8"))
        criteria = known.pop("criteria")
        first = today().replace(month=1, day=1)
        cls(ward=ward, valid_from=first, **known).enter(by=by, criteria=criteria)
        return len(criteria)

    def enter(self, *, by: "User | None", criteria: Iterable[str]) -> None:
        """Save a new edition with its criteria in their order; the one before holds until the day before."""
        with transaction.atomic():
            former = CriteriaSet.objects.filter(ward=self.ward, valid_to=None).select_for_update(of=("self",)).first()
            if former:
                if former.valid_from >= self.valid_from:
                    said = gettext("The present one holds from %(day)s on. Write a later day.")
                    raise ValidationError({"valid_from": said % {"day": full_date(former.valid_from)}})
                former.valid_to = self.valid_from - datetime.timedelta(days=1)
                former.save(update_fields=["valid_to"])
            self.save()
            rows = [
                StreetCriterion(ward_id=self.ward_id, criteria_set=self, number=number, text=text)
                for number, text in enumerate(criteria, 1)
            ]
            save_all(rows)
            outbox.record("beautification.criteria.entered", subject=self, by=by, on=self.valid_from, count=len(rows))

    def verify(self, *, by: "User") -> None:
        """Somebody has compared them with the document."""
        with transaction.atomic():
            waiting = CriteriaSet.objects.filter(pk=self.pk, ward_id=self.ward_id, verified_on=None)
            if waiting.update(verified_by=by.full_name, verified_on=today()):
                outbox.record("beautification.criteria.verified", subject=self, by=by)


@tracked
class StreetCriterion(WardModel):
    criteria_set = WardKey(
        CriteriaSet, models.PROTECT, related_name="criteria", verbose_name=_("edition of the criteria")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    text = models.CharField(_("criterion"), max_length=300)

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("criterion of a street")
        verbose_name_plural = _("criteria of a street")
        ordering = ["number", "id"]
        constraints = [
            models.UniqueConstraint("ward", "criteria_set", "number", name="beautification_criterion_number"),
            models.CheckConstraint(name="beautification_criterion_said", condition=~Q(text="")),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.text}"


@tracked
class StreetAssessment(WardModel):
    """on: the day on which somebody looked. next_on: by when it is to be looked at again."""

    street = WardKey(Street, models.PROTECT, related_name="assessments", verbose_name=_("street"))
    criteria_set = WardKey(CriteriaSet, models.PROTECT, related_name="+", verbose_name=_("edition of the criteria"))
    on = models.DateField(_("assessed on"))
    next_on = models.DateField(_("to be assessed again by"), null=True, blank=True)
    note = models.TextField(_("in short"), blank=True, validators=[no_personal_number, refuse_secret])
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("entered at"), default=timezone.now, editable=False)

    objects = StreetAssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assessment of a street")
        verbose_name_plural = _("assessments of streets")
        ordering = ["-on", "-id"]
        constraints = [
            models.UniqueConstraint(
                "ward",
                "street",
                "on",
                name="beautification_assessment_day",
                violation_error_message=_("The street was assessed on this day already. Correct that assessment."),
            ),
            models.CheckConstraint(
                name="beautification_assessment_next",
                condition=Q(next_on=None) | Q(next_on__gt=F("on")),
                violation_error_message=_("The next assessment comes after this one."),
            ),
        ]

    met: int  # these of with_counts()
    not_yet: int
    unseen: int
    total: int

    def __str__(self) -> str:
        return f"{self.street}, {full_date(self.on)}"

    def get_absolute_url(self) -> str:
        return reverse("beautification:assessment_detail", args=[self.street.slug, self.pk])

    def enter(self, *, by: "User | None", said: Mapping[StreetCriterion, tuple[str, str]]) -> None:
        """Save a new assessment. said: state and note of each criterion of the edition."""
        self.street.require_open_on(self.on)
        self.by = by
        with transaction.atomic():
            self.save()
            save_all(
                [
                    CriterionResult(ward_id=self.ward_id, assessment=self, criterion=criterion, state=state, note=note)
                    for criterion, (state, note) in said.items()
                ]
            )
            outbox.record("beautification.street.assessed", subject=self.street, by=by, on=self.on, **self._counts())

    def correct(self, *, by: "User", said: Mapping[StreetCriterion, tuple[str, str]]) -> None:
        """What was written down wrong; the day stays."""
        self.street.require_open_on(self.on)
        with transaction.atomic():
            self.save(update_fields=["next_on", "note"])
            told, changed = {criterion.pk: words for criterion, words in said.items()}, []
            for row in self.results.select_for_update(of=("self",)):
                state, note = told.get(row.criterion_id, (row.state, row.note))
                if (row.state, row.note) != (state, note):
                    row.state, row.note = state, note
                    take_in(row)
                    changed.append(row)
            CriterionResult.objects.bulk_update(changed, ["state", "note"])
            outbox.record(
                "beautification.street.assessment_corrected", subject=self.street, by=by, on=self.on, **self._counts()
            )

    def _counts(self) -> dict[str, int]:
        states = list(self.results.values_list("state", flat=True))
        return {"met": states.count(CriterionState.MET), "total": len(states)}


@tracked
class CriterionResult(WardModel):
    """How the street stood to one criterion on the day of the assessment."""

    assessment = WardKey(StreetAssessment, models.CASCADE, related_name="results", verbose_name=_("assessment"))
    criterion = WardKey(StreetCriterion, models.PROTECT, related_name="+", verbose_name=_("criterion"))
    state = models.CharField(_("state"), max_length=20, choices=CriterionState, default=CriterionState.UNSEEN)
    note = models.CharField(_("note"), max_length=300, blank=True, validators=[no_personal_number, refuse_secret])

    objects = CriterionResultQuerySet.as_manager()

    class Meta:
        verbose_name = _("result of a criterion")
        verbose_name_plural = _("results of criteria")
        ordering = ["criterion__number", "id"]
        constraints = [
            models.UniqueConstraint("ward", "assessment", "criterion", name="beautification_result_once"),
            models.CheckConstraint(name="beautification_result_state", condition=Q(state__in=CriterionState.values)),
        ]

    def __str__(self) -> str:
        return str(self.criterion)

    def add_evidence(self, files: Iterable[Accepted], *, by: "User") -> None:
        self.assessment.street.require_open_on(self.assessment.on)
        with transaction.atomic():
            for accepted in files:
                self.evidence.create(ward_id=self.ward_id, uploaded_by=by, **accepted.fields())
            outbox.record("beautification.criterion.evidence_added", subject=self.assessment.street, by=by)


class CriterionEvidence(StoredFile):
    """A photo or a paper that shows it."""

    result = WardKey(CriterionResult, models.PROTECT, related_name="evidence", verbose_name=_("result of a criterion"))

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("evidence of a criterion")
        verbose_name_plural = _("evidence of criteria")
        ordering = ["id"]

    def remove(self, *, by: "User") -> None:
        """Take the file away, which was added by mistake or shows somebody."""
        with transaction.atomic():
            self.delete()
            outbox.record("beautification.criterion.evidence_removed", subject=self.result.assessment.street, by=by)
            transaction.on_commit(partial(self.file.storage.delete, str(self.file.name)))
