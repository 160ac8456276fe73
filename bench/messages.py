"""How many messages a second are planned and sent, beside plain Celery tasks in the same run. Fails nothing.

    .venv/bin/python -m bench.messages                      # 10,000 mails
    .venv/bin/python -m bench.messages --mails 10000 100000

Each mail is two messages, one of them in the portal; every mail is marked in a commit of its own. Both sides send to
the same mail server, by two processes. Before, as many messages that only the portal shows are sent alone. Memory is
the peak of the planning process and of the larger sender, with mails.
"""

import argparse
import subprocess
import sys
import time
from pathlib import Path

from tests.faults import machine

SENDERS = 2
TITLE = (
    "|  mails | messages planned a second | mails sent a second | plain Celery, mails a second | portal : plain "
    "| of the portal alone, shown a second | memory, planning | memory, sending |"
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mails", type=int, nargs="+", default=[10_000])
    parser.add_argument("--part", choices=["plan", "send"], help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.part:
        return _do(arguments.part)
    print(TITLE, "---".join("|" * TITLE.count("|")), sep="\n")
    with machine.running() as portal:
        import django

        django.setup()
        for count in arguments.mails:
            print(_measure(portal, count), flush=True)


def _measure(portal: machine.Machine, count: int) -> str:
    _planning, shown, _memory = _plan_and_send(_tasks(count, channels=[]))
    ledger = Ledger(portal.ledger)
    planned, sent, memory = _plan_and_send(_tasks(count))
    mails = ledger.new()
    assert mails == count, f"{mails} mails of {count}"
    plain = _plain(portal, count, ledger)
    return (
        f"| {count:,} | {planned:,.0f} | {sent / 2:,.0f} | {plain:,.0f} | {sent / 2 / plain:.2f} | {shown:,.0f} "
        f"| {memory[0]} MB | {memory[1]} MB |"
    )


def _tasks(count: int, **fields: object) -> "object":
    """Tasks that are known to the database's planner, as they are where they were not all made in this minute."""
    from django.db import connection

    from tests.faults import rows

    reminders = rows.Reminders.make(count, **fields)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return reminders


def _plan_and_send(reminders: "object") -> tuple[float, float, tuple[int, int]]:
    """Messages planned and sent a second, and the peak memory of both in MB."""
    planning, memory_planning = _run("plan", 1)
    made = reminders.messages.filter(state="ready").count()
    sending, memory_sending = _run("send", SENDERS)
    sent = reminders.messages.filter(state="sent").count()
    assert sent == made >= reminders.count, f"{sent} sent of {made}"
    reminders.rule.switch(False)  # what comes next is planned without it
    return made / planning, sent / sending, (memory_planning, memory_sending)


class Ledger:
    """What the mail server has taken, counted from where it was read last."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        self.new()

    def new(self) -> int:
        return sum(1 for _line in self._file)


def _run(part: str, processes: int) -> tuple[float, int]:
    """Do all of that part; the seconds of the slowest process and the peak memory of the largest in MB. Starting is not
    counted, for neither side."""
    command = [sys.executable, "-W", "ignore", "-m", "bench.messages", "--part", part]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _n in range(processes)]
    said = [process.communicate()[0].split() for process in started]
    return max(float(seconds) for seconds, _memory in said), max(int(memory) for _seconds, memory in said)


def _do(part: str) -> None:
    import django

    django.setup()
    from notifications.engine import planner, sender

    start = time.monotonic()
    if part == "plan":
        planner.run()
    while part == "send" and sender.run(600):
        pass
    print(time.monotonic() - start, _peak_memory())


def _peak_memory() -> int:
    """In MB. Not ru_maxrss: that begins with what the process had that started this one."""
    status = Path("/proc/self/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) // 1024


def _plain(portal: machine.Machine, count: int, ledger: Ledger) -> float:
    """Mails a second by one task each, from the first that arrives; putting them into the queue is not counted, as the
    planning is not."""
    from bench.plain import send

    for number in range(count):
        send.delay(number)
    options = ["-l", "error", "--concurrency", "1", "--without-gossip", "--without-mingle"]
    command = ["-W", "ignore", "-m", "celery", "-A", "bench.plain", "--quiet", "worker", *options]
    names = [f"plain{number}" for number in range(SENDERS)]
    for name in names:
        portal.start(*command, "-n", name, name=name)
    arrived = 0
    while not arrived:
        time.sleep(0.01)
        arrived = ledger.new()
    start, first = time.monotonic(), arrived
    while arrived < count:
        time.sleep(0.1)
        arrived += ledger.new()
    seconds = time.monotonic() - start
    for name in names:
        portal.kill(portal.processes.pop(name))
    return (count - first) / seconds


if __name__ == "__main__":
    main()
