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
    if ask.unit is not None or not ask.campaign.can_change():
        return
    rows = Report.objects.visible_to(ask.user).filter(campaign=ask.campaign, state__in=UNSENT_STATES)
    rows = rows.select_related("body").with_last_move().order_by("moved_on", "pk")  # type: ignore[misc]
    others = rows.exclude(handed_in_by=ask.user).exclude(entered_by=ask.user)
    if access.can(ask.user, Permission.REPORT_CHECK):
        title, action = _("Check the report “%(title)s”"), _("Read and check")
        yield from (_item(row, title, action) for row in others.filter(state=ReportState.SUBMITTED))
    if access.can(ask.user, Permission.REPORT_SIGN):
        title, action = _("Sign the report “%(title)s”"), _("Read and sign")
        signs: dict[str, Any] = {"waits_for_signature": True}
        yield from (_item(row, title, action, **signs) for row in others.filter(state=ReportState.CHECKED))
    if access.can(ask.user, Permission.DOCUMENT_ISSUE):
        title, action = _("Give its number to the report “%(title)s”"), _("Give the number")
        to_number = rows.filter(state=ReportState.SIGNED)
        yield from (_item(row, title, action, "reports:report_number") for row in to_number)
        title, action = _("Send the report “%(title)s”"), _("Write down that it was sent")
        to_send = rows.filter(state=ReportState.NUMBERED)
        yield from (_item(row, title, action, "reports:report_send") for row in to_send)
    if access.can(ask.user, Permission.REPORT_EDIT):
        title, action = _("Sent back: report “%(title)s”"), _("Change the wording")
        returned = rows.filter(state=ReportState.DRAFT, entered_by=ask.user, versions__at__isnull=False).distinct()
        yield from (_item(row, title, action, "reports:report_edit") for row in returned)


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
