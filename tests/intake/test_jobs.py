"""Long lists are worked off in the background: progress, cancelled, broken off."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.urls import reverse

from clearance.models import Household
from core.jobs import Stopped
from intake import actions, views
from intake.models import Batch
from notifications.engine import jobs
from notifications.models import Job
from tests.clearance import factories as clearance
from tests.intake import files
from tests.world import World


@pytest.fixture
def batch(world: World, sign_in: Callable, monkeypatch: pytest.MonkeyPatch) -> Batch:
    monkeypatch.setattr(views, "AT_ONCE", 5)
    place = clearance.scene(world)
    client = sign_in(world.clearance_officer)
    address = reverse("intake:batch_new", args=["households"]) + f"?for={place['project'].pk}"
    answer = client.post(address, {"file": files.upload(files.xlsx(files.households(9, since=100)))})
    assert answer.headers["Location"] == Job.objects.get().get_absolute_url()
    return Batch.objects.get()


def test_a_long_list_is_looked_at_and_taken_over_and_back_by_jobs(
    batch: Batch, world: World, sign_in: Callable
) -> None:
    client = sign_in(world.clearance_officer)
    for address, state in (("", "checked"), ("batch_take", "done"), ("batch_take_back", "withdrawn")):
        if address:
            client.post(reverse(f"intake:{address}", args=[batch.pk]))
        jobs.run_all(10)
        batch.refresh_from_db()
        job = Job.objects.latest("pk")
        assert (job.state, batch.state) == ("done", state), job.error
        assert job.link == batch.get_absolute_url()
        assert job.up[0] == batch.get_absolute_url()
    assert not Household.objects.filter(number__gte=100).exists()


def test_a_list_cancelled_in_the_middle_leaves_nothing(
    batch: Batch, world: World, sign_in: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs.run_all(10)
    sign_in(world.clearance_officer).post(reverse("intake:batch_take", args=[batch.pk]))
    told: list[int] = []

    def stop(_run: object, done: int, total: int = 0) -> None:
        told.append(done)
        if done:
            raise Stopped

    monkeypatch.setattr(jobs._Progress, "note", stop)
    jobs.run_all(10)
    batch.refresh_from_db()
    assert told == [0, 9]
    assert batch.state == "checked"
    assert batch.file.storage.exists(batch.file.name)
    assert not Household.objects.filter(number__gte=100).exists()


def test_a_file_that_nobody_took_over_goes_after_a_month(batch: Batch) -> None:
    name, storage = batch.file.name, batch.file.storage
    assert actions.expire(batch.uploaded_at + timedelta(days=29)) == 0
    assert actions.expire(batch.uploaded_at + timedelta(days=31)) == 1
    batch.refresh_from_db()
    assert (batch.state, bool(batch.file)) == ("cancelled", False)
    assert storage.exists(name), "it goes when the transaction is through, which a test's never is"
