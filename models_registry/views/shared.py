"""What the pages of the registry do alike."""

from django.shortcuts import get_object_or_404

from core.http import HouseRequest
from models_registry.models import MobilizationModel


def fetch(request: HouseRequest, key: str) -> MobilizationModel:
    """A model that the user may see. The page then stands in the model's year, whichever was chosen before."""
    rows = MobilizationModel.objects.visible_to(request.user).by_key(key)
    row = get_object_or_404(rows.select_related("unit", "campaign", "theme_field__official_field", "previous"))
    request.campaign = row.campaign
    return row
