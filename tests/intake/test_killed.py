"""Real workers take lists over, and are killed in the middle."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.utils import timezone

from accounts import access
from clearance.models import Household, Party
from core import tables
from intake import actions
from intake.jobs import TAKE
from intake.models import Batch
from notifications.engine import jobs
from notifications.models import Job
from tests.clearance import factories as clearance
from tests.intake import files
from tests.world import World

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
COUNT, PATIENCE = 40, 60


@pytest.fixture
def lists(world: World) -> list[Batch]:
    """Two lists of households of two projects, looked at."""
    found, by = [], world.clearance_officer
    for place in (clearance.scene(world)["project"], clearance.project(world.campaign, world.superior)):
        scope = Batch(kind="households", ward=world.ward, target=place.pk).scope(by)
        data = files.xlsx(files.households(COUNT, since=1_000))
        batch = actions.begin("households", scope, tables.accept(files.upload(data)), by=by)
        actions.check(batch, scope, by=by)
        found.append(batch)
    return found


def ask(batch: Batch, world: World) -> Job:
    access.enter(world.clearance_officer, world.ward.pk)
    return Job.ask(TAKE, by=world.clearance_officer, batch=batch.pk, ward=batch.ward_id)


class Worker:
    """A process of its own (worker.py), and no fork: that would go on with a connection of this one."""

    def __init__(self, settings: Any) -> None:
        url = urlsplit(os.environ["DATABASE_URL"])
        own = {
            "DATABASE_URL": urlunsplit(url._replace(path=f"/{settings.DATABASES['default']['NAME']}")),
            "PORTAL_VAR": str(settings.VAR),
            "PORTAL_JOBS_AT_ONCE": "2",  # with one at a time the second waits by itself
        }
        command = [sys.executable, "-m", "tests.intake.worker"]
        self.process = subprocess.Popen(
            command, env=os.environ | own, cwd=settings.ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def wait(self, word: str) -> None:
        assert self.process.stdout.readline().strip() == word

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()

    def go_on(self) -> None:
        self.process.stdin.write("\n")
        self.process.stdin.flush()


@pytest.fixture
def start(lists: list[Batch], settings: Any) -> Iterator[Callable[[], Worker]]:
    """Starts workers, and ends them with the test: one left in the middle would hold its rows for ever."""
    started: list[Worker] = []

    def one() -> Worker:
        started.append(Worker(settings))
        return started[-1]

    yield one
    for worker in started:
        worker.kill()


def test_of_a_worker_that_is_killed_nothing_is_half_kept_and_another_goes_on(
    lists: list[Batch], start: Callable[[], Worker], world: World, settings: Any
) -> None:
    before = Household.objects.count(), Party.objects.count()
    job = ask(lists[0], world)
    worker = start()
    worker.wait("written")
    worker.kill()
    job.refresh_from_db()
    lists[0].refresh_from_db()
    assert (job.state, lists[0].state) == ("running", "checked")
    assert lists[0].file.storage.exists(lists[0].file.name)
    assert (Household.objects.count(), Party.objects.count()) == before
    jobs.reap(timezone.now() + timedelta(seconds=settings.MESSAGE_LEASE_SECONDS + 1))
    jobs.run_all(PATIENCE)
    job.refresh_from_db()
    lists[0].refresh_from_db()
    assert (job.state, job.tries, lists[0].state) == ("done", 2, "done"), job.error
    assert Household.objects.count() == before[0] + COUNT


def test_of_two_lists_at_once_one_is_taken_over_and_the_other_told_to_wait(
    lists: list[Batch], start: Callable[[], Worker], world: World, settings: Any
) -> None:
    before = Household.objects.count()
    first = ask(lists[0], world)
    slow = start()
    slow.wait("written")
    second = ask(lists[1], world)
    other = start()
    other.wait("done")
    second.refresh_from_db()
    assert second.state == "failed"
    assert "Đang nhập một danh sách khác" in second.error
    slow.go_on()
    slow.wait("done")
    first.refresh_from_db()
    assert first.state == "done"
    assert Household.objects.count() == before + COUNT
    again = ask(lists[1], world)
    jobs.run_all(PATIENCE)
    again.refresh_from_db()
    assert again.state == "done", again.error
    assert Household.objects.count() == before + 2 * COUNT
