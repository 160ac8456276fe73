"""Workbooks of before 2007: .xls."""

import datetime
import io
from typing import Any

import xlrd
from django.core.exceptions import ValidationError

from core.tables.cells import ZEROS, Cell, Reader, Sheet, SheetInfo, Wrong, broken, is_filled, locked


class Xls(Reader):
    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        try:
            self.book = xlrd.open_workbook(file_contents=data, formatting_info=True, logfile=io.StringIO())
        except Exception as error:  # a broken one raises whatever its bytes lead to
            raise ValidationError(locked() if "encrypt" in str(error).lower() else broken()) from error

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
            n + 1 for n, row in sorted(sheet.rowinfo_map.items()) if row.hidden and n < len(rows) and is_filled(rows[n])
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
            if ZEROS.fullmatch(shape) and 0 <= cell.value < 10**15:
                return f"{int(cell.value):0{len(shape)}}"
        return cell.value
