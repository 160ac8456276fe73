"""Reconciliation before the signature: sums of figures that must agree, with the rows that make them differ."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.utils.translation import gettext as _

from core.figures import get_figure
from reports.models import ReportFigure

# The whole, and the figures into which each of its rows falls exactly once; ":*" stands for all parts.
SUMS = [
    ("models.registered", ("models.registered.collective", "models.registered.individual")),
    ("models.registered", ("models.registered.by_field:*",)),
]
# Rows of the first are rows of the second, part by part.
WITHIN = [
    ("clearance.households_invited.by_project", "clearance.households.by_project"),
    ("clearance.households_visited.by_project", "clearance.households.by_project"),
    ("clearance.households_inventoried.by_project", "clearance.households.by_project"),
    ("clearance.households_handed_over.by_project", "clearance.households.by_project"),
    ("campaigns.resolutions", "campaigns.resolutions.expected"),
]


@dataclass(frozen=True)
class Odd:
    """A sum that does not agree. rows: those that are in one of the two and not, or more than once, in the other."""

    sentence: str
    rows: tuple[Any, ...]


def odd_sums(figures: Sequence[ReportFigure]) -> list[Odd]:
    """Figures as they would be signed."""
    by_key = {row.key: row for row in figures}
    return [*_sums(by_key), *_within(by_key)]


def _sums(by_key: dict[str, ReportFigure]) -> Iterator[Odd]:
    for whole_key, part_keys in SUMS:
        whole = by_key.get(whole_key)
        parts = [row for key in part_keys for row in _named(by_key, key)]
        if whole is None or not parts:
            continue
        told, total = [pk for row in parts for pk in row.row_ids], sum(row.value or 0 for row in parts)
        odd = set(whole.row_ids) ^ set(told) | {pk for pk in told if told.count(pk) > 1}
        if odd or total != (whole.value or 0):
            facts = {"figure": get_figure(whole_key).label, "value": whole.value or 0, "sum": total}
            words = _("%(figure)s: %(value)s, but its parts add up to %(sum)s.") % facts
            yield Odd(words, _rows(whole, odd))


def _within(by_key: dict[str, ReportFigure]) -> Iterator[Odd]:
    for part_key, whole_key in WITHIN:
        for part in (row for key, row in by_key.items() if key.partition(":")[0] == part_key):
            whole = by_key.get(whole_key + part.key.removeprefix(part_key))
            odd = set(part.row_ids) - set(whole.row_ids) if whole else set()
            if odd:
                facts = {"part": get_figure(part_key).label, "whole": get_figure(whole_key).label, "n": len(odd)}
                yield Odd(_("%(part)s: %(n)s not among “%(whole)s”.") % facts, _rows(part, odd))


def _named(by_key: dict[str, ReportFigure], key: str) -> list[ReportFigure]:
    if key.endswith(":*"):
        return [row for name, row in by_key.items() if name.startswith(key[:-1])]
    return [by_key[key]] if key in by_key else []


def _rows(figure: ReportFigure, keys: set[int]) -> tuple[Any, ...]:
    if not figure.table:
        return ()
    return tuple(apps.get_model(figure.table)._base_manager.filter(ward_id=figure.ward_id, pk__in=sorted(keys)))
