"""Where the plots of a project lie: their outlines, as a surveyor's file has them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.querysets import WardQuerySet
from campaigns.models import Campaign
from clearance.models.land import Plot
from clearance.models.projects import Project
from core.geo import area_of
from core.keys import WardOneToOneKey
from core.models import WardModel, tracked
from notifications import outbox

if TYPE_CHECKING:
    from accounts.models import User


@tracked
class PlotShape(WardModel):
    """geometry: a GeoJSON MultiPolygon in WGS 84. epsg: the system that the file was in. area: m², of the outline."""

    plot = WardOneToOneKey(Plot, models.CASCADE, related_name="shape", verbose_name=_("plot"))
    geometry = models.JSONField(_("outline"))
    area = models.DecimalField(_("area of the outline, m²"), max_digits=12, decimal_places=1)
    epsg = models.PositiveIntegerField(_("coordinates of the file (EPSG)"))
    source = models.CharField(_("file"), max_length=150)
    entered_at = models.DateTimeField(_("entered at"), default=timezone.now, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("by")
    )

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("outline of a plot")
        verbose_name_plural = _("outlines of plots")
        constraints = [
            models.CheckConstraint(name="clearance_shape_kind", condition=Q(geometry__type="MultiPolygon")),
            models.CheckConstraint(
                name="clearance_shape_area",
                condition=Q(area__gt=0),
                violation_error_message=_("An outline has an area."),
            ),
        ]

    @property
    def personal_file(self) -> Plot:
        return self.plot

    def __str__(self) -> str:
        return str(self.plot)


def draw(
    project: Project,
    *,
    by: "User | None",
    campaign: Campaign,
    shapes: Mapping[int, dict[str, Any]],
    epsg: int,
    source: str,
) -> int:
    """Keep the outlines of these plots of the project, by the plots' keys; a former outline is replaced. How many."""
    campaign.require_open()
    areas = {plot: area_of(geometry) for plot, geometry in shapes.items()}
    if flat := next((plot for plot, area in areas.items() if area <= 0), None):
        words = gettext("The outline of %(plot)s has no area: its points lie on one line.")
        raise ValidationError({"file": words % {"plot": project.plots.get(pk=flat)}})
    with transaction.atomic():
        known = set(project.plots.filter(pk__in=shapes).values_list("pk", flat=True))
        now = timezone.now()
        rows = [
            PlotShape(
                ward_id=project.ward_id,
                plot_id=plot,
                geometry=geometry,
                area=Decimal(str(areas[plot])),
                epsg=epsg,
                source=source,
                entered_at=now,
                by=by,
            )
            for plot, geometry in shapes.items()
            if plot in known
        ]
        changing = ["geometry", "area", "epsg", "source", "entered_at", "by"]
        PlotShape.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["plot"], update_fields=changing, batch_size=500
        )
        outbox.record("clearance.shapes.drawn", subject=project, by=by, unit=project.host, count=len(rows))
    return len(rows)


def wipe(project: Project, *, by: "User", campaign: Campaign) -> int:
    """Take the outlines of the project away; its plots stay."""
    campaign.require_open()
    with transaction.atomic():
        _all, counts = PlotShape.objects.filter(ward=project.ward_id, plot__project=project).delete()
        gone = counts.get(PlotShape._meta.label, 0)
        outbox.record("clearance.shapes.wiped", subject=project, by=by, unit=project.host, count=gone)
    return gone
