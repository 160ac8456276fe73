"""Inspections of a model: who came and when, what was found, and what is to be mended by when, as tasks of the unit."""

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.querysets import WardQuerySet
from campaigns.models import Task
from core.files import Accepted
from core.keys import WardKey, WardOneToOneKey
from core.models import StoredFile, WardModel, save_all, tracked
from models_registry.choices import INSPECTED
from models_registry.models.registration import MobilizationModel
from models_registry.querysets import InspectionQuerySet
from notifications import outbox


@tracked
class Inspection(WardModel):
    mobilization_model = WardKey(MobilizationModel, models.PROTECT, related_name="inspections", verbose_name=_("model"))
    on = models.DateField(_("on"))
    inspectors = models.CharField(_("who inspected"), max_length=200)
    findings = models.TextField(_("what was found"))
    by = models.ForeignKey(User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("by"))

    objects = InspectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("inspection")
        verbose_name_plural = _("inspections")
        ordering = ["-on", "-id"]
        constraints = [
            models.CheckConstraint(name="registry_inspection_said", condition=~Q(inspectors="") & ~Q(findings=""))
        ]

    def __str__(self) -> str:
        return f"{self.mobilization_model} {self.on:%d/%m/%Y}"

    def get_absolute_url(self) -> str:
        return self.mobilization_model.get_absolute_url()

    @classmethod
    def enter(
        cls,
        registration: MobilizationModel,
        *,
        by: Any,
        on: datetime.date,
        inspectors: str,
        findings: str,
        mend: Sequence[tuple[str, datetime.date]] = (),
        evidence: Iterable[Accepted] = (),
    ) -> "Inspection":
        """Write it down. mend: (what, by when), each a task of the model's unit, which is told of it."""
        campaign, code = registration.campaign, registration.code
        campaign.require_open()
        with transaction.atomic():
            registration.lock_in(INSPECTED)
            row = cls(ward_id=registration.ward_id, mobilization_model=registration, on=on, by=by)
            row.inspectors, row.findings = inspectors, findings
            row.save()
            for accepted in evidence:
                row.evidence.create(ward_id=row.ward_id, uploaded_by=by, **accepted.fields())
            product = gettext("Mended after the inspection of model %(code)s") % {"code": code}
            said = {"ward_id": row.ward_id, "campaign": campaign, "lead_unit": registration.unit, "product": product}
            tasks = [Task(title=what, due_on=due_on, **said) for what, due_on in mend]
            Task.assign_all(tasks, by=by)
            save_all([InspectionTask(ward_id=row.ward_id, inspection=row, task=task) for task in tasks])
            facts = {"by": by, "on": on, "unit": registration.unit, "code": code, "tasks": len(tasks)}
            outbox.record("models_registry.model.inspected", subject=registration, **facts)
        return row


@tracked
class InspectionTask(WardModel):
    """What is to be mended."""

    inspection = WardKey(Inspection, models.PROTECT, related_name="mended_by", verbose_name=_("inspection"))
    task = WardOneToOneKey(Task, models.PROTECT, related_name="+", verbose_name=_("task"))

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("task of an inspection")
        verbose_name_plural = _("tasks of inspections")
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.task)


class InspectionEvidence(StoredFile):
    inspection = WardKey(Inspection, models.PROTECT, related_name="evidence", verbose_name=_("inspection"))

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("paper of an inspection")
        verbose_name_plural = _("papers of inspections")
