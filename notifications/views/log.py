"""The sent log of the ward: that something was sent to somebody, never what it said."""

import datetime
from typing import Any

from django.db.models import Q
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone

from accounts import access
from accounts.access import Permission, require
from core.http import HouseRequest
from core.listing import hand_over
from notifications import rules
from notifications.filters import LOG, LogFilter
from notifications.models import Message

PER_PAGE = 50
MOST_COUNTED = 10_000


def log_list(request: HouseRequest) -> HttpResponse:
    require(access.can(request.user, Permission.WARD_READ))
    filters = LogFilter(request.GET, Message.objects.in_ward_of(request.user), request=request)
    found = filters.qs
    hand_over(request, found.select_related("rule", "event", "user").order_by("-not_before", "-pk"), LOG)
    rows, older = _page(found, request.GET.get("before", ""))
    total = found.order_by()[: MOST_COUNTED + 1].count()
    may_see = access.can(request.user, Permission.REMINDER_EDIT)
    context = {
        "filters": filters,
        "lines": [(message, rules.cause(message)) for message in rows],
        "older": _query(request.GET, older),
        "total": min(total, MOST_COUNTED),
        "is_more": total > MOST_COUNTED,
        "may_see_names": may_see,
    }
    return render(request, "notifications/log_list.html", context)


def _page(found: Any, before: str) -> tuple[list[Message], str]:
    """The next rows behind a place in the order, and the place behind them; cheap however far back it lies."""
    if place := _read(before):
        moment, pk = place
        found = found.filter(Q(not_before__lt=moment) | Q(pk__lt=pk), not_before__lte=moment)
    listed = found.select_related("rule", "event", "user").order_by("-not_before", "-pk")
    rows = list(listed.defer("line", "link")[: PER_PAGE + 1])
    if len(rows) <= PER_PAGE:
        return rows, ""
    last = rows[PER_PAGE - 1]
    return rows[:PER_PAGE], f"{last.not_before.astimezone(datetime.UTC):%Y%m%dT%H%M%S.%f}-{last.pk}"


def _read(before: str) -> tuple[datetime.datetime, int] | None:
    moment, _dash, pk = before.partition("-")
    if not (pk.isascii() and pk.isdigit() and len(pk) < 19):
        return None
    try:
        found = datetime.datetime.strptime(moment, "%Y%m%dT%H%M%S.%f")
    except ValueError:
        return None
    return timezone.make_aware(found, datetime.UTC), int(pk)


def _query(asked: QueryDict, place: str) -> str:
    if not place:
        return ""
    query = asked.copy()
    query["before"] = place
    return f"?{query.urlencode()}"
