"""Tables that are text: .csv, whatever parts its cells and however its letters are written."""

import csv
import io
import re

from django.core.exceptions import ValidationError

from core import oldfonts
from core.tables.cells import Cell, Reader, Sheet, SheetInfo, broken


class Csv(Reader):
    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.text, self.was = _text(data)
        mark, text = _mark(self.text)
        try:
            found = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
            self.rows: list[list[Cell]] = [[cell.strip() for cell in row] for row in found]
        except csv.Error as error:
            raise ValidationError(broken()) from error
        while self.rows and not any(self.rows[-1]):
            self.rows.pop()

    def sheets(self) -> list[SheetInfo]:
        return [SheetInfo("CSV", False, len(self.rows), max(map(len, self.rows), default=0))]

    def read(self, name: str) -> Sheet:
        return Sheet(name, self.rows, was=self.was)


def _text(data: bytes) -> tuple[str, str]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace").removeprefix("\ufeff"), ""
    try:
        return data.decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        return oldfonts.decoded(data)


def _mark(text: str) -> tuple[str, str]:
    """What parts the cells, and the text without the line by which Excel is told of it."""
    head, _end, rest = text.partition("\n")
    if told := re.fullmatch(r'"?sep=(.)"?', head.strip(), re.IGNORECASE):
        return told[1], rest
    lines = [line for line in text.splitlines()[:30] if line.strip()]
    counts = {mark: sum(line.count(mark) for line in lines) for mark in "\t;,|"}
    return max(counts, key=lambda mark: (counts[mark], mark == ";")) if any(counts.values()) else ";", text
