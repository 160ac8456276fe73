"""What is sent, read and written at the last moment: as things stand now, in the receiver's language."""

from django.apps import apps
from django.db import models
from django.utils import timezone, translation

from notifications import planner, registry
from notifications.gateways import Letter
from notifications.models import Message
from notifications.registry import Target


def letter(message: Message) -> Letter | None:
    """The message as it reads now; None when it is not needed any more."""
    subject = _subject(message)
    if subject is None or not _is_wanted(message, subject):
        return None
    with translation.override(message.user.language):
        text = registry.render(message, subject, timezone.localdate())
        link = message.link or getattr(subject, "get_absolute_url", lambda: "/")()
        return Letter(message, text, link, registry.why(message))


def belongs_to_the_ward(message: Message) -> bool:
    """The receiver is still there."""
    seats = message.user.memberships.valid_on(timezone.localdate()).filter(ward_id=message.ward_id)
    return message.user.is_active and seats.exists()


def _subject(message: Message) -> models.Model | None:
    model = apps.get_model(message.subject_type)
    return model._base_manager.filter(pk=message.subject_id, ward_id=message.ward_id).first()


def _is_wanted(message: Message, subject: models.Model) -> bool:
    """The receiver is still there and, for a reminder, still the one who shall act on something still open."""
    if not belongs_to_the_ward(message):
        return False
    rule = message.rule
    if rule is None:
        return True
    target = Target(subject, message.occurrence_on)
    if not rule.enabled or not planner.is_on(rule, registry.all_sources()[rule.source], target):
        return False
    return any(receiver.pk == message.user_id for receiver in planner.receivers(rule, target))
