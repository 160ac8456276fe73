"""The tick that makes clean-ups, and who is told of what happened to one."""

from celery import shared_task

from beautification import actions
from beautification.models import Cleanup
from beautification.reminders import officers, people_of
from notifications.dispatch import announce
from notifications.models import Event


@shared_task
def generate_cleanups() -> None:
    actions.generate_cleanups()


def on_cleanup_postponed(event: Event) -> None:
    announce(event, people_of(_cleanup(event)), "beautification.cleanup.postponed")


def on_cleanup_cancelled(event: Event) -> None:
    announce(event, people_of(_cleanup(event)), "beautification.cleanup.cancelled")


def on_cleanup_decision_needed(event: Event) -> None:
    announce(event, officers(event.ward_id), "beautification.cleanup.decision_needed")


def _cleanup(event: Event) -> Cleanup:
    rows = Cleanup.objects.select_related("street__lead_unit", "series__lead_unit")
    return rows.get(pk=event.subject_id, ward=event.ward_id)
