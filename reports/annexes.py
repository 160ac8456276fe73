"""Tables behind a report, 01 to 07: of the day of the report, or of its period where a number is a flow.

01 to 04 are the tables for the superior of the models, in the columns in force; 05 to 07 stand in
reports/data/tables.json: their columns name figures, so a number is the same in the text, in the table and on the page
of figures.
"""

import json
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from accounts.models import Unit
from core.figures import FigureValue, address
from core.papers import Annex, Run
from core.text import number
from models_registry import upward
from models_registry.choices import SENT_AND_AFTER, WRITTEN, EntryState, UpwardTable
from models_registry.models import ContestEntry, EntryQuota, TableLayout
from reports.choices import AnnexCode

if TYPE_CHECKING:
    from reports.narrative import Facts

TOGETHER = "Cộng"
NO_DATA = "…"
# Columns of table 07: the filter of the list of entries, and the states that it takes.
ENTRIES: dict[str, tuple[EntryState, ...]] = {
    "written": WRITTEN,
    "revising": (EntryState.REVISING,),
    "sent_and_after": SENT_AND_AFTER,
    "final": (EntryState.FINAL, EntryState.AWARDED, EntryState.NOT_AWARDED),
    "awarded": (EntryState.AWARDED,),
}


@cache
def _laid_out(code: str) -> dict[str, Any]:
    told = json.loads((Path(__file__).parent / "data" / "tables.json").read_text(encoding="utf-8"))
    found: dict[str, Any] = told[code]
    return found


def annex(code: str, facts: "Facts") -> Annex:
    """The table of a code, as the facts of a report tell it."""
    if code in UpwardTable.values:
        return _upward(code, facts)
    return {AnnexCode.LAND: _land, AnnexCode.PUBLICITY: _publicity, AnnexCode.CONTEST: _contest}[AnnexCode(code)](facts)


def _upward(code: str, facts: "Facts") -> Annex:
    campaign, user = facts.scope.campaign, facts.scope.user
    layout = TableLayout.of(campaign.ward_id, code, facts.on)
    body = upward.body(upward.Ask(campaign, facts.on, user), layout)
    lines = body.all_lines()
    return Annex(
        layout.title,
        tuple(head.flat for head in body.heads),
        tuple(head.is_number for head in body.heads),
        tuple(tuple(Run(cell.shown, href=cell.url) for cell in line.cells) for line in lines),
        tuple(Run(cell.shown, href=cell.url) for cell in body.total.cells) if body.total else (),
    )


def _cell(facts: "Facts", value: FigureValue | None) -> Run:
    """A number as tables have it: no leading zero, and a mark where nothing is known."""
    if value is None:
        return Run("")
    if value.value is None:
        return Run(NO_DATA)
    run = facts.run(value, "")
    text = number(value.value)
    return Run(f"~{text}" if value.exactness == "nearly" else text, run.href, figure=run.figure, counted=run.counted)


def _table(code: str, lines: list[tuple[Run, ...]], total: tuple[Run, ...] = (), note: tuple[Run, ...] = ()) -> Annex:
    laid_out = _laid_out(code)
    columns = laid_out["columns"]
    heads, numbers = tuple(head for _key, head in columns), tuple(key not in {"name", "note"} for key, _head in columns)
    return Annex(laid_out["title"], heads, numbers, tuple(lines), total, note)


def _land(facts: "Facts") -> Annex:
    laid_out = _laid_out(AnnexCode.LAND)
    keys = [key for key, _head in laid_out["columns"][2:]]
    values = {key: facts.value(key) for key in keys}
    projects = {code: part.label for code, part in (values[keys[0]].parts or {}).items()}
    lines = [
        (Run(str(n)), Run(label), *(_cell(facts, (values[key].parts or {}).get(code)) for key in keys))
        for n, (code, label) in enumerate(projects.items(), start=1)
    ]
    total = (Run(""), Run(TOGETHER), *(_cell(facts, values[key]) for key in keys)) if len(projects) > 1 else ()
    note: tuple[Run, ...] = ()
    for words, key in laid_out["note"]:
        note += (Run(f"{'; ' if note else ''}{words}: "), _cell(facts, facts.value(key)))
    return _table(AnnexCode.LAND, lines, total, note)


def _publicity(facts: "Facts") -> Annex:
    laid_out = _laid_out(AnnexCode.PUBLICITY)
    keys = [key for key, _head in laid_out["columns"][2:]]
    lines = [
        (Run(str(n)), Run(name), *cells) for n, (name, cells) in enumerate(_channels(facts, laid_out, keys), start=1)
    ]
    return _table(AnnexCode.PUBLICITY, lines)


def _channels(facts: "Facts", laid_out: dict[str, Any], keys: list[str]) -> Iterator[tuple[str, list[Run]]]:
    for told in laid_out["lines"]:
        if "each" not in told:
            yield told["name"], [_cell(facts, facts.value(told[key]) if key in told else None) for key in keys]
            continue
        for part in (facts.value(told["each"]).parts or {}).values():
            cells = {"pieces": _cell(facts, part), "note": Run(part.beside)}
            yield part.label, [cells.get(key, Run("")) for key in keys]


def _contest(facts: "Facts") -> Annex:
    """Who was to write how many entries, and how far they are, by the units' names. No person is named."""
    campaign, on = facts.scope.campaign, facts.on
    of = {"ward": campaign.ward_id, "contest__campaign": campaign}
    required: Counter[int] = Counter()
    for unit, asked in EntryQuota.objects.filter(**of).values_list("unit", "required"):
        required[unit] += asked
    counts = {code: Counter[int]() for code in ENTRIES}
    for code, states in ENTRIES.items():
        counts[code].update(ContestEntry.objects.filter(**of).in_state_on(on, *states).values_list("unit", flat=True))
    units = Unit.objects.filter(ward=campaign.ward_id, pk__in={*required, *(u for c in counts.values() for u in c)})
    path = reverse("models_registry:entry_list")

    def line(which: dict[str, str], of_unit: list[int]) -> tuple[Run, ...]:
        asked = sum(required[unit] for unit in of_unit)
        told = {code: sum(counts[code][unit] for unit in of_unit) for code in ENTRIES}
        links = {code: address(path, on, campaign, state=code, **which) for code in ENTRIES}
        return (Run(number(asked)), *(Run(number(told[code]), links[code]) for code in ENTRIES))

    found = list(units.order_by("sort_key"))
    lines = [
        (Run(str(n)), Run(str(unit)), *line({"unit": unit.slug}, [unit.pk])) for n, unit in enumerate(found, start=1)
    ]
    total = (Run(""), Run(TOGETHER), *line({}, [unit.pk for unit in found])) if len(found) > 1 else ()
    return _table(AnnexCode.CONTEST, lines, total)
