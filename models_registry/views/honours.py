"""What became of a model."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import require
from core.http import HouseRequest
from core.pages import form_page
from core.text import within_quotes
from core.together import read_together
from models_registry.choices import ACCEPTED
from models_registry.forms import HonourForm
from models_registry.forms.honours import TakenUpForm
from models_registry.models import HONOURS, Honour, MobilizationModel, Replication
from models_registry.views.shared import fetch


@require_http_methods(["GET", "POST"])
def honour_new(request: HouseRequest, key: str) -> HttpResponse:
    registration = fetch(request, key)
    require(registration.can_honour(request.user))
    form = HonourForm(request.POST or None, registration=registration, user=request.user)

    def enter(by: Any, **fields: Any) -> None:
        form.row().enter(by=by)

    return form_page(
        request,
        form,
        enter,
        title=_("Recognition, praise, replication"),
        done=_("Saved it"),
        to=registration.get_absolute_url(),
        up=(str(registration), registration.get_absolute_url()),
        lead=f"{registration}, {registration.unit}",
    )


@require_http_methods(["GET", "POST"])
def replication_link(request: HouseRequest, key: str, pk: int) -> HttpResponse:
    """By which registration the unit takes the model up."""
    registration = fetch(request, key)
    row = get_object_or_404(registration.replications.select_related("unit", "taken_up_as"), pk=pk)
    row.mobilization_model = registration
    require(row.can_point(request.user))

    def point(by: Any, registration: MobilizationModel | None) -> None:
        row.point_to(registration, by=by)

    return form_page(
        request,
        TakenUpForm(request.POST or None, replication=row, user=request.user),
        point,
        title=_("Registration of the unit that takes it up"),
        done=_("Saved it"),
        to=registration.get_absolute_url(),
        up=(str(registration), registration.get_absolute_url()),
        lead=_("%(unit)s takes up “%(title)s”.") % {"unit": row.unit, "title": within_quotes(registration)},
    )


def honours_of(registration: MobilizationModel) -> list[Honour]:
    """By their day; read in one statement."""
    if registration.state not in ACCEPTED:
        return []
    own = {"ward_id": registration.ward_id, "mobilization_model": registration}
    asked: list[Any] = [model.objects.filter(**own) for model in HONOURS.values()]
    asked = [rows.select_related("unit", "taken_up_as") if rows.model is Replication else rows for rows in asked]
    read_together(*asked)
    found = sorted((row for rows in asked for row in rows), key=lambda row: row.decided_on)
    for row in found:
        row.mobilization_model = registration
    return found
