"""How many rows of a list a second are read and checked, and taken over, beside a bare read and COPY of the same file
in the same run. Fails nothing.

    .venv/bin/python -m bench.lists                      # 10,000 and 50,000 households
    .venv/bin/python -m bench.lists --rows 10000

Read and checked: the workbook opened, each cell read as its column says, each row compared with the project's
households, the units and the other rows, messages kept. Taken over: the batch's own verb, which reads and checks once
more and writes files, people and history. The floor reads the same file by calamine alone, checks it by hand, and puts
it into two bare tables by COPY. Memory is the process's peak.
"""

import argparse
import json
import multiprocessing
import time
import uuid
from io import StringIO
from pathlib import Path
from typing import Any

from bench.households import people
from tests.faults import machine

ROWS = [10_000, 50_000]
WRONG = 37
TITLE = (
    "| rows of .xlsx | read and checked a second | the floor's read a second | times "
    "| taken over a second | the floor with COPY | times | memory MiB |"
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


def measured(rows: int) -> dict[str, int]:
    """In a process of its own: its peak is that of one list."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        found = pool.apply(run, [rows])
    print(line(rows, found), flush=True)
    return found


def line(rows: int, found: dict[str, int]) -> str:
    read = found["floor_read_per_s"] / found["checked_per_s"]
    written = found["floor_copied_per_s"] / found["taken_per_s"]
    return (
        f"| {rows:,} | {found['checked_per_s']:,} | {found['floor_read_per_s']:,} | {read:.1f} "
        f"| {found['taken_per_s']:,} | {found['floor_copied_per_s']:,} | {written:.1f} | {found['memory_mib']} |"
    )


def run(rows: int) -> dict[str, int]:
    import django

    django.setup()
    from django.core.files.uploadedfile import SimpleUploadedFile

    from core import tables
    from intake import actions
    from tests.intake.files import HEADINGS, xlsx

    user, scope = _project()
    good = [[number, name, address, "Tổ dân phố 1"] for number, name, address in people(rows)]
    wrong = [[*row[:3], "Tổ dân phố 99"] if n < WRONG else row for n, row in enumerate(good)]
    found = {}
    for table in (wrong, good):
        file = tables.accept(SimpleUploadedFile("hộ.xlsx", xlsx([HEADINGS, *table])))
        batch = actions.begin("households", scope, file, by=user)
        start = time.monotonic()
        actions.check(batch, scope, by=user)
        found.setdefault("checked_per_s", round(rows / (time.monotonic() - start)))
        assert batch.wrong_count == (WRONG if table is wrong else 0)
    with batch.file.open("rb") as stored:
        data = stored.read()
    found |= {f"floor_{part}_per_s": round(rows / seconds) for part, seconds in _floor(data).items()}
    start = time.monotonic()
    assert actions.take(batch, scope, by=user) == rows
    found["taken_per_s"] = round(rows / (time.monotonic() - start))
    found["memory_mib"] = _peak()
    return found


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
