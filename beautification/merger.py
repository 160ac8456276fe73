"""What of streets and clean-ups goes over when units merge. Whoever was counted was counted for the unit of the day."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from beautification.choices import COMING, MOST_PEOPLE, DefectState
from core.merger import part, stays


def _together(kept: Any, other: Any) -> None:
    """The unit that goes on is asked for what both were asked for, as far as a number goes."""
    kept.people = min((kept.people or 0) + (other.people or 0), MOST_PEOPLE) or None
    kept.tools = ", ".join(filter(None, [kept.tools, other.tools]))[:200]
    kept.save(update_fields=["people", "tools"])


part("streets", _("Streets that it leads"), "beautification.Street.lead_unit", order=50)
part("registered", _("Streets registered with it"), "beautification.Street.registered_with", order=51)
part(
    "along",
    _("Streets along which it lies"),
    "beautification.StreetGroup.unit",
    order=52,
    twins=("street",),
    say=lambda row: row.street,
)
part("cleanups", _("Clean-up series that it leads"), "beautification.CleanupSeries.lead_unit", order=53)
part(
    "turns",
    _("Turns of clean-up series"),
    "beautification.SeriesTurn.unit",
    order=54,
    twins=("series",),
    say=lambda row: row.series,
)
part("defect_kinds", _("Kinds of defects that it acts on"), "beautification.DefectKind.unit", order=55)
part(
    "defects",
    _("Defects of streets to be mended"),
    "beautification.Defect.owner",
    Q(state=DefectState.TO_MEND),
    order=56,
)
stays("beautification.Defect.unit", "that unit reported it")
part(
    "coming_cleanups",
    _("Clean-ups to come that it leads"),
    "beautification.Cleanup.lead_unit",
    lambda merge: Q(state__in=COMING, on__gte=merge.on),
    order=57,
)
part(
    "needs",
    _("People and tools that clean-ups to come ask it for"),
    "beautification.CleanupNeed.unit",
    lambda merge: Q(series__isnull=False) | Q(cleanup__state__in=COMING, cleanup__on__gte=merge.on),
    order=59,
    twins=("series", "cleanup"),
    join=_together,
    say=lambda row: f"{row.series or row.cleanup}",
)
stays("beautification.CleanupReply.unit", "what that unit said")
stays("beautification.Scan.unit", "these people came for the unit of that day")
stays("beautification.CleanupTurnout.unit", "these people came for the unit of that day")
stays("beautification.ClosedTurnout.unit", "these people came for the unit of that day")
