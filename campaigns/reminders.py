"""What reminds of the campaign's tasks, and the texts of their messages."""

import datetime
from collections.abc import Iterator

from django.db.models import Min, OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import Permission
from accounts.models import User
from accounts.seats import Seats
from campaigns.choices import UNIT_STATES
from campaigns.models import Task, TaskTransition
from notifications.models import Message, ReminderRule
from notifications.registry import Source, Target, Words, add_source, add_words


def _values(task: Task, message: Message) -> dict:
    return {"title": task.title, "unit": task.lead_unit, "due": task.due_on}


def _reason(task: Task, message: Message) -> dict:
    """The words of the ward's last step."""
    step = task.transitions.exclude(reason="").first()
    return _values(task, message) | {"reason": step.reason if step else ""}


_REPORT, _ACCEPT = Permission.TASK_REPORT, Permission.TASK_ACCEPT
for code, line, values, label, permission in [
    ("assigned", _("{unit}: new task “{title}”, due {due}"), _values, _("New task"), _REPORT),
    (
        "submitted",
        _("{unit} reports as done: “{title}”. Accept or return it."),
        _values,
        _("Task reported as done"),
        _ACCEPT,
    ),
    ("returned", _("{unit}: “{title}” was returned. {reason}"), _reason, _("Task returned"), _REPORT),
    ("cancelled", _("{unit}: “{title}” was cancelled. {reason}"), _reason, _("Task cancelled"), _REPORT),
    ("due", _("{unit}: “{title}”, due {due}"), _values, "", _REPORT),
    (
        "overdue",
        _("{unit}: “{title}” is {days} days overdue, it was due {due}"),
        _values,
        "",
        _REPORT,
    ),
]:
    add_words(
        Words(
            f"campaigns.task.{code}",
            line=line,
            values=values,
            label=label,
            related=("campaign", "lead_unit"),
            permission=permission,
        )
    )


def _waiting(rule: ReminderRule) -> QuerySet:
    steps = TaskTransition.objects.filter(ward=rule.ward_id, task=OuterRef("pk")).order_by().values("task")
    tasks = Task.objects.filter(ward=rule.ward_id, state__in=UNIT_STATES, campaign__state="open")
    return tasks.select_related("campaign", "lead_unit").annotate(
        given_at=Subquery(steps.annotate(first=Min("at")).values("first"))
    )


def _since(task: Task) -> datetime.datetime:
    """When the task was given: nobody is reminded of the time before."""
    return task.given_at or timezone.now()


def _due(rule: ReminderRule, start: datetime.date, end: datetime.date) -> Iterator[Target]:
    for task in _waiting(rule).filter(due_on__range=(start, end)).iterator():
        yield Target(task, task.due_on, since=_since(task))


def _overdue(rule: ReminderRule, start: datetime.date, end: datetime.date) -> Iterator[Target]:
    for task in _waiting(rule).filter(due_on__lt=end).iterator():
        first = max(start, task.due_on + datetime.timedelta(days=1))
        for days in range((end - first).days + 1):
            yield Target(task, first + datetime.timedelta(days=days), since=_since(task))


def _heads(target: Target, seats: Seats) -> list[User]:
    return seats.in_units(_REPORT, [target.subject.lead_unit_id])


add_source(
    Source(
        code="campaigns.task.due",
        label=_("Task due"),
        anchors={"due_on": _("due day")},
        targets=_due,
        recipients=_heads,
        still_due=lambda target: target.subject.state in UNIT_STATES and target.subject.due_on == target.on,
        words="campaigns.task.due",
    )
)
add_source(
    Source(
        code="campaigns.task.overdue",
        label=_("Task overdue"),
        anchors={"day": _("each day overdue")},
        targets=_overdue,
        recipients=_heads,
        still_due=lambda target: target.subject.is_overdue(target.on),
        words="campaigns.task.overdue",
        repeats=True,
    )
)
