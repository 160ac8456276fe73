"""The chain from the superior's order to the unit's task, as trees."""

import datetime

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from accounts import access
from accounts.access import Permission, require
from campaigns.cascade import trees
from campaigns.middleware import show_year
from campaigns.models import Campaign, Document
from campaigns.querysets import OLDEST_FIRST
from core.http import HouseRequest
from core.models import today
from core.pages import page_of

TREES = 10


def cascade_list(request: HouseRequest, year: int) -> HttpResponse:
    """The trees of the year."""
    campaign = _year(request, year)
    documents = Document.objects.visible_to(request.user).filter(campaign=campaign)
    roots = documents.roots().select_related("kind", "issuer").order_by(*OLDEST_FIRST)
    page = page_of(request, roots, TREES)
    context = {
        "year": campaign,
        "page": page,
        "trees": trees(list(page), user=request.user, on=_day(campaign)),
        "may_register": campaign.can_change() and access.can(request.user, Permission.DOCUMENT_EDIT),
    }
    return render(request, "campaigns/cascade_list.html", context | _rights(request, campaign))


def cascade_detail(request: HouseRequest, year: int, pk: int) -> HttpResponse:
    """The tree under one document, opened."""
    campaign = _year(request, year)
    documents = Document.objects.visible_to(request.user).filter(campaign=campaign)
    root = get_object_or_404(documents.select_related("kind", "issuer", "carries_out__kind"), pk=pk)
    found = trees([root], user=request.user, on=_day(campaign))
    context = {"year": campaign, "root": root, "tree": found[0] if found else None}
    return render(request, "campaigns/cascade_detail.html", context | _rights(request, campaign))


def _year(request: HouseRequest, year: int) -> Campaign:
    require(access.can(request.user, Permission.DOCUMENT_READ))
    campaign = get_object_or_404(Campaign.objects.visible_to(request.user), year=year)
    show_year(request, campaign)
    return campaign


def _day(campaign: Campaign) -> datetime.date:
    """Nothing of a closed year becomes later than its last day."""
    return min(today(), campaign.closes_on)


def _rights(request: HouseRequest, campaign: Campaign) -> dict[str, object]:
    user, is_open = request.user, campaign.can_change()
    return {
        "on": _day(campaign),
        "year_text": str(campaign.year),
        "may_ask": is_open and access.is_ward_wide(user, Permission.DOCUMENT_EDIT),
        "may_plan": is_open and access.can(user, Permission.CAMPAIGN_EDIT),
        "may_assign": is_open and access.can(user, Permission.TASK_ASSIGN),
        "own": access.grants(user).units_with(Permission.TASK_REPORT) if is_open else (),
        "is_all": access.is_ward_wide(user, Permission.WARD_READ),
    }
