"""Sends what is due. The table is the queue; a lease says who is at work on a row.

Lease a few rows and commit; render late and call the gateway outside any transaction; mark each row in a commit of its
own. A sender that dies leaves leased rows behind: when the lease is over they are unknown. Where the gateway takes our
own key they are sent again by themselves, elsewhere a person decides. The number of the try is the fence: a sender that
comes back late can not overwrite a newer try.
"""

import datetime
import logging
import random
import time
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
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
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone

from notifications import bundles, letters
from notifications.choices import Channel, MessageClass, MessageState, Outcome
from notifications.gateways import GATEWAYS, Gateway, Item, Letter, NotTaken, Refused
from notifications.models import Attempt, Message, SendingStop
from notifications.moments import may_disturb
from notifications.preferences import Choices

logger = logging.getLogger(__name__)

BATCH = 20
BACKOFF = (1, 5, 15, 60, 240)  # minutes before the next try
PATIENCE = 200  # seconds to wait for a database that is away, with a sent message still to be marked
MARKS_FIRST = 15  # seconds after the start of the database in which nobody's rows are taken over
_OPEN_STATES = (MessageState.LEASED, MessageState.UNKNOWN, MessageState.READY)

_by_class = Case(
    When(klass=MessageClass.MANDATORY, then=Value(0)), When(klass=MessageClass.WORK, then=Value(1)), default=2
)


def run(seconds: float = 50) -> int:
    """Send all that is due, for at most so long; how many messages were taken. Many senders may run at once."""
    end = time.monotonic() + seconds
    if not _came_up_just_now():
        take_over()
    reap()
    messages = lease() if seconds > 0 else []
    if len(messages) < BATCH or connection.in_atomic_block:
        return _go_on(messages, end)
    with ThreadPoolExecutor(settings.MESSAGE_THREADS) as pool:  # gateways take their time, and more is waiting
        others = [pool.submit(_beside, end) for _n in range(settings.MESSAGE_THREADS - 1)]
        return _go_on(messages, end) + sum(other.result() for other in others)


def _go_on(messages: Collection[Message], end: float) -> int:
    taken = 0
    with _Gateways() as gateways:
        while messages:
            taken += len(messages)
            _work(messages, gateways)
            messages = lease() if time.monotonic() < end else []
    return taken


def _beside(end: float) -> int:
    """In a thread of its own: with rows, gateways and a connection to the database of its own."""
    try:
        return _go_on(lease(), end)
    finally:
        connection.close()


def take_over(now: datetime.datetime | None = None) -> None:
    """Say of the rows of senders that died what is known of them: nothing."""
    dead = Message.objects.filter(state=MessageState.LEASED, lease_until__lte=now or timezone.now())
    dead.update(state=MessageState.UNKNOWN, lease_until=None)


def _came_up_just_now() -> bool:
    """While the database was away leases ran out, and their holders wait to mark what was sent: they come first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM now() - pg_postmaster_start_time())")
        return cursor.fetchone()[0] < MARKS_FIRST


def reap(now: datetime.datetime | None = None) -> None:
    """Write off what came too late, and send again what is unknown and may go twice. What is unknown and too late stays
    unknown: nobody may say of it that it was missed."""
    now = now or timezone.now()
    ready = Message.objects.filter(state=MessageState.READY)
    ready.filter(expires_at__lte=now).update(state=MessageState.MISSED)
    keyed = [channel for channel, gateway in GATEWAYS.items() if gateway.takes_key]
    again = Message.objects.filter(state=MessageState.UNKNOWN, channel__in=keyed)
    again.filter(tries__gt=len(BACKOFF)).update(state=MessageState.FAILED)
    again.filter(expires_at__gt=now).update(state=MessageState.READY)
    bundles.settle()


def lease(count: int = BATCH) -> list[Message]:
    """Take the most urgent rows that are due, each with the attempt that is about to be made."""
    now = timezone.now()
    with transaction.atomic():
        urgent = due(now).order_by(_by_class, "not_before", "id").select_for_update(skip_locked=True)
        keys = [row.pk for row in urgent.only("pk")[:count]]
        until = now + datetime.timedelta(seconds=settings.MESSAGE_LEASE_SECONDS)
        taken = Message.objects.filter(pk__in=keys)
        taken.update(state=MessageState.LEASED, lease_until=until, tries=F("tries") + 1)
        rows = taken.select_related("ward", "user", "rule", "event__by", "event__unit").in_bulk()
        messages = [rows[key] for key in keys]
        Attempt.objects.bulk_create(
            Attempt(ward_id=m.ward_id, message=m, number=m.tries, started_at=now) for m in messages
        )
    return messages


def due(now: datetime.datetime) -> models.QuerySet[Message]:
    """What should be on its way now; not in hours of rest, and nothing of a ward that has stopped all sending."""
    rows = Message.objects.filter(state=MessageState.READY, for_bundle=False, not_before__lte=now, expires_at__gt=now)
    rows = rows.exclude(ward__in=SendingStop.objects.open().values("ward"))
    return rows if may_disturb(now) else rows.filter(Q(klass=MessageClass.MANDATORY) | Q(channel=Channel.IN_APP))


def _work(messages: Collection[Message], gateways: "_Gateways") -> None:
    try:
        wishes = _Wishes(messages)
    except (DatabaseError, InterfaceError) as error:
        logger.warning("a batch is given back: %s", error)
        for message in messages:
            _give_back(message)
        return
    for message in messages:
        left = message.lease_until - timezone.now()
        if left.total_seconds() < settings.MESSAGE_LEASE_SECONDS / 4:
            _give_back(message)
        elif not wishes.hold_back(message):
            _send(message, gateways)


class _Wishes:
    """What receivers have chosen since their messages were made."""

    def __init__(self, messages: Collection[Message]) -> None:
        users: dict[int, list] = {}
        for message in messages:
            if message.channel != Channel.IN_APP:
                users.setdefault(message.ward_id, []).append(message.user)
        self._choices = {ward_id: Choices(ward_id, of_ward) for ward_id, of_ward in users.items()}

    def hold_back(self, message: Message) -> bool:
        """True when the message was marked as not wanted, or put off to the end of the receiver's quiet hours."""
        if message.channel == Channel.IN_APP:
            return False
        choices, now = self._choices[message.ward_id], timezone.now()
        if choices.mutes(message.user, message.words, message.klass, message.channel):
            _mark(message, MessageState.VOID, Outcome.VOID, "the receiver has switched this off")
            return True
        moment = choices.allowed(message.user, message.klass, now)
        if moment == now:
            return False
        if moment < message.expires_at:
            _give_back(message, not_before=moment)
        else:
            _mark(message, MessageState.VOID, Outcome.VOID, "the receiver wants quiet for longer than this is of use")
        return True


def _send(message: Message, gateways: "_Gateways") -> None:
    try:
        letter = bundles.letter(message) if message.digest_on else letters.letter(message)
    except Exception as error:
        if _is_away(error):
            _give_back(message)
        else:
            _retry_later(message, error)
        return
    if letter is None:
        _mark(message, MessageState.VOID, Outcome.VOID)
    else:
        _hand_over(letter, gateways[message.channel])


def _hand_over(letter: Letter, gateway: Gateway) -> None:
    message = letter.message
    try:
        receipt = gateway.send(letter)
        if not receipt:
            raise ValueError("the gateway gave no receipt")
    except Refused as error:
        _mark(message, MessageState.FAILED, Outcome.PERMANENT, str(error))
    except Exception as error:
        if gateway.takes_key or isinstance(error, NotTaken):
            _retry_later(message, error)
        else:
            _mark(message, MessageState.UNKNOWN, Outcome.UNKNOWN, f"{type(error).__name__}: {error}")
    else:
        sent = {"sent_at": timezone.now(), "line": letter.text.line[:300], "link": letter.link}
        sent["provider_id"] = _storable(receipt)[:200]
        _mark(message, MessageState.SENT, Outcome.SENT, items=letter.items, **sent)


def _retry_later(message: Message, error: Exception) -> None:
    """Wait longer after each try, each sender a little differently; give up when it would be useless by then."""
    logger.warning("message %s was not sent at try %s", message.pk, message.tries, exc_info=error)
    reason = f"{type(error).__name__}: {error}"
    if message.tries <= len(BACKOFF):
        wait = datetime.timedelta(minutes=BACKOFF[message.tries - 1] * random.uniform(0.8, 1.2))
        again = timezone.now() + max(wait, getattr(error, "after", None) or wait)
        if again < message.expires_at:
            _mark(message, MessageState.READY, Outcome.TRANSIENT, reason, not_before=again)
            return
    _mark(message, MessageState.FAILED, Outcome.TRANSIENT, reason)


def _mark(
    message: Message, state: str, outcome: str, error: str = "", items: Sequence[Item] = (), **fields: Any
) -> None:
    _insist(lambda: _write(message, state, outcome, error, items, fields))


def _give_back(message: Message, **fields: Any) -> None:
    """The gateway was not asked, so it was no try: a message that waits long must not run out of tries."""

    def write() -> None:
        with transaction.atomic():
            mine = Message.objects.filter(pk=message.pk, ward_id=message.ward_id, tries=message.tries)
            mine = mine.filter(state__in=_OPEN_STATES)
            if mine.update(state=MessageState.READY, lease_until=None, tries=F("tries") - 1, **fields):
                Attempt.objects.filter(ward_id=message.ward_id, message=message, number=message.tries).delete()

    _insist(write)


def _insist(write: Callable[[], None]) -> None:
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


def _storable(text: str) -> str:
    """A gateway may say a character that no database takes; it must not keep the mark from being written."""
    return text.replace("\x00", "")


def _write(
    message: Message, state: str, outcome: str, error: str, items: Sequence[Item], fields: dict[str, Any]
) -> None:
    with transaction.atomic():
        attempt = Attempt.objects.filter(ward_id=message.ward_id, message=message, number=message.tries)
        attempt.update(outcome=outcome, error=_storable(error)[:2000])
        mine = Message.objects.filter(
            pk=message.pk, ward_id=message.ward_id, tries=message.tries, state__in=_OPEN_STATES
        )
        if not mine.update(state=state, lease_until=None, **fields):
            logger.warning("message %s was taken over while try %s was under way", message.pk, message.tries)
        elif items:
            bundles.mark_items(message, items, **fields)


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
