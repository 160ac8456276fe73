"""Inspections of a model."""

from functools import partial

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import require
from core.http import HouseRequest
from core.pages import form_page
from models_registry.forms import InspectionForm
from models_registry.models import Inspection
from models_registry.views.shared import fetch


@require_http_methods(["GET", "POST"])
def inspection_new(request: HouseRequest, key: str) -> HttpResponse:
    registration = fetch(request, key)
    require(registration.can_inspect(request.user))
    return form_page(
        request,
        InspectionForm(request.POST or None, request.FILES or None, registration=registration),
        partial(Inspection.enter, registration),
        title=_("Write down an inspection"),
        done=_("Saved the inspection"),
        to=registration.get_absolute_url(),
        up=(str(registration), registration.get_absolute_url()),
        lead=f"{registration}, {registration.unit}",
    )
