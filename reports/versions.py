"""The way of a report through the house, and the texts that were kept of it with what changed between them."""

import datetime
import difflib
import re
from dataclasses import dataclass
from typing import Any, Literal

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.papers import Paper, from_json
from reports.choices import ReportState
from reports.models import Report


@dataclass(frozen=True)
class Stop:
    """One stop of the way. kind: "done", "now" (it lies there), "" (still to come). text: by whom and when."""

    title: str
    kind: Literal["done", "now", ""]
    text: str = ""


@dataclass(frozen=True)
class Change:
    """A paragraph that is not the same. kind: "new", "gone" or "changed"; pieces: text with "", "ins" or "del"."""

    kind: Literal["new", "gone", "changed"]
    pieces: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Step:
    """From one kept text to the next: why it was kept, by whom and when, and how the next one differs."""

    title: str
    reason: str
    by: str
    at: datetime.datetime | None
    changes: tuple[Change, ...]


def way_of(report: Report) -> list[Stop]:
    """What has happened, and what lies before it, of the steps from draft to sent."""
    labels = {
        ReportState.SUBMITTED: _("Handed in to be checked"),
        ReportState.CHECKED: pgettext("step of a report", "Check"),
        ReportState.SIGNED: pgettext("step of a report", "Signature"),
        ReportState.NUMBERED: pgettext("step of a report", "Number"),
        ReportState.SENT: pgettext("step of a report", "Sending"),
    }
    moves = {row.new: row for row in reversed(report.transitions.select_related("by"))}
    order: list[str] = [ReportState.DRAFT, *labels]
    at = order.index(report.state) if report.state in order else max(i for i, s in enumerate(order) if s in moves)
    stops = []
    for index, (state, label) in enumerate(labels.items(), start=1):
        move = moves.get(state) if index <= at else None
        is_next = index == at + 1 and report.state != ReportState.WITHDRAWN
        kind: Any = "done" if index <= at else "now" if is_next else ""
        said = ", ".join(filter(None, [str(move.by or ""), f"{move.on:%d/%m/%Y}"])) if move else ""
        stops.append(Stop(label, kind, said))
    return stops


def steps_of(report: Report, paper: Paper) -> list[Step]:
    """Newest first: each text that was sent back or replaced, beside the one that came after it."""
    kept: list[tuple[str, str, str, Any, Paper]] = []
    if old := report.replaces:
        last = old.transitions.filter(new=ReportState.WITHDRAWN).select_related("by").first()
        title = _("Withdrawn: %(title)s") % {"title": old.title}
        by, at = (str(last.by or ""), last.at) if last else ("", None)
        kept.append((title, last.reason if last else "", by, at, from_json(old.snapshot)))
    for row in report.versions.select_related("by"):
        kept.append((_("Sent back"), row.reason, str(row.by), row.at, from_json(row.paper)))
    found: list[Step] = []
    for title, reason, by, at, before in reversed(kept):
        found.append(Step(title, reason, by, timezone.localtime(at) if at else None, tuple(differences(before, paper))))
        paper = before
    return found


def differences(before: Paper, after: Paper) -> list[Change]:
    """Paragraph by paragraph, and in a changed one word by word."""
    old, new = _texts(before), _texts(after)
    found: list[Change] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        pairs = min(b - a, d - c)
        found += [_changed(old[a + i], new[c + i]) for i in range(pairs)]
        found += [Change("gone", ((text, "del"),)) for text in old[a + pairs : b]]
        found += [Change("new", ((text, "ins"),)) for text in new[c + pairs : d]]
    return found


def _texts(paper: Paper) -> list[str]:
    words = ["".join(run.text for run in part.runs) for part in paper.paragraphs]
    return [paper.summary, *words, *paper.recipients]


def _changed(before: str, after: str) -> Change:
    old, new = re.findall(r"\s+|\S+", before), re.findall(r"\s+|\S+", after)
    pieces: list[tuple[str, str]] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(("".join(old[a:b]), ""))
            continue
        pieces += [("".join(part), kind) for part, kind in ((old[a:b], "del"), (new[c:d], "ins")) if part]
    return Change("changed", tuple(pieces))
