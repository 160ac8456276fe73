"""The day's bundle: what is optional goes to a person once a day by each channel, on the working day after.

A bundle is a message of its own, keyed by person, channel and the closed day, and the messages in it are its items:
each item knows its bundle, so none goes out in two. What comes too late for a bundle that has left waits for the next.
"""

import datetime
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notifications import letters
from notifications.choices import MessageClass, MessageState
from notifications.gateways import Item, Letter
from notifications.models import Message
from notifications.moments import ONE_DAY, at
from notifications.preferences import BUNDLE_LIFE, Choices
from notifications.registry import Rendered

WORDS = "notifications.bundle"


def make(now: datetime.datetime | None = None) -> int:
    """Bundle what waits from the days before today whose bundle leaves today; how many bundles. Safe to run many times
    at once."""
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
    made = 0
    for ward_id, of_ward in groupby(items, lambda item: item.ward_id):
        rows = list(of_ward)
        choices = Choices(ward_id, {row.user_id: row.user for row in rows}.values())
        for _key, group in groupby(rows, lambda item: (item.user_id, item.channel)):
            made += _bundle(list(group), choices, today)
    return made


def _bundle(items: list[Message], choices: Choices, today: datetime.date) -> int:
    """Make the bundle of one person and channel, unless it leaves on a later day: 1 or 0."""
    first, closed = items[0], today - ONE_DAY
    leaves = choices.bundle_moment(first.user, closed)
    if timezone.localdate(leaves) != today:
        return 0
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
        if known.state != MessageState.READY:
            return 0  # it has left: what came since waits for the next one
        mine = Message.objects.filter(ward_id=first.ward_id, pk__in=[item.pk for item in items])
        mine.filter(state=MessageState.READY, bundle__isnull=True).update(bundle=known)
    return 1


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
            items.append(Item(item.pk, found.text.line, found.link))
    if not items:
        return None
    with translation.override(bundle.user.language):
        day = f"{bundle.digest_on:%d/%m/%Y}"
        line = ngettext("%(count)d message up to %(day)s", "%(count)d messages up to %(day)s", len(items))
        line %= {"count": len(items), "day": day}
        why = _("You get this because what is not urgent goes out once a day.")
        return Letter(bundle, Rendered(line, line, ""), "/notifications/", why, tuple(items))


def mark_items(bundle: Message, items: Sequence[Item], **sent: Any) -> None:
    """A bundle left with these items; the others were not wanted any more. In the transaction that marks it."""
    waiting = Message.objects.filter(ward_id=bundle.ward_id, bundle=bundle, state=MessageState.READY)
    for item in items:
        mine = waiting.filter(pk=item.message)
        mine.update(**sent | {"state": MessageState.SENT, "line": item.line[:300], "link": item.link})
    waiting.update(state=MessageState.VOID)


def settle() -> None:
    """Items of bundles that will not go any more."""
    for state in (MessageState.MISSED, MessageState.FAILED, MessageState.VOID):
        waiting = Message.objects.filter(state=MessageState.READY, for_bundle=True)
        waiting.filter(bundle__state=state).update(state=state)


def _items(bundle: Message) -> list[Message]:
    rows = Message.objects.filter(ward_id=bundle.ward_id, bundle=bundle, state=MessageState.READY)
    return list(rows.for_letters().order_by("-not_before", "-id"))
