"""The decisions of the Government that swap a working day with a Saturday: the project's own dated, sourced table.
A ward's own lines (`DaySwap`) are read as such, too, and come before it.

`deadlines/data/swaps.csv` has a row for each swap, and one without days for a year whose notice swaps nothing. To add
a year: a row of what the notice itself says, with its number, issuer and day, and the address where it was read.
"""

import csv
import datetime
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TABLE = Path(__file__).parent.parent / "data" / "swaps.csv"


@dataclass(frozen=True)
class Decision:
    """off: the working day that is free; worked: the day of the weekend worked for it; None: nothing is swapped."""

    year: int
    off: datetime.date | None
    worked: datetime.date | None
    number: str
    issuer: str
    dated: datetime.date
    source: str

    def __str__(self) -> str:
        return f"{self.number}, {self.issuer}, {self.dated:%d/%m/%Y}"

    @property
    def url(self) -> str:
        """Where it was read, if that is an address."""
        return self.source if self.source.startswith(("https://", "http://")) else ""


@cache
def decisions() -> tuple[Decision, ...]:
    with TABLE.open(encoding="utf-8", newline="") as rows:
        return tuple(
            Decision(
                year=int(row["year"]),
                off=_day(row["off"]),
                worked=_day(row["worked"]),
                number=row["number"],
                issuer=row["issuer"],
                dated=datetime.date.fromisoformat(row["dated"]),
                source=row["source"],
            )
            for row in csv.DictReader(rows)
        )


def decisions_of(year: int) -> list[Decision]:
    """What the table knows of a year; nothing for a year whose notices nobody has entered."""
    return [row for row in decisions() if row.year == year]


def _day(text: str) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None
