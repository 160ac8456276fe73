"""The report as a paper in national form: .docx and PDF, draft and signed, the Party's and the State's."""

import io
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import docx
import pytest
from docx.shared import Mm, Pt
from pdfminer.high_level import extract_pages
from pdfminer.layout import LTChar
from pypdf import PdfReader

from accounts.choices import Branch
from campaigns.models import PaperStandard
from core.figures import Scope
from core.models import today
from core.papers import Paper, Paragraph, Run, party_organization
from core.pdf import paper_to_pdf
from core.word import to_docx
from reports.narrative import compose
from tests.factories import document_kind
from tests.reports import factories as make
from tests.world import World


def composed(world: World, report: Any) -> Paper:
    return compose(report, Scope(ward=world.ward, campaign=world.campaign))


@pytest.mark.parametrize(
    ("committee", "named"),
    [
        ("Quận ủy Long Biên", "Đảng bộ quận Long Biên"),
        ("Thành ủy Hà Nội", "Đảng bộ thành phố Hà Nội"),
        ("Thành uỷ", "Đảng bộ thành phố"),
        ("Đảng ủy phường Long Biên", "Đảng bộ phường Long Biên"),
        ("Ban Dân vận Quận ủy", "Ban Dân vận Quận ủy"),
    ],
)
def test_the_head_names_the_organization_above(committee: str, named: str) -> None:
    assert party_organization(committee) == named


def test_the_day_stays_open_until_the_clerk_gives_it(world: World) -> None:
    draft = composed(world, make.report(world))
    assert f"ngày {chr(160) * 5} tháng {chr(160) * 5} năm" in draft.place_and_date
    assert draft.is_draft
    report = make.numbered(world)
    issued = composed(world, report)
    assert not issued.is_draft
    assert (
        issued.place_and_date
        == f"Sông Hồng, ngày {today().day:02d} tháng "
        + (f"{today().month:02d}" if today().month < 3 else str(today().month))
        + f" năm {today().year}"
    )


def test_the_layout_is_that_of_the_day_of_issue(world: World) -> None:
    report = make.signed(world)
    PaperStandard.objects.filter(ward=world.ward, branch=Branch.PARTY).update(sizes={"kind": 11})
    assert composed(world, report).sizes == {}, "as it was signed, while it has no day"
    document_kind(world.ward, code="BC", label="Báo cáo")
    report.give_number(by=world.records_clerk, on=today())
    assert composed(world, report).sizes == {"kind": 11}


def opened(paper: Paper) -> Any:
    return docx.Document(io.BytesIO(to_docx(paper)))


def test_a_draft_bears_a_watermark_and_a_signed_paper_none(world: World) -> None:
    for report, marks in ((make.report(world), 2), (make.signed(world), 0)):
        section = opened(composed(world, report)).sections[0]
        headers = [section.header._element.xml, section.first_page_header._element.xml]
        assert sum('string="DỰ THẢO"' in xml for xml in headers) == marks


def test_margins_fonts_and_page_numbers_are_those_of_the_standard(world: World) -> None:
    make.standard(world, sizes={"kind": 16, "margin_left": 30})
    document = opened(composed(world, make.signed(world)))
    section = document.sections[0]
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(margin / Mm(1), 1) for margin in margins] == [20, 20, 30, 15]
    assert section.different_first_page_header_footer
    assert "PAGE" in section.header._element.xml
    assert "PAGE" not in section.first_page_header._element.xml
    title = next(part for part in document.paragraphs if part.text == "BÁO CÁO")
    assert (title.runs[0].font.name, title.runs[0].font.size) == ("Times New Roman", Pt(16))


def test_no_program_is_named_in_the_properties(world: World) -> None:
    paper = composed(world, make.signed(world))
    with zipfile.ZipFile(io.BytesIO(to_docx(paper))) as archive:
        told = (archive.read("docProps/app.xml") + archive.read("docProps/core.xml")).decode().lower()
    metadata = str(PdfReader(io.BytesIO(paper_to_pdf(paper))).metadata).lower()
    for program in ("microsoft", "python", "reportlab", "django", "libreoffice"):
        assert program not in told, program
        assert program not in metadata, program


def long_paper(world: World, family: Any, *, is_draft: bool) -> Paper:
    paper = composed(world, make.report(world))
    words = "Nhân dân đồng tình với chủ trương chung, các tổ dân phố phối hợp chặt chẽ. " * 4
    more = tuple(Paragraph((Run(f"{n}. {words}"),)) for n in range(30))
    facts = {"family": family, "is_draft": is_draft, "recipients": ("Quận ủy", "Lưu Văn thư")}
    return Paper(**{**paper.__dict__, "paragraphs": paper.paragraphs + more, **facts})


@pytest.mark.parametrize("family", ["party", "state"])
def test_the_pdf_says_what_the_paper_says_with_its_letters_embedded(world: World, family: str) -> None:
    made = paper_to_pdf(long_paper(world, family, is_draft=True))
    pages = PdfReader(io.BytesIO(made)).pages
    text, later = pages[0].extract_text(), pages[1].extract_text()
    assert (round(pages[0].mediabox.width), round(pages[0].mediabox.height)) == (595, 842)
    assert ("ĐẢNG CỘNG SẢN VIỆT NAM" in text) is (family == "party")
    assert ("Độc lập - Tự do - Hạnh phúc" in text) is (family == "state")
    assert "BÁO CÁO" in text
    assert "2" in later.splitlines()
    assert "1" not in text.splitlines()
    assert "Nơi nhận:" in pages[-1].extract_text()
    signs = [*letters(next(extract_pages(io.BytesIO(made))))]
    assert {sign.fontname.split("+")[-1].split("-")[0] for sign in signs} == {"Tinos"}
    assert min(sign.x0 for sign in signs if not sign.matrix[1]) >= 30 / 25.4 * 72 - 1
    assert [sign for sign in signs if sign.matrix[1]], "the watermark"


def letters(part: Any) -> Iterator[LTChar]:
    if isinstance(part, LTChar):
        yield part
    elif hasattr(part, "__iter__"):
        for inner in part:
            yield from letters(inner)


def test_nothing_in_a_text_is_markup_of_the_pdf(world: World) -> None:
    paper = composed(world, make.report(world, title="a < b & <b>c</b> </para>"))
    text = PdfReader(io.BytesIO(paper_to_pdf(paper))).pages[0].extract_text()
    assert "a < b & <b>c</b> </para>" in text


def test_the_pdf_is_an_attachment(world: World, sign_in: Callable) -> None:
    report = make.sent(world)
    answer = sign_in(world.superior_viewer).get(f"/reports/{report.pk}.pdf")
    assert answer["Content-Disposition"].endswith('.pdf"')
    assert answer.content.startswith(b"%PDF")
    assert sign_in(world.superior_viewer).get(f"/reports/{report.pk}.odt").status_code == 404


def test_facts_with_a_source_stand_once_beneath_their_first_heading() -> None:
    body = [
        Paragraph((Run("Kế hoạch số 15", href="/plan/"),)),
        Paragraph((Run("1. Mô hình"),), kind="heading"),
        Paragraph((Run("07 mô hình", href="/models/"), Run(" theo "), Run("Kế hoạch số 15", href="/plan/"))),
        Paragraph((Run("09 hộ", href="/poor/", counted="08"), Run("[chưa có]", href="/new/", missing=True))),
    ]
    words = [""] * 6
    sources = Paper("party", *words, tuple(body), "", "").sources
    assert [(heading, [run.href for run in runs]) for heading, runs in sources] == [
        ("", ["/plan/"]),
        ("1. Mô hình", ["/models/"]),
    ]
