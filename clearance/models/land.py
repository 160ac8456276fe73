"""The land of a project: its plots on the cadastral map, of what kind they are, and which households hold them."""

import datetime
import json
import re
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q, Sum
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.access import AddedBy, Permission
from accounts.models import Ward, days
from accounts.querysets import TermQuerySet
from campaigns.models import Campaign
from clearance.choices import LandGroup
from clearance.models.households import Household, Party
from clearance.models.projects import Project
from clearance.querysets import HoldingQuerySet, PlotQuerySet
from clearance.validators import no_personal_number
from core.dated import dated
from core.keys import WardKey
from core.models import Period, WardModel, save_all, today, tracked
from core.text import number
from notifications import outbox

if TYPE_CHECKING:
    from accounts.models import User

DATA = Path(__file__).parent.parent / "data" / "land_kinds.json"
_CODE = r"^[^\s0a-z][^\sa-z]*$"


_WORDS = re.compile(r"^(?:TỜ|THỬA|SỐ|BẢNĐỒ|ĐẤT)+")


def plot_code(text: str) -> str:
    """A map sheet or a plot as the map names it, one form however it is written: "45A" for "thửa 045a".

    Empty where no digit stands in it.
    """
    code = _WORDS.sub("", "".join(text.split()).upper()).lstrip("0")
    return code if any(sign.isdigit() for sign in code) else ""


@tracked
class LandKind(WardModel, Period):
    """A kind of land by its sign on the map, as the law has it from a day on. A new law is a new row."""

    code = models.CharField(_("sign"), max_length=10)
    name = models.CharField(_("kind of land"), max_length=120)
    group = models.CharField(_("group"), max_length=15, choices=LandGroup)
    source = models.CharField(_("source"), max_length=200)

    objects = TermQuerySet.as_manager()

    added_by = AddedBy(Permission.CLEARANCE_MANAGE, "clearance:land_kind_list")

    class Meta:
        verbose_name = _("kind of land")
        verbose_name_plural = _("kinds of land")
        ordering = ["group", "code", "-valid_from"]
        constraints = [
            *Period.Meta.constraints,
            ExclusionConstraint(
                name="clearance_land_kind_once",
                expressions=[
                    ("ward", RangeOperators.EQUAL),
                    ("code", RangeOperators.EQUAL),
                    (days(), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("This sign stands for a kind of land during these days already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("clearance:land_kind_list")

    @classmethod
    def propose(cls, ward: Ward, *, by: "User | None") -> int:
        """Enter the kinds that the law names and the ward has not; how many."""
        known = set(cls.objects.filter(ward=ward).values_list("code", flat=True))
        told = json.loads(DATA.read_text(encoding="utf-8"))
        rows = [cls(ward=ward, **row) for row in told if row["code"] not in known]
        with transaction.atomic():
            save_all(rows)
            if rows:
                outbox.record("clearance.land_kinds.entered", subject=rows[0], by=by, count=len(rows))
        return len(rows)

    def enter(self, *, by: "User | None") -> None:
        """Save a new kind or a corrected one."""
        with transaction.atomic():
            self.save()
            outbox.record("clearance.land_kinds.entered", subject=self, by=by, count=1)


@dated("map_sheet", "number", "kind", "area", "area_recovered", removed_by=("project", "map_sheet", "number"))
@tracked
class Plot(WardModel):
    """One plot of a project. It is entered with the first household that holds it.

    area: of the whole plot, area_recovered: of it to be recovered, both in m²; None while nobody has measured it.
    """

    project = WardKey(Project, models.PROTECT, related_name="plots", verbose_name=_("project"))
    map_sheet = models.CharField(_("map sheet"), max_length=20)
    number = models.CharField(_("plot number"), max_length=20)
    kind = WardKey(
        LandKind, models.PROTECT, null=True, blank=True, related_name="plots", verbose_name=_("kind of land")
    )
    area = models.DecimalField(_("whole plot, m²"), max_digits=12, decimal_places=2, null=True, blank=True)
    area_recovered = models.DecimalField(
        _("to be recovered, m²"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    note = models.CharField(_("note"), max_length=200, blank=True, validators=[no_personal_number])

    held_by: list[int]  # of for_list()
    holders: int
    kind_code: str | None

    objects = PlotQuerySet.as_manager()

    class Meta:
        verbose_name = _("plot")
        verbose_name_plural = _("plots")
        ordering = ["map_sheet", "number"]
        constraints = [
            models.UniqueConstraint(
                "ward",
                "project",
                "map_sheet",
                "number",
                name="clearance_plot_number",
                violation_error_message=_("This project already has a plot with this map sheet and number."),
            ),
            models.CheckConstraint(
                name="clearance_plot_as_on_map", condition=Q(map_sheet__regex=_CODE, number__regex=_CODE)
            ),
            models.CheckConstraint(
                name="clearance_plot_area",
                condition=(Q(area__isnull=True) | Q(area__gt=0))
                & (Q(area_recovered__isnull=True) | Q(area_recovered__gt=0)),
                violation_error_message=_("An area is more than 0 m². Leave it blank while it is not measured."),
            ),
            models.CheckConstraint(
                name="clearance_plot_part_of_whole",
                condition=Q(area__isnull=True) | Q(area_recovered__isnull=True) | Q(area_recovered__lte=F("area")),
                violation_error_message=_(
                    "No more than the whole plot can be recovered. Correct one of the two areas."
                ),
            ),
        ]

    log_needs = ("project",)

    @property
    def words_in_log(self) -> str:
        return f"{self}, {self.project}"

    @property
    def personal_file(self) -> "Plot":
        return self

    def __str__(self) -> str:
        return str(_("plot %(number)s, map sheet %(sheet)s") % {"number": self.number, "sheet": self.map_sheet})

    def get_absolute_url(self) -> str:
        return reverse("clearance:plot_detail", args=[self.project.slug, self.pk])

    def can_manage(self, user: "User", campaign: Campaign) -> access.Decision:
        return self.project.can_manage(user, campaign)

    @property
    def to_hand_over(self) -> Decimal | None:
        """The m² that go over when all is handed over."""
        return self.area if self.area_recovered is None else self.area_recovered

    def handed_in_parts(self) -> Decimal:
        return self.parts.valid().aggregate(sum=Sum("area"))["sum"] or Decimal(0)

    def differs(self, **facts: object) -> list[str]:
        """What is known of the plot, in words, where these facts say something else; what is blank says nothing."""
        names = [name for name, value in facts.items() if value not in (None, "") and getattr(self, name) != value]
        labels = {field.name: field.verbose_name for field in self._meta.concrete_fields}
        return [f"{labels[name]}: {self.said(name)}" for name in names]

    def said(self, name: str) -> str:
        value = getattr(self, name)
        if value in (None, ""):
            return gettext("not entered")
        return number(value) if name in ("area", "area_recovered") else str(value)

    def hold(
        self,
        household: Household,
        *,
        by: "User | None",
        campaign: Campaign,
        on: datetime.date,
        party: Party | None = None,
    ) -> "PlotHolding":
        """A household holds the plot from a day on. party: one person of its file alone; None: the household."""
        campaign.require_open()
        if household.project_id != self.project_id:
            raise ValidationError(gettext("This household belongs to another project."))
        if party and not household.parties.filter(party=party).exists():
            raise ValidationError({"party": gettext("This person is not in the household's file.")})
        with transaction.atomic():
            holding = self.holdings.create(ward_id=self.ward_id, household=household, party=party, valid_from=on)
            outbox.record(
                "clearance.plot.held", subject=household, by=by, on=on, plot=self.number, sheet=self.map_sheet
            )
        return holding

    def change(self, *, by: "User | None", campaign: Campaign, fields: Iterable[str]) -> None:
        """Save the changed fields of the loaded plot."""
        campaign.require_open()
        with transaction.atomic():
            self.save(update_fields=[*fields])
            if (parts := self.handed_in_parts()) > (self.to_hand_over or 0):
                words = gettext("%(area)s m² of the plot are handed over in parts: it is not smaller than that.")
                raise ValidationError(words % {"area": number(parts, 2)})
            outbox.record("clearance.plot.changed", subject=self, by=by)

    def remove(self, *, by: "User | None", campaign: Campaign, reason: str) -> None:
        """The plot is not recovered for the project, or was entered by mistake. The days before keep it."""
        campaign.require_open()
        with transaction.atomic(), pghistory.context(reason=reason):
            outbox.record("clearance.plot.removed", subject=self.project, by=by, plot=self.number, sheet=self.map_sheet)
            self.delete()


@dated(removed_by=("plot", "household", "valid_from"))
@tracked
class PlotHolding(WardModel, Period):
    """A household that holds a plot, and when; of several on one plot each holds it."""

    plot = WardKey(Plot, models.CASCADE, related_name="holdings", verbose_name=_("plot"))
    household = WardKey(Household, models.PROTECT, related_name="holdings", verbose_name=_("household"))
    party = WardKey(
        Party, models.PROTECT, null=True, blank=True, related_name="holdings", verbose_name=_("person alone")
    )

    others: list[int]  # of for_file()

    objects = HoldingQuerySet.as_manager()

    class Meta:
        verbose_name = _("holding of a plot")
        verbose_name_plural = _("holdings of plots")
        constraints = [
            *Period.Meta.constraints,
            ExclusionConstraint(
                name="clearance_plot_held_once",
                expressions=[
                    ("ward", RangeOperators.EQUAL),
                    ("plot", RangeOperators.EQUAL),
                    ("household", RangeOperators.EQUAL),
                    (days(), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("This household holds the plot during these days already."),
            ),
        ]

    @property
    def personal_file(self) -> Household:
        return self.household

    def __str__(self) -> str:
        return f"{self.household}: {self.plot}"

    def end(self, *, by: "User | None", campaign: Campaign, on: datetime.date) -> None:
        """on: the last day on which the household holds the plot."""
        campaign.require_open()
        if on < self.valid_from or on > today():
            raise ValidationError({"on": gettext("Write a day since it holds the plot, up to today.")})
        with transaction.atomic():
            rows = PlotHolding.objects.filter(pk=self.pk, ward_id=self.ward_id, valid_to__isnull=True)
            if rows.update(valid_to=on) != 1:
                raise ValidationError(gettext("The household does not hold this plot any more."))
            facts = {"plot": self.plot.number, "sheet": self.plot.map_sheet}
            outbox.record("clearance.plot.let_go", subject=self.household, by=by, on=on, **facts)
        self.refresh_from_db(fields=["valid_to"])
