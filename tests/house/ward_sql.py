"""Watches SQL: what reads or changes a ward's rows says of which ward. Why some shapes pass: docs/adr/0007."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.apps import apps
from django.db import connection

from tests.house.sources import FLOOR_OF

NAMES_TABLE = re.compile(r'(?:FROM|JOIN|UPDATE|INTO)\s+"(\w+)"')
JOINS_THE_WARD = re.compile(r'"ward_id" = \(?"?\w+"?\."id"')  # the row of the ward itself: no condition
ASKS_FOR_WARD = re.compile(r'"ward_id" (?:=|IN)|= \(?"?\w+"?\."ward_id"')
LET_THROUGH = [
    # In which wards somebody is a member: asked before any ward is entered.
    re.compile(r'FROM "accounts_membership".* WHERE \((U0|"accounts_membership")\."user_id" = %s'),
    # What a unit was before or after: perhaps one of another ward.
    re.compile(r'FROM "accounts_unitsuccession".* WHERE "accounts_unitsuccession"\."predecessor_id" = %s'),
    # A form's chosen row exists: its choices came from the ward, and the key in the database agrees in ward.
    re.compile(r'^SELECT %s AS "a" FROM "(\w+)" WHERE "\1"\."id" = %s LIMIT 1$'),
    # Django deletes loaded rows by their ids, and looks by these ids for what hangs on them.
    re.compile(r'^DELETE FROM "(\w+)" WHERE "\1"\."id" IN \([%s, ]+\)$'),
    re.compile(r'^SELECT [^()]+ FROM "(\w+)" WHERE "\1"\."\w+_id" IN \([%s, ]+\)$'),
]


@cache
def ward_tables() -> frozenset[str]:
    """The tables whose rows belong to a ward, history too."""
    own = [model for model in apps.get_models() if model._meta.app_label in FLOOR_OF]
    return frozenset(m._meta.db_table for m in own if any(f.column == "ward_id" for f in m._meta.concrete_fields))


@cache
def asks_no_ward(sql: str) -> bool:
    if sql.startswith("INSERT") or ward_tables().isdisjoint(NAMES_TABLE.findall(sql)):
        return False  # a new row has its ward: the column is NOT NULL
    conditions = JOINS_THE_WARD.sub("", sql)
    return not ASKS_FOR_WARD.search(conditions) and not any(shape.search(sql) for shape in LET_THROUGH)


@contextmanager
def watched() -> Iterator[list[str]]:
    """The statements of the block that name no ward."""
    found: list[str] = []

    def watch(execute: Callable, sql: str, params: Any, many: bool, context: dict) -> Any:
        if asks_no_ward(str(sql)):
            found.append(str(sql))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield found
