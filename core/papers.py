"""Official papers: one structure for the preview on screen and the .docx, in the Party's or the State's layout.

The layout follows the paper standard in force on the paper's date (sizes in points and millimetres are data). Texts go
in as plain runs; nothing of it is ever a template.
"""

import datetime
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

from django.utils.translation import gettext as _

DATA = Path(__file__).parent / "data"

# Sizes in points, margins in millimetres; a standard's own row overrides any of them.
SIZES = {
    "margin_top": 20,
    "margin_bottom": 20,
    "margin_left": 30,
    "margin_right": 15,
    "superior": 14,
    "issuer": 14,
    "title_right": 15,
    "motto": 14,
    "number": 14,
    "date": 14,
    "kind": 16,
    "summary": 15,
    "body": 14,
    "line": 18,
    "indent": 12.7,
    "about": 12,
    "signer": 14,
    "recipients_label": 14,
    "recipients": 12,
}
# Where the State's papers are usually smaller (30/2020/NĐ-CP, Phụ lục I): the national title stands on one line.
STATE_SIZES = {
    "superior": 13,
    "issuer": 13,
    "title_right": 12,
    "motto": 13,
    "number": 13,
    "kind": 14,
    "summary": 14,
    "recipients_label": 12,
    "recipients": 11,
}


ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
FILL = "\t"  # as a run's text: room to write by hand, dotted to the end of the line


@dataclass(frozen=True)
class Run:
    """A stretch of text. href: its source, on screen. missing: a gap that must be seen, never passed over.

    figure: the key of the number that it says, with ":code" for a part. now: what that number is today, on screen,
    where a signed paper says another. counted: of a number entered by hand, on screen, the one that the portal counted;
    `href` are its rows. sentence: of a gap, which sentence it stands in.
    """

    text: str
    href: str = ""
    bold: bool = False
    missing: bool = False
    figure: str = ""
    now: str = ""
    counted: str = ""
    sentence: str = ""


@dataclass(frozen=True)
class Paragraph:
    runs: tuple[Run, ...]
    kind: Literal["body", "heading"] = "body"


@dataclass(frozen=True)
class Annex:
    """A table behind the paper, on wide pages of its own. lines: cells with their sources; total: the last line."""

    title: str
    heads: tuple[str, ...]
    numbers: tuple[bool, ...]  # which columns hold numbers
    lines: tuple[tuple[Run, ...], ...]
    total: tuple[Run, ...] = ()
    note: tuple[Run, ...] = ()

    @property
    def note_text(self) -> str:
        return "".join(run.text for run in self.note)

    @property
    def all_lines(self) -> tuple[tuple[Run, ...], ...]:
        return (*self.lines, self.total) if self.total else self.lines

    @property
    def css(self) -> list[str]:
        """Of each column how it looks on screen."""
        return ["dv-num" if is_number else "dv-mid" for is_number in self.numbers]

    @property
    def columns(self) -> list[tuple[str, str]]:
        return list(zip(self.heads, self.css, strict=True))

    @property
    def shown(self) -> list[tuple[str, list[tuple[Run, str]]]]:
        """What the screen shows of it: of each line "" or "total", and its cells with how they look."""
        lines = [("", line) for line in self.lines[:SHOWN]] + ([("total", self.total)] if self.total else [])
        return [(kind, list(zip(line, self.css, strict=True))) for kind, line in lines]

    @property
    def more(self) -> int:
        return max(len(self.lines) - SHOWN, 0)

    @property
    def widths(self) -> list[float]:
        """Of each column its part of the page, by what stands in it."""
        weights = []
        for n, head in enumerate(self.heads):
            longest = max((len(line[n].text) for line in self.all_lines), default=0)
            word = max(len(part) for part in head.split()) if head.split() else 1
            weights.append(max(word, min(longest, MOST) ** 0.8, LEAST))
        return [weight / sum(weights) for weight in weights]


SHOWN = 20  # lines of an annex on screen
MOST, LEAST = 120, 4  # signs of a cell that count for the width of its column


@dataclass(frozen=True)
class Paper:
    """A paper before it gets its number.

    family: "party" (superior, issuer, a star; the Party's name on the right) or "state" (national title and motto).
    kind: "" for a letter, which bears no name of a kind: what it is about stands below its number.
    about: the words before that. second_*: who signs on the left, as minutes are. author: of the file.
    """

    family: Literal["party", "state"]
    superior: str
    issuer: str
    symbol: str
    place_and_date: str
    kind: str
    summary: str
    paragraphs: tuple[Paragraph, ...]
    authority: str
    signer_title: str  # on two lines where a deputy signs for the head
    recipients: tuple[str, ...] = ()
    sizes: Mapping[str, float] = field(default_factory=dict)
    about: str = ""
    addressees: tuple[str, ...] = ()
    signer_name: str = ""
    second_title: str = ""
    second_name: str = ""
    is_draft: bool = False
    author: str = ""
    annexes: tuple[Annex, ...] = ()

    def size(self, name: str) -> float:
        usual = SIZES | STATE_SIZES if self.family == "state" else SIZES
        return self.sizes.get(name, usual[name])

    def enclosed(self, number: int) -> tuple[str, str, str]:
        """What stands over an annex: its number, its title, and to which paper it belongs."""
        symbol = self.symbol[:1].lower() + self.symbol[1:]
        words = f"{self.kind} {symbol} {self.place_and_date.partition(', ')[2]} của {self.issuer}"
        roman = ROMAN[number - 1] if number <= len(ROMAN) else str(number)
        return f"Phụ lục {roman}", self.annexes[number - 1].title, f"(Kèm theo {words})"

    @property
    def missing(self) -> list[Run]:
        return [run for paragraph in self.paragraphs for run in paragraph.runs if run.missing]

    @property
    def sources(self) -> list[tuple[str, list[Run]]]:
        """Every fact that has a source, once, beneath the heading that it first stands under ("" before the first); a
        number entered by hand has none."""
        heading, found, seen = "", dict[str, list[Run]](), set[str]()
        for paragraph in self.paragraphs:
            if paragraph.kind == "heading":
                heading = "".join(run.text for run in paragraph.runs)
            for run in paragraph.runs:
                if run.href and not (run.counted or run.missing or run.href in seen):
                    seen.add(run.href)
                    found.setdefault(heading, []).append(run)
        return list(found.items())


def to_json(paper: Paper) -> dict[str, Any]:
    """The paper as it is kept once it has left."""
    return asdict(paper)


def from_json(kept: Mapping[str, Any]) -> Paper:
    paragraphs = tuple(
        Paragraph(tuple(Run(**run) for run in paragraph["runs"]), paragraph["kind"]) for paragraph in kept["paragraphs"]
    )
    names = {name: tuple(kept.get(name, ())) for name in ("recipients", "addressees")}
    annexes = tuple(_annex(one) for one in kept.get("annexes", ()))
    return Paper(**{**kept, "paragraphs": paragraphs, "annexes": annexes, **names})


def _annex(kept: Mapping[str, Any]) -> Annex:
    def line(cells: Iterable[Mapping[str, Any]]) -> tuple[Run, ...]:
        return tuple(Run(**cell) for cell in cells)

    columns = {name: tuple(kept[name]) for name in ("heads", "numbers")}
    runs = {name: line(kept[name]) for name in ("total", "note")}
    return Annex(**{**kept, **columns, **runs, "lines": tuple(map(line, kept["lines"]))})


def place_and_date(place: str, on: datetime.date, *, is_open: bool = False) -> str:
    """Day and the months 1 and 2 padded, as official papers have it. is_open: the clerk gives the day."""
    room = "\u00a0" * 5
    month = f"{on.month:02d}" if on.month < 3 else str(on.month)
    facts = {"place": place, "day": f"{on.day:02d}", "month": month, "year": on.year}
    if is_open:
        facts |= {"day": room, "month": room}
    return _("%(place)s, day %(day)s month %(month)s year %(year)s") % facts


@cache
def _committees() -> list[dict[str, str]]:
    """What a Party committee is called, and its organization, by which papers below it name it in their head."""
    return json.loads((DATA / "committees.json").read_text(encoding="utf-8"))


def party_organization(committee: str) -> str:
    """ "Đảng ủy phường X" as "Đảng bộ phường X", and so of each kind in core/data/committees.json; else as it is."""
    for row in _committees():
        name = row["committee"]
        if committee.casefold().replace("uỷ", "ủy").startswith(name.casefold()):
            return f"{row['organization']} {committee[len(name) :].strip()}".strip()
    return committee


def body(*pieces: str | Run) -> Paragraph:
    """A paragraph of the text from words and facts."""
    return Paragraph(tuple(p if isinstance(p, Run) else Run(p) for p in pieces if p))


def heading(text: str) -> Paragraph:
    return Paragraph((Run(text),), kind="heading")


def fill(sentence: str, facts: Mapping[str, Run | Iterable[Run]]) -> tuple[Run, ...]:
    """A sentence with {named} places, filled with facts that keep their source. Text between stays plain."""
    runs: list[Run] = []
    rest = sentence
    while "{" in rest:
        before, _brace, rest = rest.partition("{")
        name, _brace, rest = rest.partition("}")
        fact = facts[name]
        runs += [Run(before)] if before else []
        runs += [fact] if isinstance(fact, Run) else list(fact)
    return tuple([*runs, Run(rest)] if rest else runs)
