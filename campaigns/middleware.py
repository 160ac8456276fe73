"""Which campaign year the person works in."""

import datetime
from collections.abc import Callable
from typing import Any, cast

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from accounts import access
from accounts.access import Permission
from accounts.models import SavedView
from campaigns.models import Campaign, YearMissing, year_for
from core import past
from core.carry import carry
from core.dates import parse_date
from core.http import HouseRequest
from core.models import today
from core.prepared import Prepared
from notifications.kept import news_rows, take_news

GetResponse = Callable[[HouseRequest], HttpResponse]
SESSION_KEY = "campaign_year"


def _frame(*, ward: int | None, user: int, page: str) -> dict[str, QuerySet]:
    """What each page needs: the ward's years, what is new, and the ways in which the reader looks at the list."""
    return news_rows(ward=ward, user=user) | {
        "years": Campaign.objects.filter(ward=ward).select_related("superior"),
        "saved": SavedView.objects.filter(ward=ward, user=user, page=page),
    }


FRAME = Prepared(_frame)


class CampaignMiddleware:
    """Sets request.campaign: `?year=` (kept in the session), else the session's, else the one that holds today.

    None when the ward has no campaign yet: a page that needs one raises YearMissing and says how to begin. Pages show
    one campaign at a time and never mix two.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HouseRequest) -> HttpResponse:
        request.campaign, request.campaigns, request.saved_views = cast(Campaign, None), [], []
        if getattr(request, "ward", None) is not None:
            year = request.GET.get("year", "")
            if year.isascii() and year.isdigit() and len(year) == 4:
                request.session[SESSION_KEY] = int(year)
            frame = SimpleLazyObject(lambda: self._read(request))
            request.campaigns = cast(list, SimpleLazyObject(lambda: frame["years"]))
            request.saved_views = cast(list, SimpleLazyObject(lambda: frame["saved"]))
            request.campaign = cast(Campaign, SimpleLazyObject(lambda: self._choose(request)))
        return self.get_response(request)

    def process_exception(self, request: HouseRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, YearMissing):
            return None
        if request.resolver_match and request.resolver_match.kwargs and not exception.row_exists:
            raise Http404  # the address of a row of some year
        may_begin = access.can(request.user, Permission.CAMPAIGN_EDIT)
        who = ", ".join(access.holders(Permission.CAMPAIGN_EDIT))
        return render(request, "campaigns/year_missing.html", {"may_begin": may_begin, "who": who})

    def _choose(self, request: HouseRequest) -> Campaign | None:
        """Chosen as of today; on a page of what was known, it says what was known of it."""
        chosen = self._of_today(request)
        return (past.held(chosen) or chosen) if chosen and past.current().known else chosen

    def _of_today(self, request: HouseRequest) -> Campaign | None:
        return year_for(request.campaigns, today(), request.session.get(SESSION_KEY))

    def _read(self, request: HouseRequest) -> dict[str, list[Any]]:
        """As they are today: years look the same on any day, and what was known of them is asked by `_choose`."""
        page = request.path_info.replace("\0", "")
        with past.present():
            found = FRAME.read(ward=access.ward_id(request.user), user=request.user.pk, page=page)
            take_news(request.user, found)
            return found


class PastMiddleware:
    """A page with `?on=` shows the day with later corrections, one with `?known=` what the portal held on that day.

    One place reads both, for every page; what the page leads to carries them. Acts are of today.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HouseRequest) -> HttpResponse:
        if request.method not in {"GET", "HEAD"} or not self._is_page_of_ward(request):
            return self.get_response(request)
        on, known = (self._day(request, name) for name in ("on", "known"))
        with past.reading(on=on, known=known) as read:
            response = self.get_response(request)
        if read.is_past and response.get("Content-Type", "").startswith("text/html") and not response.streaming:
            response.content = carry(response.content.decode(response.charset), read)
        return response

    def _is_page_of_ward(self, request: HouseRequest) -> bool:
        return getattr(request, "ward", None) is not None and not request.path.startswith("/admin/")

    def _day(self, request: HouseRequest, name: str) -> datetime.date | None:
        """None for a day that is not over; what is no day is left to the page, which says so."""
        return parse_date(request.GET.get(name, ""), today().year)

    def process_view(self, request: HouseRequest, view: Callable, args: tuple, kwargs: dict) -> None:
        if request.GET.get("known") and self._day(request, "known") is None:
            raise Http404(_("The address names no day."))


def show_year(request: HouseRequest, campaign: Campaign | None) -> None:
    """The frame shows the year of the row, so that a page never mixes two."""
    if campaign is not None:
        request.campaign = campaign


def takes_lists(request: HouseRequest) -> bool:
    """Whether the year that is shown is the one that lists are brought into (campaigns.imports)."""
    return bool(request.campaign) and year_for(request.campaigns, today()) == request.campaign


def year_of_request(request: HouseRequest, *, row_exists: bool = False) -> Campaign:
    """The year that the person works in; while the ward has none, the page that says so (models.YearMissing)."""
    if not request.campaign:
        raise YearMissing(row_exists=row_exists)
    return request.campaign
