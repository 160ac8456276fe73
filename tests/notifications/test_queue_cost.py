"""What planning and sending cost does not grow with what waits."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.models import today
from notifications.choices import Channel
from notifications.engine import planner, sender
from notifications.models import BY_CLASS, Message
from tests import factories as basic
from tests.notifications import factories as make
from tests.world import World

pytestmark = pytest.mark.usefixtures("taught")
DAY = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def all_day(settings: Any) -> None:
    settings.MESSAGE_HOURS = (datetime.time.min, datetime.time.max)


def queries(work: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as captured:
        work()
    return len(captured)


def tasks_due(world: World, count: int) -> None:
    for number in range(count):
        basic.task(world.campaign, world.cell if number % 2 else world.other_cell, due_on=today() + DAY)


def test_more_rows_of_the_portal_cost_no_more_queries(world: World) -> None:
    make.rule(world, offset_days=-1, local_time=datetime.time.min)
    spent = []
    for count in (2, 20):
        tasks_due(world, count)
        planned = queries(planner.run)
        made = Message.objects.filter(state="ready").count()
        spent.append((planned, queries(lambda: sender.run(0.001))))
        assert (made, Message.objects.filter(state="ready").count()) == (count, 0)
    assert spent[0] == spent[1]


def test_each_mail_more_costs_its_mark_and_nothing_else(world: World) -> None:
    world.head.email = "head@example.test"
    world.head.save(update_fields=["email"])
    spent = []
    for count in (1, 11):
        for number in range(count):
            make.message(world, number, channel=Channel.EMAIL)
        spent.append(queries(lambda: sender.run(0.001)))
    assert Message.objects.filter(state="sent").count() == 12
    assert spent[1] - spent[0] == 10


@pytest.mark.parametrize(
    ("channel", "index"), [("in_app", "notif_message_due_here"), ("email", "notif_message_due_out")]
)
def test_the_most_urgent_are_found_by_an_index_however_many_wait(world: World, channel: str, index: str) -> None:
    first = make.message(world)
    fields = {f.attname: getattr(first, f.attname) for f in Message._meta.concrete_fields if f.attname != "id"}
    Message.objects.bulk_create(
        Message(**fields | {"channel": channel, "dedupe_key": f"more:{number}"}) for number in range(3000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE notifications_message")
    rows = sender.due(timezone.now()).order_by(BY_CLASS, "not_before", "id")
    rows = rows.filter(channel=channel) if channel == Channel.IN_APP else rows.exclude(channel=Channel.IN_APP)
    plan = rows.only("pk")[:20].explain()
    assert index in plan, plan
    assert "Sort" not in plan, plan
