"""Lists of who came to past clean-ups, that come in as files."""

import datetime
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from beautification.models import Cleanup, Street
from core.models import today
from tests.beautification import factories as make
from tests.intake.files import act, bring
from tests.world import World

HEADINGS = ["Tuyến phố", "Ngày", "Đơn vị", "Số người"]


@pytest.fixture
def client(world: World, sign_in: Callable) -> Client:
    return sign_in(world.campaign_officer)


@pytest.fixture
def street(world: World) -> Street:
    return make.street(world, name="Phố Trạm")


def test_past_clean_ups_come_in_closed_with_their_numbers(client: Client, world: World, street: Street) -> None:
    first, second, third = (make.days(-n) for n in (20, 13, 6))
    planned = make.cleanup(street, second)
    cancelled = make.cleanup(street, third, state="cancelled", reason="Mưa to")
    rows = [
        HEADINGS,
        ["Phố Trạm", first, "Chi bộ 7", 64],
        ["pho tram", first, "Chi bộ 8", "gần 30"],
        ["Phố Trạm", second, "", "41 người"],
        ["Phố Trạm", third, "", 12],
    ]
    batch = bring(client, "turnout", rows)
    assert (batch.new_count, batch.wrong_count) == (4, 0), [m.text for m in batch.messages.all()]
    assert [message.row for message in batch.messages.all()] == [5], "that it was cancelled is said"
    assert act(client, batch, "take") == "done"
    held = Cleanup.objects.done_by(today()).with_turnout().order_by("on")
    assert [(row.on, row.turnout, row.is_nearly) for row in held] == [
        (first, 94, True),
        (second, 41, False),
        (third, 12, False),
    ]
    assert set(held.values_list("pk", flat=True)) > {planned.pk, cancelled.pk}
    assert Cleanup.objects.done_by(first).count() == 1, "it counts from its own day on"
    assert bring(client, "turnout", rows).known_count == 4


def test_a_list_of_turnout_is_taken_back_as_dated_steps_and_may_come_anew(
    client: Client, world: World, street: Street
) -> None:
    planned = make.cleanup(street, make.days(-13))
    rows = [HEADINGS, ["Phố Trạm", make.days(-20), "", 64], ["Phố Trạm", planned.on, "", 41]]
    batch = bring(client, "turnout", rows)
    act(client, batch, "take")
    for row in Cleanup.objects.all():
        row.reopen(by=world.campaign_officer, reason="Sửa")
        if row.pk != planned.pk:
            row.close(by=world.campaign_officer)
    assert act(client, batch, "take_back") == "done", "one of them is open again"
    planned.refresh_from_db()
    planned.close(by=world.campaign_officer)
    assert act(client, batch, "take_back") == "withdrawn"
    assert not Cleanup.objects.filter(turnouts__isnull=False).exists()
    again = bring(client, "turnout", rows)
    assert (again.new_count, again.wrong_count) == (2, 0)
    assert act(client, again, "take") == "done"
    assert Cleanup.objects.done_by(today()).count() == 2


def test_what_does_not_fit_is_told(client: Client, world: World, street: Street) -> None:
    make.done(street, make.days(-20), 64)
    moved = make.cleanup(street, make.days(-13))
    Cleanup.objects.filter(pk=moved.pk).update(on=make.days(-12))
    make.turnout(make.cleanup(street, make.days(-6), state="open"), 5)
    beyond = world.campaign.opens_on - datetime.timedelta(days=1)
    rows = [
        ["Phố Lạ", make.days(-20), "", 64],
        ["Phố Trạm", make.days(-20), "", 65],
        ["Phố Trạm", make.days(-13), "", 65],
        ["Phố Trạm", make.days(-6), "", 65],
        ["Phố Trạm", make.days(1), "", 65],
        ["Phố Trạm", beyond, "", 65],
        ["Phố Trạm", make.days(-5), "Chi bộ 77", 65],
        ["Phố Trạm", make.days(-4), "", "nhiều"],
        ["Phố Trạm", make.days(-3), "", 10_000],
        ["Phố Trạm", make.days(-2), "", 1],
        ["Phố Trạm", make.days(-2), "", 2],
    ]
    batch = bring(client, "turnout", [HEADINGS, *rows])
    said = sorted(batch.messages.filter(is_hint=False).values_list("row", flat=True))
    assert said == [2, 3, 4, 5, 6, 7, 8, 9, 10, 12]


@pytest.mark.parametrize("person", ["leadership", "head"])
def test_who_does_not_keep_streets_brings_no_list_of_turnout(world: World, sign_in: Callable, person: str) -> None:
    assert sign_in(world.people[person]).get(reverse("intake:batch_new", args=["turnout"])).status_code == 403
