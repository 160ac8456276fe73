"""Papers as PDF. Imported where one is written: the library takes memory that few workers ever need."""

import io
from functools import cache
from pathlib import Path

from reportlab.lib.units import mm
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from core.certificates import Certificate, Line

FONTS = {"Tinos": "Tinos-Regular.ttf", "Tinos-Bold": "Tinos-Bold.ttf", "Tinos-Italic": "Tinos-Italic.ttf"}
LEADING = 1.25
FOOT = 62  # millimetres that the foot takes, with room for a signature
SMALLEST = 0.5


@cache
def _fonts() -> None:
    for name, file in FONTS.items():
        pdfmetrics.registerFont(TTFont(name, str(Path(__file__).parent / "fonts" / file)))


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
