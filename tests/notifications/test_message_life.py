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
from notifications.choices import Channel, MessageState
from notifications.engine import planner, sender
from notifications.gateways import GATEWAYS, NotTaken, Refused
from notifications.models import Message, may_have_left
from notifications.operations import acts
from tests import factories as basic
from tests.notifications import factories as make
from tests.world import World

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("taught")]
# The same orders in every run; more of them, at random: derandomize=False and a larger max_examples.
FEW = settings(max_examples=12, stateful_step_count=25, derandomize=True, suppress_health_check=list(HealthCheck))
START = datetime.datetime(2026, 11, 24, 1, 0, tzinfo=datetime.UTC)  # eight in the morning
FINAL = {MessageState.SENT, MessageState.MISSED, MessageState.FAILED, MessageState.UNKNOWN, MessageState.VOID}
ANSWERS = ["taken", "is busy", "refuses", "never answers", "dies"]
DAY = datetime.timedelta(days=1)


class Died(BaseException):
    """The process is gone at this place."""


class Keyless:
    """A gateway that takes no key and counts what it took."""

    takes_key = False
    ledger: Counter[str] = Counter()
    answers: list[str] = []

    def send(self, letter: Any) -> str:
        answer = Keyless.answers.pop() if Keyless.answers else "taken"
        if answer == "refuses":
            raise Refused("no such number")
        if answer == "is busy":
            raise NotTaken("later")
        Keyless.ledger[letter.message.dedupe_key] += 1
        if answer == "never answers":
            raise TimeoutError("no answer")
        if answer == "dies":
            raise Died
        return "receipt"

    def close(self) -> None:
        """Nothing is open."""


class Keyed(Keyless):
    """One that hands on no second copy of a key."""

    takes_key = True


@pytest.mark.parametrize("gateway", [Keyless, Keyed])
def test_no_order_of_events_doubles_or_loses_a_message(
    world: World, monkeypatch: pytest.MonkeyPatch, gateway: type[Keyless]
) -> None:
    monkeypatch.setitem(GATEWAYS, Channel.EMAIL, gateway)
    world.head.email = "head@example.test"
    world.head.save(update_fields=["email"])
    run_state_machine_as_test(lambda: Life(world, gateway), settings=FEW)


class Life(RuleBasedStateMachine):
    """Three tasks, a rule that reminds of them by mail, and all that may happen to them, to the rule and to senders."""

    def __init__(self, world: World, gateway: type[Keyless]) -> None:
        super().__init__()
        self.world, self.gateway = world, gateway
        self.point = transaction.atomic()

    @initialize()
    def begin(self) -> None:
        self.point.__enter__()
        self.clock = time_machine.travel(START, tick=False)
        self.time = self.clock.start()
        Keyless.ledger, Keyless.answers = Counter(), []
        self.reminder = make.rule(self.world, enabled_at=START - DAY, channels=[Channel.EMAIL])
        self.tasks = [
            basic.task(self.world.campaign, self.world.cell, due_on=timezone.localdate() + n * DAY) for n in (0, 0, 1)
        ]
        self.days = {task.pk: task.due_on for task in self.tasks}

    @property
    def mails(self) -> Any:
        return Message.objects.filter(ward=self.world.ward, channel=Channel.EMAIL)

    def is_due(self, subject: int, day: datetime.date) -> bool:
        """Nobody has acted, the day holds and the rule is on."""
        return self.reminder.enabled and Task.objects.filter(pk=subject, due_on=day, state="assigned").exists()

    @rule()
    def plan(self) -> None:
        planner.run()
        for task in self.tasks:
            task.refresh_from_db()
            moment = timezone.make_aware(datetime.datetime.combine(task.due_on, self.reminder.local_time))
            known = self.reminder.enabled and max(self.reminder.enabled_at, timezone.now() - planner.LOOK_BACK)
            if known and known <= moment <= timezone.now() and self.is_due(task.pk, task.due_on):
                self.is_told_of(task)

    def is_told_of(self, task: Task) -> None:
        """By a message that is still alive, or that a person decided about, or that nobody can tell about."""
        rows = self.mails.filter(subject_id=task.pk, occurrence_on=task.due_on)
        assert rows.exists(), "nothing was planned"
        gone = rows.filter(state=MessageState.VOID, settled_at__isnull=True).exclude(may_have_left())
        assert gone.count() < rows.count() or gone.count() == planner.MOST_EDITIONS, "what is due is void"

    @rule()
    def plan_as_of_earlier(self) -> None:
        planner.run(timezone.now() - datetime.timedelta(minutes=4))

    @rule(answers=st.lists(st.sampled_from(ANSWERS), max_size=3))
    def send(self, answers: list[str]) -> None:
        Keyless.answers = list(answers)
        void = set(self.mails.filter(state=MessageState.VOID).values_list("pk", flat=True))
        self._until_death(sender.run)
        for row in self.mails.filter(state=MessageState.VOID).exclude(pk__in=void):
            assert not self.is_due(row.subject_id, row.occurrence_on), "what is due was not sent"
        if "dies" not in answers:
            assert not sender.due(timezone.now()).filter(ward=self.world.ward).exists(), "what is due was left lying"

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
        sender.expire_leases()

    @rule(which=st.integers(0, 2), days=st.sampled_from([0, 1]))
    def move(self, which: int, days: int) -> None:
        task = self.tasks[which]
        Task.objects.filter(pk=task.pk).update(due_on=self.days[task.pk] + days * DAY)

    @rule(which=st.integers(0, 2), state=st.sampled_from(["cancelled", "assigned"]))
    def cancel_or_take_back(self, which: int, state: str) -> None:
        Task.objects.filter(pk=self.tasks[which].pk).update(state=state)

    @rule(on=st.booleans())
    def switch(self, on: bool) -> None:
        self.reminder.switch(on)

    @rule()
    def drop(self) -> None:
        acts.drop(self.mails.dead(), by=self.world.administrator, reason="đã gọi điện")

    @rule()
    def send_again(self) -> None:
        """What surely did not leave; of the rest a person would know that it may come twice."""
        acts.send_again(self.mails.filter(state=MessageState.FAILED), by=self.world.administrator)

    def teardown(self) -> None:
        """At the end nothing is under way for ever, nobody was told twice, and what left is called sent or unknown."""
        if not hasattr(self, "time"):
            return
        try:
            for _n in range(8):
                self.time.shift(DAY)
                Keyless.answers = []
                sender.expire_leases()
                sender.run()
            rows = list(self.mails)
            assert {row.state for row in rows} <= FINAL
            sent = Counter((row.subject_id, row.occurrence_on) for row in rows if row.dedupe_key in Keyless.ledger)
            assert all(count == 1 for count in sent.values()), sent
            if not self.gateway.takes_key:
                assert all(count == 1 for count in Keyless.ledger.values()), Keyless.ledger
            unsure = set(self.mails.filter(may_have_left()).values_list("pk", flat=True))
            for row in rows:
                if row.dedupe_key in Keyless.ledger:
                    known = row.state in {MessageState.SENT, MessageState.UNKNOWN} or row.settled_at
                    assert known or (row.state == MessageState.VOID and row.pk in unsure), f"{row} left, is {row.state}"
                else:
                    assert row.state != MessageState.SENT, f"{row} did not leave"
        finally:
            self.clock.stop()
            transaction.set_rollback(True)
            self.point.__exit__(None, None, None)
