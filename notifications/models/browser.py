"""The browsers that asked to be notified."""

from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import WardModel
from notifications.querysets import PushSubscriptionQuerySet

User = settings.AUTH_USER_MODEL
MOST_BROWSERS = 10


class PushSubscription(WardModel):
    """A browser that asked to be notified. `gone_at`: the push service said that it is there no more."""

    user = models.ForeignKey(User, models.CASCADE, related_name="push_subscriptions", verbose_name=_("person"))
    endpoint = models.URLField(_("address"), max_length=500)
    p256dh = models.CharField(_("key of the browser"), max_length=120)
    auth = models.CharField(_("secret of the browser"), max_length=60)
    device = models.CharField(_("device"), max_length=200, blank=True)
    since = models.DateTimeField(_("since"), default=timezone.now)
    gone_at = models.DateTimeField(_("gone at"), null=True, blank=True)

    objects = PushSubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("browser with notifications")
        verbose_name_plural = _("browsers with notifications")
        constraints = [models.UniqueConstraint("ward", "endpoint", name="notif_push_endpoint")]

    def __str__(self) -> str:
        return self.device or self.endpoint

    @classmethod
    def begin(cls, *, by: Any, ward: Any, endpoint: str, p256dh: str, auth: str, device: str) -> Self:
        """Notify this browser from now on: of its person of today, whoever used it before."""
        others = cls.objects.filter(ward=ward, user=by).live().exclude(endpoint=endpoint)
        if others.count() >= MOST_BROWSERS:
            raise ValidationError(
                _("You have notifications in %(count)s browsers. Remove one first."), params={"count": MOST_BROWSERS}
            )
        fields = {
            "user": by,
            "p256dh": p256dh,
            "auth": auth,
            "device": device[:200],
            "since": timezone.now(),
            "gone_at": None,
        }
        made: Any = cls.objects.update_or_create(ward=ward, endpoint=endpoint, defaults=fields)
        return made[0]

    def remove(self) -> None:
        self.delete()
