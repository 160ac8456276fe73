from django.utils.translation import gettext_lazy as _

from core.events import declare

_TASKS = "beautification.tasks."

declare("beautification.street.registered", _("Street registered"))
declare("beautification.street.taken_up", _("Street taken up in the year {year}"))
declare("beautification.street.edited", _("Street changed"))
declare("beautification.street.drawn", _("Line of the street drawn"))
declare("beautification.street.wiped", _("Line of the street taken away"))
declare("beautification.series.planned", _("Series of clean-ups planned"))
declare("beautification.series.edited", _("Series of clean-ups changed"))

declare("beautification.cleanup.planned", _("Clean-up planned"))
declare("beautification.cleanup.confirmed", _("Clean-up confirmed"))
declare("beautification.cleanup.opened", _("Session opened"))
declare("beautification.cleanup.closed", _("Session closed with {count} people"), _TASKS + "on_cleanup_closed")
declare(
    "beautification.cleanup.closed_nearly",
    _("Session closed with nearly {count} people"),
    _TASKS + "on_cleanup_closed",
)
declare("beautification.cleanup.reopened", _("Session taken up again"))
declare("beautification.cleanup.postponed", _("Clean-up moved to {day}"), _TASKS + "on_cleanup_postponed")
declare("beautification.cleanup.cancelled", _("Clean-up of {day} cancelled"), _TASKS + "on_cleanup_cancelled")
declare("beautification.cleanup.restored", _("Clean-up of {day} takes place after all"), _TASKS + "on_cleanup_restored")
declare("beautification.cleanup.held_anyway", _("Clean-up of {day} takes place on the holiday"))
declare(
    "beautification.cleanup.decision_needed",
    _("Clean-up of {day} waits for a decision about the holiday"),
    _TASKS + "on_cleanup_decision_needed",
)

declare("beautification.series.needs_set", _("People and tools asked for each clean-up"))
declare("beautification.cleanup.needs_set", _("People and tools asked for"))
declare("beautification.cleanup.replied", _("{count} people will come"))
declare("beautification.cleanup.handed_to", _("Another unit leads the clean-up"))
declare("beautification.cleanup.scan_taken_out", _("Scan taken out"))
declare("beautification.photo.added", _("Photo taken"))
declare("beautification.photo.cleared", _("Photos shown to everybody"))
declare("beautification.photo.hidden", _("Photos taken back from the public page"))
declare("beautification.photo.removed", _("Photos removed"))

declare("beautification.defect_kind.entered", _("Kinds of defects entered"))
declare("beautification.defect.reported", _("Defect reported"), _TASKS + "on_defect_to_mend")
declare("beautification.defect.handed", _("Unit and day to mend the defect set"))
declare("beautification.defect.mended", _("Defect mended"))
declare("beautification.defect.came_back", _("Defect came back"), _TASKS + "on_defect_to_mend")
declare("beautification.criteria.entered", _("New edition of the criteria of civilised streets"))
declare("beautification.criteria.verified", _("Criteria of civilised streets verified"))
declare("beautification.street.assessed", _("Street assessed: {met} of {total} criteria met"))
declare("beautification.street.assessment_corrected", _("Assessment corrected: {met} of {total} criteria met"))
declare("beautification.criterion.evidence_added", _("Evidence of a criterion added"))
declare("beautification.criterion.evidence_removed", _("Evidence of a criterion removed"))
