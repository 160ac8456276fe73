"""What follows an event: who is told. Nobody is told of what they did themselves."""

from accounts.access import Permission
from accounts.models import User
from accounts.seats import Seats
from campaigns.models import Task
from notifications.engine.dispatch import announce
from notifications.models import Event


def on_task_assigned(event: Event) -> None:
    task = _task(event)
    announce(event, _heads(task), "campaigns.task.assigned")


def on_task_moved(event: Event) -> None:
    task = _task(event)
    announce(event, _heads(task), "campaigns.task.moved")


def on_task_submitted(event: Event) -> None:
    announce(event, Seats(event.ward_id).in_ward(Permission.TASK_ACCEPT), "campaigns.task.submitted")


def on_task_returned(event: Event) -> None:
    task = _task(event)
    announce(event, _heads(task), "campaigns.task.returned")


def on_task_cancelled(event: Event) -> None:
    task = _task(event)
    announce(event, _heads(task), "campaigns.task.cancelled")


def _heads(task: Task) -> list[User]:
    return Seats(task.ward_id).in_units(Permission.TASK_REPORT, [task.lead_unit_id])


def _task(event: Event) -> Task:
    return Task.objects.get(pk=event.subject_id, ward=event.ward_id)
