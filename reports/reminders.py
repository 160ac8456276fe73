"""What reminds of reports that are to be sent, and the texts of it."""

import datetime
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.access import Permission
from accounts.models import User
from accounts.seats import Seats
from campaigns.models import Campaign
from core.agenda import Ask, Item, items
from core.models import today
from notifications.models import Message, ReminderRule
from notifications.registry import Source, Target, Words, add_source, add_words
from reports.choices import UNSENT_STATES, ReportState
from reports.models import Report


def _lies_where(report: Report, message: Message) -> dict:
    return {"title": report.title, "unit": report.body, "reason": report.get_state_display().lower()}


def _values(report: Report, message: Message) -> dict:
    return {"title": report.title, "unit": report.body, "due": report.due_on}


add_words(
    Words(
        "reports.report.due",
        line=_("{unit}: report “{title}”, to be sent by {due}"),
        values=_values,
        related=("campaign", "body"),
        permission=Permission.REPORT_EDIT,
    )
)


add_words(
    Words(
        "reports.report.lying",
        line=_("{unit}: report “{title}” has lain for {days} days: {reason}"),
        values=_lies_where,
        related=("campaign", "body"),
        permission=Permission.REPORT_CHECK,
    )
)


def _who_waits(report: Report, message: Message) -> dict:
    return {"title": report.title, "unit": report.body}


def _with_reason(report: Report, message: Message) -> dict:
    step = report.transitions.exclude(reason="").first()
    return {"title": report.title, "unit": report.body, "reason": step.reason if step else ""}


_NEWS: dict[str, Any] = {"values": _who_waits, "related": ("campaign", "body")}

for words in (
    Words(
        "reports.report.handed_in",
        line=_("{who}: report “{title}” waits to be checked"),
        label=_("Report waits to be checked"),
        permission=Permission.REPORT_CHECK,
        wanted=lambda report, message, seats: report.state == ReportState.SUBMITTED,
        **_NEWS,
    ),
    Words(
        "reports.report.checked",
        line=_("{unit}: report “{title}” is checked and waits for your signature"),
        label=_("Report waits for a signature"),
        permission=Permission.REPORT_SIGN,
        wanted=lambda report, message, seats: report.state == ReportState.CHECKED,
        **_NEWS,
    ),
    Words(
        "reports.report.signed",
        line=_("{unit}: report “{title}” is signed and waits for its number"),
        label=_("Signed report waits for its number"),
        permission=Permission.DOCUMENT_ISSUE,
        wanted=lambda report, message, seats: report.state == ReportState.SIGNED,
        **_NEWS,
    ),
    Words(
        "reports.report.sent_back",
        line=_("{who} sends the report “{title}” back, {when}"),
        body=_("What to change: {reason}"),
        label=_("Report sent back"),
        permission=Permission.REPORT_EDIT,
        wanted=lambda report, message, seats: report.state == ReportState.DRAFT,
        **_NEWS | {"values": _with_reason},
    ),
    Words(
        "reports.report.withdrawn",
        line=_("{who} withdrew the report “{title}”, {when}"),
        body=_("Reason: {reason}"),
        label=_("Report withdrawn"),
        permission=Permission.REPORT_EDIT,
        **_NEWS | {"values": _with_reason},
    ),
):
    add_words(words)


def _owed(row: Any, message: Message) -> Item | None:
    """The row as its receiver's own unit still owes it; None where it is done, or is not theirs to see."""
    event, person = message.event, message.user
    if event is None:
        return None
    access.enter(person, message.ward_id)
    campaign = Campaign.objects.filter(pk=event.facts["campaign"], ward=message.ward_id).first()
    if campaign is None:
        return None
    owed = items(Ask(person, campaign, today(), today(), today(), event.unit))
    return next((item for item in owed if item.subject == row and item.is_overdue(today())), None)


def _owed_values(row: Any, message: Message) -> dict:
    item = _owed(row, message)
    return {"title": item.title, "due": item.due_on} if item else {"title": row.words_in_log}


add_words(
    Words(
        "reports.work.reminded",
        line=_("{unit}: “{title}” was due {due} and is {days} days overdue. The ward asks you to see to it."),
        label=_("Reminder of other work that the ward sent by hand"),
        values=_owed_values,
        permission=Permission.TASK_REPORT,
        wanted=lambda row, message, seats: _owed(row, message) is not None,
    )
)


def _unsent(rule: ReminderRule) -> QuerySet:
    rows = Report.objects.filter(ward=rule.ward_id, state__in=UNSENT_STATES, campaign__state="open")
    return rows.select_related("campaign", "body")


def _due(rule: ReminderRule, start: datetime.date, end: datetime.date) -> Iterator[Target]:
    for report in _unsent(rule).filter(due_on__range=(start, end)).iterator():
        yield Target(report, report.due_on)


add_source(
    Source(
        code="reports.report.due",
        label=_("Report due"),
        anchors={"due_on": _("day by which it is to be sent")},
        targets=_due,
        recipients=lambda target, seats: seats.in_ward(Permission.REPORT_EDIT),
        still_due=lambda target: target.subject.is_unsent and target.subject.due_on == target.on,
        words="reports.report.due",
    )
)


# ---- a report that lies at a desk -------------------------------------------------------------------
DESKS: dict[str, Permission] = {
    ReportState.SUBMITTED: Permission.REPORT_CHECK,
    ReportState.CHECKED: Permission.REPORT_SIGN,
    ReportState.SIGNED: Permission.DOCUMENT_ISSUE,
    ReportState.NUMBERED: Permission.DOCUMENT_ISSUE,
}


def _at_desks(ward: int) -> QuerySet:
    rows = Report.objects.filter(ward=ward, state__in=DESKS, campaign__state="open").with_last_move()
    return rows.select_related("campaign", "body")


def _lying(rule: ReminderRule, start: datetime.date, end: datetime.date) -> Iterator[Target]:
    for report in _at_desks(rule.ward_id).filter(moved_on__range=(start, end)):
        yield Target(report, report.moved_on)


def _still_lies(target: Target) -> bool:
    report = target.subject
    return _at_desks(report.ward_id).filter(pk=report.pk, state=report.state, moved_on=target.on).exists()


def _at_the_desk(target: Target, seats: Seats) -> list[User]:
    """Whoever may do the next step: never those who wrote it, where another checks and signs."""
    report = target.subject
    people = seats.in_ward(DESKS[report.state])
    if report.state not in (ReportState.SUBMITTED, ReportState.CHECKED):
        return people
    return [person for person in people if person.pk not in (report.handed_in_by_id, report.entered_by_id)]


add_source(
    Source(
        code="reports.report.lying",
        label=_("Report that lies at a desk"),
        anchors={"moved_on": _("day on which it came there")},
        targets=_lying,
        recipients=_at_the_desk,
        still_due=_still_lies,
        words="reports.report.lying",
        may_be_copied=False,
    )
)
