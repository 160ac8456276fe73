"""What is said of a piece of work, once by a task and once by the series that tasks are made from."""

from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.choices import EvidenceKind, Priority
from core.titles import TITLE

SAID = ["title", "product", "target_value", "target_unit", "priority", "evidence_needed"]


class Work(models.Model):
    title = models.CharField(_("task"), max_length=250, validators=TITLE)
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
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority, default=Priority.NORMAL)
    evidence_needed = ArrayField(
        models.CharField(max_length=10, choices=EvidenceKind),
        verbose_name=_("evidence needed"),
        default=list,
        blank=True,
    )

    class Meta:
        abstract = True

    @property
    def evidence_said(self) -> str:
        """The evidence that it asks for, in words."""
        return ", ".join(str(EvidenceKind(kind).label) for kind in self.evidence_needed).lower()


def work_constraints(table: str) -> list[models.CheckConstraint]:
    return [
        models.CheckConstraint(
            name=f"{table}_target_unit",
            condition=Q(target_value__isnull=True, target_unit="") | (Q(target_value__gt=0) & ~Q(target_unit="")),
            violation_error_message=_("Give a target with what it is counted in, or neither."),
        ),
        models.CheckConstraint(
            name=f"{table}_evidence_known", condition=Q(evidence_needed__contained_by=EvidenceKind.values)
        ),
        models.CheckConstraint(
            name=f"{table}_figure_of_a_target",
            condition=~Q(evidence_needed__contains=[EvidenceKind.FIGURE]) | Q(target_value__isnull=False),
            violation_error_message=_("To ask for the number reached, give the target first."),
        ),
    ]
