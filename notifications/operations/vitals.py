"""Signs of life of the whole host: the timetable's last runs, workers last seen, how long messages wait.

Workers write them, everybody else reads them. Writing must never break a task, so a database that is away is logged.
"""

import datetime
import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from celery.schedules import maybe_schedule
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

from accounts.models import Ward
from notifications.choices import MessageState
from notifications.engine import sender
from notifications.models import BeatRun, Event, Message, WorkerPulse

logger = logging.getLogger(__name__)

PULSE_SECONDS = 20
OFTEN = 3  # failures, within seven minutes: that is no chance any more
FORGOTTEN = datetime.timedelta(days=7)  # a worker that was killed and never came back
_AWAY = (DatabaseError, InterfaceError)
ENTRIES = {
    "sweep": _("Send what is due"),
    "plan": _("Plan reminders"),
    "cleanups": _("Make coming clean-ups"),
    "series": _("Give tasks that come again"),
    "failures": _("Count failures"),
    "jobs": _("Work off jobs"),
    "files": _("Delete expired files"),
    "texts": _("Read the words of attached files"),
    "lists": _("Let go of lists that nobody took over"),
}
_pulsed_at = 0.0


# ---- written by workers ----------------------------------------------------------------------------
def started(task: str) -> None:
    _write(task, lambda entry: _upsert(BeatRun(entry=entry, started_at=timezone.now()), "entry", "started_at"))


def succeeded(task: str) -> None:
    _write(task, lambda entry: BeatRun.objects.filter(entry=entry).update(finished_at=timezone.now()))


def failed(task: str, error: BaseException | None) -> None:
    words = f"{type(error).__name__}: {error}".replace("\x00", "")[:2000]
    now = timezone.now()
    _write(task, lambda entry: BeatRun.objects.filter(entry=entry).update(failed_at=now, failure=words))


def pulse(worker: str) -> None:
    """The worker lives. Called every few seconds; written down every twenty."""
    global _pulsed_at
    if time.monotonic() < _pulsed_at + min(PULSE_SECONDS, settings.WATCH_SILENT_SECONDS / 4):
        return
    _pulsed_at = time.monotonic()
    try:
        _upsert(WorkerPulse(name=worker[:200], seen_at=timezone.now()), "name", "seen_at")
    except _AWAY as error:
        logger.warning("the worker's sign of life was not written: %s", error)
    finally:
        connection.close()  # this is the worker's main process: no child may inherit its connection


def leave(worker: str) -> None:
    """A worker that ends as it should is no worker that went silent."""
    try:
        WorkerPulse.objects.filter(name=worker[:200]).delete()
        WorkerPulse.objects.filter(seen_at__lt=timezone.now() - FORGOTTEN).delete()
    except _AWAY as error:
        logger.warning("the worker's leave was not written: %s", error)
    finally:
        connection.close()


def _write(task: str, write: Callable[[str], Any]) -> None:
    entry = next((name for name, e in settings.CELERY_BEAT_SCHEDULE.items() if e["task"] == task), None)
    if entry is None:
        return
    try:
        write(entry)
    except _AWAY as error:
        logger.warning("the run of %s was not written down: %s", entry, error)
        if not connection.in_atomic_block:
            connection.close()


def _upsert(row: Any, key: str, value: str) -> None:
    type(row).objects.bulk_create([row], update_conflicts=True, unique_fields=[key], update_fields=[value])


# ---- read by pages, the health answer and the watcher ----------------------------------------------
@dataclass(frozen=True)
class Entry:
    """An entry of the timetable and its last run."""

    code: str
    every: Any
    run: BeatRun | None
    now: datetime.datetime

    @property
    def label(self) -> Any:
        return ENTRIES.get(self.code, self.code)

    @cached_property
    def is_late(self) -> bool:
        """It should have run again by now. One that never ran is not late: the portal may just have been set up."""
        if self.run is None:
            return False
        overdue = -maybe_schedule(self.every).remaining_estimate(self.run.started_at)
        return overdue > datetime.timedelta(seconds=settings.WATCH_LATE_SECONDS)

    @property
    def is_failing(self) -> bool:
        run = self.run
        return bool(run and run.failed_at and (run.finished_at is None or run.failed_at > run.finished_at))


@dataclass(frozen=True)
class Worker:
    name: str
    seen_at: datetime.datetime
    is_silent: bool


@dataclass(frozen=True)
class Trouble:
    """What is wrong and what to do, for somebody who keeps the portal and does not program."""

    code: str
    what: str | Promise
    then: str | Promise


@dataclass(frozen=True)
class Vitals:
    """What one look at the host found; without the database nothing else is known."""

    now: datetime.datetime
    database: bool = False
    broker: bool = False
    due_since: datetime.datetime | None = None
    entries: list[Entry] = field(default_factory=list)
    workers: list[Worker] = field(default_factory=list)
    stuck_events: int = 0

    @property
    def waited(self) -> datetime.timedelta | None:
        """How long the message has waited that should have left first."""
        return None if self.due_since is None else self.now - self.due_since

    @property
    def late(self) -> list[Entry]:
        return [entry for entry in self.entries if entry.is_late]

    @property
    def alive(self) -> list[Worker]:
        return [worker for worker in self.workers if not worker.is_silent]

    def troubles(self) -> list[Trouble]:
        return list(self._troubles())

    def _troubles(self) -> Iterator[Trouble]:
        if not self.database:
            yield DATABASE
        if not self.broker:
            yield BROKER
        if not self.database:
            return
        if not self.alive:
            yield WORKERS
        if self.late:
            yield Trouble("timetable", format_lazy(_LATE, names=_join(self.late)), _LATE_THEN)
        if failing := [entry for entry in self.entries if entry.is_failing]:
            yield Trouble("failing", format_lazy(_FAILING, names=_join(failing)), _FAILING_THEN)
        if self.stuck_events:
            yield Trouble("events", format_lazy(_STUCK, count=self.stuck_events), _STUCK_THEN)
        if self.waited and self.waited.total_seconds() > settings.WATCH_WAIT_SECONDS:
            minutes = int(self.waited.total_seconds() // 60)
            yield Trouble("waiting", format_lazy(_WAITING, minutes=minutes), _WAITING_THEN)


DATABASE = Trouble(
    "database",
    _("The database does not answer. Nobody can work in the portal and nothing is sent."),
    _("Start PostgreSQL, or the whole portal, and look at the free room on the disk."),
)
BROKER = Trouble(
    "broker",
    _("Valkey (Redis) does not answer. Background work stands still; nothing that is due is lost."),
    _("Start Valkey, or the whole portal."),
)
WORKERS = Trouble(
    "workers",
    _("No worker is alive: messages do not leave. They wait in the database and nothing is lost."),
    _("Start the worker, or the whole portal; the reason stands at the end of worker.log."),
)
_LATE = _("The timetable is late with: {names}.")
_LATE_THEN = _("Start the timetable, or the whole portal; the reason stands at the end of timetable.log.")
_FAILING = _("Background work fails: {names}.")
_FAILING_THEN = _("The page “Operations” shows the error. Send it to whoever maintains the portal.")
_STUCK = _("Events that can not be made into messages: {count}. Nobody is told of them.")
_STUCK_THEN = _("The page “Operations” leads to them and their errors; have them tried again there once it is mended.")
_WAITING = _("A message that is due has waited for {minutes} minutes.")
_WAITING_THEN = _("Open the page “Operations”. If workers are alive, the mail server or a gateway may be slow.")


def look() -> Vitals:
    now = timezone.now()
    broker = broker_answers()
    try:
        due = sender.due(now).exclude(channel__in=sender.at_limit(now))
        first = due.order_by("not_before").values_list("not_before", flat=True).first()
        of_all = Event.objects.filter(ward__in=Ward.objects.values("pk"))
        stuck = of_all.filter(dispatched_at__isnull=True, failures__gte=OFTEN).count()
        return Vitals(now, True, broker, first, _entries(now), _workers(now), stuck)
    except _AWAY:
        connection.close()
        return Vitals(now, False, broker)


def stuck_leases() -> int:
    """Messages of all wards that a worker holds longer than it may."""
    return Message.objects.filter(state=MessageState.LEASED, lease_until__lte=timezone.now()).count()


def broker_answers() -> bool:
    patience = {"socket_timeout": 1, "socket_connect_timeout": 1, "retry": Retry(NoBackoff(), 0)}
    try:
        with Redis.from_url(settings.REDIS_URL, **patience) as redis:
            return bool(redis.ping())
    except RedisError:
        return False


def _entries(now: datetime.datetime) -> list[Entry]:
    runs = {run.entry: run for run in BeatRun.objects.all()}
    schedule = settings.CELERY_BEAT_SCHEDULE.items()
    return [Entry(name, entry["schedule"], runs.get(name), now) for name, entry in schedule]


def _workers(now: datetime.datetime) -> list[Worker]:
    quiet = datetime.timedelta(seconds=settings.WATCH_SILENT_SECONDS)
    return [Worker(row.name, row.seen_at, now - row.seen_at > quiet) for row in WorkerPulse.objects.order_by("name")]


def _join(entries: list[Entry]) -> Any:
    pattern = ", ".join(f"{{e{n}}}" for n in range(len(entries)))
    return format_lazy(pattern, **{f"e{n}": entry.label for n, entry in enumerate(entries)})
