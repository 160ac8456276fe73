import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.template import Context, Template
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import User
from notifications import registry
from notifications.choices import Channel
from notifications.engine import dispatch
from notifications.models import Event, Message
from notifications.operations import vitals
from notifications.outbox import record
from notifications.registry import Words
from tests.notifications.test_sender import together
from tests.world import World

KIND = "tests.unit.greeted"
pytestmark = pytest.mark.usefixtures("taught")


def on_greeted(event: Event) -> None:
    if event.facts.get("fails"):
        raise LookupError("no such greeting")
    recipients = list(User.objects.filter(pk__in=event.facts["people"]))
    dispatch.announce(event, lambda seats: recipients, "tests.greeting")


def greet(world: World, people: list[Any], **facts: Any) -> Event:
    with transaction.atomic():
        return record(
            KIND,
            subject=world.cell,
            by=world.campaign_officer,
            people=[person.pk for person in people],
            day="2022-04-05",
            **facts,
        )


def test_everybody_but_the_actor_gets_a_row_per_channel(world: World) -> None:
    world.head.email = "head@example.test"
    world.head.save(update_fields=["email"])
    greet(world, [world.head, world.neighbour, world.campaign_officer])
    assert dispatch.run() == 1
    found = set(Message.objects.values_list("user__username", "channel"))
    assert found == {
        (world.head.username, Channel.IN_APP),
        (world.head.username, Channel.EMAIL),
        (world.neighbour.username, Channel.IN_APP),
    }


def test_a_dispatched_event_is_not_taken_again_and_a_repeated_handler_adds_nothing(world: World) -> None:
    event = greet(world, [world.head])
    assert [dispatch.run(), dispatch.run()] == [1, 0]
    on_greeted(event)
    assert Message.objects.count() == 1


def test_a_failing_handler_keeps_its_failure_and_holds_up_nobody(world: World) -> None:
    broken, fine = greet(world, [world.head], fails=True), greet(world, [world.head])
    assert dispatch.run() == 1
    broken.refresh_from_db()
    fine.refresh_from_db()
    assert broken.dispatched_at is None
    assert (broken.failures, broken.failure) == (1, "LookupError: no such greeting")
    assert fine.dispatched_at is not None


def test_what_failed_is_tried_again_after_longer_and_longer_and_is_not_given_up_in_minutes(world: World) -> None:
    broken, tries = greet(world, [world.head], fails=True), []
    for minutes in range(0, 5 * 24 * 60, 1):
        if minutes < 20 or minutes % 60 == 0:
            Event.objects.filter(pk=broken.pk).update(at=timezone.now() - datetime.timedelta(minutes=minutes))
            dispatch.run()
            broken.refresh_from_db()
            if broken.failures > len(tries):
                tries.append(minutes)
    assert tries == [0, 1, 3, 7, 15, 60, 120, 180, 300, 540, 1080, 2100]


def test_an_administrator_has_it_tried_anew(world: World, sign_in: Callable) -> None:
    broken, fine = greet(world, [world.head], fails=True), greet(world, [])
    dispatch.run()
    Event.objects.filter(pk=broken.pk).update(
        failures=dispatch.MOST_FAILURES, facts={"day": "2022-04-05", "people": []}
    )
    assert dispatch.run() == 0
    assert [trouble.code for trouble in vitals.look().troubles() if trouble.code == "events"] == ["events"]
    asked = {"action": "try_again", "_selected_action": [broken.pk, fine.pk]}
    assert sign_in(world.administrator).post(reverse("admin:notifications_event_changelist"), asked).status_code == 302
    assert dispatch.run() == 1


def test_an_unregistered_text_is_refused(world: World) -> None:
    with pytest.raises(KeyError):
        dispatch.announce(greet(world, []), lambda seats: [world.head], "tests.unknown")


def test_a_text_with_an_unknown_placeholder_is_refused() -> None:
    with pytest.raises(ValueError, match="phone"):
        registry.add_words(Words("tests.bad", line="{title} {phone}"))


def test_the_log_of_a_row_shows_three_lines_and_folds_the_rest(world: World) -> None:
    for _n in range(5):
        greet(world, [])
    with translation.override("en"):
        html = Template("{% load timeline %}{% timeline unit %}").render(Context({"unit": world.cell}))
    shown, rest = html.split("<details>")
    assert shown.count("<li>") == 3
    assert rest.count("<li>") == 2
    assert "Greeted on 05/04/2022" in shown
    assert str(world.campaign_officer) in shown


def test_two_dispatchers_at_once_handle_each_event_once(transactional_db: None, world: World) -> None:
    for _n in range(12):
        greet(world, [world.head])
    together(dispatch.run, 3)
    assert Message.objects.count() == 12
    assert not Event.objects.filter(dispatched_at__isnull=True).exists()
    assert not Event.objects.exclude(failures=0).exists()
