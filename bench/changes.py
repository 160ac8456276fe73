"""How long "who changed what" takes with 1,000,000 rows in the histories, beside the same statement by a bare view.

    ./run bench changes
    ./run bench changes --rows 100000 --rounds 7

Half of the rows are changes of tasks, half of visits, one every fifteen seconds back from now. Fails nothing; the goal
is 2.5 times the floor.
"""

import argparse
import contextlib
import datetime
from pathlib import Path

import psycopg2

from bench import pages
from bench.beside import beside
from wardportal import embedded

TABLES = ("campaigns_taskhistory", "clearance_visithistory")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=15)
    arguments = parser.parse_args()
    with pages.running() as bench:
        _fill(bench.var, arguments.rows // len(TABLES))
        from core.models import today

        week = f"{today() - datetime.timedelta(days=7):%d/%m/%Y}"
        asked = {
            "newest": "/history/",
            "a day of last week": f"/history/?day={week}",
            "a day, one part": f"/history/?day={week}&area=campaigns",
            "a person": f"/history/?person={_officer()}",
        }
        beside(bench, "bench.changes_floor", asked, login="lanhdao", rounds=arguments.rounds)


def _fill(var: Path, rows: int) -> None:
    """Copies of the first row of each table's history, without its act."""
    url = embedded.postgres_url(var, role=embedded.SUPERUSER)
    with contextlib.closing(psycopg2.connect(url)) as connection, connection, connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT * FROM {table} LIMIT 0")
            taken = {"pgh_id", "pgh_created_at", "pgh_context_id"}
            columns = ", ".join(column.name for column in cursor.description or () if column.name not in taken)
            cursor.execute(
                f"INSERT INTO {table} ({columns}, pgh_created_at) SELECT {columns}, now() - n * interval '30 seconds' "
                f"FROM (SELECT * FROM {table} ORDER BY pgh_id LIMIT 1) one, generate_series(%s, 1, -1) AS n",
                [rows],
            )
        cursor.execute("ANALYZE")


def _officer() -> int:
    from accounts.models import User

    return User.objects.get(username="dieuphoi").pk


if __name__ == "__main__":
    main()
