"""What happened: the timeline and the outbox."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import WardModel, today
from notifications.querysets import EventQuerySet

User = settings.AUTH_USER_MODEL


class Event(WardModel):
    """Something that happened, written in the transaction that made it happen. Facts hold ids and numbers, no names."""

    kind = models.CharField(_("kind"), max_length=60)
    subject_type = models.CharField(_("kind of row"), max_length=60)
    subject_id = models.BigIntegerField(_("row"))
    unit = models.ForeignKey(
        "accounts.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by"))
    on = models.DateField(_("on"), default=today)
    at = models.DateTimeField(_("entered at"), default=timezone.now)
    facts = models.JSONField(_("facts"), default=dict)
    dispatched_at = models.DateTimeField(_("dispatched at"), null=True, blank=True)
    failures = models.PositiveSmallIntegerField(_("failed dispatches"), default=0)
    failure = models.TextField(_("last failure"), blank=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["ward", "subject_type", "subject_id"], name="notif_event_subject"),
            models.Index(fields=["id"], condition=Q(dispatched_at__isnull=True), name="notif_event_waiting"),
        ]
        triggers = [pgtrigger.Protect(name="no_delete", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_type} {self.subject_id}"
