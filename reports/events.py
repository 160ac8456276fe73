"""What can happen to a report."""

from django.utils.translation import gettext_lazy as _

from core.events import declare

declare("reports.report.written", _("Report written"))
declare("reports.report.reworded", _("Wording of the report changed"))
declare("reports.report.sent", _("Report sent"))
