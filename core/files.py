"""Uploads: checked by content, stripped, named by chance, served only by views that asked for the right."""

import hashlib
import io
import secrets
import zipfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePath
from typing import BinaryIO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from core.text import nfc
from core.uploads import NotKept, is_no_room

SMALL_EDGE = 320
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # .doc, .xls, and whatever Office locks by a password
PHOTO_EDGE = 1600  # pixels; enough to read a page photographed by phone
TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jpg": "image/jpeg",
    "png": "image/png",
}

_SMALL = 5 * 1024 * 1024  # what a table of equal cells unpacks to, and no harm
# Not the .xlsx that Word keeps behind a chart: nobody unpacks that.
_ARCHIVES = {".zip", ".rar", ".7z", ".gz", ".tgz", ".bz2", ".xz", ".zst", ".tar", ".jar", ".cab"}


@dataclass(frozen=True)
class Accepted:
    """A checked file: safe content and the facts to store beside it."""

    content: ContentFile
    original_name: str
    sha256: str
    mime: str
    size: int

    def fields(self) -> dict:
        """Keyword arguments for a core.models.StoredFile."""
        return {
            "file": self.content,
            "original_name": self.original_name,
            "sha256": self.sha256,
            "mime": self.mime,
            "size": self.size,
        }


def stored_path(_instance: object, filename: str) -> str:
    """A name nobody can guess, in 256 folders: `ab/ab…  .pdf`."""
    token = secrets.token_hex(20)
    return f"{token[:2]}/{token}{PurePath(filename).suffix.lower()}"


def accept(upload: UploadedFile, kinds: Collection[str] = tuple(TYPES)) -> Accepted:
    """Check an upload by its content and strip photos, which are kept as JPG. kinds: keys of TYPES. Raises
    ValidationError with what to do."""
    refuse_not_kept(upload, _("The file has %(size)s, at most %(most)s. Choose a smaller file."))
    data = upload.read()
    kind = _kind(data)
    if data.startswith(OLE):
        words = _("This is a Word or Excel file of an old form, or locked. Save it as .docx or .xlsx, or send a PDF.")
        raise ValidationError(words)
    if kind is None or kind not in kinds:
        words = _("Choose a file of one of these kinds: %(kinds)s. This one is none of them inside.")
        raise ValidationError(words % {"kinds": ", ".join(kinds).upper()})
    if kind in {"jpg", "png"}:
        data, kind = _strip_photo(data), "jpg"
    stem = nfc(PurePath(upload.name or "").stem)[:180] or "file"
    return Accepted(
        content=ContentFile(data, name=f"upload.{kind}"),
        original_name=f"{stem}.{kind}",
        sha256=hashlib.sha256(data).hexdigest(),
        mime=TYPES[kind],
        size=len(data),
    )


def refuse_not_kept(upload: UploadedFile, too_large: str) -> None:
    """Raises ValidationError for a file that is too large, or had no room. too_large: with %(size)s and %(most)s."""
    size = upload.size or 0
    if size > settings.UPLOAD_MAX_BYTES:
        sizes = {"size": filesizeformat(size), "most": filesizeformat(settings.UPLOAD_MAX_BYTES)}
        raise ValidationError(too_large % sizes)
    if isinstance(upload, NotKept) and upload.no_room:
        raise ValidationError(no_room_sentence())


def no_room_sentence() -> str:
    return _("The disk of the portal is full. Tell the administrator; then try again.")


@contextmanager
def no_room_said() -> Iterator[None]:
    """Raises ValidationError where a file finds no room on the disk."""
    try:
        yield
    except OSError as error:
        if is_no_room(error):
            raise ValidationError(no_room_sentence()) from error
        raise


def _kind(data: bytes) -> str | None:
    if data.startswith(b"%PDF-"):
        return "pdf"
    if data.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data.startswith(b"PK\x03\x04"):
        return _office_kind(data)
    return None


def _office_kind(data: bytes) -> str | None:
    try:
        entries = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        return None  # broken, of a later edition of the format, or with names that are no text
    measure(entries)
    names = {entry.filename for entry in entries}
    if any(name.endswith("vbaProject.bin") for name in names):
        words = _("There are macros in this file. Save it as .docx or .xlsx without them, or send a PDF.")
        raise ValidationError(words)
    return {"word/document.xml": "docx", "xl/workbook.xml": "xlsx"}.get(
        next((n for n in names if n in {"word/document.xml", "xl/workbook.xml"}), "")
    )


def measure(entries: list[zipfile.ZipInfo]) -> None:
    """What the directory says, before anything is unpacked: who opens the file later must not run out of memory."""
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if len(entries) > settings.UPLOAD_MAX_ENTRIES or unpacked > settings.UPLOAD_UNPACKED_MAX_BYTES:
        most = {"size": filesizeformat(settings.UPLOAD_UNPACKED_MAX_BYTES)}
        raise ValidationError(_("Inside, the file is larger than %(size)s. Save it anew or send a PDF.") % most)
    if unpacked > _SMALL and unpacked > packed * settings.UPLOAD_MAX_RATIO:
        raise ValidationError(_("The file is packed tighter than any office file. Save it anew or send a PDF."))
    if any(PurePath(entry.filename).suffix.lower() in _ARCHIVES for entry in entries):
        raise ValidationError(_("There is another archive inside. Take it out, or send a PDF."))


def _strip_photo(data: bytes) -> bytes:
    """Turn upright, shrink, and save anew, which leaves EXIF and its place behind."""
    from PIL import Image, ImageOps, UnidentifiedImageError  # as all that few pages need: not in every worker's memory

    try:
        with Image.open(io.BytesIO(data)) as photo:
            upright = ImageOps.exif_transpose(photo).convert("RGB")
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as error:
        raise ValidationError(_("The photo can not be opened. Take it again or choose another.")) from error
    upright.thumbnail((PHOTO_EDGE, PHOTO_EDGE))
    clean = Image.new("RGB", upright.size)
    clean.paste(upright)
    out = io.BytesIO()
    clean.save(out, "JPEG", quality=82, optimize=True)
    return out.getvalue()


def small_picture(stored: BinaryIO | File) -> BinaryIO:
    """A stored photo for a page that shows many: at most SMALL_EDGE pixels long, some 10 kB instead of 300."""
    from PIL import Image

    out = io.BytesIO()
    with Image.open(stored) as photo:
        photo.draft("RGB", (SMALL_EDGE * 2, SMALL_EDGE * 2))  # a JPEG is read at a fraction of its size at once
        photo.thumbnail((SMALL_EDGE, SMALL_EDGE))
        photo.save(out, "JPEG", quality=80)
    out.seek(0)
    return out


def serve(file: BinaryIO | File, *, name: str, mime: str, public_for: int | None = None) -> FileResponse:
    """Send a stored file so that no browser runs it: as an attachment, typed, not sniffed, not cached by others.

    public_for: seconds for which anybody may keep it, of what everybody may read.
    """
    response = FileResponse(file, as_attachment=True, filename=name, content_type=mime)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store" if public_for is None else f"public, max-age={public_for}"
    return response
