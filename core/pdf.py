"""Papers and certificates as PDF. Imported where one is written: the library takes memory that few workers need."""

import io
from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY, TA_LEFT
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Frame,
    HRFlowable,
    LongTable,
    NextPageTemplate,
    PageBreak,
    PageTemplate,
    Spacer,
    Table,
)
from reportlab.platypus import Paragraph as Flowing

from core.certificates import PARTY_TITLE, STATE_MOTTO, STATE_TITLE, Certificate, Line
from core.papers import Annex, Paper, Run

FONTS = {"Tinos": "Tinos-Regular.ttf", "Tinos-Bold": "Tinos-Bold.ttf", "Tinos-Italic": "Tinos-Italic.ttf"}
LEADING = 1.25
FOOT = 62  # millimetres that the foot takes, with room for a signature
SMALLEST = 0.5
DRAFT = "DỰ THẢO"
FRAME = 6  # points that the library keeps free within the margins
PLAIN: list[tuple] = [(f"{side}PADDING", (0, 0), (-1, -1), 0) for side in ("LEFT", "RIGHT", "TOP", "BOTTOM")]
PLAIN.append(("ALIGN", (0, 0), (-1, -1), "CENTER"))


@cache
def _fonts() -> None:
    for name, file in FONTS.items():
        pdfmetrics.registerFont(TTFont(name, str(Path(__file__).parent / "fonts" / file)))
    pdfmetrics.registerFontFamily(
        "Tinos", normal="Tinos", bold="Tinos-Bold", italic="Tinos-Italic", boldItalic="Tinos-Bold"
    )


def paper_to_pdf(paper: Paper) -> bytes:
    """A4 in the layout of its standard, as the .docx has it: page numbers from the second page, a draft marked."""
    _fonts()
    out = io.BytesIO()
    author = paper.author or paper.issuer
    document = BaseDocTemplate(
        out,
        pagesize=A4,
        topMargin=paper.size("margin_top") * mm - FRAME,
        bottomMargin=paper.size("margin_bottom") * mm - FRAME,
        leftMargin=paper.size("margin_left") * mm - FRAME,
        rightMargin=paper.size("margin_right") * mm - FRAME,
        title=paper.summary,
        author=author,
        creator=author,
        producer=author,
        lang="vi",
    )
    document.addPageTemplates([_pages(document, paper, "paper", A4)])
    width = 210 * mm - (paper.size("margin_left") + paper.size("margin_right")) * mm
    flow: list[Any] = [_head(paper, width), Spacer(1, 10)]
    if paper.kind:
        flow += [_centred(paper.kind.upper(), paper.size("kind"), bold=True)]
        flow += [_centred(paper.summary, paper.size("summary"), bold=True)]
        rule = _centred("-----", paper.size("summary"))
        flow += [rule if paper.family == "party" else HRFlowable(width / 3, 0.6, color="black", spaceBefore=4)]
    flow += [_centred(f"Kính gửi: {'; '.join(paper.addressees)}", paper.size("body"))] if paper.addressees else []
    flow.append(Spacer(1, 6))
    size = paper.size("body")
    for part in paper.paragraphs:
        is_heading = part.kind == "heading"
        style = ParagraphStyle(
            part.kind,
            fontName="Tinos-Bold" if is_heading else "Tinos",
            fontSize=size,
            leading=max(paper.size("line"), size * 1.2),
            firstLineIndent=paper.size("indent") * mm,
            alignment=TA_JUSTIFY,
            spaceBefore=6,
            keepWithNext=is_heading,
        )
        flow.append(Flowing("".join(_marked(run) for run in part.runs), style))
    flow += [Spacer(1, 10), _foot(paper, width)]
    for number, annex in enumerate(paper.annexes, start=1):
        document.addPageTemplates([_pages(document, paper, f"annex-{number}", landscape(A4))])
        flow += [NextPageTemplate(f"annex-{number}"), PageBreak(), *_annex(paper, annex, number)]
    document.build(flow)
    return out.getvalue()


def _pages(document: BaseDocTemplate, paper: Paper, name: str, size: tuple[float, float]) -> PageTemplate:
    """Pages of one size, numbered by themselves: the first bears no number."""
    width, height = size
    room = width - document.leftMargin - document.rightMargin, height - document.topMargin - document.bottomMargin
    frame = Frame(document.leftMargin, document.bottomMargin, *room, id=name)
    count = 0

    def dress(canvas: Canvas, _document: Any) -> None:
        nonlocal count
        count += 1
        if paper.is_draft:
            _watermark(canvas, width, height)
        if count > 1:
            canvas.setFont("Tinos", paper.size("body"))
            canvas.drawCentredString(width / 2, height - 12 * mm, str(count))

    return PageTemplate(id=name, frames=[frame], onPage=dress, pagesize=size)


ANNEX_SIZE = 10


def _annex(paper: Paper, annex: Annex, number: int) -> list[Any]:
    which, title, to = paper.enclosed(number)
    size = paper.size("body")
    head = [_centred(which, size, bold=True), _centred(title.upper(), size, bold=True), _centred(to, size, italic=True)]
    room = 297 * mm - (paper.size("margin_left") + paper.size("margin_right")) * mm

    def look(bold: bool, align: Any) -> ParagraphStyle:
        font = "Tinos-Bold" if bold else "Tinos"
        return ParagraphStyle("cell", fontName=font, fontSize=ANNEX_SIZE, leading=ANNEX_SIZE * 1.2, alignment=align)

    heads, plain, sums = look(True, TA_CENTER), look(False, TA_LEFT), look(True, TA_LEFT)

    def line(cells: tuple[Run, ...], style: ParagraphStyle) -> list[Any]:
        """Numbers as they are, which the library sets at once; words where lines may break."""
        return [
            _plain_number(run.text) if is_number else Flowing(_plain(run.text).replace("\n", "<br/>"), style)
            for run, is_number in zip(cells, annex.numbers, strict=True)
        ]

    cells = [[Flowing(_plain(words), heads) for words in annex.heads], *(line(one, plain) for one in annex.lines)]
    cells += [line(annex.total, sums)] if annex.total else []
    table = LongTable(cells, colWidths=[part * room for part in annex.widths], repeatRows=1, splitInRow=1)
    look_of: list[tuple] = [("GRID", (0, 0), (-1, -1), 0.5, "black"), ("VALIGN", (0, 0), (-1, -1), "TOP")]
    look_of += [("FONT", (0, 0), (-1, -1), "Tinos", ANNEX_SIZE, ANNEX_SIZE * 1.2)]
    look_of += [("FONT", (0, len(cells) - 1), (-1, -1), "Tinos-Bold", ANNEX_SIZE)] if annex.total else []
    look_of += [(f"{side}PADDING", (0, 0), (-1, -1), 3) for side in ("LEFT", "RIGHT", "TOP", "BOTTOM")]
    look_of += [("ALIGN", (n, 0), (n, -1), "RIGHT") for n, is_number in enumerate(annex.numbers) if is_number]
    table.setStyle(look_of)
    note = [Spacer(1, 6), _centred(annex.note_text, ANNEX_SIZE, italic=True, align=TA_LEFT)] if annex.note else []
    return [*head, Spacer(1, 8), table, *note]


def _plain_number(text: str) -> str:
    return "".join(sign for sign in text if sign.isprintable())


def _watermark(canvas: Canvas, width: float, height: float) -> None:
    canvas.saveState()
    canvas.setFillColor(HexColor("#d9d9d9"))
    canvas.setFont("Tinos-Bold", 90)
    canvas.translate(width / 2, height / 2)
    canvas.rotate(45)
    canvas.drawCentredString(0, -30, DRAFT)
    canvas.restoreState()


def _plain(text: str) -> str:
    """Text as it stands: nothing of it is markup, and what no font draws is left out."""
    kept = escape("".join(sign for sign in text if sign.isprintable() or sign == "\u00a0"))
    return kept.replace("\u00a0", "&nbsp;")  # room for a number, which is else taken for one blank


def _marked(run: Run) -> str:
    text = _plain(run.text)
    text = f"<b>{text}</b>" if run.bold else text
    return f'<font color="#ae1f14">{text}</font>' if run.missing else text


def _centred(
    text: str,
    size: float,
    *,
    bold: bool = False,
    italic: bool = False,
    rule: bool = False,
    align: Any = TA_CENTER,
) -> Flowing:
    font = "Tinos-Bold" if bold else "Tinos-Italic" if italic else "Tinos"
    style = ParagraphStyle("line", fontName=font, fontSize=size, leading=size * 1.25, alignment=align)
    words = _plain(text)
    return Flowing(f"<u>{words}</u>" if rule else words, style)


def _columns(left: list[Any], right: list[Any], widths: list[float]) -> Table:
    table = Table([[left, right]], colWidths=widths)
    table.setStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), *PLAIN])
    return table


def _head(paper: Paper, width: float) -> Table:
    is_party = paper.family == "party"
    left = [_centred(paper.superior.upper(), paper.size("superior"))] if paper.superior else []
    left.append(_centred(paper.issuer.upper(), paper.size("issuer"), bold=True))
    left.append(
        _centred("*", paper.size("issuer")) if is_party else HRFlowable("33%", 0.6, color="black", spaceAfter=3)
    )
    left.append(_centred(paper.symbol, paper.size("number")))
    left += [_centred(DRAFT, paper.size("about"), bold=True)] if paper.is_draft else []
    if not paper.kind:
        left.append(_centred(f"{paper.about} {paper.summary}".strip(), paper.size("about"), italic=is_party))
    if is_party:
        right = [_centred(PARTY_TITLE, paper.size("title_right"), bold=True, rule=True)]
    else:
        right = [_centred(STATE_TITLE, paper.size("title_right"), bold=True)]
        right.append(_centred(STATE_MOTTO, paper.size("motto"), bold=True, rule=True))
    right += [Spacer(1, 8), _centred(paper.place_and_date, paper.size("date"), italic=True)]
    own = (77 if is_party else 66) * mm
    return _columns(left, right, [own, width - own])


def _foot(paper: Paper, width: float) -> Table:
    is_party = paper.family == "party"
    if paper.second_title:
        left = _signature(paper, paper.second_title, paper.second_name)
    else:
        label = paper.size("recipients_label")
        left = [_centred("Nơi nhận:", label, italic=not is_party, rule=is_party, align=TA_LEFT)]
        ends = ["," if is_party else ";"] * (len(paper.recipients) - 1) + ["."]
        size = paper.size("recipients")
        left += [
            _centred(f"- {name}{end}", size, align=TA_LEFT) for name, end in zip(paper.recipients, ends, strict=False)
        ]
    right = [_centred(paper.authority.upper(), paper.size("signer"), bold=True)] if paper.authority else []
    right += _signature(paper, paper.signer_title, paper.signer_name)
    return _columns(left, right, [width / 2, width / 2])


def _signature(paper: Paper, title: str, name: str) -> list[Any]:
    size = paper.size("signer")
    lines: list[Any] = [_centred(line.upper(), size, bold=paper.family == "state") for line in title.splitlines()]
    return [*lines, Spacer(1, size * 4.5), *([_centred(name, size, bold=True)] if name else [])]


def certificate_to_pdf(certificate: Certificate) -> bytes:
    """One page with its letters embedded. A long text becomes smaller until it fits."""
    _fonts()
    out = io.BytesIO()
    width, height = certificate.size("width") * mm, certificate.size("height") * mm
    canvas = Canvas(out, pagesize=(width, height), lang="vi", initialFontName="Tinos")
    canvas.setTitle(f"{certificate.title}: {certificate.name}")
    canvas.setAuthor(certificate.author)
    canvas.setCreator(certificate.author)
    margin = certificate.size("margin") * mm
    _frame(canvas, width, height, margin)
    inner = width - 2 * margin - 16 * mm
    room = height - 2 * margin - FOOT * mm
    scale = _scale(certificate.head(), inner, room)
    above = max((room - _height(certificate.head(), inner, scale)) / 2, 0)
    _draw(canvas, certificate.head(), width / 2, height - margin - above, inner, scale)
    top = margin + (FOOT - 4) * mm
    _draw(canvas, certificate.foot_right(), width - margin - 62 * mm, top, 104 * mm)
    _draw(canvas, certificate.foot_left(), margin + 10 * mm, margin + 18 * mm, 100 * mm, centred=False)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _frame(canvas: Canvas, width: float, height: float, margin: float) -> None:
    for inset, line in ((margin * 0.55, 2.2), (margin * 0.75, 0.7)):
        canvas.setLineWidth(line)
        canvas.rect(inset, inset, width - 2 * inset, height - 2 * inset)


def _split(line: Line, width: float, scale: float) -> list[str]:
    text = "".join(sign for sign in line.text if sign.isprintable())
    return simpleSplit(text, _font(line), line.size * scale, width) or [""]


def _font(line: Line) -> str:
    return "Tinos-Bold" if line.bold else "Tinos-Italic" if line.italic else "Tinos"


def _scale(lines: list[Line], width: float, height: float) -> float:
    scale = 1.0
    while scale > SMALLEST and _height(lines, width, scale) > height:
        scale -= 0.04
    return scale


def _height(lines: list[Line], width: float, scale: float) -> float:
    return sum((line.before + len(_split(line, width, scale)) * line.size * LEADING) * scale for line in lines)


def _draw(
    canvas: Canvas, lines: list[Line], x: float, top: float, width: float, scale: float = 1.0, *, centred: bool = True
) -> None:
    y = top
    for line in lines:
        y -= line.before * scale
        size, font = line.size * scale, _font(line)
        for text in _split(line, width, scale):
            y -= size * LEADING
            canvas.setFont(font, size)
            (canvas.drawCentredString if centred else canvas.drawString)(x, y, text)
            if line.underline:
                half = pdfmetrics.stringWidth(text, font, size) / 2
                canvas.setLineWidth(0.6)
                canvas.line(x - half, y - 3, x + half, y - 3)
