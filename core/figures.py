"""Named figures: every number that somebody reads, with the rows behind it.

An app registers its numbers in its own `figures.py`, which is found by itself:

    @figure("models.registered", label=_("Registered models"), unit=_("models"), kind="count")
    def registered(scope: Scope, on: date) -> FigureValue: ...

The function computes from dated rows, never from the clock or from present states.
"""

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core import past
from core.discovery import discover

if TYPE_CHECKING:
    from accounts.models import Unit, User, Ward
    from campaigns.models import Campaign

Kind = Literal["count", "sum", "breakdown", "latest"]


@dataclass(frozen=True)
class Scope:
    """What a figure is about: a ward's campaign, perhaps one unit, as one user may see it (None: the whole ward)."""

    ward: "Ward"
    campaign: "Campaign"
    unit: "Unit | None" = None
    user: "User | None" = None


@dataclass(frozen=True)
class FigureValue:
    """A number and where it comes from.

    value: None means "no data", never 0. For a breakdown it is the sum of the known parts, or None.
    rows: the rows counted, so that a count equals len(rows); of a past day only inside `past.reading(on=…)`.
    url: a list of exactly these rows, carrying `on=`, and `known=` where it was asked so.
    as_of: the day of the reading. exactness: "nearly" for an estimate.
    corrected_on: the day on which somebody closed anew what this reading is of.
    beside: what the same rows say beside the number, in words ("240 m" of 12 banners).
    differs: of a past day, whether the portal knew another number then; `known` is that one.
    parts: code -> FigureValue, for a breakdown.
    key: the figure's, with ":code" for a part; set where the figure is asked.
    """

    value: int | None
    rows: QuerySet | None = None
    url: str = ""
    as_of: datetime.date | None = None
    exactness: Literal["exact", "nearly"] = "exact"
    corrected_on: datetime.date | None = None
    differs: bool = False
    known: int | None = None
    parts: Mapping[str, "FigureValue"] | None = None
    label: str = ""
    beside: str = ""
    key: str = ""

    @property
    def opens(self) -> SafeString:
        """The attributes of the link that shows the number: its address, and what the number is."""
        return format_html('href="{}" {}', self.url, self.mark)

    @property
    def mark(self) -> SafeString:
        """What the number is, for the test that compares all that pages show."""
        return format_html('data-figure="{}" data-value="{}"', self.key, self.value)


@dataclass(frozen=True)
class Figure:
    key: str
    label: Any
    unit: Any
    kind: Kind
    compute: Callable[[Scope, datetime.date], FigureValue]
    definition: str
    tells: Mapping[str, str] = field(default_factory=dict)
    is_flow: bool = False

    @property
    def about(self) -> str:
        """The app that counts it."""
        return self.compute.__module__.partition(".")[0]

    def value(self, scope: Scope, on: datetime.date) -> FigureValue:
        """The number of a day, with later corrections; inside `past.reading(known=…)` as it was known then."""
        with past.reading(on=on, known=past.current().known) as read:
            result = self.compute(scope, on)
        if read.on and not read.known:
            with past.as_known_on(on):
                if (campaign := past.held(scope.campaign)) is not None:
                    result = _beside(result, self.compute(replace(scope, campaign=campaign), on))
        parts = result.parts and {code: replace(part, key=f"{self.key}:{code}") for code, part in result.parts.items()}
        return replace(result, as_of=result.as_of or on, parts=parts, key=self.key)

    def between(self, spans: Sequence[tuple[Scope, datetime.date | None, datetime.date]]) -> FigureValue:
        """Of a flow what fell between two days; of anything else what is told on the last day.

        spans: of each campaign that the days lie in its scope, the day before the first (None: from its beginning) and
        the last; the campaign of the last day comes last. The address is still that of the last day's list.
        """
        if not self.is_flow:
            scope, _before, on = spans[-1]
            return self.value(scope, on)
        return _added([self._since(*span) for span in spans])

    def _since(self, scope: Scope, before: datetime.date | None, on: datetime.date) -> FigureValue:
        """What came to a flow: rows that were not counted before, and what the number grew by."""
        now, came = self._read(scope, on)
        then, known = self._read(scope, before) if before else (FigureValue(None), {})
        parts = now.parts and {
            code: _came(scope, part, (then.parts or {}).get(code), came[code], known.get(code, set()))
            for code, part in now.parts.items()
        }
        if parts is None:
            return _came(scope, now, then, came[""], known.get("", set()))
        return replace(_plain(now), value=_sum([part.value for part in parts.values()]), parts=parts)

    def _read(self, scope: Scope, on: datetime.date) -> tuple[FigureValue, dict[str, set[int]]]:
        """The number of a day with the keys of its rows, which are read on that day."""
        with past.reading(on=on, known=past.current().known):
            value = self.value(scope, on)
            return value, {code: _keys(part) for code, part in (value.parts or {"": value}).items()}

    def as_json(self, result: FigureValue) -> Any:
        """The plain value; a dict of parts for a breakdown; value and the facts in `tells` for a reading."""
        if result.parts is not None:
            return {code: part.value for code, part in result.parts.items()}
        if self.tells and result.value is not None:
            facts = {name: getattr(result, attribute) for name, attribute in self.tells.items()}
            return {"value": result.value} | {
                n: v.isoformat() if hasattr(v, "isoformat") else v for n, v in facts.items()
            }
        return result.value


def _beside(result: FigureValue, known: FigureValue) -> FigureValue:
    """The number with what was known then beside it, where that was another."""
    then = known.parts or {}
    parts = result.parts and {code: _beside(p, then.get(code, FigureValue(None))) for code, p in result.parts.items()}
    is_other = (result.value, result.exactness) != (known.value, known.exactness)
    return replace(result, differs=is_other, known=known.value if is_other else None, parts=parts)


def _keys(value: FigureValue) -> set[int]:
    return set(value.rows.values_list("pk", flat=True)) if value.rows is not None else set()


def _came(scope: Scope, now: FigureValue, then: FigureValue | None, keys: set[int], before: set[int]) -> FigureValue:
    if now.value is None or now.rows is None:
        return _plain(now)
    rows = now.rows.model._base_manager.filter(ward=scope.ward, pk__in=sorted(keys - before))
    is_sum = now.value != len(keys)
    grown = now.value - ((then and then.value) or 0)
    return replace(_plain(now), value=grown if is_sum else len(keys - before), rows=rows)


def _added(found: Sequence[FigureValue]) -> FigureValue:
    """One number of several campaigns."""
    last = found[-1]
    if any(one.parts for one in found):
        codes = dict.fromkeys(code for one in found for code in one.parts or {})
        parts = {code: _added([one.parts[code] for one in found if one.parts and code in one.parts]) for code in codes}
        return replace(last, value=_sum([part.value for part in parts.values()]), parts=parts)
    told = [one for one in found if one.rows is not None]
    rows = told[0].rows if told else None
    for one in told[1:]:
        rows = rows | one.rows  # type: ignore[operator]
    value = _sum([one.value for one in found])
    if len(told) > 1:  # what two campaigns count is counted once
        keys = [_keys(one) for one in told]
        if all(one.value == len(own) for one, own in zip(told, keys, strict=True)):
            value = len(set().union(*keys))
    return replace(last, value=value, rows=rows)


def _sum(values: Sequence[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _plain(value: FigureValue) -> FigureValue:
    """Without what is told of a day alone."""
    return replace(value, beside="", differs=False, known=None)


_registry: dict[str, Figure] = {}


def figure(
    key: str,
    *,
    label: Any,
    unit: Any = "",
    kind: Kind = "count",
    tells: Mapping[str, str] | None = None,
    flow: bool = False,
) -> Callable:
    """Register a figure. The function's docstring is its definition, shown to readers of the number.

    flow: each row fell on a day, so a report of a period says what fell within it; else it says the last day's state.
    tells: names in JSON -> attributes of FigureValue that belong to the reading ({"kind": "exactness"}).
    """

    def register(compute: Callable[[Scope, datetime.date], FigureValue]) -> Callable:
        if key in _registry:
            raise ValueError(f"figure {key} is registered twice")
        if not compute.__doc__:
            raise ValueError(f"figure {key} has no definition: write a docstring")
        words = " ".join(compute.__doc__.split())
        _registry[key] = Figure(key, label, unit, kind, compute, words, tells or {}, flow)
        return compute

    return register


def all_figures() -> dict[str, Figure]:
    discover("figures")
    return dict(sorted(_registry.items()))


def get_figure(key: str) -> Figure:
    discover("figures")
    return _registry[key]


def address(path: str, on: datetime.date, campaign: "Campaign", **query: Any) -> str:
    """The address of a figure's rows: `path?year=…&on=…&…`, with `known=` where that is asked."""
    known = past.current().known
    which = {"year": campaign.year, "on": on.isoformat()} | ({"known": known.isoformat()} if known else {})
    return f"{path}?{urlencode(which | {name: value for name, value in query.items() if value is not None})}"
