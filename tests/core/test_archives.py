"""Office files are archives: they are measured by their directory before they are kept."""

import io
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from core.files import accept


def office(parts: dict[str, bytes]) -> SimpleUploadedFile:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {"word/document.xml": b"<w:document/>", **parts}.items():
            archive.writestr(name, data)
    return SimpleUploadedFile("giay.docx", out.getvalue())


def test_a_small_file_that_unpacks_to_much_more_is_refused(settings) -> None:
    settings.UPLOAD_UNPACKED_MAX_BYTES = 8 * 1024 * 1024
    with pytest.raises(ValidationError, match="8,0"):
        accept(office({"word/media/a.xml": bytes(9 * 1024 * 1024)}))


def test_a_file_packed_tighter_than_any_office_file_is_refused() -> None:
    with pytest.raises(ValidationError, match="nén quá chặt"):
        accept(office({"word/media/a.xml": bytes(6 * 1024 * 1024)}))


def test_a_file_of_very_many_parts_is_refused(settings) -> None:
    settings.UPLOAD_MAX_ENTRIES = 20
    with pytest.raises(ValidationError):
        accept(office({f"word/{number}.xml": b"" for number in range(20)}))


def test_an_archive_inside_is_refused_and_the_table_behind_a_chart_is_not() -> None:
    with pytest.raises(ValidationError, match="tệp nén khác"):
        accept(office({"word/embeddings/more.zip": b"PK"}))
    assert accept(office({"word/embeddings/Microsoft_Excel_Sheet.xlsx": b"PK"})).mime.endswith("document")


def test_a_broken_directory_is_no_office_file() -> None:
    whole = office({}).read()
    with pytest.raises(ValidationError, match="PDF, DOCX"):
        accept(SimpleUploadedFile("giay.docx", whole[: len(whole) // 2]))
