"""The doorbell and the sweeps. Tasks carry nothing: what is to be done stands in the tables."""

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import Any

from celery import shared_task
from celery.signals import heartbeat_sent, task_failure, task_prerun, task_success, worker_shutdown
from django.conf import settings
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

from notifications.engine import bundles, dispatch, jobs, planner, sender
from notifications.operations import acts, vitals

logger = logging.getLogger(__name__)

BELL = "notifications.bell"
BELL_SECONDS = 30  # a ring that no worker heard is forgotten by then
SWEEP_SECONDS = 15  # less than the portal waits for a worker that it stops
DEAF_SECONDS = 10
JOB_SECONDS = 1800  # the longest that one job may take
_ONE_TRY_MORE = {"max_retries": 1, "interval_start": 0, "interval_step": 0, "interval_max": 0}
_deaf_until = 0.0


def ring() -> None:
    """Wake a sweep soon, once for many rings. Never raises and waits for half a second at most: with no broker the next
    sweep finds the rows."""

    def send() -> None:
        if _bell().set(BELL, 1, nx=True, ex=BELL_SECONDS):
            _send(sweep)

    _wake(send)


def ring_for_jobs() -> None:
    """As `ring`, for one more job. Each wakes a worker: it takes one that waits, or finds that enough are at work."""
    _wake(lambda: _send(work))


def _send(task: Any) -> None:
    task.apply_async(expires=BELL_SECONDS, retry_policy=_ONE_TRY_MORE)


def _wake(send: Callable[[], object]) -> None:
    global _deaf_until
    if time.monotonic() < _deaf_until:
        return
    try:
        send()
    except Exception as error:
        _deaf_until = time.monotonic() + DEAF_SECONDS
        logger.warning("nobody heard the doorbell, the next sweep will do it: %s", error)


@shared_task
def sweep() -> None:
    """Events become messages and messages leave, until nothing is due."""
    with suppress(RedisError):
        _bell().delete(BELL)  # first: whoever commits from now on rings for the next sweep
    end = time.monotonic() + SWEEP_SECONDS
    found = dispatch.run() + sender.run(SWEEP_SECONDS)
    while found and time.monotonic() < end:
        found = dispatch.run() + sender.run(end - time.monotonic())
    if found:
        ring()  # more is waiting than this sweep had time for


@shared_task
def plan() -> None:
    """Reminder rules become messages, and what waits for the day's bundle is put into it."""
    made, failures = 0, []
    for work in (bundles.make, planner.run):  # neither holds up the other
        try:
            made += work()
        except ExceptionGroup as error:  # of single rules or bundles; the others have made their messages
            failures.append(error)
    if made or failures:
        ring()
    if failures:
        raise failures[0] if len(failures) == 1 else ExceptionGroup("planning failed in part", failures)


@shared_task(soft_time_limit=JOB_SECONDS, time_limit=JOB_SECONDS + 30)
def work() -> None:
    """Jobs that people asked for, until none waits. What is begun last may take as long as one may take."""
    jobs.run_all(JOB_SECONDS / 2)


@shared_task
def sweep_files() -> None:
    """Files that have expired are deleted."""
    jobs.sweep()


@cache
def _bell() -> Redis:
    patience = {"socket_timeout": 0.5, "socket_connect_timeout": 0.5, "retry": Retry(NoBackoff(), 0)}
    return Redis.from_url(settings.REDIS_URL, **patience)


@shared_task
def count_failures() -> None:
    """The administrators hear of what waits for a decision."""
    acts.count_failures()


# ---- signs of life ---------------------------------------------------------------------------------
@task_prerun.connect
def _note_start(task: Any, **kwargs: Any) -> None:
    vitals.started(task.name)


@task_success.connect
def _note_success(sender: Any, **kwargs: Any) -> None:
    vitals.succeeded(sender.name)


@task_failure.connect
def _note_failure(sender: Any, exception: BaseException, **kwargs: Any) -> None:
    vitals.failed(sender.name, exception)


@heartbeat_sent.connect
def _note_worker(sender: Any, **kwargs: Any) -> None:
    vitals.pulse(sender.eventer.hostname)


@worker_shutdown.connect
def _note_end(sender: Any, **kwargs: Any) -> None:
    vitals.leave(sender.hostname)
