"""What dashboards show, kept until the ward's next event, at most a minute."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.core.cache import cache
from django.db.models import Count, QuerySet, Value
from django.utils.translation import get_language

from accounts import access
from core import past
from core.figures import FigureValue
from core.prepared import Prepared
from notifications.models import Event, Message

SECONDS = 60


@dataclass(frozen=True)
class News:
    """The ward's last event, and how many messages the person has not opened."""

    last_event: int | None
    unread: int


def news_rows(*, ward: int | None, user: int) -> dict[str, QuerySet]:
    """The ward's last event, and how many of a person's own messages are unread; `take_news` keeps what was read."""
    unread = Message.objects.filter(ward=ward, user=user).unread().order_by().values(all=Value(1))
    return {
        "last": Event.objects.filter(ward=ward).order_by("-id").values_list("id", flat=True)[:1],
        "unread": unread.annotate(count=Count("pk")).values_list("count", flat=True),
    }


NEWS = Prepared(news_rows)


def take_news(user: Any, found: dict[str, list[Any]]) -> News:
    user.__dict__["_news"] = News(next(iter(found["last"]), None), sum(found["unread"]))
    return user.__dict__["_news"]


def news(user: Any) -> News:
    """Read once a request: what the frame of the page needs of the database."""
    if known := user.__dict__.get("_news"):
        return known
    with past.present():  # what corrects a past day is an event of today
        return take_news(user, NEWS.read(ward=access.ward_id(user), user=user.pk))


def kept(name: str, user: Any, compute: Callable[[], Any], *of: object) -> Any:
    """What `compute` gives: numbers, words, addresses, items of the agenda, dicts and lists of them; a figure comes
    without its rows.

    of: what else it depends on (year, day, unit). Shared only by people who hold the same roles in the same units:
    exactly they see the same rows, because `visible_to` asks nothing else (tests/house); only who judges is told apart,
    by `of` (reports.dashboards). Without the cache it is computed each time.
    """
    key = _key(name, user, of)
    if (found := cache.get(key)) is not None:
        return found
    found = _without_rows(compute())
    cache.set(key, found, SECONDS)
    return found


def _key(name: str, user: Any, of: tuple[object, ...]) -> str:
    held = access.grants(user)
    last, read = news(user).last_event, past.current()
    whose = repr((sorted(held.roles), sorted(held.unit_roles), last, str(read.on), str(read.known), *map(str, of)))
    return f"{name}:{held.ward_id}:{get_language()}:{hashlib.sha256(whose.encode()).hexdigest()}"


def _without_rows(found: Any) -> Any:
    """Numbers and addresses alone: a kept queryset would be read whole."""
    if isinstance(found, FigureValue):
        return replace(found, rows=None, parts=_without_rows(found.parts))
    if isinstance(found, dict):
        return {name: _without_rows(part) for name, part in found.items()}
    if isinstance(found, list):
        return [_without_rows(part) for part in found]
    return found
