"""What the pages of the registry do alike."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts import access
from accounts.access import Decision, Permission, require
from core.http import HouseRequest
from core.pages import attempt
from models_registry.forms import ReasonForm
from models_registry.models import MobilizationModel


def can_list(user: Any) -> Decision:
    """The models of the year, and by what they are scored."""
    return access.can(user, Permission.MODEL_REGISTER) or access.can(user, Permission.WARD_READ)


def fetch(request: HouseRequest, key: str, *, scored: bool = False) -> MobilizationModel:
    """A model that the user may see. The page then stands in the model's year, whichever was chosen before.

    scored: or one that the user scores, without being one of its readers.
    """
    models = MobilizationModel.objects
    rows = (models.open_to(request.user) if scored else models.visible_to(request.user)).by_key(key)
    row = get_object_or_404(rows.select_related("unit", "campaign", "theme_field__official_field", "previous"))
    request.campaign = row.campaign
    return row


def already(request: HouseRequest, registration: MobilizationModel, told: str) -> HttpResponse:
    """Somebody else decided first: say who and what, on the model's own page."""
    messages.warning(request, told)
    return redirect(registration)


def ask_reason(
    request: HouseRequest,
    registration: MobilizationModel,
    decision: Decision,
    verb: Any,
    done: str,
    page: dict[str, Any],
) -> HttpResponse:
    """Ask why, then carry out the verb. page: question, consequence and label."""
    require(decision)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        attempt(request, verb, done, **form.cleaned_data)
        return redirect(registration)
    return render(request, "models_registry/model_confirm.html", {"registration": registration, "form": form, **page})
