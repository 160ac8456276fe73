"""What reminds of reports that are to be sent, and the texts of it."""

import datetime
from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.access import Permission
from notifications.models import Message, ReminderRule
from notifications.registry import Source, Target, Words, add_source, add_words
from reports.choices import UNSENT_STATES
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
