"""Events become messages: the handlers of event kinds call `announce`, and `run` calls the handlers."""

import datetime
import logging
from collections.abc import Callable, Iterable
from functools import reduce
from operator import or_
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.seats import Seats
from core.events import get_kind
from notifications import registry
from notifications.choices import MessageClass
from notifications.engine import unreached
from notifications.engine.preferences import Choices, usual_channels
from notifications.models import Event, Message
from notifications.outbox import ring_after_commit
from notifications.querysets import EventQuerySet

logger = logging.getLogger(__name__)

LIFE = datetime.timedelta(days=3)  # of an announcement that says nothing else
MOST_FAILURES = 12  # the last try comes after nearly three days


def announce(
    event: Event,
    recipients: Callable[[Seats], Iterable[Any]],
    words: str,
    *,
    link: str = "",
    klass: str = MessageClass.WORK,
    expires: datetime.timedelta | datetime.datetime = LIFE,
) -> None:
    """Tell people about an event: a row per person and channel, once, however often it is called.

    `recipients(seats)`: out of those who hold a role in the ward today; where a unit that it asks for has nobody, the
    campaign officers are told so. In the portal always, by e-mail and to the browsers that asked for it as each person
    wants; never to the one who did it. The text `words` is registered in the app's reminders.py; without `link` the
    row's own address is used.

        def on_task_assigned(event: Event) -> None:          # named in declare("campaigns.task.assigned", …)
            task = Task.objects.get(pk=event.subject_id, ward=event.ward_id)
            announce(event, lambda seats: heads_of(task, seats), "campaigns.task.assigned")
    """
    registry.get_words(words)
    now = timezone.now()
    seats = Seats(event.ward_id)
    people = {user.pk: user for user in recipients(seats) if user.is_active and user.pk != event.by_id}
    choices = Choices(event.ward_id, people.values())
    useless_at = expires if isinstance(expires, datetime.datetime) else now + expires
    rows = [
        Message(
            ward_id=event.ward_id,
            event=event,
            user=user,
            channel=way.channel,
            words=words,
            dedupe_key=f"event:{event.pk}:{words}:{user.pk}:{way.channel}",
            subject_type=event.subject_type,
            subject_id=event.subject_id,
            occurrence_on=event.on,
            not_before=way.not_before,
            expires_at=way.expires_at,
            for_bundle=way.for_bundle,
            klass=klass,
            link=link,
        )
        for user in people.values()
        for way in choices.ways(user, words, klass, now, useless_at, usual_channels(klass))
    ]
    Message.objects.bulk_create(rows, ignore_conflicts=True)
    unreached.note(seats)


def run(limit: int = 500) -> int:
    """Turn waiting events into messages, oldest first; how many were dispatched. Safe to run many times at once.

    Each event is handled and marked in one transaction of its own, so a handler that fails holds up nobody: its event
    keeps the failure, is tried again after 1, 3, 7, 15 … minutes, and stays in the list of the administrator in the
    end, who can have it tried anew.
    """
    done, after = 0, 0
    while done < limit and (found := _handle_next(after)):
        after, handled = found
        done += handled
    return done


@transaction.atomic
def try_again(events: EventQuerySet) -> int:
    """Those of the events that could not become messages, as if they had not failed yet; how many."""
    count = events.filter(dispatched_at__isnull=True, failures__gt=0).update(failures=0)
    ring_after_commit()
    return count


def _handle_next(after: int) -> tuple[int, bool] | None:
    """Handle the first event behind id `after` whose turn it is: its id and whether it went well; None when there is
    none."""
    with transaction.atomic():
        waiting = Event.objects.filter(_has_its_turn(timezone.now()), dispatched_at__isnull=True, pk__gt=after)
        event = waiting.order_by("pk").select_for_update(skip_locked=True).first()
        if event is None:
            return None
        try:
            with transaction.atomic():
                get_kind(event.kind).handle(event)
        except Exception as error:  # one event that fails holds up no other
            logger.exception("event %s (%s) could not be dispatched", event.pk, event.kind)
            event.failures, event.failure = event.failures + 1, f"{type(error).__name__}: {error}"[:2000]
            event.save(update_fields=["failures", "failure"])
            return event.pk, False
        event.dispatched_at = timezone.now()
        event.save(update_fields=["dispatched_at"])
        return event.pk, True


def _has_its_turn(now: datetime.datetime) -> Q:
    """Every failure doubles the age at which an event is tried again."""
    ages = (datetime.timedelta(minutes=2**failures - 1) for failures in range(MOST_FAILURES))
    return reduce(or_, (Q(failures=failures, at__lte=now - age) for failures, age in enumerate(ages)))
