"""Fields as data, and the terms of a year's registration."""

import datetime
from collections.abc import Sequence
from functools import cached_property
from itertools import count

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.access import AddedBy, Permission
from accounts.models import User, Ward
from accounts.querysets import TermQuerySet, WardQuerySet
from campaigns.models import Campaign
from core.dated import dated
from core.keys import WardKey
from core.models import Period, WardModel, save_all, today, tracked
from core.search import folded_all
from core.text import slug
from deadlines.models import Calendar

A_MONTH = datetime.timedelta(days=30)


@tracked
class OfficialField(WardModel, Period):
    """A field of the superior's summary table."""

    code = models.SlugField(_("code"))
    label = models.CharField(_("label"), max_length=120)

    objects = TermQuerySet.as_manager()

    class Meta:
        verbose_name = _("official field")
        verbose_name_plural = _("official fields")
        ordering = ["id"]
        constraints = [
            *Period.Meta.constraints,
            models.UniqueConstraint("ward", "code", name="registry_officialfield_code"),
        ]

    def __str__(self) -> str:
        return self.label

    @classmethod
    def named(cls, ward: Ward, labels: Sequence[str]) -> "dict[str, OfficialField]":
        """By folded label; those that the ward lacks are made."""
        there = list(cls.objects.filter(ward=ward).valid_on(today()))
        keys = folded_all([*labels, *(field.label for field in there)])
        found = {keys[field.label]: field for field in there}
        codes = set(cls.objects.filter(ward=ward).values_list("code", flat=True))
        for label in labels:
            if keys[label] not in found:
                found[keys[label]] = cls.objects.create(ward=ward, label=label, code=free_code(label, codes))
        return found


@dated("code", "label")
@tracked
class ThemeField(WardModel):
    """A field of the year's theme, mapped to the official one."""

    campaign = WardKey(Campaign, models.PROTECT, related_name="theme_fields", verbose_name=_("campaign"))
    code = models.SlugField(_("code"))
    label = models.CharField(_("label"), max_length=120)
    official_field = WardKey(
        OfficialField, models.PROTECT, related_name="theme_fields", verbose_name=_("official field")
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = WardQuerySet.as_manager()

    added_by = AddedBy(Permission.REFERENCE_EDIT, "admin:models_registry_themefield_add")

    class Meta:
        verbose_name = _("field of the theme")
        verbose_name_plural = _("fields of the theme")
        ordering = ["order", "id"]
        constraints = [models.UniqueConstraint("ward", "campaign", "code", name="registry_themefield_code")]

    def __str__(self) -> str:
        return self.label

    @classmethod
    def enter(cls, campaign: Campaign, pairs: Sequence[tuple[str, str]], *, by: User) -> "list[ThemeField]":
        """New fields of the year as (field, official field), by name; both that are there already stay as they are."""
        campaign.require_open()
        access.require(access.can(by, Permission.REFERENCE_EDIT))
        keys = folded_all(name for pair in pairs for name in pair)
        with transaction.atomic():
            official = OfficialField.named(campaign.ward, [name for _field, name in pairs])
            there = cls.objects.filter(ward_id=campaign.ward_id, campaign=campaign)
            known, codes, made = set(folded_all(f.label for f in there).values()), {f.code for f in there}, []
            for label, name in pairs:
                if keys[label] not in known:
                    row = cls(ward_id=campaign.ward_id, campaign=campaign, label=label, order=len(known) + 1)
                    row.official_field, row.code = official[keys[name]], free_code(label, codes)
                    known.add(keys[label])
                    made.append(row)
            save_all(made)
        return made


def free_code(label: str, taken: set[str]) -> str:
    """The code of a label, which joins those that are taken."""
    stem = slug(label, 46) or "linh-vuc"
    found = next(code for n in count(1) if (code := stem if n == 1 else f"{stem}-{n}") not in taken)
    taken.add(found)
    return found


@tracked
class RegistrationTerms(WardModel):
    """Until when a year's models are registered and how long the ward and the units have. No row: the usual terms."""

    campaign = WardKey(Campaign, models.PROTECT, related_name="+", verbose_name=_("campaign"))
    registers_until = models.DateField(_("last day of registration"), null=True, blank=True)
    review_days = models.PositiveSmallIntegerField(_("days for the ward to decide"), default=5)
    amend_days = models.PositiveSmallIntegerField(_("days for the unit to send what was missing"), default=7)

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("terms of registration")
        verbose_name_plural = _("terms of registration")
        constraints = [models.UniqueConstraint("ward", "campaign", name="registry_terms_campaign")]

    def __str__(self) -> str:
        return str(self.campaign)

    @classmethod
    def rows(cls, campaign: Campaign) -> models.QuerySet:
        return cls.objects.filter(ward_id=campaign.ward_id, campaign=campaign)

    @classmethod
    def of(cls, campaign: Campaign, rows: models.QuerySet | None = None) -> "RegistrationTerms":
        """The year's terms, or the usual ones: registration until the campaign's last day. rows: already read."""
        found = next(iter(cls.rows(campaign) if rows is None else rows), None)
        return found or cls(ward_id=campaign.ward_id, campaign=campaign)

    def is_late(self, day: datetime.date) -> bool:
        return day > (self.registers_until or self.campaign.closes_on)

    def decide_by(self, submitted_on: datetime.date) -> datetime.date:
        """A working day, as is the unit's own day."""
        return self._worked(submitted_on + datetime.timedelta(days=self.review_days))

    def amend_by(self, returned_on: datetime.date) -> datetime.date:
        return self._worked(returned_on + datetime.timedelta(days=self.amend_days))

    def _worked(self, day: datetime.date) -> datetime.date:
        return self._calendar.nearest_working_day(day, day + A_MONTH)

    @cached_property
    def _calendar(self) -> Calendar:
        return Calendar(self.ward_id)
