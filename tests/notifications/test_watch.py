"""The watch tells once, reminds after a day and says when all is well, whatever is dead."""

import datetime
import json
import os
import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings as configured
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from notifications.choices import MessageState
from notifications.engine import dispatch, sender
from notifications.models import BeatRun, Event, Message, WorkerPulse
from notifications.operations import acts, vitals, watch
from tests.notifications import factories as make
from tests.notifications.mail_sink import Sink, sink
from tests.notifications.test_worker import kill, timetable, wait_for, worker
from tests.world import World

AGO = datetime.timedelta(hours=1)


@pytest.fixture
def host(world: World, settings: Any, tmp_path: Path) -> World:
    """One worker that lives, and an administrator with an address."""
    settings.VAR = tmp_path
    world.administrator.email = "admin@example.test"
    world.administrator.save(update_fields=["email"])
    WorkerPulse.objects.create(name="celery@here", seen_at=timezone.now())
    return world


def silent(is_silent: bool = True) -> None:
    WorkerPulse.objects.update(seen_at=timezone.now() - AGO * is_silent)


def look(times: int = 1) -> int:
    """How many mails the looks made."""
    before = len(mail.outbox)
    for _n in range(times):
        watch.check()
    return len(mail.outbox) - before


def test_trouble_is_told_once_and_its_end_once(host: World) -> None:
    assert look(3) == 0
    silent()
    assert [look(), look(), look(5)] == [0, 1, 0]
    assert mail.outbox[0].to == ["admin@example.test"]
    assert "Không có tiến trình gửi tin nào hoạt động" in mail.outbox[0].body
    assert "/operations/" in mail.outbox[0].body
    silent(False)
    assert [look(), look(), look(5)] == [0, 1, 0]
    assert "hoạt động trở lại" in mail.outbox[1].subject


def test_another_trouble_is_told_though_one_goes_on(host: World) -> None:
    BeatRun.objects.create(entry="cleanups", started_at=timezone.now(), failed_at=timezone.now(), failure="ValueError")
    assert look(3) == 1
    silent()
    assert [look(), look(), look(4)] == [0, 1, 0]
    assert "Không có tiến trình gửi tin nào hoạt động" in mail.outbox[-1].body


def test_it_is_told_again_after_a_day(host: World) -> None:
    silent()
    assert look(3) == 1
    path = watch._file()
    state = json.loads(path.read_text())
    path.write_text(json.dumps(state | {"told_at": (timezone.now() - 25 * AGO).isoformat()}))
    assert look(3) == 1
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_database_that_is_away_is_told_to_those_known_before(host: World, monkeypatch: pytest.MonkeyPatch) -> None:
    look()
    monkeypatch.setattr(vitals, "look", lambda: vitals.Vitals(timezone.now(), database=False, broker=True))
    assert look(2) == 1
    assert "Cơ sở dữ liệu không trả lời" in mail.outbox[0].body


def test_a_mail_server_that_is_away_is_tried_at_the_next_look(host: World, monkeypatch: pytest.MonkeyPatch) -> None:
    silent()
    with monkeypatch.context() as patch:
        patch.setattr(EmailBackend, "send_messages", lambda *args: 1 / 0)
        assert look(3) == 0
    assert look(2) == 1


def test_each_is_told_in_the_own_language_and_further_addresses_too(host: World, settings: Any) -> None:
    settings.WATCH_MAIL = ["duty@example.test"]
    host.administrator.choose_language("en")
    silent()
    assert look(2) == 2
    bodies = {letter.to[0]: letter.body for letter in mail.outbox}
    assert "No worker is alive" in bodies["admin@example.test"]
    assert "Không có tiến trình" in bodies["duty@example.test"]


def test_the_end_of_the_portal_is_told_once_until_it_was_well_again(host: World) -> None:
    look()
    for _n in range(3):
        watch.tell_of_end("worker ended (code -9)")
    assert len(mail.outbox) == 1
    assert "worker ended (code -9)" in mail.outbox[0].body
    assert look(2) == 1


@pytest.mark.usefixtures("taught")
def test_the_administrators_hear_once_a_day_what_waits_for_a_decision(host: World) -> None:
    acts.count_failures()
    assert not Event.objects.filter(kind=acts.COUNTED).exists()
    for n in range(2):
        make.message(host, n, state="failed", event=make.event(host))
    for _n in range(3):
        acts.count_failures()
    event = Event.objects.get(kind=acts.COUNTED)
    assert event.facts == {"count": 2}
    dispatch.run()
    sender.run()
    told = Message.objects.get(event=event, channel="in_app")
    assert (told.user, told.state) == (host.administrator, MessageState.SENT)
    assert told.line.endswith(": 2")
    assert told.link == "/operations/messages/"


# ---- with real processes -----------------------------------------------------------------------------
def start_watch(folder: Path, inbox: Sink) -> subprocess.Popen:
    url = urlsplit(os.environ["DATABASE_URL"])
    environment = os.environ | {
        "DATABASE_URL": urlunsplit(url._replace(path=f"/{configured.DATABASES['default']['NAME']}")),
        "REDIS_URL": configured.REDIS_URL,
        "MAIL_URL": inbox.url,
        "PORTAL_VAR": str(folder),
    }
    command = [sys.executable, "-m", "django", "watch", "--settings", "wardportal.settings"]
    with (folder / "watch.log").open("ab") as log:
        return subprocess.Popen(
            command, cwd=configured.ROOT, env=environment, stdout=log, stderr=log, start_new_session=True
        )


@pytest.mark.slow
def test_a_worker_that_is_killed_is_told_by_mail_and_so_is_its_return(
    transactional_db: None, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.administrator.email = "admin@example.test"
    world.administrator.save(update_fields=["email"])
    for name, value in {"SECONDS": 1, "SILENT_SECONDS": 8, "LATE_SECONDS": 30}.items():
        monkeypatch.setenv(f"PORTAL_WATCH_{name}", str(value))
    with sink() as inbox, ExitStack() as stack:
        stack.enter_context(timetable(inbox, tmp_path))
        first = stack.enter_context(worker(inbox, tmp_path))
        wait_for(WorkerPulse.objects.exists, tmp_path)
        stack.callback(kill, start_watch(tmp_path, inbox))
        kept = tmp_path / "run" / "watch.json"
        wait_for(lambda: kept.exists() and json.loads(kept.read_text())["good"] >= 2, tmp_path)
        assert not inbox.letters, "all is well"
        os.killpg(first.pid, signal.SIGKILL)
        wait_for(lambda: len(inbox.letters) == 1, tmp_path)
        stack.enter_context(worker(inbox, tmp_path))
        wait_for(lambda: len(inbox.letters) == 2, tmp_path)
    alarm, clear = inbox.letters
    assert alarm["To"] == clear["To"] == "admin@example.test"
    assert "Không có tiến trình gửi tin nào hoạt động" in alarm.get_content()
    assert "hoạt động trở lại" in clear["Subject"]
