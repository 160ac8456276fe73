"""What a registration holds beside its own columns, for the pages and papers that show it."""

from typing import Any

from django.utils.translation import gettext as _

from core.text import number
from core.together import read_together
from models_registry.models import MobilizationModel


def contents_of(registration: MobilizationModel) -> dict[str, Any]:
    """`people`, `participations`, `areas`, `milestones` and `means`, read in one statement."""
    rows: dict[str, Any] = {
        "fellows": registration.fellows.values_list("name", flat=True),
        # A unit that took part may have come to lead since, by a merger.
        "participations": registration.participations.exclude(unit=registration.unit_id).select_related("unit"),
        "areas": registration.areas.select_related("unit"),
        "milestones": registration.milestones.order_by("due_on", "id"),
    }
    read_together(*rows.values())
    registration.fellow_names = list(rows.pop("fellows"))
    return rows | {"people": registration.people, "means": means_of(registration)}


def means_of(registration: MobilizationModel) -> list[str]:
    """Money, days of work, things: each as a line."""
    said = []
    if registration.budget is not None:
        said.append(_("%(money)s đồng") % {"money": number(registration.budget)})
    if registration.man_days is not None:
        said.append(_("%(days)s days of work") % {"days": number(registration.man_days)})
    return [*said, *filter(None, [registration.resources])]
