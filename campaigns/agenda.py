from collections.abc import Iterator

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import access
from accounts.access import Permission
from campaigns.choices import Absence, DocumentState, MeetingKind, MeetingState, TaskState
from campaigns.models import Document, Meeting, Task, TaskExtension
from core.agenda import Ask, Item, agenda
from core.dates import full_date
from deadlines.models import Deadline


@agenda("tasks")
def tasks(ask: Ask) -> Iterator[Item]:
    """Tasks due up to the last day asked, older overdue ones too; what is handed in waits for those who accept.

    A unit owes nothing any more for what it handed in, so its own page never lists that.
    """
    rows = Task.objects.visible_to(ask.user).unfinished().filter(campaign=ask.campaign)
    rows = rows.filter(Q(due_on__lte=ask.end) | Q(state=TaskState.SUBMITTED))
    if ask.unit is not None:
        rows = rows.filter(lead_unit=ask.unit)
    accepts = ask.unit is None and access.can(ask.user, Permission.TASK_ACCEPT)
    own = access.grants(ask.user).units_with(Permission.TASK_REPORT)
    may_write = ask.campaign.can_change()
    for task in rows.for_list().with_last_move().order_by("due_on", "id"):
        waits = task.state == TaskState.SUBMITTED
        action = action_url = ""
        if may_write and waits and accepts:
            action, action_url = _("Accept the task"), task.get_absolute_url()
        elif may_write and not waits and task.lead_unit_id in own:
            action, action_url = _("Report as done"), reverse("campaigns:task_submit", args=[task.pk])
        if waits and (not accepts or not task.moved_on):  # none on the days before it began
            continue
        note = _("%(unit)s, reported as done") % {"unit": task.lead_unit} if waits else str(task.lead_unit)
        yield Item(
            title=task.title,
            due_on=task.due_on,
            since=task.moved_on if waits else None,
            url=task.get_absolute_url(),
            note=note,
            action=action,
            action_url=action_url,
            subject=task,
            owed_by=None if waits or ask.unit else task.lead_unit,
        )


@agenda("tasks.extensions")
def extensions(ask: Ask) -> Iterator[Item]:
    """Units that wait for an answer to their request for more time, for those who give it."""
    if ask.unit is not None or not ask.campaign.can_change() or not access.can(ask.user, Permission.TASK_ACCEPT):
        return
    rows = TaskExtension.objects.visible_to(ask.user).waiting().filter(task__campaign=ask.campaign)
    for row in rows.select_related("task__lead_unit").order_by("asked_on", "pk"):
        yield Item(
            title=_("More time for: %(task)s") % {"task": row.task},
            due_on=row.asked_on,
            since=row.asked_on,
            url=row.get_absolute_url(),
            note=_("%(unit)s, until %(day)s") % {"unit": row.task.lead_unit, "day": full_date(row.wanted_on)},
            action=_("Answer the unit"),
            action_url=reverse("campaigns:extension_answer", args=[row.pk]),
            subject=row,
        )


@agenda("documents.number")
def to_number(ask: Ask) -> Iterator[Item]:
    """Finished drafts that wait for their number, for those who give it."""
    if ask.unit is not None or not ask.campaign.can_change() or not access.can(ask.user, Permission.DOCUMENT_ISSUE):
        return
    rows = Document.objects.visible_to(ask.user).filter(campaign=ask.campaign, state=DocumentState.DRAFT)
    for document in rows.exclude(asked_on=None).for_list().order_by("asked_on", "pk"):
        yield Item(
            title=_("Give its number to: %(summary)s") % {"summary": document.summary},
            due_on=document.asked_on,
            since=document.asked_on,
            url=document.get_absolute_url(),
            note=f"{document.kind.label}, {document.issuer}",
            action=_("Issue the document"),
            action_url=reverse("campaigns:document_issue", args=[document.pk]),
        )


@agenda("documents.opinion")
def to_instruct(ask: Ask) -> Iterator[Item]:
    """Incoming documents that wait for the leadership's opinion."""
    if ask.unit is not None or not ask.campaign.can_change() or not access.can(ask.user, Permission.DOCUMENT_INSTRUCT):
        return
    rows = Document.objects.visible_to(ask.user).in_force().filter(campaign=ask.campaign, instructions=None)
    for document in rows.exclude(presented_on=None).for_list().order_by("presented_on", "pk"):
        yield Item(
            title=_("Say what is to be done: %(summary)s") % {"summary": document.summary},
            due_on=document.presented_on,
            since=document.presented_on,
            url=document.get_absolute_url(),
            note=f"{document}, {document.issuer}",
            action=_("Give an opinion"),
            action_url=reverse("campaigns:document_instruct", args=[document.pk]),
            waits_for_signature=True,
        )


@agenda("documents.answer")
def to_answer(ask: Ask) -> Iterator[Item]:
    """Incoming documents whose answer is due by law, for those who keep the register; what is paused waits."""
    if ask.unit is not None or not ask.campaign.can_change() or not access.can(ask.user, Permission.DOCUMENT_EDIT):
        return
    rows = Document.objects.visible_to(ask.user).in_force().filter(campaign=ask.campaign)
    due = rows.filter(answer_deadline__in=Deadline.objects.filter(ward=ask.campaign.ward_id).running())
    for document in due.filter(answer_deadline__due_on__lte=ask.end).for_list().select_related("answer_deadline__rule"):
        yield Item(
            title=_("Answer by law: %(summary)s") % {"summary": document.summary},
            due_on=document.answer_deadline.due_on,
            url=document.get_absolute_url(),
            note=f"{document}, {document.issuer}; {document.answer_deadline.rule.name}",
            action=_("It is answered"),
            action_url=reverse("deadlines:deadline_meet", args=[document.answer_deadline_id]),
            subject=document,
        )


@agenda("meetings.inform")
def to_inform(ask: Ask) -> Iterator[Item]:
    """Dissemination sessions of which somebody who was absent has not been told yet."""
    may = ask.campaign.can_change() and access.can(ask.user, Permission.CAMPAIGN_EDIT)
    if ask.unit is not None or not may:
        return
    held = Meeting.objects.visible_to(ask.user).filter(campaign=ask.campaign, kind=MeetingKind.DISSEMINATION)
    absent = Count("invitees", filter=Q(invitees__absence=Absence.ABSENT))
    rows = held.filter(state=MeetingState.HELD).annotate(absent=absent).filter(absent__gt=0)
    for meeting in rows.order_by("held_on", "pk"):
        yield Item(
            title=_("Inform those who were absent: %(meeting)s") % {"meeting": meeting},
            due_on=meeting.held_on,
            since=meeting.held_on,
            url=meeting.get_absolute_url(),
            note=ngettext("%(n)d absent", "%(n)d absent", meeting.absent) % {"n": meeting.absent},
            action=_("Write down who was informed"),
            action_url=reverse("campaigns:meeting_attendance", args=[meeting.pk]),
            subject=meeting,
        )


@agenda("meetings")
def meetings(ask: Ask) -> Iterator[Item]:
    rows = Meeting.objects.visible_to(ask.user).filter(campaign=ask.campaign, held_on__range=(ask.start, ask.end))
    rows = rows if ask.whole else rows.filter(state=MeetingState.PLANNED)
    if ask.unit is not None:
        rows = rows.filter(invitees__unit=ask.unit)
    for meeting in rows:
        yield Item(
            title=str(meeting),
            due_on=meeting.held_on,
            at=meeting.starts_at,
            url=meeting.get_absolute_url(),
            kind="event",
            note=meeting.place,
            place=meeting.place,
            subject=meeting,
            is_cancelled=meeting.state == MeetingState.CANCELLED,
        )
