"""How far the models of a year have come, from the registration to the praise."""

import datetime
from typing import Any

from django.utils.translation import gettext as _

from campaigns.models import Campaign
from core import charts
from core.figures import Scope, get_figure
from core.http import HouseRequest
from core.models import today
from models_registry.choices import Stage
from models_registry.figures import by_stage
from notifications.kept import kept


def last_day(campaign: Campaign) -> datetime.date:
    """Today; of a year that is over, its last day."""
    return today() if campaign.is_open else min(today(), campaign.closes_on)


def funnel_of(request: HouseRequest, campaign: Campaign, on: datetime.date) -> dict[str, Any]:
    """The stages with their figures, and their picture; nothing in a year without registrations."""
    scope = Scope(campaign.ward, campaign, user=request.user)
    values = kept("models.stages", request.user, lambda: by_stage(scope, on), campaign.pk, on)
    whole = values[0].value
    if not whole:
        return {}
    stages = [
        {
            "label": stage.label,
            "definition": _(get_figure(value.key).definition),
            "figure": value,
            "percent": round(100 * (value.value or 0) / whole),
        }
        for stage, value in zip(Stage, values, strict=True)
    ]
    picture = charts.funnel([(row["label"], row["figure"].value or 0) for row in stages], _("Models by stage"))
    return {"stages": stages, "funnel": picture}
