"""Household files: each opening is written down, is shown in people's words, and stays in no browser."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db.models import Model
from django.http import HttpRequest

from accounts.choices import FIELD_WORDS, ReadAct
from accounts.models import AccessLog
from core.http import house


def shows_households(request: HttpRequest) -> None:
    """The page names households: the browser forgets it, so that the back button shows nothing after sign-out."""
    request.shows_households = True  # type: ignore[attr-defined]


def opened(
    request: HttpRequest, subject: Model, *, act: str = ReadAct.READ, fields: str = "", reason: str = ""
) -> None:
    """The person sees this part of the file. fields: keys of FIELD_WORDS, with commas."""
    shows_households(request)
    AccessLog.objects.note(user=house(request).user, subject=subject, act=act, fields=fields, reason=reason)


def openings(rows: Iterable[AccessLog], ward_id: int | None) -> list[dict[str, Any]]:
    """Lines of the log in words, in their order: one for what a person did with a file within a minute, with the parts
    that were seen. One query a kind of row. Of the rows of a page alone: the log is never grouped as a whole.
    """
    rows = list(rows)
    what = names(((row.subject_type, row.subject_id) for row in rows), ward_id)
    acts, found = dict(ReadAct.choices), dict[Any, list[AccessLog]]()
    for row in rows:
        minute = row.at.replace(second=0, microsecond=0)
        found.setdefault((minute, row.user_id, row.act, row.subject_type, row.subject_id), []).append(row)
    return [
        {
            "since": min(row.at for row in seen),
            "who": seen[0].user.full_name,
            "act": acts.get(act, act),
            "what": what[kind, key],
            "parts": _parts(row.fields for row in reversed(seen)),
            "reason": "; ".join(dict.fromkeys(row.reason for row in reversed(seen) if row.reason)),
        }
        for (_minute, _user, act, kind, key), seen in found.items()
    ]


def _parts(found: Iterable[str]) -> str:
    """What lines name, each part once."""
    parts = dict.fromkeys(part for parts in found for part in parts.split(",") if part)
    return ", ".join(str(FIELD_WORDS.get(part, part)) for part in parts)


def names(subjects: Iterable[tuple[str, int]], ward_id: int | None) -> dict[tuple[str, int], str]:
    """Each row that a line of the log is about, as a reader knows it: "household no. 7 of …", never by its key."""
    keys: dict[str, set[int]] = defaultdict(set)
    for label, key in subjects:
        keys[label].add(key)
    found: dict[tuple[str, int], str] = {}
    for label, wanted in keys.items():
        model = apps.get_model(label)
        rows = model._base_manager.filter(pk__in=wanted, ward_id=ward_id).select_related(
            *getattr(model, "log_needs", ())
        )
        words = {row.pk: row.words_in_log for row in rows}
        found |= {(label, key): words.get(key, str(model._meta.verbose_name)) for key in wanted}
    return found
