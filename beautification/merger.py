"""What of streets and clean-ups goes over when units merge. Whoever was counted was counted for the unit of the day."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from beautification.choices import DefectState
from core.merger import part, stays

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
stays("beautification.Cleanup.lead_unit", "it was that unit's turn; the next turns go over with the schedule")
stays("beautification.CleanupNeed.unit", "what was asked of that unit")
stays("beautification.CleanupReply.unit", "what that unit said")
stays("beautification.Scan.unit", "these people came for the unit of that day")
stays("beautification.CleanupTurnout.unit", "these people came for the unit of that day")
stays("beautification.ClosedTurnout.unit", "these people came for the unit of that day")
