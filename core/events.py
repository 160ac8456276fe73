"""Declared event kinds. Each app declares its own in `<app>/events.py`; an undeclared kind can not be recorded."""

from dataclasses import dataclass
from typing import Any

from django.utils.module_loading import import_string

from core.discovery import discover


@dataclass(frozen=True)
class EventKind:
    """kind: app.noun.past_participle. words: what the timeline says, with {placeholders} from the event's facts.

    handler: dotted path of the function that turns the event into messages, or None.
    """

    kind: str
    words: Any
    handler: str | None = None

    def handle(self, event: object) -> None:
        if self.handler:
            import_string(self.handler)(event)


_kinds: dict[str, EventKind] = {}


def declare(kind: str, words: Any, handler: str | None = None) -> None:
    if kind in _kinds:
        raise ValueError(f"event kind {kind} is declared twice")
    _kinds[kind] = EventKind(kind, words, handler)


def all_kinds() -> dict[str, EventKind]:
    discover("events")
    return dict(_kinds)


def get_kind(kind: str) -> EventKind:
    return all_kinds()[kind]
