"""The sent log is read by its index, however long it has grown."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications.models import Message
from tests.notifications import factories as make
from tests.world import World

pytestmark = pytest.mark.usefixtures("taught")
MINUTE = datetime.timedelta(minutes=1)


@pytest.mark.parametrize("asked", ["", "?before=20220301T000000.0-5", "?channel=email"])
def test_a_page_of_a_long_log_is_read_by_an_index(world: World, sign_in: Any, asked: str) -> None:
    first = make.message(world)
    fields = {f.attname: getattr(first, f.attname) for f in Message._meta.concrete_fields if f.attname != "id"}
    Message.objects.bulk_create(
        Message(
            **fields
            | {
                "dedupe_key": f"more:{number}",
                "channel": "email" if number % 2 else "in_app",
                "not_before": datetime.datetime(2022, 4, 1, tzinfo=datetime.UTC) - number * 60 * MINUTE,
            }
        )
        for number in range(3000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE notifications_message")
    with CaptureQueriesContext(connection) as captured:
        assert sign_in(world.campaign_officer).get(f"/reminders/log/{asked}").context["total"] > 1000
    [listed] = [query["sql"] for query in captured if "LIMIT 51" in query["sql"]]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {listed}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "notif_message_log" in plan, plan
    assert "Sort" not in plan, plan
    assert ("(not_before <=" in plan) == ("before" in asked), plan
