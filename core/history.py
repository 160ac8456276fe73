"""What pghistory's triggers wrote about one row, in words: who, when, on which page, why, which fields."""

import datetime
import decimal
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import models
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import dates, text

HIDDEN = "•••"
NEVER = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
ACTS = {
    "insert": gettext_lazy("entered"),
    "update": gettext_lazy("changed"),
    "delete": gettext_lazy("deleted"),
}


@dataclass(frozen=True)
class Change:
    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Entry:
    """by None: the portal itself, or a person at the database. what: which part of a file; "" the row itself."""

    at: datetime.datetime
    act: str
    by: Any
    page: str
    reason: str
    changes: list[Change]
    what: str = ""


def tracked_model(app_label: str, name: str) -> type[models.Model] | None:
    """The model of that name if it has field history and a door to its rows."""
    try:
        model = apps.get_model(app_label, name)
    except LookupError:
        return None
    manager = getattr(model, "objects", None)
    return model if hasattr(model, "history") and hasattr(manager, "visible_to") else None


class Changed(NamedTuple):
    """How often since it was entered, and when last."""

    times: int
    at: datetime.datetime


def changed(*rows: models.QuerySet) -> Changed:
    """Of all rows of some `<Model>History` together; a sum that never falls, for nothing is taken out of a history."""
    found = [each.aggregate(times=models.Count("pgh_id"), at=models.Max("pgh_created_at")) for each in rows]
    moments = [one["at"] for one in found if one["at"]]
    return Changed(sum(one["times"] for one in found), max(moments, default=NEVER))


def changes_of(rows: Iterable[Any]) -> dict[Any, Changed]:
    """Of each of some rows of one ward, however many models they are of: a query for each model."""
    by_model: dict[Any, dict[int, Any]] = {}
    for row in rows:
        by_model.setdefault(type(row), {})[row.pk] = row
    found = {}
    for model, known in by_model.items():
        ward_id = next(iter(known.values())).ward_id
        events = model.history.rel.related_model.objects.filter(ward_id=ward_id, pgh_obj_id__in=known)
        for pk, times, at in events.values_list("pgh_obj_id").annotate(
            models.Count("pgh_id"), models.Max("pgh_created_at")
        ):
            found[known[pk]] = Changed(times - 1, at)
    return found


def entries(row: Any) -> list[Entry]:
    """The newest first, with the rows that the row counts as its own (`history_parts`).

    A few queries a row: the events, the people, and one for each key that it has.
    """
    found = _entries(row)
    for part in getattr(row, "history_parts", tuple)():
        found += [replace(entry, what=str(part._meta.verbose_name)) for entry in _entries(part)]
    return sorted(found, key=lambda entry: entry.at, reverse=True)


def _entries(row: Any) -> list[Entry]:
    events = list(_events(row).select_related("pgh_context").order_by("pgh_id"))
    fields = _fields(row)
    show = _Words(row, fields, events)
    people = _people(events)
    found, before = [], None
    for event in events:
        found.append(_entry(event, before, fields, show, people))
        before = event
    return found[::-1]


def _events(row: Any) -> models.QuerySet:
    found = row.history.all()
    return found.filter(ward_id=row.ward_id) if hasattr(row, "ward_id") else found


def _fields(row: Any) -> list[models.Field]:
    kept = {field.name for field in row.history.model._meta.fields}
    return [f for f in row._meta.concrete_fields if f.name in kept and not f.primary_key and f.name != "ward"]


def _entry(event: Any, before: Any, fields: list[models.Field], show: "_Words", people: dict) -> Entry:
    known = event.pgh_context.metadata if event.pgh_context else {}
    return Entry(
        at=event.pgh_created_at,
        act=str(ACTS.get(event.pgh_label, event.pgh_label)),
        by=people.get(known.get("user")),
        page=known.get("url", ""),
        reason=known.get("reason", ""),
        changes=[] if event.pgh_label == "delete" else _changes(event, before, fields, show),
    )


def _changes(event: Any, before: Any, fields: list[models.Field], show: "_Words") -> list[Change]:
    changes = []
    for field in fields:
        old = getattr(before, field.attname) if before else None
        new = getattr(event, field.attname)
        if old != new and (before or new not in (None, "")):
            changes.append(Change(capfirst(str(field.verbose_name)), show(field, old), show(field, new)))
    return changes


def _people(events: Iterable[Any]) -> dict:
    ids = {event.pgh_context.metadata.get("user") for event in events if event.pgh_context}
    return get_user_model()._base_manager.in_bulk(ids - {None})


def with_keys(rows: models.QuerySet) -> models.QuerySet:
    """With their own keys joined, for names made of several rows."""
    keys = [f.name for f in rows.model._meta.fields if isinstance(f, models.ForeignKey) and f.name != "ward"]
    return rows.select_related(*keys)


class _Words:
    """A stored value as a reader sees it elsewhere. Reads the rows behind each key once."""

    def __init__(self, row: Any, fields: list[models.Field], events: list[Any]) -> None:
        self.related: dict[str, dict] = {}
        for field in fields:
            if isinstance(field, models.ForeignKey):
                ids = {getattr(event, field.attname) for event in events} - {None}
                own: Any = field.get_extra_descriptor_filter(row)
                there = with_keys(field.related_model._base_manager.filter(**own))
                self.related[field.name] = there.in_bulk(ids)

    def __call__(self, field: models.Field, value: Any) -> str:
        if value is None or value == "":
            return ""
        if getattr(field, "is_encrypted", False):
            return HIDDEN
        if field.name in self.related:
            return str(self.related[field.name].get(value, value))
        if field.flatchoices:
            return str(dict(field.flatchoices).get(value, value))
        return plain(value)


def plain(value: Any) -> str:
    """A value of a column, in words."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime.datetime):
        return f"{timezone.localtime(value):%d/%m/%Y %H:%M}"
    if isinstance(value, datetime.date):
        return dates.full_date(value)
    if isinstance(value, datetime.time):
        return f"{value:%H:%M}"
    if isinstance(value, int | float | decimal.Decimal):
        return text.number(value)
    return str(value)
