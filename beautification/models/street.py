import datetime
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.access import AddedBy, Decision, Permission
from accounts.models import Unit, User
from accounts.querysets import WardQuerySet
from beautification.querysets import StreetQuerySet
from campaigns.models import Campaign, Document, Undertaking
from core.dated import dated
from core.keys import WardKey, WardOneToOneKey
from core.models import WardModel, save_all, tracked
from core.search import in_order
from core.titles import TITLE
from notifications import outbox


@dated("name", "lead_unit")
@tracked
class Street(WardModel):
    undertaking = WardOneToOneKey(Undertaking, models.PROTECT, related_name="street", verbose_name=_("undertaking"))
    name = models.CharField(_("name"), max_length=120, validators=TITLE)
    slug = models.SlugField(_("address"), max_length=80)
    lead_unit = WardKey(Unit, models.PROTECT, related_name="led_streets", verbose_name=_("lead unit"))
    registered_with = WardKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("registered with")
    )
    registered_by = WardKey(
        Document, models.PROTECT, null=True, blank=True, related_name="streets", verbose_name=_("registration document")
    )
    registered_on = models.DateField(_("registered on"), null=True, blank=True)
    target_on = models.DateField(_("to be reached by"), null=True, blank=True)
    extent = models.CharField(_("from … to …"), max_length=200, blank=True)

    objects = StreetQuerySet.as_manager()
    added_by = AddedBy(Permission.STREET_MANAGE, "beautification:street_new")

    class Meta:
        verbose_name = _("street")
        verbose_name_plural = _("streets")
        ordering = [in_order("name")]
        constraints = [
            models.UniqueConstraint(
                "ward",
                "slug",
                name="beautification_street_slug",
                violation_error_message=_("A street with this name is there already."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("beautification:street_detail", args=[self.slug])

    last_original_on: datetime.date  # these of for_list()
    last_part: int
    next_original_on: datetime.date
    next_part: int

    @property
    def last_url(self) -> str:
        return self._session(self.last_original_on, self.last_part)

    @property
    def next_url(self) -> str:
        return self._session(self.next_original_on, self.next_part)

    def _session(self, day: datetime.date, part: int) -> str:
        slot = day.isoformat() + ("" if part == 1 else f"-{part}")
        return reverse("beautification:cleanup_detail", args=[self.slug, slot])

    # ---- questions ----------------------------------------------------------------------------------
    def campaign_on(self, day: datetime.date) -> Campaign | None:
        """The campaign that the street belongs to on a day: the year's period and the year's undertakings."""
        own = Campaign.objects.filter(ward_id=self.ward_id, foci__undertaking_id=self.undertaking_id)
        return own.filter(opens_on__lte=day, closes_on__gte=day).order_by("-year").first()

    def require_open_on(self, day: datetime.date) -> Campaign:
        """The campaign of a day, open for changes. Raises when the day belongs to none, or to a closed one."""
        campaign = self.campaign_on(day)
        if campaign is None:
            raise ValidationError(gettext("On this day the street belongs to no campaign year. Choose another day."))
        campaign.require_open()
        return campaign

    def lock(self) -> None:
        """Until the end of the transaction nobody else plans or moves a clean-up of this street."""
        Street.objects.select_for_update().get(pk=self.pk, ward_id=self.ward_id)

    # ---- verbs --------------------------------------------------------------------------------------
    def edit(self, *, campaign: Campaign, by: User | None, residential_groups: Iterable[Unit], **fields: Any) -> None:
        campaign.require_open()
        for name, value in fields.items():
            setattr(self, name, value)
        with transaction.atomic():
            self.save(update_fields=list(fields))
            self.set_groups(residential_groups)
            outbox.record("beautification.street.edited", subject=self, by=by, unit=self.lead_unit)

    def set_groups(self, units: Iterable[Unit]) -> None:
        wanted = {unit.pk for unit in units}
        self.groups.exclude(unit__in=wanted).delete()
        missing = wanted - set(self.groups.values_list("unit", flat=True))
        rows = [StreetGroup(ward_id=self.ward_id, street=self, unit_id=unit) for unit in sorted(missing)]
        save_all(rows, ignore_conflicts=True)


@dated("unit", removed_by=("street", "unit"))
@tracked
class StreetGroup(WardModel):
    """A residential group along the street."""

    street = WardKey(Street, models.CASCADE, related_name="groups", verbose_name=_("street"))
    unit = WardKey(Unit, models.PROTECT, related_name="+", verbose_name=_("residential group"))

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("residential group of a street")
        verbose_name_plural = _("residential groups of streets")
        ordering = ["id"]
        constraints = [models.UniqueConstraint("ward", "street", "unit", name="beautification_streetgroup_pair")]

    def __str__(self) -> str:
        return str(self.unit)


def can_manage_streets(user: User, campaign: Campaign | None) -> Decision:
    """Streets, their series and what happens on a holiday: the officer's work, in a year that may be changed."""
    if campaign is None:
        return access.denied(gettext("There is no campaign year yet."))
    return campaign.can_change() and access.can(user, Permission.STREET_MANAGE)
