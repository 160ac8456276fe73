"""What a ward sets up before its work begins, and again when a year turns: one registry behind the page of the opening,
the bar above each of its steps and the overview.

    @step("units", 20)
    def units(user: User, ward: Ward) -> Step: ...

in `<app>/opening.py`, found by itself. What is left is told by the rows each time; nothing is ticked off.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, QueryDict
from django.urls import reverse

from core.agenda import Lack
from core.discovery import discover

if TYPE_CHECKING:
    from accounts.models import User, Ward

ASKED = "opening"  # in an address: the step that somebody is at


@dataclass(frozen=True)
class Step:
    """One thing to set up: where, what there is already ("" for nothing), and what is left. code: as registered."""

    title: Any
    url: str
    there: Any = ""
    lacks: Sequence[Lack] = ()
    code: str = ""
    number: int = 0

    @property
    def address(self) -> str:
        return at_step(self.url, self.code)


_sources: dict[str, tuple[int, Callable[[Any, Any], Step]]] = {}


def step(code: str, order: int) -> Callable:
    def register(source: Callable[[Any, Any], Step]) -> Callable:
        _sources[code] = order, source
        return source

    return register


def steps(user: "User", ward: "Ward") -> list[Step]:
    """All steps in order, as they stand now for this person."""
    discover("opening")
    found = sorted(_sources.items(), key=lambda item: item[1][0])
    return [replace(source(user, ward), code=code, number=n) for n, (code, (_order, source)) in enumerate(found, 1)]


def following(all_steps: Sequence[Step], code: str) -> Step | None:
    """The first step after this one that is not done."""
    codes = [one.code for one in all_steps]
    rest = all_steps[codes.index(code) + 1 :] if code in codes else all_steps
    return next((one for one in rest if one.lacks), None)


def at_step(url: str, code: str) -> str:
    """The address of a page as a step of the opening."""
    path, _mark, query = url.partition("?")
    asked = QueryDict(query, mutable=True)
    asked[ASKED] = code
    return f"{path}?{asked.urlencode()}"


def onward(request: HttpRequest, otherwise: str) -> str:
    """Where somebody goes who has done what the page is for: to the next step of the opening, if they are in it."""
    code = request.GET.get(ASKED, "")
    ward = getattr(request, "ward", None)
    if not code or ward is None:
        return otherwise
    following_step = following(steps(request.user, ward), code)  # type: ignore[arg-type]  # signed in, as it has a ward
    return following_step.address if following_step else reverse("accounts:opening")
