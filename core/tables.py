"""Tables in files that people bring: .xlsx, .xls, .ods and .csv, read as cells.

calamine reads the values. It tells an error cell, a formula that was never calculated and a blank one apart from each
other by nothing, knows no hidden rows, and takes the memory of the whole square between the outermost cells; so the
file's own text is gone through first, by events and without keeping it.
"""

import csv
import datetime
import hashlib
import io
import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any, NamedTuple
from xml.parsers import expat

import python_calamine
import xlrd
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from core import files, oldfonts
from core.text import nfc

MOST_ROWS = 60_000
MOST_COLUMNS = 120
MOST_CELLS = 2_500_000
MIMES = {
    "xlsx": files.TYPES["xlsx"],
    "xls": "application/vnd.ms-excel",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "csv": "text/csv",
}
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_MACROS = "_VBA_PROJECT".encode("utf-16-le")
_VALUE = re.compile(rb"<(?:\w+:)?(?:v|is)>")
_ZEROS = re.compile(r"0{2,}")


class Wrong(NamedTuple):
    """A cell that shows an error; sign: "#N/A", or "" for a formula that nobody has calculated yet."""

    sign: str


Cell = str | int | float | bool | datetime.date | datetime.datetime | datetime.time | datetime.timedelta | Wrong


class SheetInfo(NamedTuple):
    """rows, columns: down and across to which its cells reach; 0 for a sheet without any."""

    name: str
    is_hidden: bool
    rows: int
    columns: int


@dataclass
class Sheet:
    """rows: from the sheet's first row and column on; a blank cell is "". hidden_rows, hidden_columns: numbers from 1,
    of those that have cells. merged: first row, first column, last row, last column, from 1."""

    name: str
    rows: list[list[Cell]]
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    was: str = ""  # the encoding that the file had, if it was an old one

    def texts(self) -> Iterator[str]:
        return (cell for row in self.rows for cell in row if isinstance(cell, str) and cell)


def accept(upload: UploadedFile) -> files.Accepted:
    """Check an uploaded table by its content, before anything is kept. Raises ValidationError with what to do."""
    size = upload.size or 0
    if size > settings.UPLOAD_MAX_BYTES:
        sizes = {"size": filesizeformat(size), "most": filesizeformat(settings.UPLOAD_MAX_BYTES)}
        raise ValidationError(
            _("The file has %(size)s, at most %(most)s. Take pictures out of it, or split the list.") % sizes
        )
    data = upload.read()
    kind = _kind(data)
    Book(data, kind).sheets  # noqa: B018  # opened once, so that a broken one is told now
    stem = nfc(PurePath(upload.name or "").stem)[:180] or "file"
    return files.Accepted(
        content=ContentFile(data, name=f"upload.{kind}"),
        original_name=f"{stem}.{kind}",
        sha256=hashlib.sha256(data).hexdigest(),
        mime=MIMES[kind],
        size=len(data),
    )


def _kind(data: bytes) -> str:
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            raise ValidationError(_locked())
        if _MACROS in data:
            raise ValidationError(_macros())
        return "xls"
    if data.startswith(b"PK\x03\x04"):
        return _packed_kind(data)
    if b"\0" not in data[:4000] or data.startswith((b"\xff\xfe", b"\xfe\xff")):
        if data.lstrip()[:1] in (b"<", b"{", b"%"):
            raise ValidationError(_not_a_table())
        return "csv"
    raise ValidationError(_not_a_table())


def _packed_kind(data: bytes) -> str:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        entries = archive.infolist()
        files.measure(entries)
        names = {entry.filename for entry in entries}
        if any(name.endswith("vbaProject.bin") for name in names):
            raise ValidationError(_macros())
        if "xl/workbook.bin" in names:
            raise ValidationError(_("Save the workbook as .xlsx (“Excel Workbook”) and choose that file."))
        if archive.testzip() is not None:
            raise ValidationError(_broken())
        if "xl/workbook.xml" in names:
            return "xlsx"
        if "content.xml" in names and archive.read("mimetype").startswith(_ODS):
            if b"encryption-data" in archive.read("META-INF/manifest.xml"):
                raise ValidationError(_locked())
            return "ods"
    except (zipfile.BadZipFile, NotImplementedError, ValueError, KeyError, RuntimeError, EOFError, OSError) as error:
        raise ValidationError(_broken()) from error
    except Exception as error:  # zlib.error, and whatever else a broken stream raises
        if isinstance(error, ValidationError):
            raise
        raise ValidationError(_broken()) from error
    raise ValidationError(_not_a_table())


class Book:
    """One file. Raises ValidationError where it can not be read; never takes more memory than its cells need."""

    def __init__(self, data: bytes, kind: str) -> None:
        self._data, self.kind = data, kind
        self._reader: _Reader = {"xlsx": _Xlsx, "ods": _Ods, "xls": _Xls, "csv": _Csv}[kind](data)

    @property
    def sheets(self) -> list[SheetInfo]:
        """Those of cells, in the workbook's order; ValidationError when there is no cell in any."""
        found = self._reader.sheets()
        if not any(sheet.rows for sheet in found):
            raise ValidationError(
                _("No cell of this file has text or numbers. If the list is a picture in it, type it as cells.")
            )
        return found

    def read(self, name: str) -> Sheet:
        info = next((sheet for sheet in self.sheets if sheet.name == name), None)
        if info is None:
            raise ValidationError(_("There is no sheet “%(name)s” in this file.") % {"name": name})
        if info.rows > MOST_ROWS:
            raise ValidationError(
                _(
                    "The sheet has something below row %(most)d, further down than is read. Delete what stands below "
                    "the list, or split the list."
                )
                % {"most": MOST_ROWS}
            )
        if info.columns > MOST_COLUMNS or info.rows * info.columns > MOST_CELLS:
            words = {"columns": info.columns, "most": MOST_COLUMNS}
            raise ValidationError(
                _(
                    "The sheet has %(columns)d columns, and at most %(most)d are read. Delete what stands to the right "
                    "of the list."
                )
                % words
            )
        return self._reader.read(name)


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data = data

    def sheets(self) -> list[SheetInfo]:
        raise NotImplementedError

    def read(self, name: str) -> Sheet:
        raise NotImplementedError


# ---- .xlsx and .ods ---------------------------------------------------------------------------------
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
        self.rows = max(self.rows, self.row + rows - 1)
        self.columns = max(self.columns, self.column + columns - 1)


class _Calamine(_Reader):
    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        try:
            self.book = python_calamine.load_workbook(io.BytesIO(data))
            self.archive = zipfile.ZipFile(io.BytesIO(data))
            self.marks = self.gone_through()
        except python_calamine.PasswordError as error:
            raise ValidationError(_locked()) from error
        except ValidationError:
            raise
        except Exception as error:  # each layer has its own errors for a broken file
            raise ValidationError(_broken()) from error

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
        hidden = [number for number in marks.hidden_rows if number <= len(rows) and _is_filled(rows[number - 1])]
        columns = [number for number in marks.hidden_columns if number <= marks.columns]
        return Sheet(name, rows, hidden, columns, marks.merged)


class _Xlsx(_Calamine):
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
            if tag == "numFmt" and _ZEROS.fullmatch(said.get("formatCode", "")):
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
        tag = name.rpartition(":")[2]
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
            self.column = self.letters.get(letters) or self.letters.setdefault(letters, _column(letters))
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


class _Ods(_Calamine):
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


def _column(letters: str) -> int:
    """ "A" -> 1, "AB" -> 28."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def column_name(number: int) -> str:
    """28 -> "AB", as the spreadsheet heads it."""
    name = ""
    while number:
        number, last = divmod(number - 1, 26)
        name = chr(65 + last) + name
    return name


def _square(reference: str) -> tuple[int, int, int, int]:
    corners = re.findall(r"([A-Z]+)(\d+)", reference)
    (left, top), (right, below) = corners[0], corners[-1]
    return int(top), _column(left), int(below), _column(right)


# ---- .xls -------------------------------------------------------------------------------------------
class _Xls(_Reader):
    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        try:
            self.book = xlrd.open_workbook(file_contents=data, formatting_info=True, logfile=io.StringIO())
        except Exception as error:  # a broken one raises whatever its bytes lead to
            raise ValidationError(_locked() if "encrypt" in str(error).lower() else _broken()) from error

    def sheets(self) -> list[SheetInfo]:
        return [SheetInfo(sheet.name, sheet.visibility != 0, *self._reach(sheet)) for sheet in self.book.sheets()]

    def _reach(self, sheet: Any) -> tuple[int, int]:
        blank = (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK)
        filled = [
            [n for n, kind in enumerate(sheet.row_types(row), 1) if kind not in blank] for row in range(sheet.nrows)
        ]
        rows = [number for number, columns in enumerate(filled, 1) if columns]
        return (rows[-1], max(columns[-1] for columns in filled if columns)) if rows else (0, 0)

    def read(self, name: str) -> Sheet:
        sheet = self.book.sheet_by_name(name)
        rows = [[self._value(cell) for cell in sheet.row(number)] for number in range(self._reach(sheet)[0])]
        hidden = [
            n + 1
            for n, row in sorted(sheet.rowinfo_map.items())
            if row.hidden and n < len(rows) and _is_filled(rows[n])
        ]
        columns = [n + 1 for n, column in sorted(sheet.colinfo_map.items()) if column.hidden and n < sheet.ncols]
        merged = [(top + 1, left + 1, below, right) for top, below, left, right in sheet.merged_cells]
        return Sheet(name, rows, hidden, columns, merged)

    def _value(self, cell: Any) -> Cell:
        if cell.ctype == xlrd.XL_CELL_ERROR:
            return Wrong(xlrd.error_text_from_code.get(cell.value, "#N/A"))
        if cell.ctype == xlrd.XL_CELL_DATE:
            try:
                moment = xlrd.xldate.xldate_as_datetime(cell.value, self.book.datemode)
            except (ValueError, OverflowError):
                return cell.value
            if cell.value < 1:
                return moment.time()
            return moment if moment.time() != datetime.time() else moment.date()
        if cell.ctype == xlrd.XL_CELL_BOOLEAN:
            return bool(cell.value)
        if cell.ctype == xlrd.XL_CELL_NUMBER and float(cell.value).is_integer():
            shape = self.book.format_map[self.book.xf_list[cell.xf_index].format_key].format_str
            if _ZEROS.fullmatch(shape) and 0 <= cell.value < 10**15:
                return f"{int(cell.value):0{len(shape)}}"
        return cell.value


# ---- .csv -------------------------------------------------------------------------------------------
class _Csv(_Reader):
    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.text, self.was = _text(data)
        mark, text = _mark(self.text)
        try:
            found = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
            self.rows: list[list[Cell]] = [[cell.strip() for cell in row] for row in found]
        except csv.Error as error:
            raise ValidationError(_broken()) from error
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


# ---- shared -----------------------------------------------------------------------------------------
def _is_filled(row: list[Cell]) -> bool:
    return any(cell != "" for cell in row)


def _not_a_table() -> str:
    return _("Choose an Excel (.xlsx, .xls), OpenDocument (.ods) or CSV file. This one is none of them inside.")


def _broken() -> str:
    return _("The file is broken or was not saved to its end. Open it, save it anew as .xlsx and choose that file.")


def _locked() -> str:
    return _("The workbook is locked by a password. Open it, take the password off, save it and choose it again.")


def _macros() -> str:
    return _("There are macros in this workbook. Save it as .xlsx (“Excel Workbook”) and choose that file.")
