"""The text of files is read in the background and searched; what must not be here is refused at the door."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from docx import Document as new_docx
from pypdf import PdfWriter

from campaigns.models import Document, DocumentText
from campaigns.tasks import read_files
from core import filetext
from core.counts import COUNTED
from core.files import OLE, accept
from tests import factories as make
from tests.campaigns.factories import days_ago, superior_plan, ward_plan
from tests.world import World


def docx_of(*lines: str) -> bytes:
    document, out = new_docx(), io.BytesIO()
    for line in lines:
        document.add_paragraph(line)
    document.add_table(rows=1, cols=1).cell(0, 0).text = "trong bảng biểu"
    document.save(out)
    return out.getvalue()


def pdf_of(text: str) -> bytes:
    """One page with plain letters, as a word processor writes them; without text a scan."""
    stream = f"BT /F1 14 Tf 72 720 Td ({text}) Tj ET".encode() if text else b""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    ]
    out, places = io.BytesIO(b"%PDF-1.4\n"), []
    out.seek(0, io.SEEK_END)
    for number, content in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    table = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, table))
    return out.getvalue()


def locked_pdf() -> bytes:
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(595, 842)
    writer.encrypt("khong-doan-duoc", algorithm="RC4-128")
    writer.write(out)
    return out.getvalue()


def with_file(world: World, name: str, data: bytes, **fields: Any) -> Document:
    document = superior_plan(world, **fields)
    document.edit(by=world.records_clerk, file=accept(SimpleUploadedFile(name, data)))
    return document


def fields(world: World, **changes: object) -> dict:
    known = {"direction": "in", "kind": make.document_kind(world.ward).pk, "issuer": world.superior.pk, "number": "90"}
    return known | {"dated_on": days_ago(3).strftime("%d/%m/%Y"), "summary": "Kế hoạch năm"} | changes


@pytest.mark.slow
def test_text_of_files_is_read_and_found_without_marks(world: World, sign_in: Callable) -> None:
    letter = with_file(world, "cong-van.docx", docx_of("Phân bổ bài dự thi", "Hội Cựu chiến binh: 02 bài"))
    plan = with_file(world, "ke-hoach.pdf", pdf_of("Tong ve sinh pho Tram vao thu Bay"))
    scan = with_file(world, "ban-quet.pdf", pdf_of(""))
    locked = with_file(world, "khoa.pdf", locked_pdf())
    assert read_files() == 4
    assert read_files() == 0
    states = dict(DocumentText.objects.values_list("document", "state"))
    assert states == {letter.pk: "read", plan.pk: "read", scan.pk: "no_layer", locked.pk: "unreadable"}
    client = sign_in(world.head)
    for words, found in (("cuu chien binh", letter), ("bảng biểu", letter), ("ve sinh pho tram", plan)):
        assert list(client.get("/documents/", {"q": words}).context["page"]) == [found], words
    assert "không có lớp chữ" in client.get(scan.get_absolute_url()).content.decode()
    page = client.get("/search/", {"q": "cựu chiến binh"}).content.decode()
    assert letter.get_absolute_url() in page
    assert "chữ trong tệp" in page


@pytest.mark.slow
def test_another_file_is_read_anew_and_a_picture_is_not_read(world: World) -> None:
    document = with_file(world, "cong-van.docx", docx_of("Bản thứ nhất"))
    read_files()
    document.edit(by=world.records_clerk, file=accept(SimpleUploadedFile("lan-hai.docx", docx_of("Bản thứ hai"))))
    assert not Document.objects.search("ban thu nhat").exists()
    read_files()
    assert Document.objects.search("ban thu hai").get() == document
    document.edit(by=world.records_clerk, file=accept(SimpleUploadedFile("anh.png", picture())))
    assert not DocumentText.objects.exists()


def picture() -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "PNG")
    return out.getvalue()


def test_who_may_not_see_a_document_does_not_find_it_by_its_text(world: World) -> None:
    document = ward_plan(world, is_restricted=True)
    DocumentText.objects.create(ward=world.ward, document=document, sha256="0", state="read", text="Nội dung riêng")
    assert Document.objects.visible_to(world.records_clerk).search("noi dung rieng").get() == document
    assert not Document.objects.visible_to(world.head).search("noi dung rieng").exists()


def test_a_text_longer_than_is_searched_is_cut() -> None:
    assert len(filetext.text_of(docx_of("chữ " * 100_000), "docx")) == filetext.MOST_SIGNS


def test_a_file_that_ends_its_reader_is_unreadable() -> None:
    with pytest.raises(filetext.Unreadable):
        filetext.read_apart(b"%PDF-1.4 no more", "pdf")


@pytest.mark.slow
def test_a_file_whose_first_page_is_marked_secret_is_refused_with_the_reason(world: World, sign_in: Callable) -> None:
    client = sign_in(world.records_clerk)
    secret = SimpleUploadedFile("ke-hoach.docx", docx_of("ĐẢNG BỘ THÀNH PHỐ", "MẬT", "Kế hoạch phòng thủ"))
    response = client.post("/documents/new/", fields(world, file=secret))
    assert "bí mật" in str(response.context["form"].errors["file"])
    assert "Kế hoạch năm" in response.content.decode()
    assert not Document.objects.exists()
    plain = SimpleUploadedFile("ke-hoach.docx", docx_of("Mật độ dân cư", "Giữ bí mật nhà nước"))
    assert client.post("/documents/new/", fields(world, file=plain)).status_code == 302


def macros() -> bytes:
    out = io.BytesIO(docx_of("Công văn"))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("word/vbaProject.bin", b"macro")
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "words"), [("macro.docx", "Tệp này có macro"), ("cu.doc", "kiểu cũ"), ("200mb.pdf", "nhỏ hơn")]
)
def test_a_file_with_macros_of_an_old_form_or_too_large_is_refused_and_what_was_typed_stays(
    world: World, sign_in: Callable, settings: Any, name: str, words: str
) -> None:
    data = {"macro.docx": macros(), "cu.doc": OLE + bytes(512)}.get(name, pdf_of(""))
    settings.UPLOAD_MAX_BYTES = 100 if name == "200mb.pdf" else 100_000
    upload = SimpleUploadedFile(name, data)
    response = sign_in(world.records_clerk).post("/documents/new/", fields(world, file=upload))
    assert words in str(response.context["form"].errors["file"])
    assert "Kế hoạch năm" in response.content.decode()
    assert not Document.objects.exists()


def test_what_is_found_is_the_same_however_much_is_found(world: World, sign_in: Callable, monkeypatch: Any) -> None:
    """Few findings are asked by their keys, each way by its index; many along the order of the list."""
    told = ward_plan(world, summary="Chỉnh trang phố Trạm", dated_on=days_ago(2))
    said = ward_plan(world, summary="Cuộc thi viết", dated_on=days_ago(1))
    ward_plan(world, summary="Kế hoạch khác")
    DocumentText.objects.create(ward=world.ward, document=said, sha256="0", state="read", text="phố Trạm sạch đẹp")
    client = sign_in(world.head)
    for counted in (COUNTED, 1):
        monkeypatch.setattr("campaigns.filters.COUNTED", counted)
        monkeypatch.setattr("campaigns.querysets.COUNTED", counted)
        page = client.get("/documents/", {"q": "pho tram"}).context
        assert (list(page["page"]), page["filters"].finds_many) == ([said, told], counted == 1)
        assert set(Document.objects.keys_found("tram").values_list("pk", flat=True)) == {told.pk, said.pk}
