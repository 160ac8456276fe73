"""What of models and of the writing contest goes over when units merge."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.choices import CampaignState
from core.merger import part, stays
from models_registry.choices import APPRAISED, SENT_AND_AFTER, EntryState
from models_registry.models import EntryQuota
from models_registry.models.registration import WITHDRAWABLE

IN_OPEN_YEAR = ~Q(contest__campaign__state=CampaignState.CLOSED)
FINISHED = {*SENT_AND_AFTER, EntryState.WITHDRAWN}


GOES_ON = Q(mobilization_model__state__in=[*WITHDRAWABLE, *APPRAISED]) & ~Q(
    mobilization_model__campaign__state=CampaignState.CLOSED
)


def _both_write(kept: Any, twin: Any) -> None:
    """Together they owe what each of them owed."""
    kept.required += twin.required
    EntryQuota.objects.filter(pk=kept.pk, ward_id=kept.ward_id).update(required=kept.required)


part(
    "models",
    _("Models that are written, waiting or under way"),
    "models_registry.MobilizationModel.unit",
    Q(state__in=[*WITHDRAWABLE, *APPRAISED]) & ~Q(campaign__state=CampaignState.CLOSED),
    order=30,
)
part(
    "quotas",
    _("Entries to write for the contest"),
    "models_registry.EntryQuota.unit",
    IN_OPEN_YEAR,
    order=31,
    twins=("contest",),
    join=_both_write,
)
part(
    "entries",
    _("Contest entries that are not sent yet"),
    "models_registry.ContestEntry.unit",
    ~Q(state__in=FINISHED) & IN_OPEN_YEAR,
    order=32,
)
part(
    "participations",
    _("Models in which the unit takes part"),
    "models_registry.Participation.unit",
    GOES_ON,
    order=33,
    twins=("mobilization_model",),
)
part(
    "areas",
    _("Models done in the residential group"),
    "models_registry.ModelArea.unit",
    GOES_ON,
    order=34,
    twins=("mobilization_model",),
)
stays("models_registry.Replication.unit", "that unit took the model up in its day")
stays("models_registry.ContestExclusion.unit", "who may not enter was decided of that unit")
