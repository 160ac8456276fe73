from collections.abc import Iterator

from accounts import access
from accounts.access import Permission
from core.agenda import Ask, Item, agenda
from reports.choices import UNSENT_STATES
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
            note=str(report.body),
            subject=report,
        )
