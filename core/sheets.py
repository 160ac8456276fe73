"""How a list stands in a sheet: where its headings are, which rows are no rows of the list, and what asks for a look.

Nothing here decides. It proposes, and says whether a person has to be asked.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from core.imports import Column
from core.search import folded_all
from core.tables import Cell, Sheet, Wrong

LOOKED_AT = 40  # rows from the top
_TOTAL = re.compile(r"(?:tổng|cộng|total)\b.*|t[oổ]ng c[oộ]ng.*|tong so.*", re.IGNORECASE)
_SEPARATE = 3  # signatures and notes: this many cells at most


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
