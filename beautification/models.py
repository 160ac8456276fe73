"""Streets under beautification and their weekly clean-ups."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from accounts.querysets import WardQuerySet
from beautification.choices import (
    CleanupState,
    Exactness,
    HolidayDecision,
    HolidayPolicy,
    TurnoutSource,
)
from beautification.querysets import CleanupQuerySet, StreetQuerySet
from campaigns.models import Document, Undertaking
from core.models import Stateful, Transition, WardModel, tracked

User = settings.AUTH_USER_MODEL


@tracked
class Street(WardModel):
    undertaking = models.OneToOneField(
        Undertaking, models.PROTECT, related_name="street", verbose_name=_("undertaking")
    )
    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("address"), max_length=80)
    lead_unit = models.ForeignKey(Unit, models.PROTECT, related_name="led_streets", verbose_name=_("lead unit"))
    registered_with = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("registered with")
    )
    registered_by = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="streets", verbose_name=_("registration document")
    )
    registered_on = models.DateField(_("registered on"), null=True, blank=True)
    target_on = models.DateField(_("to be reached by"), null=True, blank=True)
    extent = models.CharField(_("from … to …"), max_length=200, blank=True)

    objects = StreetQuerySet.as_manager()

    class Meta:
        verbose_name = _("street")
        verbose_name_plural = _("streets")
        ordering = ["name"]
        constraints = [models.UniqueConstraint("ward", "slug", name="beautification_street_slug")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("beautification:street_detail", args=[self.slug])


@tracked
class StreetGroup(WardModel):
    """A residential group along the street."""

    street = models.ForeignKey(Street, models.CASCADE, related_name="groups", verbose_name=_("street"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("residential group"))

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("residential group of a street")
        verbose_name_plural = _("residential groups of streets")
        constraints = [models.UniqueConstraint("ward", "street", "unit", name="beautification_streetgroup_pair")]

    def __str__(self) -> str:
        return str(self.unit)


@tracked
class CleanupSeries(WardModel):
    """A repeating clean-up. The rule is an RFC 5545 RRULE; holidays are handled by the policy."""

    street = models.ForeignKey(Street, models.PROTECT, related_name="series", verbose_name=_("street"))
    rrule = models.CharField(_("repeats"), max_length=200, default="FREQ=WEEKLY;BYDAY=SA")
    starts_at = models.TimeField(_("starts at"))
    duration = models.DurationField(_("lasts"))
    first_on = models.DateField(_("first on"))
    until = models.DateField(_("until"), null=True, blank=True)
    policy = models.CharField(_("on a holiday"), max_length=5, choices=HolidayPolicy, default=HolidayPolicy.ASK)
    lead_unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("lead unit")
    )

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("clean-up series")
        verbose_name_plural = _("clean-up series")
        constraints = [
            models.CheckConstraint(
                name="beautification_series_days", condition=Q(until__isnull=True) | Q(until__gte=models.F("first_on"))
            )
        ]

    def __str__(self) -> str:
        return f"{self.street} {self.rrule}"


@tracked
class Cleanup(Stateful, WardModel):
    """One clean-up. `original_on` is its identity in the series and in its address; `on` is when it takes place."""

    series = models.ForeignKey(
        CleanupSeries, models.PROTECT, null=True, blank=True, related_name="cleanups", verbose_name=_("series")
    )
    street = models.ForeignKey(Street, models.PROTECT, related_name="cleanups", verbose_name=_("street"))
    original_on = models.DateField(_("first planned for"))
    on = models.DateField(_("takes place on"))
    starts_at = models.TimeField(_("starts at"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=CleanupState, default=CleanupState.PLANNED)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    holiday_decision = models.CharField(_("holiday"), max_length=10, choices=HolidayDecision, null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    closed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("closed by")
    )
    client_id = models.UUIDField(_("device's id"), default=uuid.uuid4, editable=False)

    objects = CleanupQuerySet.as_manager()

    class Meta:
        verbose_name = _("clean-up")
        verbose_name_plural = _("clean-ups")
        ordering = ["-on", "-id"]
        indexes = [models.Index(fields=["ward", "street", "-on"], name="beautification_cleanup_list")]
        constraints = [
            models.UniqueConstraint("ward", "series", "original_on", name="beautification_cleanup_once"),
            models.UniqueConstraint("ward", "street", "original_on", name="beautification_cleanup_address"),
            models.CheckConstraint(
                name="beautification_cleanup_reason",
                condition=~Q(state__in=[CleanupState.POSTPONED, CleanupState.CANCELLED]) | ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="beautification_cleanup_closed_pair",
                condition=Q(closed_at__isnull=True, closed_by__isnull=True) | Q(closed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="beautification_cleanup_closed_when_done",
                condition=Q(state=CleanupState.DONE, closed_at__isnull=False)
                | (~Q(state=CleanupState.DONE) & Q(closed_at__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.street} {self.on:%d/%m/%Y}"

    def get_absolute_url(self) -> str:
        return reverse("beautification:cleanup_detail", args=[self.street.slug, self.original_on.isoformat()])


class CleanupTransition(Transition):
    cleanup = models.ForeignKey(Cleanup, models.PROTECT, related_name="transitions")


@tracked
class CleanupTurnout(WardModel):
    """How many came, per unit and way of counting. No unit: the whole street's number."""

    cleanup = models.ForeignKey(Cleanup, models.CASCADE, related_name="turnouts", verbose_name=_("clean-up"))
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="turnouts", verbose_name=_("unit")
    )
    source = models.CharField(_("source"), max_length=10, choices=TurnoutSource)
    exactness = models.CharField(_("exactness"), max_length=8, choices=Exactness, default=Exactness.EXACT)
    count = models.PositiveIntegerField(_("people"))

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("turnout")
        verbose_name_plural = _("turnouts")
        constraints = [
            models.UniqueConstraint(
                "ward", "cleanup", "unit", "source", name="beautification_turnout_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit or self.cleanup}: {self.count}"
