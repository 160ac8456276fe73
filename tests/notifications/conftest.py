import datetime
from typing import Any

import pytest

from core import events
from notifications import registry
from notifications.registry import Words
from tests.notifications import factories


@pytest.fixture
def taught(monkeypatch: pytest.MonkeyPatch) -> None:
    """One event kind, its text, and reminder sources over tasks, forgotten after the test."""
    events.all_kinds()
    registry.all_words()
    monkeypatch.setattr(events, "_kinds", dict(events._kinds))
    monkeypatch.setattr(registry, "_words", dict(registry._words))
    monkeypatch.setattr(registry, "_sources", dict(registry._sources))
    events.declare("tests.unit.greeted", "Greeted on {day}", "tests.notifications.test_dispatch.on_greeted")
    registry.add_words(Words("tests.greeting", line="{who} greets {title}, {when}"))
    registry.add_words(factories.WORDS)
    registry.add_source(factories.DUE)
    registry.add_source(factories.OVERDUE)


@pytest.fixture
def all_day(settings: Any) -> None:
    """Messages leave whenever the tests run."""
    settings.MESSAGE_HOURS = (datetime.time.min, datetime.time.max)
