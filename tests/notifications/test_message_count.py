"""The bell's number while a page is open."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.middleware import SEEN_KEY
from notifications.engine import sender
from notifications.models import Message
from tests.notifications import factories as make
from tests.query_baseline import QueryBaseline
from tests.world import World

pytestmark = pytest.mark.usefixtures("taught")
COUNT = "/notifications/count/"
HTMX = {"HX-Request": "true"}


def come(world: World, number: int) -> None:
    make.message(world, number)
    sender.run()


def test_the_page_asks_for_its_number_and_gets_the_new_one_with_a_word_for_readers(
    world: World, sign_in: Callable
) -> None:
    client = sign_in(world.head)
    come(world, 1)
    assert f'hx-get="{COUNT}?seen=1"' in client.get("/menu/").content.decode()
    come(world, 2)
    fragment = client.get(f"{COUNT}?seen=1", headers=HTMX).content.decode()
    assert f'hx-get="{COUNT}?seen=2"' in fragment
    assert "2 thông báo mới" in fragment
    assert fragment.count('class="dv-count dv-count-bad">2<') == 2


def test_nothing_is_sent_and_nothing_said_when_nothing_came(world: World, sign_in: Callable) -> None:
    client = sign_in(world.head)
    come(world, 1)
    answer = client.get(f"{COUNT}?seen=1", headers=HTMX)
    assert (answer.status_code, answer.content) == (204, b"")
    Message.objects.mark_read()
    fragment = client.get(f"{COUNT}?seen=1", headers=HTMX).content.decode()
    assert "thông báo mới" not in fragment
    assert "dv-count-bad" not in fragment


@pytest.mark.parametrize("seen", ["", "x", "-1", "9" * 30, "٣"])
def test_odd_numbers_are_as_if_none_was_seen(world: World, sign_in: Callable, seen: str) -> None:
    come(world, 1)
    answer = sign_in(world.head).get(COUNT, {"seen": seen}, headers=HTMX)
    assert "1 thông báo mới" in answer.content.decode()


def test_a_page_left_open_does_not_keep_the_session_alive(world: World, sign_in: Callable) -> None:
    client = sign_in(world.head)
    session = client.session
    session[SEEN_KEY] = 1
    session.save()
    client.get(f"{COUNT}?seen=0", headers=HTMX)
    assert client.session[SEEN_KEY] == 1
    client.get("/menu/")
    assert client.session[SEEN_KEY] > 1


def test_it_is_cheap(world: World, sign_in: Callable, query_baseline: QueryBaseline) -> None:
    client: Any = sign_in(world.head)
    client.defaults["HTTP_HX_REQUEST"] = "true"
    query_baseline.check("message_count", client, COUNT)
    query_baseline.assert_flat(client, COUNT, lambda: [come(world, number) for number in range(10)])
