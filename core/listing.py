"""A list as a table: declared beside its filter, shown as a page, handed over whole to an export.

TASKS = table(
    "campaigns:task_list",                               # the name of the list's address
    _("Tasks"),
    Column(_("Task"), "title"),
    Column(_("State"), "state", say=words(TaskState)),
)

page = page_of(request, rows, table=TASKS)               # in the list's view

An export calls the list's own view, which hands over its narrowed and ordered rows there, where a page would be cut.
What is exported is what is listed, and the same right is asked for.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import Resolver404, ResolverMatch, get_resolver, resolve

from core.discovery import discover

CHUNK = 500
Row = tuple[Any, ...]
Rows = QuerySet | Sequence[Any]  # a sequence where a short list is worked out and not read


class Column:
    """heading: as the list has it. paths: what the cell is made of, as a query spells it ("lead_unit__name").

    say(*values): the cell's text, number, day or moment; without it the one value as it is. full: as `say`, where the
    list shows less than there is (a name by its initials): for who may read it, gave a reason and is written down.
    of(row): for what only the row itself can say; it costs ten times as much, and is no way for lists that grow long.
    when(request): who has the column in the list.
    """

    def __init__(
        self,
        heading: Any,
        *paths: str,
        say: Callable[..., Any] | None = None,
        full: Callable[..., Any] | None = None,
        of: Callable[[Any], Any] | None = None,
        when: Callable[[Any], Any] = lambda request: True,
    ) -> None:
        self.heading, self.paths, self.say, self.full, self.of, self.when = heading, paths, say, full, of, when


Shown = tuple[Column, Callable[..., Any] | None]


@dataclass(frozen=True)
class Table:
    """title: of the sheet and its file. dress(chunk, request): works out for many rows what their columns ask of each.

    logged: the path to the row whose file is opened by a name in full.
    """

    name: str
    title: Any
    columns: tuple[Column, ...]
    dress: Callable[[list[Any], HttpRequest], Iterable[Any]] | None = None
    logged: str = ""

    @property
    def has_names(self) -> bool:
        return any(column.full for column in self.columns)

    def shown(self, request: HttpRequest) -> list[Column]:
        return [column for column in self.columns if column.when(request)]

    def cells(self, rows: Rows, request: HttpRequest, *, full: bool = False) -> Iterator[list[Row]]:
        """The cells of the rows, in order and in chunks, read from the database as they are asked for."""
        shown = [(column, _ready((full and column.full) or column.say)) for column in self.shown(request)]
        if not isinstance(rows, QuerySet) or self.dress or any(column.of for column, _say in shown):
            return self._cells_of_rows(rows, request, shown)
        return _cells_of_values(rows, shown)

    def _cells_of_rows(self, rows: Rows, request: HttpRequest, shown: list[Shown]) -> Iterator[list[Row]]:
        found = rows.iterator(chunk_size=CHUNK) if isinstance(rows, QuerySet) else iter(rows)
        while chunk := list(islice(found, CHUNK)):
            lines = self.dress(chunk, request) if self.dress else chunk
            yield [tuple([_cell(line, column, say) for column, say in shown]) for line in lines]


def _cells_of_values(rows: QuerySet, shown: list[Shown]) -> Iterator[list[Row]]:
    """Column by column, which takes a quarter of the time that row by row takes."""
    paths = list(dict.fromkeys(path for column, _say in shown for path in column.paths))
    places = {path: n for n, path in enumerate(paths)}
    plan = [([places[path] for path in column.paths], say) for column, say in shown]
    values = rows.values_list(*paths).iterator(chunk_size=CHUNK)
    while chunk := list(islice(values, CHUNK)):
        of = list(zip(*chunk, strict=True))
        cells = [map(say, *[of[n] for n in needed]) if say else of[needed[0]] for needed, say in plan]
        yield list(zip(*cells, strict=True))


def _cell(line: Any, column: Column, say: Callable[..., Any] | None) -> Any:
    if column.of:
        return column.of(line)
    values = [_follow(line, path) for path in column.paths]
    return say(*values) if say else values[0]


def _follow(line: Any, path: str) -> Any:
    if isinstance(line, Mapping):
        return line[path]
    for name in path.split("__"):
        line = getattr(line, name, None)
    return line


class Words:
    """What the codes of a choice say; called, a look-up in the language of who asked."""

    def __init__(self, choices: Any) -> None:
        self.choices = choices

    def __call__(self) -> Callable[[Any], Any]:
        said = {code: str(label) for code, label in self.choices.choices} | {None: ""}
        return lambda code: said.get(code, code)


def _ready(say: Any) -> Any:
    return say() if isinstance(say, Words) else say


def words(choices: Any) -> Any:
    return Words(choices)


def yes_no(yes: Any, no: Any) -> Callable[[Any], str]:
    return lambda value: str(yes if value else no)


# ---- registry -----------------------------------------------------------------------------------------
_tables: dict[str, Table] = {}


def table(name: str, title: Any, *columns: Column, **more: Any) -> Table:
    _tables[name] = Table(name, title, columns, **more)
    return _tables[name]


def all_tables() -> dict[str, Table]:
    discover("filters")
    _ = get_resolver().url_patterns  # a list whose view works out what it says has its table beside the view
    return dict(_tables)


# ---- handing over ---------------------------------------------------------------------------------------
class Listed(Exception):
    """Ends a list's view that an export called: these are its rows."""

    def __init__(self, rows: Rows, table: Table) -> None:
        super().__init__(table.name)
        self.rows, self.table = rows, table

    def count(self) -> int:
        return self.rows.order_by().count() if isinstance(self.rows, QuerySet) else len(self.rows)


def is_export(request: HttpRequest) -> bool:
    """Whether a list's view is called for its rows: a column that the page has not may ask for more of them."""
    return getattr(request, "is_export", False)


def hand_over(request: HttpRequest, rows: Any, table: Table | None) -> None:
    """Raises Listed where an export asks the view for its rows; for a page it does nothing."""
    if table is not None and is_export(request):
        raise Listed(rows, table)


def list_at(path: str) -> ResolverMatch | None:
    """The list at an address; None where there is none that can be exported."""
    try:
        match = resolve(path)
    except Resolver404:
        return None
    return match if match.view_name in all_tables() else None
