"""The texts of the messages about messages."""

from collections.abc import Mapping
from typing import Any, cast

from django.utils.translation import gettext_lazy as _

from accounts.access import Permission
from notifications.models import Event, Message
from notifications.registry import Words, add_words


def _count(row: Any, message: Message) -> Mapping[str, Any]:
    return {"count": message.event.facts["count"] if message.event else 0}


def _asked_for(message: Message) -> Permission:
    event = cast(Event, message.event)
    return Permission(event.facts["permission"])


add_words(
    Words(
        "notifications.unit.unreached",
        line=_("{unit}: nobody there can be reached in the portal. Tell it in person; let somebody have an account."),
        label=_("Unit in which nobody can be reached"),
        permission=Permission.TASK_ASSIGN,
        wanted=lambda unit, message, seats: not seats.in_units(_asked_for(message), [unit.pk]),
    )
)
add_words(
    Words(
        "notifications.failures.counted",
        line=_("Messages that could not be delivered and wait for a decision: {count}"),
        values=_count,
        label=_("Messages that could not be delivered"),
        permission=Permission.OPERATE,
    )
)
