"""What became of a model."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import require
from core.http import HouseRequest
from core.pages import form_page
from core.together import read_together
from models_registry.choices import ACCEPTED
from models_registry.forms import HonourForm
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


def honours_of(registration: MobilizationModel) -> list[Honour]:
    """By their day; read in one statement."""
    if registration.state not in ACCEPTED:
        return []
    own = {"ward_id": registration.ward_id, "mobilization_model": registration}
    asked: list[Any] = [model.objects.filter(**own) for model in HONOURS.values()]
    asked = [rows.select_related("unit") if rows.model is Replication else rows for rows in asked]
    read_together(*asked)
    return sorted((row for rows in asked for row in rows), key=lambda row: row.decided_on)
