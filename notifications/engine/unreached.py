"""Units that have nobody to be told: what is sent to them reaches no one, and the campaign officers hear of it."""

import datetime

from django.db import transaction

from accounts.access import Permission
from accounts.models import Unit
from accounts.seats import Seats
from core.models import today
from notifications import outbox
from notifications.models import Event
from notifications.querysets import EventQuerySet

KIND = "notifications.unit.unreached"
AGAIN = datetime.timedelta(days=7)


def note(seats: Seats) -> None:
    """An event for each unit that was asked for people and had nobody, once in a week."""
    for unit_id, permission in sorted(seats.nobody_in.items()):
        with transaction.atomic():
            unit = Unit.objects.select_for_update(no_key=True).filter(ward=seats.ward_id, pk=unit_id).first()
            if unit is not None and not noted_lately(seats.ward_id).filter(subject_id=unit_id).exists():
                outbox.record(KIND, subject=unit, by=None, unit=unit, permission=permission)


def is_still_so(event: Event, seats: Seats) -> bool:
    return not seats.in_units(Permission(event.facts["permission"]), [event.subject_id])


def noted_lately(ward_id: int | None) -> EventQuerySet:
    since = today() - AGAIN
    return Event.objects.filter(ward=ward_id, kind=KIND, subject_type=Unit._meta.label_lower, on__gt=since)
