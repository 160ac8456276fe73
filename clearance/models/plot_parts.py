"""Land handed over in parts: what of a plot went over on which day, before the rest does."""

from decimal import Decimal
from typing import TYPE_CHECKING

import pgtrigger
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.access import Decision
from campaigns.models import Campaign
from clearance.models.land import Plot
from clearance.querysets import PlotPartQuerySet
from clearance.validators import no_personal_number
from core.dated import dated
from core.dates import full_date
from core.keys import WardKey
from core.models import WardModel, today, tracked
from core.text import number
from notifications import outbox

if TYPE_CHECKING:
    from accounts.models import User


@dated(removed_by=("plot", "on", "area"))
@tracked
class PlotPart(WardModel):
    """Written once; a wrong one is declared void. The household has handed its land over only by its milestone."""

    plot = WardKey(Plot, models.CASCADE, related_name="parts", verbose_name=_("plot"))
    area = models.DecimalField(_("handed over, m²"), max_digits=12, decimal_places=2)
    on = models.DateField(_("handed over on"), default=today)
    paper = models.CharField(_("minutes of the hand-over"), max_length=150, blank=True, validators=[no_personal_number])
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("by")
    )
    void_at = models.DateTimeField(_("void since"), null=True, blank=True, editable=False)
    void_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("declared void by"),
    )
    void_reason = models.CharField(
        _("why it is void"), max_length=200, blank=True, editable=False, validators=[no_personal_number]
    )

    objects = PlotPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("part of a plot handed over")
        verbose_name_plural = _("parts of plots handed over")
        ordering = ["on", "id"]
        constraints = [
            models.CheckConstraint(
                name="clearance_plotpart_area",
                condition=Q(area__gt=0),
                violation_error_message=_("An area is more than 0 m². Leave it blank while it is not measured."),
            ),
            models.CheckConstraint(
                name="clearance_plotpart_void",
                condition=Q(void_at__isnull=True, void_by__isnull=True, void_reason="")
                | (Q(void_at__isnull=False, void_by__isnull=False) & ~Q(void_reason="")),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="parts_within_plot",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func="""
                    IF (SELECT sum(part.area) FROM clearance_plotpart AS part
                        WHERE part.plot_id = NEW.plot_id AND part.void_at IS NULL)
                       > (SELECT COALESCE(plot.area_recovered, plot.area, 0) FROM clearance_plot AS plot
                          WHERE plot.id = NEW.plot_id)
                    THEN RAISE EXCEPTION 'more is handed over in parts than the plot has'
                         USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NULL;
                """,
            )
        ]

    @property
    def personal_file(self) -> Plot:
        return self.plot

    def __str__(self) -> str:
        return f"{number(self.area, 2)} m², {full_date(self.on)}"

    @property
    def is_void(self) -> bool:
        return self.void_at is not None

    def can_void(self, user: "User", campaign: Campaign) -> Decision:
        return self.plot.can_manage(user, campaign)

    def record(self, *, by: "User | None", campaign: Campaign) -> None:
        """Of a plot whose area is known, and no more than is left of it."""
        campaign.require_open()
        self.plot.project.check_day(campaign, self.on)
        self.by = by
        with transaction.atomic():
            plot = Plot.objects.select_for_update(of=("self",)).get(pk=self.plot_id, ward_id=self.ward_id)
            whole = plot.to_hand_over
            if whole is None:
                raise ValidationError(gettext("Enter the area to be recovered of the plot first."))
            left = whole - plot.handed_in_parts()
            if self.area > left:
                words = gettext("No more than %(left)s m² of the plot are left to be handed over.")
                raise ValidationError({"area": words % {"left": number(left, 2)}})
            self.save()
            facts = {"area": number(self.area, 2)}
            outbox.record("clearance.plot.part_handed", subject=self.plot, by=by, on=self.on, **facts)

    def declare_void(self, *, by: "User", campaign: Campaign, reason: str) -> None:
        campaign.require_open()
        with transaction.atomic():
            rows = PlotPart.objects.filter(pk=self.pk, ward_id=self.ward_id, void_at=None)
            if rows.update(void_at=timezone.now(), void_by=by, void_reason=reason) != 1:
                raise ValidationError(gettext("This is void already."))
            facts = {"area": number(self.area, 2)}
            outbox.record("clearance.plot.part_voided", subject=self.plot, by=by, **facts)
        self.refresh_from_db()


def areas_in_parts(plots: "models.QuerySet[Plot]", on: object) -> dict[int, Decimal]:
    """By project, the m² of these plots that went over in parts until a day."""
    rows = PlotPart.objects.valid().filter(plot__in=plots.order_by().values("pk"), on__lte=on).order_by()
    return dict(rows.values_list("plot__project").annotate(models.Sum("area")))
