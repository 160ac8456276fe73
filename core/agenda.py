"""What is due or coming: one registry behind today's page, a unit's page, the dashboard and the calendar.

@agenda("tasks")
def tasks(ask: Ask) -> Iterable[Item]: ...
"""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from core.discovery import discover

if TYPE_CHECKING:
    from accounts.models import Unit, User, Ward
    from campaigns.models import Campaign


@dataclass(frozen=True)
class Ask:
    """Whose agenda, of which campaign, and for which days (both included).

    unit None: whatever waits for the user in the ward. With a unit: what that unit owes, whoever asks; only the
    buttons are the asker's. Overdue items older than `start` belong to the answer too.
    whole: for a calendar, which also shows what took place or was cancelled in the span; else events are to come.
    """

    user: "User"
    campaign: "Campaign"
    start: datetime.date
    end: datetime.date
    today: datetime.date
    unit: "Unit | None" = None
    whole: bool = False

    @property
    def event_days(self) -> tuple[datetime.date, datetime.date]:
        """The first and the last day of which events are asked."""
        return (self.start if self.whole else max(self.start, self.today), self.end)


@dataclass(frozen=True)
class Item:
    """One thing to do or to attend.

    kind: "work" waits for somebody to act, "event" takes place on the day.
    action/action_url: the one button (verb + thing), when the asking user may press it.
    action_posts: the button does it at once, the address takes a POST; else it leads to a page.
    since: it lies with the asker from that day on, and nothing is due by then (an acceptance).
    subject: the row it is about; with `kind` it tells one item from another for as long as both are there.
    owed_by: the unit whose turn it is, in the answer for the whole ward; None where it waits for the asker.
    reminded_on: when its unit was last reminded by hand, where somebody looked.
    at, ends, place: of an event, where they are known. is_cancelled: it was to take place then, and does not.
    """

    title: str
    due_on: Any  # a day
    url: str
    kind: Literal["work", "event"] = "work"
    note: str = ""
    at: datetime.time | None = None
    action: str = ""
    action_url: str = ""
    action_posts: bool = False
    waits_for_signature: bool = False
    is_appointment: bool = False  # its day was agreed with somebody; nothing is due by then
    since: datetime.date | None = None
    subject: Any = None  # a row with field history
    ends: datetime.time | None = None
    place: str = ""
    is_cancelled: bool = False
    owed_by: "Unit | None" = None
    reminded_on: datetime.date | None = None

    @property
    def key(self) -> str:
        """Which row it is about, as forms send it back."""
        return f"{self.subject._meta.label_lower}:{self.subject.pk}" if self.subject else ""

    def is_overdue(self, today: datetime.date) -> bool:
        return self.kind == "work" and self.since is None and self.due_on < today

    @property
    def presses_since(self) -> datetime.date:
        """The day that sorts the work of all kinds: on which it came, or by which it is due."""
        found: datetime.date = self.since or self.due_on
        return found


@dataclass(frozen=True)
class Lack:
    """Something that the portal should have made by itself and has not: what, what to do then, and where."""

    what: str
    then: str
    url: str


_sources: dict[str, Callable[[Ask], Iterable[Item]]] = {}


def agenda(name: str) -> Callable:
    def register(source: Callable[[Ask], Iterable[Item]]) -> Callable:
        _sources[name] = source
        return source

    return register


_lacks: list[Callable[[Any], Iterable[Lack]]] = []


def lack(source: Callable[[Any], Iterable[Lack]]) -> Callable[[Any], Iterable[Lack]]:
    """Decorator: what has not been made, by ward; the page of operations shows it."""
    _lacks.append(source)
    return source


def lacks(ward: "Ward") -> list[Lack]:
    discover("agenda")
    return [found for source in _lacks for found in source(ward)]


def items(ask: Ask) -> list[Item]:
    """All items of all apps: the longest overdue first, then by day and time."""
    discover("agenda")
    found = [item for source in _sources.values() for item in source(ask)]
    return sorted(found, key=lambda item: (item.due_on, item.at or datetime.time(23, 59), item.title))
