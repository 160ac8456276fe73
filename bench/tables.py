"""How long a list of 100,000 rows takes to go out, beside the bare writers with the same cells. Fails nothing.

    ./run bench tables
    ./run bench tables --rows 20000

Of a task the database looks up its last reminder, of a household the person, team, last visit and invitation. Each
figure is of a process of its own, as a worker is, and the median of three: seconds by the clock from the question to
the finished file, and the seconds that the process itself worked, which are what can be compared: the bare writers
have their cells at hand. "database" is the time in which the same rows come out of PostgreSQL by COPY. Memory is the
peak.
"""

import argparse
import csv
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench import pages, rows

LISTS = {"tasks": "/tasks/", "households": f"/clearance/projects/{rows.PROJECT}/households/"}
TITLE = (
    "| list | rows | database s | CSV s | CSV work s | bare CSV s | .xlsx s | .xlsx work s | bare .xlsx s "
    "| work : bare | memory CSV | memory .xlsx |"
)
_TASKS = """
SET session_replication_role = replica;
INSERT INTO campaigns_task (ward_id, campaign_id, lead_unit_id, title, product, target_unit, due_on, priority, state,
        evidence_needed)
    SELECT %(ward)s, %(campaign)s, (%(units)s::bigint[])[1 + n %% cardinality(%(units)s::bigint[])],
        'Rà soát, vận động đợt ' || n, 'Báo cáo', '', %(day)s::date + n %% 200, 2, 'assigned', '{file}'
    FROM generate_series(1, %(last)s) AS n;
SET session_replication_role = DEFAULT;
ANALYZE campaigns_task;
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--part", nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.part:
        return _do(*arguments.part)
    print(TITLE, "---".join("|" * TITLE.count("|")), sep="\n")
    with pages.running() as bench:
        bench.fill(1, arguments.rows)
        _fill_tasks(bench.var, arguments.rows)
        for name in LISTS:
            print(_measure(name), flush=True)


def _measure(name: str) -> str:
    found = {kind: [_run(kind, name) for _n in range(3)] for kind in ("copy", "csv", "bare_csv", "xlsx", "bare_xlsx")}
    seconds = {kind: statistics.median(one["seconds"] for one in tries) for kind, tries in found.items()}
    worked = {kind: statistics.median(one["worked"] for one in tries) for kind, tries in found.items()}
    memory = {kind: max(one["memory"] for one in tries) for kind, tries in found.items()}
    return (
        f"| {name} | {found['csv'][0]['rows']:,} | {seconds['copy']:.2f} | {seconds['csv']:.2f} | {worked['csv']:.2f} "
        f"| {worked['bare_csv']:.2f} | {seconds['xlsx']:.1f} | {worked['xlsx']:.1f} | {worked['bare_xlsx']:.1f} "
        f"| {worked['xlsx'] / worked['bare_xlsx']:.2f} | {memory['csv']} MB | {memory['xlsx']} MB |"
    )


def _run(kind: str, name: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.tables", "--part", kind, name]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1])


class Watch:
    """Seconds by the clock, and those that this process worked."""

    def __init__(self) -> None:
        self.began = time.perf_counter(), time.process_time()

    def read(self) -> tuple[float, float]:
        return time.perf_counter() - self.began[0], time.process_time() - self.began[1]


# ---- in a process of its own ---------------------------------------------------------------------------
def _do(kind: str, name: str) -> None:
    import django

    django.setup()
    from django.db import transaction

    from accounts import access
    from accounts.access import Permission
    from accounts.models import User
    from reports import exports

    user = User.objects.get(username="gpmb")
    access.enter(user, None)
    assert access.can(user, Permission.HOUSEHOLD_READ)
    path, _mark, query = LISTS[name].partition("?")
    act = {"copy": _copy, "csv": _export, "xlsx": _export, "bare_csv": _bare, "bare_xlsx": _bare}[kind]
    with transaction.atomic():
        seconds, worked, count = exports.ask(path, query, user, lambda listed, request: act(kind, listed, request))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({"seconds": seconds, "rows": count, "worked": worked, "memory": memory}))


def _copy(kind: str, listed: Any, request: Any) -> tuple[float, float, int]:
    from django.db import connection

    paths = list(dict.fromkeys(path for column in listed.table.shown(request) for path in column.paths))
    sql, values = listed.rows.values_list(*paths).query.sql_with_params()
    with connection.cursor() as cursor, tempfile.TemporaryFile() as file:
        asked = cursor.cursor.mogrify(sql, values).decode()
        watch = Watch()
        cursor.cursor.copy_expert(f"COPY ({asked}) TO STDOUT WITH CSV", file)
        return *watch.read(), 0


def _export(kind: str, listed: Any, request: Any) -> tuple[float, float, int]:
    from reports import exports

    watch = Watch()
    content, _name, count = exports.write(listed, request, kind=kind)
    content.close()
    return *watch.read(), count


def _bare(kind: str, listed: Any, request: Any) -> tuple[float, float, int]:
    """The writer alone, with the cells at hand."""
    import xlsxwriter

    cells = [
        [value.replace(tzinfo=None) if hasattr(value, "tzinfo") else value for value in row]
        for chunk in listed.table.cells(listed.rows, request)
        for row in chunk
    ]
    with tempfile.TemporaryDirectory() as folder:
        watch = Watch()
        if kind == "bare_csv":
            with Path(folder, "bare.csv").open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows(cells)
        else:
            options = {"constant_memory": True, "default_date_format": "dd/mm/yyyy"}
            with xlsxwriter.Workbook(str(Path(folder, "bare.xlsx")), options) as book:
                sheet = book.add_worksheet()
                for n, row in enumerate(cells):
                    sheet.write_row(n, 0, row)
        return *watch.read(), len(cells)


def _fill_tasks(var: Path, last: int) -> None:
    """Beside what the demonstration ward holds, written around the verbs and without triggers."""
    import contextlib

    import psycopg2

    from accounts.models import Unit
    from campaigns.models import Campaign
    from core.models import today
    from wardportal import embedded

    campaign = Campaign.objects.order_by("-year")[0]
    url = embedded.postgres_url(var, role=embedded.SUPERUSER)
    with contextlib.closing(psycopg2.connect(url)) as connection, connection, connection.cursor() as cursor:
        units = list(Unit.objects.filter(ward=campaign.ward_id, is_outside=False).values_list("pk", flat=True))
        ground = {"ward": campaign.ward_id, "campaign": campaign.pk, "units": units, "day": today(), "last": last}
        cursor.execute(_TASKS, ground)


if __name__ == "__main__":
    main()
