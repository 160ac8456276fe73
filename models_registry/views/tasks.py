"""The tasks that a model helps to carry out."""

from functools import partial
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import require
from campaigns.models import Task
from core.http import HouseRequest
from core.pages import form_page
from models_registry.forms import ModelTasksForm
from models_registry.models import MobilizationModel
from models_registry.views.shared import fetch


@require_http_methods(["GET", "POST"])
def model_tasks(request: HouseRequest, key: str) -> HttpResponse:
    registration = fetch(request, key)
    require(registration.can_link_tasks(request.user))
    form = ModelTasksForm(request.POST or None, registration=registration, user=request.user)
    return form_page(
        request,
        form,
        partial(registration.link_tasks, among=form.among),
        title=_("Tasks of the model"),
        done=_("Saved the tasks"),
        to=registration.get_absolute_url(),
        up=(str(registration), registration.get_absolute_url()),
        lead=_("Those of %(unit)s, led or shared.") % {"unit": registration.unit},
    )


def tasks_of(registration: MobilizationModel, user: Any) -> Any:
    """Those that the reader may see."""
    rows = registration.served.filter(task__in=Task.objects.visible_to(user)).select_related("task__lead_unit")
    return [row.task for row in rows]
