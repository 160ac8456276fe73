"""What the ward proposes a model for, to whom: the rows of the table of proposals."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.access import ALLOWED, Decision, denied
from accounts.models import User
from core.keys import WardKey
from core.models import StateChanged, WardModel, today, tracked
from models_registry.choices import PROPOSED, SETTLED, HonourKind, Level, Outcome
from models_registry.models.registration import MobilizationModel
from models_registry.querysets import ProposalQuerySet
from notifications import outbox


@tracked
class Proposal(WardModel):
    """For recognition, praise or a plaque, by a body of a level. Taken back, it stays in the history."""

    mobilization_model = WardKey(MobilizationModel, models.PROTECT, related_name="proposals", verbose_name=_("model"))
    kind = models.CharField(_("what it is proposed for"), max_length=15, choices=[(k, k.label) for k in PROPOSED])
    praise = models.CharField(_("form of praise"), max_length=60, blank=True)
    level = models.CharField(_("level"), max_length=10, choices=Level)
    achievement = models.TextField(_("achievement in short"))
    proposed_on = models.DateField(_("proposed on"), default=today)
    by = models.ForeignKey(User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("by"))
    taken_back_on = models.DateField(_("taken back on"), null=True, blank=True, editable=False)
    taken_back_why = models.CharField(_("why"), max_length=300, blank=True, editable=False)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        ordering = ["proposed_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["ward", "mobilization_model", "kind", "level"],
                condition=Q(taken_back_on__isnull=True),
                name="registry_proposal_once",
                violation_error_message=_("The model is proposed for this on this level already."),
            ),
            models.CheckConstraint(
                name="registry_proposal_praise",
                condition=Q(kind=HonourKind.COMMENDATION) & ~Q(praise="") | ~Q(kind=HonourKind.COMMENDATION, praise=""),
            ),
            models.CheckConstraint(name="registry_proposal_kind", condition=Q(kind__in=PROPOSED)),
            models.CheckConstraint(name="registry_proposal_said", condition=~Q(achievement="")),
            models.CheckConstraint(
                name="registry_proposal_back",
                condition=Q(taken_back_on__isnull=True, taken_back_why="")
                | (Q(taken_back_on__isnull=False) & ~Q(taken_back_why="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.words}, {self.get_level_display()}"

    def get_absolute_url(self) -> str:
        return self.mobilization_model.get_absolute_url()

    @property
    def words(self) -> str:
        return self.praise or str(self.get_kind_display())

    @staticmethod
    def can_enter(registration: MobilizationModel, user: Any) -> Decision:
        """Who decides on models, of one that the ward recognised."""
        conclusion = registration.valid_conclusion() if registration.state in SETTLED else None
        recognised = conclusion is not None and conclusion.outcome == Outcome.RECOGNISED
        why = denied(gettext("Only a model that the ward recognised after its appraisal can be proposed."))
        return registration.can_honour(user) and (ALLOWED if recognised else why)

    def can_take_back(self, user: Any) -> Decision:
        there = denied(gettext("This proposal was taken back.")) if self.taken_back_on else ALLOWED
        return self.mobilization_model.can_honour(user) and there

    def enter(self, *, by: Any) -> None:
        """Propose it; the unit is told. Raises ValidationError for a model that the ward did not recognise."""
        registration = self.mobilization_model
        registration.campaign.require_open()
        self.by = by
        with transaction.atomic():
            registration.lock_in(SETTLED)
            if not registration.conclusions.filter(replaced_on=None, outcome=Outcome.RECOGNISED).exists():
                words = gettext("Only a model that the ward recognised after its appraisal can be proposed.")
                raise ValidationError(words)
            self.save()
            facts = {"row": self.pk, "unit": registration.unit, "on": self.proposed_on}
            outbox.record("models_registry.model.proposed", subject=registration, by=by, **facts)

    def take_back(self, *, by: Any, reason: str) -> None:
        registration = self.mobilization_model
        registration.campaign.require_open()
        with transaction.atomic():
            rows = type(self).objects.filter(pk=self.pk, ward_id=self.ward_id, taken_back_on=None)
            if rows.update(taken_back_on=today(), taken_back_why=reason) != 1:
                raise StateChanged(registration, "")
            self.refresh_from_db(fields=["taken_back_on", "taken_back_why"])
            facts = {"row": self.pk, "unit": registration.unit}
            outbox.record("models_registry.model.unproposed", subject=registration, by=by, **facts)
