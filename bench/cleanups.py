"""How long a year of clean-ups takes to be made: 20 streets, one clean-up a week each, a transaction for each street,
beside one plain INSERT of as many rows in the same run. Fails nothing.

    .venv/bin/python -m bench.cleanups
    .venv/bin/python -m bench.cleanups --streets 100
"""

import argparse
import datetime
import json
import time
import uuid
from pathlib import Path

from tests.faults import machine

STREETS = 20
TITLE = "| streets | clean-ups | seconds | seconds of this process's work | seconds of one INSERT | times |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--streets", type=int, default=STREETS)
    parser.add_argument("--json", type=Path, metavar="FILE")
    arguments = parser.parse_args()
    with machine.running():
        import django

        django.setup()
        found = run(arguments.streets)
    print(TITLE, "---".join("|" * TITLE.count("|")), sep="\n")
    cells = [found["made"], found["s"], found["work_s"], found["insert_s"], found["times"]]
    print(f"| {arguments.streets} | {' | '.join(map(str, cells))} |")
    if arguments.json:
        arguments.json.write_text(json.dumps(found), encoding="utf-8")


def run(streets: int) -> dict[str, float]:
    """Next year's Saturdays of these streets: made by the series, and as bare rows by one statement."""
    from django.db import connection

    from beautification.models import Cleanup, CleanupSeries
    from core.models import today
    from tests import factories as make
    from tests.beautification import factories as street
    from tests.deadlines import factories as calendars

    year = today().year + 1
    ward = make.ward(slug=f"phuong-{uuid.uuid4().hex}")
    campaign, unit = (
        make.campaign(ward, year=year, opens_on=datetime.date(year, 1, 1), closes_on=datetime.date(year, 12, 31)),
        make.unit(ward),
    )
    calendars.calendar_year(ward, year)
    series: list[CleanupSeries] = []
    for n in range(streets):
        row = street.register_street(
            street.Street(ward=ward, name=f"Phố Thử {n}", lead_unit=unit), campaign=campaign, by=None
        )
        series.append(street.series(row, first_on=datetime.date(year, 1, 1)))
    start, work = time.monotonic(), time.process_time()
    made = sum(len(each.generate(datetime.date(year, 12, 31))) for each in series)
    taken, worked = time.monotonic() - start, time.process_time() - work
    rows = Cleanup.objects.filter(ward=ward)
    columns = ", ".join(f'"{field.column}"' for field in Cleanup._meta.concrete_fields)
    table = Cleanup._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE bare (LIKE {table})")
        begun = time.monotonic()
        cursor.execute(f"INSERT INTO bare ({columns}) SELECT {columns} FROM {table} WHERE ward_id = %s", [ward.pk])
        bare = time.monotonic() - begun
    assert rows.count() == made
    facts = {"made": made, "s": round(taken, 2), "work_s": round(worked, 2), "insert_s": round(bare, 3)}
    return facts | {"times": round(taken / max(bare, 0.001))}


if __name__ == "__main__":
    main()
