"""The way in for business facts: one row in the transaction that changed something."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from accounts.models import Unit, User
from core.events import get_kind
from core.models import save_all, today
from core.outbox import writes
from notifications.models import Event

_gathered: ContextVar[list[Event] | None] = ContextVar("gathered", default=None)


@writes
def record(
    kind: str,
    *,
    subject: Any,
    by: User | None,
    on: datetime.date | None = None,
    unit: Unit | None = None,
    **facts: Any,
) -> Event:
    """Write an event of a declared kind about `subject`. Facts are ids and numbers, never names.

    Raises KeyError for an undeclared kind and RuntimeError outside a transaction. After the commit the doorbell
    named in settings is rung; if nobody hears it, the next sweep finds the row.
    """
    get_kind(kind)
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError(f"{kind}: record an event inside the transaction that makes it true")
    event = Event(
        ward_id=subject.ward_id,
        kind=kind,
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        by=by,
        unit=unit,
        on=on or today(),
        facts=facts,
    )
    gathered = _gathered.get()
    if gathered is not None:
        gathered.append(event)
        return event
    event.save()
    ring_after_commit()
    return event


@contextmanager
def together() -> Iterator[None]:
    """What is recorded inside, about each row of a set, is written at the end of it, in one statement."""
    token = _gathered.set([])
    try:
        yield
        if events := _gathered.get():
            save_all(events)
            ring_after_commit()
    finally:
        _gathered.reset(token)


def ring_after_commit() -> None:
    """Wake a sender when the transaction is through; if nobody hears it, the next sweep finds the rows."""
    transaction.on_commit(partial(_ring), robust=True)


def _ring() -> None:
    import_string(settings.NOTIFICATIONS_DOORBELL)()
