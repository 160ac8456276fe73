"""The past as it was: two questions about a day, asked of the same models by the same code (docs/adr/0009).

`reading(on=D)`: what was true on the day, with later corrections. A field that changed since has its value of the end
of that day (`core.dated`), a state comes from the dated transitions.

`reading(on=D, known=K)`: what the portal held at the end of the day K, whatever was entered, changed, declared void or
deleted since. Read from the field history.

Inside, table names lead to views: schemas that stand before `public` in the search path hold a view for each table
whose rows look different then. They are made from the models after each migrate. Tables without a view (people,
memberships, sign-in, messages) are read as they are: who may read is decided today. No view can be written to.
"""

import datetime
import hashlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from core.dated import FORMER, Dated
from core.models import Stateful, StoredFile, Transition, today

SCHEMAS = ("on_day_as_known", "as_known", "on_day")  # in the order in which they are dropped: views on views first
USUAL_PATH = "SELECT reset_val FROM pg_settings WHERE name = 'search_path'"
MOMENT = "current_setting('portal.known')::timestamptz"
DAY = "current_setting('portal.on')::date"
# Who may read is decided today: these are always read as they are.
PRESENT = {"accounts.User", "accounts.Ward", "accounts.Membership", "accounts.Duty", "accounts.AccessLog"}
# A document that was restricted later stays closed on the days before.
CLOSED_SINCE = {"campaigns.Document": "is_restricted"}
# Logs: a row is there from its moment on and does not change what it says.
LOGGED_AT = {"notifications.Event": "at"}
# What has a day of its own is not shown on the days before it. A clean-up's closing corrects them: it is read there.
OWN_DAY = {
    "campaigns.TaskProgress": "on",
    "campaigns.TaskEvidence": "on",
    "clearance.Visit": "visited_at",
    "models_registry.ProgressUpdate": "on",
    "notifications.Event": "on",
}
CORRECTING_STEPS = {"beautification.CleanupTransition"}
FRAME = {"campaigns.Campaign"}  # the year that a page shows keeps its own state; it is known as of a day like all else


@dataclass(frozen=True)
class Reading:
    """Which day is read, and what was known when; both None: the present."""

    on: datetime.date | None = None
    known: datetime.date | None = None

    @property
    def is_past(self) -> bool:
        return self.on is not None or self.known is not None


Row = TypeVar("Row", bound=models.Model)
_now = Reading()
_reading: ContextVar[Reading] = ContextVar("reading", default=_now)


def current() -> Reading:
    return _reading.get()


def end_of(day: datetime.date) -> datetime.datetime:
    """The first moment after the day, in the ward's time."""
    return timezone.make_aware(datetime.datetime.combine(day + datetime.timedelta(days=1), datetime.time()))


@contextmanager
def reading(*, on: datetime.date | None = None, known: datetime.date | None = None) -> Iterator[Reading]:
    """Everything that is asked inside is asked of that day. A day that is not over is the present.

    `known` alone is asked of its own day. Nothing of the past can be written inside; sessions and logs can.
    """
    known = known if known and known < today() else None
    on = on or known
    wanted = Reading(on if on and on < today() else None, known)
    if wanted == current():
        yield wanted
        return
    with _switch_to(wanted):
        token, features = _reading.set(wanted), connection.features
        grouped_by_key = features.allows_group_by_selected_pks
        features.allows_group_by_selected_pks = not wanted.is_past  # a view has no primary key that says the rest
        try:
            yield wanted
        finally:
            features.allows_group_by_selected_pks = grouped_by_key
            _reading.reset(token)


def as_known_on(day: datetime.date) -> AbstractContextManager[Reading]:
    """What the portal held at the end of the day, about that day."""
    return reading(on=day, known=day)


def held(row: Row) -> Row | None:
    """The row as this reading has it. None: the portal did not hold it yet."""
    return row.__class__._base_manager.filter(pk=row.pk, ward_id=row.ward_id).first()  # type: ignore[attr-defined]


@contextmanager
def present() -> Iterator[None]:
    """Inside a reading of the past: what is asked here is asked of today."""
    with reading():
        yield


@contextmanager
def _switch_to(wanted: Reading) -> Iterator[None]:
    """The search path of one transaction; an error takes it back with the savepoint, else it is put back by hand."""
    before = current()
    with transaction.atomic(), connection.cursor() as cursor:
        _point(cursor, wanted)
        yield
        _point(cursor, before)


def _point(cursor: CursorWrapper, at: Reading) -> None:
    schemas = [*(["on_day_as_known"] if at.on and at.known else []), *(["as_known"] if at.known else ["on_day"])]
    path = ", ".join([*schemas, "public"]) if at.is_past else None
    cursor.execute(
        f"SELECT set_config('search_path', COALESCE(%s, ({USUAL_PATH})), true), set_config('portal.known', %s, true),"
        " set_config('portal.on', %s, true)",
        [path, end_of(at.known).isoformat() if at.known else "", at.on.isoformat() if at.on else ""],
    )


# ---- the views -------------------------------------------------------------------------------------------
def is_viewed(model: type[models.Model]) -> bool:
    """Whether the model's rows may look different on a past day."""
    return model._meta.label not in PRESENT and (
        hasattr(model, "history") or issubclass(model, Transition | StoredFile) or model._meta.label in LOGGED_AT
    )


def viewed_models() -> list[type[models.Model]]:
    own = [model for model in apps.get_models() if hasattr(model, "ward") or model._meta.label in PRESENT]
    return [model for model in own if is_viewed(model) and not hasattr(model, "pgh_tracked_model")]


def install() -> None:
    """Make the views anew where the models say something else than the database."""
    sql = _sql()
    fingerprint = hashlib.sha256(sql.encode()).hexdigest()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT obj_description(to_regnamespace('as_known'), 'pg_namespace')")
        if cursor.fetchone()[0] == fingerprint:
            return
        _drop(cursor)
        cursor.execute(sql + f"COMMENT ON SCHEMA as_known IS '{fingerprint}';")


def remove() -> None:
    """Before a migration: a view would hold the columns that it changes."""
    with connection.cursor() as cursor:
        _drop(cursor)


def _drop(cursor: object) -> None:
    for schema in SCHEMAS:
        cursor.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")  # type: ignore[attr-defined]


def _sql() -> str:
    found = [f"CREATE SCHEMA {schema};" for schema in reversed(SCHEMAS)]
    viewed = viewed_models()
    found += [_view("as_known", model, _as_known(model)) for model in viewed]
    for schema, base in [("on_day", "public"), ("on_day_as_known", "as_known")]:
        for model in viewed:
            if (rows := _on_day(model, base)) is not None:
                found.append(_view(schema, model, rows))
    return "\n".join(found)


def _view(schema: str, model: type[models.Model], rows: str) -> str:
    """The columns of the table in its order; generated ones from the values of the day."""
    columns: list[str] = []
    ops: Any = connection.ops
    field: Any
    for field in model._meta.local_concrete_fields:
        name = f'"{field.column}"'
        if field.generated:
            expression, parameters = field.generated_sql(connection)
            name = f"{ops.compose_sql(expression, parameters)} AS {name}"
        columns.append(name)
    return f'CREATE VIEW {schema}."{model._meta.db_table}" AS SELECT {", ".join(columns)} FROM ({rows}) AS rows;'


def _as_known(model: type[models.Model]) -> str:
    """The newest version of each row up to the moment.

    An anti-join and not DISTINCT ON, so that what a query asks of a row finds it through the history's own indexes:
    the rows of other years and all that was written since are not touched.
    """
    table, label = model._meta.db_table, model._meta.label
    if not hasattr(model, "history"):
        moment = LOGGED_AT.get(label) or ("at" if issubclass(model, Transition) else "uploaded_at")
        columns = ", ".join(f'"{f.column}"' for f in model._meta.local_concrete_fields)
        return f'SELECT {columns} FROM public."{table}" WHERE "{moment}" < {MOMENT}'
    history = cast(Any, model).history.rel.related_model
    kept = {field.column for field in history._meta.local_concrete_fields}
    versioned: list[str] = []
    for field in model._meta.local_concrete_fields:
        name = f'"{field.column}"'
        today = f'(SELECT present.{name} FROM public."{table}" AS present WHERE present.id = version.pgh_obj_id)'
        if field.generated:
            continue
        if field.primary_key:
            versioned.append(f"version.pgh_obj_id AS {name}")  # the same number, and indexed
        elif field.column not in kept:
            versioned.append(f"{today} AS {name}")
        elif CLOSED_SINCE.get(label) == field.name:
            versioned.append(f"version.{name} OR COALESCE({today}, true) AS {name}")
        else:
            versioned.append(f"version.{name}")
    versions = f'public."{history._meta.db_table}"'
    return (
        f"SELECT {', '.join(versioned)} FROM {versions} AS version"
        f" WHERE version.pgh_created_at < {MOMENT} AND version.pgh_label <> 'delete' AND NOT EXISTS ("
        f"SELECT 1 FROM {versions} AS later WHERE later.pgh_obj_id = version.pgh_obj_id"
        f" AND later.pgh_id > version.pgh_id AND later.pgh_created_at < {MOMENT})"
    )


def _on_day(model: type[models.Model], base: str) -> str | None:
    """The rows with the values of the day, on top of the tables or of what was known of them. None: no difference.

    Rows without former values and rows with them are two queries, so that the first still finds its rows by index.
    """
    dated: Dated | None = getattr(model, "dated", None)
    stateful = issubclass(model, Stateful) and model._meta.label not in FRAME
    table = f'{base}."{model._meta.db_table}"'
    if day := _own_day(model):
        return f"SELECT {_columns(model, '')} FROM {table} AS present WHERE {day} <= {DAY}"
    if dated is None and not stateful:
        return None
    state = _state_then(model, base) if stateful else ""
    if dated is None or not dated.fields:
        rows = f"SELECT {_columns(model, state)} FROM {table} AS present"
    else:
        of_row = f"kept.ward_id = present.ward_id AND kept.row_id = present.id AND {_kept_since(model)}"
        rows = (
            f"SELECT {_columns(model, state)} FROM {table} AS present"
            f" WHERE NOT EXISTS (SELECT 1 FROM {base}.{FORMER} AS kept WHERE {of_row})"
            f" UNION ALL SELECT {_columns(model, state, dated.fields)}"
            f" FROM {base}.{FORMER} AS kept JOIN {table} AS present ON {of_row} WHERE {_is_first(model, base)}"
        )
    if dated and dated.removed_by:
        rows += f" UNION ALL SELECT {_columns(model, state)} FROM ({_removed(model, dated, base)}) AS present"
    return rows


def _own_day(model: type[models.Model]) -> str:
    is_step = issubclass(model, Transition) and model._meta.label not in CORRECTING_STEPS
    name = "on" if is_step else OWN_DAY.get(model._meta.label)
    if name is None:
        return ""
    is_moment = isinstance(model._meta.get_field(name), models.DateTimeField)
    return f"(present.{name} AT TIME ZONE '{settings.TIME_ZONE}')::date" if is_moment else f'present."{name}"'


def _columns(model: type[models.Model], state: str, former: tuple[str, ...] = ()) -> str:
    columns = []
    for field in model._meta.local_concrete_fields:
        name = f'"{field.column}"'
        if field.name in former:
            then = f"(kept.said->>'{field.column}')::{field.db_type(connection)}"
            there = f"jsonb_exists(kept.said, '{field.column}')"  # not where the field became a dated one later
            columns.append(f"CASE WHEN {there} THEN {then} ELSE present.{name} END AS {name}")
        elif state and field.name == "state":
            columns.append(f"COALESCE({state}, present.{name}) AS {name}")
        elif not field.generated:
            columns.append(f"present.{name}")
    return ", ".join(columns)


def _state_then(model: type[models.Model], base: str) -> str:
    steps = model.transitions.rel  # type: ignore[attr-defined]
    return (
        f'(SELECT step.new FROM {base}."{steps.related_model._meta.db_table}" AS step'
        f' WHERE step."{steps.field.column}" = present.id AND step."on" <= {DAY} ORDER BY step.id DESC LIMIT 1)'
    )


def _kept_since(model: type[models.Model], kept: str = "kept") -> str:
    return f"{kept}.table_name = '{model._meta.db_table}' AND {kept}.until >= {DAY}"


def _is_first(model: type[models.Model], base: str) -> str:
    """Of what was kept since the day the oldest is what was true on it."""
    return (
        f"NOT EXISTS (SELECT 1 FROM {base}.{FORMER} AS first WHERE {_kept_since(model, 'first')}"
        " AND first.ward_id = kept.ward_id AND first.row_id = kept.row_id AND first.until < kept.until)"
    )


def _removed(model: type[models.Model], dated: Dated, base: str) -> str:
    """Rows that were there on the day and were taken away since, unless the same was entered again."""
    table = model._meta.db_table
    fields: list[Any] = [model._meta.get_field(name) for name in dated.removed_by]
    types = {field.column: field.db_type(connection).partition("(")[0] for field in fields}
    same = " AND ".join(f"again.\"{column}\" = (gone.said->>'{column}')::{type_}" for column, type_ in types.items())
    then = (
        f"SELECT kept.said FROM {base}.{FORMER} AS kept WHERE kept.ward_id = gone.ward_id"
        f" AND kept.row_id = gone.row_id AND {_kept_since(model)} ORDER BY kept.until LIMIT 1"
    )
    return (
        f'SELECT (jsonb_populate_record(NULL::public."{table}", gone.said || ({then}))).*'
        f" FROM {base}.{FORMER} AS gone"
        f" WHERE gone.table_name = '{table}' AND gone.is_removed AND {DAY} BETWEEN gone.since AND gone.until"
        f' AND NOT EXISTS (SELECT 1 FROM {base}."{table}" AS again WHERE {same})'
    )
