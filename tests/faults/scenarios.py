"""The faults. Each function does one to a running machine and tells what became of the messages."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import redis
from django.conf import settings
from django.db import close_old_connections, connection
from django.utils import timezone

from notifications import rules
from notifications.choices import Channel, MessageClass, MessageState
from notifications.engine import bundles, planner
from notifications.engine.sender import BATCH
from notifications.models import ReminderRule, SendingStop
from tests.faults import control
from tests.faults.machine import POOL, THREADS, Machine, wait_for
from tests.faults.rows import DAY, Reminders, Tally, key, lines, tally
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


def at_place(
    place: str, strike: Callable[[Machine], None], keyed: bool = True, way: str = Channel.EMAIL
) -> Callable[[Machine, int], Tally]:
    """One process stops at the place, half-way through; the fault is done; the process goes on if it lives."""

    def do(machine: Machine, rows: int) -> Tally:
        control.arm(place, after={"planning": 1, "leased": 2}.get(place, max(1, rows // 6)))
        reminders = Reminders.make(rows, channels=[way])
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


def answering(keyed: bool = True, way: str = Channel.EMAIL, **answers: float) -> Callable[[Machine, int], Tally]:
    """The other side answers oddly, for every n-th message at its first try."""

    def do(machine: Machine, rows: int) -> Tally:
        control.write("answers", answers)
        try:
            return settle(machine, Reminders.make(rows, channels=[way]), keyed=keyed)
        finally:
            control.remove("answers")

    return do


def answered_twice(do: Callable[[Machine, int], Tally]) -> Callable[[Machine, int], Tally]:
    """A second copy must have come and been answered with the first receipt, or nothing was tried."""

    def doing(machine: Machine, rows: int) -> Tally:
        known = len(lines(machine.ledger))
        result = do(machine, rows)
        if all(line["delivered"] for line in lines(machine.ledger)[known:]):
            raise RuntimeError("no second copy came")
        return result

    return doing


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


def bundled(place: str, strike: Callable[[Machine], None]) -> Callable[[Machine, int], Tally]:
    """A day's bundle of many messages; the process that works on it stops at the place, and the fault is done."""

    def do(machine: Machine, rows: int) -> Tally:
        reminders = _waiting_for_bundle(rows)
        _stop_at_bundle(place, after=rows // 2 if place == "between items" else 1)
        strike(machine)
        control.release()
        connection.close()
        return settle(machine, reminders)

    return do


def bundle_again(machine: Machine, rows: int) -> Tally:
    """While a bundle that the gateway took without an answer waits to be sent again, more comes that the day's bundle
    would have held: both copies carry the same, and what came later is in the bundle of the next working day."""
    reminders = _waiting_for_bundle(rows)
    control.write("answers", {"silent": 1})
    _stop_at_bundle("bundle marking")
    control.remove("answers")
    boss = reminders.messages.first().user
    stop = SendingStop.objects.create(ward=reminders.ward, reason="fault", stopped_by=boss)
    control.release()
    bundles_of = reminders.messages.filter(digest_on__isnull=False)
    if not wait_for(lambda: bundles_of.filter(state=MessageState.READY, tries=1).exists(), PATIENCE):
        raise RuntimeError("the bundle did not become one to be sent again")
    reminders.add(rows // 4, timezone.localdate() - DAY)
    late = reminders.messages.filter(for_bundle=True, bundle__isnull=True)
    wait_for(lambda: reminders.messages.filter(for_bundle=True).count() == reminders.count, PATIENCE)
    bundles.make()
    if late.count() != rows // 4:
        raise RuntimeError("a bundle that had been tried took in more")
    SendingStop.objects.filter(pk=stop.pk).update(lifted_by=boss, lifted_at=timezone.now())
    if not wait_for(lambda: bundles_of.filter(state=MessageState.SENT).exists(), PATIENCE):
        raise RuntimeError("the bundle was not sent again")
    copies = [line["about"] for line in lines(machine.ledger) if line["key"] == key(bundles_of.get())]
    if len(copies) != 2 or copies[0] != copies[1] or len(copies[0]) != rows:
        raise RuntimeError(f"the copies carried {[len(about) for about in copies]} items of {rows}")
    _to_next_working_noon()
    return settle(machine, reminders)


def _waiting_for_bundle(rows: int) -> Reminders:
    """The portal has shown all of them, and what goes by mail waits for the day's bundle."""
    reminders = Reminders.make(rows, klass=MessageClass.OPTIONAL)
    shown = reminders.messages.filter(state=MessageState.SENT, channel=Channel.IN_APP)
    if not wait_for(lambda: shown.count() == rows, PATIENCE):
        raise RuntimeError("the portal did not show all of them")
    return reminders


def _stop_at_bundle(place: str, after: int = 1) -> None:
    control.arm(place, after)
    _to_next_working_noon()
    if not wait_for(lambda: control.read("stopped") is not None, PATIENCE):
        raise RuntimeError(f"no process came to the place {place}")


def _to_next_working_noon() -> None:
    noon = timezone.localtime(timezone.now() + DAY).replace(hour=12, minute=0)
    while noon.weekday() >= 5:  # no weekend
        noon += DAY
    control.put_clock((noon - timezone.now()).total_seconds())


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
    "the database restarted": (Machine.restart_database, 0),
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


BUNDLE_PLACES = {
    "bundle leased": "after its lease",
    "bundle accepted": "after the gateway accepted it",
    "between items": "between two of its items",
    "bundle marking": "before the commit of its mark",
}
BUNDLE_STRIKES = {"a worker killed": Machine.kill_worker, "the database restarted": Machine.restart_database}


def _bundles() -> list[Fault]:
    faults = []
    for title, strike in BUNDLE_STRIKES.items():
        for place, words in BUNDLE_PLACES.items():
            again = strike == Machine.kill_worker and place != "bundle leased"
            allowed = Allowed(second_copies=int(again))
            faults.append(Fault(f"a day's bundle, {title} {words}", bundled(place, strike), 40, allowed))
    return faults


def _over_http() -> list[Fault]:
    """The other gateways that take our key. An SMS provider hands no second copy on, a push service replaces the first
    by it."""
    faults = []
    for title, way, copies, check in (
        ("by SMS", Channel.GATEWAY, 0, answered_twice),
        ("by push", Channel.PUSH, 1, lambda do: do),
    ):
        silent = check(answering(way=way, silent=25))
        killed = check(at_place("accepted", Machine.kill_worker, way=way))
        restarted = at_place("marking", Machine.restart_database, way=way)
        most = Allowed(second_copies=copies * POOL * THREADS)
        faults += [
            Fault(f"{title}: the gateway says later", answering(way=way, busy=20, broken=21), 100),
            Fault(f"{title}: the gateway accepts and never answers", silent, 100, Allowed(second_copies=4 * copies)),
            Fault(f"{title}: a worker killed after the gateway accepted", killed, 100, most),
            Fault(f"{title}: the database restarted before the commit of the mark", restarted, 100),
        ]
    return faults


def _keyless(title: str = "", way: str = Channel.EMAIL) -> list[Fault]:
    """Gateways as if they took no key: nothing goes twice, and what nobody knows is unknown."""
    silent = answering(keyed=False, way=way, silent=50)
    accepted = at_place("accepted", Machine.kill_worker, keyed=False, way=way)
    marking = at_place("marking", Machine.restart_database, keyed=False, way=way)
    none, killed = f"{title}no key taken", Allowed(unknown=POOL * THREADS * BATCH)
    return [
        Fault(f"{none}: the gateway accepts and never answers", silent, 200, Allowed(unknown=4), keyed=False),
        Fault(f"{none}: a worker killed after the gateway accepted", accepted, 200, killed, keyed=False),
        Fault(f"{none}: the database restarted before the commit of the mark", marking, 200, keyed=False),
    ]


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
    *_bundles(),
    Fault("a bundle of unknown outcome takes in nothing more", bundle_again, 40, Allowed(second_copies=1), quick=16),
    Fault("last year's rules copied", last_years_rules, 100),
    *_over_http(),
    *_keyless(),
    *_keyless("by push, ", Channel.PUSH),
    Fault(
        "by push, no key taken: the gateway says later",
        answering(keyed=False, way=Channel.PUSH, busy=20),
        100,
        Allowed(unknown=5),
        keyed=False,
    ),
]
