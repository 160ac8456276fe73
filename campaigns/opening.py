"""The campaign year that a ward's opening enters, and that is missing again when a year turns."""

import datetime
from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import access
from accounts.access import Permission
from accounts.models import User, Ward
from campaigns.choices import CampaignState
from campaigns.models import Campaign, YearTurnover
from core.agenda import Lack
from core.models import today
from core.opening import Step, at_step, step

A_MONTH = datetime.timedelta(days=30)
TWO_MONTHS = datetime.timedelta(days=61)


@step("year", 50)
def year(user: User, ward: Ward) -> Step:
    may = access.can(user, Permission.CAMPAIGN_EDIT)
    begin = reverse("campaigns:campaign_new" if may else "accounts:opening_officer")
    rows, this_year = list(Campaign.objects.filter(ward=ward)), today().year
    there = ", ".join(f"{row.year} ({row.get_state_display()})" for row in rows)
    ready = [row for row in rows if row.state == CampaignState.DRAFT and row.year >= this_year]
    if running := [row for row in rows if row.is_open and row.closes_on >= today()]:
        lacks = list(_next_year(running[0], rows)) if may else []
        return Step(_("Campaign year"), reverse("campaigns:campaign_list"), there, lacks)
    if ready:
        said = _("Year %(year)s is in preparation: units see nothing of it yet.") % {"year": ready[-1].year}
        url = reverse("campaigns:campaign_open", args=[ready[-1].year]) if may else begin
        return Step(_("Campaign year"), url, there, [Lack(said, _("Open the year"), at_step(url, "year"))])
    said = _("No campaign year is open for %(year)s.") % {"year": this_year}
    return Step(_("Campaign year"), begin, there, [Lack(said, _("Enter the year"), at_step(begin, "year"))])


def _next_year(running: Campaign, rows: list[Campaign]) -> Iterator[Lack]:
    """Two months before a year ends that has run for a while, the next one is to be prepared."""
    opened = running.transitions.filter(new=CampaignState.OPEN).order_by("on").first()
    is_young = opened is not None and opened.on > today() - A_MONTH
    if is_young or running.closes_on > today() + TWO_MONTHS:
        return
    url = at_step(reverse("campaigns:turnover_new", args=[running.year]), "year")
    begun = YearTurnover.objects.filter(ward=running.ward_id, since=running).select_related("campaign").first()
    if begun is None and max(row.year for row in rows) <= running.year:
        said = _("Year %(year)s ends soon, and %(next)s is not prepared.")
        yield Lack(said % {"year": running.year, "next": running.year + 1}, _("Prepare the next year"), url)
    elif begun is not None and not begun.is_done:
        said = _("%(next)s has not taken over from %(year)s yet.")
        yield Lack(said % {"year": running.year, "next": begun.campaign.year}, _("Go on with it"), url)
