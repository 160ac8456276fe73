"""The tick that makes clean-ups, and who is told of what happened to one."""

import datetime
from collections.abc import Callable

from celery import shared_task

from accounts.access import Permission
from accounts.models import User
from accounts.seats import Seats
from beautification import actions
from beautification.choices import CleanupState
from beautification.models import Cleanup, Defect
from beautification.reminders import concerned_people
from core.models import today
from notifications.engine.dispatch import announce
from notifications.models import Event

THANKED = datetime.timedelta(days=7)


@shared_task
def generate_cleanups() -> None:
    actions.generate_cleanups()


def on_cleanup_postponed(event: Event) -> None:
    announce(event, _people(event), "beautification.cleanup.postponed")


def on_cleanup_cancelled(event: Event) -> None:
    announce(event, _people(event), "beautification.cleanup.cancelled")


def on_cleanup_restored(event: Event) -> None:
    announce(event, _people(event), "beautification.cleanup.restored")


def on_cleanup_decision_needed(event: Event) -> None:
    announce(event, lambda seats: seats.in_ward(Permission.STREET_MANAGE), "beautification.cleanup.decision_needed")


def on_cleanup_closed(event: Event) -> None:
    """Thanks to the units that came, at the first closing and within days: not for a correction or an old list."""
    rows = Cleanup.objects.select_related("street__lead_unit", "series__lead_unit", "lead_unit")
    cleanup = rows.get(pk=event.subject_id, ward=event.ward_id)
    if cleanup.transitions.filter(new=CleanupState.DONE).count() == 1 and cleanup.on >= today() - THANKED:
        came = {row.unit_id for row in cleanup.counts() if row.unit_id and row.count}
        announce(event, lambda seats: seats.in_units(Permission.REPORT_READ, came), "beautification.cleanup.thanks")


def on_defect_to_mend(event: Event) -> None:
    defect = Defect.objects.get(pk=event.subject_id, ward=event.ward_id)
    announce(event, lambda seats: seats.in_units(Permission.CLEANUP_RUN, [defect.owner_id]), event.kind)


def _people(event: Event) -> Callable[[Seats], list[User]]:
    rows = Cleanup.objects.select_related("street__lead_unit", "series__lead_unit", "lead_unit")
    cleanup = rows.get(pk=event.subject_id, ward=event.ward_id)
    return lambda seats: concerned_people(cleanup, seats)
