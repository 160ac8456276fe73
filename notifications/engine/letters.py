"""What is sent, read and written at the last moment: as things stand now, in the receiver's language."""

import datetime
import time
from collections.abc import Collection
from functools import cache
from typing import cast

from django.apps import apps
from django.db import models
from django.utils import timezone, translation

from accounts.seats import Seats
from notifications import registry
from notifications.engine import planner
from notifications.engine.preferences import Choices
from notifications.gateways import Letter
from notifications.models import Message
from notifications.registry import Target

FRESH_SECONDS = 5  # so long what was read counts as how things stand


class Desk:
    """Where the letters of some messages are written. What they need is read when the first of them asks for it, and
    for all of them at once."""

    def __init__(self, messages: Collection[Message]) -> None:
        self._messages = messages
        self._stale_at = time.monotonic() + FRESH_SECONDS
        self.seats = cache(Seats)
        self.choices = cache(self._read_choices)
        self._subjects = cache(self._read_subjects)

    @property
    def is_stale(self) -> bool:
        return time.monotonic() > self._stale_at

    def letter(self, message: Message) -> Letter | None:
        """The message as it reads now; None when it is not needed any more."""
        subject = self._subjects(message.ward_id, message.words, message.subject_type).get(message.subject_id)
        if subject is None or not self._is_wanted(message, subject):
            return None
        with translation.override(message.user.language):
            text = registry.render(message, subject, timezone.localdate())
            link = message.link or getattr(subject, "get_absolute_url", lambda: "/")()
            return Letter(message, text, link, registry.why(message))

    def belongs_to_the_ward(self, message: Message) -> bool:
        """The receiver is still there."""
        return message.user in self.seats(message.ward_id)

    def _is_wanted(self, message: Message, subject: models.Model) -> bool:
        """The receiver is still there and, for a reminder, still the one who shall act on something still open."""
        if not self.belongs_to_the_ward(message):
            return False
        rule = message.rule
        if rule is None:
            return self._is_still_news(message, subject)
        target = Target(subject, cast(datetime.date, message.occurrence_on))
        if not rule.enabled or not planner.is_on(rule, registry.get_source(rule.source), target):
            return False
        receivers = planner.receivers(rule, target, self.seats(message.ward_id))
        return any(receiver.pk == message.user_id for receiver in receivers)

    def _is_still_news(self, message: Message, subject: models.Model) -> bool:
        words, seats = registry.get_words(message.words), self.seats(message.ward_id)
        if words.permission and not seats.holds(message.user, words.permission):
            return False
        return words.wanted(subject, message, seats)

    def _read_choices(self, ward_id: int) -> Choices:
        return Choices(ward_id, [message.user for message in self._messages if message.ward_id == ward_id])

    def _read_subjects(self, ward_id: int, words: str, subject_type: str) -> dict[int, models.Model]:
        key = (ward_id, words, subject_type)
        ids = {m.subject_id for m in self._messages if (m.ward_id, m.words, m.subject_type) == key}
        rows = apps.get_model(subject_type)._base_manager.filter(ward_id=ward_id)
        return rows.select_related(*registry.get_words(words).related).in_bulk(ids)
