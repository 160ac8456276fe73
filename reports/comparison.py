"""Each figure of a period beside the period before it and the same one a year earlier."""

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from dateutil.relativedelta import relativedelta

from campaigns.models import Campaign
from core import past
from core.figures import Figure, FigureValue, Scope, all_figures
from core.periods import Span, span_of
from reports.narrative import ask

NO_DATA = FigureValue(None)
Told = Mapping[str, FigureValue]


@dataclass(frozen=True)
class Line:
    """A figure, or one part of it, in each of the periods."""

    figure: Figure
    part: str
    values: list[FigureValue]


def periods(kind: str, day: datetime.date, closes: int | None) -> list[Span]:
    """The period that the day lies in, the one before, and the same one a year earlier; for a year these are one."""
    this = span_of(kind, day, closes)
    year_ago = span_of(kind, this.last - relativedelta(years=1), closes)
    return list(dict.fromkeys([this, this.before, year_ago]))


def told(scope: Scope, span: Span, until: datetime.date, keys: Iterable[str] | None = None) -> Told:
    """The figures of a period up to a day of it, all or those of `keys`; none has data where there was no year then."""
    last = min(span.last, until)
    years = Campaign.objects.filter(ward=scope.ward, opens_on__lte=last, closes_on__gte=last)
    campaign = years.order_by("-opens_on").first()
    if campaign is None:
        return {}
    with past.reading(on=last, known=past.current().known):
        then = replace(scope, campaign=past.held(campaign) or campaign)
        return {
            key: ask(key, then, last, replace(span, last=last)) for key in (all_figures() if keys is None else keys)
        }


def lines(columns: Sequence[Told], keys: Iterable[str] | None = None) -> Iterator[Line]:
    for key, figure in all_figures().items():
        if keys is not None and key not in keys:
            continue
        values = [column.get(key, NO_DATA) for column in columns]
        parts = {code: part for value in values[::-1] for code, part in (value.parts or {}).items()}
        labels = {code: str(part.label) for code, part in parts.items()}
        if len(set(labels.values())) < len(labels):  # one thing on several days
            labels = {code: f"{part.label}, {part.as_of:%d/%m/%Y}" for code, part in parts.items()}
        if not labels:
            yield Line(figure, "", values)
        for code, label in labels.items():
            yield Line(figure, label, [(value.parts or {}).get(code, NO_DATA) for value in values])
