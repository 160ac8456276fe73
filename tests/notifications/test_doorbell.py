"""The doorbell wakes a sweep once, and is harmless when nobody hears it."""

import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from notifications import tasks
from notifications.models import Event
from notifications.outbox import record
from tests.world import World


@pytest.fixture(autouse=True)
def fresh_bell(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(tasks, "_deaf_until", 0.0)
    tasks._bell.cache_clear()
    yield
    tasks._bell.cache_clear()


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[dict]:
    calls: list[dict] = []
    monkeypatch.setattr(tasks.sweep, "apply_async", lambda **options: calls.append(options))
    tasks._bell().delete(tasks.BELL)
    return calls


def test_many_rings_wake_one_sweep_and_after_it_the_next(rung: list[dict]) -> None:
    for _n in range(5):
        tasks.ring()
    assert len(rung) == 1
    tasks._bell().delete(tasks.BELL)  # the first thing a sweep does
    tasks.ring()
    assert len(rung) == 2


@pytest.mark.parametrize("broker", ["nobody", "silent"])
def test_a_broker_that_is_away_costs_half_a_second_once(settings: Any, broker: str) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        port = silent.getsockname()[1]
        settings.REDIS_URL = "unix:///nowhere.sock" if broker == "nobody" else f"redis://127.0.0.1:{port}/0"
        start = time.monotonic()
        tasks.ring()
        first = time.monotonic() - start
        tasks.ring()
        assert first < 3
        assert time.monotonic() - start - first < 0.1


def test_a_business_fact_is_kept_when_the_broker_is_away(transactional_db: None, world: World, settings: Any) -> None:
    settings.REDIS_URL = "unix:///nowhere.sock"
    with transaction.atomic():
        record("publicity.article.edited", subject=world.campaign, by=None)
    assert Event.objects.filter(dispatched_at__isnull=True).exists()


def test_the_sweep_goes_on_without_the_bell(world: World, settings: Any) -> None:
    settings.REDIS_URL = "unix:///nowhere.sock"
    with transaction.atomic():
        record("publicity.article.edited", subject=world.campaign, by=None)
    tasks.sweep()
    assert not Event.objects.filter(dispatched_at__isnull=True).exists()
