"""What of reports goes over when units merge."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.merger import part, stays
from reports.choices import UNSIGNED_STATES

part(
    "reports",
    _("Reports of it that nobody has signed yet"),
    "reports.Report.body",
    Q(state__in=UNSIGNED_STATES),
    order=70,
)

stays("reports.SuperiorForm.asked_by", "the superior that asked for the form is none of the ward's units")
