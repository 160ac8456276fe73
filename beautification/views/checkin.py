"""What somebody does on the own phone at a clean-up, without an account: say "I am here", once."""

import secrets
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import Unit
from accounts.throttle import address
from beautification.forms import CheckinForm, DigitsForm
from beautification.models import CheckinCode, Scan
from beautification.models.checkin import found_by
from core.flood import asked_too_often, is_refused
from core.models import StateChanged

COOKIE = "here"
KEPT = 400 * 24 * 3600  # seconds; browsers keep none longer
WITHIN = 600  # seconds
WRONG_OF_ONE, WRONG_OF_ALL = 10, 200  # codes typed wrongly in that time: from one address, and altogether


def public(view: Any) -> Any:
    @login_not_required
    @never_cache
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def page(request: HttpRequest, **which: Any) -> HttpResponse:
        return view(request, **which)

    return page


@public
def checkin_find(request: HttpRequest) -> HttpResponse:
    """By the four digits, for who can not scan. Only wrong ones are counted; the picture stays good for everybody."""
    form = DigitsForm(request.POST or None)
    if request.method == "POST":
        if _guesses_too_much(request):
            return render(request, "beautification/checkin_wait.html", status=429)
        if form.is_valid():
            code = found_by(digits=form.cleaned_data["digits"])
            if code is not None and code.is_good:
                return redirect("beautification:checkin", code.token)
            for who, most in _guessers(request):
                asked_too_often("checkin-wrong", who, most=most, within=WITHIN)
            form.add_error("digits", _("No clean-up with this code takes place now. Look at the code once more."))
    return render(request, "beautification/checkin_find.html", {"form": form})


def _guessers(request: HttpRequest) -> list[tuple[str | None, int]]:
    return [(address(request), WRONG_OF_ONE), ("all", WRONG_OF_ALL)]  # type: ignore[arg-type]


def _guesses_too_much(request: HttpRequest) -> bool:
    return any(is_refused("checkin-wrong", who, most=most) for who, most in _guessers(request))


@public
def checkin(request: HttpRequest, token: str) -> HttpResponse:
    code = found_by(token=token)
    if code is None:
        raise Http404(_("This code belongs to no clean-up."))
    if not code.is_good:
        return render(request, "beautification/checkin_over.html", {"cleanup": code.cleanup}, status=410)
    cleanup, device = code.cleanup, _device(request)
    units = cleanup.units_to_count()
    known = Scan.known(cleanup, device["id"])
    if request.method == "POST" and "undo" in request.POST:  # perhaps a second time, or taken out by the leader
        return _done(
            request, code, device, lambda: Scan.take_back(cleanup, device=device["id"]), _("You are not counted.")
        )
    last = str(known.unit_id or CheckinForm.NONE) if known else device.get("units", {}).get(str(code.ward_id))
    form = CheckinForm(request.POST or None, units=units, initial={"unit": last})
    if request.method == "POST" and form.is_valid():
        return _check_in(request, code, device, form.cleaned_data["unit"])
    context = {"cleanup": cleanup, "form": form, "known": known, "last": form.by_code.get(last) if last else None}
    context |= {"has_last": last in form.by_code, "code": last}
    return _remembered(render(request, "beautification/checkin.html", context), device)


def _check_in(request: HttpRequest, code: CheckinCode, device: dict[str, Any], unit: Unit | None) -> HttpResponse:
    device.setdefault("units", {})[str(code.ward_id)] = str(unit.pk if unit else CheckinForm.NONE)

    def count() -> None:
        Scan.check_in(code.cleanup, device=device["id"], unit=unit)

    return _done(request, code, device, count, "")


def _done(request: HttpRequest, code: CheckinCode, device: dict[str, Any], act: Any, said: str) -> HttpResponse:
    response = redirect("beautification:checkin", code.token)
    try:
        act()
    except (StateChanged, ValidationError):  # closed in this very moment: the page says so
        return response
    if said:
        messages.success(request, said)
    return _remembered(response, device)


def _remembered(response: HttpResponse, device: dict[str, Any]) -> HttpResponse:
    """Given with the page already: a tap that is sent twice, for no answer came, is of one device."""
    options: Any = {"httponly": True, "samesite": "Lax", "secure": settings.SESSION_COOKIE_SECURE, "path": "/c/"}
    response.set_cookie(COOKIE, signing.dumps(device, salt="beautification.checkin"), max_age=KEPT, **options)
    return response


def _device(request: HttpRequest) -> dict[str, Any]:
    """A number by chance, and the unit last chosen in each ward; a new number on a device that is here for the first
    time."""
    try:
        return signing.loads(request.COOKIES.get(COOKIE, ""), salt="beautification.checkin")
    except signing.BadSignature:
        return {"id": secrets.token_urlsafe(16)}
