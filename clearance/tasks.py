"""What follows an event: who is told. Nobody is told of what they did themselves."""

from accounts.access import Permission
from accounts.seats import Seats
from clearance.models import Dialogue, Question, TeamAssignment
from clearance.reminders import answerers, officers
from notifications.dispatch import announce
from notifications.models import Event


def on_question_asked(event: Event) -> None:
    announce(event, answerers(_question(event), Seats(event.ward_id)), "clearance.question.asked")


def on_question_answered(event: Event) -> None:
    """The team brings the answer to the household; without a team the officers see to it."""
    team, seats = _question(event).household.team, Seats(event.ward_id)
    people = seats.in_units(Permission.VISIT_RECORD, [team.pk]) if team else officers(seats)
    announce(event, people, "clearance.question.answered")


def on_dialogue_planned(event: Event) -> None:
    dialogue = Dialogue.objects.get(pk=event.subject_id, ward=event.ward_id)
    teams = TeamAssignment.objects.open().filter(ward=event.ward_id, household__project=dialogue.project_id)
    seats = Seats(event.ward_id)
    people = seats.in_units(Permission.VISIT_RECORD, teams.values_list("team", flat=True)) + officers(seats)
    announce(event, people, "clearance.dialogue.planned")


def _question(event: Event) -> Question:
    rows = Question.objects.select_related("household__project", "owner")
    return rows.get(pk=event.subject_id, ward=event.ward_id)
