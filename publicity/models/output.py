"""What else the ward brings out to its people: boards, banners, leaflets, posts, with their day, place and a photo."""

import datetime
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.access import Decision, Permission
from accounts.models import Unit, User
from accounts.querysets import WardQuerySet
from campaigns.models import Campaign
from core.files import Accepted
from core.keys import WardKey
from core.models import StoredFile, WardModel, today, tracked
from core.search import folded
from notifications import outbox
from publicity.choices import OutputKind
from publicity.measures import Measure, measured, suits
from publicity.models.lists import Channel
from publicity.querysets import OutputQuerySet


@tracked
class Output(WardModel):
    """So many pieces of one kind that a unit brought out on a day, and what all of them together measure.

    Whatever is changed afterwards was wrong from the beginning, for the row is of its own day; what should not have
    been noted is taken out of the count with its reason, and stays to be read.
    """

    campaign = WardKey(Campaign, models.PROTECT, related_name="outputs", verbose_name=_("campaign"))
    kind = models.CharField(_("kind"), max_length=10, choices=OutputKind)
    channel = WardKey(Channel, models.PROTECT, related_name="outputs", verbose_name=_("channel"))
    unit = WardKey(Unit, models.PROTECT, related_name="outputs", verbose_name=_("unit"))
    on = models.DateField(_("day"), default=today)
    quantity = models.PositiveIntegerField(_("how many"), validators=[MinValueValidator(1)])
    measure = models.DecimalField(
        _("together they measure"),
        max_digits=9,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01"))],
    )
    measured_in = models.CharField(_("measured in"), max_length=10, choices=Measure, blank=True)
    place = models.CharField(_("where"), max_length=200)
    link = models.URLField(_("address"), max_length=300, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    void_reason = models.CharField(_("why it does not count"), max_length=500, blank=True, editable=False)
    search_key = folded("place")

    objects = OutputQuerySet.as_manager()

    class Meta:
        verbose_name = _("output of publicity")
        verbose_name_plural = _("outputs of publicity")
        ordering = ["-on", "-id"]
        indexes = [
            models.Index(fields=["ward", "campaign", "-on", "-id"], name="publicity_output_list"),
            GinIndex(name="publicity_output_search", fields=["search_key"], opclasses=["gin_trgm_ops"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="publicity_output_quantity",
                condition=Q(quantity__gt=0),
                violation_error_message=_("Enter how many, at least 1."),
            ),
            models.CheckConstraint(
                name="publicity_output_measure",
                condition=Q(measure__isnull=True, measured_in="") | (Q(measure__gt=0) & ~Q(measured_in="")),
                violation_error_message=_("Give what they measure with its unit, or neither."),
            ),
            models.CheckConstraint(
                name="publicity_output_measure_suits",
                condition=suits(),
                violation_error_message=_("This kind is not measured so."),
            ),
            models.CheckConstraint(
                name="publicity_output_place",
                condition=~Q(place=""),
                violation_error_message=_("Say where: a street, a house, or the name of the page."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.quantity}"

    def get_absolute_url(self) -> str:
        return reverse("publicity:output_detail", args=[self.pk])

    @property
    def measured(self) -> str:
        """ "18,5 m²", or nothing."""
        return "" if self.measure is None else measured(self.measure, self.measured_in)

    @property
    def counts(self) -> bool:
        return not self.void_reason

    # ---- who may --------------------------------------------------------------------------------------
    def can_edit(self, user: User) -> Decision:
        """Correct it, add photos, or take it out of the count."""
        may = self.campaign.can_change() and access.can(user, Permission.OUTPUT_EDIT, unit=self.unit)
        if may and not self.counts:
            return access.denied(gettext("It was taken out of the count: note it anew if it was right."))
        return may

    def can_see_photos(self, user: User) -> Decision:
        """Passers-by may be on them: for those who noted it and those who follow the whole ward."""
        return access.can(user, Permission.OUTPUT_EDIT, unit=self.unit) or access.can(user, Permission.WARD_READ)

    # ---- verbs ----------------------------------------------------------------------------------------
    def add(self, *, by: User | None, photos: Iterable[Accepted] = ()) -> None:
        self._require_day()
        with transaction.atomic():
            self.save()
            self._attach(photos, by)
            self.record("noted", by, on=self.on, quantity=self.quantity)

    def edit(self, *, by: User | None, **fields: Any) -> None:
        for name, value in fields.items():
            setattr(self, name, value)
        self._require_day()
        with transaction.atomic():
            self._lock_counting()
            self.save(update_fields=list(fields))
            self.record("corrected", by)

    def prove(self, *, by: User | None, photos: Iterable[Accepted]) -> None:
        """Photos are added and never taken away."""
        self.campaign.require_open()
        with transaction.atomic():
            self._lock_counting()
            self._attach(photos, by)
            self.record("proved", by)

    def void(self, *, by: User | None, reason: str) -> None:
        """It should not have been noted: no figure counts it any more, not of past days either."""
        self.campaign.require_open()
        with transaction.atomic():
            rows = Output.objects.filter(pk=self.pk, ward_id=self.ward_id).standing()
            if rows.update(void_reason=reason) != 1:
                raise ValidationError(gettext("It is out of the count already."))
            self.record("voided", by)
        self.void_reason = reason

    def _lock_counting(self) -> None:
        """Inside a transaction: nobody takes it out of the count until its end; refused where somebody has."""
        rows = Output.objects.select_for_update(no_key=True).filter(pk=self.pk, ward_id=self.ward_id)
        if not rows.standing().exists():
            raise ValidationError(gettext("It was taken out of the count: note it anew if it was right."))

    def _require_day(self) -> None:
        self.campaign.require_open()
        if wrong := self.day_refused(self.on):
            raise ValidationError({"on": wrong})

    def day_refused(self, day: datetime.date) -> str:
        """Why nothing of that day can be noted here, or nothing."""
        if day > today():
            return gettext("Choose a day up to today.")
        year = self.campaign.year
        first = min(self.campaign.opens_on, datetime.date(year, 1, 1))
        if first <= day <= max(self.campaign.closes_on, datetime.date(year, 12, 31)):
            return ""
        return gettext("Choose a day of %(year)s, or the other year above the menu.") % {"year": year}

    def _attach(self, photos: Iterable[Accepted], by: User | None) -> None:
        for photo in photos:
            self.proofs.create(ward_id=self.ward_id, uploaded_by=by, **photo.fields())

    def record(self, what: str, by: User | None, on: datetime.date | None = None, **facts: Any) -> None:
        outbox.record(f"publicity.output.{what}", subject=self, by=by, on=on, unit=self.unit, **facts)


@tracked
class OutputProof(StoredFile):
    """A photo of it, kept with its hash."""

    output = WardKey(Output, models.PROTECT, related_name="proofs", verbose_name=_("output of publicity"))

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("photo of an output")
        verbose_name_plural = _("photos of outputs")
        ordering = ["id"]

    def get_absolute_url(self) -> str:
        return reverse("publicity:output_photo", args=[self.pk])
