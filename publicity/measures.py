"""What an output is measured in beside its pieces: 12 banners, 240 m; 6 boards, 18 m²."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import reduce
from operator import or_

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, pgettext_lazy

from core.text import number
from publicity.choices import OutputKind


class Measure(models.TextChoices):
    M2 = "m2", "m²"
    M = "m", "m"
    SHEET = "sheet", pgettext_lazy("measure of an output", "sheets")
    MINUTE = "minute", pgettext_lazy("measure of an output", "minutes")
    PERSON = "person", pgettext_lazy("measure of an output", "people reached")


# In what each kind is measured, as wards report it; a kind that is not here is counted by pieces alone.
MEASURES: dict[OutputKind, tuple[Measure, ...]] = {
    OutputKind.BOARD: (Measure.M2, Measure.M),
    OutputKind.BANNER: (Measure.M, Measure.M2),
    OutputKind.POSTER: (Measure.M2,),
    OutputKind.LEAFLET: (Measure.SHEET,),
    OutputKind.SCREEN: (Measure.MINUTE,),
    OutputKind.TALK: (Measure.PERSON,),
    OutputKind.OTHER: (Measure.M2, Measure.M, Measure.SHEET),
}


def suits() -> Q:
    """The measure is one of the kind's, or there is none."""
    kinds = (Q(kind=kind, measured_in__in=[*measures]) for kind, measures in MEASURES.items())
    return reduce(or_, kinds, Q(measured_in=""))


def measured(amount: Decimal, measure: str) -> str:
    """ "18,5 m²" """
    return f"{number(amount)} {Measure(measure).label}"


def or_said(measures: tuple[Measure, ...]) -> str:
    """ "m² or m" """
    return gettext(" or ").join(str(measure.label) for measure in measures)


@dataclass
class Total:
    """The pieces of one kind, and what those of them measure that are measured alike.

    amounts: measure -> (how much, of how many pieces).
    """

    pieces: int = 0
    amounts: dict[str, tuple[Decimal, int]] = field(default_factory=dict)

    def add(self, measure: str, pieces: int, amount: Decimal | None) -> None:
        self.pieces += pieces
        if measure and amount is not None:
            self.amounts[measure] = (amount, pieces)

    @property
    def measured(self) -> str:
        """ "240 m"; where not all pieces are measured so, of how many: "240 m for 9/12"."""
        return "; ".join(self._said())

    def _said(self) -> Iterator[str]:
        for measure in Measure.values:
            if measure not in self.amounts:
                continue
            amount, pieces = self.amounts[measure]
            said = measured(amount, measure)
            if pieces == self.pieces:
                yield said
            else:
                words = {"measured": said, "n": number(pieces), "all": number(self.pieces)}
                yield gettext("%(measured)s for %(n)s/%(all)s") % words
