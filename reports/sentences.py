"""The small language of report texts: sentences with places for facts. Nothing in it can be executed.

    Tổ chức {campaigns.dissemination_sessions:buổi|chưa ghi buổi nào} quán triệt kế hoạch.

A place is a fact's name, perhaps with `@day`, `@label`, `@names` or `@counts` (another thing that it says), `!` (the
sentence is left out unless one of these is above 0), `:` and its unit, `|` and what is said where it is missing.
At the beginning of a line: `?` leaves the sentence out where a fact is missing, `/` prints it only where the one above
was left out, `*name|words` repeats the lines below for each part of a breakdown ({label} is the part), `*` ends that.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from zlib import crc32

from django.utils.translation import gettext as _

from core.papers import Run

ASPECTS = {"", "day", "label", "names", "counts"}
PLACE = re.compile(r"\{([a-z_.]+)(?:@([a-z]+))?(!?)(?::([^|{}]*))?(?:\|([^{}]*))?\}")


@dataclass(frozen=True)
class Place:
    """weighs: the sentence is left out unless one of these is above 0. code: the part that lines are repeated for."""

    name: str
    aspect: str
    weighs: bool
    unit: str
    gap: str
    code: str = ""


@dataclass(frozen=True)
class Said:
    """What stands at a place, and whether it is above 0."""

    runs: tuple[Run, ...]
    counts: bool = True


Facts = Callable[[Place], Said]
Parts = Callable[[str], list[str] | None]


def problems(lines: list[str], names: set[str], listed: set[str]) -> Iterator[str]:
    """What of a text could not be printed, as sentences. names: all facts; listed: those with parts to go through."""
    for number, line in enumerate(lines, start=1):
        begins, _sign, _words = line.partition("|")
        told = {begins[1:]} - {""} if line.startswith("*") else {place[0] for place in PLACE.findall(line)}
        for name in sorted(told - (listed if line.startswith("*") else names)):
            yield _("Line %(n)s: there is no fact “%(name)s”.") % {"n": number, "name": name}
        if not line.startswith("*") and (rest := PLACE.sub("", line)) and ("{" in rest or "}" in rest):
            yield _("Line %(n)s: a place is written as {name}, {name:unit} or {name:unit|what is missing}.") % {
                "n": number
            }
        for aspect in sorted({place[1] for place in PLACE.findall(line)} - ASPECTS):
            yield _("Line %(n)s: there is no “@%(aspect)s”.") % {"n": number, "aspect": aspect}


def printed(lines: list[str], facts: Facts, parts: Parts, section: str = "") -> Iterator[tuple[Run, ...]]:
    """The paragraphs of a section. Each gap knows its sentence, as "section:mark"."""
    for code, numbers in _blocks(lines, parts):
        if isinstance(numbers, Run):
            yield (numbers,)
            continue
        for number in numbers:
            found = _sentence(lines[number], facts, code)
            if found is not None:
                where = f"{section}:{mark_of(lines[number])}"
                yield tuple(replace(run, sentence=where) if run.missing else run for run in found)
                break


def mark_of(line: str) -> str:
    """By which a sentence is known wherever it stands: asked twice, no other one is meant."""
    return f"{crc32(line.encode()):08x}"


def without(lines: list[str], mark: str) -> list[str] | None:
    """The lines without a sentence and what would be printed in its place. None: the sentence is not there."""
    number = next((number for number, line in enumerate(lines) if mark_of(line) == mark), None)
    if number is None:
        return None
    first = number
    while first and lines[first].startswith("/"):
        first -= 1
    last = number + 1
    while last < len(lines) and lines[last].startswith("/"):
        last += 1
    return lines[:first] + lines[last:]


def _blocks(lines: list[str], parts: Parts) -> Iterator[tuple[str, list[int] | Run]]:
    """Sentences of which one at most is printed, each for every part where they are repeated."""
    codes: list[str] | None = [""]
    block: list[int] = []
    for number, line in enumerate([*lines, "*"]):
        if block and not line.startswith("/"):
            yield from ((code, block) for code in codes or [])
            block = []
        if line.startswith("*"):
            name, _sign, gap = line[1:].partition("|")
            codes = parts(name) if name else [""]
            if not codes and gap:
                yield "", Run(f"[{gap}]", missing=True)
        else:
            block = [*block, number]


def _sentence(line: str, facts: Facts, code: str) -> tuple[Run, ...] | None:
    """None where it is left out."""
    text = line.removeprefix("/")
    may_drop, text = text.startswith("?"), text.removeprefix("?")
    runs: list[Run] = []
    weighing, end = [], 0
    for match in PLACE.finditer(text):
        place = Place(match[1], match[2] or "", bool(match[3]), match[4] or "", match[5] or "", code)
        said = facts(place)
        runs += [Run(text[end : match.start()]), *said.runs]
        weighing += [said.counts] if place.weighs else []
        end = match.end()
    is_missing = any(run.missing for run in runs)
    if (weighing and not any(weighing)) or (may_drop and is_missing):
        return None
    return tuple(run for run in [*runs, Run(text[end:])] if run.text)
