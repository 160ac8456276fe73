"""What a person chose: when, and what not."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.querysets import WardQuerySet
from core.models import WardModel
from notifications.choices import Channel
from notifications.querysets import MuteQuerySet

User = settings.AUTH_USER_MODEL


class Preference(WardModel):
    """When a person wants to be disturbed. Mandatory messages do not ask."""

    user = models.ForeignKey(User, models.CASCADE, related_name="message_preferences", verbose_name=_("person"))
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)
    snoozed_until = models.DateTimeField(_("paused until"), null=True, blank=True)
    bundle_work = models.BooleanField(_("work messages in the day's bundle too"), default=False)

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("message preference")
        verbose_name_plural = _("message preferences")
        constraints = [
            models.UniqueConstraint("ward", "user", name="notif_preference_user"),
            models.CheckConstraint(
                name="notif_preference_quiet",
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.user)

    @classmethod
    def choose(cls, *, by: Any, ward: Any, **choices: Any) -> None:
        """The person's own wishes from now on."""
        cls.objects.update_or_create(ward=ward, user=by, defaults=choices)


class Mute(WardModel):
    """A kind of text that a person does not want by one channel. The portal itself always shows it."""

    user = models.ForeignKey(User, models.CASCADE, related_name="mutes", verbose_name=_("person"))
    words = models.CharField(_("text"), max_length=60)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    since = models.DateTimeField(_("since"), default=timezone.now)

    objects = MuteQuerySet.as_manager()

    class Meta:
        verbose_name = _("switched off message")
        verbose_name_plural = _("switched off messages")
        constraints = [
            models.UniqueConstraint("ward", "user", "words", "channel", name="notif_mute_once"),
            models.CheckConstraint(name="notif_mute_not_in_app", condition=~Q(channel=Channel.IN_APP)),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.words} {self.channel}"
