"""What follows an event: who is told. Nobody is told of what they did themselves."""

from collections.abc import Callable

from accounts.models import User
from accounts.seats import Seats
from clearance.models import Dialogue, Question
from clearance.reminders import answerers, bringers, desk, taking_part
from notifications.engine.dispatch import announce
from notifications.models import Event


def on_question_asked(event: Event) -> None:
    question = _question(event)
    announce(event, lambda seats: answerers(question, seats), "clearance.question.asked")


def on_question_answered(event: Event) -> None:
    question = _question(event)
    announce(event, lambda seats: bringers(question, seats), "clearance.question.answered")


def on_grievance_received(event: Event) -> None:
    announce(event, desk, "clearance.grievance.received")


def on_dialogue_planned(event: Event) -> None:
    announce(event, _taking_part(event), "clearance.dialogue.planned")


def on_dialogue_moved(event: Event) -> None:
    announce(event, _taking_part(event), "clearance.dialogue.moved")


def on_dialogue_cancelled(event: Event) -> None:
    announce(event, _taking_part(event), "clearance.dialogue.cancelled")


def _taking_part(event: Event) -> Callable[[Seats], list[User]]:
    dialogue = Dialogue.objects.get(pk=event.subject_id, ward=event.ward_id)
    return lambda seats: taking_part(dialogue, seats)


def _question(event: Event) -> Question:
    rows = Question.objects.select_related("household__project", "owner")
    return rows.get(pk=event.subject_id, ward=event.ward_id)
