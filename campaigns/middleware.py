"""Which campaign year the person works in."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from campaigns.models import Campaign

GetResponse = Callable[[HttpRequest], HttpResponse]
SESSION_KEY = "campaign_year"


class CampaignMiddleware:
    """Sets request.campaign: `?year=` (kept in the session), else the session's, else the open one, else the newest.

    None when the ward has no campaign yet. Pages show one campaign at a time and never mix two.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.campaign = None
        if getattr(request, "ward", None) is not None:
            year = request.GET.get("year", "")
            if year.isascii() and year.isdigit() and len(year) == 4:
                request.session[SESSION_KEY] = int(year)
            request.campaign = SimpleLazyObject(lambda: self._choose(request))
        return self.get_response(request)

    def _choose(self, request: HttpRequest) -> Campaign | None:
        own = {c.year: c for c in Campaign.objects.visible_to(request.user).select_related("superior")}
        chosen = own.get(request.session.get(SESSION_KEY))
        return chosen or next((c for c in own.values() if c.is_open), None) or next(iter(own.values()), None)
