"""Certificates and the dossier: papers about a model that go out of the portal."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace

from django.urls import reverse
from docx import Document as read_docx
from pypdf import PdfReader

from accounts.models import AccessLog, Membership
from campaigns.models.papers import enter_usual_papers
from core.certificates import OPEN
from core.files import accept
from core.models import today
from core.text import nfc
from models_registry import dossier
from models_registry.dossier import file_name
from models_registry.models import Commendation, MobilizationModel, ProgressEvidence
from notifications.engine import jobs
from notifications.models import Job
from tests.models_registry import factories as make
from tests.world import World


def _words(content: bytes) -> str:
    """All text of a .docx, its tables too."""
    document = read_docx(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def _recognised(world: World) -> MobilizationModel:
    people = [world.leadership, world.neighbour]
    return make.concluded(world.campaign, world.cell, world.head, world.campaign_officer, people)


def test_a_certificate_says_the_same_as_pdf_and_docx_and_leaves_open_what_is_not_known(
    world: World, sign_in: Callable
) -> None:
    row = _recognised(world)
    given = {"level": "ward", "decided_by": "Ủy ban nhân dân phường", "number": "212/QĐ-UBND", "decided_on": today()}
    praise = Commendation(ward=world.ward, mobilization_model=row, praise="Giấy khen", **given)
    praise.enter(by=world.leadership)
    city = Commendation(ward=world.ward, mobilization_model=row, praise="Bằng khen", **given | {"level": "city"})
    city.enter(by=world.leadership)
    client = sign_in(world.leadership)
    page = client.get(row.get_absolute_url()).content.decode()
    for kind, pk, said in (
        ("conclusion", row.valid_conclusion().pk, ["ĐẢNG CỘNG SẢN VIỆT NAM", "GIẤY CHỨNG NHẬN", "15-QĐ/ĐU"]),
        ("commendation", praise.pk, ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "GIẤY KHEN", "212/QĐ-UBND"]),
    ):
        urls = {
            form: reverse("models_registry:certificate", args=[row.key, kind, pk, form]) for form in ("pdf", "docx")
        }
        pdf, docx = (b"".join(client.get(urls[form]).streaming_content) for form in ("pdf", "docx"))
        read = PdfReader(io.BytesIO(pdf))
        assert len(read.pages) == 1
        for words in [*said, world.cell.name, row.title, OPEN]:  # nobody signs yet: room to write
            assert " ".join(words.split()) in " ".join(nfc(read.pages[0].extract_text()).split()), words
            assert words in _words(docx), words
        assert urls["pdf"] in page
    other = reverse("models_registry:certificate", args=[row.key, "commendation", city.pk, "pdf"])
    assert client.get(other).status_code == 404  # what the city gives is the city's paper
    assert other not in page
    Membership.objects.filter(user=world.leadership).update(unit=world.committee, position="Bí thư")
    signed = dossier.certificate(row, "conclusion", row.valid_conclusion().pk, "docx")
    assert signed
    assert world.leadership.full_name in _words(signed)


def test_a_long_text_becomes_smaller_until_it_fits_its_page(world: World) -> None:
    row = _recognised(world)
    row.title, row.unit.name = "Khéo trong vận động " * 20, "Chi bộ tổ dân phố số " * 8
    content = dossier.certificate(row, "conclusion", row.valid_conclusion().pk, "pdf")
    assert content
    assert len(PdfReader(io.BytesIO(content)).pages) == 1


def test_the_dossier_holds_all_that_its_reader_may_see_and_its_reading_is_noted(
    world: World, sign_in: Callable
) -> None:
    enter_usual_papers(world.ward)
    row = make.accepted(world.campaign, world.cell, world.head, world.leadership, title="Khéo: vận động? <hộ>")
    for name in ('Ảnh "trước/sau".JPG', "ảnh trước sau.jpg"):
        file = replace(accept(make.photo()), original_name=name)
        row.record_progress(by=world.head, on=today(), values={}, evidence=[file])
    row.self_assess(by=world.head, **make.proof(row))
    appraisal = make.opened(row, world.campaign_officer, [world.leadership, world.neighbour])
    make.hand_in(appraisal, world.neighbour, 58, 40, reason="Thiếu một ảnh")
    make.hand_in_all(row)
    before = AccessLog.objects.count()
    held = _dossier(row, world.head, sign_in)  # not decided yet: the unit reads no scores
    index = held["index.html"].decode()
    assert "03 Điểm chấm.docx" not in held
    assert "Khéo: vận động? &lt;hộ&gt;" in index
    noted = AccessLog.objects.order_by("pk").last()
    assert (AccessLog.objects.count(), noted.user, noted.act) == (before + 1, world.head, "export")
    assert noted.subject_id == row.pk
    row.conclude(by=world.leadership, **make.decision())
    make.proposed(row, world.leadership)
    held = _dossier(row, world.head, sign_in)
    assert "Thiếu một ảnh" in _words(held["03 Điểm chấm.docx"])
    assert "Giấy khen" in _words(held["04 Tờ trình.docx"])
    assert "12" in _words(held["02 Tiến độ.docx"])
    assert "01 Phiếu đăng ký.docx" in held
    assert "05 Giấy chứng nhận công nhận.pdf" in held
    photos = sorted(name for name in held if name.startswith("ket-qua/"))
    assert len(photos) == 3
    assert len({name.lower() for name in photos}) == 3
    for name in held:
        assert name == nfc(name)
        assert not set(name) & set('<>:"\\|?*'), name
    for name in photos:
        assert f'href="{dossier.quote(name)}"' in held["index.html"].decode()
    lost = ProgressEvidence.objects.filter(update__mobilization_model=row).first().file
    lost.storage.delete(lost.name)
    held = _dossier(row, world.head, sign_in)
    assert len([name for name in held if name.startswith("ket-qua/")]) == 2
    assert "cổng không còn tệp này" in held["index.html"].decode()


def _dossier(row: MobilizationModel, person: object, sign_in: Callable) -> dict[str, bytes]:
    response = sign_in(person).post(reverse("models_registry:model_dossier", args=[row.key]))
    jobs.run_all(10)
    job = Job.objects.get(pk=int(response["Location"].rstrip("/").rpartition("/")[2]))
    assert job.state == "done", job.error
    assert job.file_name.startswith(f"{row.code} Khéo vận động hộ")
    with job.file.open("rb") as file, zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
        return {info.filename: archive.read(info) for info in archive.infolist()}


def test_a_name_is_one_that_windows_keeps() -> None:
    assert file_name('Tổ dân phố 7: "sạch/đẹp"? .') == "Tổ dân phố 7 sạch đẹp"
    assert file_name("...", ".PDF") == "Tệp.pdf"
    assert file_name("e\u0302", ".docx") == "ê.docx"
    assert len(file_name("dài " * 60, ".docx")) <= 86
