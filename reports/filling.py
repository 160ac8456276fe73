"""What stands in the cells of a superior's form: facts of a report, by name."""

import datetime
from dataclasses import dataclass, replace
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from accounts import access
from accounts.access import Permission
from core import past
from core.figures import FigureValue, Scope, all_figures
from reports.choices import ReportState
from reports.models import Report
from reports.narrative import PAPER_LANGUAGE, as_read, ask, without_address

WORDS = {
    "=day": _("Day of the figures"),
    "=first": _("First day of the period"),
    "=ward": _("Name of the ward"),
    "=number": _("Number and date of the report"),
}


@dataclass(frozen=True)
class Filled:
    """One cell: its value as it was filled, with the figure behind it as the reader may open it."""

    sheet: str
    cell: str
    fact: str
    value: int | str | None
    figure: FigureValue | None = None

    def kept(self) -> dict[str, Any]:
        return {"sheet": self.sheet, "cell": self.cell, "fact": self.fact, "value": self.value}


def fact_labels(scope: Scope, on: datetime.date) -> dict[str, str]:
    """Name of each fact -> its words; parts of a figure as far as they are known on the day."""
    found = {name: str(label) for name, label in WORDS.items()}
    with past.reading(on=on):
        for key, figure in all_figures().items():
            label = capfirst(str(figure.label))
            found[key] = label
            for code, part in (figure.compute(replace(scope, user=None), on).parts or {}).items():
                found[f"{key}:{code}"] = f"{label}: {part.label}"
    return found


def values_of(report: Report, cells: Any, scope: Scope) -> list[Filled]:
    """Of each cell what the report says: a signed one as it was signed, what it does not name as known that day; a
    draft with the numbers that somebody entered by hand, which open no rows."""
    rows: Any = (report.figures if report.is_signed else report.overrides) if report.pk else None
    said = {row.key: row for row in rows.all()} if rows else {}
    known = report.known_on or _signed_on(report)
    asked: dict[str, FigureValue] = {}
    found = []
    with override(PAPER_LANGUAGE), past.reading(on=report.on, known=known):
        for cell in cells:
            if cell.fact in WORDS:
                found.append(Filled(cell.sheet, cell.cell, cell.fact, _word(report, cell.fact)))
                continue
            value = _value(cell.fact, report, scope, asked)
            own = said.get(cell.fact)
            is_by_hand = own is not None and bool(own.reason)
            number = own.value if own else value.value
            found.append(Filled(cell.sheet, cell.cell, cell.fact, number, None if is_by_hand else value))
    return found


def _signed_on(report: Report) -> datetime.date | None:
    step = report.transitions.filter(new=ReportState.SIGNED).order_by("-id").first()
    return step.on if step else None


def _value(fact: str, report: Report, scope: Scope, asked: dict[str, FigureValue]) -> FigureValue:
    key, _colon, code = fact.partition(":")
    if key not in all_figures():
        return FigureValue(None)
    if key not in asked:
        whole = ask(key, replace(scope, user=None), report.on, report.span)
        is_wide = scope.user is not None and access.is_ward_wide(scope.user, Permission.WARD_READ)
        own = ask(key, scope, report.on, report.span) if is_wide else without_address(whole)
        asked[key] = as_read(whole, own)
    return (asked[key].parts or {}).get(code, FigureValue(None)) if code else asked[key]


def _word(report: Report, name: str) -> str | None:
    if name == "=day":
        return f"{report.on:%d/%m/%Y}"
    if name == "=first":
        return f"{report.first_on or report.campaign.opens_on:%d/%m/%Y}"
    if name == "=ward":
        return report.campaign.ward.name
    document = report.issued_as
    return f"{document.symbol}, {document.dated_on:%d/%m/%Y}" if document else None
