"""What a past day costs: rows of other years, and what was written since, are not read."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from core import past
from core.figures import Scope, all_figures
from tests import factories as base
from tests.past.ageing import age
from tests.past.life import ENTER, ago
from tests.world import World

OTHER_YEARS, ROWS = 3, 800
# Models, tasks and documents of other years with their steps, as the tables and the histories hold them.
MANY = """
    INSERT INTO {table} ({columns}) SELECT {values} FROM {table}, generate_series(1, {rows}) AS n
     WHERE {table}.{key} = (SELECT max({key}) FROM {table})
"""


def _multiply(table: str, key: str, **changed: str) -> None:
    """The newest row of a table many times over, with some columns changed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = %s"
            " AND is_generated = 'NEVER' AND column_name <> %s",
            [table, key],
        )
        columns = [name for (name,) in cursor.fetchall()]
        values = [changed.get(name, f'{table}."{name}"') for name in columns]
        named = ", ".join(f'"{name}"' for name in columns)
        sql = MANY.format(table=table, columns=named, values=", ".join(values), rows=ROWS, key=key)
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql)
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


def other_years(world: World, first: int) -> None:
    for back in range(first, first + OTHER_YEARS):
        year = base.campaign(
            world.ward, year=world.campaign.year - back, opens_on=ago(365 * back + 300), closes_on=ago(365 * back)
        )
        shifted = f"n + {back * 100_000}"
        for table in ("models_registry_mobilizationmodel", "campaigns_task"):
            code = {"code": f"'A{back}-' || n"} if table.startswith("models") else {}
            _multiply(f"{table}history", "pgh_id", id=shifted, pgh_obj_id=shifted, campaign_id=str(year.pk), **code)
            _multiply(table, "id", campaign_id=str(year.pk), **code)
        _multiply(
            "models_registry_mobilizationmodeltransition", "id", mobilization_model_id=shifted, old="''", new="'draft'"
        )
        _multiply("accounts_formervalues", "id", row_id=shifted)
        _multiply("accounts_formervalueshistory", "pgh_id", row_id=shifted, id=shifted, pgh_obj_id=shifted)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def blocks(world: World, **days: Any) -> int:
    """How many blocks of tables and indexes the figures of a day touch."""
    asked: list[tuple[str, Any]] = []

    def listen(execute: Callable, sql: str, params: Any, many: bool, context: dict) -> Any:
        if sql.startswith("SELECT") and "set_config" not in sql:
            asked.append((sql, params))
        return execute(sql, params, many, context)

    with past.reading(**days), connection.cursor() as cursor:
        scope = Scope(world.ward, past.held(world.campaign) or world.campaign)
        with connection.execute_wrapper(listen):
            for key in (
                "models.registered",
                "models.registered.by_field",
                "campaigns.tasks",
                "campaigns.tasks.overdue",
            ):
                all_figures()[key].compute(scope, days["on"])
        total = 0
        for sql, params in asked:
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", params)
            plan = cursor.fetchone()[0]
            plan = (json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]
            total += plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
    return total


@pytest.mark.slow
def test_other_years_do_not_make_a_past_day_dearer(world: World) -> None:
    age(95)
    for act in ENTER:
        for n in (45, 46, 48):
            act(world, n)
    age(20)
    type(world.cell).objects.filter(pk=world.cell.pk).update(name="Tên mới")  # one row of former values
    asked = [{"on": ago(5)}, {"on": ago(5), "known": ago(5)}]
    other_years(world, 1)
    before = [blocks(world, **days) for days in asked]
    other_years(world, 1 + OTHER_YEARS)
    after = [blocks(world, **days) for days in asked]
    for days, few, many in zip(asked, before, after, strict=True):
        assert many < 1.2 * few + 20, (
            f"{days}: {few} blocks beside {OTHER_YEARS} other years, {many} beside {2 * OTHER_YEARS}"
        )
