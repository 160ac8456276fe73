"""`./run faults`: real processes, real kills, and a table of what became of the messages."""

import argparse
import dataclasses
import json
import sys
import time
from pathlib import Path

from tests.faults import control, machine, table


def main() -> int:
    arguments = _arguments()
    with machine.running() as portal:
        import django

        control.install_clock()
        django.setup()
        from tests.faults.scenarios import FAULTS

        chosen = [f for f in FAULTS if (f.quick or not arguments.quick) and arguments.only in f.title]
        results = []
        for keyed in (True, False):
            part = [fault for fault in chosen if fault.keyed == keyed]
            if not part:
                continue
            portal.kill_portal()
            control.write("keyless", not keyed)
            portal.start_portal()
            results += [_try(portal, fault, arguments.quick, arguments.rows) for fault in part]
        if arguments.logs:
            for log in portal.var.glob("*.log"):
                print(f"== {log.name}\n{log.read_text()[-4000:]}", file=sys.stderr)
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=1) + "\n")
    if arguments.markdown:
        table.put_into(arguments.markdown, results)
    bad = [row["fault"] for row in results if row["wrong"]]
    print("\nEverything is where it must be." if not bad else "\nWRONG: " + "; ".join(bad))
    return 1 if bad else 0


def _try(portal: machine.Machine, fault: object, quick: bool, most: int) -> dict:
    start = time.monotonic()
    control.remove("stop", "stopped", "go", "answers")
    portal.start_portal()
    row: dict = {"fault": fault.title, "keyed": fault.keyed}
    try:
        row |= dataclasses.asdict(fault.do(portal, min(most, fault.quick if quick else fault.rows)))
        row["wrong"] = _wrong(row, fault.allowed)
    except RuntimeError as error:
        row["wrong"] = str(error)
    finally:
        control.release()
    row["seconds"] = round(time.monotonic() - start, 1)
    print(table.line(row), flush=True)
    return row


def _wrong(row: dict, allowed: object) -> str:
    """In words, what happened that must not; empty when all is well."""
    limits = {"lost": 0, "doubled": 0} | dataclasses.asdict(allowed)
    return ", ".join(f"{row[name]} {name}" for name, most in limits.items() if row[name] > most)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run faults", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few rows and few faults, as the tests do it")
    parser.add_argument("--rows", type=int, default=2000, metavar="N", help="so many tasks at most for each fault")
    parser.add_argument("--only", default="", metavar="WORDS", help="only faults whose title holds these words")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results there")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="put the table into the marked place of the file")
    parser.add_argument("--logs", action="store_true", help="print the end of each process's log")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
