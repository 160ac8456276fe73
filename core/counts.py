"""Counting several sets of rows in one statement."""

from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Aggregate, IntegerField, QuerySet, Subquery

COUNTED = 1000  # rows; a longer list says "more than 1,000"


class Counted(Subquery):
    """How many rows a subquery has, as a column of another query."""

    template = "(SELECT count(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()


class Percentile95(Aggregate):
    """The least of the values that 95 in a hundred do not exceed."""

    template = "percentile_disc(0.95) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = IntegerField()


def count_all(**rows: QuerySet) -> dict[str, int]:
    """How many rows each of these has: one statement for all."""
    found = dict.fromkeys(rows, 0)
    asked: list[str] = []
    parameters: list[Any] = []
    for name, queryset in rows.items():
        try:
            plain = queryset if queryset.query.is_sliced else queryset.order_by()
            sql, values = plain.values("pk").query.sql_with_params()
        except EmptyResultSet:
            continue
        asked.append(f'(SELECT count(*) FROM ({sql}) AS counted) AS "{name}"')
        parameters += values
    if asked:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(asked)}", parameters)
            found |= dict(zip((column.name for column in cursor.description), cursor.fetchone(), strict=True))
    return found
