"""Units are reminded by hand of overdue steps: the text first, of each step once a day."""

import datetime
from collections.abc import Callable

import pytest

from core.models import today
from models_registry.models import ModelStep
from notifications.engine import dispatch
from notifications.models import Event, Message
from tests.models_registry import factories as make
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def late(world: World) -> list[ModelStep]:
    """Of two models the first step is overdue by three days; of the second the unit is another one."""
    rows = []
    for unit, person in ((world.cell, world.head), (world.other_cell, world.neighbour)):
        model = make.accepted(world.campaign, unit, person, world.campaign_officer)
        model.steps.update(due_on=today() + datetime.timedelta(days=30))
        step = model.steps.first()
        step.reschedule(by=None, due_on=today() - datetime.timedelta(days=3), reason="Lùi")
        rows.append(step)
    return rows


def reminded() -> int:
    return Event.objects.filter(kind="models_registry.step.reminded").count()


def test_ticked_models_are_reminded_of_their_overdue_steps_once_a_day(
    world: World, late: list[ModelStep], sign_in: Callable
) -> None:
    client, first = sign_in(world.campaign_officer), late[0].mobilization_model
    assert "/models/remind/" in client.get("/models/").content.decode()
    (ask,) = [url for _label, url, _icon in client.get(first.get_absolute_url()).context["buttons"] if "remind" in url]
    assert ask == f"/models/remind/?year={world.campaign.year}&ticked=1&row={first.pk}"
    page = client.get(ask)
    ((unit, line),) = page.context["lines"]
    assert unit == world.cell
    assert "3 ngày" in line, line
    assert line in page.content.decode(), "the text is shown first"
    assert reminded() == 0
    assert client.post(ask).status_code == 302
    assert client.post(ask).status_code == 302, "the same day again"
    assert reminded() == 1
    assert client.get(ask).context["left_out"] == 1
    while dispatch.run():
        pass
    told = Message.objects.filter(words="models_registry.step.reminded", channel="in_app")
    assert {message.user_id for message in told} == {world.head.pk}
    assert "Đã nhắc đơn vị" in client.get(first.get_absolute_url()).content.decode()


def test_all_that_fit_are_reminded_of_and_tomorrow_again(
    world: World, late: list[ModelStep], sign_in: Callable
) -> None:
    client = sign_in(world.campaign_officer)
    client.post(f"/models/remind/?ticked=1&every=1&state=late&unit={world.other_cell.slug}")
    assert reminded() == 1
    client.post("/models/remind/?ticked=1&every=1&state=late")
    assert reminded() == 2
    Event.objects.update(on=today() - datetime.timedelta(days=1))
    client.post("/models/remind/?ticked=1&every=1&state=late")
    assert reminded() == 4
    answer = client.post("/models/remind/?ticked=1")
    assert (answer.url, reminded()) == ("/models/?", 4), "without a tick nothing is asked"


def test_what_is_done_or_paused_or_a_foreign_model_is_not_reminded_of(
    world: World, late: list[ModelStep], sign_in: Callable
) -> None:
    late[0].mark_done(by=world.head, on=today())
    late[1].mobilization_model.pause(by=world.neighbour, reason="Chờ")
    client = sign_in(world.campaign_officer)
    assert client.get("/models/remind/?ticked=1&every=1").context["lines"] == []
    sign_in(world.stranger).post(f"/models/remind/?row={late[1].mobilization_model_id}")
    assert reminded() == 0


def test_ticked_models_are_exported_alone(world: World, late: list[ModelStep], sign_in: Callable) -> None:
    asked = f"/exports/new/?list=/models/&ticked=1&row={late[0].mobilization_model_id}"
    assert "1 dòng" in sign_in(world.campaign_officer).get(asked).content.decode()
