import datetime
from collections.abc import Iterable, Sequence
from typing import Any, Self

from django.db import models
from django.db.models import Max, OuterRef, Q
from django.utils import timezone

from accounts import access
from accounts.querysets import WardQuerySet
from notifications.choices import Channel, JobState, MessageState

MOST_TOLD = 100
DEAD = (MessageState.FAILED, MessageState.UNKNOWN, MessageState.MISSED)


class EventQuerySet(WardQuerySet):
    def of_each(self, rows: type[models.Model], kind: str) -> Self:
        """In a subquery of `rows`: the events of a kind about each of them."""
        about = {"subject_type": rows._meta.label_lower, "subject_id": OuterRef("pk")}
        return self.filter(ward_id=OuterRef("ward_id"), kind=kind, **about)

    def last_days(self, rows: Sequence[Any], kinds: Sequence[str]) -> dict[str, datetime.date]:
        """When something of these kinds was last about each of the rows of one ward: "app.model:pk" -> day."""
        ids: dict[str, list[int]] = {}
        for row in rows:
            ids.setdefault(row._meta.label_lower, []).append(row.pk)
        wanted = Q()
        for label, keys in ids.items():
            wanted |= Q(subject_type=label, subject_id__in=keys)
        found = self.filter(wanted, ward_id=rows[0].ward_id, kind__in=kinds).order_by()
        told = found.values_list("subject_type", "subject_id").annotate(last=Max("on"))
        return {f"{label}:{key}": last for label, key, last in told}

    def about(self, subject: Any) -> Self:
        """The timeline of one row, newest first."""
        return self.filter(
            ward_id=subject.ward_id,
            subject_type=subject._meta.label_lower,
            subject_id=subject.pk,
        ).select_related("by", "unit")

    def told(self, subject: Any) -> Self:
        """What a page tells of a row's timeline, and one event more."""
        return self.about(subject)[: MOST_TOLD + 1]


class MessageQuerySet(WardQuerySet):
    def visible_to(self, user: Any) -> Self:
        """A person's own messages in the ward entered."""
        return self.filter(ward_id=access.ward_id(user), user=user)

    def inbox(self) -> Self:
        """What the portal's own page shows, newest first."""
        rows = self.filter(channel=Channel.IN_APP, state=MessageState.SENT)
        return rows.select_related("rule", "event").order_by("-not_before", "-id")

    def to_open(self) -> Self:
        """What its receiver was shown somewhere. A browser may show one before the sender has noted that it left."""
        return self.filter(models.Q(state=MessageState.SENT) | models.Q(channel=Channel.PUSH))

    def unread(self) -> Self:
        """Delivered in the portal and not opened yet."""
        return self.filter(channel=Channel.IN_APP, state=MessageState.SENT, read_at__isnull=True)

    def for_letters(self) -> Self:
        """With what their texts are made of."""
        wanted = ["ward", "user", "rule__texts", "rule__only_units", "event__by", "event__unit"]
        return self.prefetch_related(*wanted)  # many messages share them

    def dead(self) -> Self:
        """What a person has to settle. What went into a bundle is settled with its bundle."""
        return self.filter(state__in=DEAD, bundle__isnull=True)

    def mark_read(self) -> None:
        self.unread().update(read_at=timezone.now())


class JobQuerySet(WardQuerySet):
    def visible_to(self, user: Any) -> Self:
        """What a person has asked for in the ward entered."""
        return self.filter(ward_id=access.ward_id(user), asked_by=user)

    def open(self) -> Self:
        return self.filter(state__in=[JobState.WAITING, JobState.RUNNING])


class StopQuerySet(WardQuerySet):
    def open(self) -> Self:
        return self.filter(lifted_at__isnull=True)


class PushSubscriptionQuerySet(WardQuerySet):
    def visible_to(self, user: Any) -> Self:
        """A person's own browsers in the ward entered."""
        return self.filter(ward_id=access.ward_id(user), user=user)

    def live(self) -> Self:
        return self.filter(gone_at__isnull=True)

    def note_gone(self) -> None:
        self.live().update(gone_at=timezone.now())


class MuteQuerySet(WardQuerySet):
    def visible_to(self, user: Any) -> Self:
        return self.filter(ward_id=access.ward_id(user), user=user)

    def switch_off(self, kinds: Iterable[str], channel: str, *, by: Any, ward_id: int) -> None:
        """Send `by` these kinds no more by this channel."""
        rows = [self.model(ward_id=ward_id, user=by, words=kind, channel=channel) for kind in kinds]
        self.bulk_create(rows, ignore_conflicts=True)

    def switch_on(self, kinds: Iterable[str], channel: str, *, by: Any, ward_id: int) -> None:
        self.filter(ward_id=ward_id, user=by, words__in=list(kinds), channel=channel).delete()
