"""What reminds of the campaign's tasks and documents, and the texts of their messages."""

import datetime
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db.models import Min, OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import Permission
from accounts.models import User
from accounts.seats import Seats
from campaigns.choices import OPEN_STATES, UNIT_STATES, DocumentState, ExtensionState, MeetingState, TaskState
from campaigns.models import Document, DocumentTransition, Meeting, MeetingInvitee, Task, TaskExtension, TaskTransition
from deadlines.models import Deadline
from notifications.models import Message, ReminderRule
from notifications.registry import Source, Target, Words, add_source, add_words


def _values(task: Task, message: Message) -> dict:
    return {"title": task.title, "unit": task.lead_unit, "due": task.due_on}


def _reason(task: Task, message: Message) -> dict:
    """The words of the ward's last step."""
    step = task.transitions.exclude(reason="").first()
    return _values(task, message) | {"reason": step.reason if step else ""}


def _extension(task: Task, message: Message) -> dict:
    """The last request for more time: until when and why; the ward's answer once it is there."""
    last = task.extensions.first()
    if last is None:
        return _values(task, message)
    return _values(task, message) | {"when": last.wanted_on, "reason": last.answer or last.reason}


_REPORT, _ACCEPT = Permission.TASK_REPORT, Permission.TASK_ACCEPT


def _for_its_heads(*states: str) -> Callable[[Task, Message, Seats], bool]:
    """The task is in one of these states and the receiver still leads the unit that has it."""
    return lambda task, message, seats: task.state in states and message.user in heads_of(task, seats)


def heads_of(task: Task, seats: Seats) -> list[User]:
    return seats.in_units(_REPORT, [task.lead_unit_id])


def invited_people(rows: Iterable[MeetingInvitee], seats: Seats) -> list[User]:
    """The heads of the units among the invited, and the people among them."""
    people = {row.person.pk: row.person for row in rows if row.person and row.person in seats}
    units = [row.unit_id for row in rows if row.unit_id]
    return list(people.values()) + [user for user in seats.in_units(_REPORT, units) if user.pk not in people]


def _is_invited(meeting: Meeting, message: Message, seats: Seats) -> bool:
    return message.user in invited_people(meeting.invitees.select_related("person"), seats)


def _meeting(meeting: Meeting, message: Message) -> dict:
    when = meeting.held_on
    if when and meeting.starts_at:
        when = timezone.make_aware(datetime.datetime.combine(when, meeting.starts_at))
    return {"when": when or _("on a day still to come"), "place": meeting.place or _("at a place still to be said")}


def _call_off(meeting: Meeting, message: Message) -> dict:
    step = meeting.transitions.exclude(reason="").first()
    return {"when": meeting.held_on, "reason": step.reason if step else ""}


def _for_those_who_help(task: Task, message: Message, seats: Seats) -> bool:
    helpers = task.cooperating.values_list("unit", flat=True)
    return task.state in OPEN_STATES and message.user in seats.in_units(_REPORT, helpers)


_TOLD: dict[str, Any] = {"values": _values, "related": ("campaign", "lead_unit"), "permission": _REPORT}
_ANSWER: dict[str, Any] = {
    "values": lambda document, message: {
        "unit": document.issuer,
        "title": document.summary,
        "when": document.answer_deadline.due_on,
    },
    "related": ("campaign", "issuer", "answer_deadline"),
    "permission": Permission.DOCUMENT_EDIT,
}
for words in [
    Words(
        "campaigns.task.assigned",
        line=_("{unit}: new task “{title}”, due {due}"),
        label=_("New task"),
        wanted=_for_its_heads(*UNIT_STATES),
        **_TOLD,
    ),
    Words(
        "campaigns.task.given",
        line=_("“{title}” now lies with {unit}. Your unit has nothing more to do for it."),
        label=_("Task given to another unit"),
        wanted=lambda task, message, seats: message.user not in heads_of(task, seats),
        **_TOLD,
    ),
    Words(
        "campaigns.task.entrusted",
        line=_("{unit}: you are in charge of “{title}”, due {due}"),
        label=_("Task that you are in charge of"),
        wanted=lambda task, message, seats: task.state in UNIT_STATES and task.person_id == message.user_id,
        **_TOLD | {"permission": None},
    ),
    Words(
        "campaigns.task.moved",
        line=_("{unit}: “{title}” is now due {due}"),
        label=_("Task with another due day"),
        wanted=_for_its_heads(*UNIT_STATES),
        **_TOLD,
    ),
    Words(
        "campaigns.task.shared",
        line=_("{unit} leads “{title}”, due {due}. Your unit does it with them."),
        label=_("Task in which the unit cooperates"),
        wanted=_for_those_who_help,
        **_TOLD,
    ),
    Words(
        "campaigns.task.extension_asked",
        line=_("{unit} asks for more time for “{title}”, until {when}. {reason}"),
        label=_("Unit asks for more time"),
        wanted=lambda task, message, seats: task.extensions.waiting().exists(),
        **_TOLD | {"permission": _ACCEPT, "values": _extension},
    ),
    Words(
        "campaigns.task.extension_granted",
        line=_("{unit}: more time for “{title}”, now due {due}"),
        label=_("More time granted"),
        wanted=_for_its_heads(*UNIT_STATES),
        **_TOLD,
    ),
    Words(
        "campaigns.task.extension_refused",
        line=_("{unit}: no more time for “{title}”, due {due}. {reason}"),
        label=_("More time refused"),
        wanted=_for_its_heads(*UNIT_STATES),
        **_TOLD | {"values": _extension},
    ),
    Words(
        "campaigns.task.submitted",
        line=_("{unit} reports as done: “{title}”. Accept or return it."),
        label=_("Task reported as done"),
        wanted=lambda task, message, seats: task.state == TaskState.SUBMITTED,
        **_TOLD | {"permission": _ACCEPT},
    ),
    Words(
        "campaigns.task.returned",
        line=_("{unit}: “{title}” was returned, due {due}. {reason}"),
        label=_("Task returned"),
        wanted=_for_its_heads(*UNIT_STATES),
        **_TOLD | {"values": _reason},
    ),
    Words(
        "campaigns.task.reminded",
        line=_("{unit}: “{title}” was due {due} and is {days} days overdue. The ward asks you to report it."),
        label=_("Reminder that the ward sent by hand"),
        wanted=_for_its_heads(*UNIT_STATES),
        **_TOLD,
    ),
    Words(
        "campaigns.task.cancelled",
        line=_("{unit}: “{title}” was cancelled. {reason}"),
        label=_("Task cancelled"),
        wanted=_for_its_heads(TaskState.CANCELLED),
        **_TOLD | {"values": _reason},
    ),
    Words(
        "campaigns.document.number_asked",
        line=_("{unit}: “{title}” waits for its number"),
        label=_("Document waits for its number"),
        wanted=lambda document, message, seats: document.state == DocumentState.DRAFT,
        values=lambda document, message: {"unit": document.issuer, "title": document.summary},
        related=("campaign", "issuer"),
        permission=Permission.DOCUMENT_ISSUE,
    ),
    Words(
        "campaigns.document.presented",
        line=_("{unit}: “{title}” waits for your opinion"),
        label=_("Incoming document waits for an opinion"),
        wanted=lambda document, message, seats: not document.instructions.exists(),
        values=lambda document, message: {"unit": document.issuer, "title": document.summary},
        related=("campaign", "issuer"),
        permission=Permission.DOCUMENT_INSTRUCT,
    ),
    Words(
        "campaigns.document.answer_due",
        line=_("{unit}: “{title}” is to be answered by {due}, by law"),
        **_ANSWER,
    ),
    Words(
        "campaigns.document.answer_passed",
        line=_("{unit}: “{title}” should have been answered; the last day by law was {when}"),
        **_ANSWER,
    ),
    Words(
        "campaigns.meeting.invited",
        line=_("You are invited: “{title}”, {when}, {place}"),
        label=_("Invitation to a meeting"),
        values=_meeting,
        wanted=lambda meeting, message, seats: meeting.is_to_come and _is_invited(meeting, message, seats),
        related=("campaign",),
    ),
    Words(
        "campaigns.meeting.moved",
        line=_("“{title}” now takes place {when}, {place}"),
        label=_("Meeting at another time or place"),
        values=_meeting,
        wanted=lambda meeting, message, seats: meeting.is_to_come and _is_invited(meeting, message, seats),
        related=("campaign",),
    ),
    Words(
        "campaigns.meeting.cancelled",
        line=_("“{title}” of {when} does not take place. {reason}"),
        label=_("Meeting cancelled"),
        values=_call_off,
        wanted=lambda meeting, message, seats: meeting.state == MeetingState.CANCELLED,
        related=("campaign",),
    ),
    Words(
        "campaigns.meeting.coming",
        line=_("Remember: “{title}”, {when}, {place}"),
        values=_meeting,
        related=("campaign",),
    ),
    Words(
        "campaigns.extension.waiting",
        line=_("{unit} still waits for an answer: more time for “{title}” until {when}. {reason}"),
        values=lambda row, message: _extension(row.task, message) | {"when": row.wanted_on, "reason": row.reason},
        related=("task__campaign", "task__lead_unit"),
        permission=_ACCEPT,
    ),
    Words(
        "campaigns.document.opinion",
        line=_("{unit}: “{title}” has waited for your opinion for {days} days"),
        values=lambda document, message: {"unit": document.issuer, "title": document.summary},
        related=("campaign", "issuer"),
        permission=Permission.DOCUMENT_INSTRUCT,
    ),
    Words(
        "campaigns.document.unpresented",
        line=_("{unit}: “{title}” came in {days} days ago and has not been presented to the leadership"),
        values=lambda document, message: {"unit": document.issuer, "title": document.summary},
        related=("campaign", "issuer"),
        permission=Permission.DOCUMENT_EDIT,
    ),
    Words("campaigns.task.due", line=_("{unit}: “{title}”, due {due}"), **_TOLD),
    Words("campaigns.task.overdue", line=_("{unit}: “{title}” is {days} days overdue, it was due {due}"), **_TOLD),
]:
    add_words(words)


def _waiting(rule: ReminderRule) -> QuerySet:
    steps = TaskTransition.objects.filter(ward=rule.ward_id, task=OuterRef("pk")).order_by().values("task")
    tasks = Task.objects.filter(ward=rule.ward_id, state__in=UNIT_STATES, campaign__state="open")
    return tasks.select_related("campaign", "lead_unit").annotate(
        given_at=Subquery(steps.annotate(first=Min("at")).values("first"))
    )


def _since(task: Any) -> datetime.datetime:
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


def _extensions(rule: ReminderRule, start: datetime.date, end: datetime.date) -> Iterator[Target]:
    rows = TaskExtension.objects.filter(ward=rule.ward_id, asked_on__range=(start, end)).waiting()
    for row in rows.filter(task__campaign__state="open").select_related("task__campaign", "task__lead_unit"):
        yield Target(row, row.asked_on)


def _without_opinion(rule: ReminderRule, start: datetime.date, end: datetime.date) -> Iterator[Target]:
    rows = Document.objects.in_force().filter(ward=rule.ward_id, presented_on__range=(start, end), instructions=None)
    for document in rows.filter(campaign__state="open").select_related("campaign", "issuer"):
        yield Target(document, document.presented_on or start)


def _unpresented(rule: ReminderRule, start: datetime.date, end: datetime.date) -> Iterator[Target]:
    """What came in and nobody has presented or done anything about, by the day on which it was entered."""
    steps = DocumentTransition.objects.filter(ward=rule.ward_id, document=OuterRef("pk")).order_by().values("document")
    entered = Subquery(steps.annotate(first=Min("at")).values("first"))
    rows = Document.objects.not_carried_out(end).filter(ward=rule.ward_id, presented_on=None, campaign__state="open")
    rows = rows.annotate(entered_at=entered).filter(entered_at__date__range=(start, end))
    for document in rows.select_related("campaign", "issuer"):
        yield Target(document, timezone.localdate(document.entered_at))


def _is_unpresented(target: Target) -> bool:
    document = target.subject
    waiting = Document.objects.not_carried_out(document.dated_on).filter(ward=document.ward_id, presented_on=None)
    return waiting.filter(pk=document.pk).exists()


def _meetings(rule: ReminderRule, start: datetime.date, end: datetime.date) -> Iterator[Target]:
    rows = Meeting.objects.filter(ward=rule.ward_id, state=MeetingState.PLANNED, held_on__range=(start, end))
    for meeting in rows.filter(campaign__state="open").select_related("campaign"):
        yield Target(meeting, meeting.held_on or start)


def _invited(target: Target, seats: Seats) -> list[User]:
    return invited_people(list(target.subject.invitees.select_related("person")), seats)


def _heads(target: Target, seats: Seats) -> list[User]:
    return heads_of(target.subject, seats)


def _answers(rule: ReminderRule) -> QuerySet:
    """Incoming documents whose answer is due by law; a paused deadline waits."""
    running = Deadline.objects.filter(ward=rule.ward_id).running()
    rows = Document.objects.filter(ward=rule.ward_id, answer_deadline__in=running, campaign__state="open")
    return rows.in_force().select_related("campaign", "issuer", "answer_deadline")


def _answer_due(rule: ReminderRule, start: datetime.date, end: datetime.date) -> Iterator[Target]:
    for document in _answers(rule).filter(answer_deadline__due_on__range=(start, end)):
        yield Target(document, document.answer_deadline.due_on)


def _answer_passed(rule: ReminderRule, start: datetime.date, end: datetime.date) -> Iterator[Target]:
    for document in _answers(rule).filter(answer_deadline__due_on__lt=end):
        first = max(start, document.answer_deadline.due_on + datetime.timedelta(days=1))
        for days in range((end - first).days + 1):
            yield Target(document, first + datetime.timedelta(days=days))


def _clerks(target: Target, seats: Seats) -> list[User]:
    return seats.in_ward(Permission.DOCUMENT_EDIT)


def _is_owed(target: Target) -> Deadline | None:
    """The deadline, where it still runs."""
    deadline = target.subject.answer_deadline
    return deadline if deadline and deadline.met_on is None and not deadline.running_pause else None


def _is_due_then(target: Target) -> bool:
    deadline = _is_owed(target)
    return deadline is not None and deadline.due_on == target.on


def _is_passed_then(target: Target) -> bool:
    deadline = _is_owed(target)
    return deadline is not None and deadline.due_on < target.on


add_source(
    Source(
        code="campaigns.document.answer_due",
        label=_("Deadline by law of an answer"),
        anchors={"due_on": _("last day of the deadline")},
        targets=_answer_due,
        recipients=_clerks,
        still_due=_is_due_then,
        words="campaigns.document.answer_due",
    )
)
add_source(
    Source(
        code="campaigns.document.answer_passed",
        label=_("Deadline by law of an answer has passed"),
        anchors={"day": _("days after the deadline")},
        targets=_answer_passed,
        recipients=_clerks,
        still_due=_is_passed_then,
        words="campaigns.document.answer_passed",
        repeats=True,
    )
)
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
        anchors={"day": _("days overdue")},
        targets=_overdue,
        recipients=_heads,
        still_due=lambda target: target.subject.is_overdue(target.on),
        words="campaigns.task.overdue",
        repeats=True,
    )
)
add_source(
    Source(
        code="campaigns.extension.waiting",
        label=_("Request for more time without an answer"),
        anchors={"asked_on": _("day it was asked for")},
        targets=_extensions,
        recipients=lambda target, seats: seats.in_ward(_ACCEPT),
        still_due=lambda target: target.subject.state == ExtensionState.ASKED,
        words="campaigns.extension.waiting",
        may_be_copied=False,
    )
)
add_source(
    Source(
        code="campaigns.document.unpresented",
        label=_("Incoming document not presented"),
        anchors={"entered_on": _("day it was entered")},
        targets=_unpresented,
        recipients=_clerks,
        still_due=_is_unpresented,
        words="campaigns.document.unpresented",
        may_be_copied=False,
    )
)
add_source(
    Source(
        code="campaigns.document.opinion",
        label=_("Incoming document without an opinion"),
        anchors={"presented_on": _("day it was presented")},
        targets=_without_opinion,
        recipients=lambda target, seats: seats.in_ward(Permission.DOCUMENT_INSTRUCT),
        still_due=lambda target: (
            target.subject.state == DocumentState.ISSUED and not target.subject.instructions.exists()
        ),
        words="campaigns.document.opinion",
        may_be_copied=False,
    )
)
add_source(
    Source(
        code="campaigns.meeting.coming",
        label=_("Meeting that is coming"),
        anchors={"held_on": _("day of the meeting")},
        targets=_meetings,
        recipients=_invited,
        still_due=lambda target: target.subject.state == MeetingState.PLANNED and target.subject.held_on == target.on,
        words="campaigns.meeting.coming",
    )
)
