"""Which language, which ward and for how long: set once a request from the person who is signed in."""

from collections.abc import Callable
from typing import Any, cast

import pghistory.middleware
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation

from accounts import access
from accounts.models import Ward
from core.http import HouseRequest

GetResponse = Callable[[HouseRequest], HttpResponse]
LANGUAGE_KEY = "language"
WARD_KEY = "ward_id"
SEEN_KEY = "seen_at"
OPEN_WITH_ONE_TIME_PASSWORD = {"account_change_password", "account_logout", "accounts:language_set"}


class LanguageMiddleware:
    """Vietnamese, unless the session or the person's own setting says otherwise; the browser is not asked."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HouseRequest) -> HttpResponse:
        chosen = request.session.get(LANGUAGE_KEY)
        if chosen is None and request.user.is_authenticated:
            chosen = request.user.language
        with translation.override(chosen or settings.LANGUAGE_CODE):
            request.LANGUAGE_CODE = translation.get_language()
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
            return response


class SessionAgeMiddleware:
    """Notes once a quarter of an hour that a session is in use, so that 8 hours mean 8 idle hours.

    The person sees it in the list of sessions. Somebody who has been given a role with short sessions since signing in
    for 30 days loses the long one then.
    """

    STEP = 15 * 60

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HouseRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HouseRequest, view: Callable, args: Any, kwargs: Any) -> None:
        """A page that asks by itself while it lies open is no use of the session: its view says `asks_by_itself`."""
        if request.user.is_authenticated and not getattr(view, "asks_by_itself", False):
            now = int(timezone.now().timestamp())
            if now - request.session.get(SEEN_KEY, 0) > self.STEP:
                request.session[SEEN_KEY] = now
                self._note(request)

    def _note(self, request: HouseRequest) -> None:
        UserSession.objects.create_from_request(request)
        is_long = request.session.get_expiry_age() > settings.SESSION_COOKIE_AGE
        if is_long and not access.may_stay_signed_in(request.user):
            request.session.set_expiry(None)


class OneTimePasswordMiddleware:
    """Until a one-time password is changed, only the page that changes it opens."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HouseRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HouseRequest, view: Callable, args: Any, kwargs: Any) -> HttpResponse | None:
        if not request.user.is_authenticated or not request.user.must_change_password:
            return None
        is_public = not getattr(view, "login_required", True)
        if is_public or (request.resolver_match and request.resolver_match.view_name in OPEN_WITH_ONE_TIME_PASSWORD):
            return None
        return redirect("account_change_password")


class WardMiddleware:
    """Sets request.ward: the ward chosen in the session, else the first in which the person is a member."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HouseRequest) -> HttpResponse:
        request.ward = cast(Ward, None)
        if request.user.is_authenticated:
            access.enter(request.user, request.session.get(WARD_KEY))
            ward_id = access.ward_id(request.user)
            if ward_id is not None:
                request.ward = next(held.ward for held in request.user.held_today or () if held.ward_id == ward_id)
        return self.get_response(request)


class HouseholdPageMiddleware:
    """A page that names households is kept by no browser; the back button stays quick on all others."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HouseRequest) -> HttpResponse:
        response = self.get_response(request)
        if getattr(request, "shows_households", False):
            response.headers["Cache-Control"] = "private, no-store"
        return response


class HistoryMiddleware(pghistory.middleware.HistoryMiddleware):
    """Field history knows who changed a row and on which page."""

    def get_context(self, request: HouseRequest) -> dict:
        return {"user": request.user.pk, "url": request.path, "ward": access.ward_id(request.user)}
