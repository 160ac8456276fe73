"""Where a street runs, as a surveyor's file has it."""

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
from beautification.models.street import Street
from campaigns.models import Campaign
from core.geo import length_of
from core.keys import WardOneToOneKey
from core.models import WardModel, tracked
from notifications import outbox

if TYPE_CHECKING:
    from accounts.models import User

LONGEST = 30_000  # metres: more is another unit of length, or several streets


@tracked
class StreetLine(WardModel):
    """geometry: a GeoJSON MultiLineString in WGS 84. epsg: the system that the file was in. length: in metres."""

    street = WardOneToOneKey(Street, models.CASCADE, related_name="line", verbose_name=_("street"))
    geometry = models.JSONField(_("line"))
    length = models.DecimalField(_("length, m"), max_digits=8, decimal_places=1)
    epsg = models.PositiveIntegerField(_("coordinates of the file (EPSG)"))
    source = models.CharField(_("file"), max_length=150)
    entered_at = models.DateTimeField(_("entered at"), default=timezone.now, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("by")
    )

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of a street")
        verbose_name_plural = _("lines of streets")
        constraints = [
            models.CheckConstraint(name="beautification_line_kind", condition=Q(geometry__type="MultiLineString")),
            models.CheckConstraint(name="beautification_line_length", condition=Q(length__gt=0)),
        ]

    def __str__(self) -> str:
        return str(self.street)


def draw(
    street: Street, *, by: "User | None", campaign: Campaign, geometry: dict[str, Any], epsg: int, source: str
) -> None:
    """Keep where the street runs; a former line is replaced."""
    campaign.require_open()
    length = length_of(geometry)
    if not 1 <= length <= LONGEST:
        words = gettext("The line is %(length)s m long. Choose a file with this street alone, from end to end.")
        raise ValidationError({"file": words % {"length": length}})
    said: dict[str, Any] = {"geometry": geometry, "length": Decimal(str(length)), "epsg": epsg, "source": source}
    with transaction.atomic():
        said |= {"by": by, "entered_at": timezone.now()}
        StreetLine.objects.update_or_create(ward_id=street.ward_id, street=street, defaults=said)
        outbox.record("beautification.street.drawn", subject=street, by=by, unit=street.lead_unit)


def wipe(street: Street, *, by: "User", campaign: Campaign) -> None:
    """Take the line away; the street stays."""
    campaign.require_open()
    with transaction.atomic():
        StreetLine.objects.filter(ward_id=street.ward_id, street=street).delete()
        outbox.record("beautification.street.wiped", subject=street, by=by, unit=street.lead_unit)
