"""How many messages a second are planned and sent, beside plain Celery tasks in the same run. Fails nothing.

    .venv/bin/python -m bench.messages                      # 10,000 mails
    .venv/bin/python -m bench.messages --mails 10000 100000

Each mail is two messages, one of them in the portal; every message is marked in a commit of its own. Both sides send to
the same mail server, by two processes.
"""

import argparse
import resource
import subprocess
import sys
import time

from tests.faults import machine

SENDERS = 2


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mails", type=int, nargs="+", default=[10_000])
    parser.add_argument("--send", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.send:
        return _send()
    print(
        "|  mails | planned a second | sent a second | plain Celery, mails a second | portal mails : plain | memory |"
    )
    print("|---|---|---|---|---|---|")
    with machine.running() as portal:
        import django

        django.setup()
        for count in arguments.mails:
            print(_measure(portal, count), flush=True)


def _measure(portal: machine.Machine, count: int) -> str:
    from notifications import planner
    from tests.faults import rows

    reminders = rows.Reminders.make(count)
    start = time.monotonic()
    made = planner.run()
    planned = made / (time.monotonic() - start)
    before = len(rows.deliveries(portal.ledger))
    start = time.monotonic()
    memory = _run_senders()
    seconds = time.monotonic() - start
    mails = len(rows.deliveries(portal.ledger)) - before
    assert (mails, reminders.messages.filter(state="sent").count()) == (count, made), "not all were sent"
    plain = _plain(portal, count)
    return (
        f"| {count:,} | {planned:,.0f} | {made / seconds:,.0f} | {plain:,.0f} | "
        f"{mails / seconds / plain:.2f} | {memory} MB |"
    )


def _run_senders() -> int:
    """Send all that is due; the peak memory of the larger process in MB."""
    command = [sys.executable, "-W", "ignore", "-m", "bench.messages", "--send"]
    senders = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _n in range(SENDERS)]
    return max(int(sender.communicate()[0].split()[-1]) for sender in senders)


def _send() -> None:
    import django

    django.setup()
    from notifications import sender

    while sender.run(600):
        pass
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)


def _plain(portal: machine.Machine, count: int) -> float:
    """Mails a second by one task each; putting them into the queue is not counted, as the planning is not."""
    from bench.plain import send

    before = len(portal.ledger.read_text().splitlines())
    for number in range(count):
        send.delay(before + number)
    start = time.monotonic()
    options = ["-l", "error", "--concurrency", "1", "--without-gossip", "--without-mingle"]
    command = ["-W", "ignore", "-m", "celery", "-A", "bench.plain", "--quiet", "worker", *options]
    names = [f"plain{number}" for number in range(SENDERS)]
    for name in names:
        portal.start(*command, "-n", name, name=name)
    wanted = before + count
    machine.wait_for(lambda: len(portal.ledger.read_text().splitlines()) >= wanted, 60 + count / 20)
    seconds = time.monotonic() - start
    for name in names:
        portal.kill(portal.processes.pop(name))
    return (len(portal.ledger.read_text().splitlines()) - before) / seconds


if __name__ == "__main__":
    main()
