"""One history trigger a statement records what one a row would: the same rows, values, moments, people and reasons."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pghistory
import pghistory.trigger
import pgtrigger
import pytest
from django.db import connection, models, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import Unit, User
from campaigns.models import Task
from clearance.models import HouseholdParty, Party, Visit
from core import history
from core.models import today
from tests import factories as make
from tests.clearance import factories as clearance
from tests.world import World

pytestmark = pytest.mark.django_db
LABELS = {"insert": pgtrigger.Insert, "update": pgtrigger.Update, "delete": pgtrigger.Delete}


def install_by_row(model: Any) -> None:
    """pghistory's own triggers for each row, as they were until the second edition, in place of ours."""
    events = model.history.rel.related_model
    kept = {field.name for field in events._meta.fields}
    changed = pgtrigger.AnyChange(*(field.name for field in model._meta.fields if field.name in kept))
    for label, operation in LABELS.items():
        pghistory.trigger.Event(
            event_model=events,
            label=label,
            name=f"{label}_{operation}",
            row="OLD" if label == "delete" else "NEW",
            operation=operation,
            condition=changed if label == "update" else None,
            level=pgtrigger.Row,
        ).install(model)


@contextmanager
def undone() -> Iterator[None]:
    """What is done inside never was."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def recorded(model: Any, act: Callable[[], object], *, by_row: bool) -> list[tuple]:
    """What the history holds of the model after an act by somebody on a page, in the order of each row's life."""
    with undone():
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with checks that wait takes no trigger
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        if by_row:
            install_by_row(model)
        events: Any = model.history.rel.related_model
        newest = events.objects.aggregate(newest=models.Max("pgh_id"))["newest"] or 0
        with pghistory.context(user=7, url="/mot-trang"):
            act()
        fields = [f.attname for f in events._meta.concrete_fields if f.name not in {"pgh_id", "pgh_context"}]
        rows = events.objects.filter(pgh_id__gt=newest).order_by("pgh_obj_id", "pgh_id")
        return list(rows.values_list(*fields, "pgh_context__metadata"))


def both(model: Any, act: Callable[[], object]) -> list[str]:
    """The labels of what was recorded, which is the same both ways; new rows get the same numbers both times."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_get_serial_sequence('{model._meta.db_table}', 'id')")
        sequence = cursor.fetchone()[0]
        cursor.execute(f"SELECT nextval('{sequence}')")
        last = cursor.fetchone()[0]
        found = []
        for by_row in (True, False):
            cursor.execute("SELECT setval(%s, %s)", [sequence, last])
            found.append(recorded(model, act, by_row=by_row))
    assert found[0] == found[1]
    label = [
        f.attname
        for f in model.history.rel.related_model._meta.concrete_fields
        if f.name not in {"pgh_id", "pgh_context"}
    ]
    return [row[label.index("pgh_label")] for row in found[1]]


def sql(text: str) -> Callable[[], None]:
    def act() -> None:
        with connection.cursor() as cursor:
            cursor.execute(text)

    return act


@pytest.fixture
def people(world: World) -> list[Party]:
    return Party.objects.bulk_create(Party(ward=world.ward, name=f"Người Thử {n}") for n in range(6))


@pytest.mark.parametrize(
    ("act", "labels"),
    [
        (
            "INSERT INTO clearance_party (ward_id, kind, name) SELECT ward_id, kind, name FROM clearance_party",
            ["insert"] * 6,
        ),
        (
            "INSERT INTO clearance_party (ward_id, kind, name) SELECT ward_id, kind, name FROM clearance_party"
            " WHERE false",
            [],
        ),
        ("UPDATE clearance_party SET name = name || ' Hai' WHERE mod(id, 2) = 0", ["update"] * 3),
        ("UPDATE clearance_party SET birth_year = CASE WHEN mod(id, 2) = 0 THEN 1950 END", ["update"] * 3),
        ("UPDATE clearance_party SET name = name", []),
        ("UPDATE clearance_party SET name = 'A' WHERE false", []),
        (
            "UPDATE clearance_party SET name = 'A'; UPDATE clearance_party SET name = 'B'",
            ["update"] * 12,
        ),
        (
            "WITH gone AS (DELETE FROM clearance_party WHERE mod(id, 2) = 0 RETURNING *), more AS (INSERT INTO"
            " clearance_party (ward_id, kind, name) SELECT ward_id, kind, 'Mới' FROM gone)"
            " UPDATE clearance_party SET name = 'Đổi' WHERE mod(id, 2) = 1",
            ["delete", "insert", "update"] * 3,
        ),
        (
            "WITH first AS (UPDATE clearance_party SET name = 'A' WHERE mod(id, 2) = 0)"
            " UPDATE clearance_party SET name = 'B' WHERE mod(id, 2) = 1",
            ["update"] * 6,
        ),
        (
            "INSERT INTO clearance_party (id, ward_id, kind, name) SELECT id + 3, ward_id, kind, 'Trùng' FROM"
            " clearance_party ON CONFLICT (id) DO UPDATE SET name = excluded.name",
            ["insert"] * 3 + ["update"] * 3,
        ),
        (
            "INSERT INTO clearance_party (id, ward_id, kind, name) SELECT id, ward_id, kind, 'Trùng' FROM"
            " clearance_party ON CONFLICT DO NOTHING",
            [],
        ),
        ("DELETE FROM clearance_party", ["delete"] * 6),
        (
            "MERGE INTO clearance_party AS p"
            " USING (SELECT id, mod(id, 3) AS way FROM clearance_party) AS s ON s.id = p.id"
            " WHEN MATCHED AND s.way = 0 THEN DELETE WHEN MATCHED AND s.way = 1 THEN UPDATE SET name = 'Gộp'",
            ["delete", "update"] * 2,
        ),
    ],
)
def test_a_statement_over_many_rows(people: list[Party], act: str, labels: list[str]) -> None:
    assert sorted(both(Party, sql(act))) == sorted(labels)


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 63), st.sampled_from("AaĐ"), st.booleans()), max_size=4))
def test_whatever_statements_follow_each_other(steps: list[tuple[int, str, bool]]) -> None:
    """Each step changes or deletes some of six people, told by the bits of a number."""
    with undone():
        ward = make.ward()
        Party.objects.bulk_create(Party(ward=ward, name="A") for _n in range(6))
        text = ";".join(
            f"{'DELETE FROM clearance_party' if deletes else f'UPDATE clearance_party SET name = $${name}$$'}"
            f" WHERE ({chosen} >> mod(id, 6)::int) & 1 = 1"
            for chosen, name, deletes in steps
        )
        both(Party, sql(text or "SELECT 1"))


def test_generated_columns_are_not_kept_and_change_nothing(people: list[Party]) -> None:
    kept = {field.name for field in Party.history.rel.related_model._meta.fields}
    assert not {"search_key", "sort_key"} & kept
    assert both(Party, sql("UPDATE clearance_party SET name = name, kind = kind")) == []


def test_a_field_that_is_not_kept_leaves_no_trace(world: World) -> None:
    place = clearance.scene(world)
    clearance.visit(place["of_cell"][0], world.campaign, world.cell)
    assert both(Visit, sql("UPDATE clearance_visit SET reply_letter = NULL, attendance_reply = NULL")) == []
    assert both(Visit, sql("UPDATE clearance_visit SET note = 'x'")) == ["update"]
    assert both(User, sql("UPDATE accounts_user SET last_login = now(), password = 'x'")) == []


def test_rows_that_go_with_their_row_are_recorded(world: World) -> None:
    """The collector of Django deletes children first, in statements of their own."""
    place = clearance.scene(world)
    assert both(HouseholdParty, lambda: HouseholdParty.objects.filter(household=place["of_team"]).delete()) == [
        "delete"
    ]


def test_the_reason_and_the_person_stand_with_each_row(world: World) -> None:
    task = Task(ward=world.ward, campaign=world.campaign, lead_unit=world.cell, title="Việc", due_on=today())
    task.assign(by=None)
    seen = []

    def act() -> None:
        fresh = Task.objects.get(pk=task.pk)
        fresh.cancel(by=world.campaign_officer, reason="Trùng việc")
        seen.append(history.entries(fresh)[0])

    assert both(Task, act) == ["update"]
    for entry in seen:
        assert (entry.reason, entry.page) == ("Trùng việc", "/mot-trang")


def test_a_context_is_kept_where_a_row_is_and_nowhere_else(people: list[Party]) -> None:
    contexts: Any = pghistory.models.Context.objects  # type: ignore[attr-defined]
    with pghistory.context(user=1) as made:
        sql("UPDATE clearance_party SET name = name || '!'")()
        sql("UPDATE clearance_party SET name = name || '!'")()
    assert contexts.filter(pk=made.id).count() == 1
    for nothing in ["UPDATE clearance_party SET name = name", "DELETE FROM clearance_party WHERE false"]:
        with pghistory.context(user=uuid.uuid4().hex) as made:
            sql(nothing)()
        assert not contexts.filter(pk=made.id).exists()


def test_a_changed_primary_key_is_recorded_too(world: World) -> None:
    """pghistory's own triggers of that level lose it."""
    assert both(Unit, sql("UPDATE accounts_unit SET id = id + 1000000 WHERE slug = 'chi-bo-8'")) == ["update"]


def test_the_first_statement_does_not_decide_how_dear_the_others_are(world: World) -> None:
    """A trigger keeps the plan of its first statement. Here that had one row; a join would compare each with each."""

    def history_takes(act: str) -> float:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {act}")
            return sum(trigger["Time"] for trigger in cursor.fetchone()[0][0]["Triggers"])

    make_many = (
        "INSERT INTO clearance_party (ward_id, kind, name) SELECT {}, 'person', 'A' FROM generate_series(1, 4000)"
    )
    inserting = history_takes(make_many.format(world.ward.pk))
    sql("DISCARD PLANS")()
    history_takes("UPDATE clearance_party SET birth_year = 1949 WHERE id = (SELECT min(id) FROM clearance_party)")
    assert history_takes("UPDATE clearance_party SET birth_year = 1950") < 8 * inserting
