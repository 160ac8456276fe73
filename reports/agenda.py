from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import access
from accounts.access import Permission
from core.agenda import Ask, Item, agenda
from core.text import within_quotes
from reports.choices import UNSENT_STATES, ReportState
from reports.models import Report

DESKS = (Permission.REPORT_CHECK, Permission.REPORT_SIGN, Permission.DOCUMENT_ISSUE, Permission.REPORT_EDIT)


@agenda("reports")
def reports(ask: Ask) -> Iterator[Item]:
    """Reports to be sent up to the last day asked, for those who write them."""
    if ask.unit is not None or not access.can(ask.user, Permission.REPORT_EDIT):
        return
    rows = Report.objects.visible_to(ask.user).filter(campaign=ask.campaign, state__in=UNSENT_STATES)
    for report in rows.filter(due_on__lte=ask.end).select_related("body"):
        yield Item(
            title=report.title,
            due_on=report.due_on,
            url=report.get_absolute_url(),
            note=f"{report.body}, {report.get_state_display().lower()}",
            subject=report,
        )


@agenda("reports.way")
def on_their_way(ask: Ask) -> Iterator[Item]:
    """Reports that lie with this person: to be checked, signed, numbered or sent, or changed after they came back."""
    may = {permission: bool(access.can(ask.user, permission)) for permission in DESKS}
    if ask.unit is not None or not any(may.values()) or not ask.campaign.can_change():
        return
    rows = Report.objects.visible_to(ask.user).filter(campaign=ask.campaign, state__in=UNSENT_STATES)
    rows = rows.select_related("body").with_last_move().with_returns().order_by("moved_on", "pk")  # type: ignore[misc]
    for row in rows:
        if row.moved_on is None:  # on the days before it began
            continue
        is_other = ask.user.pk not in (row.handed_in_by_id, row.entered_by_id)
        if row.state == ReportState.SUBMITTED and is_other and may[Permission.REPORT_CHECK]:
            yield _item(row, _("Check the report “%(title)s”"), _("Read and check"))
        elif row.state == ReportState.CHECKED and is_other and may[Permission.REPORT_SIGN]:
            title, action = _("Sign the report “%(title)s”"), _("Read and sign")
            yield _item(row, title, action, waits_for_signature=True)
        elif row.state == ReportState.SIGNED and may[Permission.DOCUMENT_ISSUE]:
            title, action = _("Give its number to the report “%(title)s”"), _("Give the number")
            yield _item(row, title, action, "reports:report_number")
        elif row.state == ReportState.NUMBERED and may[Permission.DOCUMENT_ISSUE]:
            title, action = _("Send the report “%(title)s”"), _("Write down that it was sent")
            yield _item(row, title, action, "reports:report_send")
        elif row.state == ReportState.DRAFT and row.came_back and not is_other and may[Permission.REPORT_EDIT]:
            title, action = _("Sent back: report “%(title)s”"), _("Change the wording")
            yield _item(row, title, action, "reports:report_edit")


def _item(report: Any, title: str, action: str, page: str = "", **more: Any) -> Item:
    here = report.get_absolute_url()
    return Item(
        title=title % {"title": within_quotes(report.title)},
        due_on=report.moved_on,
        since=report.moved_on,
        url=here,
        note=str(report.body),
        action=action,
        action_url=reverse(page, args=[report.pk]) if page else here,
        subject=report,
        **more,
    )
