from django.utils.translation import gettext_lazy as _

from core.events import declare

declare("campaigns.campaign.prepared", _("Year {year} entered"))
declare("campaigns.campaign.edited", _("Facts of the year changed"))
declare("campaigns.campaign.opened", _("Year {year} opened"))
declare("campaigns.campaign.carried_over", _("Taken over from {year}: {rows} rows"))
declare("campaigns.campaign.closed", _("Year {year} closed"))

declare("campaigns.document.registered", _("Document registered"))
declare("campaigns.document.edited", _("Document corrected"))
declare(
    "campaigns.document.number_asked",
    _("Handed to the records clerk for its number"),
    "campaigns.tasks.on_number_asked",
)
declare("campaigns.document.presented", _("Presented to the leadership"), "campaigns.tasks.on_document_presented")
declare("campaigns.document.instructed", _("The leadership said what is to be done"))
declare("campaigns.document.issued", _("Document issued"))
declare("campaigns.document.replaced", _("Document replaced by a newer one"))
declare("campaigns.document.withdrawn", _("Document withdrawn"))
declare("campaigns.document.addressed", _("Recipients written down, {resolutions} of them asked for a resolution"))
declare("campaigns.number_start.entered", _("Last number taken by hand entered: {last}"))
declare("campaigns.number_start.removed", _("Last number taken by hand taken back: {last}"))
declare("campaigns.resolution.registered", _("Resolution of the unit registered"))

declare("campaigns.members.assigned", _("Work shared out among members: {members}"))

declare("campaigns.plan_item.added", _("Plan item added"))
declare("campaigns.plan_item.edited", _("Plan item changed"))
declare("campaigns.plan_item.removed", _("Plan item removed"))
declare("campaigns.plan_item.moved", _("Order of the plan items changed"))

declare("campaigns.task.assigned", _("Task assigned"), "campaigns.tasks.on_task_assigned")
declare("campaigns.task.given", _("Task given to another unit"), "campaigns.tasks.on_task_given")
declare("campaigns.task.entrusted", _("Person in charge named"), "campaigns.tasks.on_task_entrusted")
declare("campaigns.task.edited", _("Task changed"))
declare("campaigns.task.moved", _("Due day of the task changed"), "campaigns.tasks.on_task_moved")
declare("campaigns.task.shared", _("Cooperating units added"), "campaigns.tasks.on_task_shared")
declare("campaigns.task.extension_asked", _("More time asked for, until {until}"), "campaigns.tasks.on_extension_asked")
declare(
    "campaigns.task.extension_granted", _("More time granted, until {until}"), "campaigns.tasks.on_extension_granted"
)
declare("campaigns.task.extension_refused", _("More time refused"), "campaigns.tasks.on_extension_refused")
declare("campaigns.task.acknowledged", _("Task received by the unit"))
declare("campaigns.task.progressed", _("Progress noted"))
declare("campaigns.task.submitted", _("Task reported as done"), "campaigns.tasks.on_task_submitted")
declare("campaigns.task.reminded", _("Unit reminded"), "campaigns.tasks.on_task_reminded")
declare("campaigns.task.accepted", _("Task accepted"))
declare("campaigns.task.returned", _("Task returned to the unit"), "campaigns.tasks.on_task_returned")
declare("campaigns.task.cancelled", _("Task cancelled"), "campaigns.tasks.on_task_cancelled")

declare("campaigns.series.planned", _("Task that comes again begun"))
declare("campaigns.series.edited", _("Task that comes again changed"))
declare("campaigns.series.ended", _("Task that comes again ended"))

declare("campaigns.meeting.called", _("Meeting planned"))
declare("campaigns.meeting.invited", _("Invited to the meeting"), "campaigns.tasks.on_invited")
declare("campaigns.meeting.moved", _("Day, time or place of the meeting changed"), "campaigns.tasks.on_meeting_moved")
declare("campaigns.meeting.edited", _("Meeting changed"))
declare("campaigns.meeting.held", _("Meeting held"))
declare("campaigns.meeting.attended", _("Attendance written down"))
declare("campaigns.meeting.concluded", _("Outcomes of the meeting written down"))
declare("campaigns.meeting.cancelled", _("Meeting cancelled"), "campaigns.tasks.on_meeting_cancelled")
