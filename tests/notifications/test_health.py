import datetime
from typing import Any

import pytest
from celery.schedules import crontab
from django.conf import settings as configured
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from notifications.engine import sender
from notifications.models import BeatRun, WorkerPulse
from notifications.operations import acts, vitals
from tests.notifications import factories as make
from tests.world import World

HEALTH, LIVE = "/health/", "/health/live/"


def ago(**span: float) -> datetime.datetime:
    return timezone.now() - datetime.timedelta(**span)


@pytest.fixture
def well(db: None) -> None:
    """A host on which everything has just run."""
    for entry in configured.CELERY_BEAT_SCHEDULE:
        vitals.started(configured.CELERY_BEAT_SCHEDULE[entry]["task"])
    WorkerPulse.objects.create(name="celery@here", seen_at=timezone.now())


def ask(**headers: str) -> tuple[int, dict]:
    response = Client(headers=headers).get(HEALTH)
    assert "no-store" in response["Cache-Control"]
    assert "sessionid" not in response.cookies
    return response.status_code, response.json()


def test_a_host_that_is_well_says_so_in_few_queries(well: None) -> None:
    with CaptureQueriesContext(connection) as queries:
        code, answer = ask()
    assert (code, answer["state"], answer["troubles"]) == (200, "ok", [])
    assert (answer["database"], answer["broker"], answer["workers_alive"]) == (True, True, 1)
    assert len(queries) == 4


def test_living_asks_neither_database_nor_broker(django_assert_num_queries: Any, db: None, settings: Any) -> None:
    settings.REDIS_URL = "unix:///nowhere.sock"
    with django_assert_num_queries(0):
        assert Client().get(LIVE).status_code == 200


def test_a_silent_worker_is_no_worker(well: None) -> None:
    WorkerPulse.objects.update(seen_at=ago(minutes=3))
    assert ask()[0] == 503
    assert ask()[1]["troubles"] == ["workers"]


def test_a_timetable_that_stands_still_is_late(well: None) -> None:
    BeatRun.objects.update(started_at=ago(minutes=5))
    code, answer = ask()
    assert (code, answer["troubles"], answer["late_entries"]) == (503, ["timetable"], 3)  # the others are due later
    BeatRun.objects.update(started_at=ago(days=2))
    assert ask()[1]["late_entries"] == len(configured.CELERY_BEAT_SCHEDULE)


def test_an_entry_by_the_clock_is_late_after_its_hour(settings: Any) -> None:
    now = timezone.now()
    last = timezone.localtime(ago(hours=2))
    every = crontab(hour=str((last.hour + 1) % 24), minute=str(last.minute))
    entry = vitals.Entry("daily", every, BeatRun(entry="daily", started_at=last), now)
    assert entry.is_late
    assert not vitals.Entry("daily", every, BeatRun(entry="daily", started_at=now), now).is_late
    assert not vitals.Entry("daily", every, None, now).is_late


def test_an_entry_whose_last_run_failed_is_named_until_it_goes_well(well: None) -> None:
    vitals.failed("notifications.tasks.plan", ValueError("odd"))
    assert ask()[1]["troubles"] == ["failing"]
    assert BeatRun.objects.get(entry="plan").failure == "ValueError: odd"
    vitals.succeeded("notifications.tasks.plan")
    assert ask()[1]["troubles"] == []


@pytest.mark.usefixtures("taught")
def test_a_message_that_waits_too_long_is_trouble_unless_sending_is_stopped(well: None, world: World) -> None:
    make.message(world, not_before=ago(minutes=20))
    code, answer = ask()
    assert (code, answer["troubles"]) == (503, ["waiting"])
    assert 1200 <= answer["oldest_due_seconds"] < 1300
    acts.stop(world.ward, by=world.administrator, reason="Thử")
    assert ask()[0] == 200


def test_a_database_that_is_away_is_said_without_an_error(well: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(now: object) -> None:
        raise DatabaseError("away")

    monkeypatch.setattr(sender, "due", away)
    monkeypatch.setattr(connection, "close", lambda: None)
    code, answer = ask()
    assert (code, answer["database"], answer["troubles"]) == (503, False, ["database"])


def test_a_broker_that_is_away_is_said(well: None, settings: Any) -> None:
    settings.REDIS_URL = "unix:///nowhere.sock"
    assert ask()[1]["troubles"] == ["broker"]


def test_only_the_token_opens_the_details(well: None, settings: Any) -> None:
    assert "entries" not in ask(authorization="Bearer ")[1]
    settings.HEALTH_TOKEN = "bí mật"
    assert "entries" not in ask()[1]
    assert "entries" not in ask(authorization="Bearer wrong")[1]
    settings.HEALTH_TOKEN = "secret"
    answer = ask(authorization="Bearer secret")[1]
    assert {entry["name"] for entry in answer["entries"]} == set(configured.CELERY_BEAT_SCHEDULE)
    assert answer["workers"][0]["name"] == "celery@here"


def test_a_sign_of_life_is_written_every_twenty_seconds(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vitals, "_pulsed_at", -1000.0)
    monkeypatch.setattr(connection, "close", lambda: None)
    vitals.pulse("celery@here")
    WorkerPulse.objects.update(seen_at=ago(hours=1))
    vitals.pulse("celery@here")
    assert WorkerPulse.objects.get().seen_at < ago(minutes=30)
    monkeypatch.setattr(vitals, "_pulsed_at", -1000.0)
    vitals.pulse("celery@here")
    assert WorkerPulse.objects.get().seen_at > ago(minutes=1)
    vitals.leave("celery@here")
    assert not WorkerPulse.objects.exists()


def test_a_task_outlives_a_sign_of_life_that_can_not_be_written(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*args: object) -> None:
        raise DatabaseError("away")

    monkeypatch.setattr(vitals, "_upsert", away)
    monkeypatch.setattr(vitals, "_pulsed_at", -1000.0)
    monkeypatch.setattr(connection, "close", lambda: None)
    vitals.started("notifications.tasks.sweep")
    vitals.pulse("celery@here")
    vitals.started("some.other.task")
    assert not WorkerPulse.objects.exists()
