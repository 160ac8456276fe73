"""Who changed what in a ward: the newest rows of all histories at once, in words (docs/adr/0028).

Of one row and its parts `core.history` tells more. Here each line says who did what to which thing, and of what is no
part of a personal file which fields, as far as the reader may see the row itself.
"""

import datetime
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, partial
from typing import Any, NamedTuple, cast

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import connection, models
from django.urls import reverse
from django.utils.text import capfirst

from core.history import ACTS, HIDDEN, Change, plain, tracked_model, with_keys
from core.models import is_personal

SHOWN = 50
CHANGES_SHOWN = 6


@dataclass(frozen=True)
class Line:
    """by None: the portal itself, or a person at the database. name: "" where the reader may not see the row."""

    at: datetime.datetime
    by: Any
    act: str
    noun: str
    name: str
    url: str
    page: str
    reason: str
    changes: list[Change]
    more: int


class Key(NamedTuple):
    """Where a line stands: newest first, of one moment by table and row."""

    at: datetime.datetime
    place: int
    event: int

    def __str__(self) -> str:
        return f"{self.at.isoformat()}.{self.place}.{self.event}"

    @classmethod
    def read(cls, text: str) -> "Key | None":
        """None for what is no key."""
        moment, _dot, rest = text.rpartition(".")[0].rpartition(".")
        try:
            key = cls(datetime.datetime.fromisoformat(moment), int(rest), int(text.rpartition(".")[2]))
        except ValueError:
            return None
        return key if key.at.tzinfo and 0 <= key.place < len(histories()) and 0 <= key.event < 2**63 else None


@dataclass(frozen=True)
class Asked:
    """first, last: moments, the last not included. before: from that line on. area: of one app's tables alone."""

    ward_id: int
    first: datetime.datetime | None = None
    last: datetime.datetime | None = None
    person: int | None = None
    area: str = ""
    before: Key | None = None


@cache
def histories() -> list[type[models.Model]]:
    """`<Model>History` of each table of wards, always in the same order."""
    found = [model for model in apps.get_models() if hasattr(model, "pgh_tracked_model")]
    of_wards = [model for model in found if any(field.name == "ward" for field in model._meta.fields)]
    return sorted(of_wards, key=lambda model: model._meta.db_table)


def areas() -> list[tuple[str, str]]:
    """The apps that have such tables, by the names that people read."""
    labels = dict.fromkeys(model._meta.app_label for model in histories())
    return [(label, str(apps.get_app_config(label).verbose_name)) for label in labels]


def newest(asked: Asked) -> list[Key]:
    """One line more than a page shows, from every history by its index of ward and moment."""
    parts, values = [], list[Any]()
    for place, history in enumerate(histories()):
        if asked.area not in ("", history._meta.app_label):
            continue
        where, told = _where(asked, place)
        parts.append(
            f"(SELECT pgh_created_at, {place}, pgh_id FROM {_table(history)} WHERE {where} "
            f"ORDER BY pgh_created_at DESC, pgh_id DESC LIMIT {SHOWN + 1})"
        )
        values += told
    sql = f"{' UNION ALL '.join(parts)} ORDER BY 1 DESC, 2 DESC, 3 DESC LIMIT {SHOWN + 1}"
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [Key(*row) for row in cursor.fetchall()]


def _where(asked: Asked, place: int) -> tuple[str, list[Any]]:
    terms, values = ['"ward_id" = %s'], list[Any]([asked.ward_id])
    if asked.first:
        terms.append("pgh_created_at >= %s")
        values.append(asked.first)
    if asked.last:
        terms.append("pgh_created_at < %s")
        values.append(asked.last)
    if asked.person is not None:
        terms.append("pgh_context_id IN (SELECT id FROM pghistory_context WHERE metadata ->> 'user' = %s)")
        values.append(str(asked.person))
    if (key := asked.before) is not None:
        if place == key.place:
            terms.append("(pgh_created_at, pgh_id) < (%s, %s)")
            values += [key.at, key.event]
        else:
            terms.append(f"pgh_created_at {'<=' if place < key.place else '<'} %s")
            values.append(key.at)
    return " AND ".join(terms), values


def _table(history: type[models.Model]) -> str:
    return connection.ops.quote_name(history._meta.db_table)


class _Event(NamedTuple):
    """A row of a history, as it was written and as the one before of the same thing was; with the act's context."""

    key: Key
    row: dict[str, Any]
    before: dict[str, Any] | None
    context: dict[str, Any]


def lines(keys: Sequence[Key], user: Any, ward_id: int) -> list[Line]:
    """What the keys say, in their order. A statement for the rows, one for the people, and for each kind of thing."""
    events = _events(keys, ward_id)
    told = _Told(events, user, ward_id)
    return [told.line(event) for event in events]


def _events(keys: Sequence[Key], ward_id: int) -> list[_Event]:
    by_place: dict[int, list[int]] = {}
    for key in keys:
        by_place.setdefault(key.place, []).append(key.event)
    if not by_place:
        return []
    parts, values = [], list[Any]()
    for place, ids in by_place.items():
        table = _table(histories()[place])
        parts.append(
            f"SELECT {place}, h.pgh_id, to_jsonb(h)::text, (SELECT to_jsonb(p)::text FROM {table} p "
            f'WHERE p."ward_id" = h."ward_id" AND p.pgh_obj_id = h.pgh_obj_id AND p.pgh_id < h.pgh_id '
            f"ORDER BY p.pgh_id DESC LIMIT 1), "
            f"(SELECT metadata::text FROM pghistory_context WHERE id = h.pgh_context_id) "
            f'FROM {table} h WHERE h."ward_id" = %s AND h.pgh_id = ANY(%s)'
        )
        values += [ward_id, ids]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), values)
        found = {(place, event): texts for place, event, *texts in cursor.fetchall()}
    return [_event(key, *found[key[1:]]) for key in keys]


def _event(key: Key, row: str, before: str | None, context: str | None) -> _Event:
    read = partial(json.loads, parse_float=Decimal)
    return _Event(key, read(row), read(before) if before else None, read(context) if context else {})


class _Told:
    """Reads what the lines need beside the events: people, the things themselves, and what their keys point at."""

    def __init__(self, events: Iterable[_Event], user: Any, ward_id: int) -> None:
        self.ward_id = ward_id
        ids: dict[Any, set[int]] = {}
        pointed: dict[Any, set[int]] = {}
        for event in events:
            model = _model(event)
            ids.setdefault(model, set()).add(event.row["pgh_obj_id"])
            if is_open(model):
                for field, old, new in _changed(event):
                    if isinstance(field, models.ForeignKey) and is_named(field):
                        pointed.setdefault(field.related_model, set()).update({old, new} - {None})
        people = {event.context.get("user") for event in events} - {None}
        self.people = get_user_model()._base_manager.in_bulk(people)
        self.things = {model: self._seen(model, found, user) for model, found in ids.items()}
        self.pointed = {model: self._named(model, found, user) for model, found in pointed.items()}

    def _seen(self, model: Any, ids: set[int], user: Any) -> dict[int, Any]:
        """Those that are still there and that the reader may see."""
        if tracked_model(model._meta.app_label, model._meta.model_name) is None:
            return {}
        rows = model.objects.visible_to(user).filter(pk__in=ids)
        return {row.pk: row for row in with_keys(rows)}

    def _named(self, model: Any, ids: set[int], user: Any) -> dict[int, Any]:
        """What is pointed at, as far as the reader may see it where that is asked."""
        seen = hasattr(getattr(model, "objects", None), "visible_to")
        rows = with_keys((model.objects.visible_to(user) if seen else model._base_manager.all()).filter(pk__in=ids))
        of_ward = any(field.name == "ward" for field in model._meta.fields)
        return {row.pk: row for row in (rows.filter(ward_id=self.ward_id) if of_ward else rows)}

    def line(self, event: _Event) -> Line:
        model, thing = _model(event), event.row["pgh_obj_id"]
        row = self.things[model].get(thing)
        shows = row is not None and is_open(model)
        changed = (
            [self._change(*each) for each in _changed(event)] if shows and event.row["pgh_label"] == "update" else []
        )
        args = [model._meta.app_label, model._meta.model_name, thing]
        return Line(
            at=event.key.at,
            by=self.people.get(event.context.get("user")),
            act=str(ACTS.get(event.row["pgh_label"], event.row["pgh_label"])),
            noun=str(model._meta.verbose_name),
            name=str(row) if shows else "",
            url=reverse("accounts:history_detail", args=args) if row is not None else "",
            page=event.context.get("url", "") if shows else "",
            reason=event.context.get("reason", "") if shows else "",
            changes=changed[:CHANGES_SHOWN],
            more=max(0, len(changed) - CHANGES_SHOWN),
        )

    def _change(self, field: models.Field, old: Any, new: Any) -> Change:
        return Change(capfirst(str(field.verbose_name)), self._said(field, old), self._said(field, new))

    def _said(self, field: models.Field, value: Any) -> str:
        if value is None or value == "":
            return ""
        if getattr(field, "is_encrypted", False):
            return HIDDEN
        if isinstance(field, models.ForeignKey):
            return str(self.pointed[field.related_model].get(value, HIDDEN)) if is_named(field) else HIDDEN
        if field.flatchoices:
            return str(dict(field.flatchoices).get(value, value))
        if isinstance(field, models.DateField | models.TimeField | models.DecimalField):
            return plain(field.to_python(value))
        return plain(value)


def is_open(model: type[models.Model]) -> bool:
    """Whether what its rows say may stand in a list: no part of a personal file, nor written from one."""
    return not (is_personal(model) or getattr(model, "quotes_files", False))


def is_named(field: Any) -> bool:
    return not is_personal(field.related_model)


def _model(event: _Event) -> Any:
    return cast(Any, histories()[event.key.place]).pgh_tracked_model


def _changed(event: _Event) -> list[tuple[models.Field, Any, Any]]:
    """Field, before, after: of what differs from the event before."""
    before = event.before or {}
    fields = [field for field in _model(event)._meta.concrete_fields if not field.primary_key and field.name != "ward"]
    pairs = (
        (field, before.get(field.column), event.row.get(field.column)) for field in fields if field.column in event.row
    )
    return [(field, old, new) for field, old, new in pairs if old != new and (old or new not in (None, ""))]
