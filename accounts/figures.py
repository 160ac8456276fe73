import datetime
from collections import defaultdict

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from core.figures import FigureValue, Scope, address, figure


@figure("accounts.units.by_kind", label=_("Units of the ward"), unit=_("units"), kind="breakdown")
def units_by_kind(scope: Scope, on: datetime.date) -> FigureValue:
    """Units of the ward itself that were valid on the day, by their kind, in the order of the kinds. A unit alone has
    none."""
    if scope.unit is not None:
        return FigureValue(None)
    rows = Unit.objects.visible_to(scope.user) if scope.user else Unit.objects.filter(ward=scope.ward)
    rows = rows.inside().valid_on(on)
    kinds, counts = {}, defaultdict[int, int](int)
    for unit in rows.select_related("kind").order_by("kind__order", "sort_key"):
        kinds[unit.kind_id] = unit.kind
        counts[unit.kind_id] += 1
    here = reverse("accounts:unit_list")
    parts = {
        kind.code: FigureValue(
            counts[pk], rows.filter(kind=pk), address(here, on, scope.campaign, kind=pk), label=kind.label
        )
        for pk, kind in kinds.items()
    }
    return FigureValue(sum(counts.values()) if parts else None, parts=parts)
