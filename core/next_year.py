"""What a new year takes over from the one before: one registry behind the wizard's preview, its act and its record.

    part("fields", _("Fields of the theme"), order=20, rows=_rows, carry=_carry)

in `<app>/next_year.py`, found by itself. Rows of the new year are made anew; nothing of the old year is changed. What
lives over the years (units, people, undertakings, the calendar) is not copied.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from core.discovery import discover

if TYPE_CHECKING:
    from accounts.models import User
    from campaigns.models import Campaign


@dataclass(frozen=True)
class Turn:
    """From one campaign year to another, by somebody; None in a preview."""

    old: "Campaign"
    new: "Campaign"
    by: "User | None" = None


@dataclass(frozen=True)
class Part:
    """rows: those of the old year that the new one has not yet. carry: makes the new ones; their ids.

    hint: what becomes of them. ticked: whether it is taken over unless somebody says no.
    """

    code: str
    label: Any
    order: int
    rows: Callable[[Turn], QuerySet]
    carry: Callable[[Turn, QuerySet], Iterable[int]]
    hint: Any = ""
    ticked: bool = True
    say: Callable[[Any], Any] = str


_parts: dict[str, Part] = {}


def part(
    code: str,
    label: Any,
    *,
    order: int,
    rows: Callable[[Turn], QuerySet],
    carry: Callable[[Turn, QuerySet], Iterable[int]],
    hint: Any = "",
    ticked: bool = True,
    say: Callable[[Any], Any] = str,
) -> None:
    _parts[code] = Part(code, label, order, rows, carry, hint, ticked, say)


def parts() -> list[Part]:
    discover("next_year")
    return sorted(_parts.values(), key=lambda one: one.order)
