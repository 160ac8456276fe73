"""How many households a second one call writes, each with its person and its team, beside a plain COPY of the same rows
in the same run. Fails nothing.

    .venv/bin/python -m bench.households                          # 500, 4,000 and 50,000 in one call
    .venv/bin/python -m bench.households --rows 4000

What one household writes: its file, a person, that person as a member and as the representative, the assignment of the
team; and each of the five into its field history. The first floor is COPY of the five rows into bare tables with a key;
the second into tables with the columns for search and order, the indexes and the checks of the portal's.
"""

import argparse
import json
import random
import time
import uuid
from io import StringIO
from pathlib import Path

from bench.names import FAMILY, GIVEN, MIDDLE, STREETS
from tests.faults import machine

SEED = 2026
ROWS = [500, 4_000, 50_000]
TITLE = "| households in one call | a second | COPY, bare tables | times | COPY, columns and indexes | times |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=ROWS)
    parser.add_argument("--json", type=Path, metavar="FILE")
    arguments = parser.parse_args()
    found = {}
    print(TITLE, "---".join("|" * TITLE.count("|")), sep="\n")
    with machine.running():
        import django

        django.setup()
        for rows in arguments.rows:
            reached, bare, dressed = run(rows), floor(rows, "INCLUDING DEFAULTS"), floor(rows, "INCLUDING ALL")
            found[str(rows)] = {
                "per_s": round(reached),
                "copy_per_s": round(bare),
                "copy_with_indexes_per_s": round(dressed),
            }
            times = f"| {bare / reached:.1f} | {dressed:,.0f} | {dressed / reached:.1f} |"
            print(f"| {rows:,} | {reached:,.0f} | {bare:,.0f} {times}", flush=True)
    if arguments.json:
        arguments.json.write_text(json.dumps(found), encoding="utf-8")


def run(rows: int) -> float:
    """Households a second, written by the verb in one call and committed. Needs Django and a migrated database.

    In a session of its own, after ANALYZE: plans of key checks that were made while the tables were small stay for a
    session.
    """
    from django.db import connection

    from campaigns.choices import UndertakingKind
    from clearance import actions
    from clearance.choices import Shape
    from clearance.models import Project
    from tests import factories as make

    ward = make.ward(slug=f"phuong-{uuid.uuid4().hex}")
    campaign, team = make.campaign(ward), make.unit(ward)
    undertaking = make.undertaking(campaign, UndertakingKind.CLEARANCE, valid_from=campaign.opens_on)
    project = Project.objects.create(
        ward=ward, undertaking=undertaking, name="Dự án thử", slug="du-an-thu", shape=Shape.WARD_CARRIES, host=team
    )
    new = [actions.NewHousehold(number, name, address) for number, name, address in people(rows)]
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    connection.close()
    start = time.monotonic()
    actions.add_households(project, by=None, campaign=campaign, households=new, team=team)
    return rows / (time.monotonic() - start)


def people(rows: int) -> list[tuple[int, str, str]]:
    """Number, name and address of so many households, the same in every run."""
    choose = random.Random(SEED)
    return [
        (
            number,
            f"{choose.choice(FAMILY)} {choose.choice(MIDDLE)} {choose.choice(GIVEN)}",
            f"Số {choose.randint(1, 400)}, ngõ {choose.randint(1, 90)}, {choose.choice(STREETS)}",
        )
        for number in range(1, rows + 1)
    ]


def floor(rows: int, like: str) -> float:
    """The rows of the newest project by one COPY a table, into copies of the tables made like that."""
    from django.db import connection, transaction

    from clearance.models import Household, HouseholdParty, Party, Representation, TeamAssignment

    models = [Household, Party, HouseholdParty, Representation, TeamAssignment]
    ward = Household.objects.latest("pk").ward_id
    bare = like == "INCLUDING DEFAULTS"
    with connection.cursor() as cursor:
        texts = {}
        for model in models:
            table = model._meta.db_table
            columns = ", ".join(f'"{f.column}"' for f in model._meta.local_concrete_fields if not f.generated)
            texts[model] = StringIO()
            cursor.copy_expert(f"COPY (SELECT {columns} FROM {table} WHERE ward_id = {ward}) TO STDOUT", texts[model])
            texts[model].seek(0)
            cursor.execute(f"DROP TABLE IF EXISTS floor_{table}")
            cursor.execute(f"CREATE TABLE floor_{table} (LIKE {table} {like})")
            if bare:
                cursor.execute(f"ALTER TABLE floor_{table} ADD PRIMARY KEY (id)")
        start = time.monotonic()
        with transaction.atomic():
            for model, text in texts.items():
                columns = ", ".join(f'"{f.column}"' for f in model._meta.local_concrete_fields if not f.generated)
                cursor.copy_expert(f"COPY floor_{model._meta.db_table} ({columns}) FROM STDIN", text)
        return rows / (time.monotonic() - start)


if __name__ == "__main__":
    main()
