from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from models_registry.choices import UpwardTable


class ReportKind(models.TextChoices):
    DAY = "day", _("First results")
    MONTH = "month", _("Monthly report")
    QUARTER = "quarter", _("Quarterly report")
    HALF_YEAR = "half_year", _("Half-year report")
    YEAR = "year", _("Annual report")
    FREE = "free", _("Report of days of one's own choice")


PERIOD_KINDS = {"month": _("Month"), "quarter": _("Quarter"), "half_year": _("Half a year"), "year": _("Year")}


class ReportState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Waits to be checked")
    CHECKED = "checked", _("Checked, waits to be signed")
    SIGNED = "signed", _("Signed, waits for its number")
    NUMBERED = "numbered", _("Numbered, waits to be sent")
    SENT = "sent", _("Sent")
    WITHDRAWN = "withdrawn", _("Withdrawn")


UNSIGNED_STATES = (ReportState.DRAFT, ReportState.SUBMITTED, ReportState.CHECKED)  # figures and words still move
IN_FORCE_STATES = (ReportState.SIGNED, ReportState.NUMBERED, ReportState.SENT)
SIGNED_STATES = (*IN_FORCE_STATES, ReportState.WITHDRAWN)  # the paper is kept as it was signed
UNSENT_STATES = (*UNSIGNED_STATES, ReportState.SIGNED, ReportState.NUMBERED)


class AnnexCode(models.TextChoices):
    """Tables behind a report."""

    LIST = UpwardTable.LIST.value, UpwardTable.LIST.label
    SUMS = UpwardTable.SUMS.value, UpwardTable.SUMS.label
    RESULTS = UpwardTable.RESULTS.value, UpwardTable.RESULTS.label
    PROPOSALS = UpwardTable.PROPOSALS.value, UpwardTable.PROPOSALS.label
    LAND = "land", pgettext_lazy("table", "05 Land clearance")
    PUBLICITY = "publicity", pgettext_lazy("table", "06 Publicity")
    CONTEST = "contest", pgettext_lazy("table", "07 Writing contest")


class SectionCode(models.TextChoices):
    SITUATION = "situation", _("Assessment")
    NEXT = "next", _("Next tasks")
    PROPOSAL = "proposal", _("Proposals")
