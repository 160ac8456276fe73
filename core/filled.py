"""Numbers written into cells of somebody else's workbook, and nothing else of it touched (docs/adr/0029).

A superior's form has styles, formulas, hidden sheets, drawings and print areas that no library carries through reading
and writing. So the file stays as it is: of the sheets that get a number only the bytes of these cells change; of sheets
with formulas the results that were calculated from other numbers go, and the workbook asks to be calculated when it is
opened. All other parts are the same bytes as before (.xlsx: ECMA-376 part 1, sections 18.3.1 and 18.2.2).
"""

import io
import posixpath
import re
import zipfile
from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from xml.parsers import expat
from xml.sax.saxutils import escape

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.tables import column_name
from core.tables.cells import broken, column_number

WORKBOOK = "xl/workbook.xml"
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,6})")


class Place(NamedTuple):
    """A cell of a sheet; row and column count from 1."""

    row: int
    column: int

    def __str__(self) -> str:
        return f"{column_name(self.column)}{self.row}"


def place(text: str) -> Place | None:
    """Of "C7" or "$C$7"; None for what is no cell."""
    match = _REFERENCE.fullmatch(text.strip())
    if match is None:
        return None
    found = Place(int(match[2]), column_number(match[1].upper()))
    return found if found.row <= LAST_ROW and found.column <= LAST_COLUMN else None


def _area(reference: str) -> list[tuple[Place, Place]]:
    """Of "A1:B3" its corners; nothing for what is no area."""
    first, _to, last = reference.partition(":")
    corner, end = place(first), place(last or first)
    return [(corner, end)] if corner and end else []


class _Bytes(NamedTuple):
    start: int
    end: int


@dataclass
class _Cell:
    span: _Bytes
    has_formula: bool = False
    results: list[_Bytes] = field(default_factory=list)  # what a formula gave


@dataclass
class _Row:
    """inside: where its cells stand; the same place twice for `<row/>`."""

    start: int
    inside: _Bytes
    cells: dict[int, _Cell] = field(default_factory=dict)


class _Part:
    """An XML part with the places of its elements, in bytes."""

    def __init__(self, data: bytes) -> None:
        if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise ValidationError(broken())  # no office program writes two bytes a sign
        self.data, self.parser = data, expat.ParserCreate()
        self.parser.StartElementHandler, self.parser.EndElementHandler = self._start, self._end
        self.parser.StartDoctypeDeclHandler = self._refuse
        try:
            self.parser.Parse(data, True)
        except expat.ExpatError as error:
            raise ValidationError(broken()) from error

    def _refuse(self, *_args: Any) -> None:
        raise ValidationError(broken())  # no office program writes one

    def tag_end(self, start: int) -> int:
        """Behind the `>` of the tag that starts there; a `>` may stand in an attribute."""
        quote = 0
        for at in range(start, len(self.data)):
            sign = self.data[at]
            if quote:
                quote = 0 if sign == quote else quote
            elif sign in b"\"'":
                quote = sign
            elif sign == ord(">"):
                return at + 1
        raise ValidationError(broken())

    def is_empty_tag(self, start: int) -> bool:
        return self.data[self.tag_end(start) - 2 : self.tag_end(start)] == b"/>"

    def after(self, start: int) -> int:
        """Behind the element that ends now and started there."""
        at = self.parser.CurrentByteIndex
        return self.tag_end(start) if self.is_empty_tag(start) else self.tag_end(at)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        raise NotImplementedError

    def _end(self, tag: str) -> None:
        raise NotImplementedError


class _Sheet(_Part):
    """A worksheet's rows and cells. merged: first and last cell of each."""

    def __init__(self, data: bytes) -> None:
        self.rows: dict[int, _Row] = {}
        self.merged: list[tuple[Place, Place]] = []
        self.prefix = b""
        self.body: _Bytes | None = None
        self._starts: list[int] = []
        self.spread: list[tuple[Place, Place]] = []  # of a formula that fills more cells than its own
        self._row = self._column = 0
        self._is_inside = False
        self._cell: _Cell | None = None
        super().__init__(data)
        if self.body is None:
            raise ValidationError(broken())

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        prefix, _colon, name = tag.rpartition(":")
        here = self.parser.CurrentByteIndex
        self._starts.append(here)
        inside = self.tag_end(here) if name in {"sheetData", "row", "c"} else 0
        if name == "sheetData":
            self._is_inside = True
            self.prefix = f"{prefix}:".encode() if prefix else b""
            self.body = _Bytes(inside, inside)
        elif name == "row" and self._is_inside:
            self._row = int(attributes.get("r") or self._row + 1)
            self._column = 0
            self.rows[self._row] = _Row(here, _Bytes(inside, inside))
        elif name == "c" and self._is_inside:
            found = place(attributes.get("r", "")) or Place(self._row, self._column + 1)
            self._column = found.column
            self._cell = self.rows[self._row].cells[found.column] = _Cell(_Bytes(here, inside))
        elif name == "f" and self._cell is not None:
            self._cell.has_formula = True
            if attributes.get("t") in {"array", "dataTable"}:
                self.spread += _area(attributes.get("ref", ""))
        elif name == "mergeCell":
            self.merged += _area(attributes.get("ref", ""))

    def _end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        start = self._starts.pop()
        if name == "v" and self._cell is not None and self._cell.has_formula:
            if self.data[self.tag_end(start) : self.parser.CurrentByteIndex].strip():
                self._cell.results.append(_Bytes(start, self.after(start)))
        elif name == "c" and self._cell is not None:
            self._cell.span = _Bytes(self._cell.span.start, self.after(start))
            self._cell = None
        elif name == "row" and self._is_inside and not self.is_empty_tag(start):
            row = self.rows[self._row]
            row.inside = _Bytes(row.inside.start, self.parser.CurrentByteIndex)
        elif name == "sheetData" and self.body is not None:
            self._is_inside = False
            if not self.is_empty_tag(start):
                self.body = _Bytes(self.body.start, self.parser.CurrentByteIndex)

    def top_left(self, at: Place) -> Place:
        """The cell that shows, where this one is merged with others."""
        for first, last in self.merged:
            if first.row <= at.row <= last.row and first.column <= at.column <= last.column:
                return first
        return at

    def is_calculated(self, at: Place) -> bool:
        """By a formula of its own, or of another cell that fills this one, too."""
        cell = self.cell(at)
        ranges = (a.row <= at.row <= b.row and a.column <= at.column <= b.column for a, b in self.spread)
        return bool(cell and cell.has_formula) or any(ranges)

    def cell(self, at: Place) -> _Cell | None:
        row = self.rows.get(at.row)
        return row.cells.get(at.column) if row else None

    def without_results(self) -> list["_Edit"]:
        cells = (cell for row in self.rows.values() for cell in row.cells.values())
        return [_Edit(span, b"") for cell in cells for span in cell.results]

    def with_values(self, values: Mapping[Place, int | str | None]) -> list["_Edit"]:
        edits: list[_Edit] = []
        by_row: dict[int, dict[int, int | str | None]] = {}
        for at, value in values.items():
            by_row.setdefault(at.row, {})[at.column] = value
        new_rows: list[tuple[int, bytes]] = []
        for number, cells in sorted(by_row.items()):
            row = self.rows.get(number)
            if row is None:
                made = b"".join(self._made(Place(number, column), value) for column, value in sorted(cells.items()))
                tag = self.prefix + b"row"
                new_rows.append((number, b'<%s r="%d">%s</%s>' % (tag, number, made, tag)))
            else:
                edits += self._in_row(number, row, cells)
        return [*edits, *self._rows_between(new_rows)]

    def _in_row(self, number: int, row: _Row, cells: Mapping[int, int | str | None]) -> Iterable["_Edit"]:
        added: dict[int, bytes] = {}
        for column, value in sorted(cells.items()):
            if (cell := row.cells.get(column)) is not None:
                tag = self.data[cell.span.start : self.tag_end(cell.span.start)]
                yield _Edit(cell.span, self._made(Place(number, column), value, tag))
            else:
                behind = [c.span.start for other, c in row.cells.items() if other > column]
                at = min(behind) if behind else row.inside.end
                added[at] = added.get(at, b"") + self._made(Place(number, column), value)
        if added and self.is_empty_tag(row.start):
            yield self._opened(_Bytes(row.start, row.inside.end), b"".join(added.values()))
            return
        for at, made in added.items():
            yield _Edit(_Bytes(at, at), made)

    def _rows_between(self, new_rows: list[tuple[int, bytes]]) -> Iterable["_Edit"]:
        assert self.body is not None
        added: dict[int, bytes] = {}
        for number, made in new_rows:
            behind = [row.start for other, row in self.rows.items() if other > number]
            at = min(behind) if behind else self.body.end
            added[at] = added.get(at, b"") + made
        start = self.data.rfind(b"<", 0, self.body.start)
        if added and self.is_empty_tag(start):
            yield self._opened(_Bytes(start, self.body.end), b"".join(added.values()))
            return
        for at, made in added.items():
            yield _Edit(_Bytes(at, at), made)

    def _opened(self, empty: _Bytes, inside: bytes) -> "_Edit":
        """`<row r="5"/>` as `<row r="5">…</row>`."""
        tag = self.data[empty.start : empty.end].removesuffix(b"/>").rstrip()
        name = re.split(rb"[\s/>]", tag[1:], maxsplit=1)[0]
        return _Edit(empty, tag + b">" + inside + b"</" + name + b">")

    def _made(self, at: Place, value: int | str | None, tag: bytes = b"") -> bytes:
        """The cell with its value, in the style that it had."""
        name = self.prefix + b"c"
        style = re.search(rb"""\ss\s*=\s*["'](\d+)["']""", tag)
        head = b'<%s r="%s"' % (name, str(at).encode()) + (b' s="%s"' % style[1] if style else b"")
        if value is None:
            return head + b"/>"
        if isinstance(value, str):
            inner = (self.prefix + b"is", self.prefix + b"t")
            text = escape(value).encode()
            return head + b' t="inlineStr"><%s><%s xml:space="preserve">%s</%s></%s></%s>' % (
                *inner,
                text,
                *inner[::-1],
                name,
            )
        return head + b"><%sv>%d</%sv></%s>" % (self.prefix, value, self.prefix, name)


class _Edit(NamedTuple):
    span: _Bytes
    new: bytes


def _edited(data: bytes, edits: Iterable[_Edit]) -> bytes:
    parts, at = list[bytes](), 0
    for span, new in sorted(edits):
        if span.start < at:
            continue  # a result inside a cell that is written anew
        parts += [data[at : span.start], new]
        at = span.end
    return b"".join([*parts, data[at:]])


class Form:
    """A workbook whose cells get numbers. ValidationError for what is no whole .xlsx."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        try:
            self.archive = zipfile.ZipFile(io.BytesIO(data))
            book, links = self._read(WORKBOOK), self._read("xl/_rels/workbook.xml.rels")
        except (zipfile.BadZipFile, KeyError, NotImplementedError) as error:
            raise ValidationError(broken()) from error
        targets = _Links(links).targets
        self.book = _Book(book)
        self.paths = {
            name: posixpath.normpath(posixpath.join("/xl", targets[link])).lstrip("/")
            for name, link in self.book.sheets.items()
            if link in targets
        }
        self._sheets: dict[str, _Sheet] = {}

    def _read(self, path: str) -> bytes:
        return self.archive.read(path)

    def sheet(self, name: str) -> _Sheet:
        if name not in self._sheets:
            self._sheets[name] = _Sheet(self._read(self.paths[name]))
        return self._sheets[name]

    def trouble(self, sheet: str, at: Place) -> str:
        """Why a number can not stand there; "" where it can."""
        if sheet not in self.paths:
            return _("The workbook has no sheet “%(name)s”.") % {"name": sheet}
        found = self.sheet(sheet)
        if (first := found.top_left(at)) != at:
            return _("%(cell)s is merged with %(first)s. Name %(first)s.") % {"cell": at, "first": first}
        if found.is_calculated(at):
            return _("%(cell)s holds a formula of the form, which stays. Name another cell.") % {"cell": at}
        return ""

    def filled(self, values: Mapping[tuple[str, Place], int | str | None]) -> bytes:
        """The workbook with these values; None empties a cell. ValidationError where one can not stand."""
        by_sheet: dict[str, dict[Place, int | str | None]] = {}
        for (name, at), value in values.items():
            if trouble := self.trouble(name, at):
                raise ValidationError(trouble)
            by_sheet.setdefault(name, {})[at] = value
        changed: dict[str, bytes] = {}
        for name, path in self.paths.items():
            if not path.startswith("xl/worksheets/"):
                continue  # a sheet that is a chart
            sheet = self.sheet(name)
            if edits := [*sheet.with_values(by_sheet.get(name, {})), *sheet.without_results()]:
                changed[path] = _edited(sheet.data, edits)
        if any(
            cell.has_formula
            for sheet in self._sheets.values()
            for row in sheet.rows.values()
            for cell in row.cells.values()
        ):
            changed[WORKBOOK] = self.book.to_calculate()
        return self._written(changed)

    def _written(self, changed: Mapping[str, bytes]) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.comment = self.archive.comment
            for part in self.archive.infolist():
                content = changed.get(part.filename) or self._read(part.filename)
                archive.writestr(copy(part), content)  # writing moves the part's place, by which it is read
        return out.getvalue()


class _Links(_Part):
    def __init__(self, data: bytes) -> None:
        self.targets: dict[str, str] = {}
        super().__init__(data)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition(":")[2] == "Relationship":
            self.targets[attributes.get("Id", "")] = attributes.get("Target", "")

    def _end(self, tag: str) -> None:
        pass


class _Book(_Part):
    """sheets: name -> key of its part, in the workbook's order. hidden: their names."""

    def __init__(self, data: bytes) -> None:
        self.sheets: dict[str, str] = {}
        self.hidden: set[str] = set()
        self.calculation: _Bytes | None = None
        self._behind = 0
        self._prefix = ""
        super().__init__(data)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        prefix, _colon, name = tag.rpartition(":")
        here = self.parser.CurrentByteIndex
        if name == "sheet":
            self._prefix = f"{prefix}:" if prefix else ""
            link = next(
                (value for key, value in attributes.items() if key.rpartition(":")[2] == "id" and ":" in key), ""
            )
            self.sheets[attributes.get("name", "")] = link
            if attributes.get("state", "visible") != "visible":
                self.hidden.add(attributes.get("name", ""))
        elif name == "calcPr":
            self.calculation = _Bytes(here, self.tag_end(here))

    def _end(self, tag: str) -> None:
        if tag.rpartition(":")[2] in {"sheets", "functionGroups", "externalReferences", "definedNames"}:
            self._behind = self.tag_end(self.parser.CurrentByteIndex)

    def to_calculate(self) -> bytes:
        """The part with the word that asks for all formulas to be calculated when it is opened."""
        if self.calculation is None:
            made = f'<{self._prefix}calcPr fullCalcOnLoad="1"/>'.encode()
            return _edited(self.data, [_Edit(_Bytes(self._behind, self._behind), made)])
        tag = self.data[self.calculation.start : self.calculation.end]
        tag = re.sub(rb"""\sfullCalcOnLoad\s*=\s*["'][^"']*["']""", b"", tag)
        end = b"/>" if tag.endswith(b"/>") else b">"
        return _edited(
            self.data, [_Edit(self.calculation, tag.removesuffix(end).rstrip() + b' fullCalcOnLoad="1"' + end)]
        )
