"""What of reports goes over when units merge."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.merger import part
from reports.choices import UNSENT_STATES

part("reports", _("Reports that it has not sent yet"), "reports.Report.body", Q(state__in=UNSENT_STATES), order=70)
