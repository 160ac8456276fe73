"""The year's clean-ups at a glance: the plan to print, and several streets planned in turn."""

import datetime
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import require
from beautification.actions import plan_in_turn
from beautification.choices import PARTS, CleanupState
from beautification.forms import RotationForm
from beautification.models import Cleanup, Street
from beautification.models.street import can_manage_streets
from campaigns.middleware import year_of_request
from campaigns.models import Campaign
from core.http import HouseRequest
from core.models import today
from core.pages import form_page
from deadlines.models import calendar_for


def year_plan(request: HouseRequest) -> HttpResponse:
    """Each clean-up of the year that the reader sees, those to come as the schedules foretell them, with days off."""
    campaign = year_of_request(request)
    rows = sorted(_foretold(request, campaign), key=lambda row: (row.on, row.part, row.street.name))
    calendar = calendar_for(request.ward.pk, campaign.opens_on, campaign.closes_on)
    months = [
        {"first": datetime.date(*month, 1), "rows": list(own)}
        for month, own in groupby(rows, key=lambda row: (row.on.year, row.on.month))
    ]
    context = {"campaign": campaign, "months": months, "count": len(rows)}
    context["unknown"] = [year for year in {row.on.year for row in rows} if not calendar.has_year(year)]
    context["may_manage"] = can_manage_streets(request.user, campaign)
    return render(request, "beautification/year_plan.html", context)


def _foretold(request: HouseRequest, campaign: Campaign) -> Iterator[Cleanup]:
    streets = Street.objects.visible_to(request.user).of_campaign(campaign).select_related("lead_unit")
    made = Cleanup.objects.visible_to(request.user).of_campaign(campaign).for_list()
    by_street: dict[int, list[Cleanup]] = {}
    for row in made:
        by_street.setdefault(row.street_id, []).append(row)
    for street in streets.prefetch_related("series__lead_unit"):
        own = by_street.get(street.pk, [])
        yield from own
        known = {part: {row.original_on for row in own if row.part == part} for part in PARTS}
        taken = {
            part: {row.on for row in own if row.part == part and row.state != CleanupState.CANCELLED} for part in PARTS
        }
        for series in street.series.all():
            series.street = street
            found = series.foretell(campaign.closes_on, taken=taken[series.part], known=known[series.part])
            turns = series.turns_of([row.original_on for row in found])
            for row in found:
                row.lead_unit = turns.get(row.original_on)
                known[series.part].add(row.original_on)
                yield row


def rotation_new(request: HouseRequest) -> HttpResponse:
    """One street a week, each in its turn: a schedule for each street, every so many weeks, a week apart."""
    campaign, home = year_of_request(request), reverse("beautification:street_list")
    require(can_manage_streets(request.user, campaign))
    streets = Street.objects.visible_to(request.user).of_campaign(campaign)
    start = {"first_on": today(), "starts_at": datetime.time(7)}
    form = RotationForm(request.POST or None, streets=streets, year=campaign.year, initial=start)

    def plan(by: Any, **fields: Any) -> None:
        plan_in_turn(campaign=campaign, by=by, **fields)

    words: dict[str, Any] = {"title": _("Plan streets in turn"), "done": _("Clean-ups planned")}
    return form_page(request, form, plan, to=home, up=(_("Streets"), home), **words)
