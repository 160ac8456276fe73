"""Long work: asked for, done once, cancelled, failed with a sentence, its file for one person."""

import datetime
import io
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Unit
from core import jobs as registry
from core.jobs import CanNot, Run
from core.models import StateChanged
from notifications.engine import dispatch, jobs
from notifications.models import Event, Job, Message
from notifications.models.job import MOST_OPEN, made_files
from tests import factories as make
from tests.world import World

pytestmark = pytest.mark.django_db
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def works(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the job `tests.work` does, by name: a test puts in what it needs."""
    doings: dict[str, Any] = {}
    registry.get_kind("")  # what the apps declare is found once, and not in the copy that goes again
    monkeypatch.setattr(registry, "_kinds", dict(registry._kinds))
    monkeypatch.setattr(jobs, "STEP_SECONDS", 0)
    up = lambda asked: ("/tasks/", "Nhiệm vụ")  # noqa: E731
    registry.job("tests.work", label=lambda asked: f"Việc {asked.get('n', '')}", up=up)(lambda run: doings["does"](run))
    return doings


@pytest.fixture
def files() -> None:
    """No file is there yet."""
    shutil.rmtree(made_files().location, ignore_errors=True)
    Path(made_files().location).mkdir()


def done(job: Job) -> Job:
    jobs.run_all(10)
    job.refresh_from_db()
    return job


def keeps(run: Run) -> None:
    run.keep(io.BytesIO(b"a;b\n"), "Danh sách.csv")


def test_work_is_done_as_who_asked_and_says_what_came_of_it(world: World, works: dict) -> None:
    def does(run: Run) -> None:
        run.advance(3, 7)
        assert Job.objects.values_list("done", "total", "state").get(pk=run.pk) == (3, 7, "running")
        seen = Unit.objects.visible_to(run.user).count()
        run.say(f"{run.user.full_name} {run.arguments['n']} {seen > 3}", "/units/")

    works["does"] = does
    job = done(Job.ask("tests.work", by=world.head, n=4))
    assert (job.state, job.said, job.link) == ("done", "Nguyễn Thị Hường 4 True", "/units/")
    assert (job.done, job.total, job.lease_until, job.tries) == (7, 7, None, 1)
    assert jobs.run_all(10) == 0


def test_a_second_click_asks_for_nothing_new(world: World, works: dict) -> None:
    first = Job.ask("tests.work", by=world.head, n=1)
    assert Job.ask("tests.work", by=world.head, n=1) == first
    assert Job.ask("tests.work", by=world.neighbour, n=1) != first


def test_one_person_can_not_fill_the_queue(world: World, works: dict) -> None:
    for n in range(MOST_OPEN):
        Job.ask("tests.work", by=world.head, n=n)
    with pytest.raises(ValidationError, match=str(MOST_OPEN)):
        Job.ask("tests.work", by=world.head, n=99)


def test_a_kind_that_nobody_declares_can_not_be_asked_for(world: World) -> None:
    with pytest.raises(KeyError):
        Job.ask("tests.nothing", by=world.head)


def test_two_workers_never_start_one_job(world: World, works: dict) -> None:
    job = Job.ask("tests.work", by=world.head)
    one, other = Job.objects.get(pk=job.pk), Job.objects.get(pk=job.pk)
    assert one.start()
    assert not other.start()


def test_no_more_run_at_once_than_are_wanted(world: World, works: dict, settings: Any) -> None:
    for n in range(3):
        Job.ask("tests.work", by=world.head, n=n)
    assert jobs.take()
    assert jobs.take() is None
    settings.JOBS_AT_ONCE = 2
    assert jobs.take()
    assert jobs.take() is None


def test_what_a_killed_worker_left_is_begun_anew_and_given_up_in_the_end(world: World, works: dict) -> None:
    job = Job.ask("tests.work", by=world.head)
    for _try in range(3):
        dead = jobs.take()
        assert dead
        jobs.reap()
        assert Job.objects.get(pk=job.pk).state == "running", "the lease still runs"
        jobs.reap(timezone.now() + HOUR)
        assert not dead.advance(1, 2), "it comes back late"
        assert not dead.finish()
    job.refresh_from_db()
    assert job.state == "failed"
    assert job.error


def test_a_database_that_is_away_fails_nothing(world: World, works: dict) -> None:
    def does(run: Run) -> None:
        raise OperationalError("gone")

    works["does"] = does
    assert done(Job.ask("tests.work", by=world.head)).state == "running", "until the lease is over"


def test_what_is_over_can_not_be_cancelled(world: World, works: dict) -> None:
    works["does"] = lambda run: None
    job = done(Job.ask("tests.work", by=world.head))
    with pytest.raises(StateChanged):
        job.cancel(by=world.head)
    waits = Job.ask("tests.work", by=world.head)
    with pytest.raises(StateChanged):
        waits.cancel(by=world.leadership)


def test_cancelled_in_the_last_moment_is_cancelled(world: World, works: dict, files: None) -> None:
    def does(run: Run) -> None:
        keeps(run)
        Job.objects.get(pk=run.pk).cancel(by=world.head)

    works["does"] = does
    assert done(Job.ask("tests.work", by=world.head)).file.name == ""
    assert made_files().listdir("")[1] == []


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (CanNot("Chọn tệp khác."), "Chọn tệp khác."),
        (ValidationError("Sai ngày."), "Sai ngày."),
        (OSError(28, "No space left on device"), "Đĩa"),
        (ZeroDivisionError("x"), "nhật ký"),
    ],
)
def test_a_failure_is_a_sentence(world: World, works: dict, error: Exception, sentence: str) -> None:
    def does(run: Run) -> None:
        make.unit(world.ward, "Nửa chừng")
        raise error

    works["does"] = does
    job = done(Job.ask("tests.work", by=world.head))
    assert job.state == "failed"
    assert sentence in job.error
    assert not Unit.objects.filter(name="Nửa chừng").exists()


def test_who_lost_the_seat_meanwhile_gets_nothing(world: World, works: dict) -> None:
    job = Job.ask("tests.work", by=world.head)
    Membership.objects.filter(user=world.head).update(valid_from="2020-01-01", valid_to="2020-12-31")
    works["does"] = lambda run: pytest.fail("it ran")
    assert done(job).state == "failed"


def test_the_file_is_for_its_owner_until_it_expires(world: World, works: dict, files: None, client: Client) -> None:
    works["does"] = keeps
    job = done(Job.ask("tests.work", by=world.head))
    assert job.error == ""
    address = reverse("notifications:job_file", args=[job.pk])
    client.force_login(world.leadership)
    assert client.get(address).status_code == 404
    client.force_login(world.head)
    assert "Danh sách.csv" in client.get(job.get_absolute_url()).content.decode()
    answer = client.get(address)
    assert b"".join(answer.streaming_content) == b"a;b\n"
    assert answer["Content-Type"] == "text/csv"
    assert "no-store" in answer["Cache-Control"]
    made_files().delete(job.file.name)  # by hand, or with the machine
    assert client.get(address).status_code == 404
    Job.objects.update(expires_at=timezone.now())
    assert client.get(address).status_code == 404
    assert address not in client.get(job.get_absolute_url()).content.decode()
    jobs.sweep()
    assert made_files().listdir("")[1] == []
    assert not Job.objects.get(pk=job.pk).file


def test_a_file_that_a_killed_worker_left_is_swept(world: World, files: None) -> None:
    made_files().save("left.xlsx", io.BytesIO(b"x"))
    jobs.sweep()
    assert made_files().exists("left.xlsx")
    jobs.sweep(timezone.now() + 100 * HOUR)
    assert not made_files().exists("left.xlsx")


def test_who_waited_long_is_told(world: World, works: dict) -> None:
    works["does"] = lambda run: run.say("Xong.")
    done(Job.ask("tests.work", by=world.head))
    assert not Event.objects.filter(kind="notifications.job.finished").exists(), "it was watched"
    late = Job.ask("tests.work", by=world.head)
    Job.objects.filter(pk=late.pk).update(asked_at=timezone.now() - HOUR)
    done(late)
    dispatch.run()
    told = Message.objects.filter(words="notifications.job.finished")
    assert {message.user_id for message in told} == {world.head.pk}
    assert {message.link for message in told} == {late.get_absolute_url()}


def test_the_page_asks_how_far_it_is_and_stops_asking(world: World, works: dict, client: Client) -> None:
    job = Job.ask("tests.work", by=world.head)
    client.force_login(world.head)
    assert 'hx-trigger="every 1s"' in client.get(job.get_absolute_url()).content.decode()
    job.start()
    job.advance(2, 8)
    part = client.get(job.get_absolute_url(), headers={"HX-Request": "true"}).content.decode()
    assert "2/8" in part
    assert "<html" not in part
    assert client.post(reverse("notifications:job_cancel", args=[job.pk])).status_code == 302
    part = client.get(job.get_absolute_url(), headers={"HX-Request": "true"}).content.decode()
    assert "every 1s" not in part
    assert 'id="job-say"' in part
    assert "Việc" in client.get(reverse("notifications:job_list")).content.decode()


def test_the_database_refuses_what_can_not_be(world: World, works: dict) -> None:
    job = Job.ask("tests.work", by=world.head)
    for fields in (
        {"state": "running"},
        {"state": "done"},
        {"error": "x"},
        {"done": 2, "total": 1},
        {"file": "x.csv", "file_name": "x.csv"},
        {"lease_until": timezone.now()},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Job.objects.filter(pk=job.pk).update(**fields)


@pytest.mark.django_db(transaction=True)
def test_progress_is_seen_while_the_work_is_not(world: World, works: dict) -> None:
    """The bar moves by a connection of its own, and a cancelling from outside is heeded."""

    def outside(look: Any) -> Any:
        def do() -> Any:
            try:
                return look()
            finally:
                connection.close()

        with ThreadPoolExecutor(1) as pool:
            return pool.submit(do).result()

    seen: list[Any] = []

    def does(run: Run) -> None:
        make.unit(world.ward, "Nửa chừng")
        run.advance(3, 7)
        seen.append(outside(lambda: Job.objects.values_list("done", "total").get(pk=run.pk)))
        seen.append(outside(lambda: Unit.objects.filter(name="Nửa chừng").exists()))
        outside(lambda: job.cancel(by=world.head))
        run.advance(4, 7)

    works["does"] = does
    job = Job.ask("tests.work", by=world.head)
    assert done(job).state == "cancelled"
    assert seen == [(3, 7), False]
    assert not Unit.objects.filter(name="Nửa chừng").exists()
