"""What can happen to a report."""

from django.utils.translation import gettext_lazy as _

from core.events import declare

declare("reports.report.written", _("Report written"))
declare("reports.report.reworded", _("Wording of the report changed"))
declare("reports.report.overruled", _("Number entered by hand: {value}, because {reason}"))
declare("reports.report.counted_again", _("Computed number again"))
declare("reports.report.handed_in", _("Handed in to be checked"), "reports.tasks.on_handed_in")
declare("reports.report.checked", _("Checked"), "reports.tasks.on_checked")
declare("reports.report.sent_back", _("Sent back: {reason}"), "reports.tasks.on_sent_back")
declare("reports.report.signed", _("Signed"), "reports.tasks.on_signed")
declare("reports.report.numbered", _("Number given: {symbol}"))
declare("reports.report.sent", _("Report sent"))
declare("reports.closing_day.entered", _("Closing day of reports entered: {count}"))
declare("reports.ward_numbers.entered", _("Numbers of the ward entered: {count}"))
declare("reports.superior_form.brought_in", _("Form brought in"))
declare("reports.superior_form.filled", _("Form filled"))
declare("reports.superior_form.ended", _("Form no longer used"))
declare("reports.work.reminded", _("Unit reminded"), "reports.tasks.on_work_reminded")
declare("reports.report.withdrawn", _("Withdrawn: {reason}"), "reports.tasks.on_withdrawn")
