"""Certificates: one landscape page, the same words as .docx (core.word) and as PDF (core.pdf).

The layout follows the paper standard in force on the day: sizes in points and millimetres are data, under names that
begin with "certificate_". What is not known yet stays open as a dotted line, to be written by hand.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

SIZES = {
    "certificate_width": 297,
    "certificate_height": 210,
    "certificate_margin": 18,
    "certificate_head": 13,
    "certificate_giver": 16,
    "certificate_title": 40,
    "certificate_name": 24,
    "certificate_deed": 16,
    "certificate_foot": 13,
}
OPEN = "." * 24  # a line to write on
PARTY_TITLE = "ĐẢNG CỘNG SẢN VIỆT NAM"
STATE_TITLE = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
STATE_MOTTO = "Độc lập - Tự do - Hạnh phúc"


@dataclass(frozen=True)
class Line:
    """before: space above it, in points."""

    text: str
    size: float
    bold: bool = False
    italic: bool = False
    underline: bool = False
    before: float = 0


@dataclass(frozen=True)
class Certificate:
    """giver: who gives it, in capitals above the title. act: the words between title and name. number: of the decision.

    signer_name: empty where it is not known; then there is room for it. author: of the file.
    """

    family: Literal["party", "state"]
    giver: str
    title: str
    act: str
    name: str
    deed: str
    number: str
    register: str
    place_and_date: str
    authority: str
    signer_title: str
    signer_name: str = ""
    author: str = ""
    sizes: Mapping[str, float] = field(default_factory=dict)

    def size(self, name: str) -> float:
        return self.sizes.get(f"certificate_{name}", SIZES[f"certificate_{name}"])

    def head(self) -> list[Line]:
        """Centred, from the top."""
        head = self.size("head")
        top = [Line(PARTY_TITLE, head + 1, bold=True, underline=True)]
        if self.family == "state":
            top = [Line(STATE_TITLE, head, bold=True), Line(STATE_MOTTO, head, bold=True, underline=True)]
        return [
            *top,
            Line(self.giver.upper(), self.size("giver"), bold=True, before=22),
            Line(self.title.upper(), self.size("title"), bold=True, before=12),
            Line(self.act, self.size("deed"), before=8),
            Line(self.name, self.size("name"), bold=True, before=6),
            Line(self.deed, self.size("deed"), italic=True, before=8),
        ]

    def foot_left(self) -> list[Line]:
        return [Line(text, self.size("foot")) for text in (self.number, self.register) if text]

    def foot_right(self) -> list[Line]:
        foot = self.size("foot")
        lines = [Line(self.place_and_date, foot, italic=True)]
        lines += [
            Line(text.upper(), foot, bold=True) for text in (self.authority, *self.signer_title.split("\n")) if text
        ]
        return [*lines, Line(self.signer_name or OPEN, foot, bold=bool(self.signer_name), before=58)]
