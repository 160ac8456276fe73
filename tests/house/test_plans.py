"""A statement's plan is part of its meaning: on 20,000 rows no list reads a whole table or sorts it.

The lists that grow with households and with years. Those of one year's work (tasks, models, questions) hold some
hundred rows and are ordered by what waits first, which is worked out for each. Numbers over all rows read all of them
and are left alone here: what pages show again and again is kept (`notifications.kept`).
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, models
from django.urls import reverse

from bench import rows
from tests.campaigns import factories as campaign
from tests.clearance import factories as clearance
from tests.notifications import factories as notifications
from tests.publicity import factories as publicity
from tests.world import World

MANY = 20_000
WHOLE = MANY // 2  # rows: what reads or sorts as many depends on the table's size


def multiply(row: models.Model, **other: str) -> None:
    """MANY copies of the row; other: columns that differ, as SQL over g, the copy's number."""
    table = row._meta.db_table
    kept = [field.column for field in row._meta.concrete_fields if not field.generated and not field.primary_key]
    chosen = [f"({other[name]})" if name in other else f'"{name}"' for name in kept]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(kept)}) SELECT {', '.join(chosen)} FROM {table},"
            f" generate_series(1, {MANY}) g WHERE {table}.{row._meta.pk.column} = %s",
            [row.pk],
        )
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
        cursor.execute(f"ANALYZE {table}")
        settle(cursor, table)


def settle(cursor: Any, table: str) -> None:
    """What was inserted waits beside the indexes of words, until the next vacuum or until it is put in."""
    cursor.execute(
        "SELECT gin_clean_pending_list(indexrelid) FROM pg_index JOIN pg_class ON oid = indexrelid"
        " JOIN pg_am ON pg_am.oid = relam WHERE amname = 'gin' AND indrelid::regclass::text LIKE %s",
        [table],
    )


def steps(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", []):
        yield from steps(below)


class Plans:
    """An execute wrapper that keeps each statement's plan, as carried out."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def __call__(self, execute: Callable, sql: str, parameters: Any, many: bool, context: dict) -> Any:
        if sql.startswith(("SELECT", "(SELECT", "WITH")):
            with connection.connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {sql}", parameters)
                found = cursor.fetchone()[0]
            plan = (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]
            for step in steps(plan) if plan["Node Type"] != "Aggregate" else ():
                if fault := self.fault(step):
                    self.faults.append(f"{fault}\n    {sql[:600]}")
        return execute(sql, parameters, many, context)

    @staticmethod
    def fault(step: dict[str, Any]) -> str:
        source = step["Plans"][0] if step["Node Type"] == "Sort" else step
        read = (source["Actual Rows"] + source.get("Rows Removed by Filter", 0)) * source["Actual Loops"]
        if read < WHOLE:
            return ""
        if step["Node Type"] == "Seq Scan":
            return f"reads all of {step['Relation Name']}"
        return f"sorts {read:,.0f} rows" if step["Node Type"] == "Sort" else ""


def fill_households(world: World) -> Any:
    project = clearance.project(world.campaign, world.government)
    meeting = clearance.dialogue(project, world.campaign)
    ground = {"ward": world.ward.pk, "project": project.pk, "dialogue": meeting.pk, "first": 1, "last": MANY}
    ground |= {"teams": [world.team.pk, world.cell.pk], "groups": [world.cell.pk, world.other_cell.pk]}
    with connection.cursor() as cursor:
        rows.fill(cursor, ground | {"opens": clearance.at(-30), "today": clearance.at(0).date()})
        settle(cursor, "clearance_%")
    return project


def fill_year(world: World) -> None:
    paper = campaign.make.document(world.campaign, world.committee)
    other = {"symbol": "1000000 + g || '-CV/ĐU'", "symbol_form": "1000000 + g || '-cv/du'", "number": "1000000 + g"}
    multiply(paper, **other, summary="'Về việc ' || g")
    article = publicity.published(world.campaign)
    multiply(article, slug="'bai-' || g", code="'B' || g", title="'Bài ' || g")
    people = ", ".join(str(user.pk) for user in world.people.values())
    other = {"user_id": f"(ARRAY[{people}])[1 + mod(g, {len(world.people)})]", "dedupe_key": "'copy:' || g"}
    multiply(notifications.message(world), not_before="now() - g * interval '1 minute'", **other)


@pytest.fixture
def full(world: World) -> Any:
    project = fill_households(world)
    fill_year(world)
    return project


def test_no_list_reads_or_sorts_a_whole_table(world: World, full: Any, sign_in: Callable) -> None:
    households = reverse("clearance:household_list", args=[full.slug])
    pages = {
        world.clearance_officer: [
            households,
            f"{households}?end=1",
            f"{households}?outreach=met&page=3",
            f"{households}?q=quynh+anh",
            f"{reverse('reports:search')}?q=quynh+anh",
            f"{reverse('reports:search')}?q=quynh+ahn",
        ],
        world.campaign_officer: [reverse("campaigns:document_list"), reverse("publicity:article_list")],
        world.administrator: [reverse("notifications:log_list"), reverse("notifications:failure_list")],
        world.head: [reverse("notifications:message_list")],
    }
    faults = []
    for person, asked in pages.items():
        client = sign_in(person)
        for url in asked:
            plans = Plans()
            with connection.execute_wrapper(plans):
                response = client.get(url)
            assert response.status_code == 200, url
            faults += [f"{url} {fault}" for fault in plans.faults]
    assert not faults, "\n".join(faults)


def test_a_statement_that_reads_or_sorts_a_whole_table_is_found(world: World) -> None:
    article = publicity.published(world.campaign)
    multiply(article, slug="'bai-' || g", code="'B' || g", title="'Bài ' || g")
    plans = Plans()
    with connection.execute_wrapper(plans):
        list(type(article).objects.order_by("body").values("pk")[:50])
    assert [fault.partition("\n")[0] for fault in plans.faults] == [
        f"sorts {MANY + 1:,} rows",
        "reads all of publicity_article",
    ]
