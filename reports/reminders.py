"""What reminds of reports that are to be sent, and the texts of it."""

import datetime
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.access import Permission
from notifications.models import Message, ReminderRule
from notifications.registry import Source, Target, Words, add_source, add_words
from reports.choices import UNSENT_STATES, ReportState
from reports.models import Report


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
