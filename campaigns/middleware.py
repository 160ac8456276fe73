"""Which campaign year the person works in."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject

from accounts import access
from accounts.access import Permission
from campaigns.models import Campaign, YearMissing, year_for
from core.models import today

GetResponse = Callable[[HttpRequest], HttpResponse]
SESSION_KEY = "campaign_year"


class CampaignMiddleware:
    """Sets request.campaign: `?year=` (kept in the session), else the session's, else the one that holds today.

    None when the ward has no campaign yet: a page that needs one raises YearMissing and says how to begin. Pages show
    one campaign at a time and never mix two.
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

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, YearMissing):
            return None
        if request.resolver_match.kwargs and not exception.row_exists:
            raise Http404  # the address of a row of some year
        may_begin = access.can(request.user, Permission.CAMPAIGN_EDIT)
        who = ", ".join(access.holders(Permission.CAMPAIGN_EDIT))
        return render(request, "campaigns/year_missing.html", {"may_begin": may_begin, "who": who})

    def _choose(self, request: HttpRequest) -> Campaign | None:
        own = Campaign.objects.visible_to(request.user).select_related("superior")
        return year_for(list(own), today(), request.session.get(SESSION_KEY))
