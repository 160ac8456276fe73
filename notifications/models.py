"""Events (the timeline and the outbox) and messages (what is sent, to whom, once)."""

import datetime
from functools import reduce
from operator import or_
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.choices import Role
from accounts.querysets import WardQuerySet
from core.files import stored_path
from core.keys import WardKey
from core.models import WardModel, today, tracked
from notifications.choices import Channel, JobState, MessageClass, MessageState, Outcome
from notifications.querysets import EventQuerySet, MessageQuerySet, MuteQuerySet, PushSubscriptionQuerySet, StopQuerySet

User = settings.AUTH_USER_MODEL
MOST_BROWSERS = 10
UNSURE = (Outcome.STARTED, Outcome.UNKNOWN)  # of a try that is over: nobody knows whether the gateway took it
BY_CLASS = Case(  # what is urgent goes first
    When(klass=MessageClass.MANDATORY, then=Value(0)), When(klass=MessageClass.WORK, then=Value(1)), default=Value(2)
)


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
    repeat_days = models.PositiveSmallIntegerField(_("again every so many days"), null=True, blank=True)
    repeat_until = models.SmallIntegerField(_("until so many days after (negative: before)"), null=True, blank=True)
    roles = ArrayField(
        models.CharField(max_length=20, choices=Role), verbose_name=_("only these roles"), default=list, blank=True
    )
    channels = ArrayField(
        models.CharField(max_length=10, choices=Channel),
        verbose_name=_("channels"),
        default=list,
        blank=True,
        help_text=_("Everything is shown in the portal; these are used in addition where there is an address."),
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
            models.CheckConstraint(
                name="notif_rule_repeats",
                condition=Q(repeat_days__isnull=True, repeat_until__isnull=True)
                | Q(repeat_days__gt=0, repeat_until__gt=F("offset_days")),
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


@tracked
class RuleUnit(WardModel):
    """A unit whose people the rule reminds; a rule with none reminds those of every unit."""

    rule = WardKey(ReminderRule, models.CASCADE, related_name="only_units", verbose_name=_("rule"))
    unit = models.ForeignKey("accounts.Unit", models.PROTECT, related_name="+", verbose_name=_("unit"))

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("unit of a rule")
        verbose_name_plural = _("units of rules")
        constraints = [models.UniqueConstraint("ward", "rule", "unit", name="notif_ruleunit_once")]

    def __str__(self) -> str:
        return str(self.unit)


@tracked
class RuleText(WardModel):
    """A ward's own wording of a rule in one language; without one the source's own text is sent."""

    rule = WardKey(ReminderRule, models.CASCADE, related_name="texts", verbose_name=_("rule"))
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    line = models.CharField(_("text"), max_length=300)

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("text of a rule")
        verbose_name_plural = _("texts of rules")
        constraints = [models.UniqueConstraint("ward", "rule", "language", name="notif_ruletext_language")]

    def __str__(self) -> str:
        return self.line


class Message(WardModel):
    """One message of one occurrence to one person by one channel. The table is the queue."""

    rule = models.ForeignKey(
        ReminderRule,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,  # notif_message_of_rule
        related_name="messages",
        verbose_name=_("rule"),
    )
    event = models.ForeignKey(
        Event, models.PROTECT, null=True, blank=True, related_name="messages", verbose_name=_("event")
    )
    user = models.ForeignKey(User, models.PROTECT, related_name="messages", verbose_name=_("receiver"))
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    digest_on = models.DateField(_("sums up the day"), null=True, blank=True)
    for_bundle = models.BooleanField(_("waits for the day's bundle"), default=False)
    bundle = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="items", verbose_name=_("bundle")
    )
    words = models.CharField(_("text"), max_length=60, help_text=_("The kind of text, rendered when it is sent."))
    dedupe_key = models.CharField(_("key"), max_length=200)
    subject_type = models.CharField(_("kind of row"), max_length=60)
    subject_id = models.BigIntegerField(_("row"))
    occurrence_on = models.DateField(_("about the day"), null=True, blank=True)
    repetition = models.PositiveSmallIntegerField(_("repetition"), default=0)
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
    settled_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("settled by")
    )
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)
    settled_note = models.CharField(_("what was decided"), max_length=300, blank=True)

    objects = MessageQuerySet.as_manager()

    _SAME_NEWS = ("words", "rule_id", "event_id", "subject_type", "subject_id", "occurrence_on")

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-not_before", "-id"]
        indexes = [
            models.Index(
                BY_CLASS,
                "not_before",
                "id",
                condition=Q(state=MessageState.READY, for_bundle=False, channel=Channel.IN_APP),
                name="notif_message_due_here",
            ),
            models.Index(
                BY_CLASS,
                "not_before",
                "id",
                condition=Q(state=MessageState.READY, for_bundle=False) & ~Q(channel=Channel.IN_APP),
                name="notif_message_due_out",
            ),
            models.Index(fields=["expires_at"], condition=Q(state=MessageState.READY), name="notif_message_late"),
            models.Index(fields=["rule", "subject_id"], condition=Q(rule__isnull=False), name="notif_message_of_rule"),
            models.Index(fields=["ward", "user", "channel", "-not_before"], name="notif_message_inbox"),
            models.Index(fields=["ward", "-not_before", "-id"], name="notif_message_log"),
            models.Index(fields=["lease_until"], condition=Q(state=MessageState.LEASED), name="notif_message_leased"),
            models.Index(
                fields=["ward", "user", "channel"],
                condition=Q(state=MessageState.READY, for_bundle=True),
                name="notif_message_to_bundle",
            ),
            models.Index(
                fields=["ward", "-not_before", "-id"],
                condition=Q(state__in=[MessageState.FAILED, MessageState.UNKNOWN, MessageState.MISSED]),
                name="notif_message_dead",
            ),
            models.Index(
                fields=["ward", "-settled_at"],
                condition=Q(settled_at__isnull=False),
                name="notif_message_settled_at",
            ),
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
                condition=Q(rule__isnull=False) | Q(event__isnull=False) | Q(digest_on__isnull=False),
            ),
            models.CheckConstraint(
                name="notif_message_bundle",
                condition=Q(bundle__isnull=True) | Q(for_bundle=True, digest_on__isnull=True),
            ),
            models.CheckConstraint(
                name="notif_message_settled",
                condition=Q(settled_by__isnull=True, settled_at__isnull=True)
                | Q(settled_by__isnull=False, settled_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.dedupe_key

    def open(self) -> None:
        """Note the first reading; what is read in a browser's notification, alone or in a bundle, is read in the portal
        too."""
        opened = [self, *self.items.exclude(state=MessageState.VOID)] if self.digest_on else [self]
        same = reduce(or_, (Q(**{name: getattr(row, name) for name in self._SAME_NEWS}) for row in opened))
        mine = Message.objects.filter(ward_id=self.ward_id, user_id=self.user_id, read_at__isnull=True)
        mine.filter(Q(pk=self.pk) | Q(same, channel=Channel.IN_APP)).update(read_at=timezone.now())


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
        indexes = [models.Index(fields=["ward", "-started_at"], name="notif_attempt_recent")]
        constraints = [models.UniqueConstraint("ward", "message", "number", name="notif_attempt_number")]

    def __str__(self) -> str:
        return f"{self.message} #{self.number}"


def may_have_left() -> Q:
    """Messages of which some try ended with nobody knowing whether the gateway took it. The portal's own rows leave by
    their mark alone, so of them it is always known."""
    unsure = Attempt.objects.filter(ward_id=OuterRef("ward_id"), message=OuterRef("pk"), outcome__in=UNSURE)
    return ~Q(channel=Channel.IN_APP) & Q(Exists(unsure))


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
    def choose(cls, *, by: Any, ward: models.Model, **choices: Any) -> None:
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
    def begin(cls, *, by: Any, ward: models.Model, endpoint: str, p256dh: str, auth: str, device: str) -> Self:
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
        row, _new = cls.objects.update_or_create(ward=ward, endpoint=endpoint, defaults=fields)
        return row

    def remove(self) -> None:
        self.delete()


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


class BeatRun(models.Model):
    """The last run of each entry of the timetable, of the whole host; no ward."""

    entry = models.CharField(_("entry of the timetable"), max_length=60, unique=True)
    started_at = models.DateTimeField(_("started at"))
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    failure = models.TextField(_("last failure"), blank=True)
    failed_at = models.DateTimeField(_("failed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("run of the timetable")
        verbose_name_plural = _("runs of the timetable")

    def __str__(self) -> str:
        return self.entry


class WorkerPulse(models.Model):
    """When each worker was last alive, of the whole host; no ward."""

    name = models.CharField(_("worker"), max_length=200, unique=True)
    seen_at = models.DateTimeField(_("seen at"))

    class Meta:
        verbose_name = _("sign of life of a worker")
        verbose_name_plural = _("signs of life of workers")

    def __str__(self) -> str:
        return self.name


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
