"""How many households of a list a second come in, beside bare reads and COPY of the same rows in the same run. Fails
nothing.

    ./run bench imports                       # 10,000 and 50,000 households
    ./run bench imports --rows 10000

Looked at: the workbook opened, each cell read as its column says, each row compared with the project's households, the
units and the other rows, messages kept. Taken over: the batch's own verb, which reads and checks once more and writes
files, people, their field history, the list's own rows and the event, and commits. Beside the rows a second by the
clock stand the seconds that the two processes, Python's and the database's, worked: these can be compared between runs
while other programs use the machine too.

The first floor reads the same file by calamine alone, checks it by hand, and puts it into two bare tables by COPY; the
second puts the rows of the five tables by COPY into copies with the same columns and indexes, without keys and history.
Other programs took 235 rows a second of 10,000 (django-import-export), 77 (pretix), 19 (NetBox) and 14 (Nautobot).
Memory is the process's peak.
"""

import argparse
import json
import multiprocessing
import os
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

from bench import households
from bench.households import people
from tests.faults import machine

ROWS = [10_000, 50_000]
WRONG = 37
TITLE = (
    "| rows of .xlsx | looked at a second | taken over a second | work of Python s | work of the database s "
    "| read and COPY, bare, a second | COPY, columns and indexes, a second | memory MiB |"
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=ROWS)
    parser.add_argument("--json", type=Path, metavar="FILE")
    arguments = parser.parse_args()
    print(TITLE, "---".join("|" * TITLE.count("|")), sep="\n")
    with machine.running():
        found = {str(rows): measured(rows) for rows in arguments.rows}
    if arguments.json:
        arguments.json.write_text(json.dumps(found), encoding="utf-8")


def measured(rows: int) -> dict[str, float]:
    """In a process of its own: its peak is that of one list."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:  # whose process may start one itself
        found = pool.submit(run, rows).result()
    print(line(rows, found), flush=True)
    return found


def line(rows: int, found: dict[str, float]) -> str:
    return (
        f"| {rows:,} | {found['checked_per_s']:,} | {found['taken_per_s']:,} "
        f"| {found['checked_python_s']:.2f} + {found['taken_python_s']:.2f} "
        f"| {found['checked_database_s']:.2f} + {found['taken_database_s']:.2f} "
        f"| {found['floor_copied_per_s']:,} | {found['floor_dressed_per_s']:,} | {found['memory_mib']} |"
    )


def workbook(rows: int, wrong: int) -> bytes:
    """So many households, the first ones in a group that the ward has not."""
    import django

    django.setup()
    from tests.intake.files import HEADINGS, xlsx

    groups = ["Tổ dân phố 99"] * wrong + ["Tổ dân phố 1"] * (rows - wrong)
    return xlsx([HEADINGS, *([*one, group] for one, group in zip(people(rows), groups, strict=True))])


def run(rows: int) -> dict[str, float]:
    import django

    django.setup()
    from django.core.files.uploadedfile import SimpleUploadedFile

    from core import tables
    from intake import actions

    user, scope = _project()
    with multiprocessing.get_context("spawn").Pool(1) as pool:  # so that the peak is not the bench's own
        wrong, good = pool.starmap(workbook, [(rows, WRONG), (rows, 0)])
    found: dict[str, float] = {}
    for data in (wrong, good):
        file = tables.accept(SimpleUploadedFile("hộ.xlsx", data))
        batch = actions.begin("households", scope, file, by=user)
        work = _worked(partial(actions.check, batch, scope, by=user))
        found = found or {f"checked_{name}": value for name, value in _told(rows, work).items()}
        assert batch.wrong_count == (WRONG if data is wrong else 0)
    work = _worked(partial(actions.take, batch, scope, by=user))
    assert batch.made.count() == rows
    found |= {f"taken_{name}": value for name, value in _told(rows, work).items()}
    found["memory_mib"] = _peak()
    found |= {f"floor_{part}_per_s": round(rows / seconds) for part, seconds in _floor(good).items()}
    return found | {"floor_dressed_per_s": round(households.floor(rows, "INCLUDING ALL"))}


def _worked(act: Callable[[], object]) -> tuple[float, float, float]:
    """Seconds by the clock, of this process, and of the server's process behind the connection."""
    from django.db import connection

    connection.ensure_connection()
    server = Path(f"/proc/{connection.connection.info.backend_pid}/stat")

    def database() -> float:
        ticks = server.read_text(encoding="utf-8").rpartition(")")[2].split()[11:13]
        return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")

    began = time.monotonic(), time.process_time(), database()
    act()
    return time.monotonic() - began[0], time.process_time() - began[1], database() - began[2]


def _told(rows: int, work: tuple[float, float, float]) -> dict[str, float]:
    return {"per_s": round(rows / work[0]), "python_s": round(work[1], 2), "database_s": round(work[2], 2)}


def _project() -> tuple[Any, Any]:
    from django.db import connection

    from accounts.choices import Branch, Role
    from accounts.models import User
    from campaigns.choices import UndertakingKind
    from clearance.choices import Shape
    from clearance.models import Project
    from core.imports import all_kinds
    from tests import factories as make

    ward = make.ward(slug=f"phuong-{uuid.uuid4().hex}")
    campaign, team = make.campaign(ward), make.unit(ward)
    user = make.member(team, Role.CLEARANCE_OFFICER, User.objects.create_user(uuid.uuid4().hex, full_name="Người đo"))
    make.unit(ward, name="Tổ dân phố 1", branch=Branch.RESIDENTIAL)
    undertaking = make.undertaking(campaign, UndertakingKind.CLEARANCE, valid_from=campaign.opens_on)
    project = Project.objects.create(
        ward=ward, undertaking=undertaking, name="Dự án", slug="du-an", shape=Shape.WARD_CARRIES, host=team
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return user, all_kinds()["households"].scope(user, ward.pk, project.pk)


def _floor(data: bytes) -> dict[str, float]:
    """Seconds of reading and checking by hand, and of that with COPY into two bare tables."""
    import io

    from django.db import connection, transaction
    from python_calamine import load_workbook

    start = time.monotonic()
    rows = load_workbook(io.BytesIO(data)).get_sheet_by_index(0).to_python()[1:]
    seen: set[int] = set()
    text = StringIO()
    for number, name, address, group in rows:
        assert 0 < number < 1_000_000
        assert number not in seen
        assert 0 < len(name.strip()) <= 120
        assert 0 < len(address.strip()) <= 200
        assert group == "Tổ dân phố 1"
        seen.add(number)
        text.write(f"{int(number)}\t{name}\t{address}\t1\n")
    read = time.monotonic() - start
    with transaction.atomic(), connection.cursor() as cursor:
        for table in ("floor_list", "floor_history"):
            cursor.execute(f"CREATE TEMP TABLE {table} (number int, name text, address text, unit int) ON COMMIT DROP")
            text.seek(0)
            cursor.copy_expert(f"COPY {table} FROM STDIN", text)
    return {"read": read, "copied": time.monotonic() - start}


def _peak() -> int:
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) // 1024


if __name__ == "__main__":
    main()
