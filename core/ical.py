"""Calendars that a phone subscribes to (RFC 5545, RFC 7986), and how they are asked for."""

import datetime
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response

from core import flood

if TYPE_CHECKING:
    import icalendar

    from accounts.models import Ward

FILE = "text/calendar; charset=utf-8"
EVERY = datetime.timedelta(hours=1)
MOST_ASKED, ASKED_WITHIN = 120, 600  # times an address may ask in so many seconds
# The zone has stood still since 1975; a reader is told the years in which days can be.
ZONE_FROM, ZONE_TO = datetime.date(1976, 1, 1), datetime.date(2200, 1, 1)


@dataclass(frozen=True)
class Event:
    """What takes place on a day, or from a time on; a whole day where no time is known.

    sequence, changed_at: how often and when last it was changed. is_busy: people are there; else it is due that day.
    rule: an RRULE without its end, which `until` is; left_out and added: days (with the time of `at`) that the rule has
    and that do not count, and the other way round. instead_of: the day of the rule whose place this one takes, and at
    what time that is.
    """

    uid: str
    title: str
    on: datetime.date
    changed_at: datetime.datetime
    sequence: int = 0
    at: datetime.time | None = None
    lasts: datetime.timedelta = datetime.timedelta(hours=1)
    place: str = ""
    note: str = ""
    url: str = ""
    is_busy: bool = True
    is_cancelled: bool = False
    rule: str = ""
    until: datetime.date | None = None
    left_out: Sequence[datetime.date] = ()
    added: Sequence[datetime.date] = ()
    instead_of: tuple[datetime.date, datetime.time] | None = None


def uid(ward: "Ward", row: models.Model, kind: str = "") -> str:
    """Of a row for good: no other installation holds a ward of this address with this row."""
    return f"{kind or row._meta.model_name}-{row.pk}@{ward.slug}.danvankheo"


def address(path: str) -> str:
    return f"{settings.BASE_URL}{path}"


def calendar(name: str, events: Iterable[Event]) -> bytes:
    """The calendar as a file; the same events give the same bytes."""
    import icalendar

    made = icalendar.Calendar()
    made.add("prodid", "-//Dan van kheo//portal//VI")
    made.add("version", "2.0")
    made.add("name", name)
    made.add("x-wr-calname", name)  # what phones read in place of NAME
    # The library leaves VALUE out, without which the property says nothing (RFC 7986, 5.7).
    made.add("refresh-interval", EVERY, parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", icalendar.vDuration(EVERY).to_ical().decode())
    for event in events:
        made.add_component(_component(event))
    made.add_missing_timezones(first_date=ZONE_FROM, last_date=ZONE_TO)
    return made.to_ical()


def _component(event: Event) -> "icalendar.Event":
    import icalendar

    made = icalendar.Event()
    made.add("uid", event.uid)
    made.add("sequence", event.sequence)
    made.add("dtstamp", event.changed_at)
    made.add("last-modified", event.changed_at)
    made.add("summary", event.title)
    if event.at is None:
        made.add("dtstart", event.on)
        made.add("dtend", event.on + datetime.timedelta(days=1))
    else:
        start = _moment(event.on, event.at)
        made.add("dtstart", start)
        made.add("dtend", start + event.lasts)
        _repeat(made, event, event.at)
    if event.instead_of:
        made.add("recurrence-id", _moment(*event.instead_of))
    made.add("status", "CANCELLED" if event.is_cancelled else "CONFIRMED")
    made.add("transp", "OPAQUE" if event.is_busy and not event.is_cancelled else "TRANSPARENT")
    for key, value in (("location", event.place), ("description", event.note), ("url", event.url)):
        if value:
            made.add(key, value)
    return made


def _repeat(made: "icalendar.Event", event: Event, at: datetime.time) -> None:
    if event.rule and event.until:
        # An UNTIL beside a start in a zone is in UTC (RFC 5545, 3.3.10); the library writes any other without its zone.
        until = _moment(event.until, at).astimezone(datetime.UTC)
        import icalendar

        made.add("rrule", icalendar.vRecur.from_ical(event.rule) | {"UNTIL": [until]})
    if event.added:
        made.add("rdate", [_moment(day, at) for day in event.added])
    if event.left_out:
        made.add("exdate", [_moment(day, at) for day in event.left_out])


def _moment(day: datetime.date, at: datetime.time) -> datetime.datetime:
    return datetime.datetime.combine(day, at, ZoneInfo(settings.TIME_ZONE))


def asked_too_often(address: str | None) -> bool:
    """Whether the address has asked for calendars more often than any phone does; never without the cache."""
    return flood.asked_too_often("calendars", address, most=MOST_ASKED, within=ASKED_WITHIN)


def wait() -> HttpResponse:
    return HttpResponse(status=429, headers={"Retry-After": str(ASKED_WITHIN)})


def response(request: HttpRequest, made: bytes, name: str, *, is_public: bool) -> HttpResponse:
    """The file, or 304 where the reader has it already. name: of the file, in plain letters."""
    etag = f'"{hashlib.sha256(made).hexdigest()[:32]}"'
    found = HttpResponse(made, content_type=FILE)
    found["Content-Disposition"] = f'inline; filename="{name}.ics"'
    found["Cache-Control"] = f"{'public' if is_public else 'private'}, no-cache"
    found["ETag"] = etag
    return get_conditional_response(request, etag=etag, response=found) or found
