"""What follows an event: who is told. Nobody is told of what they did themselves."""

import datetime
from collections.abc import Callable

from accounts.access import Permission
from accounts.models import User
from accounts.seats import Seats
from campaigns.models import Task
from campaigns.reminders import heads_of
from notifications.engine.dispatch import announce
from notifications.models import Event

DAY = datetime.timedelta(days=1)  # a reminder may come again tomorrow


def on_number_asked(event: Event) -> None:
    announce(event, lambda seats: seats.in_ward(Permission.DOCUMENT_ISSUE), "campaigns.document.number_asked")


def on_document_presented(event: Event) -> None:
    announce(event, lambda seats: seats.in_ward(Permission.DOCUMENT_INSTRUCT), "campaigns.document.presented")


def on_task_assigned(event: Event) -> None:
    announce(event, _heads(event), "campaigns.task.assigned")


def on_task_given(event: Event) -> None:
    announce(event, _heads(event), "campaigns.task.assigned")
    former = event.facts["former"]
    announce(event, lambda seats: seats.in_units(Permission.TASK_REPORT, [former]), "campaigns.task.given")


def on_task_entrusted(event: Event) -> None:
    person = User.objects.get(pk=event.facts["person"])
    announce(event, lambda seats: [person], "campaigns.task.entrusted")


def on_task_moved(event: Event) -> None:
    announce(event, _heads(event), "campaigns.task.moved")


def on_task_submitted(event: Event) -> None:
    announce(event, lambda seats: seats.in_ward(Permission.TASK_ACCEPT), "campaigns.task.submitted")


def on_task_returned(event: Event) -> None:
    announce(event, _heads(event), "campaigns.task.returned")


def on_task_reminded(event: Event) -> None:
    announce(event, _heads(event), "campaigns.task.reminded", expires=DAY)


def on_task_cancelled(event: Event) -> None:
    announce(event, _heads(event), "campaigns.task.cancelled")


def _heads(event: Event) -> Callable[[Seats], list[User]]:
    task = Task.objects.get(pk=event.subject_id, ward=event.ward_id)
    return lambda seats: heads_of(task, seats)
