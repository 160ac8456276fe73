from collections.abc import Callable

import pytest
from django.urls import reverse
from django.utils import timezone

from notifications.engine import sender
from notifications.models import Message
from tests.notifications import factories as make
from tests.query_baseline import QueryBaseline
from tests.world import World

pytestmark = pytest.mark.usefixtures("taught")
LIST = "/notifications/"


def sent(world: World, count: int, first: int = 0) -> None:
    event = make.event(world, by=world.campaign_officer)
    for number in range(first, first + count):
        make.message(world, number, event=event)
    sender.run()


def test_the_page_shows_own_messages_and_why(world: World, sign_in: Callable) -> None:
    sent(world, 2)
    make.message(world, user=world.neighbour, number=9)
    page = sign_in(world.head).get(LIST).content.decode()
    assert page.count(f'dv-row-t">{world.campaign_officer} greets {world.cell}') == 2
    assert "Greeted on" in page


def test_a_message_that_is_not_sent_is_not_shown(world: World, sign_in: Callable) -> None:
    make.message(world)
    assert "greets" not in sign_in(world.head).get(LIST).content.decode()


def test_opening_a_message_marks_it_read_and_leads_to_its_row(world: World, sign_in: Callable) -> None:
    sent(world, 1)
    message = Message.objects.get()
    client = sign_in(world.head)
    assert client.get(reverse("notifications:message_open", args=[message.pk])).url == world.cell.get_absolute_url()
    assert not Message.objects.unread().exists()
    message.refresh_from_db()
    first = message.read_at
    client.get(reverse("notifications:message_open", args=[message.pk]))
    message.refresh_from_db()
    assert message.read_at == first <= timezone.now()


def test_all_are_marked_read_by_their_owner_only(world: World, sign_in: Callable) -> None:
    sent(world, 3)
    sign_in(world.neighbour).post(reverse("notifications:message_read_all"))
    assert Message.objects.unread().count() == 3
    sign_in(world.head).post(reverse("notifications:message_read_all"))
    assert Message.objects.unread().count() == 0


def test_marking_all_read_by_a_link_is_refused(world: World, sign_in: Callable) -> None:
    assert sign_in(world.head).get(reverse("notifications:message_read_all")).status_code == 405


def test_queries(world: World, sign_in: Callable, query_baseline: QueryBaseline) -> None:
    sent(world, 3)
    client = sign_in(world.head)
    client.get(LIST)
    query_baseline.check("message_list", client, LIST)
    query_baseline.assert_flat(client, LIST, lambda: sent(world, 10, 3))
