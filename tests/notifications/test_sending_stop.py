"""One switch stops everything that a ward sends, once, whoever presses it."""

import datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from notifications.choices import Channel, MessageState
from notifications.engine import sender
from notifications.models import Event, Message, SendingStop
from notifications.operations import acts
from tests.notifications import factories as make
from tests.notifications.test_sender import together
from tests.world import World

pytestmark = pytest.mark.usefixtures("taught")


def stop(world: World) -> SendingStop:
    return acts.stop(world.ward, by=world.administrator, reason="Tin gửi nhầm người")


def test_nothing_of_a_stopped_ward_is_taken_not_even_what_is_mandatory_or_in_the_portal(world: World) -> None:
    stop(world)
    make.message(world, 1)
    make.message(world, 2, klass="mandatory")
    make.message(world, 3, channel=Channel.EMAIL)
    assert sender.lease() == []
    assert sender.run() == 0


def test_another_ward_goes_on(world: World) -> None:
    acts.stop(world.other_ward, by=world.stranger, reason="Thử")
    make.message(world)
    assert len(sender.lease()) == 1


def test_what_was_taken_before_the_stop_is_finished(world: World) -> None:
    message = make.message(world)
    (taken,) = sender.lease()
    stop(world)
    with sender._Gateways() as gateways:
        sender._process_batch([taken], gateways)
    message.refresh_from_db()
    assert message.state == MessageState.SENT


def test_after_the_stop_all_goes_out_and_what_became_useless_is_missed(world: World) -> None:
    found = stop(world)
    late = make.message(world, 1, expires_at=timezone.now() + datetime.timedelta(milliseconds=1))
    fresh = make.message(world, 2)
    sender.run()
    acts.lift(found, by=world.administrator)
    sender.run()
    late.refresh_from_db()
    fresh.refresh_from_db()
    assert (late.state, fresh.state) == (MessageState.MISSED, MessageState.SENT)


def test_the_stop_costs_the_sender_no_query(world: World) -> None:
    make.message(world)
    with CaptureQueriesContext(connection) as free:
        sender.lease()
    Message.objects.update(state=MessageState.READY, lease_until=None)
    acts.stop(world.other_ward, by=world.stranger, reason="Thử")
    with CaptureQueriesContext(connection) as stopped:
        sender.lease()
    assert len(stopped) == len(free)


def test_stop_and_lift_are_written_down(world: World) -> None:
    found = stop(world)
    acts.lift(found, by=world.administrator)
    found.refresh_from_db()
    assert (found.lifted_by, found.lifted_at is None) == (world.administrator, False)
    kinds = Event.objects.filter(subject_type="notifications.sendingstop").order_by("pk").values_list("kind", "by")
    assert list(kinds) == [
        ("notifications.sending.stopped", world.administrator.pk),
        ("notifications.sending.resumed", world.administrator.pk),
    ]


def test_stopping_twice_and_lifting_twice_are_refused_with_a_sentence(world: World) -> None:
    found = stop(world)
    with pytest.raises(ValidationError, match="đã dừng"):
        stop(world)
    acts.lift(found, by=world.administrator)
    with pytest.raises(ValidationError, match="đã chạy lại"):
        acts.lift(found, by=world.administrator)


def test_of_two_people_at_once_one_stops_and_one_lifts(transactional_db: None, world: World) -> None:
    refused: list[str] = []

    def try_it(act: Any) -> None:
        try:
            act()
        except ValidationError as error:
            refused.append(error.messages[0])

    together(lambda: try_it(lambda: stop(world)), 4)
    assert SendingStop.objects.open().count() == 1
    assert len(refused) == 3
    found = SendingStop.objects.get()
    refused.clear()
    together(lambda: try_it(lambda: acts.lift(found, by=world.administrator)), 4)
    assert len(refused) == 3
    assert Event.objects.filter(kind__startswith="notifications.sending.").count() == 2


def test_the_banner_leads_to_operations_only_whoever_may_go_there(world: World, sign_in: Any) -> None:
    stop(world)
    for person, may in ((world.administrator, True), (world.campaign_officer, False)):
        page = sign_in(person).get("/reminders/").text
        banner = page[page.index("dv-stopped") :].partition("</section>")[0]
        assert ("/operations/" in banner) == may, person
