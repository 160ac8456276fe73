"""One file: checked by its content, then read sheet by sheet."""

import hashlib
import io
import zipfile
from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from core import files
from core.files import OLE
from core.tables.cells import (
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_ROWS,
    Reader,
    Sheet,
    SheetInfo,
    broken,
    locked,
    macros,
    not_a_table,
)
from core.text import nfc

MIMES = {
    "xlsx": files.TYPES["xlsx"],
    "xls": "application/vnd.ms-excel",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "csv": "text/csv",
}
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_MACROS = "_VBA_PROJECT".encode("utf-16-le")


def accept(upload: UploadedFile) -> files.Accepted:
    """Check an uploaded table by its content, before anything is kept. Raises ValidationError with what to do."""
    files.refuse_not_kept(
        upload, _("The file has %(size)s, at most %(most)s. Take pictures out of it, or split the list.")
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
    if data.startswith(OLE):
        if _ENCRYPTED in data:
            raise ValidationError(locked())
        if _MACROS in data:
            raise ValidationError(macros())
        return "xls"
    if data.startswith(b"PK\x03\x04"):
        return _packed_kind(data)
    if b"\0" not in data[:4000] or data.startswith((b"\xff\xfe", b"\xfe\xff")):
        if data.lstrip()[:1] in (b"<", b"{", b"%"):
            raise ValidationError(not_a_table())
        return "csv"
    raise ValidationError(not_a_table())


def _packed_kind(data: bytes) -> str:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        entries = archive.infolist()
        files.measure(entries)
        names = {entry.filename for entry in entries}
        if any(name.endswith("vbaProject.bin") for name in names):
            raise ValidationError(macros())
        if "xl/workbook.bin" in names:
            raise ValidationError(_("Save the workbook as .xlsx (“Excel Workbook”) and choose that file."))
        if archive.testzip() is not None:
            raise ValidationError(broken())
        if "xl/workbook.xml" in names:
            return "xlsx"
        if "content.xml" in names and archive.read("mimetype").startswith(_ODS):
            if b"encryption-data" in archive.read("META-INF/manifest.xml"):
                raise ValidationError(locked())
            return "ods"
    except (zipfile.BadZipFile, NotImplementedError, ValueError, KeyError, RuntimeError, EOFError, OSError) as error:
        raise ValidationError(broken()) from error
    except Exception as error:  # zlib.error, and whatever else a broken stream raises
        if isinstance(error, ValidationError):
            raise
        raise ValidationError(broken()) from error
    raise ValidationError(not_a_table())


def _reader(data: bytes, kind: str) -> Reader:
    # Each brings its library; few workers ever read a file.
    from core.tables.old import Xls
    from core.tables.text import Csv
    from core.tables.zipped import Ods, Xlsx

    readers: dict[str, type[Reader]] = {"xlsx": Xlsx, "ods": Ods, "xls": Xls, "csv": Csv}
    return readers[kind](data)


class Book:
    """One file. Raises ValidationError where it can not be read; never takes more memory than its cells need."""

    def __init__(self, data: bytes, kind: str) -> None:
        self._data, self.kind = data, kind
        self._reader = _reader(data, kind)

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
