"""What is sent, to whom, once; and each try."""

from functools import reduce
from operator import or_

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.querysets import WardQuerySet
from core.models import WardModel
from notifications.choices import Channel, MessageClass, MessageState, Outcome
from notifications.models.event import Event
from notifications.models.rule import ReminderRule
from notifications.querysets import DEAD, MessageQuerySet

User = settings.AUTH_USER_MODEL
UNSURE = (Outcome.STARTED, Outcome.UNKNOWN)  # of a try that is over: nobody knows whether the gateway took it
BY_CLASS = Case(  # what is urgent goes first
    When(klass=MessageClass.MANDATORY, then=Value(0)), When(klass=MessageClass.WORK, then=Value(1)), default=Value(2)
)


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

    @property
    def is_dead(self) -> bool:
        """A person has to settle it."""
        return self.state in DEAD and self.bundle_id is None

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
