"""Fields whose values of past days are kept, because figures and lists of past days read them.

    @dated("subject", "unit", "theme_field", unless_in="draft")
    class MobilizationModel(...)

A database trigger writes the values that end today into one table, whoever changes the row in whatever way. A change
declared a correction (`with correcting():`) counts for the past too: what was kept is corrected with it.
"""

import datetime
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pgtrigger
from django.conf import settings
from django.db import connection, models, transaction
from django.utils import timezone

from core.related import column_of

FORMER = "accounts_formervalues"
_TODAY = f"(now() AT TIME ZONE '{settings.TIME_ZONE}')::date"


@dataclass(frozen=True)
class Dated:
    """fields: names of fields. removed_by: the fields that make a row the same when it is entered again; rows that
    were taken away are kept for the days before. Empty: rows are not taken away. unless_in: as of `dated`."""

    fields: tuple[str, ...]
    removed_by: tuple[str, ...] = ()
    unless_in: str = ""


def dated(*fields: str, unless_in: str = "", removed_by: tuple[str, ...] = ()) -> Callable:
    """Class decorator, above `tracked`. unless_in: the state of rows that no figure has counted yet, such as drafts."""

    def decorate(model: type[models.Model]) -> type[models.Model]:
        model.dated = Dated(fields, removed_by, unless_in)  # type: ignore[attr-defined]
        if fields:
            columns = [column_of(model, name) for name in fields]
            pgtrigger.register(
                pgtrigger.Trigger(
                    name="keep_former",
                    level=pgtrigger.Statement,
                    when=pgtrigger.After,
                    operation=pgtrigger.Update,
                    referencing=pgtrigger.Referencing(old="old_values", new="new_values"),
                    func=_keep(model, columns, unless_in),
                )
            )(model)
        if removed_by:
            pgtrigger.register(
                pgtrigger.Trigger(
                    name="keep_removed",
                    level=pgtrigger.Statement,
                    when=pgtrigger.After,
                    operation=pgtrigger.Delete,
                    referencing=pgtrigger.Referencing(old="old_values"),
                    func=_keep_removed(model),
                )
            )(model)
        return model

    return decorate


def has_past(row: models.Model, today: datetime.date) -> bool:
    """Whether figures of days before today have counted the row, so that it matters since when a change is true."""
    dated_as: Dated | None = getattr(row, "dated", None)
    if dated_as is None or row.pk is None:
        return False
    if hasattr(row, "transitions"):
        return row.transitions.filter(on__lt=today).exclude(new=dated_as.unless_in).exists()
    begin = timezone.make_aware(datetime.datetime.combine(today, datetime.time()))
    own = row.history.filter(ward_id=row.ward_id)  # type: ignore[attr-defined]
    return own.filter(pgh_created_at__lt=begin).exists()


@contextmanager
def correcting(yes: bool = True) -> Iterator[None]:
    """What is changed inside was wrong from the beginning: the past is corrected with it."""
    if not yes:
        yield
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('portal.correction', 'on', true)")
        yield
        cursor.execute("SELECT set_config('portal.correction', '', true)")


def _keep(model: type[models.Model], columns: list[str], unless_in: str) -> str:
    """By EXCEPT, as the field history is (core.tracking); corrections are of few rows."""
    table, names = model._meta.db_table, ", ".join(f'"{c}"' for c in columns)
    counted = f"(SELECT * FROM old_values WHERE state <> '{unless_in}')" if unless_in else "old_values"
    said = ", ".join(f"'{c}', ended.\"{c}\"" for c in columns)
    new = ", ".join(f"'{c}', now_said.\"{c}\"" for c in columns)
    differs = [f'was."{c}" IS DISTINCT FROM now_said."{c}"' for c in columns]
    changed = " || ".join(
        f"CASE WHEN {differ} THEN jsonb_build_object('{c}', now_said.\"{c}\") ELSE '{{}}'::jsonb END"
        for c, differ in zip(columns, differs, strict=True)
    )
    corrected = f"""
        SELECT now_said.ward_id, now_said.id, {changed} AS changed, jsonb_build_object({new}) AS said
          FROM {counted} AS was JOIN new_values AS now_said ON now_said.id = was.id
         WHERE {" OR ".join(differs)}"""
    return f"""
        IF current_setting('portal.correction', true) = 'on' THEN
            UPDATE public.{FORMER} AS kept SET said = kept.said || corrected.changed, corrected_on = {_TODAY}
              FROM ({corrected}) AS corrected
             WHERE kept.ward_id = corrected.ward_id AND kept.table_name = '{table}' AND kept.row_id = corrected.id;
            INSERT INTO public.{FORMER} (ward_id, table_name, row_id, until, said, is_removed, corrected_on)
            SELECT ward_id, '{table}', id, {_TODAY} - 1, said, false, {_TODAY} FROM ({corrected}) AS corrected
            ON CONFLICT (ward_id, table_name, row_id, until) DO NOTHING;
        ELSE
            INSERT INTO public.{FORMER} (ward_id, table_name, row_id, until, said, is_removed)
            SELECT ward_id, '{table}', id, {_TODAY} - 1, jsonb_build_object({said}), false
              FROM (SELECT ward_id, id, {names} FROM {counted} AS was
                    EXCEPT SELECT ward_id, id, {names} FROM new_values) AS ended
            ON CONFLICT (ward_id, table_name, row_id, until) DO NOTHING;
        END IF;
        RETURN NULL;
    """


def _keep_removed(model: type[models.Model]) -> str:
    table = model._meta.db_table
    return f"""
        INSERT INTO public.{FORMER} AS kept (ward_id, table_name, row_id, until, said, is_removed, since)
        SELECT gone.ward_id, '{table}', gone.id, {_TODAY} - 1, to_jsonb(gone), true,
               (SELECT (min(pgh_created_at) AT TIME ZONE '{settings.TIME_ZONE}')::date
                  FROM public.{table}history WHERE pgh_obj_id = gone.id)
          FROM old_values AS gone
        ON CONFLICT (ward_id, table_name, row_id, until) DO UPDATE
           SET said = EXCLUDED.said || kept.said, is_removed = true, since = EXCLUDED.since;
        RETURN NULL;
    """
