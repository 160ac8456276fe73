"""The campaign year and what it is about."""

import datetime
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.access import AddedBy, Decision, Permission
from accounts.models import Unit, User
from accounts.querysets import WardQuerySet
from campaigns.choices import CampaignState, UndertakingKind
from campaigns.models.papers import enter_usual_papers
from campaigns.querysets import CampaignQuerySet, UndertakingQuerySet
from core import past
from core.dated import dated
from core.keys import WardKey
from core.models import Period, Stateful, Transition, WardModel, today, tracked
from core.search import folded, in_order
from core.titles import TITLE
from notifications import outbox


def require_day(row: Stateful, on: datetime.date) -> None:
    """A step is dated between the row's last step and today, so that the dated rows tell the present state."""
    if on > today():
        raise ValidationError(gettext("Choose a day up to today."))
    last = row.transitions.first()
    if last and on < last.on:
        day = date_format(last.on, "d/m/Y")
        raise ValidationError(gettext("Choose a day from %(day)s on: that is the last step.") % {"day": day})


class YearMissing(Exception):
    """A page of the year's work in a ward without any year; the middleware says how to begin one.

    row_exists: the address names a row that is there without a year (a unit); other rows are not found.
    """

    def __init__(self, *, row_exists: bool = False) -> None:
        self.row_exists = row_exists


class CampaignClosed(PermissionDenied):
    """A verb on a row of a closed campaign. The text is for the user; uncaught it is the 403 page with this text."""


@tracked
class Campaign(Stateful, WardModel):
    """One year's campaign. A closed one is read-only: it sends nothing and generates nothing."""

    year = models.PositiveSmallIntegerField(_("year"))
    theme = models.CharField(_("theme"), max_length=300)
    superior = WardKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("superior body"))
    opens_on = models.DateField(_("opens on"))
    closes_on = models.DateField(_("closes on"))
    state = models.CharField(_("state"), max_length=10, choices=CampaignState, default=CampaignState.DRAFT)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = _("campaign year")
        verbose_name_plural = _("campaign years")
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint(
                "ward",
                "year",
                name="campaigns_campaign_year",
                violation_error_message=_("The ward has this year already."),
            ),
            models.CheckConstraint(name="campaigns_campaign_days", condition=Q(closes_on__gte=F("opens_on"))),
        ]

    def __str__(self) -> str:
        return str(self.year)

    def get_absolute_url(self) -> str:
        return reverse("campaigns:campaign_detail", args=[self.year])

    @property
    def is_open(self) -> bool:
        return self.state == CampaignState.OPEN

    def can_change(self) -> Decision:
        """Whether anything of this year may still be written: for buttons. A year in preparation may."""
        if past.current().is_past:
            return access.denied(gettext("This page shows a past day: it can be read, not changed."))
        if self.state != CampaignState.CLOSED:
            return access.ALLOWED
        return access.denied(gettext("Year %(year)s is closed: it can be read, not changed.") % {"year": self.year})

    def require_open(self) -> None:
        """Raises CampaignClosed. Every verb that writes a row of the year calls this first."""
        decision = self.can_change()
        if not decision:
            raise CampaignClosed(decision.reason)

    def can_edit(self, user: User) -> Decision:
        return self.can_change() and access.can(user, Permission.CAMPAIGN_EDIT)

    def can_open(self, user: User) -> Decision:
        return access.can(user, Permission.CAMPAIGN_EDIT)

    def can_close(self, user: User) -> Decision:
        return access.can(user, Permission.CAMPAIGN_CLOSE)

    def prepare(self, *, by: User | None) -> None:
        """Enter a new year, not yet open. A ward's first one brings the usual kinds and layouts of papers."""
        self.state = CampaignState.DRAFT
        self.validate_constraints()
        with transaction.atomic():
            enter_usual_papers(self.ward)
            self.start(by=by)
            outbox.record("campaigns.campaign.prepared", subject=self, by=by, year=self.year)

    def edit(self, *, by: User | None, **fields: Any) -> None:
        self.require_open()
        for name, value in fields.items():
            setattr(self, name, value)
        self.validate_constraints()
        with transaction.atomic():
            self.save(update_fields=list(fields))
            outbox.record("campaigns.campaign.edited", subject=self, by=by, year=self.year)

    def open(self, *, by: User | None, on: datetime.date | None = None) -> None:
        """Begin the year, or take up one that was closed too early."""
        with transaction.atomic():
            self.move(CampaignState.OPEN, since=[CampaignState.DRAFT, CampaignState.CLOSED], by=by, on=on)
            outbox.record("campaigns.campaign.opened", subject=self, by=by, on=on, year=self.year)

    def close(self, *, by: User | None, on: datetime.date | None = None) -> None:
        with transaction.atomic():
            self.move(CampaignState.CLOSED, since=[CampaignState.OPEN], by=by, on=on)
            outbox.record("campaigns.campaign.closed", subject=self, by=by, on=on, year=self.year)


def year_for(years: Sequence[Campaign], day: datetime.date, asked: int | None = None) -> Campaign | None:
    """The year that somebody works in: the one asked for, else the open one that holds the day.

    Opening next year early moves nobody: of two that hold the day it is the older, until its last day. Between two
    years it is the last that has begun. None only without any year.
    """
    by_age = sorted(years, key=lambda year: year.year)
    begun = [year for year in by_age if year.is_open and year.opens_on <= day]
    held = [year for year in begun if day <= year.closes_on]
    open_ = [year for year in by_age if year.is_open]
    wanted = [year for year in by_age if year.year == asked]
    return next(iter([*wanted, *held, *reversed(begun), *open_, *reversed(by_age)]), None)


class CampaignTransition(Transition):
    campaign = WardKey(Campaign, models.PROTECT, related_name="transitions", verbose_name=_("campaign"))

    class Meta(Transition.Meta):
        verbose_name = _("step of a year")
        verbose_name_plural = _("steps of years")


@dated("name")
@tracked
class Undertaking(WardModel, Period):
    """A clearance project, a street or another work: what tasks and models are about. Lives over the years."""

    kind = models.CharField(_("kind"), max_length=10, choices=UndertakingKind)
    name = models.CharField(_("name"), max_length=150, validators=TITLE)
    slug = models.SlugField(_("address"), max_length=80)
    search_key = folded("name")

    objects = UndertakingQuerySet.as_manager()

    added_by = AddedBy(Permission.REFERENCE_EDIT, "admin:campaigns_undertaking_add")

    class Meta:
        verbose_name = _("undertaking")
        verbose_name_plural = _("undertakings")
        ordering = [in_order("name")]
        constraints = [
            *Period.Meta.constraints,
            models.UniqueConstraint("ward", "slug", name="campaigns_undertaking_slug"),
        ]

    def __str__(self) -> str:
        return self.name


@dated("label", removed_by=("campaign", "undertaking"))
@tracked
class CampaignFocus(WardModel):
    """An undertaking belongs to a campaign, under one of the theme's focus points."""

    campaign = WardKey(Campaign, models.PROTECT, related_name="foci", verbose_name=_("campaign"))
    undertaking = WardKey(Undertaking, models.PROTECT, related_name="foci", verbose_name=_("undertaking"))
    label = models.CharField(_("focus"), max_length=150, blank=True)

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("focus")
        verbose_name_plural = _("focus points")
        constraints = [models.UniqueConstraint("ward", "campaign", "undertaking", name="campaigns_focus_pair")]

    def __str__(self) -> str:
        return f"{self.undertaking} {self.campaign}"
