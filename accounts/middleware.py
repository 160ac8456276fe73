"""Which language, which ward and for how long: set once a request from the person who is signed in."""

from collections.abc import Callable

import pghistory.middleware
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.functional import SimpleLazyObject

from accounts import access
from accounts.models import Ward

GetResponse = Callable[[HttpRequest], HttpResponse]
LANGUAGE_KEY = "language"


class LanguageMiddleware:
    """Vietnamese, unless the session or the person's own setting says otherwise; the browser is not asked."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.session.get(LANGUAGE_KEY)
        if chosen is None and request.user.is_authenticated:
            chosen = request.user.language
        with translation.override(chosen or settings.LANGUAGE_CODE):
            request.LANGUAGE_CODE = translation.get_language()
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
            return response


class SessionAgeMiddleware:
    """Keeps an active session alive: saved again once a quarter of an hour, so that 8 hours mean 8 idle hours."""

    STEP = 15 * 60

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = int(timezone.now().timestamp())
            if now - request.session.get("seen_at", 0) > self.STEP:
                request.session["seen_at"] = now
        return self.get_response(request)


class WardMiddleware:
    """Sets request.ward: the ward chosen in the session, else the first in which the person is a member."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.ward = None
        if request.user.is_authenticated:
            access.enter(request.user, request.session.get("ward_id"))
            ward_id = access.ward_id(request.user)
            if ward_id is not None:
                request.ward = SimpleLazyObject(lambda: Ward.objects.get(pk=ward_id))
        return self.get_response(request)


class HistoryMiddleware(pghistory.middleware.HistoryMiddleware):
    """Field history knows who changed a row and on which page."""

    def get_context(self, request: HttpRequest) -> dict:
        return {"user": request.user.pk, "url": request.path, "ward": access.ward_id(request.user)}
