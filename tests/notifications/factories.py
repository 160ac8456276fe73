"""Rows of notifications, and a reminder source over tasks that stands for any app's."""

import datetime
from typing import Any

from django.utils import timezone

from accounts.access import Permission
from accounts.models import User
from accounts.seats import Seats
from campaigns.models import Task
from notifications.models import Event, Message, ReminderRule
from notifications.registry import Source, Target, Words
from tests.world import World

WORDS = Words(
    "tests.task",
    line="{unit}: {title}, {due}",
    values=lambda task, message: {"unit": task.lead_unit},
    related=("campaign", "lead_unit"),
)


def tasks(rule: ReminderRule, start: datetime.date, end: datetime.date) -> list[Target]:
    rows = Task.objects.filter(ward=rule.ward_id, due_on__range=(start, end)).select_related("campaign", "lead_unit")
    return [Target(task, task.due_on) for task in rows]


def days_overdue(rule: ReminderRule, start: datetime.date, end: datetime.date) -> list[Target]:
    days = [start + datetime.timedelta(days=n) for n in range((end - start).days + 1)]
    rows = Task.objects.filter(ward=rule.ward_id).select_related("campaign", "lead_unit")
    return [Target(task, day) for task in rows for day in days if task.due_on < day]


def heads(target: Target, seats: Seats) -> list[User]:
    return seats.in_units(Permission.TASK_REPORT, [target.subject.lead_unit_id])


DUE = Source(
    code="tests.task.due",
    label="Task due",
    anchors={"due_on": "due day"},
    targets=tasks,
    recipients=heads,
    still_due=lambda target: target.subject.state == "assigned" and target.subject.due_on == target.on,
    words="tests.task",
)
OVERDUE = Source(
    code="tests.task.overdue",
    label="Task overdue",
    anchors={"each_day": "each day"},
    targets=days_overdue,
    recipients=heads,
    still_due=lambda target: target.subject.state == "assigned",
    words="tests.task",
    repeats=True,
)


def rule(world: World, reminds: Source = DUE, **fields: Any) -> ReminderRule:
    long_ago = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    defaults = {
        "code": reminds.code.replace(".", "-"),
        "source": reminds.code,
        "anchor": next(iter(reminds.anchors)),
        "local_time": datetime.time(8),
        "enabled": True,
        "enabled_at": long_ago,
    }
    return ReminderRule.objects.create(**{"ward": world.ward} | defaults | fields)


def event(world: World, kind: str = "tests.unit.greeted", **fields: Any) -> Event:
    defaults = {"subject_type": "accounts.unit", "subject_id": world.cell.pk, "kind": kind}
    return Event.objects.create(**{"ward": world.ward} | defaults | fields)


def message(world: World, number: int = 0, **fields: Any) -> Message:
    """A message about the cell that is due now, to its head, in the portal."""
    now = timezone.now()
    happened = fields.pop("event", None) or event(world)
    defaults = {
        "event": happened,
        "user": world.head,
        "channel": "in_app",
        "words": "tests.greeting",
        "dedupe_key": f"test:{happened.pk}:{number}",
        "subject_type": "accounts.unit",
        "subject_id": world.cell.pk,
        "not_before": now - datetime.timedelta(minutes=1),
        "expires_at": now + datetime.timedelta(days=1),
    }
    return Message.objects.create(**{"ward": world.ward} | defaults | fields)
