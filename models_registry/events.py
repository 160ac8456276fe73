"""What happens to models and entries, in the words of the timeline."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.events import declare

_TASKS = "models_registry.tasks"

declare("models_registry.model.drafted", _("Began the registration"))
declare(
    "models_registry.model.submitted",
    pgettext_lazy("event", "Sent it to the ward for approval"),
    f"{_TASKS}.on_model_submitted",
)
declare("models_registry.model.accepted", pgettext_lazy("event", "Approved the model"), f"{_TASKS}.on_model_decided")
declare("models_registry.model.returned", _("Asked for more"), f"{_TASKS}.on_model_decided")
declare(
    "models_registry.model.rejected",
    pgettext_lazy("event", "Did not approve the model"),
    f"{_TASKS}.on_model_decided",
)
declare("models_registry.model.corrected", _("Corrected the decision"), f"{_TASKS}.on_model_decided")
declare("models_registry.model.reopened", _("Took the registration up again"))
declare("models_registry.model.withdrawn", _("Withdrew the model"), f"{_TASKS}.on_model_withdrawn")
declare("models_registry.model.listed", _("Entered from a list of registrations"))
declare("models_registry.model.unlisted", _("Taken back with the list that it stood on"))
declare("models_registry.model.paused", _("Paused the model"))
declare("models_registry.model.resumed", _("Went on with the model"))
declare("models_registry.model.tasks_linked", _("Linked to tasks: {tasks}"))
declare(
    "models_registry.model.self_assessed",
    pgettext_lazy("event", "Handed in the self-assessment"),
    f"{_TASKS}.on_model_self_assessed",
)
declare(
    "models_registry.model.inspected",
    _("Inspected the model, tasks: {tasks}"),
    f"{_TASKS}.on_model_decided",
)
declare("models_registry.model.sent_to_work", _("Sent the model back to work"), f"{_TASKS}.on_model_decided")
declare("models_registry.model.review_opened", _("Opened the appraisal"))
declare("models_registry.model.concluded", _("Decided after the appraisal"), f"{_TASKS}.on_model_decided")
declare("models_registry.model.review_reopened", _("Took the appraisal up again"))
declare("models_registry.model.archived", pgettext_lazy("event", "Archived the model"))
declare("models_registry.model.honoured", _("Wrote down what became of the model"), f"{_TASKS}.on_model_decided")
declare("models_registry.model.proposed", pgettext_lazy("event", "Proposed the model"), f"{_TASKS}.on_model_decided")
declare("models_registry.model.unproposed", _("Took a proposal back"), f"{_TASKS}.on_model_decided")
declare("models_registry.model.taken_up", _("Takes up the model of another unit"), f"{_TASKS}.on_model_decided")
declare("models_registry.model.not_taken_up", _("No registration takes this model up any more"))
declare("models_registry.layout.entered", _("Put columns of a table in force"))
declare("models_registry.table.sent", _("Recorded a table as sent, models in it: {count}"))
declare("models_registry.assessment.named", _("Named somebody who scores"), f"{_TASKS}.on_assessor_named")
declare("models_registry.assessment.handed_in", _("Handed in the scores"))
declare("models_registry.assessment.stood_aside", _("Somebody does not score any more"), f"{_TASKS}.on_stood_aside")
declare("models_registry.appraisal.completed", _("All scores are in"), f"{_TASKS}.on_appraisal_completed")
declare("models_registry.rubric.entered", _("Put an edition of the criteria in force"))
declare("models_registry.step.done", _("Finished step {step}"))
declare("models_registry.step.rescheduled", _("Moved step {step} from {was} to {due}"))
declare("models_registry.step.reminded", _("Unit reminded"), f"{_TASKS}.on_step_reminded")
declare(
    "models_registry.unit.asked_for_news",
    _("Asked the unit for news, models: {count}"),
    f"{_TASKS}.on_asked_for_news",
)
declare("models_registry.progress.recorded", _("Recorded results, targets: {targets}"))

declare("models_registry.contest.announced", _("Announced the contest"))
declare("models_registry.contest.changed", _("Changed the contest"))
declare("models_registry.contest.ruled", _("Changed the rules of the contest"))
declare("models_registry.contest.shared_out", _("Shared out {entries} entries"))
declare("models_registry.entry.planned", _("Entered the entry"))
declare("models_registry.entry.changed", _("Changed the entry"))
declare("models_registry.entry.begun", _("Began to write"))
declare("models_registry.entry.submitted", _("Handed it in to the ward"), f"{_TASKS}.on_entry_submitted")
declare("models_registry.entry.revision_asked", _("Asked for a revision"), f"{_TASKS}.on_entry_revision_asked")
declare("models_registry.entry.resubmitted", _("Handed in the revised entry"), f"{_TASKS}.on_entry_submitted")
declare("models_registry.entry.approved", pgettext_lazy("event", "Approved the entry"))
declare("models_registry.entry.sent", pgettext_lazy("event", "Sent to the organizers"))
declare("models_registry.entry.received", _("Received by the organizers"))
declare("models_registry.entry.invalidated", _("Found not valid"))
declare("models_registry.entry.preliminary", _("Reached the preliminary round"))
declare("models_registry.entry.final", _("Reached the final round"))
declare("models_registry.entry.awarded", pgettext_lazy("event", "Won an award"))
declare("models_registry.entry.not_awarded", pgettext_lazy("event", "Won no award"))
declare("models_registry.entry.reopened", _("Took back what came of it"))
declare("models_registry.entry.withdrawn", pgettext_lazy("event", "Withdrew the entry"))
declare("models_registry.judging.prepared", _("Prepared the judging"))
declare("models_registry.judging.changed", _("Changed the judging"))
declare("models_registry.judging.opened", _("Gave {entries} entries to the judges"), f"{_TASKS}.on_judging_opened")
declare("models_registry.judging.completed", _("All points are in"), f"{_TASKS}.on_judging_completed")
declare(
    "models_registry.judging.ordered", _("Put entries with the same result in order"), f"{_TASKS}.on_judging_completed"
)
declare("models_registry.judging.closed", _("Awarded the prizes"))
declare(
    "models_registry.judging.reopened",
    _("Took the prizes back and reopened the judging: {reason}"),
    f"{_TASKS}.on_judging_reopened",
)
declare("models_registry.judge.named", _("Named a judge"), f"{_TASKS}.on_judge_named")
declare("models_registry.judge.stood_aside", _("A judge does not judge any more"), f"{_TASKS}.on_judge_aside")
declare("models_registry.copy.cleared", _("Looked through a copy for judges"))
declare("models_registry.sheet.handed_in", pgettext_lazy("event", "Gave points"))
declare("models_registry.consent.recorded", _("Recorded a consent to publishing"))
declare("models_registry.consent.withdrawn", _("A consent was withdrawn"), f"{_TASKS}.on_consent_withdrawn")
declare("models_registry.entry.published", _("Made an article of the entry"))
