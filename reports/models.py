"""Reports: the officer's own words beside computed facts. Facts are never stored here as text."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from accounts.querysets import WardQuerySet
from campaigns.models import Campaign, Document, PaperStandard
from core.models import Stateful, Transition, WardModel, tracked
from reports.choices import ReportKind, ReportState, SectionCode
from reports.querysets import ReportQuerySet


@tracked
class Report(Stateful, WardModel):
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="reports", verbose_name=_("campaign"))
    kind = models.CharField(_("kind"), max_length=10, choices=ReportKind, default=ReportKind.DAY)
    on = models.DateField(_("figures of"))
    title = models.CharField(_("title"), max_length=300)
    body = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("issued by"))
    standard = models.ForeignKey(PaperStandard, models.PROTECT, related_name="+", verbose_name=_("paper standard"))
    state = models.CharField(_("state"), max_length=10, choices=ReportState, default=ReportState.DRAFT)
    issued_as = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="reports", verbose_name=_("issued as")
    )

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["-on", "-id"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("reports:report_detail", args=[self.pk])


class ReportTransition(Transition):
    report = models.ForeignKey(Report, models.PROTECT, related_name="transitions")


@tracked
class ReportSection(WardModel):
    """What the officer writes: an assessment, a next task."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="sections", verbose_name=_("report"))
    code = models.CharField(_("section"), max_length=12, choices=SectionCode)
    text = models.TextField(_("text"))
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ["code", "order", "id"]

    def __str__(self) -> str:
        return self.text[:80]
