"""Whatever happens in whatever order, to real rows: at most one copy of a message is sent, and none is lost."""

import datetime
from collections import Counter
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from campaigns.models import Task
from notifications import planner, sender
from notifications.choices import MessageState
from notifications.gateways import GATEWAYS, NotTaken, Refused
from notifications.models import Message
from tests import factories as basic
from tests.notifications import factories as make
from tests.world import World

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("taught")]
FEW = settings(max_examples=15, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck))
START = datetime.datetime(2026, 11, 24, 1, 0, tzinfo=datetime.UTC)  # eight in the morning
FINAL = {MessageState.SENT, MessageState.MISSED, MessageState.FAILED, MessageState.UNKNOWN, MessageState.VOID}


class Died(BaseException):
    """The process is gone at this place."""


class Keyless:
    """A gateway that takes no key and counts what it took."""

    takes_key = False
    ledger: Counter[str] = Counter()
    answers: list[str] = []

    def send(self, letter: Any) -> str:
        answer = type(self).answers.pop() if type(self).answers else "taken"
        if answer == "refuses":
            raise Refused("no such number")
        if answer == "is busy":
            raise NotTaken("later")
        type(self).ledger[letter.message.dedupe_key] += 1
        if answer == "never answers":
            raise TimeoutError("no answer")
        if answer == "dies":
            raise Died
        return "receipt"

    def close(self) -> None:
        """Nothing is open."""


def test_no_order_of_events_doubles_or_loses_a_message(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(GATEWAYS, "in_app", Keyless)
    run_state_machine_as_test(lambda: Life(world), settings=FEW)


class Life(RuleBasedStateMachine):
    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world
        self.point = transaction.atomic()

    @initialize()
    def begin(self) -> None:
        self.point.__enter__()
        self.clock = time_machine.travel(START, tick=False)
        self.time = self.clock.start()
        Keyless.ledger, Keyless.answers = Counter(), []
        self.reminder = make.rule(self.world, enabled_at=START - datetime.timedelta(days=1))
        self.tasks = [
            basic.task(self.world.campaign, self.world.cell, due_on=timezone.localdate() + datetime.timedelta(days=n))
            for n in (0, 0, 1)
        ]
        self.days = {task.pk: task.due_on for task in self.tasks}

    @rule()
    def plan(self) -> None:
        planner.run()

    @rule()
    def plan_as_of_earlier(self) -> None:
        planner.run(timezone.now() - datetime.timedelta(minutes=4))

    @rule(answers=st.lists(st.sampled_from(["taken", "is busy", "refuses", "never answers", "dies"]), max_size=3))
    def send(self, answers: list[str]) -> None:
        Keyless.answers = list(answers)
        self._until_death(sender.run)

    @rule()
    def die_after_the_lease(self) -> None:
        sender.lease()

    @rule()
    def die_before_the_mark_is_committed(self) -> None:
        write = sender._write

        def written_and_gone(*args: Any) -> None:
            write(*args)
            raise Died

        sender._write = written_and_gone
        try:
            self._until_death(sender.run)
        finally:
            sender._write = write

    def _until_death(self, work: Any) -> None:
        try:
            work()
        except Died:
            assert not connection.needs_rollback

    @rule(minutes=st.sampled_from([1, 3, 70, 24 * 60]))
    def time_passes(self, minutes: int) -> None:
        self.time.shift(datetime.timedelta(minutes=minutes))
        sender.take_over()

    @rule(which=st.integers(0, 2), days=st.sampled_from([0, 1]))
    def move(self, which: int, days: int) -> None:
        task = self.tasks[which]
        Task.objects.filter(pk=task.pk).update(due_on=self.days[task.pk] + datetime.timedelta(days=days))

    @rule(which=st.integers(0, 2), state=st.sampled_from(["cancelled", "assigned"]))
    def cancel_or_take_back(self, which: int, state: str) -> None:
        Task.objects.filter(pk=self.tasks[which].pk).update(state=state)

    @rule(on=st.booleans())
    def switch(self, on: bool) -> None:
        self.reminder.switch(on)

    def teardown(self) -> None:
        """At the end nothing is under way for ever, and nobody was told twice."""
        if not hasattr(self, "time"):
            return
        try:
            for _n in range(8):
                self.time.shift(datetime.timedelta(days=1))
                Keyless.answers = []
                sender.take_over()
                sender.run()
            rows = list(Message.objects.filter(ward=self.world.ward))
            assert {row.state for row in rows} <= FINAL
            assert all(count == 1 for count in Keyless.ledger.values()), Keyless.ledger
            sent = Counter((row.subject_id, row.occurrence_on) for row in rows if row.state == MessageState.SENT)
            assert all(count == 1 for count in sent.values()), sent
            taken = {row.dedupe_key for row in rows if row.state in {MessageState.SENT, MessageState.UNKNOWN}}
            assert set(Keyless.ledger) <= taken, "taken by the gateway, and the row says otherwise"
            assert {row.dedupe_key for row in rows if row.state == MessageState.SENT} <= set(Keyless.ledger)
        finally:
            self.clock.stop()
            transaction.set_rollback(True)
            self.point.__exit__(None, None, None)
