"""Sign-in is throttled by user name and address together: what an address is, and what the refused one sees."""

import math

from allauth.account.adapter import get_adapter
from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from core.http import HouseRequest


def address(request: HouseRequest) -> str | None:
    """The same address that sessions are listed with, behind as many proxies as the settings say.

    None for a sign-in that came over no network: `force_login` in a test.
    """
    return get_adapter(request).get_client_ip(request) if "REMOTE_ADDR" in request.META else None


def locked_out(
    request: HouseRequest, response: HttpResponse | None = None, credentials: dict | None = None
) -> HttpResponse:
    """What somebody sees after too many wrong passwords: when to try again."""
    tried = AccessAttempt.objects.filter(username=(credentials or {}).get("username"), ip_address=address(request))
    last = tried.order_by("-attempt_time").first()
    ends = (last.attempt_time if last else timezone.now()) + get_cool_off(request)
    minutes = max(1, math.ceil((ends - timezone.now()).total_seconds() / 60))
    page = render(request, "accounts/locked_out.html", {"ends": ends, "minutes": minutes}, status=429)
    page["Retry-After"] = str(minutes * 60)
    return page
