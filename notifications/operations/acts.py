"""What an administrator does about sending: stop it all and let it go on, settle what failed, watch the rest."""

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Count, DateTimeField, F, Min, QuerySet, Value, Window
from django.db.models.functions import Greatest, RowNumber, TruncHour
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import access
from accounts.access import Permission
from accounts.models import User, Ward
from core import charts
from core.text import nfc
from notifications import outbox, registry
from notifications.choices import Channel, MessageState, Outcome
from notifications.engine import sender, unreached
from notifications.engine.dispatch import announce
from notifications.models import Attempt, Event, Message, ReminderRule, SendingStop
from notifications.querysets import DEAD, MessageQuerySet

COUNTED = "notifications.failures.counted"
DAY = datetime.timedelta(days=1)
AGAIN = DAY  # how long a message that is sent again stays worth sending, at least
ADDRESSES = {Channel.EMAIL: "email", Channel.GATEWAY: "phone"}  # where the address of a channel stands


# ---- the switch ----------------------------------------------------------------------------------
def stop(ward: Any, *, by: Any, reason: str) -> SendingStop:
    """From now on nothing of the ward is taken for sending; what is on its way already is finished."""
    try:
        with transaction.atomic():
            found = SendingStop.objects.create(ward=ward, stopped_by=by, reason=reason)
            outbox.record("notifications.sending.stopped", subject=found, by=by)
    except IntegrityError:
        raise ValidationError(_("Sending is stopped already: somebody else was faster.")) from None
    return found


def lift(found: SendingStop, *, by: Any) -> None:
    """Sending goes on; the event's bell wakes a sender."""
    with transaction.atomic():
        rows = SendingStop.objects.open().filter(pk=found.pk, ward_id=found.ward_id)
        if not rows.update(lifted_by=by, lifted_at=timezone.now()):
            raise ValidationError(_("Sending goes on already: somebody else was faster."))
        outbox.record("notifications.sending.resumed", subject=found, by=by)


def open_stop(ward_id: Any) -> SendingStop | None:
    return SendingStop.objects.open().filter(ward_id=ward_id).select_related("stopped_by").first()


# ---- what failed ---------------------------------------------------------------------------------
def send_again(rows: MessageQuerySet, *, by: Any) -> int:
    """Once more, now, unless somebody else was faster; how many. What nobody needs any more is left out when sent."""
    now = timezone.now()
    life = Greatest(F("expires_at"), Value(now + AGAIN, output_field=DateTimeField()))
    with transaction.atomic():
        taken, items = _taken(rows, by)
        items.update(state=MessageState.READY, expires_at=life)
        count = taken.update(
            state=MessageState.READY,
            for_bundle=False,  # what waited for a bundle has waited long enough
            not_before=now,
            expires_at=life,
            settled_by=by,
            settled_at=now,
            settled_note="",
        )
        outbox.ring_after_commit()
    return count


def drop(rows: MessageQuerySet, *, by: Any, reason: str) -> int:
    """Never to be sent, and why; how many."""
    note = nfc(reason)
    with transaction.atomic():
        taken, items = _taken(rows, by)
        items.update(state=MessageState.VOID)
        count = taken.update(state=MessageState.VOID, settled_by=by, settled_at=timezone.now(), settled_note=note)
    return count


def _taken(rows: MessageQuerySet, by: Any) -> tuple[MessageQuerySet, MessageQuerySet]:
    """The failures among the rows, held until the end of the transaction, and what went down with those that are
    bundles."""
    keys = list(rows.dead().select_for_update(of=("self",)).values_list("pk", flat=True))
    own = Message.objects.in_ward_of(by)
    return own.filter(pk__in=keys), own.filter(bundle__in=keys, state__in=DEAD)


def can_mend(user: Any, message: Message) -> access.Decision:
    """A new address gives a way to a new password, so the rule is the one of passwords."""
    if message.channel not in ADDRESSES:
        return access.denied(_("This channel has no address."))
    if message.user_id == user.pk:
        return access.denied(_("Change your own address on your profile."))
    return access.can_reset_password(user, message.user)


def mend(message: Message, *, address: str, by: Any) -> int:
    """Write the receiver's new address down and send the message there: to a phone at once; an e-mail address waits for
    the person's own word, and the message among the failures with it (0 is returned)."""
    access.require(can_mend(by, message))
    person = message.user
    if ADDRESSES[Channel(message.channel)] == "email":
        person.propose_email(address, by=by)
        return 0
    with transaction.atomic():
        person.phone = address
        person.save(update_fields=["phone"])
        return send_again(Message.objects.filter(pk=message.pk, ward_id=message.ward_id), by=by)


@dataclass(frozen=True)
class Line:
    """A message on the page of failures: who, by what, why it failed; never what it says."""

    message: Message
    why: str
    error: str
    may_mend: bool

    @property
    def is_dead(self) -> bool:
        return self.message.state in DEAD

    @property
    def cause(self) -> str:
        return cause(self.message)


def lines(messages: Sequence[Message], user: Any) -> list[Line]:
    """With the last try of each and the stops of sending that made some of them late."""
    keys = [message.pk for message in messages]
    tries = Attempt.objects.filter(message__in=keys).order_by("message_id", "-number").distinct("message_id")
    last = {attempt.message_id: attempt for attempt in tries}
    stops = list(SendingStop.objects.in_ward_of(user)) if any(m.state == MessageState.MISSED for m in messages) else []
    mendable = _mendable(messages, user)
    return [_line(message, last.get(message.pk), stops, message.user_id in mendable) for message in messages]


def _line(message: Message, attempt: Attempt | None, stops: list[SendingStop], mendable: bool) -> Line:
    error = attempt.error if attempt else ""
    return Line(message, str(_why(message, attempt, stops)), error, mendable and message.channel in ADDRESSES)


def _mendable(messages: Sequence[Message], user: Any) -> set[int]:
    """The receivers for whom `can_mend` says yes, asked at once for a whole page."""
    people = {message.user_id for message in messages} - {user.pk}
    return set(User.objects.changeable_by(user).filter(pk__in=people).values_list("pk", flat=True))


def _why(message: Message, attempt: Attempt | None, stops: list[SendingStop]) -> Any:
    if message.state == MessageState.MISSED:
        for found in stops:
            if found.since <= message.expires_at and (found.lifted_at is None or found.lifted_at >= message.expires_at):
                return _("Sending was stopped when it should have left: %(reason)s") % {"reason": found.reason}
        return _("It could not leave before it became useless.")
    if message.state == MessageState.UNKNOWN:
        return _("Sending broke off half-way. It may have arrived.")
    if message.state != MessageState.FAILED:
        return message.get_state_display()
    if attempt is None or attempt.outcome != Outcome.PERMANENT:
        return _("All tries failed: the other side did not answer or took nothing.")
    if attempt.error == "no address":
        return _("The receiver has no address.")
    if re.match(r"55[0-9]\b|5\.1\.", attempt.error):
        return _("The mail server does not know this address, or refused the mail.")
    return _("The other side refused the message for good.")


def cause(message: Message) -> str:
    """What the message was made for, without its content."""
    if message.rule is not None:
        return rule_label(message.rule)
    if message.event is not None:
        return registry.event_words(message.event)
    return _("Bundle of %(day)s") % {"day": registry.say(message.digest_on, timezone.localdate())}


def rule_label(rule: ReminderRule) -> str:
    source = registry.all_sources().get(rule.source)
    return str(source.label if source else rule.code)


# ---- numbers of the ward ---------------------------------------------------------------------------
def repeated(ward_id: Any) -> MessageQuerySet:
    """Sent outside the portal in the last 24 hours to somebody who got the same kind of text there already."""
    sent = Message.objects.filter(
        ward_id=ward_id,
        state=MessageState.SENT,
        attempts__outcome=Outcome.SENT,
        attempts__started_at__gte=timezone.now() - DAY,
    ).exclude(channel=Channel.IN_APP)
    ranked = Window(RowNumber(), partition_by=["user", "channel", "words"], order_by=["attempts__started_at", "pk"])
    return Message.objects.filter(pk__in=sent.annotate(nth=ranked).filter(nth__gt=1).values("pk"))


@dataclass
class Hour:
    """What was tried in one hour, by how it ended."""

    start: datetime.datetime
    sent: int = 0
    again: int = 0  # tried, and to be tried again
    failed: int = 0  # refused, given up or of unknown outcome
    missed: int = 0

    @property
    def total(self) -> int:
        return self.sent + self.again + self.failed + self.missed


_KIND = {Outcome.SENT: "sent", Outcome.TRANSIENT: "again", Outcome.PERMANENT: "failed", Outcome.UNKNOWN: "failed"}


def hours(ward_id: Any, now: datetime.datetime) -> list[Hour]:
    """The last 24 hours, oldest first."""
    this = timezone.localtime(now).replace(minute=0, second=0, microsecond=0)
    found = {start: Hour(start) for start in (this - datetime.timedelta(hours=n) for n in range(23, -1, -1))}
    since = min(found)
    tries = Attempt.objects.filter(ward_id=ward_id, started_at__gte=since)
    for start, outcome, n in _by_hour(tries, "started_at", "outcome"):
        if outcome in _KIND and start in found:
            setattr(found[start], _KIND[outcome], getattr(found[start], _KIND[outcome]) + n)
    missed = Message.objects.filter(ward_id=ward_id, state=MessageState.MISSED, expires_at__range=(since, now))
    for start, _state, n in _by_hour(missed, "expires_at", "state"):
        if start in found:
            found[start].missed = n
    return list(found.values())


def _by_hour(rows: QuerySet, moment: str, kind: str) -> QuerySet:
    return rows.annotate(hour=TruncHour(moment)).order_by().values_list("hour", kind).annotate(n=Count("pk"))


def dead_counts(ward_id: Any) -> dict[tuple[str, str], int]:
    """How many failures wait to be settled, by state and channel."""
    rows = Message.objects.filter(ward_id=ward_id).dead().order_by()
    return {(state, channel): n for state, channel, n in rows.values_list("state", "channel").annotate(n=Count("pk"))}


@dataclass(frozen=True)
class Channels:
    """A line of the table of failures: a channel and its numbers by state."""

    code: str
    label: Any
    counts: dict[str, int]


@dataclass(frozen=True)
class Numbers:
    """A ward's sending in numbers; each has a list of exactly these rows."""

    due: int
    due_since: datetime.datetime | None
    waiting: int
    held: int
    repeated: int
    stuck_events: int
    failures: list[Channels]

    @property
    def dead(self) -> int:
        return sum(n for line in self.failures for n in line.counts.values())


def numbers(ward: Any, now: datetime.datetime) -> Numbers:
    counts = dead_counts(ward.pk)
    due = sender.due(now).filter(ward=ward).order_by().aggregate(n=Count("pk"), since=Min("not_before"))
    rows = Message.objects.filter(ward=ward)
    return Numbers(
        due=due["n"],
        due_since=due["since"],
        waiting=rows.filter(state=MessageState.READY).count(),
        held=rows.filter(state=MessageState.LEASED, lease_until__lte=now).count(),
        repeated=repeated(ward.pk).count(),
        stuck_events=Event.objects.filter(ward=ward, dispatched_at__isnull=True, failures__gt=0).count(),
        failures=[
            Channels(code, label, {state: counts.get((state, code), 0) for state in DEAD})
            for code, label in Channel.choices
            if any(channel == code for _state, channel in counts)
        ],
    )


def limits() -> list[tuple[Any, int]]:
    """The channels of which no more than so many messages leave in a minute."""
    return [(Channel(code).label, most) for code, most in settings.MESSAGES_PER_MINUTE.items() if most]


def chart(found: list[Hour]) -> charts.Stacks:
    """Hour by hour as stacked columns: sent at the bottom, what failed on top."""
    rows = [
        (f"{hour.start:%H}", [("f1", hour.sent), ("f3", hour.again), ("f4", hour.failed), ("f5", hour.missed)])
        for hour in found
    ]
    return charts.stacks(rows, tick_every=4)


# ---- the daily count -----------------------------------------------------------------------------
def count_failures() -> None:
    """Once a day, for each ward in which failures wait to be settled. Safe to run many times at once."""
    for ward in Ward.objects.order_by("pk"):
        with transaction.atomic():
            Ward.objects.select_for_update().get(pk=ward.pk)
            first = Message.objects.filter(ward=ward).dead().order_by("pk").first()
            told = Event.objects.filter(ward=ward, kind=COUNTED, on=timezone.localdate())
            if first is not None and not told.exists():
                outbox.record(COUNTED, subject=first, by=None, count=sum(dead_counts(ward.pk).values()))


def on_failures_counted(event: Event) -> None:
    link = reverse("notifications:failure_list")
    announce(event, lambda seats: seats.in_ward(Permission.OPERATE), COUNTED, link=link, expires=DAY)


# ---- units with nobody to be told ------------------------------------------------------------------
def on_unit_unreached(event: Event) -> None:
    link = reverse("accounts:unit_list")
    announce(event, lambda seats: seats.in_ward(Permission.TASK_ASSIGN), unreached.KIND, link=link)
