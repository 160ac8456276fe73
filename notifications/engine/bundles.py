"""The day's bundle: what is optional goes to a person once a day by each channel, on the working day after.

A bundle is a message of its own, keyed by person, channel and the closed day, and the messages in it are its items:
each item knows its bundle, so none goes out in two, and ends as its bundle does. Once a bundle was tried nothing is put
into it any more: a second copy may be hidden behind the first, so it must bring nothing new. What comes too late waits
for the next one.
"""

import datetime
import logging
from collections.abc import Collection, Iterable
from itertools import groupby
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notifications.choices import MessageClass, MessageState
from notifications.engine import letters
from notifications.engine.preferences import BUNDLE_LIFE, Choices
from notifications.gateways import Item, Letter
from notifications.models import Message
from notifications.moments import ONE_DAY, at
from notifications.registry import Rendered

logger = logging.getLogger(__name__)

WORDS = "notifications.bundle"


def make(now: datetime.datetime | None = None) -> int:
    """Bundle what waits from the days before today whose bundle leaves today; how many bundles. Safe to run many times
    at once.

    Raises what went wrong with single ones, after all others were made.
    """
    now = now or timezone.now()
    today = timezone.localdate(now)
    waiting = Message.objects.filter(
        state=MessageState.READY,
        for_bundle=True,
        bundle__isnull=True,
        not_before__lt=at(today, datetime.time.min),
        expires_at__gt=now,
    )
    items = waiting.select_related("user").order_by("ward_id", "user_id", "channel", "id")
    made, failures = 0, []
    for ward_id, of_ward in groupby(items, lambda item: item.ward_id):
        rows = list(of_ward)
        choices = Choices(ward_id, {row.user_id: row.user for row in rows}.values())
        for (user_id, channel), group in groupby(rows, lambda item: (item.user_id, item.channel)):
            try:
                made += _bundle(list(group), choices, today)
            except Exception as error:  # one bundle that fails holds up no other
                logger.exception("the bundle of person %s by %s could not be made", user_id, channel)
                failures.append(error)
    if failures:
        raise ExceptionGroup("some bundles could not be made", failures)
    return made


def _bundle(items: list[Message], choices: Choices, today: datetime.date) -> int:
    """Make the bundle of one person and channel, unless it leaves on a later day or was tried already: 1 or 0."""
    user, closed = items[0].user, today - ONE_DAY
    leaves = choices.bundle_moment(user, closed)
    if timezone.localdate(leaves) == today:
        if _fill_bundle(items, closed, leaves):
            return 1
        leaves = choices.bundle_moment(user, today)
    _keep(items, leaves + BUNDLE_LIFE)
    return 0


def _fill_bundle(items: list[Message], closed: datetime.date, leaves: datetime.datetime) -> bool:
    """False when the bundle of the day may have left: what came since waits for the next one."""
    first = items[0]
    key = f"bundle:{first.user_id}:{first.channel}:{closed}"
    row = Message(
        ward_id=first.ward_id,
        user=first.user,
        channel=first.channel,
        digest_on=closed,
        words=WORDS,
        dedupe_key=key,
        subject_type="accounts.user",
        subject_id=first.user_id,
        occurrence_on=closed,
        not_before=leaves,
        expires_at=leaves + BUNDLE_LIFE,
        klass=MessageClass.OPTIONAL,
    )
    with transaction.atomic():
        Message.objects.bulk_create([row], ignore_conflicts=True)
        known = Message.objects.select_for_update().get(ward_id=first.ward_id, dedupe_key=key)
        if known.state != MessageState.READY or known.tries:
            return False
        _waiting(items).update(bundle=known, expires_at=known.expires_at)
    return True


def _keep(items: list[Message], end: datetime.datetime) -> None:
    """They live as long as the bundle that they wait for: a day off or a late start must not let them run out."""
    if ending := [item for item in items if item.expires_at < end]:
        _waiting(ending).update(expires_at=end)


def _waiting(items: list[Message]) -> QuerySet[Message]:
    rows = Message.objects.filter(ward_id=items[0].ward_id, pk__in=[item.pk for item in items])
    return rows.filter(state=MessageState.READY, bundle__isnull=True)


def letter(bundle: Message) -> Letter | None:
    """The bundle with the lines of its items that are still wanted; None when none is."""
    waiting, items = _items(bundle), []
    desk = letters.Desk([bundle, *waiting])
    if not desk.belongs_to_the_ward(bundle):
        return None
    choices = desk.choices(bundle.ward_id)
    for item in waiting:
        unwanted = choices.mutes(bundle.user, item.words, item.klass, item.channel)
        if not unwanted and (found := desk.letter(item)):
            items.append(Item(item.pk, item.words, found.text.line, found.link))
    _exclude_items(bundle, {item.pk for item in waiting} - {item.message for item in items})
    if not items:
        return None
    with translation.override(bundle.user.language):
        day = f"{bundle.digest_on:%d/%m/%Y}"
        line = ngettext("%(count)d message up to %(day)s", "%(count)d messages up to %(day)s", len(items))
        line %= {"count": len(items), "day": day}
        why = _("You get this because what is not urgent goes out once a day.")
        return Letter(bundle, Rendered(line, line, ""), "/notifications/", why, tuple(items))


def _exclude_items(bundle: Message, items: Collection[int]) -> None:
    """Not wanted any more. Noted before the gateway is asked, so that what an earlier copy may have carried can be told
    from what none did."""
    if items:
        rows = Message.objects.filter(ward_id=bundle.ward_id, bundle=bundle, pk__in=items)
        rows.update(state=MessageState.VOID if bundle.tries == 1 else MessageState.UNKNOWN)


def prolonged(message: Message, leaves: datetime.datetime) -> dict[str, datetime.datetime]:
    """The new end of a bundle that has to wait; of another message nothing."""
    return {"expires_at": leaves + BUNDLE_LIFE} if message.digest_on else {}


def mark_items(bundle: Message, items: Iterable[Item], **sent: Any) -> None:
    """A bundle left with these items, whatever was said of them meanwhile. In the transaction that marks it."""
    rows = Message.objects.filter(ward_id=bundle.ward_id, bundle=bundle)
    for item in items:
        mine = rows.filter(pk=item.message)
        mine.update(**sent | {"state": MessageState.SENT, "line": item.line[:300], "link": item.link})


def settle() -> None:
    """Items of bundles that will not go any more, or of which nobody knows."""
    for state in (MessageState.MISSED, MessageState.FAILED, MessageState.VOID, MessageState.UNKNOWN):
        waiting = Message.objects.filter(state=MessageState.READY, for_bundle=True)
        waiting.filter(bundle__state=state).update(state=state)


def _items(bundle: Message) -> list[Message]:
    """What it may carry; its items are unknown for a moment where the bundle was."""
    rows = Message.objects.filter(
        ward_id=bundle.ward_id, bundle=bundle, state__in=(MessageState.READY, MessageState.UNKNOWN)
    )
    return list(rows.for_letters().order_by("-not_before", "-id"))
