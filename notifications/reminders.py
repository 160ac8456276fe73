"""The texts of the messages about messages."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.access import Permission
from notifications.models import Message
from notifications.registry import Words, add_words


def _count(row: Any, message: Message) -> Mapping[str, Any]:
    return {"count": message.event.facts["count"]}


add_words(
    Words(
        "notifications.failures.counted",
        line=_("Messages that could not be delivered and wait for a decision: {count}"),
        values=_count,
        label=_("Messages that could not be delivered"),
        permission=Permission.OPERATE,
    )
)
