"""Loudspeaker broadcasts and their airings."""

import datetime
from collections.abc import Iterable, Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.access import Decision, Permission
from accounts.models import User
from accounts.querysets import WardQuerySet
from campaigns.models import Campaign
from core.dated import dated
from core.keys import WardKey
from core.models import StateChanged, Stateful, Transition, WardModel, save_all, tracked
from deadlines.models import Calendar
from notifications import outbox
from publicity.choices import AiringState, BroadcastState
from publicity.models.article import Article
from publicity.models.posting import Posting
from publicity.models.spoken_words import LoudspeakerCluster, LoudspeakerSlot
from publicity.querysets import AiringQuerySet, BroadcastQuerySet

FIRST_HOUR, LAST_HOUR = datetime.time(5), datetime.time(21)  # of the loudspeakers, without a question
MOST_TIMES = 10  # that a broadcast is played in one airing, without a question
LONGEST = datetime.timedelta(hours=4)  # of a broadcast


@dated("title", unless_in="draft")
@tracked
class Broadcast(Stateful, WardModel):
    campaign = WardKey(Campaign, models.PROTECT, related_name="broadcasts", verbose_name=_("campaign"))
    title = models.CharField(_("headline"), max_length=200)
    script = models.TextField(_("script"))
    article = WardKey(
        Article,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="broadcasts",
        verbose_name=_("made from the article"),
    )
    posting = WardKey(
        Posting,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="broadcasts",
        verbose_name=_("tells of the posting"),
    )
    seconds = models.PositiveIntegerField(_("length in seconds"), validators=[MinValueValidator(1)])
    state = models.CharField(_("state"), max_length=10, choices=BroadcastState, default=BroadcastState.DRAFT)

    objects = BroadcastQuerySet.as_manager()

    class Meta:
        verbose_name = _("broadcast")
        verbose_name_plural = _("broadcasts")
        ordering = ["-id"]
        constraints = [models.CheckConstraint(name="publicity_broadcast_seconds", condition=Q(seconds__gt=0))]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("publicity:broadcast_detail", args=[self.pk])

    @property
    def length(self) -> str:
        return f"{self.seconds // 60}:{self.seconds % 60:02}"

    @property
    def whole_minutes(self) -> int:
        """Minutes on the air of one airing, begun ones counted whole."""
        return -(-self.seconds // 60)

    @property
    def aired_count(self) -> int:
        return sum(airing.state == AiringState.AIRED for airing in self.airings.all())

    @property
    def next_airing(self) -> "Airing | None":
        now = timezone.now()
        planned = [a for a in self.airings.all() if a.state == AiringState.PLANNED and a.at >= now]
        return min(planned, key=lambda airing: airing.at, default=None)

    # ---- who may ------------------------------------------------------------------------------------
    def can_edit(self, user: User) -> Decision:
        return self._may(user, [BroadcastState.DRAFT, BroadcastState.READY])

    def can_make_ready(self, user: User) -> Decision:
        return self._may(user, [BroadcastState.DRAFT])

    def can_air(self, user: User) -> Decision:
        """Plan an airing, note that it was aired, or cancel it."""
        return self._may(user, [BroadcastState.READY])

    def can_retire(self, user: User) -> Decision:
        return self._may(user, [BroadcastState.DRAFT, BroadcastState.READY])

    def _may(self, user: User, states: Iterable[str]) -> Decision:
        allowed = self.campaign.can_change() and access.can(user, Permission.BROADCAST_EDIT)
        if allowed and self.state not in states:
            return access.denied(gettext("This broadcast is now “%(state)s”.") % {"state": self.get_state_display()})
        return allowed

    # ---- what is odd --------------------------------------------------------------------------------
    def odd_about(
        self, at: datetime.datetime, minutes: int | None = None, on_clusters: Iterable[LoudspeakerCluster] = ()
    ) -> Iterator[str]:
        """What somebody should be asked about before the broadcast is planned for a moment, in sentences.

        on_clusters: where it would speak; none named means on all of them.
        """
        keys = {cluster.pk for cluster in on_clusters}
        local = timezone.localtime(at)
        slots = list(LoudspeakerSlot.objects.filter(ward_id=self.ward_id).valid_on(local.date()))
        if slots:
            yield from self._odd_for(slots, local, minutes or self.whole_minutes, keys)
        elif not FIRST_HOUR <= local.time() < LAST_HOUR:
            hours = {"time": f"{local:%H:%M}", "first": f"{FIRST_HOUR:%H:%M}", "last": f"{LAST_HOUR:%H:%M}"}
            yield gettext("%(time)s is outside the hours in which people are awake, %(first)s to %(last)s.") % hours
        calendar = Calendar(self.ward_id)
        if calendar.has_year(local.year) and (holiday := calendar.holiday_name(local.date())):
            words = {"day": date_format(local, "d/m/Y"), "holiday": holiday}
            yield gettext("%(day)s is a day off: %(holiday)s.") % words
        for other in self._beside(at, keys):
            words = {"title": other.broadcast, "time": f"{timezone.localtime(other.at):%H:%M}"}
            yield gettext("The loudspeakers play “%(title)s” at %(time)s; the two would overlap.") % words

    def _odd_for(
        self, slots: list[LoudspeakerSlot], local: datetime.datetime, minutes: int, keys: set[int]
    ) -> Iterator[str]:
        """Against the hours of the loudspeakers: outside of them, or more than their minutes."""
        slot = next((slot for slot in slots if slot.holds(local.time())), None)
        if slot is None:
            hours = ", ".join(slot.hours for slot in slots)
            said = {"time": f"{local:%H:%M}", "hours": hours}
            yield gettext("%(time)s is outside the hours of the loudspeakers: %(hours)s.") % said
            return
        first = timezone.make_aware(datetime.datetime.combine(local.date(), slot.starts_at))
        rows = Airing.objects.filter(ward_id=self.ward_id, at__gte=first, at__lt=first + slot.length)
        others = rows.exclude(state=AiringState.CANCELLED).exclude(broadcast=self, at=local)
        beside = others.select_related("broadcast").prefetch_related("named")
        taken = sum(other.minutes or other.broadcast.whole_minutes for other in beside if other.speaks_on(keys))
        if taken + minutes > slot.minutes:
            planned = {"sum": taken + minutes, "hours": slot.hours, "most": slot.minutes}
            yield gettext("With it %(sum)s minutes are planned for %(hours)s, at most %(most)s.") % planned

    def odd_minutes(self, minutes: int | None) -> Iterator[str]:
        """The same about a number of minutes on air: many times what the broadcast lasts."""
        if minutes and minutes * 60 > max(self.seconds, 60) * MOST_TIMES:
            words = {"minutes": minutes, "length": self.length}
            yield gettext("%(minutes)s minutes on air for a broadcast that lasts %(length)s.") % words

    def _beside(self, at: datetime.datetime, keys: set[int]) -> Iterator["Airing"]:
        """Airings of the ward that are on the air at the same time as this one would be."""
        end = at + datetime.timedelta(seconds=self.seconds)
        rows = Airing.objects.filter(ward_id=self.ward_id, state=AiringState.PLANNED, at__gt=at - LONGEST, at__lt=end)
        others = rows.exclude(broadcast=self, at=at).select_related("broadcast").prefetch_related("named")
        for other in others.order_by("at"):
            if other.at + datetime.timedelta(seconds=other.broadcast.seconds) > at and other.speaks_on(keys):
                yield other

    # ---- verbs --------------------------------------------------------------------------------------
    def write(self, *, by: User | None, on: datetime.date | None = None) -> None:
        self.campaign.require_open()
        with transaction.atomic():
            self.start(by=by, on=on)
            self.record("written", by, on)

    def edit(self, *, by: User | None, **fields: Any) -> None:
        self.campaign.require_open()
        if self.state == BroadcastState.RETIRED:
            raise StateChanged(self, self.state)
        for name, value in fields.items():
            setattr(self, name, value)
        with transaction.atomic():
            self.save(update_fields=list(fields))
            self.record("edited", by)

    def make_ready(self, *, by: User | None, on: datetime.date | None = None) -> None:
        """The script is final and may go on the air."""
        self._step(BroadcastState.READY, [BroadcastState.DRAFT], "approved", by, on)

    def retire(self, *, by: User | None, on: datetime.date | None = None) -> None:
        """Not aired any more; airings still planned are cancelled with it."""
        self.campaign.require_open()
        with transaction.atomic():
            for airing in self.airings.filter(state=AiringState.PLANNED):
                airing.cancel(by=by)
            self._step(BroadcastState.RETIRED, [BroadcastState.DRAFT, BroadcastState.READY], "retired", by, on)

    def plan_airing(
        self,
        *,
        by: User | None,
        at: datetime.datetime,
        clusters: int | None = None,
        minutes: int | None = None,
        on_clusters: Iterable[LoudspeakerCluster] = (),
    ) -> "Airing":
        """clusters: how many speak, where none of them is named."""
        self.campaign.require_open()
        if self.state != BroadcastState.READY:
            raise StateChanged(self, self.state)
        if self.airings.filter(at=at).exists():
            raise ValidationError(gettext("This broadcast is planned for that time already. Choose another time."))
        with transaction.atomic():
            minutes = minutes or self.whole_minutes
            airing = self.airings.create(ward_id=self.ward_id, at=at, clusters=clusters, minutes=minutes)
            airing.name_clusters(on_clusters)
            self.record_airing("planned", airing, by)
        return airing

    def record_airing(self, what: str, airing: "Airing", by: User | None) -> None:
        on = timezone.localdate(airing.at) if what == "aired" else None
        facts: dict[str, Any] = {
            "day": timezone.localdate(airing.at).isoformat(),
            "time": f"{timezone.localtime(airing.at):%H:%M}",
        }
        outbox.record(f"publicity.broadcast.{what}", subject=self, by=by, on=on, **facts)

    def _step(self, to: str, since: Iterable[str], what: str, by: User | None, on: datetime.date | None) -> None:
        self.campaign.require_open()
        with transaction.atomic():
            self.move(to, since=since, by=by, on=on)
            self.record(what, by, on)

    def record(self, what: str, by: User | None, on: datetime.date | None = None) -> None:
        outbox.record(f"publicity.broadcast.{what}", subject=self, by=by, on=on)


class BroadcastTransition(Transition):
    broadcast = WardKey(Broadcast, models.PROTECT, related_name="transitions", verbose_name=_("broadcast"))

    class Meta(Transition.Meta):
        verbose_name = _("step of a broadcast")
        verbose_name_plural = _("steps of broadcasts")


@tracked
class Airing(WardModel):
    """One time on the loudspeakers: planned, then aired or cancelled."""

    broadcast = WardKey(Broadcast, models.PROTECT, related_name="airings", verbose_name=_("broadcast"))
    at = models.DateTimeField(_("at"))
    clusters = models.PositiveSmallIntegerField(_("loudspeaker clusters"), null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes on air"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=AiringState, default=AiringState.PLANNED)

    objects = AiringQuerySet.as_manager()

    class Meta:
        verbose_name = _("airing")
        verbose_name_plural = _("airings")
        ordering = ["-at"]
        constraints = [models.UniqueConstraint("ward", "broadcast", "at", name="publicity_airing_once")]

    def __str__(self) -> str:
        return f"{self.broadcast} {self.at:%d/%m/%Y %H:%M}"

    def get_absolute_url(self) -> str:
        return self.broadcast.get_absolute_url()

    @property
    def cluster_names(self) -> str:
        return ", ".join(str(row.cluster) for row in self.named.all())

    def speaks_on(self, keys: set[int]) -> bool:
        """On one of these clusters; where none is named, on all."""
        own = {row.cluster_id for row in self.named.all()}
        return not own or not keys or not own.isdisjoint(keys)

    @property
    def is_past(self) -> bool:
        return self.at <= timezone.now()

    def air(
        self,
        *,
        by: User | None,
        clusters: int | None = None,
        minutes: int | None = None,
        on_clusters: Iterable[LoudspeakerCluster] = (),
    ) -> None:
        """It went on the air on these clusters, or on so many, for so many minutes; else for as long as it lasts."""
        if not self.is_past:
            raise ValidationError(gettext("This airing is still to come. Note it afterwards."))
        minutes = minutes or self.broadcast.whole_minutes
        with transaction.atomic():
            self._step(AiringState.AIRED, "aired", by, clusters=clusters, minutes=minutes)
            self.name_clusters(on_clusters)

    def name_clusters(self, on_clusters: Iterable[LoudspeakerCluster]) -> None:
        """Which clusters speak; without any, their number stays as it was told."""
        if not (chosen := list(on_clusters)):
            return
        self.named.all().delete()
        save_all([AiringCluster(ward_id=self.ward_id, airing=self, cluster=cluster) for cluster in chosen])
        self.clusters = len(chosen)
        self.save(update_fields=["clusters"])

    def cancel(self, *, by: User | None) -> None:
        self._step(AiringState.CANCELLED, "cancelled", by)

    def _step(self, to: str, what: str, by: User | None, **fields: Any) -> None:
        self.broadcast.campaign.require_open()
        with transaction.atomic():
            mine = Airing.objects.filter(pk=self.pk, ward_id=self.ward_id, state=AiringState.PLANNED)
            if mine.update(state=to, **fields) != 1:
                self.refresh_from_db(fields=["state"])
                raise StateChanged(self, to)
            self.broadcast.record_airing(what, self, by)
        self.state = to


@tracked
class AiringCluster(WardModel):
    """A cluster on which an airing speaks."""

    airing = WardKey(Airing, models.CASCADE, related_name="named", verbose_name=_("airing"))
    cluster = WardKey(LoudspeakerCluster, models.PROTECT, related_name="airings", verbose_name=_("loudspeaker cluster"))

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("cluster of an airing")
        verbose_name_plural = _("clusters of an airing")
        ordering = ["cluster_id"]
        constraints = [models.UniqueConstraint("ward", "airing", "cluster", name="publicity_airingcluster_once")]

    def __str__(self) -> str:
        return str(self.cluster)
