"""The writing contest: what each unit has to write and what became of its entries."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts import access
from accounts.access import Decision, Permission
from accounts.models import Unit
from accounts.querysets import WardQuerySet
from campaigns.models import Campaign, Document
from core.dated import dated
from core.keys import WardKey
from core.models import Stateful, Transition, WardModel, save_all, tracked
from core.search import folded
from models_registry.choices import ENTRY_MOVES, SENT_AND_AFTER, EntryState, EntryStep
from models_registry.querysets import ContestEntryQuerySet, EntryQuotaQuerySet
from notifications import outbox


@tracked
class Contest(WardModel):
    rows: "list[EntryQuota]"  # of the list
    sums: dict[str, int]  # of the list

    campaign = WardKey(Campaign, models.PROTECT, related_name="contests", verbose_name=_("campaign"))
    name = models.CharField(_("name"), max_length=200)
    ordered_by = WardKey(
        Document, models.PROTECT, null=True, blank=True, related_name="ordered_contests", verbose_name=_("ordered by")
    )
    shared_out_by = WardKey(
        Document, models.PROTECT, null=True, blank=True, related_name="shared_contests", verbose_name=_("shared out by")
    )
    opens_on = models.DateField(_("opens on"), null=True, blank=True)
    closes_on = models.DateField(_("closes on"), null=True, blank=True)

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("writing contest")
        verbose_name_plural = _("writing contests")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="registry_contest_days",
                condition=Q(closes_on__isnull=True) | Q(opens_on__isnull=True) | Q(closes_on__gte=F("opens_on")),
                violation_error_message=_("The end can not be before the start."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{reverse('models_registry:contest_list')}#contest-{self.pk}"

    @property
    def new_entry_url(self) -> str:
        return reverse("models_registry:entry_new", args=[self.pk])

    def can_manage(self, user: Any) -> Decision:
        return access.can(user, Permission.CONTEST_MANAGE) and self.campaign.can_change()

    def save_details(self, *, by: Any) -> None:
        """Save a new or changed contest."""
        self.campaign.require_open()
        verb = "announced" if self._state.adding else "changed"
        with transaction.atomic():
            self.save()
            outbox.record(f"models_registry.contest.{verb}", subject=self, by=by)

    def share_out(self, *, by: Any, required: Mapping[Unit, int]) -> None:
        """Set how many entries each unit has to write; a unit with 0 has none to write."""
        self.campaign.require_open()
        with transaction.atomic():
            of_none = [unit for unit, number in required.items() if not number]
            self.quotas.filter(unit__in=of_none).delete()
            save_all(
                [
                    EntryQuota(ward_id=self.ward_id, contest=self, unit=unit, required=number)
                    for unit, number in required.items()
                    if number
                ],
                update_conflicts=True,
                unique_fields=["ward", "contest", "unit"],
                update_fields=["required"],
            )
            total = sum(required.values())
            outbox.record("models_registry.contest.shared_out", subject=self, by=by, entries=total)


@dated("unit", "required", removed_by=("contest", "unit"))
@tracked
class EntryQuota(WardModel):
    written_count: int  # of with_counts()
    sent_count: int

    contest = WardKey(Contest, models.CASCADE, related_name="quotas", verbose_name=_("contest"))
    unit = WardKey(Unit, models.PROTECT, related_name="entry_quotas", verbose_name=_("unit"))
    required = models.PositiveSmallIntegerField(_("entries to write"))

    objects = EntryQuotaQuerySet.as_manager()

    class Meta:
        verbose_name = _("quota")
        verbose_name_plural = _("quotas")
        constraints = [models.UniqueConstraint("ward", "contest", "unit", name="registry_quota_pair")]

    def __str__(self) -> str:
        return f"{self.unit}: {self.required}"


@dated("unit", "title", "author_name")
@tracked
class ContestEntry(Stateful, WardModel):
    contest = WardKey(Contest, models.PROTECT, related_name="entries", verbose_name=_("contest"))
    unit = WardKey(Unit, models.PROTECT, related_name="entries", verbose_name=_("unit"))
    title = models.CharField(pgettext_lazy("entry", "title"), max_length=200)
    author_name = models.CharField(_("author"), max_length=100, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=EntryState, default=EntryState.PLANNED)
    sent_on = models.DateField(_("sent on"), null=True, blank=True)
    search_key = folded("title")

    objects = ContestEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        constraints = [
            models.CheckConstraint(
                name="registry_entry_sent_on",
                condition=Q(state__in=SENT_AND_AFTER, sent_on__isnull=False)
                | (~Q(state__in=SENT_AND_AFTER) & Q(sent_on__isnull=True)),
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("models_registry:entry_detail", args=[self.pk])

    @property
    def campaign(self) -> Campaign:
        return self.contest.campaign

    def can_edit(self, user: Any) -> Decision:
        """Until it is sent; the officer may put a mistake right later too."""
        if access.can(user, Permission.CONTEST_MANAGE):
            return self.campaign.can_change()
        right = access.can(user, Permission.ENTRY_WRITE, unit=self.unit) and self.campaign.can_change()
        if right and self.state in SENT_AND_AFTER:
            return access.can(user, Permission.CONTEST_MANAGE)
        return right

    def save_details(self, *, by: Any, on: datetime.date | None = None) -> None:
        """Save a new or changed entry; its state changes by `take` alone."""
        self.campaign.require_open()
        with transaction.atomic():
            if self._state.adding:
                self.start(by=by, on=on)
                self._record("planned", by=by, on=on)
            else:
                self.save(update_fields=["title", "author_name", "unit"])
                self._record("changed", by=by)

    def steps_for(self, user: Any) -> list[EntryStep]:
        """What may happen next, as far as this user may record it."""
        if not self.campaign.can_change():
            return []
        as_officer = access.can(user, Permission.CONTEST_MANAGE)
        as_unit = access.can(user, Permission.ENTRY_WRITE, unit=self.unit)
        moves = [(step, move) for step, move in ENTRY_MOVES.items() if self.state in move.since]
        return [step for step, move in moves if as_officer or (move.by_unit and as_unit)]

    def take(self, step: str, *, by: Any, on: datetime.date | None = None, reason: str = "") -> None:
        """Go one step on. The day of sending is kept on the row."""
        self.campaign.require_open()
        move = ENTRY_MOVES[EntryStep(step)]
        fields = {"sent_on": on} if step == EntryStep.SEND else {}
        with transaction.atomic():
            self.move(move.to, since=move.since, by=by, on=on, reason=reason, **fields)
            self._record(EntryStep(step).value, by=by, on=on)

    def _record(self, verb: str, *, by: Any, on: datetime.date | None = None) -> None:
        outbox.record(f"models_registry.entry.{verb}", subject=self, by=by, on=on, unit=self.unit)


class ContestEntryTransition(Transition):
    entry = WardKey(ContestEntry, models.PROTECT, related_name="transitions", verbose_name=_("entry"))

    class Meta(Transition.Meta):
        verbose_name = _("step of an entry")
        verbose_name_plural = _("steps of entries")
