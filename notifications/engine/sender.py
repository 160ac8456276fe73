"""Sends what is due. The table is the queue; a lease says who is at work on a row.

Lease a few rows and commit; render late and call the gateway outside any transaction; mark each row in a commit of its
own. What the portal shows itself leaves by its mark alone, so many such rows are leased and marked at once. A sender
that dies leaves leased rows behind: when the lease is over they are unknown. Where the gateway takes our own key they
are sent again by themselves, elsewhere a person decides. The number of the try is the fence: a sender that comes back
late can not overwrite a newer try.
"""

import datetime
import json
import logging
import random
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import (
    DatabaseError,
    DataError,
    IntegrityError,
    InterfaceError,
    ProgrammingError,
    connection,
    models,
    transaction,
)
from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils import timezone

from accounts.models import Ward
from notifications.choices import Channel, MessageClass, MessageState, Outcome
from notifications.engine import bundles, letters
from notifications.gateways import GATEWAYS, Gateway, Item, Letter, NotTaken, Refused
from notifications.models import BY_CLASS, UNSURE, Attempt, Message, SendingStop, may_have_left
from notifications.moments import may_disturb

logger = logging.getLogger(__name__)

BATCH = 50  # so many outcomes are unknown where a sender dies and the gateway takes no key
PORTAL_BATCH = 200
BACKOFF = (1, 5, 15, 60, 240)  # minutes before the next try
PATIENCE = 200  # seconds to wait for a database that is away, with a sent message still to be marked
MINUTE = datetime.timedelta(minutes=1)
PACE_LOCK = 7_241_663  # any number that no other advisory lock of this database has
MARKS_FIRST = 15  # seconds after the start of the database in which nobody's rows are taken over
_OPEN_STATES = (MessageState.LEASED, MessageState.UNKNOWN, MessageState.READY)


def run(seconds: float = 50) -> int:
    """Send all that is due, for at most so long; how many messages were taken. Many senders may run at once."""
    end = time.monotonic() + seconds
    if not _database_just_started():
        expire_leases()
    reap()
    messages = lease() if seconds > 0 else []
    if not _is_full(messages) or connection.in_atomic_block:
        return _send_batches(messages, end)
    with ThreadPoolExecutor(settings.MESSAGE_THREADS) as pool:  # gateways take their time, and more is waiting
        others = [pool.submit(_send_in_thread, end) for _n in range(settings.MESSAGE_THREADS - 1)]
        return _send_batches(messages, end) + sum(other.result() for other in others)


def _send_batches(messages: Collection[Message], end: float) -> int:
    taken = 0
    with _Gateways() as gateways:
        while messages:
            taken += len(messages)
            _process_batch(messages, gateways)
            messages = lease() if time.monotonic() < end else []
    return taken


def _is_full(messages: Collection[Message]) -> bool:
    """More is waiting than this batch."""
    return sum(message.channel != Channel.IN_APP for message in messages) == BATCH


def _send_in_thread(end: float) -> int:
    """In a thread of its own: with rows, gateways and a connection to the database of its own."""
    try:
        return _send_batches(lease(), end)
    finally:
        connection.close()


def expire_leases(now: datetime.datetime | None = None) -> None:
    """Say of the rows of senders that died what is known of them: nothing."""
    dead = Message.objects.filter(state=MessageState.LEASED, lease_until__lte=now or timezone.now())
    dead.update(state=MessageState.UNKNOWN, lease_until=None)


def _database_just_started() -> bool:
    """While the database was away leases ran out, and their holders wait to mark what was sent: they come first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM now() - pg_postmaster_start_time())")
        return cursor.fetchone()[0] < MARKS_FIRST


def reap(now: datetime.datetime | None = None) -> None:
    """Write off what came too late, and send again what a dead sender left where it may go twice. What may have left
    stays unknown: nobody may say of it that it was missed or failed. What is in a bundle ends as its bundle does."""
    now = now or timezone.now()
    alone = Message.objects.filter(bundle__isnull=True)
    late = alone.filter(state=MessageState.READY, expires_at__lte=now)
    late.filter(may_have_left()).update(state=MessageState.UNKNOWN)
    late.update(state=MessageState.MISSED)
    keyed = [channel for channel, gateway in GATEWAYS.items() if gateway.takes_key]
    cut_off = Attempt.objects.filter(
        ward_id=OuterRef("ward_id"), message=OuterRef("pk"), number=OuterRef("tries"), outcome=Outcome.STARTED
    )
    again = alone.filter(Exists(cut_off), state=MessageState.UNKNOWN, channel__in=keyed, tries__lte=len(BACKOFF))
    again.filter(expires_at__gt=now).update(state=MessageState.READY)
    bundles.settle()


def lease() -> list[Message]:
    """Take the most urgent rows that are due, each with the attempt about to be made; the portal's own first."""
    now = timezone.now()
    with transaction.atomic():
        urgent = due(now).order_by(BY_CLASS, "not_before", "id").select_for_update(skip_locked=True)
        urgent = urgent.only("pk", "channel")
        keys = [row.pk for row in urgent.filter(channel=Channel.IN_APP)[:PORTAL_BATCH]]
        keys += _leaving(urgent.exclude(channel=Channel.IN_APP), now)
        if not keys:
            return []
        until = now + datetime.timedelta(seconds=settings.MESSAGE_LEASE_SECONDS)
        taken = Message.objects.filter(pk__in=keys)
        taken.update(state=MessageState.LEASED, lease_until=until, tries=F("tries") + 1)
        rows = taken.for_letters().in_bulk()
        messages = [rows[key] for key in keys]
        Attempt.objects.bulk_create(
            Attempt(ward_id=m.ward_id, message=m, number=m.tries, started_at=now) for m in messages
        )
    return messages


def _leaving(urgent: models.QuerySet[Message], now: datetime.datetime) -> list[int]:
    """The first of them, and of each gateway no more than it may be given."""
    room, keys = _room(now), []
    for row in urgent.exclude(channel__in=[channel for channel, left in room.items() if left <= 0])[:BATCH]:
        room[row.channel] = room.get(row.channel, BATCH) - 1
        if room[row.channel] >= 0:
            keys.append(row.pk)
    return keys


def _room(now: datetime.datetime) -> dict[str, int]:
    """How many more may be given to each gateway that has a limit. Senders wait for each other here until what the one
    before has taken is committed, so together they keep to it."""
    if not any(settings.MESSAGES_PER_MINUTE.values()):
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [PACE_LOCK])
    return _left(now)


def at_limit(now: datetime.datetime) -> list[str]:
    """The channels that may be given nothing more just now; what waits for them waits as it should."""
    return [channel for channel, left in _left(now).items() if left <= 0]


def _left(now: datetime.datetime) -> dict[str, int]:
    limits = {channel: most for channel, most in settings.MESSAGES_PER_MINUTE.items() if most}
    if not limits:
        return {}
    recent = Attempt.objects.filter(ward__in=Ward.objects.values("pk"), started_at__gt=now - MINUTE)
    given = dict(recent.order_by().values_list("message__channel").annotate(n=Count("pk")))
    return {channel: most - given.get(channel, 0) for channel, most in limits.items()}


def due(now: datetime.datetime) -> models.QuerySet[Message]:
    """What should be on its way now; not in hours of rest, and nothing of a ward that has stopped all sending."""
    rows = Message.objects.filter(state=MessageState.READY, for_bundle=False, not_before__lte=now, expires_at__gt=now)
    rows = rows.exclude(ward__in=SendingStop.objects.open().values("ward"))
    return rows if may_disturb(now) else rows.filter(Q(klass=MessageClass.MANDATORY) | Q(channel=Channel.IN_APP))


def _process_batch(messages: Collection[Message], gateways: "_Gateways") -> None:
    desk = letters.Desk(messages)
    own = [message for message in messages if message.channel == Channel.IN_APP]
    _mark(*(mark for message in own if (mark := _process(message, desk, gateways))))
    for message in messages:
        if message.channel == Channel.IN_APP:
            continue
        if desk.is_stale:  # gateways may be slow, and much may change meanwhile
            desk = letters.Desk(messages)
        if mark := _process(message, desk, gateways):
            _mark(mark)


@dataclass(frozen=True)
class Mark:
    """What became of a try. `fields` of the message besides its state; `items` of a bundle that left."""

    message: Message
    state: str
    outcome: str
    error: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)
    items: Sequence[Item] = ()


def _process(message: Message, desk: letters.Desk, gateways: "_Gateways") -> Mark | None:
    """Send the message unless it is not wanted; None when it was given back, since nothing was tried."""
    now = timezone.now()
    left = (message.lease_until or now) - now
    if left.total_seconds() < settings.MESSAGE_LEASE_SECONDS / 4 or message.expires_at <= now:
        _release(message)
        return None
    try:
        refusal, moment = _opted_out_or_deferred(message, desk)
        if refusal:
            return Mark(message, MessageState.VOID, Outcome.VOID, refusal)
        if moment:
            _release(message, not_before=moment, **bundles.prolonged(message, moment))
            return None
        letter = bundles.letter(message) if message.digest_on else desk.letter(message)
    except Exception as error:  # whatever is wrong with one message, the others leave
        if not _is_away(error):
            return _failed(message, error)
        _release(message)
        return None
    if letter is None:
        return Mark(message, MessageState.VOID, Outcome.VOID)
    return _send_through(letter, gateways[message.channel])


def _opted_out_or_deferred(message: Message, desk: letters.Desk) -> tuple[str, datetime.datetime | None]:
    """What the receiver has chosen since the message was made: why not to send it, or until when to wait."""
    if message.channel == Channel.IN_APP:
        return "", None
    choices, now = desk.choices(message.ward_id), timezone.now()
    if choices.mutes(message.user, message.words, message.klass, message.channel):
        return "the receiver has switched this off", None
    if not message.digest_on and choices.outlasts(message.user, message.klass, now, message.expires_at):
        return "the receiver wants quiet for longer than this is of use", None
    moment = choices.allowed(message.user, message.klass, now)
    return "", moment if moment > now else None


def _send_through(letter: Letter, gateway: Gateway) -> Mark:
    message = letter.message
    try:
        receipt = gateway.send(letter)
        if not receipt:
            raise ValueError("the gateway gave no receipt")
    except Refused as error:
        return Mark(message, _given_up(message), Outcome.PERMANENT, str(error))
    except NotTaken as error:
        return _failed(message, error)
    except Exception as error:  # what no gateway foresaw may have happened after the message was taken
        if gateway.takes_key:
            return _failed(message, error, Outcome.UNKNOWN)
        return Mark(message, MessageState.UNKNOWN, Outcome.UNKNOWN, f"{type(error).__name__}: {error}")
    sent = {"sent_at": timezone.now(), "line": letter.text.line[:300], "link": letter.link}
    return Mark(
        message, MessageState.SENT, Outcome.SENT, fields=sent | {"provider_id": receipt[:200]}, items=letter.items
    )


def _failed(message: Message, error: Exception, outcome: str = Outcome.TRANSIENT) -> Mark:
    """Wait longer after each try, each sender a little differently; give up when it would be useless by then. Given up,
    it is unknown where some try may have reached its end."""
    logger.warning("message %s was not sent at try %s", message.pk, message.tries, exc_info=error)
    reason = f"{type(error).__name__}: {error}"
    tries = _tries(message)
    if tries <= len(BACKOFF):
        wait = datetime.timedelta(minutes=BACKOFF[tries - 1] * random.uniform(0.8, 1.2))
        again = timezone.now() + max(wait, getattr(error, "after", None) or wait)
        if again < message.expires_at:
            return Mark(message, MessageState.READY, outcome, reason, {"not_before": again})
    return Mark(message, MessageState.UNKNOWN if outcome == Outcome.UNKNOWN else _given_up(message), outcome, reason)


def _tries(message: Message) -> int:
    """Since somebody decided to send it again, where somebody did."""
    if message.settled_at is None:
        return message.tries
    return Attempt.objects.filter(ward_id=message.ward_id, message=message, started_at__gte=message.settled_at).count()


def _given_up(message: Message) -> str:
    """Failed, when this try surely brought it nowhere; unknown, where an earlier one may have."""
    earlier = Attempt.objects.filter(ward_id=message.ward_id, message=message, number__lt=message.tries)
    may_have_left = message.channel != Channel.IN_APP and earlier.filter(outcome__in=UNSURE).exists()
    return MessageState.UNKNOWN if may_have_left else MessageState.FAILED


def _mark(*marks: Mark) -> None:
    if marks:
        _retry_while_database_is_away(lambda: _write(marks))


def _release(message: Message, **fields: Any) -> None:
    """The gateway was not asked, so it was no try: a message that waits long must not run out of tries."""

    def write() -> None:
        with transaction.atomic():
            mine = Message.objects.filter(pk=message.pk, ward_id=message.ward_id, tries=message.tries)
            mine = mine.filter(state__in=_OPEN_STATES)
            if mine.update(state=MessageState.READY, lease_until=None, tries=F("tries") - 1, **fields):
                Attempt.objects.filter(ward_id=message.ward_id, message=message, number=message.tries).delete()

    _retry_while_database_is_away(write)


def _retry_while_database_is_away(write: Callable[[], None]) -> None:
    """While the database is away do nothing else than try: nothing more is sent before what was sent is written."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return write()
        except (DatabaseError, InterfaceError) as problem:
            if not _is_away(problem) or time.monotonic() > end or connection.in_atomic_block:
                raise
            connection.close()
            time.sleep(0.5)


def _is_away(error: Exception) -> bool:
    """The connection broke or nobody answers. The driver has several names for it, and fewer for what is our fault."""
    return isinstance(error, DatabaseError | InterfaceError) and not isinstance(
        error, IntegrityError | DataError | ProgrammingError
    )


_WRITE = """
WITH mark AS (
    SELECT * FROM jsonb_to_recordset(%(marks)s) AS mark(
        id bigint, ward_id bigint, tries int, state text, outcome text, error text,
        not_before timestamptz, sent_at timestamptz, provider_id text, line text, link text)
), tried AS (
    UPDATE notifications_attempt AS attempt SET outcome = mark.outcome, error = mark.error FROM mark
    WHERE attempt.message_id = ANY(%(ids)s)
        AND attempt.ward_id = mark.ward_id AND attempt.message_id = mark.id AND attempt.number = mark.tries
)
UPDATE notifications_message AS message
SET state = mark.state, lease_until = NULL, sent_at = mark.sent_at, provider_id = coalesce(mark.provider_id, ''),
    not_before = coalesce(mark.not_before, message.not_before), line = coalesce(mark.line, message.line),
    link = coalesce(mark.link, message.link)
FROM mark
WHERE message.id = ANY(%(ids)s) AND message.state = ANY(%(open)s)
    AND message.ward_id = mark.ward_id AND message.id = mark.id AND message.tries = mark.tries
RETURNING message.id
"""


def _write(marks: Sequence[Mark]) -> None:
    """One statement, so one way to the database and one commit, however many marks."""
    known: dict[str, Any] = {"ids": [mark.message.pk for mark in marks], "open": list(_OPEN_STATES)}
    known["marks"] = json.dumps([_row(mark) for mark in marks], default=str)
    with transaction.atomic() if any(mark.items for mark in marks) else nullcontext():
        with connection.cursor() as cursor:
            cursor.execute(_WRITE, known)
            written = {key for (key,) in cursor.fetchall()}
        for mark in marks:
            message = mark.message
            if message.pk not in written:
                logger.warning("message %s was taken over while try %s was under way", message.pk, message.tries)
            elif mark.items:
                bundles.mark_items(message, mark.items, **mark.fields)


def _row(mark: Mark) -> dict[str, Any]:
    message = mark.message
    row = {"id": message.pk, "ward_id": message.ward_id, "tries": message.tries, "state": mark.state}
    row |= {"outcome": mark.outcome, "error": mark.error[:2000], **mark.fields}
    return {name: _storable(value) if isinstance(value, str) else value for name, value in row.items()}


def _storable(text: str) -> str:
    """A gateway may say a character that no database takes; it must not keep the mark from being written."""
    return text.replace("\x00", "")


class _Gateways(ExitStack):
    """The gateways of one run, opened when they are needed and closed at its end."""

    def __init__(self) -> None:
        super().__init__()
        self._open: dict[str, Gateway] = {}

    def __getitem__(self, channel: str) -> Gateway:
        if channel not in self._open:
            gateway = self._open[channel] = GATEWAYS[channel]()
            self.callback(gateway.close)
        return self._open[channel]
