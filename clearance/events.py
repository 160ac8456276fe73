from django.utils.translation import gettext_lazy as _

from clearance.tracks import Step
from core.events import declare

declare("clearance.project.started", _("Project entered"))
declare("clearance.project.changed", _("Project changed"))
declare("clearance.procedure.entered", _("Rows of the procedure entered: {count}"))
declare("clearance.authority.entered", _("Authority to sign entered"))
declare("clearance.batch.entered", _("Batch {batch} saved"))
declare("clearance.batch.filled", _("Households put into a batch: {count}"))
declare("clearance.project.step_reached", _("Stands at step {step}"))
declare("clearance.batch.step_reached", _("Batch {batch} stands at step {step}"))
declare("clearance.household.added", _("Households entered: {count}"))
declare("clearance.household.removed", _("Households of a list taken back: {count}"))
declare("clearance.household.changed", _("Household file changed"))
declare("clearance.household.name_corrected", _("Representative's name corrected"))
declare("clearance.household.represented", _("Represented by somebody else"))
declare("clearance.party.added", _("Person added to the file"))
declare("clearance.member.recorded", _("Person living in the household recorded"))
declare("clearance.member.voided", _("Person living in the household declared void"))
declare("clearance.authorisation.recorded", _("Authorisation recorded"))
declare("clearance.authorisation.voided", _("Authorisation declared void"))
declare("clearance.asset.recorded", _("Asset of an inventory recorded"))
declare("clearance.asset.voided", _("Asset of an inventory declared void"))
declare("clearance.need.recorded", _("Need for help recorded"))
declare("clearance.need.voided", _("Need for help declared void"))
declare("clearance.need.offered", _("Help offered"))
declare("clearance.party.details_changed", _("Phone, identity number or permanent address changed"))
declare("clearance.household.assigned", _("Household given to a team"))
declare("clearance.household.released", _("The team's assignment ended"))
declare("clearance.household.assigned_together", _("Households given to a team: {count}"))
declare("clearance.household.released_together", _("The teams' assignments ended: {count} households"))
declare("clearance.code.handed_over", _("Card with a new code handed over"))
declare("clearance.household.paused", _("Visits paused at the household's request"))
declare("clearance.household.resumed", _("Visits taken up again"))
declare("clearance.land_kinds.entered", _("Kinds of land entered: {count}"))
declare("clearance.plot.held", _("Holds plot {plot}, map sheet {sheet}"))
declare("clearance.plot.let_go", _("Holds plot {plot}, map sheet {sheet}, no more"))
declare("clearance.plot.changed", _("Plot changed"))
declare("clearance.plot.removed", _("Plot {plot}, map sheet {sheet}, taken off the list"))
declare("clearance.shapes.drawn", _("Outlines of plots drawn: {count}"))
declare("clearance.shapes.wiped", _("Outlines of plots taken away: {count}"))
declare("clearance.plots.added", _("Plots of households entered: {count}"))
declare("clearance.plots.taken_back", _("Plots of a list taken back: {count}"))
declare("clearance.delivery.recorded", _("Delivery of a paper recorded"))
declare("clearance.delivery.proved", _("Photo of a delivered paper added"))
declare("clearance.delivery.voided", _("Delivery of a paper declared void"))
declare("clearance.milestone.recorded", _("Milestone of the file recorded"))
declare("clearance.milestone.voided", _("Milestone of the file declared void"))
declare("clearance.loop.opened", _("Mobilisation opened"))
declare("clearance.loop.ended", _("Mobilisation ended"))
declare("clearance.loop.decision_recorded", _("Recorded that a decision exists"))
declare("clearance.loop.decision_confirmed", _("A second person confirmed the decision"))
declare("clearance.minutes.recorded", _("Minutes of a mobilisation written"))
declare("clearance.minutes.voided", _("Minutes of a mobilisation declared void"))
declare("clearance.set_day.recorded", _("Day set towards the household"))
declare("clearance.set_day.voided", _("Day set towards the household taken back"))
declare("clearance.own_step.recorded", _("Own step of the household recorded"))
declare("clearance.own_step.voided", _("Own step of the household declared void"))
declare("clearance.promise.made", _("Promise to the household written down"))
declare("clearance.promise.kept", _("Promise closed with what came of it"))
declare("clearance.obstacle.found", _("Obstacle written down"))
declare("clearance.obstacle.cleared", _("Obstacle closed with what came of it"))
declare("clearance.visit.recorded", _("Visit recorded"))
declare("clearance.visit.amended", _("Visit corrected; what was written before is kept"))
declare("clearance.visit.voided", _("Visit declared void"))
declare("clearance.rule.entered", _("Rule of home visits entered"))
declare("clearance.round.planned", _("Round of visits planned"))
declare("clearance.round.team_added", _("Team of a round named"))
declare("clearance.round.filled", _("Visits planned: {count}"))
declare("clearance.round.handed_out", _("Lists of a round handed out"))
declare("clearance.round.returned", _("List of a round returned"))
declare("clearance.round.closed", _("Round of visits closed"))
declare("clearance.script.entered", _("Script of home visits entered"))
declare("clearance.dialogue.planned", _("Dialogue conference planned"), "clearance.tasks.on_dialogue_planned")
declare("clearance.dialogue.changed", _("Dialogue conference changed"))
declare("clearance.dialogue.moved", _("Dialogue conference moved"), "clearance.tasks.on_dialogue_moved")
declare("clearance.dialogue.held", _("Dialogue conference held"))
declare("clearance.dialogue.cancelled", _("Dialogue conference cancelled"), "clearance.tasks.on_dialogue_cancelled")
declare("clearance.attendance.recorded", _("Attendance recorded: {count} households"))
declare("clearance.opinions.recorded", _("Opinions on the plan recorded: {count} households"))
declare("clearance.minutes.written", _("Minutes saved"))
declare("clearance.minutes.signed", _("Line of a signature added to the minutes"))
declare("clearance.minutes.unsigned", _("Line of a signature taken out of the minutes"))
declare("clearance.minutes.scanned", _("Signed paper added to the minutes"))
declare("clearance.minutes.closed", _("Minutes closed"))
declare("clearance.minutes.reopened", _("Minutes opened again"))
declare("clearance.minutes.summed_up", _("Summary for the public drafted"))
declare("clearance.invitation.made", _("Invitations made: {count}"))
declare("clearance.invitation.delivered", _("Delivery of an invitation recorded"))
declare("clearance.invitation.voided", _("Invitation declared void"))
declare("clearance.question.asked", _("Question of a household recorded"), "clearance.tasks.on_question_asked")
declare("clearance.question.answered", _("Question answered"), "clearance.tasks.on_question_answered")
declare("clearance.question.told", _("The household was told the answer"))
declare("clearance.grievance.received", _("Grievance received"), "clearance.tasks.on_grievance_received")
declare("clearance.grievance.sorted", _("Grievance sorted"))
declare("clearance.grievance.papers_added", _("Papers added to the grievance"))
declare("clearance.grievance.handed_over", _("Denunciation handed over"))
for _step, _words in {
    Step.ASK_MORE: _("Asked to add something"),
    Step.RESORT: _("To be sorted anew"),
    Step.COMPLETE: _("Something was added"),
    Step.ANSWER: _("Grievance answered"),
    Step.ACCEPT: _("Complaint accepted for settlement"),
    Step.REFUSE: _("Complaint not accepted"),
    Step.FORWARD: _("Grievance passed on"),
    Step.EXTEND: _("Settlement extended"),
    Step.SUSPEND: _("Settlement suspended"),
    Step.RESUME: _("Settlement goes on"),
    Step.SETTLE: _("Complaint settled"),
    Step.ASK_WITHDRAWAL: _("Signed withdrawal recorded"),
    Step.CONFIRM_WITHDRAWAL: _("Withdrawal confirmed"),
    Step.GO_ON: _("Not withdrawn, goes on"),
    Step.CLOSE: _("Grievance closed"),
    Step.REOPEN: _("Grievance taken up again"),
}.items():
    declare(f"clearance.grievance.{_step}", _words)
