"""How a list stands in a sheet: where its headings are, which rows are no rows of the list, and what asks for a look.

Nothing here decides. It proposes, and says whether a person has to be asked.
"""

import datetime
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from core import dates
from core.imports import Column, day
from core.search import folded_all
from core.tables import Cell, Sheet, Wrong

LOOKED_AT = 40  # rows from the top
_TOTAL = re.compile(r"(?:tổng|cộng|total)\b.*|t[oổ]ng c[oộ]ng.*|tong so.*", re.IGNORECASE)
_SEPARATE = 3  # signatures and notes: this many cells at most
_MONTHS = 12
_MANY = 6  # days of which none is after the twelfth: by chance in 4 of 1,000 lists
_SHOWN = 3


@dataclass
class Headings:
    """first, last: their rows, from 1. texts: one a column; of two rows "Đất / Diện tích"."""

    first: int
    last: int
    texts: list[str]


@dataclass
class Look:
    """headings: proposed; others: further rows that could be. left_out: row -> why it may be no row of the list."""

    headings: Headings
    others: list[Headings] = field(default_factory=list)
    left_out: dict[int, str] = field(default_factory=dict)

    @property
    def is_plain(self) -> bool:
        return self.headings.first == self.headings.last == 1 and not self.left_out


class Spelled:
    """What the headings of a kind of list may say, folded: the portal's own, and what this ward's said before."""

    def __init__(self, columns: Sequence[Column], remembered: Mapping[str, str]) -> None:
        labels = {str(column.label): column.name for column in columns}
        folded = folded_all(labels)
        self.likely: dict[str, list[str]] = {}
        for column in columns:
            known = [text for text, name in remembered.items() if name == column.name]
            self.likely[column.name] = [*known, folded[str(column.label)], *column.spellings]
        self.ignored = {text for text, name in remembered.items() if not name}
        self.known = {text for texts in self.likely.values() for text in texts} | self.ignored

    def match(self, headings: Sequence[str], folded: Mapping[str, str]) -> dict[str, int]:
        """Column name -> where it stands, for those whose heading says exactly one of its spellings."""
        said = [folded.get(text, "") for text in headings]
        parts = [folded.get(text.rpartition(" / ")[2], "") for text in headings]
        found: dict[str, int] = {}
        for name, texts in self.likely.items():
            for text in texts:
                places = [n for n, own in enumerate(said) if own == text] or [
                    n for n, own in enumerate(parts) if own == text
                ]
                if text and len(places) == 1 and places[0] not in found.values() and text not in self.ignored:
                    found[name] = places[0]
                    break
        return found


def look(sheet: Sheet, spelled: Spelled) -> Look:
    candidates = [
        Headings(first, last, headings_of(sheet, first, last))
        for first in range(1, min(len(sheet.rows), LOOKED_AT) + 1)
        for last in (first, first + 1)
        if any(_said(cell) for cell in sheet.rows[first - 1]) and last <= len(sheet.rows)
    ]
    folded = folded_all(
        {part for one in candidates for text in one.texts for part in (text, text.rpartition(" / ")[2])}
    )

    def worth(one: Headings) -> tuple[int, int, int]:
        count = len(spelled.match(one.texts, folded))
        double = one.last > one.first
        if double and (not _is_joined(sheet, one) or _is_numbering(sheet.rows[one.last - 1])):
            count = -1
        return count, sum(bool(text) for text in one.texts) if double == _is_joined(sheet, one) else 0, -one.first

    candidates.sort(key=worth, reverse=True)
    best = candidates[0] if candidates else Headings(1, 1, [])
    others = [one for one in sorted(candidates[1:], key=lambda one: (one.first, one.last)) if worth(one)[0] >= 0][:20]
    return Look(best, others, left_out(sheet, best.last))


def headings_of(sheet: Sheet, first: int, last: int) -> list[str]:
    """The text above each column; a merged cell speaks for all that it spans."""
    rows = [[_said(cell) for cell in row] for row in sheet.rows[first - 1 : last]]
    width = max(map(len, sheet.rows[first - 1 :]), default=0)
    for row in rows:
        row.extend([""] * (width - len(row)))
    for top, left, below, right in sheet.merged:
        if first <= top <= last and left <= width:
            word = rows[top - first][left - 1]
            for column in range(left, min(right, width) + 1):
                rows[top - first][column - 1] = word
                for under in range(top + 1, min(below, last) + 1):
                    rows[under - first][column - 1] = ""
    texts = [" / ".join(dict.fromkeys(filter(None, parts))) for parts in zip(*rows, strict=True)]
    return texts


def left_out(sheet: Sheet, after: int) -> dict[int, str]:
    """Rows below the headings that read like sums, numbers of columns, titles between groups or signatures."""
    rows = sheet.rows[after:]
    filled = [[(n, cell) for n, cell in enumerate(row) if cell != ""] for row in rows]
    usual = sorted(map(len, filled))[len(filled) // 2] if filled else 0
    found = {}
    gap = False
    for offset, cells in enumerate(filled):
        number = after + offset + 1
        if not cells:
            gap = gap or offset > 0
            continue
        words = [unicodedata.normalize("NFC", _said(cell)) for _n, cell in cells[:2]]
        if offset == 0 and _is_numbering(rows[0]):
            found[number] = "numbering"
        elif any(_TOTAL.fullmatch(word) for word in words):
            found[number] = "total"
        elif len(cells) == 1 and usual > 2:
            found[number] = "title"
        elif gap and len(cells) <= _SEPARATE and len(cells) * 2 <= usual:
            found[number] = "apart"
    return found


def _said(cell: Cell) -> str:
    return " ".join(str(cell).split()) if not isinstance(cell, Wrong) else ""


def _is_joined(sheet: Sheet, one: Headings) -> bool:
    """Whether merged cells say that its two rows are one heading."""
    return any(
        top == one.first and (below == one.last or (below == top and right > left)) and right <= len(one.texts)
        for top, left, below, right in sheet.merged
        if one.first <= top <= one.last
    )


def _is_numbering(row: Sequence[Cell]) -> bool:
    """1, 2, 3 … or (1), (2), (3) … or A, B, 1, 2 below the headings, as printed forms have it."""
    said = [_said(cell).strip("()[] ").removesuffix(".0") for cell in row if _said(cell)]
    digits = [int(text) for text in said if text.isascii() and text.isdigit()]
    letters = [text for text in said if len(text) == 1 and text.isalpha()]
    return (
        len(digits) >= 3
        and digits == list(range(digits[0], digits[0] + len(digits)))
        and len(digits) + len(letters) == len(said)
    )


# ---- day and month --------------------------------------------------------------------------------------
@dataclass
class Doubt:
    """A column of days that may have been read with day and month exchanged.

    day_first, month_first: what some of its cells say either way. is_likely: something in the file speaks for it.
    """

    column: Column
    day_first: list[datetime.date]
    month_first: list[datetime.date]
    is_likely: bool


def doubtful_days(rows: Iterable[Sequence[Cell]], columns: Sequence[Column], places: Mapping[str, int]) -> list[Doubt]:
    """An English spreadsheet takes 03/04 for the fourth of March and leaves 25/03 as text; a Vietnamese one does the
    same to a list in English. Either way no cell that is a day lies after the twelfth."""
    rows, found = list(rows), []
    for column in columns:
        place = places.get(column.name, -1)
        if (
            column.read is day
            and place >= 0
            and (doubt := _doubt(column, [row[place] for row in rows if place < len(row)]))
        ):
            found.append(doubt)
    return found


def _doubt(column: Column, cells: Sequence[Cell]) -> Doubt | None:
    real = {_date(cell) for cell in cells if isinstance(cell, datetime.date)}
    typed = {cell for cell in cells if isinstance(cell, str) and dates.month_first(cell) != dates.any_date(cell, 2000)}
    if any(one.day > _MONTHS for one in real):
        return None
    late = {cell for cell in typed if dates.any_date(cell, 2000) is None}  # with the month first alone they are days
    early = {cell for cell in typed if dates.month_first(cell) is None}
    both = {first for cell in typed - late - early if (first := dates.any_date(cell, 2000))}
    if late and early:
        return None  # typed in both orders: the rows with the month first are told one by one
    either = sorted(one for one in (real or both) if one.day != one.month)[:_SHOWN]
    is_likely = bool(late) or bool(real and early)
    is_odd = len(real) >= _MANY and len({one.day for one in real}) > _SEPARATE
    if not either or not (is_likely or is_odd):
        return None
    return Doubt(column, either, [_turned(one) for one in either], is_likely)


def turned(rows: Sequence[tuple[int, Sequence[Cell]]], places: Iterable[int]) -> list[tuple[int, list[Cell]]]:
    """The rows with day and month exchanged in these columns; text of which only the day first makes sense stays."""
    at, found = set(places), []
    of_text = {place for place in at if any(_is_month_first(row[place]) for _n, row in rows if place < len(row))}
    for number, row in rows:
        cells = list(row)
        for place in at:
            if place < len(cells):
                cells[place] = _exchanged(cells[place], place in of_text)
        found.append((number, cells))
    return found


def _is_month_first(cell: Cell) -> bool:
    return isinstance(cell, str) and dates.any_date(cell, 2000) is None and dates.month_first(cell) is not None


def _exchanged(cell: Cell, is_text_too: bool) -> Cell:
    if isinstance(cell, datetime.date):
        return _turned(_date(cell))
    if is_text_too and isinstance(cell, str):
        return dates.month_first(cell) or cell
    return cell


def _date(cell: datetime.date) -> datetime.date:
    return cell.date() if isinstance(cell, datetime.datetime) else cell


def _turned(one: datetime.date) -> datetime.date:
    return one.replace(day=one.month, month=one.day) if one.day <= _MONTHS else one
