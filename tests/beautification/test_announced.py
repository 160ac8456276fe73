"""A clean-up is announced once, also when the planner ended or was away at the hour."""

import datetime
from typing import Any

import pytest
import time_machine
from django.db.models import QuerySet
from django.utils import timezone

from beautification.choices import HolidayDecision
from beautification.models import Cleanup
from beautification.models.calls import reply, set_needs
from notifications import rules
from notifications.choices import MessageState
from notifications.engine import planner
from notifications.models import BeatRun, Message, ReminderRule
from notifications.registry import get_source
from tests.beautification import factories as make
from tests.notifications import factories as notify
from tests.world import World

HOUR = 8


def at(day: datetime.date, hour: int = HOUR) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(hour)))


def announced(world: World) -> tuple[Cleanup, ReminderRule]:
    """In five days, to be told of in two."""
    rule = notify.rule(
        world, get_source("beautification.cleanup.coming"), offset_days=-3, working_days_only=False, channels=["in_app"]
    )
    cleanup = make.cleanup(make.street(world), make.days(5), starts_at=datetime.time(7))
    return cleanup, rule


def told(cleanup: Cleanup) -> list[tuple[int, str]]:
    rows = Message.objects.filter(subject_type="beautification.cleanup", subject_id=cleanup.pk)
    return list(rows.order_by("pk").values_list("user", "state"))


class Ended(BaseException):
    """The process ends where nobody catches it; `./run faults` kills real ones."""


def test_a_planner_that_ends_before_its_commit_loses_nothing_and_tells_nobody_twice(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    cleanup, _rule = announced(world)
    moment, write = at(make.days(2)), QuerySet.bulk_create

    def written_and_ended(rows: Any, *args: Any, **kwargs: Any) -> None:
        write(rows, *args, **kwargs)
        raise Ended

    with monkeypatch.context() as patch:
        patch.setattr(QuerySet, "bulk_create", written_and_ended)
        with pytest.raises(Ended):
            planner.run(moment)
    assert told(cleanup) == []
    for _time in range(2):
        planner.run(moment + datetime.timedelta(minutes=5))
    assert told(cleanup) == [(world.head.pk, MessageState.READY)]


def test_a_night_without_the_timetable_is_made_up_for_once_while_it_helps(world: World) -> None:
    cleanup, _rule = announced(world)
    before = at(make.days(1))
    BeatRun.objects.create(entry="plan", started_at=before, finished_at=before)
    for hour in (6, 7):
        planner.run(at(make.days(3), hour))
    assert told(cleanup) == [(world.head.pk, MessageState.READY)]


def test_the_standard_rules_ask_for_a_decision_for_people_and_for_the_closing(world: World) -> None:
    street, other = make.street(world), make.street(world)
    asked = {"holiday_decision": HolidayDecision.NEEDED, "reason": "Nghỉ lễ"}
    undecided = make.cleanup(street, make.days(14), **asked)
    short = make.cleanup(street, make.days(1), starts_at=datetime.time(7))
    set_needs(short, {world.cell: (20, "")}, by=None)
    unclosed = make.cleanup(street, starts_at=datetime.time(7))
    make.cleanup(other, starts_at=datetime.time(15))
    enough = make.cleanup(other, make.days(1))
    set_needs(enough, {world.cell: (20, "")}, by=None)
    reply(enough, by=None, unit=world.cell, people=20)
    with time_machine.travel(at(make.days(0), 11), tick=False):
        for rule in rules.defaults(world.ward, world.campaign.year):
            if rule.code in {"cleanup-undecided", "cleanup-short", "cleanup-unclosed"}:
                rule.working_days_only = False
                rule.save(update_fields=["working_days_only"])
                rule.switch(True, at=at(make.days(-1)))
        planner.run(at(make.days(0), 11) + datetime.timedelta(minutes=1))
    rows = Message.objects.filter(channel="in_app", state=MessageState.READY).values_list("words", "subject_id")
    assert {(words.rpartition(".")[2], pk) for words, pk in rows} == {
        ("undecided", undecided.pk),
        ("shortage", short.pk),
        ("unclosed", unclosed.pk),
    }, "one that begins in the afternoon is not late at eleven"
    assert set(Message.objects.filter(subject_id=undecided.pk).values_list("user", flat=True)) == {
        world.campaign_officer.pk
    }


def test_an_announcement_that_helps_no_more_is_shown_as_missed(world: World) -> None:
    cleanup, _rule = announced(world)
    before = at(make.days(1))
    BeatRun.objects.create(entry="plan", started_at=before, finished_at=before)
    planner.run(at(make.days(5), 9))
    assert told(cleanup) == [(world.head.pk, MessageState.MISSED)]
