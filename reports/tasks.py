"""Who is told about the way of a report through the house."""

import datetime
from collections.abc import Callable

from accounts.access import Permission
from accounts.models import User
from accounts.seats import Seats
from notifications.engine.dispatch import announce
from notifications.models import Event
from reports.models import Report

DAY = datetime.timedelta(days=1)


def on_handed_in(event: Event) -> None:
    announce(event, lambda seats: seats.in_ward(Permission.REPORT_CHECK), "reports.report.handed_in")


def on_checked(event: Event) -> None:
    announce(event, lambda seats: seats.in_ward(Permission.REPORT_SIGN), "reports.report.checked")


def on_signed(event: Event) -> None:
    announce(event, lambda seats: seats.in_ward(Permission.DOCUMENT_ISSUE), "reports.report.signed")


def on_sent_back(event: Event) -> None:
    announce(event, _writer(event), "reports.report.sent_back")


def on_withdrawn(event: Event) -> None:
    announce(event, _writer(event), "reports.report.withdrawn")


def on_work_reminded(event: Event) -> None:
    """Who reports for the unit."""
    unit = event.unit_id
    announce(event, lambda seats: seats.in_units(Permission.TASK_REPORT, [unit]), "reports.work.reminded", expires=DAY)


def _writer(event: Event) -> Callable[[Seats], list[User]]:
    """Who began it, and who handed it in the last time."""
    report = Report.objects.select_related("entered_by").get(pk=event.subject_id, ward=event.ward_id)
    last = report.transitions.filter(new="submitted").select_related("by").first()
    people = {person.pk: person for person in (report.entered_by, last and last.by) if person}
    return lambda seats: list(people.values())
