"""How states look: the one map from a state's code to its icon and tint. Its label comes from the app's choices."""

import datetime
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.dates import days_late, short_date


class Look(NamedTuple):
    """icon: a name in the sprite. tint: a class of app.css, "" for grey."""

    icon: str
    tint: str


_DRAFT = Look("circle-dashed", "")
_WAIT = Look("clock", "dv-wait")
_RUN = Look("progress", "dv-run")
_MORE = Look("arrow-back-up", "dv-warn")
_OWED = Look("alert-triangle", "dv-warn")
_LATE = Look("alert-triangle", "dv-bad")
_DONE = Look("circle-check", "dv-ok")
_SENT = Look("send", "dv-run")
_PLANNED = Look("calendar-event", "")
_ENDED = Look("circle-minus", "")
_STORED = Look("archive", "")

_LOOKS: dict[Look, str] = {
    _DRAFT: (
        "not_inventoried step_open draft todo assigned not_reached not_asked not_sure ready needed unknown provisional"
        " criterion_unseen"
    ),
    _WAIT: (
        "wait waiting asked submitted review under_review self_assessed to_deliver checked leased acknowledged received"
        " withdrawing paid_waits loop_waiting step_waits"
    ),
    _RUN: (
        "run running doing active open drafting in_contact preliminary final in_progress accepted"
        " in_work step_in_work inventory_done loop_running round_out"
    ),
    _MORE: "fix returned revising nearly hold",
    _OWED: "obstacle ward_owes_answer owes to_close criterion_not_yet to_mend",
    _LATE: "late overdue missed failed not_met unreadable",
    _DONE: (
        "done concluded approved awarded met signed held published confirmed exact recognised taken_by_family"
        " unsigned_witnessed self proxy answered will_come sends_someone ok aired passed granted read settled"
        " land_handed_over loop_done step_done round_returned numbered criterion_met mended"
    ),
    _SENT: "sent issued posted writes written agreed forwarded handed_over",
    _PLANNED: "planned prepared follow_up postponed moved later",
    _ENDED: (
        "rejected cancelled withdrawn void not_awarded invalid refused paused paused_on_request unreachable not_coming"
        " loop_mistaken step_not_needed not_recognised declined absent absent_with_reason replaced nobody_home dropped"
        " lapsed no_layer"
    ),
    _STORED: "closed archived retired loop_past loop_decided",
}
LOOKS = {code: look for look, codes in _LOOKS.items() for code in codes.split()}


def look(code: str) -> Look:
    return LOOKS.get(str(code), _DRAFT)


@dataclass(frozen=True)
class Badge:
    """A deadline in words. kind: bad, warn, ok or "" (grey). day: the date, where the words only count days from it."""

    kind: str
    text: str
    day: str = ""

    @property
    def icon(self) -> str:
        return {"bad": "alert-triangle", "warn": "clock", "ok": "check"}.get(self.kind, "calendar-event")


def deadline(due: datetime.date, today: datetime.date, done: datetime.date | None = None) -> Badge:
    """Overdue in red, today to 2 days amber, 3 to 7 days grey, then the date; done in green with its day."""
    if done:
        return Badge("ok", _("Done %(date)s") % {"date": short_date(done, today)})
    left = (due - today).days
    if left < 0:
        return Badge("bad", days_late(-left), short_date(due, today))
    if left == 0:
        return Badge("warn", _("Today"))
    if left > 7:
        return Badge("", short_date(due, today))
    text = ngettext("%(days)d day left", "%(days)d days left", left) % {"days": left}
    return Badge("warn" if left <= 2 else "", text, short_date(due, today))


# The office's own work per household, never the household's reply: how far it is -> class of its square,
# and what waits there -> class of its border.
SQUARES = {"todo": "dv-w-todo", "reached": "dv-w-reached", "done": "dv-w-done"}
MARKS = {
    "ward_owes_answer": "dv-w-owes",
    "follow_up": "dv-w-agreed",
    "unreachable": "dv-w-lost",
    "paused_on_request": "dv-w-paused",
}


def square(code: str) -> str:
    return SQUARES[str(code)]


def square_mark(code: str) -> str:
    return MARKS[str(code)]
