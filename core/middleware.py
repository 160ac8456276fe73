"""What no address of the portal holds, lists shown by a saved view, and pages that go out small."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import redirect
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from core.filters import ShownAt


class PlainAddressMiddleware:
    """Answers 400 to an address whose path holds a NUL sign, which no database column can be compared with.

    In a filter such a value is one that nothing has (core.filters), and the page says so.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_rest: object) -> None:
        if "\0" in request.path_info:
            raise BadRequest("NUL in the address")


class SavedViewMiddleware:
    """Leads to the query by which a list is shown (core.filters.ShownAt), and says what of a saved view is left out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, ShownAt):
            return None
        for gone in exception.gone:
            said = _("The saved view asked for “%(filter)s”, which this list does not know any more; it is left out.")
            messages.warning(request, said % {"filter": capfirst(gone)})
        return redirect(f"{request.path}?{exception.query}")


class SmallPageMiddleware(GZipMiddleware):
    """Pages and the texts that scripts ask for, compressed; Django adds noise of random length against BREACH.

    Files go out as they are: WhiteNoise keeps its own compressed ones, and what people uploaded is packed already.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:  # type: ignore[override]
        if response.streaming or not response.get("Content-Type", "").startswith(("text/", "application/json")):
            return response
        return super().process_response(request, response)  # type: ignore[return-value]
