"""What goes over when units merge: one registry behind the preview, the act and what is kept of it.

    part("tasks", _("Open tasks"), "campaigns.Task.lead_unit", Q(state__in=OPEN_STATES), order=20)

in `<app>/merger.py`, found by itself. What a unit has done, issued or counted stays with it: `stays` says which and
why. Each key to a unit is named by one of the two (tests/house/test_merger.py).
"""

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import Model, Q, QuerySet

from core.discovery import discover
from core.models import is_personal

if TYPE_CHECKING:
    from accounts.models import Unit, User


@dataclass(frozen=True)
class Merge:
    """Units that end before the day `on`, and the one that goes on from it.

    leaving: the ids of memberships that end with their unit. into: None where the unit is still to be made.
    """

    ward_id: int
    ended: tuple[int, ...]
    on: datetime.date
    into: "Unit | None" = None
    by: "User | None" = None
    reason: str = ""
    leaving: frozenset[int] = frozenset()


Carry = Callable[[Merge, QuerySet], Iterable[int]]


@dataclass(frozen=True)
class Part:
    """field: "app.Model.key". which: those rows of a unit that go over. carry: gives back the ids of rows that were
    taken away, because the unit that goes on has the same already."""

    code: str
    label: Any
    field: str
    which: Callable[[Merge], Q]
    carry: Carry
    order: int
    say: Callable[[Any], Any] = str

    @property
    def model(self) -> type[Model]:
        app, model, _key = self.field.split(".")
        return apps.get_model(app, model)

    @property
    def key(self) -> str:
        return self.field.rpartition(".")[2]

    def rows(self, merge: Merge) -> QuerySet:
        """The rows of the ending units that go over, in their own order."""
        of_units = {"ward_id": merge.ward_id, f"{self.key}__in": merge.ended}
        return self.model._default_manager.filter(self.which(merge), **of_units)

    def address(self, row: Any) -> str:
        """Where the row is looked at; "" for what has no page and for what is part of a household's file."""
        has_page = hasattr(row, "get_absolute_url") and not is_personal(type(row))
        return row.get_absolute_url() if has_page else ""


_parts: dict[str, Part] = {}
_staying: dict[str, str] = {}
_hindrances: list[Callable[[Merge], Iterable[str]]] = []


def part(
    code: str,
    label: Any,
    field: str,
    which: Q | Callable[[Merge], Q] | None = None,
    *,
    order: int,
    twins: Sequence[str] = (),
    join: Callable[[Any, Any], None] | None = None,
    carry: Carry | None = None,
    say: Callable[[Any], Any] = str,
) -> None:
    """Rows whose key to a unit is turned to the one that goes on.

    twins: the other keys that make two rows the same; of these one stands, and `join` hands what the second said to the
    first. carry: another way than turning the key.
    """
    assert code not in _parts or _parts[code].field == field, f"{code} is the name of {_parts[code].field}"
    name = field.rpartition(".")[2]
    chosen = which if callable(which) else (lambda merge: which or Q())
    _parts[code] = Part(code, label, field, chosen, carry or _turning(name, tuple(twins), join), order, say)


def stays(field: str, why: str) -> None:
    """A key that keeps pointing to the unit of its time."""
    _staying[field] = why


def hindrance(source: Callable[[Merge], Iterable[str]]) -> Callable[[Merge], Iterable[str]]:
    """Decorator: why units can not merge on that day, as sentences that say what to do."""
    _hindrances.append(source)
    return source


def parts() -> list[Part]:
    discover("merger")
    return sorted(_parts.values(), key=lambda one: one.order)


def staying() -> dict[str, str]:
    discover("merger")
    return dict(_staying)


def hindrances(merge: Merge) -> list[str]:
    discover("merger")
    return [sentence for source in _hindrances for sentence in source(merge)]


def _turning(name: str, twins: tuple[str, ...], join: Callable[[Any, Any], None] | None) -> Carry:
    def turn(merge: Merge, rows: QuerySet) -> list[int]:
        gone = _without_twins(merge, rows, name, twins, join) if twins else []
        rows.exclude(pk__in=gone).update(**{name: merge.into})
        rows.model._default_manager.filter(ward_id=merge.ward_id, pk__in=gone).delete()
        return gone

    return turn


def _without_twins(
    merge: Merge, rows: QuerySet, name: str, twins: tuple[str, ...], join: Callable[[Any, Any], None] | None
) -> list[int]:
    """The ids of rows that say of the unit that goes on what another row says of it."""
    keys = [rows.model._meta.get_field(twin).attname for twin in twins]
    of_into = rows.model._default_manager.filter(ward_id=merge.ward_id, **{name: merge.into})
    kept = {tuple(getattr(row, key) for key in keys): row for row in of_into}
    gone = []
    for row in rows.order_by("pk"):
        twin = kept.setdefault(tuple(getattr(row, key) for key in keys), row)
        if twin is not row:
            gone.append(row.pk)
            if join:
                join(twin, row)
    return gone
