"""The texts of the messages about messages."""

from collections.abc import Mapping
from typing import Any, cast

from django.utils.translation import gettext_lazy as _

from accounts.access import Permission
from accounts.models import AccessRequest
from notifications.models import Event, Message
from notifications.registry import Words, add_words


def _count(row: Any, message: Message) -> Mapping[str, Any]:
    return {"count": message.event.facts["count"] if message.event else 0}


def _asked_for(message: Message) -> Permission:
    event = cast(Event, message.event)
    return Permission(event.facts["permission"])


def _access(row: AccessRequest, message: Message) -> Mapping[str, Any]:
    """What for and for whom: the person, and the unit of a role. Nothing of a household."""
    return {"title": row, "who": row.asked_by, "reason": row.reason}


_ABOUT_ACCESS = ("person", "asked_by", "membership__user", "membership__unit")

add_words(
    Words(
        "accounts.access.asked",
        line=_("{who} asks for a second person’s yes. {title}. Why: {reason}"),
        values=_access,
        related=_ABOUT_ACCESS,
        label=_("Somebody asks for a second person’s yes"),
        permission=Permission.ACCESS_CONFIRM,
        wanted=lambda row, message, seats: bool(row.can_answer(message.user)),
    )
)
add_words(
    Words(
        "accounts.access.agreed",
        line=_("A second person agreed. {title}"),
        values=lambda row, message: {"title": row},
        related=_ABOUT_ACCESS,
        label=_("Answer to what you asked a second person"),
    )
)
add_words(
    Words(
        "accounts.access.refused",
        line=_("A second person refused. {title}"),
        values=lambda row, message: {"title": row},
        related=_ABOUT_ACCESS,
        label=_("Refusal of what you asked a second person"),
    )
)
add_words(
    Words(
        "accounts.access.opened",
        line=_("{who} changed what opens your account. {title}. If you know nothing of it, tell the ward at once."),
        values=_access,
        related=_ABOUT_ACCESS,
        label=_("Somebody changed a role of yours or how you sign in"),
    )
)
add_words(
    Words(
        "accounts.unit.merged",
        line=_("{title}: what was open went over to {unit}. Look at what is to be done there now."),
        values=lambda row, message: {"title": row, "unit": row.into},
        related=("into",),
        label=_("Your unit merged with another"),
    )
)
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
add_words(
    Words(
        "notifications.job.finished",
        line=_("Ready: {title}"),
        label=_("Something that took long is ready"),
    )
)
add_words(
    Words(
        "notifications.job.failed",
        line=_("Could not be done: {title}. The page says what to do."),
        label=_("Something that took long could not be done"),
    )
)
