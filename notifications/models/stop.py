"""The stop of all sending of a ward."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import WardModel, tracked
from notifications.querysets import StopQuerySet

User = settings.AUTH_USER_MODEL


@tracked
class SendingStop(WardModel):
    """While one is open, nothing of the ward is sent; what becomes useless meanwhile is missed, and shown as such."""

    reason = models.CharField(_("reason"), max_length=300)
    stopped_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("stopped by"))
    since = models.DateTimeField(_("since"), default=timezone.now)
    lifted_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("lifted by")
    )
    lifted_at = models.DateTimeField(_("lifted at"), null=True, blank=True)

    objects = StopQuerySet.as_manager()

    class Meta:
        verbose_name = _("stop of sending")
        verbose_name_plural = _("stops of sending")
        ordering = ["-since"]
        constraints = [
            models.UniqueConstraint("ward", condition=Q(lifted_at__isnull=True), name="notif_stop_one_open"),
            models.CheckConstraint(
                name="notif_stop_lifted",
                condition=Q(lifted_at__isnull=True, lifted_by__isnull=True)
                | Q(lifted_at__isnull=False, lifted_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.reason
