"""Whatever figures read looks different on a past day, or is said to be read as it is today."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models

from core import past
from core.dated import Dated
from core.figures import Scope, all_figures
from core.models import Stateful
from tests.past.ageing import age
from tests.past.life import ENTER, ago
from tests.world import World

TABLE = re.compile(r'(?:FROM|JOIN)\s+"(\w+)"')


def tables_of_figures(world: World) -> dict[str, str]:
    """Table -> a figure that reads it, for the ward, for one unit and for one reader."""
    found: dict[str, str] = {}
    scope = Scope(world.ward, world.campaign)
    for key, figure in all_figures().items():

        def listen(execute: Callable, sql: str, params: Any, many: bool, context: dict, key: str = key) -> Any:
            found.update(dict.fromkeys(TABLE.findall(sql), key))
            return execute(sql, params, many, context)

        with connection.execute_wrapper(listen):
            for one in (scope, Scope(world.ward, world.campaign, unit=world.cell, user=world.head)):
                value = figure.compute(one, ago(5))
                for part in [value, *(value.parts or {}).values()]:
                    list(part.rows if part.rows is not None else [])
    return found


@pytest.mark.django_db
def test_every_table_behind_a_figure_has_a_view_of_what_was_known(world: World) -> None:
    for act in ENTER:
        act(world, 45)
    with connection.cursor() as cursor:
        cursor.execute("SELECT viewname FROM pg_views WHERE schemaname = 'as_known'")
        views = {name for (name,) in cursor.fetchall()}
    present = {apps.get_model(label)._meta.db_table for label in past.PRESENT}
    found = tables_of_figures(world)
    assert len(found) > 20
    assert not {table: key for table, key in found.items() if table not in views | present}


@pytest.mark.django_db
def test_the_views_are_those_of_the_models(world: World) -> None:
    """Else a column was added and the views of an older portal stand."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, array_agg(column_name::text) FROM information_schema.columns"
            " WHERE table_schema = 'as_known' GROUP BY 1"
        )
        columns = dict(cursor.fetchall())
    for model in past.viewed_models():
        assert set(columns[model._meta.db_table]) == {f.column for f in model._meta.local_concrete_fields}, model


def test_dated_fields_are_there_and_have_no_day_of_their_own() -> None:
    found = [model for model in past.viewed_models() if isinstance(getattr(model, "dated", None), Dated)]
    assert len(found) > 15
    for model in found:
        for name in (*model.dated.fields, *model.dated.removed_by):  # type: ignore[attr-defined]
            model._meta.get_field(name)
        if issubclass(model, Stateful):
            assert "state" not in model.dated.fields, f"{model}: the transitions say it"  # type: ignore[attr-defined]


def test_every_row_that_is_joined_by_a_figure_belongs_to_a_ward_or_is_of_today() -> None:
    for model in past.viewed_models():
        assert isinstance(model._meta.get_field("ward"), models.ForeignKey)


@pytest.mark.django_db
def test_the_house_knows_no_day_before_its_first(world: World) -> None:
    age(1)
    with past.reading(known=ago(1)):
        assert past.held(world.campaign) is not None
    with past.reading(known=ago(2)):
        assert past.held(world.campaign) is None
