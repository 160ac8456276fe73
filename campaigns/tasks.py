"""What follows an event: who is told, nobody of what they did themselves. And what the timetable asks for: the files
that are read for search, and the tasks that come again."""

import datetime
import time
from collections.abc import Callable
from typing import Any

from celery import shared_task
from django.db import transaction

from accounts.access import Permission
from accounts.models import User
from accounts.seats import Seats
from campaigns import actions
from campaigns.models import DocumentText, MeetingInvitee, Task, TaskUnit
from campaigns.reminders import heads_of, invited_people
from notifications.engine.dispatch import announce
from notifications.models import Event

READ_SECONDS = 30  # begins no further file after that
DAY = datetime.timedelta(days=1)  # a reminder may come again tomorrow


@shared_task
def give_series() -> None:
    actions.give_series()


def on_number_asked(event: Event) -> None:
    announce(event, lambda seats: seats.in_ward(Permission.DOCUMENT_ISSUE), "campaigns.document.number_asked")


def on_document_presented(event: Event) -> None:
    announce(event, lambda seats: seats.in_ward(Permission.DOCUMENT_INSTRUCT), "campaigns.document.presented")


def on_task_assigned(event: Event) -> None:
    announce(event, _heads(event), "campaigns.task.assigned")
    units = TaskUnit.objects.filter(ward=event.ward_id, task=event.subject_id).values_list("unit", flat=True)
    if helpers := list(units):
        _tell_helpers(event, helpers)


def on_task_shared(event: Event) -> None:
    _tell_helpers(event, event.facts["units"])


def _tell_helpers(event: Event, units: list[int]) -> None:
    announce(event, lambda seats: seats.in_units(Permission.TASK_REPORT, units), "campaigns.task.shared")


def on_extension_asked(event: Event) -> None:
    announce(event, lambda seats: seats.in_ward(Permission.TASK_ACCEPT), "campaigns.task.extension_asked")


def on_extension_granted(event: Event) -> None:
    announce(event, _heads(event), "campaigns.task.extension_granted")


def on_extension_refused(event: Event) -> None:
    announce(event, _heads(event), "campaigns.task.extension_refused")


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


def on_invited(event: Event) -> None:
    _tell_invited(event, "campaigns.meeting.invited", pk__in=event.facts["invitees"])


def on_meeting_moved(event: Event) -> None:
    _tell_invited(event, "campaigns.meeting.moved")


def on_meeting_cancelled(event: Event) -> None:
    _tell_invited(event, "campaigns.meeting.cancelled")


def _tell_invited(event: Event, words: str, **which: Any) -> None:
    """The heads of the invited units, and the people invited by name."""
    rows = MeetingInvitee.objects.filter(ward=event.ward_id, meeting=event.subject_id, **which)
    invited = list(rows.select_related("person"))
    announce(event, lambda seats: invited_people(invited, seats), words)


def _heads(event: Event) -> Callable[[Seats], list[User]]:
    task = Task.objects.get(pk=event.subject_id, ward=event.ward_id)
    return lambda seats: heads_of(task, seats)


@shared_task
def read_files() -> int:
    """Read the files that wait, one a transaction, until none does or the time is over; how many."""
    end, count = time.monotonic() + READ_SECONDS, 0
    while time.monotonic() < end:
        with transaction.atomic():
            if (waiting := DocumentText.next_waiting()) is None:
                break
            waiting.read()
        count += 1
    return count
