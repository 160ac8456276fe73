"""Tables in files that people bring: .xlsx, .xls, .ods and .csv, read as cells."""

from core.tables.book import MIMES, OLE, Book, accept
from core.tables.cells import MOST_ROWS, Cell, Sheet, SheetInfo, Wrong, column_name

__all__ = ["MIMES", "MOST_ROWS", "OLE", "Book", "Cell", "Sheet", "SheetInfo", "Wrong", "accept", "column_name"]
