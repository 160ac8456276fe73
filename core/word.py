"""Official papers as .docx. Imported where one is written: the library takes a worker 7 MiB that few ever need."""

import datetime
import io
import re
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

from docx import Document as new_document
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_ALIGN_VERTICAL, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph as DocxParagraph

from core.certificates import PARTY_TITLE, STATE_MOTTO, STATE_TITLE, Certificate, Line
from core.papers import FILL, Annex, Paper, Paragraph, Run

FONT = "Times New Roman"
DRAFT = "DỰ THẢO"
APP_PROPERTIES = "/docProps/app.xml"
TWENTIETHS = 1440 / 25.4  # of a point, in a millimetre
MISSING = "AE1F14"  # the colour of what is still to be entered
LAST = 2  # paragraphs that go to the next page with the signatures, which never stand alone


def to_docx(paper: Paper, *more: Paper) -> bytes:
    """The paper as a .docx file: A4, borderless header tables, page numbers from the second page. Each of several
    begins on a page of its own."""
    document = new_document()
    _properties(document, paper)
    _page(document, paper)
    _write(document, paper)
    for one in more:
        document.add_section()
        _write(document, one)
    for number, annex in enumerate(paper.annexes, start=1):
        _annex(document, paper, annex, number)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _write(document: Document, paper: Paper) -> None:
    _head(document, paper)
    if paper.kind:
        _title(document, paper)
    _addressees(document, paper)
    for paragraph in paper.paragraphs:
        _paragraph(document, paper, paragraph)
    _foot(document, paper, document.paragraphs[-LAST:])


ANNEX_SIZE = 11
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def _annex(document: Document, paper: Paper, annex: Annex, number: int) -> None:
    """On wide pages with numbers of their own, the first without."""
    section = document.add_section()
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    pages = OxmlElement("w:pgNumType")
    pages.set(qn("w:start"), "1")
    if (old := section._sectPr.find(qn("w:pgNumType"))) is not None:
        section._sectPr.remove(old)
    section._sectPr.find(qn("w:pgMar")).addnext(pages)
    which, title, to = paper.enclosed(number)
    _line(document, which, paper.size("body"), bold=True)
    _line(document, title.upper(), paper.size("body"), bold=True)
    _line(document, to, paper.size("body"), italic=True).paragraph_format.space_after = Pt(6)
    document.element.body.sectPr.addprevious(parse_xml(_grid(annex, 297 - _margins(paper))))
    _line(document, annex.note_text, ANNEX_SIZE, italic=True, centre=False)  # after a table there is always a paragraph


def _grid(annex: Annex, room: float) -> str:
    """The table as XML, written at once: the library looks for a cell's place among all others, again and again."""
    widths = [round(part * room * TWENTIETHS) for part in annex.widths]
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    borders = "".join(f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>' for side in sides)
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    head = "<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>"
    rows = [_row([Run(words) for words in annex.heads], widths, ["center"] * len(widths), head, bold=True)]
    sides_of = ["right" if is_number else "left" for is_number in annex.numbers]
    rows += [_row(line, widths, sides_of, "<w:trPr><w:cantSplit/></w:trPr>") for line in annex.lines]
    if annex.total:
        rows.append(_row(annex.total, widths, sides_of, "<w:trPr><w:cantSplit/></w:trPr>", bold=True))
    return (
        f'<w:tbl xmlns:w="{W}"><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblBorders>{borders}'
        f'</w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{columns}</w:tblGrid>{"".join(rows)}</w:tbl>'
    )


def _row(cells: Sequence[Run], widths: list[int], sides: list[str], properties: str, *, bold: bool = False) -> str:
    found = [
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr><w:p><w:pPr><w:jc w:val="{side}"/></w:pPr>'
        f"{_run(run.text, ANNEX_SIZE, bold=bold)}</w:p></w:tc>"
        for run, width, side in zip(cells, widths, sides, strict=True)
    ]
    return f"<w:tr>{properties}{''.join(found)}</w:tr>"


SIGNS = {"\t": "<w:tab/>", "\n": "<w:br/>", "\r": "<w:br/>"}


def _run(text: str, size: float, *, bold: bool = False, colour: str = "") -> str:
    fonts = f'<w:rFonts w:ascii="{FONT}" w:hAnsi="{FONT}" w:eastAsia="{FONT}" w:cs="{FONT}"/>'
    ink = f'<w:color w:val="{colour}"/>' if colour else ""
    look = f'<w:rPr>{fonts}{"<w:b/>" if bold else ""}{ink}<w:sz w:val="{round(size * 2)}"/></w:rPr>'
    pieces = filter(None, re.split("([\t\n\r])", writable(text)))
    said = (SIGNS.get(piece) or f'<w:t xml:space="preserve">{escape(piece)}</w:t>' for piece in pieces)
    return f"<w:r>{look}{''.join(said)}</w:r>"


def certificate_to_docx(certificate: Certificate) -> bytes:
    """One landscape page, to be filled in further or printed."""
    document = new_document()
    _sign(document, certificate.author, f"{certificate.title}: {certificate.name}")
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(certificate.size("width")), Mm(certificate.size("height"))
    margin = Mm(certificate.size("margin"))
    section.top_margin = section.bottom_margin = section.left_margin = section.right_margin = margin
    document.styles["Normal"].paragraph_format.space_after = Pt(0)
    _frame(section)
    for line in certificate.head():
        _certificate_line(document, line)
    _line(document, "", 40)
    half = (section.page_width - 2 * margin) // 2
    ((left, right),) = _two_columns(document, half, half)
    left.vertical_alignment = WD_ALIGN_VERTICAL.BOTTOM
    for line in certificate.foot_left():
        _certificate_line(left, line, centre=False)
    for line in certificate.foot_right():
        _certificate_line(right, line)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _frame(section: Any) -> None:
    borders = OxmlElement("w:pgBorders")
    borders.set(qn("w:offsetFrom"), "page")
    for side in ("top", "left", "bottom", "right"):
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "thinThickSmallGap"), ("sz", "18"), ("space", "24")):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    section._sectPr.find(qn("w:pgMar")).addnext(borders)
    middle = OxmlElement("w:vAlign")
    middle.set(qn("w:val"), "center")
    section._sectPr.find(qn("w:cols")).addnext(middle)


def _certificate_line(where: Document | _Cell, line: Line, *, centre: bool = True) -> None:
    written = _line(where, line.text, line.size, bold=line.bold, italic=line.italic, rule=line.underline, centre=centre)
    written.paragraph_format.space_before = Pt(line.before)


def _properties(document: Document, paper: Paper) -> None:
    _sign(document, paper.author or paper.issuer, paper.summary)


def _sign(document: Document, author: str, title: str) -> None:
    """The body speaks, not the person at the keyboard or the program."""
    known = document.core_properties
    known.author = known.last_modified_by = writable(author)
    known.title, known.comments = writable(title)[:255], ""
    known.created = known.modified = datetime.datetime.now(datetime.UTC)
    for part in document.part.package.iter_parts():
        if str(part.partname) == APP_PROPERTIES:
            part._blob = re.sub(rb"<Application>.*?</Application>", b"", part.blob)


def _page(document: Document, paper: Paper) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(paper.size("margin_top")), Mm(paper.size("margin_bottom"))
    section.left_margin, section.right_margin = Mm(paper.size("margin_left")), Mm(paper.size("margin_right"))
    section.header_distance = Mm(10)
    section.different_first_page_header_footer = True
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(paper.size("body"))
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    normal.paragraph_format.space_after = Pt(0)
    _page_number(section.header.paragraphs[0])
    if paper.is_draft:
        for header in (section.header, section.first_page_header):
            _watermark(header.paragraphs[0])


WATERMARK = (
    '<w:r xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"><w:pict>'
    '<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" path="m@7,l@8,m@5,21600l@6,21600e">'
    '<v:formulas><v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/><v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/>'
    '<v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/><v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/>'
    '<v:f eqn="if @0 @4 21600"/></v:formulas><v:path textpathok="t" o:connecttype="rect"/>'
    '<v:textpath on="t" fitshape="t"/></v:shapetype>'
    '<v:shape id="watermark" type="#_x0000_t136" style="position:absolute;margin-left:0;margin-top:0;width:400pt;'
    "height:110pt;rotation:315;z-index:-251658752;mso-position-horizontal:center;"
    "mso-position-horizontal-relative:margin;mso-position-vertical:center;mso-position-vertical-relative:margin"
    '" fillcolor="#d9d9d9" stroked="f"><v:textpath style="font-family:&quot;Times New Roman&quot;;font-size:1pt"'
    f' string="{DRAFT}"/></v:shape></w:pict></w:r>'
)


def _watermark(paragraph: DocxParagraph) -> None:
    """Across each page, behind the text, as long as nobody has signed it."""
    paragraph._p.append(parse_xml(WATERMARK))


def _page_number(paragraph: DocxParagraph) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run()
    for kind, text in [("begin", None), (None, "PAGE"), ("end", None)]:
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run.element.append(element)


def _head(document: Document, paper: Paper) -> None:
    """Who issues it beside the Party's name or the State's; below, on one line, the number and the date."""
    width = 77 if paper.family == "party" else 66  # the State's name stands on one line
    (left, right), (number, date) = _two_columns(document, Mm(width), Mm(_text_width(paper) - width), rows=2)
    if paper.superior:
        _line(left, paper.superior.upper(), paper.size("superior"))
    _line(left, paper.issuer.upper(), paper.size("issuer"), bold=True)
    if paper.family == "party":
        _line(left, "*", paper.size("issuer"))
        _line(right, PARTY_TITLE, paper.size("title_right"), bold=True, rule=True)
    else:
        _rule(left, width)
        _line(right, STATE_TITLE, paper.size("title_right"), bold=True)
        _line(right, STATE_MOTTO, paper.size("motto"), bold=True, rule=True)
    _line(number, paper.symbol, paper.size("number")).paragraph_format.space_before = Pt(3)
    if not paper.kind:  # what a letter is about
        about = f"{paper.about} {paper.summary}".strip()
        _line(number, about, paper.size("about"), italic=paper.family == "party")
    if paper.is_draft:
        _line(number, DRAFT, paper.size("about"), bold=True)
    _line(date, paper.place_and_date, paper.size("date"), italic=True).paragraph_format.space_before = Pt(3)


def _addressees(document: Document, paper: Paper) -> None:
    """One beside the words, several below them, one a line."""
    if not paper.addressees:
        return
    _line(document, "", 8)
    only = len(paper.addressees) == 1
    _line(document, f"Kính gửi: {paper.addressees[0]}" if only else "Kính gửi:", paper.size("body"))
    for index, name in enumerate(() if only else paper.addressees):
        end = "." if index == len(paper.addressees) - 1 else ";"
        _line(document, f"- {name}{end}", paper.size("body"), centre=False).paragraph_format.left_indent = Mm(55)
    _line(document, "", 6)


def _title(document: Document, paper: Paper) -> None:
    _line(document, "", 8)
    _line(document, paper.kind.upper(), paper.size("kind"), bold=True)
    _line(document, paper.summary, paper.size("summary"), bold=True)
    if paper.family == "party":
        _line(document, "-----", paper.size("summary")).paragraph_format.space_after = Pt(6)
    else:
        _rule(document, _text_width(paper)).paragraph_format.space_after = Pt(6)


def _paragraph(document: Document, paper: Paper, paragraph: Paragraph) -> None:
    """A paragraph of the text as XML, written at once: the library looks for the place of each property of each run."""
    is_heading, is_filled_in = paragraph.kind == "heading", any(run.text == FILL for run in paragraph.runs)
    room = round(_text_width(paper) * TWENTIETHS)
    tabs = f'<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="{room}"/></w:tabs>' if is_filled_in else ""
    runs = [
        _run(run.text, paper.size("body"), bold=run.bold or is_heading, colour=MISSING if run.missing else "")
        for run in paragraph.runs
    ]
    layout = (
        f"<w:pPr>{'<w:keepNext/>' if is_heading else ''}{tabs}"
        f'<w:spacing w:before="120" w:line="{round(paper.size("line") * 20)}" w:lineRule="atLeast"/>'
        f'<w:ind w:firstLine="{round(paper.size("indent") * TWENTIETHS)}"/>'
        f'<w:jc w:val="{"left" if is_filled_in else "both"}"/></w:pPr>'
    )
    document.element.body.sectPr.addprevious(parse_xml(f'<w:p xmlns:w="{W}">{layout}{"".join(runs)}</w:p>'))


def _foot(document: Document, paper: Paper, last: list[DocxParagraph]) -> None:
    if not (paper.recipients or paper.authority or paper.signer_title or paper.second_title):
        return  # nobody signs it: an enclosure
    for paragraph in (*last, _line(document, "", 8)):
        paragraph.paragraph_format.keep_with_next = True
    half = _text_width(paper) / 2
    ((left, right),) = _two_columns(document, Mm(half), Mm(half))
    if paper.second_title:
        _signature(left, paper, paper.second_title, paper.second_name)
    else:
        _recipients(left, paper)
    if paper.authority:
        _line(right, paper.authority.upper(), paper.size("signer"), bold=True)
    _signature(right, paper, paper.signer_title, paper.signer_name)


def _recipients(cell: _Cell, paper: Paper) -> None:
    label = cell.paragraphs[0]
    piece = _text(label, "Nơi nhận:", paper.size("recipients_label"), italic=paper.family == "state")
    piece.underline, piece.bold = paper.family == "party", paper.family == "state"
    for index, name in enumerate(paper.recipients):
        between = "," if paper.family == "party" else ";"
        end = "." if index == len(paper.recipients) - 1 else between
        _line(cell, f"- {name}{end}", paper.size("recipients"), centre=False)


def _signature(cell: _Cell, paper: Paper, title: str, name: str) -> None:
    for line in title.splitlines():
        _line(cell, line.upper(), paper.size("signer"), bold=paper.family == "state")
    for _blank in range(4):
        _line(cell, "", paper.size("signer"))
    if name:
        _line(cell, name, paper.size("signer"), bold=True)


def _two_columns(document: Document, left: Any, right: Any, rows: int = 1) -> list[tuple[_Cell, _Cell]]:
    table = document.add_table(rows=rows, cols=2)
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    _no_padding(table)
    table.columns[0].width, table.columns[1].width = left, right  # the grid, which some programs follow
    for row in table.rows:
        row.cells[0].width, row.cells[1].width = left, right
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    return [(row.cells[0], row.cells[1]) for row in table.rows]


def _no_padding(table: Table) -> None:
    """What stands in a column begins where the text below it begins."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "0")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    properties = table._tbl.tblPr
    if (look := properties.find(qn("w:tblLook"))) is None:
        properties.append(margins)
    else:
        look.addprevious(margins)


def _text_width(paper: Paper) -> float:
    return 210 - _margins(paper)


def _margins(paper: Paper) -> float:
    return paper.size("margin_left") + paper.size("margin_right")


def _rule(where: Document | _Cell, room: float) -> DocxParagraph:
    """A short line in the middle, a third of the room (in millimetres), as the State's papers have it."""
    paragraph = where.add_paragraph()
    borders, line = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "0"), ("color", "auto")):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    paragraph._p.get_or_add_pPr().append(borders)
    layout = paragraph.paragraph_format
    layout.left_indent = layout.right_indent = Mm(room / 3)
    layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(4)
    return paragraph


def _line(
    where: Document | _Cell,
    text: str,
    size: float,
    *,
    bold: bool = False,
    italic: bool = False,
    centre: bool = True,
    rule: bool = False,
) -> DocxParagraph:
    first_free = isinstance(where, _Cell) and len(where.paragraphs) == 1 and not where.paragraphs[0].runs
    paragraph = where.paragraphs[0] if first_free else where.add_paragraph()
    paragraph.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER if centre else WD_ALIGN_PARAGRAPH.LEFT
    piece = _text(paragraph, text, size, bold=bold, italic=italic)
    piece.underline = rule
    return paragraph


def _text(paragraph: DocxParagraph, text: str, size: float, *, bold: bool = False, italic: bool = False) -> Any:
    piece = paragraph.add_run(writable(text))
    piece.font.name, piece.font.size, piece.bold, piece.italic = FONT, Pt(size), bold, italic
    fonts: Any = piece.element.get_or_add_rPr().rFonts  # there since the font has a name
    fonts.set(qn("w:eastAsia"), FONT)
    return piece


# What Word itself puts into copied text, as what it stands for; and what no XML file may hold.
_OF_WORD = str.maketrans({"\x0b": "\n", "\x0c": "\n", "\x1e": "-", "\x1f": ""})
_NOT_IN_XML = re.compile("[\x00-\x08\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def writable(text: str) -> str:
    """The text without signs that can not stand in a .docx: whatever a row holds, its paper can be made."""
    return _NOT_IN_XML.sub("", text.translate(_OF_WORD))
