"""What no address of the portal holds."""

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse


class PlainAddressMiddleware:
    """Answers 400 to an address with a NUL sign, which no database column can be compared with."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_rest: object) -> None:
        asked = [*request.GET, *(value for values in request.GET.lists() for value in values[1])]
        if any("\0" in text for text in [request.path_info, *asked]):
            raise BadRequest("NUL in the address")
