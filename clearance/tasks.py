"""What follows an event: who is told. Nobody is told of what they did themselves."""

from clearance.models import Dialogue, Question, TeamAssignment
from clearance.reminders import answerers, officers, team_members
from notifications.dispatch import announce
from notifications.models import Event


def on_question_asked(event: Event) -> None:
    announce(event, answerers(_question(event)), "clearance.question.asked")


def on_question_answered(event: Event) -> None:
    """The team brings the answer to the household; without a team the officers see to it."""
    team = _question(event).household.team
    people = team_members([team]) if team else officers(event.ward_id)
    announce(event, people, "clearance.question.answered")


def on_dialogue_planned(event: Event) -> None:
    dialogue = Dialogue.objects.get(pk=event.subject_id, ward=event.ward_id)
    teams = TeamAssignment.objects.open().filter(ward=event.ward_id, household__project=dialogue.project_id)
    people = [*team_members(teams.values("team")), *officers(event.ward_id)]
    announce(event, people, "clearance.dialogue.planned")


def _question(event: Event) -> Question:
    rows = Question.objects.select_related("household__project", "owner")
    return rows.get(pk=event.subject_id, ward=event.ward_id)
