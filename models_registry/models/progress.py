"""The steps of an accepted model and what it reached."""

import datetime
from collections.abc import Iterable
from typing import Any

import pghistory
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.querysets import WardQuerySet
from core.dated import dated
from core.files import Accepted
from core.keys import WardKey
from core.models import StateChanged, StoredFile, WardModel, tracked
from models_registry.choices import StepKind
from models_registry.models.contents import TargetIndicator
from models_registry.models.registration import MobilizationModel
from models_registry.querysets import ModelStepQuerySet, ProgressUpdateQuerySet
from notifications import outbox


@dated("due_on")
@tracked
class ModelStep(WardModel):
    """One of the steps that acceptance lays out, with its dates."""

    laid_out_at: datetime.datetime  # of with_laid_out_at()
    reminded_on: datetime.date | None  # of with_last_reminder()

    mobilization_model = WardKey(MobilizationModel, models.CASCADE, related_name="steps", verbose_name=_("model"))
    kind = models.CharField(_("step"), max_length=12, choices=StepKind)
    order = models.PositiveSmallIntegerField(_("order"))
    due_on = models.DateField(_("due on"))
    done_on = models.DateField(_("done on"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)

    objects = ModelStepQuerySet.as_manager()

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ["order"]
        indexes = [models.Index(fields=["ward", "due_on"], name="registry_step_open", condition=models.Q(done_on=None))]
        constraints = [models.UniqueConstraint("ward", "mobilization_model", "kind", name="registry_step_kind")]

    def __str__(self) -> str:
        return self.get_kind_display()

    def get_absolute_url(self) -> str:
        return self.mobilization_model.get_absolute_url()

    @property
    def action_url(self) -> str:
        return reverse("models_registry:step_report", args=[self.mobilization_model.code, self.kind])

    def mark_done(self, *, by: Any, on: datetime.date, note: str = "", evidence: Iterable[Accepted] = ()) -> None:
        """The unit did it. Raises StateChanged when it is recorded already or the model does not run."""
        registration = self.mobilization_model
        with transaction.atomic():
            registration.require_running()
            open_rows = type(self).objects.filter(pk=self.pk, ward_id=self.ward_id, done_on=None)
            if open_rows.update(done_on=on, note=note) != 1:
                raise StateChanged(registration, self.kind)
            self.done_on, self.note = on, note
            for accepted in evidence:
                self.evidence.create(ward_id=self.ward_id, uploaded_by=by, **accepted.fields())
            outbox.record(
                "models_registry.step.done", subject=registration, by=by, on=on, unit=registration.unit, step=self.order
            )

    def reschedule(self, *, by: Any, due_on: datetime.date, reason: str) -> None:
        registration = self.mobilization_model
        with transaction.atomic(), pghistory.context(reason=reason):
            registration.require_running()
            open_rows = type(self).objects.filter(pk=self.pk, ward_id=self.ward_id, done_on=None)
            if open_rows.update(due_on=due_on) != 1:
                raise StateChanged(registration, self.kind)
            facts: dict[str, Any] = {"step": self.order, "was": self.due_on.isoformat(), "due": due_on.isoformat()}
            self.due_on = due_on
            outbox.record(
                "models_registry.step.rescheduled", subject=registration, by=by, unit=registration.unit, **facts
            )


class StepEvidence(StoredFile):
    step = WardKey(ModelStep, models.PROTECT, related_name="evidence", verbose_name=_("step"))

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("evidence of a step")
        verbose_name_plural = _("evidence of steps")


@tracked
class ProgressUpdate(WardModel):
    mobilization_model = WardKey(MobilizationModel, models.PROTECT, related_name="updates", verbose_name=_("model"))
    on = models.DateField(_("on"))
    note = models.TextField(_("note"), blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    entered_for_unit_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("entered for the unit by")
    )

    objects = ProgressUpdateQuerySet.as_manager()

    class Meta:
        verbose_name = _("progress update")
        verbose_name_plural = _("progress updates")
        ordering = ["-on", "-id"]

    def __str__(self) -> str:
        return f"{self.mobilization_model} {self.on:%d/%m/%Y}"


@tracked
class ProgressValue(WardModel):
    """The total reached for a target at an update."""

    update = WardKey(ProgressUpdate, models.CASCADE, related_name="values", verbose_name=_("progress update"))
    indicator = WardKey(TargetIndicator, models.PROTECT, related_name="values", verbose_name=_("target"))
    value = models.DecimalField(_("reached so far"), max_digits=12, decimal_places=2)

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("value")
        verbose_name_plural = _("values")
        constraints = [
            models.UniqueConstraint("ward", "update", "indicator", name="registry_value_pair"),
            models.CheckConstraint(name="registry_value_not_negative", condition=Q(value__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.indicator}: {self.value}"


class ProgressEvidence(StoredFile):
    update = WardKey(ProgressUpdate, models.PROTECT, related_name="evidence", verbose_name=_("progress update"))

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("evidence of a result")
        verbose_name_plural = _("evidence of results")
