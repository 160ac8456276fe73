"""The criteria by which models are appraised: editions as data, each valid from a day on."""

import datetime
from collections.abc import Sequence
from decimal import Decimal
from functools import cached_property

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.access import Permission
from accounts.models import User, Ward, days
from accounts.querysets import TermQuerySet, WardQuerySet
from core.dates import full_date
from core.keys import WardKey
from core.models import Period, WardModel, save_all, tracked
from notifications import outbox

DAY = datetime.timedelta(days=1)


def _never_changed() -> pgtrigger.Protect:
    """What was scored by it keeps its meaning: a change is a new edition."""
    return pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)


def end_edition_before(editions: TermQuerySet, valid_from: datetime.date) -> None:
    """The edition that is valid ends the day before. Raises ValidationError where one begins on the day or later."""
    if last := editions.filter(valid_from__gte=valid_from).first():
        told = gettext("The edition “%(name)s” begins on %(day)s. Choose a later day.")
        raise ValidationError({"valid_from": told % {"name": last, "day": full_date(last.valid_from)}})
    for before in editions.valid_on(valid_from):
        before.valid_to = valid_from - DAY
        before.save(update_fields=["valid_to"])


@tracked
class Rubric(WardModel, Period):
    """One edition of the criteria. A change is a new edition, valid from its day on; the one before ends then."""

    name = models.CharField(_("name"), max_length=120)
    source = models.CharField(_("source"), max_length=200)

    objects = TermQuerySet.as_manager()

    class Meta:
        verbose_name = _("edition of the criteria")
        verbose_name_plural = _("editions of the criteria")
        ordering = ["-valid_from", "-id"]
        constraints = [
            *Period.Meta.constraints,
            models.CheckConstraint(name="registry_rubric_source", condition=~Q(source="") & ~Q(name="")),
            ExclusionConstraint(
                name="registry_rubric_no_overlap",
                expressions=[("ward", RangeOperators.EQUAL), (days(), RangeOperators.OVERLAPS)],
                violation_error_message=_("Another edition of the criteria is valid during these days."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("models_registry:rubric_list")

    @classmethod
    def put_in_force(
        cls,
        ward: Ward,
        *,
        by: User,
        name: str,
        source: str,
        valid_from: datetime.date,
        criteria: Sequence[tuple[str, Decimal]],
        bands: Sequence[tuple[str, Decimal]] = (),
    ) -> "Rubric":
        """A new edition; the one that was valid ends the day before.

        criteria: (what is looked at, most points) in order. bands: (how a result is called, from how many points).
        Raises ValidationError where an edition begins on that day or later already.
        """
        access.require(access.can_in_ward(by, Permission.MODEL_DECIDE))
        with transaction.atomic():
            end_edition_before(cls.objects.filter(ward=ward), valid_from)
            row = cls(ward=ward, name=name, source=source, valid_from=valid_from)
            row.save()
            save_all(
                [
                    RubricCriterion(ward=ward, rubric=row, order=order, label=label, most=most)
                    for order, (label, most) in enumerate(criteria, start=1)
                ]
            )
            save_all([RubricBand(ward=ward, rubric=row, label=label, since=since) for label, since in bands])
            outbox.record("models_registry.rubric.entered", subject=row, by=by)
        return row

    @cached_property
    def all_criteria(self) -> "list[RubricCriterion]":
        return list(self.criteria.all())

    @cached_property
    def most(self) -> Decimal:
        return sum((criterion.most for criterion in self.all_criteria), Decimal())

    @cached_property
    def all_bands(self) -> "list[RubricBand]":
        """The highest first."""
        return list(self.bands.all())

    def band(self, points: Decimal) -> str:
        return next((band.label for band in self.all_bands if points >= band.since), "")


@tracked
class RubricCriterion(WardModel):
    rubric = WardKey(Rubric, models.PROTECT, related_name="criteria", verbose_name=_("edition of the criteria"))
    order = models.PositiveSmallIntegerField(_("order"))
    label = models.CharField(_("criterion"), max_length=200)
    most = models.DecimalField(_("most points"), max_digits=5, decimal_places=1)

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        ordering = ["order"]
        triggers = [_never_changed()]
        constraints = [
            models.UniqueConstraint("ward", "rubric", "order", name="registry_criterion_order"),
            models.CheckConstraint(name="registry_criterion_most", condition=Q(most__gt=0)),
        ]

    def __str__(self) -> str:
        return self.label


@tracked
class RubricBand(WardModel):
    """How a result is called from so many points on."""

    rubric = WardKey(Rubric, models.PROTECT, related_name="bands", verbose_name=_("edition of the criteria"))
    label = models.CharField(_("how it is called"), max_length=60)
    since = models.DecimalField(_("from points"), max_digits=5, decimal_places=1)

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("band of results")
        verbose_name_plural = _("bands of results")
        ordering = ["-since"]
        triggers = [_never_changed()]
        constraints = [
            models.UniqueConstraint("ward", "rubric", "since", name="registry_band_since"),
            models.CheckConstraint(name="registry_band_not_negative", condition=Q(since__gte=0)),
        ]

    def __str__(self) -> str:
        return self.label
