"""Tables go out: .xlsx and .csv, row by row, so that a long one costs no memory.

A text that begins like a formula stays a text: in a workbook by the cell's type, in .csv behind an apostrophe. Days are
days and numbers numbers: in .csv as 2022-04-05 and 1234.5, which no program swaps or reads as something else.
"""

import csv
import datetime
import io
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

FORMATS = ("xlsx", "csv")
FORMULA = frozenset("=+-@\t\r")  # what a spreadsheet takes for the beginning of one (OWASP, CSV injection)
NEEDS_CARE = re.compile(r'(?:^|[,\n])"?[=+\-@\t\r]|\d\d:\d\d:\d\d')  # perhaps a formula, perhaps a moment
WIDEST = 60
MOST_ROWS = 1_048_575  # of a sheet, beside its headings


class TooLong(Exception):
    """More rows than a sheet holds; a .csv has no end."""


Chunks = Iterable[list[tuple[Any, ...]]]


def write_csv(path: Path, headings: Sequence[str], chunks: Chunks, told: Callable[[int], None]) -> int:
    """With the mark by which spreadsheets know UTF-8. told(count): after each chunk. How many rows were written."""
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        file.write(_as_csv([tuple(headings)]))
        for chunk in chunks:
            file.write(_as_csv(chunk))
            count += len(chunk)
            told(count)
    return count


def _as_csv(chunk: Iterable[tuple[Any, ...]]) -> str:
    """Written as it is first: one look at the whole text is quicker than one at each cell, of which few need care."""
    text = _written(chunk)
    return _written([[_for_csv(value) for value in row] for row in chunk]) if NEEDS_CARE.search(text) else text


def _written(rows: Iterable[Iterable[Any]]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)  # of a day str() is 2022-04-05, and None is an empty cell
    return out.getvalue()


def _for_csv(value: Any) -> Any:
    if type(value) is str:
        return f"'{value}" if value and value[0] in FORMULA else value
    return f"{_local(value):%Y-%m-%d %H:%M}" if type(value) is datetime.datetime else value


def write_xlsx(
    path: Path,
    headings: Sequence[str],
    chunks: Chunks,
    told: Callable[[int], None],
    *,
    title: str,
    about: Iterable[tuple[str, str]] = (),
) -> int:
    """A sheet of the rows, and one that says what they are. How many rows; raises TooLong where a sheet holds fewer."""
    import xlsxwriter

    options = {
        "constant_memory": True,
        "tmpdir": str(path.parent),
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "default_date_format": "dd/mm/yyyy",
    }
    count, widths = 0, [len(heading) + 4 for heading in headings]  # beside the arrow of the filter
    with xlsxwriter.Workbook(str(path), options) as book:
        head = book.add_format({"bold": True, "bottom": 1, "valign": "top"})
        moment = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
        sheet = book.add_worksheet(sheet_name(title))
        sheet.add_write_handler(
            datetime.datetime,
            lambda of, row, column, value, *_rest: of.write_datetime(row, column, _local(value), moment),
        )
        sheet.write_row(0, 0, headings, head)
        write_row = sheet.write_row
        for chunk in chunks:
            if count + len(chunk) > MOST_ROWS:
                raise TooLong
            if not count:
                widths = [max(width, *(_width(row[n]) for row in chunk)) for n, width in enumerate(widths)]
            for row in chunk:
                count += 1
                write_row(count, 0, row)
            told(count)
        for n, width in enumerate(widths):
            sheet.set_column(n, n, min(width, WIDEST))
        sheet.autofilter(0, 0, max(count, 1), len(headings) - 1)
        _print_as_a4(sheet)
        _write_about(book, head, about)
    return count


def _print_as_a4(sheet: Any) -> None:
    """In front of the reader: the headings stay, on the screen and on each page."""
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&L&A&R&P/&N")


def _write_about(book: Any, head: Any, about: Iterable[tuple[str, str]]) -> None:
    lines = list(about)
    if not lines:
        return
    sheet = book.add_worksheet(sheet_name(_("About this table")))
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, WIDEST)
    for n, (what, said) in enumerate(lines):
        sheet.write_string(n, 0, what, head)
        sheet.write_string(n, 1, said)


def sheet_name(title: str) -> str:
    """What a sheet may be called: 31 signs, none of []:*?/\\ and no apostrophe at the ends."""
    return re.sub(r"[\[\]:*?/\\]", " ", title).strip()[:31].strip("' ") or "1"


def _width(value: Any) -> int:
    return (
        16
        if isinstance(value, datetime.datetime)
        else 10
        if isinstance(value, datetime.date)
        else len(str(value or ""))
    )


def _local(moment: datetime.datetime) -> datetime.datetime:
    return timezone.localtime(moment).replace(tzinfo=None) if timezone.is_aware(moment) else moment
