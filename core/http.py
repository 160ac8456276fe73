"""The request as the house's middlewares hand it to a view. For the type checker; at run time it is Django's own."""

from typing import TYPE_CHECKING, Any, cast

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

if TYPE_CHECKING:  # it tells of what stands above
    from accounts.models import User, Ward
    from campaigns.models import Campaign


class HouseRequest(HttpRequest):
    """Of somebody who is signed in.

    `ward` is None only for a person who has a seat in no ward, `campaign` where a ward has no year yet.
    """

    user: "User"
    ward: "Ward"
    campaign: "Campaign"
    campaigns: "list[Campaign]"
    saved_views: list[Any]  # accounts.SavedView: the ways in which the reader looks at this page
    htmx: HtmxDetails


def house(request: HttpRequest) -> HouseRequest:
    """For Django's own methods, which promise less of a request."""
    return cast(HouseRequest, request)
