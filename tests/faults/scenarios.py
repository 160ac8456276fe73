"""The faults. Each function does one to a running machine and tells what became of the messages."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import redis
from django.conf import settings
from django.db import close_old_connections, connection
from django.utils import timezone

from notifications import planner, rules
from notifications.choices import MessageClass, MessageState
from notifications.models import ReminderRule
from notifications.moments import SATURDAY
from notifications.sender import BATCH
from tests.faults import control
from tests.faults.machine import POOL, THREADS, WORKERS, Machine, wait_for
from tests.faults.rows import DAY, Reminders, Tally, tally
from tests.notifications.test_sender import together

PATIENCE = 90
PLACES = {
    "leased": "after the lease",
    "accepted": "after the gateway accepted",
    "marking": "before the commit of the mark",
    "planning": "while planning",
    "between": "between two messages",
}


@dataclass(frozen=True)
class Allowed:
    """What a fault may cost. Lost and doubled are never allowed."""

    second_copies: int = 0
    missed: int = 0
    failed: int = 0
    unknown: int = 0
    void: int = 0


@dataclass(frozen=True)
class Fault:
    title: str
    do: Callable[[Machine, int], Tally]
    rows: int
    allowed: Allowed = field(default_factory=Allowed)
    keyed: bool = True
    quick: int = 0  # rows in the short form; 0: left out


def settle(machine: Machine, reminders: Reminders, *, keyed: bool = True) -> Tally:
    """Wait until nothing is on its way any more, and then for what should not come."""
    wait_for(lambda: _asking(partial(reminders.are_settled, keyed)), PATIENCE + reminders.count / 5)
    pause(2)
    if ended := [name for name, process in machine.processes.items() if process.poll() is not None]:
        raise RuntimeError(f"ended by itself: {', '.join(ended)}")
    return tally(reminders, machine.ledger, keyed=keyed)


def pause(seconds: float) -> None:
    wait_for(lambda: False, seconds)


def _asking(question: Callable[[], bool]) -> bool:
    """Ask the database, which may just be away."""
    try:
        close_old_connections()
        return question()
    except Exception:
        connection.close()
        return False


def nothing(machine: Machine, rows: int) -> Tally:
    return settle(machine, Reminders.make(rows))


def at_place(place: str, strike: Callable[[Machine], None], keyed: bool = True) -> Callable[[Machine, int], Tally]:
    """One process stops at the place, half-way through; the fault is done; the process goes on if it lives."""

    def do(machine: Machine, rows: int) -> Tally:
        control.arm(place, after={"planning": 1, "leased": 2}.get(place, max(1, rows // 6)))
        reminders = Reminders.make(rows)
        if not wait_for(lambda: control.read("stopped") is not None, PATIENCE):
            raise RuntimeError(f"no process came to the place {place}")
        strike(machine)
        control.release()
        connection.close()
        return settle(machine, reminders, keyed=keyed)

    return do


def flushed(machine: Machine, rows: int) -> Tally:
    """The broker forgets all, doorbells and timetable's tasks included, while work is under way."""
    reminders = Reminders.make(rows)
    with redis.Redis.from_url(settings.REDIS_URL) as broker:
        for _n in range(20):
            broker.flushall()
            pause(0.1)
    return settle(machine, reminders)


def broker_away(machine: Machine, rows: int) -> Tally:
    """Nobody answers for a while; the workers come back by themselves, nobody restarts them."""
    pids = {name: process.pid for name, process in machine.processes.items()}
    machine.valkey.process.kill()
    machine.valkey.process.wait()
    reminders = Reminders.make(rows)
    pause(6)
    machine.valkey.start()
    result = settle(machine, reminders)
    if pids != {name: process.pid for name, process in machine.processes.items() if process.poll() is None}:
        raise RuntimeError("a process did not survive the broker's absence")
    return result


def answering(keyed: bool = True, **answers: float) -> Callable[[Machine, int], Tally]:
    """The other side answers oddly, for every n-th message at its first try."""

    def do(machine: Machine, rows: int) -> Tally:
        control.write("answers", answers)
        try:
            return settle(machine, Reminders.make(rows), keyed=keyed)
        finally:
            control.remove("answers")

    return do


def clock_jumps(seconds: float) -> Callable[[Machine, int], Tally]:
    def do(machine: Machine, rows: int) -> Tally:
        reminders = Reminders.make(rows)
        wait_for(lambda: reminders.messages.filter(state=MessageState.SENT).count() >= rows // 4, PATIENCE)
        control.put_clock(seconds)
        if seconds < 0:  # what is not due any more by this clock waits until it is again
            pause(5)
            control.put_clock(-seconds)
        return settle(machine, reminders)

    return do


def moved_and_back(machine: Machine, rows: int) -> Tally:
    """A third is moved and a third cancelled before the moment; after it, both are put back as they were."""
    reminders = Reminders.make(rows, in_seconds=8)
    planner.run()
    keys = list(reminders.tasks.values_list("pk", flat=True))
    moved, cancelled = keys[: rows // 3], keys[rows // 3 : 2 * rows // 3]
    due_on = reminders.tasks.first().due_on
    reminders.tasks.filter(pk__in=moved).update(due_on=due_on + DAY)
    reminders.tasks.filter(pk__in=cancelled).update(state="cancelled")
    gone = reminders.messages.filter(state=MessageState.VOID)
    if not wait_for(lambda: gone.count() == 2 * len(moved + cancelled), PATIENCE):
        raise RuntimeError("what was moved or cancelled was not taken back")
    reminders.tasks.update(due_on=due_on, state="assigned")
    wait_for(lambda: reminders.messages.filter(state=MessageState.SENT).count() == 2 * rows, PATIENCE)
    return settle(machine, reminders)


def machine_off(days: float) -> Callable[[Machine, int], Tally]:
    """Everything is off at the moment, for so long: late where it still helps, else missed, and never silent."""

    def do(machine: Machine, rows: int) -> Tally:
        machine.kill_portal()
        reminders = Reminders.make(rows, in_seconds=3)
        control.put_clock(days * 86400)
        machine.start_portal()
        return settle(machine, reminders)

    return do


def rule_off(machine: Machine, rows: int) -> Tally:
    """The rule is switched off after its messages were planned: none leaves."""
    reminders = Reminders.make(rows, in_seconds=8)
    planner.run()
    reminders.rule.switch(False)
    return settle(machine, reminders)


def rule_offset(machine: Machine, rows: int) -> Tally:
    """The rule's day is put one later after its messages were planned: each leaves once, on the new day."""
    reminders = Reminders.make(rows, in_seconds=10)
    planner.run()
    reminders.rule.offset_days = -2
    reminders.rule.save(update_fields=["offset_days"])
    rules.withdraw(reminders.rule)
    pause(12)
    if reminders.messages.exclude(state=MessageState.VOID).exists():
        raise RuntimeError("a message left on the old day")
    control.put_clock(86400)
    wait_for(lambda: reminders.messages.filter(state=MessageState.SENT).count() == 2 * rows, PATIENCE)
    return settle(machine, reminders)


def planner_goes_back(machine: Machine, rows: int) -> Tally:
    """Planned as of 10:05 and then as of 10:01."""
    reminders = Reminders.make(rows)
    now = timezone.now()
    for minutes in (5, 1, 5):
        planner.run(now + datetime.timedelta(minutes=minutes))
    return settle(machine, reminders)


def planners_at_once(machine: Machine, rows: int) -> Tally:
    reminders = Reminders.make(rows)
    together(planner.run, 3)
    return settle(machine, reminders)


def bundled(place: str) -> Callable[[Machine, int], Tally]:
    """A day's bundle of many messages; its worker is killed."""

    def do(machine: Machine, rows: int) -> Tally:
        reminders = Reminders.make(rows, klass=MessageClass.OPTIONAL)
        wait_for(lambda: reminders.messages.count() == 2 * rows, PATIENCE)
        control.arm(place, after=1)
        noon = timezone.localtime(timezone.now() + DAY).replace(hour=12, minute=0)
        while noon.weekday() >= SATURDAY:
            noon += DAY
        control.put_clock((noon - timezone.now()).total_seconds())
        if not wait_for(lambda: control.read("stopped") is not None, PATIENCE):
            raise RuntimeError(f"no process came to the place {place}")
        machine.kill_worker()
        control.release()
        return settle(machine, reminders)

    return do


def last_years_rules(machine: Machine, rows: int) -> Tally:
    """A copy of the rules of last year is switched off, and sends nothing, switched on neither."""
    reminders = Reminders.make(rows)
    rule = reminders.rule
    ReminderRule.objects.create(
        ward=rule.ward,
        code="copy",
        year=rule.year,
        source=rule.source,
        anchor=rule.anchor,
        offset_days=rule.offset_days,
        local_time=rule.local_time,
        working_days_only=False,
        channels=rule.channels,
    )
    result = settle(machine, reminders)
    ReminderRule.objects.get(ward=rule.ward, code="copy").switch(True)
    pause(8)
    if reminders.messages.filter(rule__code="copy").exists():
        raise RuntimeError("the copy sent what lay before it")
    return result


STRIKES = {
    "a worker killed": (Machine.kill_worker, POOL * THREADS),
    "a pool process killed": (Machine.kill_child, THREADS),
    "the broker restarted without its memory": (Machine.restart_broker, 0),
    "the database restarted": (Machine.restart_database, WORKERS),
}
QUICK = {("accepted", Machine.kill_worker), ("marking", Machine.restart_database)}


def _grid() -> list[Fault]:
    faults = []
    for title, (strike, copies) in STRIKES.items():
        for place, words in PLACES.items():
            quick = 20 if (place, strike) in QUICK else 0
            allowed = Allowed(second_copies=copies)
            faults.append(Fault(f"{title}, {words}", at_place(place, strike), 200, allowed, quick=quick))
    return faults


FAULTS = [
    Fault("no fault", nothing, 2000),
    *_grid(),
    Fault("the broker flushed", flushed, 200),
    Fault("the broker away for seconds", broker_away, 200),
    Fault("the gateway says later", answering(busy=20), 200),
    Fault("the gateway refuses", answering(refuse=50), 200, Allowed(failed=4)),
    Fault("the gateway accepts and never answers", answering(silent=50), 200, Allowed(second_copies=4)),
    Fault("the clock jumps an hour ahead", clock_jumps(3600), 200, Allowed(second_copies=2 * POOL * THREADS)),
    Fault("the clock jumps an hour back", clock_jumps(-3600), 200),
    Fault("moved, cancelled and put back around the moment", moved_and_back, 90, Allowed(void=120)),
    Fault("the machine off for five hours", machine_off(5 / 24), 100),
    Fault("the machine off for ten days", machine_off(10), 100, Allowed(missed=200)),
    Fault("the rule switched off before the moment", rule_off, 100, Allowed(void=200)),
    Fault("the rule's day changed before the moment", rule_offset, 100, Allowed(void=200)),
    Fault("the planner run at 10:05 and then at 10:01", planner_goes_back, 100),
    Fault("three planners at once", planners_at_once, 100),
    Fault("a worker killed while a day's bundle is marked", bundled("marking"), 40, Allowed(second_copies=1)),
    Fault("last year's rules copied", last_years_rules, 100),
    Fault(
        "no key taken: the gateway accepts and never answers",
        answering(keyed=False, silent=50),
        200,
        Allowed(unknown=4),
        keyed=False,
    ),
    Fault(
        "no key taken: a worker killed after the gateway accepted",
        at_place("accepted", Machine.kill_worker, keyed=False),
        200,
        Allowed(unknown=POOL * THREADS * BATCH),
        keyed=False,
    ),
    Fault(
        "no key taken: the database restarted before the commit of the mark",
        at_place("marking", Machine.restart_database, keyed=False),
        200,
        Allowed(),
        keyed=False,
    ),
]
