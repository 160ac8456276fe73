"""{% load timeline %}{% timeline task %}: what happened to a row, inside the panel at the end of its page.

Three lines, the rest behind a disclosure. Lines are the declared words of each event's kind; {placeholders} in them are
filled from the event's facts.
"""

from typing import Any

from django import template
from django.db.models import Model
from django.utils import timezone

from notifications.models import Event
from notifications.registry import event_words

register = template.Library()

SHOWN = 3
MOST = 100


@register.inclusion_tag("notifications/_timeline.html")
def timeline(subject: Model) -> dict[str, Any]:
    """The row's events, newest first."""
    lines = [_line(event) for event in Event.objects.about(subject)[: MOST + 1]]
    return {"first": lines[:SHOWN], "rest": lines[SHOWN:MOST], "has_more": len(lines) > MOST}


def _line(event: Event) -> dict[str, Any]:
    entered_later = event.on != timezone.localtime(event.at).date()
    return {"at": event.at, "on": event.on if entered_later else None, "by": event.by, "text": event_words(event)}
