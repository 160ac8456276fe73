"""Search and order of Vietnamese text, both by the database's functions alone (core/migrations/0002_one_text.sql).

What is stored and what is asked go through one function, so that a copy from a page, from Word or from a chat program
finds its row whatever signs, blanks, marks or letters it came with.
"""

from collections.abc import Iterable
from typing import TypeVar

from django.db import connection, models
from django.db.models import Case, F, Func, Q, TextField, Value, When

Rows = TypeVar("Rows", bound=models.QuerySet)


def folded(source: str) -> models.GeneratedField:
    """A stored column for search without marks: 'tram' finds 'Trạm'."""
    return models.GeneratedField(
        expression=Func(F(source), function="vi_fold"), output_field=models.TextField(), db_persist=True
    )


def sort_key(source: str, function: str = "vi_key") -> models.GeneratedField:
    """A stored column in Vietnamese order; `vi_name_key` sorts people by given name."""
    return models.GeneratedField(
        expression=Func(F(source), function=function), output_field=models.TextField(), db_persist=True
    )


def in_order(source: str) -> Func:
    """Vietnamese order by a column that has no stored `sort_key`: `order_by(in_order("name"), "id")`."""
    return Func(F(source), function="vi_key", output_field=TextField())


def folding(source: str) -> Func:
    """The folded form of a column that keeps none beside it: for tables of few rows."""
    return Func(F(source), function="vi_fold", output_field=TextField())


def fold(text: str) -> Func:
    """What was asked, folded as the stored columns are: `filter(search_key__contains=fold(words))`."""
    return Func(Value(text), function="vi_fold", output_field=TextField())


def folded_all(texts: Iterable[str]) -> dict[str, str]:
    """Each text and its folded form, in one query: for comparing typed text with typed text."""
    wanted = list(dict.fromkeys(texts))
    with connection.cursor() as cursor:
        cursor.execute("SELECT t, vi_fold(t) FROM unnest(%s::text[]) t", [wanted])
        return dict(cursor.fetchall())


def found(text: str, *keys: str) -> Q:
    """Rows of which one of the folded columns contains what was asked."""
    return Q(*((f"{key}__contains", fold(text)) for key in keys), _connector=Q.OR)


def as_typed_first(rows: Rows, text: str, *sources: str, after: int = 0) -> Rows:
    """The rows in their own order, but those first that hold the words with the marks as typed: Dũng before Dựng.

    after: how many terms of that order stay in front, such as groups.
    """
    order = rows.query.order_by or rows.model._meta.ordering
    typed = Func(Value(text), function="vi_marked", output_field=TextField())
    marked, exact = {}, Q()
    for source in sources:
        alias = f"marked_{source}"
        marked[alias] = Func(F(source), function="vi_marked", output_field=TextField())
        exact |= Q(**{f"{alias}__contains": typed})
    return rows.alias(**marked).order_by(*order[:after], Case(When(exact, then=0), default=1), *order[after:])
