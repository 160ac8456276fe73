"""Tables that are pasted into a box: read as cells, whatever stands in them."""

import csv
import io
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """line: where it begins in the box, from 1. A cell may hold line breaks."""

    line: int
    cells: tuple[str, ...]

    @property
    def text(self) -> str:
        """As one line, for showing."""
        return " | ".join(" ".join(cell.split()) for cell in self.cells)


def read_lines(text: str) -> list[str]:
    """One thing a line: as people type it, or a column of a spreadsheet, in which a cell may hold line breaks."""
    typed = text.splitlines()
    try:
        copied = [" ".join(cells) for _line, cells in _as_copied(text, "\t")]
    except csv.Error:
        copied = typed
    lines = copied if "\t" in text or len(copied) < len(typed) else typed  # else marks around a line are its own
    return [" ".join(line.split()) for line in lines if line.strip()]


def read_rows(text: str) -> list[Row]:
    """The rows that are not empty. A spreadsheet parts cells by tabs and puts marks around one with line breaks in it;
    people who type a list part them by semicolons."""
    mark = "\t" if "\t" in text else ";"
    try:
        found = _as_copied(text, mark)
    except csv.Error:  # the marks are quotation marks of the text itself
        found = [(n, line.split(mark)) for n, line in enumerate(text.splitlines(), 1)]
    rows = [Row(line, tuple(cell.strip() for cell in cells)) for line, cells in found]
    return [row for row in rows if any(row.cells)]


def _as_copied(text: str, mark: str) -> list[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    found, line = [], 1
    for cells in reader:
        found.append((line, cells))
        line = reader.line_num + 1
    return found
