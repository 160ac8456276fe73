"""Business facts of the apps that stand below the outbox: `notifications/outbox.py`, found by its name, writes them."""

from collections.abc import Callable
from typing import Any

from core.discovery import discover

_writers: list[Callable[..., Any]] = []


def writes(record: Callable[..., Any]) -> Callable[..., Any]:
    """Decorator of the one function that writes an event."""
    _writers.append(record)
    return record


def record(kind: str, *, subject: Any, by: Any, **more: Any) -> None:
    """As notifications.outbox.record, which says what it raises."""
    discover("outbox")
    _writers[0](kind, subject=subject, by=by, **more)
