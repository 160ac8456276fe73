"""Each series of numbers, and how far it is: out of the register and of what was taken by hand before."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Max, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from campaigns.choices import Direction, DocumentState
from campaigns.models import NumberStart
from campaigns.models.papers import BEFORE_TERMS
from campaigns.querysets import DocumentQuerySet


@dataclass
class Series:
    """One body's documents of one kind, in one term or year. given: how many numbers the register holds."""

    issuer: str
    kind: str
    since: datetime.date
    issuer_slug: str
    kind_id: int
    last_given: int = 0
    given: int = 0
    last_on: datetime.date | None = None
    start: NumberStart | None = None

    @property
    def has_term(self) -> bool:
        return self.since != BEFORE_TERMS

    @property
    def last(self) -> int:
        return max(self.last_given, self.start.last if self.start else 0)

    @property
    def missing(self) -> int:
        """Numbers above those taken by hand that no document in the register has."""
        return max(0, self.last - (self.start.last if self.start else 0) - self.given)


def series_of(documents: DocumentQuerySet, starts: Iterable[NumberStart]) -> list[Series]:
    """The ward's own series by body and kind, the newest first."""
    own = documents.exclude(direction=Direction.IN).exclude(state=DocumentState.DRAFT).exclude(number=None)
    same = {name: OuterRef(name) for name in ("ward_id", "issuer_id", "kind_id", "series_from")}
    last_by_hand = Subquery(NumberStart.objects.filter(**same).values("last")[:1])
    each = own.exclude(series_from=None).alias(by_hand=Coalesce(last_by_hand, Value(0))).order_by()
    rows = each.values(
        "issuer", "kind", "series_from", "issuer__sort_key", "issuer__name", "issuer__slug", "kind__code"
    )
    rows = rows.annotate(label=F("kind__label"), last=Max("number"), last_on=Max("dated_on"))
    by_key = {(start.issuer_id, start.kind_id, start.series_from): start for start in starts}
    found: list[tuple[Any, Series]] = []
    for row in rows.annotate(given=Count("pk", filter=Q(number__gt=F("by_hand")))):
        start = by_key.pop((row["issuer"], row["kind"], row["series_from"]), None)
        place = (row["issuer__sort_key"], row["kind__code"], -row["series_from"].toordinal())
        names = (row["issuer__name"], row["label"], row["series_from"], row["issuer__slug"], row["kind"])
        found.append((place, Series(*names, row["last"], row["given"], row["last_on"], start)))
    for start in by_key.values():
        issuer, kind = start.issuer, start.kind
        place = (issuer.sort_key, kind.code, -start.series_from.toordinal())
        found.append((place, Series(issuer.name, kind.label, start.series_from, issuer.slug, kind.pk, start=start)))
    return [series for _place, series in sorted(found, key=lambda one: one[0])]
