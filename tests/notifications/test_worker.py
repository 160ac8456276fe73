"""A real worker and a real timetable on the test database: reminders become rows and leave, whatever is killed."""

import datetime
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.utils import timezone

from core.models import today
from notifications.choices import Channel, MessageState
from notifications.gateways import message_id
from notifications.models import BeatRun, Event, Message
from notifications.rules import defaults
from tests import factories as basic
from tests.beautification import factories as streets
from tests.notifications import factories as make
from tests.notifications.mail_sink import Sink, sink
from tests.publicity import factories as publicity
from tests.world import World

pytestmark = pytest.mark.slow
DAY = datetime.timedelta(days=1)
PATIENCE = 60  # seconds on a machine that is busy; usually a few


@contextmanager
def running(name: str, *command: str, mail: Sink, folder: Path) -> Iterator[subprocess.Popen]:
    """A Celery process as `./run` starts it, with short ticks, on the database and Valkey of this test."""
    url = urlsplit(os.environ["DATABASE_URL"])
    environment = os.environ | {
        "DATABASE_URL": urlunsplit(url._replace(path=f"/{settings.DATABASES['default']['NAME']}")),
        "MAIL_URL": mail.url,
        "PORTAL_VAR": str(settings.VAR),
        "PORTAL_TICK_SECONDS": "1",
        "PORTAL_LEASE_SECONDS": "3",
        "PORTAL_MESSAGE_HOURS": "00:00-24:00",
    }
    with (folder / f"{name}.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "wardportal", "--quiet", *command],
            cwd=settings.ROOT,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        kill(process)


def kill(process: subprocess.Popen) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def worker(mail: Sink, folder: Path) -> "contextmanager":
    options = ["--concurrency", "2", "--without-gossip", "--without-mingle", "-l", "warning"]
    return running("worker", "worker", *options, mail=mail, folder=folder)


def timetable(mail: Sink, folder: Path) -> "contextmanager":
    options = ["-l", "warning", "--schedule", str(folder / "schedule"), "--pidfile", ""]
    return running("beat", "beat", *options, mail=mail, folder=folder)


def wait_for(what: Callable[[], bool], folder: Path) -> None:
    end = time.monotonic() + PATIENCE
    while not what():
        logs = "\n".join(path.read_text()[-3000:] for path in folder.glob("*.log"))
        assert time.monotonic() < end, f"{list(Message.objects.values_list('state', 'channel', 'line'))}\n{logs}"
        time.sleep(0.1)


def due_soon(world: World) -> dict[str, object]:
    """What the three default rules remind of, a few seconds from now."""
    world.head.email = "head@example.test"
    world.head.save(update_fields=["email"])
    start = datetime.time(7)
    rows = {
        "task-due-soon": basic.task(world.campaign, world.cell, due_on=today() + 3 * DAY),
        "task-overdue": basic.task(world.campaign, world.cell, due_on=today() - DAY),
        "cleanup-tomorrow": streets.cleanup(streets.street(world), today() + DAY, starts_at=start),
    }
    soon = timezone.localtime(timezone.now() + datetime.timedelta(seconds=2)).time()
    for rule in defaults(world.ward, world.campaign.year):
        rule.local_time, rule.working_days_only = soon, False
        rule.save(update_fields=["local_time", "working_days_only"])
        rule.switch(True, at=timezone.now() - DAY)
    return rows


def test_reminders_become_rows_and_are_sent_once(transactional_db: None, world: World, tmp_path: Path) -> None:
    rows = due_soon(world)
    sent = Message.objects.filter(state=MessageState.SENT)
    with sink() as mail, worker(mail, tmp_path), timetable(mail, tmp_path):
        wait_for(lambda: sent.count() == 6, tmp_path)
        seen = timezone.now()
        again = BeatRun.objects.filter(entry__in=["plan", "sweep"], started_at__gt=seen, finished_at__gt=seen)
        wait_for(lambda: again.count() == 2, tmp_path)  # the planner and the sweep came by again
    found = {(m.rule.code, m.subject_id, m.channel) for m in sent.select_related("rule")}
    assert found == {
        (code, row.pk, channel) for code, row in rows.items() for channel in (Channel.IN_APP, Channel.EMAIL)
    }
    assert Message.objects.count() == 6
    assert sorted(mail.keys) == sorted(message_id(m) for m in sent.filter(channel=Channel.EMAIL))
    assert {letter["To"] for letter in mail.letters} == {"head@example.test"}


def test_a_worker_that_is_killed_at_work_loses_nothing(transactional_db: None, world: World, tmp_path: Path) -> None:
    writer = world.people["media_officer"]
    writer.email = "writer@example.test"
    writer.save(update_fields=["email"])
    article = publicity.published(world.campaign)
    event = make.event(world, kind="publicity.article.published")
    Event.objects.update(dispatched_at=timezone.now())
    about = {"subject_type": "publicity.article", "subject_id": article.pk, "words": "publicity.article.published"}
    letters = [make.message(world, n, event=event, user=writer, channel=Channel.EMAIL, **about) for n in range(30)]
    with ExitStack() as stack:
        mail = stack.enter_context(sink(seconds_each=0.05))
        stack.enter_context(timetable(mail, tmp_path))
        first = stack.enter_context(worker(mail, tmp_path))
        wait_for(lambda: len(mail.keys) >= 8, tmp_path)
        kill(first)
        at_kill = len(mail.keys)
        assert at_kill < 30
        stack.enter_context(worker(mail, tmp_path))
        wait_for(lambda: not Message.objects.exclude(state=MessageState.SENT).exists(), tmp_path)
    assert set(mail.keys) == {message_id(letter) for letter in letters}
    # What was on its way at the kill may come twice, under the same Message-ID; with two processes two at most.
    assert len(mail.keys) <= 32
