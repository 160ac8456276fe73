from django.db import models
from django.utils.translation import gettext_lazy as _


class ReportKind(models.TextChoices):
    DAY = "day", _("First results")
    MONTH = "month", _("Monthly report")
    QUARTER = "quarter", _("Quarterly report")
    HALF_YEAR = "half_year", _("Half-year report")
    YEAR = "year", _("Annual report")


class ReportState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    CHECKED = "checked", _("Checked")
    SIGNED = "signed", _("Signed")
    SENT = "sent", _("Sent")


UNSENT_STATES = (ReportState.DRAFT, ReportState.CHECKED)  # in which it can still be changed


class SectionCode(models.TextChoices):
    SITUATION = "situation", _("Assessment")
    NEXT = "next", _("Next tasks")
    PROPOSAL = "proposal", _("Proposals")
