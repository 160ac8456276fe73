"""Events (the timeline and the outbox) and messages (what is sent, to whom, once)."""

import datetime
from typing import Any

import pgtrigger
from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.querysets import WardQuerySet
from core.files import stored_path
from core.models import WardModel, today, tracked
from notifications.choices import Channel, JobState, MessageClass, MessageState, Outcome
from notifications.querysets import EventQuerySet, MessageQuerySet

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


@tracked
class ReminderRule(WardModel):
    """When whom to remind of what. A rule begins switched off, also when last year's is copied."""

    code = models.SlugField(_("code"))
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=60)
    anchor = models.CharField(_("counted from"), max_length=30)
    offset_days = models.SmallIntegerField(_("days after (negative: before)"), default=0)
    local_time = models.TimeField(_("time of day"))
    working_days_only = models.BooleanField(_("working days only"), default=True)
    klass = models.CharField(_("class"), max_length=10, choices=MessageClass, default=MessageClass.WORK)
    audience = models.JSONField(_("audience"), default=dict, blank=True)
    channel = models.CharField(
        _("channel"),
        max_length=10,
        choices=Channel,
        default=Channel.IN_APP,
        help_text=_("Everything is shown in the portal; this channel is used in addition where there is an address."),
    )
    enabled = models.BooleanField(_("switched on"), default=False)
    enabled_at = models.DateTimeField(_("switched on at"), null=True, blank=True)

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("reminder rule")
        verbose_name_plural = _("reminder rules")
        ordering = ["code", "year"]
        constraints = [
            models.UniqueConstraint("ward", "code", "year", name="notif_rule_code_year", nulls_distinct=False),
            models.CheckConstraint(
                name="notif_rule_enabled_at",
                condition=Q(enabled=True, enabled_at__isnull=False) | Q(enabled=False, enabled_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Nothing whose moment lies before the switching on is ever made, so a late start sends no pile."""
        self.enabled_at = (self.enabled_at or timezone.now()) if self.enabled else None
        if "enabled" in (kwargs.get("update_fields") or ()):
            kwargs["update_fields"] = {*kwargs["update_fields"], "enabled_at"}
        super().save(*args, **kwargs)

    def switch(self, on: bool, *, at: datetime.datetime | None = None) -> None:
        """Switch on (as if at that moment) or off."""
        self.enabled, self.enabled_at = on, at
        self.save(update_fields=["enabled"])


class Message(WardModel):
    """One message of one occurrence to one person by one channel. The table is the queue."""

    rule = models.ForeignKey(
        ReminderRule, models.PROTECT, null=True, blank=True, related_name="messages", verbose_name=_("rule")
    )
    event = models.ForeignKey(
        Event, models.PROTECT, null=True, blank=True, related_name="messages", verbose_name=_("event")
    )
    user = models.ForeignKey(User, models.PROTECT, related_name="messages", verbose_name=_("receiver"))
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    words = models.CharField(_("text"), max_length=60, help_text=_("The kind of text, rendered when it is sent."))
    dedupe_key = models.CharField(_("key"), max_length=200)
    subject_type = models.CharField(_("kind of row"), max_length=60)
    subject_id = models.BigIntegerField(_("row"))
    occurrence_on = models.DateField(_("about the day"), null=True, blank=True)
    edition = models.PositiveSmallIntegerField(_("edition"), default=1)
    not_before = models.DateTimeField(_("not before"))
    expires_at = models.DateTimeField(_("useless after"))
    klass = models.CharField(_("class"), max_length=10, choices=MessageClass, default=MessageClass.WORK)
    state = models.CharField(_("state"), max_length=10, choices=MessageState, default=MessageState.READY)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    lease_until = models.DateTimeField(_("leased until"), null=True, blank=True)
    provider_id = models.CharField(_("receipt"), max_length=200, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)
    line = models.CharField(_("text as sent"), max_length=300, blank=True)
    link = models.CharField(_("link"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("made at"), default=timezone.now)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-not_before", "-id"]
        indexes = [
            models.Index(fields=["not_before", "id"], condition=Q(state=MessageState.READY), name="notif_message_due"),
            models.Index(fields=["ward", "user", "channel", "-not_before"], name="notif_message_inbox"),
            models.Index(fields=["lease_until"], condition=Q(state=MessageState.LEASED), name="notif_message_leased"),
        ]
        constraints = [
            models.UniqueConstraint("ward", "dedupe_key", name="notif_message_once"),
            models.CheckConstraint(
                name="notif_message_leased_until",
                condition=Q(state=MessageState.LEASED, lease_until__isnull=False)
                | (~Q(state=MessageState.LEASED) & Q(lease_until__isnull=True)),
            ),
            models.CheckConstraint(
                name="notif_message_sent_receipt",
                condition=(Q(state=MessageState.SENT) & ~Q(provider_id="") & Q(sent_at__isnull=False))
                | (~Q(state=MessageState.SENT) & Q(provider_id="", sent_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="notif_message_has_cause",
                condition=Q(rule__isnull=False) | Q(event__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.dedupe_key

    def open(self) -> None:
        """Note the first reading."""
        if self.read_at is None:
            self.read_at = timezone.now()
            self.save(update_fields=["read_at"])


class Attempt(WardModel):
    """One try to send a message."""

    message = models.ForeignKey(Message, models.PROTECT, related_name="attempts", verbose_name=_("message"))
    number = models.PositiveSmallIntegerField(_("try"), validators=[MinValueValidator(1)])
    started_at = models.DateTimeField(_("started at"), default=timezone.now)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, default=Outcome.STARTED)
    error = models.TextField(_("error"), blank=True)

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ["message", "number"]
        constraints = [models.UniqueConstraint("ward", "message", "number", name="notif_attempt_number")]

    def __str__(self) -> str:
        return f"{self.message} #{self.number}"


class Job(WardModel):
    """Long work asked for by a person: an export, an import. Its progress is shown from this row."""

    kind = models.CharField(_("kind"), max_length=60)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    arguments = models.JSONField(_("arguments"), default=dict)
    state = models.CharField(_("state"), max_length=10, choices=JobState, default=JobState.WAITING)
    done = models.PositiveIntegerField(_("done"), default=0)
    total = models.PositiveIntegerField(_("of"), default=0)
    file = models.FileField(_("file"), upload_to=stored_path, max_length=200, blank=True)
    expires_at = models.DateTimeField(_("kept until"), null=True, blank=True)
    error = models.TextField(_("error"), blank=True)

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
