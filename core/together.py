"""Several querysets read in one statement: a page waits for the database once and not once for each of its parts."""

import json
from collections.abc import Callable, Iterator, Sequence
from copy import copy
from decimal import Decimal
from typing import Any, cast

from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models import QuerySet

# What JSON has no word for; numbers, texts, yes/no, lists and NULL come as they are.
_READ: dict[type, Callable[[models.Field, Any], Any]] = {
    models.DateTimeField: lambda field, value: field.to_python(value),
    models.DateField: lambda field, value: field.to_python(value),
    models.TimeField: lambda field, value: field.to_python(value),
    models.DurationField: lambda field, value: field.to_python(value),
    models.DecimalField: lambda field, value: Decimal(value),
    models.UUIDField: lambda field, value: field.to_python(value),
    models.JSONField: lambda field, value: json.dumps(value, default=float),  # the field reads it from its text
}
_PLAIN = (
    models.IntegerField,  # keys too
    models.CharField,
    models.TextField,
    models.BooleanField,
    models.FileField,
    models.GenericIPAddressField,
)


def read_together(*asked: QuerySet) -> None:
    """Read the rows of each queryset, in its own order; what it prefetches is asked when its rows are first used.

    Each keeps its rows as if it had been asked alone: models with what they select, values and annotations alike.
    TypeError for a column of a kind that is not known here.
    """
    statement = Statement(asked)
    for rows, found in zip(asked, statement.read(statement.parameters), strict=True):
        rows._result_cache = found


class Statement:
    """Several querysets written as one statement."""

    def __init__(self, asked: Sequence[QuerySet]) -> None:
        self.asked, self.compilers = asked, list[Any]()
        columns: list[str] = []
        self.parameters: list[Any] = []
        for rows in asked:
            compiler = rows.query.get_compiler(using=rows.db)
            try:
                sql, values = compiler.as_sql()
            except EmptyResultSet:
                self.compilers.append(None)
                continue
            names = ", ".join(f"c{number}" for number in range(len(compiler.select)))
            columns.append(f"(SELECT json_agg(found) FROM ({sql}) AS found({names}))::text")
            self.parameters += values
            self.compilers.append(compiler)
        self.sql = f"SELECT {', '.join(columns)}" if columns else ""

    def read(self, parameters: Sequence[Any], owner: models.Model | None = None) -> list[list[Any]]:
        """The rows of each queryset. owner: whose children the rows are."""
        told: Iterator[str | None] = iter(())
        if self.sql:
            with connection.cursor() as cursor:
                cursor.execute(self.sql, parameters)
                told = iter(cursor.fetchone())
        found = []
        for rows, compiler in zip(self.asked, self.compilers, strict=True):
            text = next(told) if compiler else None
            found.append(_made(rows, compiler, json.loads(text, parse_float=Decimal) if text else [], owner))
        return found


def _made(rows: QuerySet, compiler: Any, found: list[dict[str, Any]], owner: models.Model | None) -> list[Any]:
    """The rows as the queryset itself would make them of what its own statement gave."""
    if not found:
        return []
    readers = [_reader(expression.output_field) for expression, _sql, _alias in compiler.select]
    told = []
    for row in found:  # behind the columns asked for may stand some that the rows are only ordered by
        cells = zip(readers, row.values(), strict=False)
        told.append([value if value is None or read is None else read(value) for read, value in cells])
    compiler = copy(compiler)  # a statement that is written once is read by several threads
    compiler.execute_sql = lambda *args, **kwargs: [told]
    asked: Any = rows.all()
    asked.query.get_compiler = lambda *args, **kwargs: compiler
    if owner is not None:
        asked._known_related_objects = {field: {owner.pk: owner} for field in asked._known_related_objects}
    return list(asked._iterable_class(asked))


def _reader(field: models.Field) -> Callable[[Any], Any] | None:
    if isinstance(field, models.ForeignKey):
        return _reader(field.target_field)
    if isinstance(field, models.GeneratedField):
        return _reader(cast(Any, field).output_field)
    for kind, read in _READ.items():
        if isinstance(field, kind):
            return lambda value: read(field, value)
    if hasattr(field, "base_field"):
        inner = _reader(field.base_field)
        return (lambda value: [one if one is None else inner(one) for one in value]) if inner else None
    if isinstance(field, _PLAIN):
        return None
    raise TypeError(f"{field} ({type(field).__name__}) can not be read together")
