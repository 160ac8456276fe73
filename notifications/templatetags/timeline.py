"""{% load timeline %}{% timeline task %}: what happened to a row, inside the panel at the end of its page.

Three lines, the rest behind a disclosure. Lines are the declared words of each event's kind; {placeholders} in them are
filled from the event's facts.
"""

from collections.abc import Iterable
from typing import Any

from django import template
from django.db.models import Model

from core.dates import HERE
from notifications.models import Event
from notifications.querysets import MOST_TOLD
from notifications.registry import event_words

register = template.Library()

SHOWN = 3


@register.inclusion_tag("notifications/_timeline.html")
def timeline(subject: Model, events: Iterable[Event] | None = None) -> dict[str, Any]:
    """The row's events, newest first; events: its `told`, where the view has read them already."""
    lines = [_line(event) for event in (Event.objects.told(subject) if events is None else events)]
    return {"first": lines[:SHOWN], "rest": lines[SHOWN:MOST_TOLD], "has_more": len(lines) > MOST_TOLD}


def _line(event: Event) -> dict[str, Any]:
    entered_later = event.on != event.at.astimezone(HERE).date()
    return {"at": event.at, "on": event.on if entered_later else None, "by": event.by, "text": event_words(event)}
