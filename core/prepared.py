"""Statements that are written once: what a page asks each time in the same words, with other values in them.

Django writes the SQL of a queryset anew at each view; of a file that shows twenty tables that was half of the page's
work (docs/performance.md, ADR 27). Here it is written twice, with two sets of values that stand for the real ones:
where the two statements differ is where the real ones go, and nothing else may differ.
"""

import datetime
from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import Any, NamedTuple, cast

from django.db import models
from django.db.models import QuerySet, prefetch_related_objects

from core import past
from core.models import today
from core.together import Statement

MOST = 64  # statements that one place keeps: those used last


class _Mark(NamedTuple):
    """Where a value goes."""

    name: str


class Prepared:
    """make: gives the querysets by their names; of the clock it may ask the day alone.

    >>> FILE = Prepared(lambda *, household, ward: {"visits": Visit.objects.filter(household=household, ward=ward)})
    >>> visits = FILE.read(household=7, ward=1)["visits"]
    """

    def __init__(self, make: Callable[..., dict[str, QuerySet]]) -> None:
        self._make = make
        self._written = lru_cache(MOST)(self._write)

    def read(self, *alike: Hashable, owner: models.Model | None = None, **values: Any) -> dict[str, list[Any]]:
        """The rows of each queryset that `make(*alike, **values)` gives, all read in one statement, as lists.

        values: whole numbers, texts, days, or None; anything else goes in `alike`, and a statement is kept for each.
        owner: the row whose children are read, and which they know as such. A past day is written anew.
        TypeError where a value is not simply handed to the database as it is.
        """
        if past.current().is_past:
            asked = self._make(*alike, **values)
            statement = Statement(list(asked.values()))
            names, told = list(asked), statement.parameters
        else:
            kinds = tuple((name, type(value)) for name, value in values.items())
            names, statement, parameters = self._written(alike, kinds, today())
            told = [values[part.name] if isinstance(part, _Mark) else part for part in parameters]
        found = statement.read(told, owner)
        for rows, made in zip(statement.asked, found, strict=True):
            prefetch_related_objects(made, *cast(Any, rows)._prefetch_related_lookups)
        return dict(zip(names, found, strict=True))

    def _write(
        self, alike: tuple[Hashable, ...], kinds: tuple[tuple[str, type], ...], _day: datetime.date
    ) -> tuple[list[str], Statement, list[Any]]:
        """Names of the querysets, their statement, and its values with the places of those that change."""
        first, second = (
            {name: _stand_in(kind, 2 * n + turn) for n, (name, kind) in enumerate(kinds)} for turn in (1, 2)
        )
        asked, again = (self._make(*alike, **stands) for stands in (first, second))
        one, other = (Statement(list(rows.values())) for rows in (asked, again))
        if one.sql != other.sql:
            raise TypeError("The statement differs by its values, not only in their places")
        names = {stand: name for name, stand in first.items() if stand is not None}
        parameters: list[Any] = []
        for part, beside in zip(one.parameters, other.parameters, strict=True):
            if type(part) is type(beside) and part == beside:
                parameters.append(part)
            elif isinstance(part, Hashable) and (name := names.get(part)) and beside == second[name]:
                parameters.append(_Mark(name))
            else:
                raise TypeError(f"{part!r} is none of the values that change, and not always the same")
        return list(asked), one, parameters


def _stand_in(kind: type, place: int) -> Any:
    """What no real value is like."""
    if kind is type(None):
        return None
    if kind is int:
        return 2_000_000_000 + 104_729 * place + place * place  # of no two the same distance
    if kind is str:
        return f"stand-in-{place}"
    if kind is datetime.date:
        return datetime.date.min + datetime.timedelta(days=place)
    raise TypeError(f"{kind.__name__} is none of whole numbers, texts and days")
