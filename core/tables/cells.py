"""What a sheet is read as, how much of it, and what is said of a file that can not be read."""

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from django.utils.translation import gettext as _

MOST_ROWS = 60_000
MOST_COLUMNS = 120
MOST_CELLS = 2_500_000
ZEROS = re.compile(r"0{2,}")  # the format of a number that is shown with zeros in front, as codes are


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


class Reader:
    def __init__(self, data: bytes) -> None:
        self.data = data

    def sheets(self) -> list[SheetInfo]:
        raise NotImplementedError

    def read(self, name: str) -> Sheet:
        raise NotImplementedError


def is_filled(row: list[Cell]) -> bool:
    return any(cell != "" for cell in row)


def not_a_table() -> str:
    return _("Choose an Excel (.xlsx, .xls), OpenDocument (.ods) or CSV file. This one is none of them inside.")


def broken() -> str:
    return _("The file is broken or was not saved to its end. Open it, save it anew as .xlsx and choose that file.")


def locked() -> str:
    return _("The workbook is locked by a password. Open it, take the password off, save it and choose it again.")


def macros() -> str:
    return _("There are macros in this workbook. Save it as .xlsx (“Excel Workbook”) and choose that file.")


def column_number(letters: str) -> int:
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
