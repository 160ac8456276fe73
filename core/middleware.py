"""What no address of the portal holds, and pages that go out small."""

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware


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


class SmallPageMiddleware(GZipMiddleware):
    """Pages and the texts that scripts ask for, compressed; Django adds noise of random length against BREACH.

    Files go out as they are: WhiteNoise keeps its own compressed ones, and what people uploaded is packed already.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:  # type: ignore[override]
        if response.streaming or not response.get("Content-Type", "").startswith(("text/", "application/json")):
            return response
        return super().process_response(request, response)  # type: ignore[return-value]
