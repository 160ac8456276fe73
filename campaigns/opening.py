"""The campaign year that a ward's opening enters, and that is missing again when a year turns."""

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import access
from accounts.access import Permission
from accounts.models import User, Ward
from campaigns.choices import CampaignState
from campaigns.models import Campaign
from core.agenda import Lack
from core.models import today
from core.opening import Step, at_step, step


@step("year", 50)
def year(user: User, ward: Ward) -> Step:
    may = access.can(user, Permission.CAMPAIGN_EDIT)
    begin = reverse("campaigns:campaign_new" if may else "accounts:opening_officer")
    rows, this_year = list(Campaign.objects.filter(ward=ward)), today().year
    there = ", ".join(f"{row.year} ({row.get_state_display()})" for row in rows)
    ready = [row for row in rows if row.state == CampaignState.DRAFT and row.year >= this_year]
    if any(row.is_open and row.closes_on >= today() for row in rows):
        return Step(_("Campaign year"), reverse("campaigns:campaign_list"), there)
    if ready:
        said = _("Year %(year)s is in preparation: units see nothing of it yet.") % {"year": ready[-1].year}
        url = reverse("campaigns:campaign_open", args=[ready[-1].year]) if may else begin
        return Step(_("Campaign year"), url, there, [Lack(said, _("Open the year"), at_step(url, "year"))])
    said = _("No campaign year is open for %(year)s.") % {"year": this_year}
    return Step(_("Campaign year"), begin, there, [Lack(said, _("Enter the year"), at_step(begin, "year"))])
