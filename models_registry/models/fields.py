"""Fields as data, and the terms of a year's registration."""

import datetime
from functools import cached_property

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.access import AddedBy, Permission
from accounts.querysets import TermQuerySet, WardQuerySet
from campaigns.models import Campaign
from core.dated import dated
from core.keys import WardKey
from core.models import Period, WardModel, tracked
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
    def of(cls, campaign: Campaign) -> "RegistrationTerms":
        """The year's terms, or the usual ones: registration until the campaign's last day."""
        found = cls.objects.filter(ward_id=campaign.ward_id, campaign=campaign).first()
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
