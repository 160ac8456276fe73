from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import require
from core.http import HouseRequest
from core.models import today
from core.pages import attempt
from models_registry.forms import ProgressNewForm, StepReportForm, StepRescheduleForm
from models_registry.models import MobilizationModel, ModelStep
from models_registry.views.shared import fetch

get_or_post = require_http_methods(["GET", "POST"])


def _step(registration: MobilizationModel, kind: str) -> ModelStep:
    step = get_object_or_404(registration.steps, kind=kind)
    step.mobilization_model = registration
    return step


@get_or_post
def step_report(request: HouseRequest, key: str, kind: str) -> HttpResponse:
    registration = fetch(request, key)
    step = _step(registration, kind)
    require(registration.can_report(request.user))
    form = StepReportForm(
        request.POST or None,
        request.FILES or None,
        initial={"on": today()},
        year=registration.campaign.year,
        cancel_url=registration.get_absolute_url(),
    )
    if form.is_valid():
        attempt(request, step.mark_done, _("Step done: %(step)s") % {"step": step}, **form.cleaned_data)
        return redirect(registration)
    may_move = registration.can_reschedule(request.user)
    page: dict[str, Any] = {"registration": registration, "step": step, "form": form, "may_move": may_move}
    return render(request, "models_registry/step_report.html", page)


@get_or_post
def step_reschedule(request: HouseRequest, key: str, kind: str) -> HttpResponse:
    registration = fetch(request, key)
    step = _step(registration, kind)
    require(registration.can_reschedule(request.user))
    form = StepRescheduleForm(
        request.POST or None, step=step, year=registration.campaign.year, cancel_url=registration.get_absolute_url()
    )
    if form.is_valid():
        attempt(request, step.reschedule, _("Changed the due day"), **form.cleaned_data)
        return redirect(registration)
    page: dict[str, Any] = {"registration": registration, "step": step, "form": form}
    return render(request, "models_registry/step_reschedule.html", page)


@get_or_post
def progress_new(request: HouseRequest, key: str) -> HttpResponse:
    registration = fetch(request, key)
    require(registration.can_report(request.user))
    form = ProgressNewForm(
        request.POST or None,
        request.FILES or None,
        registration=registration,
        initial={"on": today()},
        year=registration.campaign.year,
        cancel_url=registration.get_absolute_url(),
    )
    if form.is_valid():
        said = form.cleaned_data
        facts = {"on": said["on"], "note": said["note"], "values": form.reached(), "evidence": said["evidence"]}
        attempt(request, registration.record_progress, _("Recorded the results"), **facts)
        return redirect(registration)
    return render(request, "models_registry/progress_new.html", {"registration": registration, "form": form})
