"""A Valkey that is frozen or gone costs nothing that a person feels."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache, caches
from django.test import override_settings
from redis import RedisError

import core.cache
from tests.world import World
from wardportal import embedded

LIMIT = 0.3  # seconds more than without a fault


@pytest.fixture
def valkey(tmp_path: Path, monkeypatch: Any) -> Iterator[embedded.Valkey]:
    """A real server, and the portal's cache in it."""
    embedded._make_sockets(tmp_path)
    server = embedded.Valkey(tmp_path, durable=False)
    server.start()
    monkeypatch.setattr(core.cache, "_away_until", 0.0)
    backend = {"BACKEND": "core.cache.PatientCache", "LOCATION": embedded.valkey_url(tmp_path)}
    with override_settings(CACHES={"default": backend}):
        yield server
    go(server)


def freeze(server: embedded.Valkey) -> None:
    os.kill(server.process.pid, signal.SIGSTOP)


def go(server: embedded.Valkey) -> None:
    server.process.kill()
    server.process.wait()


@pytest.mark.parametrize("fault", [freeze, go])
def test_the_overview_opens_as_fast(
    world: World, sign_in: Any, valkey: embedded.Valkey, fault: Any, monkeypatch: Any
) -> None:
    """What a page asks of the cache is timed, since the rest takes as long as the machine is busy."""
    spent = []

    def timed(ask: Any) -> Any:
        def asked(*args: Any, **kwargs: Any) -> Any:
            start = time.monotonic()
            try:
                return ask(*args, **kwargs)
            finally:
                spent.append(time.monotonic() - start)

        return asked

    for name in ("get", "set", "get_many", "set_many"):
        monkeypatch.setattr(caches["default"], name, timed(getattr(caches["default"], name)))
    officer = sign_in(world.campaign_officer)
    assert officer.get("/").status_code == 200
    fault(valkey)
    for _page in range(3):
        spent.clear()
        assert officer.get("/").status_code == 200
        assert spent, "the page asks the cache"
        assert sum(spent) < LIMIT


@pytest.mark.parametrize("fault", [freeze, go])
def test_every_question_gets_the_answer_of_an_empty_cache(
    valkey: embedded.Valkey, fault: Any, monkeypatch: Any
) -> None:
    cache.set("key", "kept")
    assert cache.get("key") == "kept"
    fault(valkey)
    asked = [
        (lambda: cache.get("key", "none"), "none"),
        (lambda: cache.add("key", 1), True),
        (lambda: cache.get_many(["key"]), {}),
        (lambda: cache.has_key("key"), False),
        (lambda: cache.touch("key"), False),
        (lambda: cache.delete("key"), False),
        (lambda: cache.set_many({"key": 1}), []),
        (lambda: cache.delete_many(["key"]), None),
        (lambda: cache.get_or_set("key", 5), 5),
    ]
    for ask, answer in asked:
        monkeypatch.setattr(core.cache, "_away_until", 0.0)
        assert ask() == answer
    with pytest.raises(ValueError, match="not found"):
        cache.incr("key")


def test_it_is_used_again_once_it_is_back(valkey: embedded.Valkey, monkeypatch: Any) -> None:
    cache.set("key", "kept")
    freeze(valkey)
    assert cache.get("key") is None
    os.kill(valkey.process.pid, signal.SIGCONT)
    assert cache.get("key") is None, "left alone for a while"
    monkeypatch.setattr(core.cache, "_away_until", time.monotonic())
    assert cache.get("key") == "kept"


def test_whoever_empties_it_hears_that_it_is_not_emptied(valkey: embedded.Valkey) -> None:
    go(valkey)
    with pytest.raises((RedisError, OSError)):
        caches["default"].clear()
