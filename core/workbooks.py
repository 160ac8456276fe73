"""Workbooks that the portal makes for a list: the template, and somebody's own list with what to do beside each row."""

import datetime
import io
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from core.imports import Column
from core.tables import Cell, Sheet, Wrong

DAY, MOMENT = "dd/mm/yyyy", "dd/mm/yyyy hh:mm"
WIDE, WIDEST = 12, 44


def template(columns: Sequence[Column], title: str) -> bytes:
    """The headings, each with a note on what to write. Cells are text: a spreadsheet changes no code and no day."""
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet(title[:31])
        head, text = (
            book.add_format({"bold": True, "bg_color": "#E8EEF4", "border": 1}),
            book.add_format({"num_format": "@"}),
        )
        for n, column in enumerate(columns):
            sheet.set_column(n, n, _width([str(column.label), column.example]), text)
            sheet.write_string(0, n, str(column.label), head)
            sheet.write_comment(0, n, "\n".join(_told(column)), {"x_scale": 2})
        sheet.freeze_panes(1, 0)
    return out.getvalue()


def _told(column: Column) -> list[str]:
    said = [_("Needed.") if column.is_needed else _("May stay blank."), str(column.help_text)]
    if column.example:
        said.append(_("For example: %(example)s") % {"example": column.example})
    return [text for text in said if text]


def with_advice(sheet: Sheet, advice: Mapping[int, str], *, heading_row: int, column: int) -> bytes:
    """The sheet as it was read, with what to do behind its last column and those rows in yellow."""
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": DAY}) as book:
        page = book.add_worksheet(sheet.name[:31])
        plain, bold = book.add_format(), book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        yellow = book.add_format({"bg_color": "#FFF4C2"})
        told = book.add_format({"bg_color": "#FFF4C2", "text_wrap": True, "valign": "top"})
        days = {key: book.add_format({"num_format": shape} | colour) for key, shape, colour in _day_formats()}
        hidden = set(sheet.hidden_rows)
        for n, row in enumerate(sheet.rows):
            is_wrong = n + 1 in advice
            if n + 1 in hidden:
                page.set_row(n, None, None, {"hidden": True})
            for m, cell in enumerate(row[:column]):
                usual = yellow if is_wrong else bold if n + 1 <= heading_row else plain
                _write(page, n, m, cell, usual, days, is_wrong)
            if is_wrong:
                page.write_string(n, column, advice[n + 1], told)
        page.write_string(heading_row - 1, column, _("What to do"), bold)
        for top, left, below, right in sheet.merged:
            if below <= heading_row and (below > top or right > left):
                page.merge_range(top - 1, left - 1, below - 1, right - 1, str(sheet.rows[top - 1][left - 1]), bold)
        for m in range(column):
            page.set_column(m, m, _width([str(row[m]) for row in sheet.rows[:200] if m < len(row)]))
        page.set_column(column, column, 60)
        page.freeze_panes(heading_row, 0)
    return out.getvalue()


def _day_formats() -> list[tuple[tuple[bool, bool], str, dict[str, str]]]:
    return [
        ((has_time, is_wrong), MOMENT if has_time else DAY, {"bg_color": "#FFF4C2"} if is_wrong else {})
        for has_time in (False, True)
        for is_wrong in (False, True)
    ]


def _write(page, row: int, column: int, cell: Cell, usual, days, is_wrong: bool) -> None:  # type: ignore[no-untyped-def]
    if isinstance(cell, Wrong):
        page.write_string(row, column, cell.sign, usual)
    elif isinstance(cell, str):
        if cell:
            page.write_string(row, column, cell, usual)  # never a formula, whatever it begins with
        elif is_wrong:
            page.write_blank(row, column, None, usual)
    elif isinstance(cell, bool):
        page.write_boolean(row, column, cell, usual)
    elif isinstance(cell, datetime.datetime):
        page.write_datetime(row, column, cell, days[True, is_wrong])
    elif isinstance(cell, datetime.date):
        page.write_datetime(row, column, cell, days[False, is_wrong])
    elif isinstance(cell, int | float):
        page.write_number(row, column, cell, usual)
    else:
        page.write_string(row, column, str(cell), usual)


def _width(texts: Sequence[str]) -> int:
    return max(WIDE, min(WIDEST, max(map(len, texts), default=0) + 2))
