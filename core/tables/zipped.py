"""Workbooks that are archives: .xlsx and .ods.

calamine reads the values. It tells an error cell, a formula that was never calculated and a blank one apart from each
other by nothing, knows no hidden rows, and takes the memory of the whole square between the outermost cells; so the
file's own text is gone through first, by events and without keeping it.
"""

import io
import posixpath
import re
import zipfile
from collections.abc import Callable
from typing import Any
from xml.parsers import expat

import python_calamine
from django.core.exceptions import ValidationError

from core.tables.cells import (
    MOST_COLUMNS,
    MOST_ROWS,
    ZEROS,
    Reader,
    Sheet,
    SheetInfo,
    Wrong,
    broken,
    column_number,
    is_filled,
    locked,
)

_VALUE = re.compile(rb"<(?:\w+:)?(?:v|is)>")


class _Marks:
    """What calamine does not tell of a sheet, and how far its cells reach."""

    def __init__(self) -> None:
        self.row = self.column = self.rows = self.columns = 0
        self.wrong: dict[tuple[int, int], Wrong] = {}
        self.zeros: dict[tuple[int, int], int] = {}
        self.hidden_rows: list[int] = []
        self.hidden_columns: list[int] = []
        self.merged: list[tuple[int, int, int, int]] = []

    def used(self, rows: int = 1, columns: int = 1) -> None:
        last, right = self.row + rows - 1, self.column + columns - 1
        if last > self.rows:
            self.rows = last
        if right > self.columns:
            self.columns = right


class _Calamine(Reader):
    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        try:
            self.book = python_calamine.load_workbook(io.BytesIO(data))
            self.archive = zipfile.ZipFile(io.BytesIO(data))
            self.marks = self.gone_through()
        except python_calamine.PasswordError as error:
            raise ValidationError(locked()) from error
        except ValidationError:
            raise
        except Exception as error:  # each layer has its own errors for a broken file
            raise ValidationError(broken()) from error

    def gone_through(self) -> dict[str, _Marks]:
        raise NotImplementedError

    def sheets(self) -> list[SheetInfo]:
        shown = python_calamine.SheetVisibleEnum.Visible
        return [
            SheetInfo(meta.name, meta.visible != shown, self.marks[meta.name].rows, self.marks[meta.name].columns)
            for meta in self.book.sheets_metadata
            if meta.name in self.marks
        ]

    def read(self, name: str) -> Sheet:
        marks = self.marks[name]
        rows: list[list[Any]] = self.book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        for (row, column), width in marks.zeros.items():
            value = rows[row - 1][column - 1]
            if isinstance(value, float) and value.is_integer() and 0 <= value < 10**15:
                rows[row - 1][column - 1] = f"{int(value):0{width}}"
        for (row, column), wrong in marks.wrong.items():
            rows.extend([] for _n in range(row - len(rows)))
            rows[row - 1].extend([""] * (column - len(rows[row - 1])))
            rows[row - 1][column - 1] = wrong
        hidden = [number for number in marks.hidden_rows if number <= len(rows) and is_filled(rows[number - 1])]
        columns = [number for number in marks.hidden_columns if number <= marks.columns]
        return Sheet(name, rows, hidden, columns, marks.merged)


class Xlsx(_Calamine):
    def gone_through(self) -> dict[str, _Marks]:
        relations: dict[str, str] = {}
        named: list[tuple[str, str]] = []
        options: dict[str, str] = {}

        def relation(tag: str, said: dict[str, str]) -> None:
            if tag == "Relationship":
                relations[said["Id"]] = posixpath.normpath(posixpath.join("/xl", said["Target"]))[1:]

        def sheet(tag: str, said: dict[str, str]) -> None:
            if tag == "sheet":
                named.append((said["name"], next(v for k, v in said.items() if k.endswith(":id"))))
            elif tag == "calcPr":
                options.update(said)

        _each(self.archive, "xl/_rels/workbook.xml.rels", relation)
        _each(self.archive, "xl/workbook.xml", sheet)
        to_calculate = options.get("fullCalcOnLoad") in ("1", "true")
        zeros = self._formats_of_zeros()
        return {
            name: _XlsxMarks(zeros, to_calculate).of(self.archive, relations[key])
            for name, key in named
            if "/worksheets/" in relations[key]
        }

    def _formats_of_zeros(self) -> dict[str, int]:
        """Style number -> digits, of the styles that show a number with zeros in front, as codes are."""
        codes: dict[str, int] = {}
        styles: dict[str, int] = {}
        inside: list[bool] = []

        def style(tag: str, said: dict[str, str]) -> None:
            if tag == "numFmt" and ZEROS.fullmatch(said.get("formatCode", "")):
                codes[said["numFmtId"]] = len(said["formatCode"])
            elif tag in ("cellStyleXfs", "cellXfs", "cellStyles"):
                inside[:] = [True] if tag == "cellXfs" else []
            elif tag == "xf" and inside:
                if said.get("numFmtId") in codes:
                    styles[str(len(inside) - 1)] = codes[said["numFmtId"]]
                inside.append(True)

        if "xl/styles.xml" in self.archive.namelist():
            _each(self.archive, "xl/styles.xml", style)
        return styles


class _XlsxMarks(_Marks):
    def __init__(self, zeros: dict[str, int], to_calculate: bool) -> None:
        super().__init__()
        self.formats, self.to_calculate = zeros, to_calculate
        self.kind, self.has_formula, self.text = "", False, ""
        self.letters: dict[str, int] = {}

    def of(self, archive: zipfile.ZipFile, path: str) -> "_XlsxMarks":
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler, self.parser.EndElementHandler = self.start, self.end
        try:
            with archive.open(path) as part:
                self.parser.ParseFile(part)
        except _Far:
            if _has_cells(archive, path, self.parser.CurrentByteIndex):
                self.rows = MOST_ROWS + 1
        return self

    def start(self, name: str, said: dict[str, str]) -> None:
        tag = name.rpartition(":")[2] if ":" in name else name
        if tag == "c":
            self._cell(said)
        elif tag == "v":
            self.used()
            if self.kind == "e" or self.has_formula:
                self.text = ""
                self.parser.CharacterDataHandler = self._hear
        elif tag == "row":
            self.row = int(said["r"]) if "r" in said else self.row + 1
            self.column = 0
            if self.row > MOST_ROWS:
                raise _Far
            if said.get("hidden") in ("1", "true"):
                self.hidden_rows.append(self.row)
        elif tag == "f":
            self.has_formula = True
        elif tag == "is":
            self.used()
        elif tag == "mergeCell":
            self.merged.append(_square(said["ref"]))
        elif tag == "col" and said.get("hidden") in ("1", "true"):
            self.hidden_columns += range(int(said["min"]), min(int(said["max"]), MOST_COLUMNS) + 1)

    def _cell(self, said: dict[str, str]) -> None:
        where = said.get("r")
        if where is None:
            self.column += 1
        else:
            letters = where.rstrip("0123456789")
            self.column = self.letters.get(letters) or self.letters.setdefault(letters, column_number(letters))
        self.kind, self.has_formula, self.text = said.get("t", ""), False, ""
        if self.formats and said.get("s") in self.formats and self.kind in ("", "n"):
            self.zeros[self.row, self.column] = self.formats[said["s"]]

    def _hear(self, text: str) -> None:
        self.text += text

    def end(self, name: str) -> None:
        if name != "c" and name.rpartition(":")[2] != "c":
            return
        self.parser.CharacterDataHandler = None
        if self.kind == "e":
            self.wrong[self.row, self.column] = Wrong(self.text or "#N/A")
        elif self.has_formula and self.kind in ("", "n"):
            # Who writes a workbook without calculating leaves the result out, or writes 0 and has Excel calculate it.
            if not self.text or (self.to_calculate and self.text == "0"):
                self.used()
                self.wrong[self.row, self.column] = Wrong("")
                self.zeros.pop((self.row, self.column), None)
        self.kind, self.has_formula = "", False


class _Far(Exception):
    """Further down than is read: a sheet may have a million rows that only look empty."""


def _has_cells(archive: zipfile.ZipFile, path: str, since: int) -> bool:
    with archive.open(path) as part:
        part.read(since)
        before = b""
        while chunk := part.read(1 << 20):
            if _VALUE.search(before + chunk):
                return True
            before = chunk[-20:]
    return False


class Ods(_Calamine):
    def gone_through(self) -> dict[str, _Marks]:
        self.found: dict[str, _Marks] = {}
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler, self.parser.EndElementHandler = self._start, self._end
        self.is_wrong, self.text, self.span = False, "", (1, 1)
        with self.archive.open("content.xml") as part:
            self.parser.ParseFile(part)
        return self.found

    def _start(self, name: str, said: dict[str, str]) -> None:
        if name == "table:table":
            self.at = self.found.setdefault(said["table:name"], _Marks())
            self.at.row, self.repeated = 1, 0
        elif name == "table:table-row":
            self.at.column, self.repeated = 1, int(said.get("table:number-rows-repeated", 1))
            self.is_hidden_row = said.get("table:visibility", "visible") != "visible"
        elif name in ("table:table-cell", "table:covered-table-cell"):
            self._cell(said)

    def _cell(self, said: dict[str, str]) -> None:
        at, self.width = self.at, int(said.get("table:number-columns-repeated", 1))
        formula = "table:formula" in said
        if "office:value-type" in said or formula:
            at.used(self.repeated, self.width)
            if self.is_hidden_row and at.row not in at.hidden_rows:
                at.hidden_rows += range(at.row, at.row + min(self.repeated, MOST_ROWS))
        across, down = int(said.get("table:number-columns-spanned", 1)), int(said.get("table:number-rows-spanned", 1))
        if across > 1 or down > 1:
            at.merged.append((at.row, at.column, at.row + down - 1, at.column + across - 1))
        is_text = said.get("office:value-type") in (None, "string")
        self.text, self.is_wrong = "", said.get("calcext:value-type") == "error" or (formula and is_text)
        self.is_blank_result = formula and "office:string-value" in said
        if self.is_wrong:
            self.parser.CharacterDataHandler = self._hear

    def _hear(self, text: str) -> None:
        self.text += text

    def _end(self, name: str) -> None:
        if name in ("table:table-cell", "table:covered-table-cell"):
            self.parser.CharacterDataHandler = None
            shown = self.text.strip()
            if self.is_wrong and (shown.startswith(("#", "Err:")) or (not shown and not self.is_blank_result)):
                self.at.wrong[self.at.row, self.at.column] = Wrong(shown)
            self.is_wrong = False
            self.at.column += self.width
        elif name == "table:table-row":
            self.at.row += self.repeated


def _each(archive: zipfile.ZipFile, path: str, told: Callable[[str, dict[str, str]], None]) -> None:
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, said: told(name.rpartition(":")[2], said)
    with archive.open(path) as part:
        parser.ParseFile(part)


def _square(reference: str) -> tuple[int, int, int, int]:
    corners = re.findall(r"([A-Z]+)(\d+)", reference)
    (left, top), (right, below) = corners[0], corners[-1]
    return int(top), column_number(left), int(below), column_number(right)
