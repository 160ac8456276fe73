"""What follows an event: who is told. Nobody is told of what they did themselves."""

from accounts.access import Permission
from campaigns.models import Task
from campaigns.reminders import holders_in_ward, unit_heads
from notifications.dispatch import announce
from notifications.models import Event


def on_task_assigned(event: Event) -> None:
    task = _task(event)
    announce(event, unit_heads(task.lead_unit_id), "campaigns.task.assigned")


def on_task_submitted(event: Event) -> None:
    announce(event, holders_in_ward(event.ward_id, Permission.TASK_ACCEPT), "campaigns.task.submitted")


def on_task_returned(event: Event) -> None:
    task = _task(event)
    announce(event, unit_heads(task.lead_unit_id), "campaigns.task.returned")


def on_task_cancelled(event: Event) -> None:
    task = _task(event)
    announce(event, unit_heads(task.lead_unit_id), "campaigns.task.cancelled")


def _task(event: Event) -> Task:
    return Task.objects.get(pk=event.subject_id, ward=event.ward_id)
