"""A table as it left: kept whole, and compared with what the same day tells now."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from accounts.models import User
from core import past
from models_registry.choices import UpwardTable
from models_registry.models import SentTable, TableLayout
from models_registry.upward.shape import Ask, Body, Cell, Head, Line
from models_registry.upward.sums import add_up
from models_registry.upward.tables import body, count


def send(row: SentTable, *, by: User) -> None:
    """Read the table of the row's day once more and keep it as what left. Raises ValidationError as the verb does."""
    with past.reading(on=row.on):
        ask = Ask(row.campaign, row.on, by)
        layout = TableLayout.of(row.ward_id, row.table, row.on)
        added = add_up(ask, layout)
        is_whole = row.table != UpwardTable.PROPOSALS
        row.title, row.count = layout.title, added.check.total if is_whole else count(ask, row.table)
        kept = frozen(body(ask, layout, added))
    row.send(by=by, kept=kept, disagreement=added.check.disagreement)


def frozen(read: Body) -> dict[str, Any]:
    """The whole table as JSON, as it is kept once it is sent."""
    return {
        "columns": [list(column) for column in read.layout.columns],
        "source": read.layout.source,
        "heads": [[head.code, head.label, head.top] for head in read.heads],
        "lines": [[line.key, *(_as_json(cell.value) for cell in line.cells)] for line in read.all_lines()],
        "total": [_as_json(cell.value) for cell in read.total.cells] if read.total else None,
    }


def _as_json(value: Any) -> Any:
    """Text and whole numbers as they are; a day or a number with a comma says its kind."""
    if isinstance(value, datetime.date):
        return {"day": value.isoformat()}
    return {"number": str(value)} if isinstance(value, Decimal) else value


def _from_json(value: Any) -> Any:
    if isinstance(value, dict):
        return datetime.date.fromisoformat(value["day"]) if "day" in value else Decimal(value["number"])
    return value


def thawed(sent: SentTable) -> Body:
    """A sent table as it was."""
    heads = [Head(code, label, top) for code, label, top in sent.kept["heads"]]
    layout = TableLayout(ward_id=sent.ward_id, table=sent.table, title=sent.title, columns=sent.kept["columns"])
    total = sent.kept["total"]
    return Body(layout, heads, sent.kept["lines"], _thawed_lines, total and _thawed_lines([["", *total]])[0])


def _thawed_lines(kept: Sequence[Any], first: int = 1) -> list[Line]:
    return [Line(key, tuple(Cell(_from_json(value)) for value in values)) for key, *values in kept]


@dataclass(frozen=True)
class Since:
    """What is different now in the table of the same day: lines that came, went, or say something else."""

    added: list[str]
    gone: list[str]
    changed: list[str]

    @property
    def is_same(self) -> bool:
        return not (self.added or self.gone or self.changed)


def since(sent: SentTable, now: Mapping[str, Any]) -> Since:
    """now: the table of the same day in the same columns, `frozen` anew."""
    places = [n for n, head in enumerate(sent.kept["heads"], start=1) if head[0] != "no"]

    def told(kept: Mapping[str, Any]) -> dict[str, list[Any]]:
        return {line[0]: [line[n] for n in places if n < len(line)] for line in kept["lines"]}

    before, after = told(sent.kept), told(now)
    changed = [key for key, said in before.items() if key in after and after[key] != said]
    return Since([key for key in after if key not in before], [key for key in before if key not in after], changed)
