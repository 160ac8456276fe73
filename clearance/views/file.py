from functools import partial
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accounts.access import require
from accounts.reading import opened, shows_households
from accounts.views.reasons import ask_reason
from campaigns.middleware import year_of_request
from clearance.forms import DeliveryForm, FileVoidForm, MilestoneForm, OwnStepForm, PaperPhotoForm
from clearance.models import Delivery, DeliveryEvidence, Milestone, OwnStep
from clearance.views.fetch import household_of
from core.files import serve
from core.http import HouseRequest
from core.pages import form_page


def delivery_new(request: HouseRequest, slug: str, number: int) -> HttpResponse:
    row = Delivery(ward=request.ward, household=household_of(request, slug, number))
    form = DeliveryForm(request.POST or None, request.FILES or None, instance=row)
    return _new(request, row, form, title=_("Record a paper delivered"), done=_("Saved the delivery"))


def delivery_photo(request: HouseRequest, pk: int) -> HttpResponse:
    """Add a photo of a paper that is recorded already."""
    shows_households(request)
    rows = Delivery.objects.visible_to(request.user).of(year_of_request(request)).filter(void_at=None)
    row = get_object_or_404(rows.select_related("household__project__undertaking"), pk=pk)
    require(row.household.can_record_visit(request.user, request.campaign))
    form, here = PaperPhotoForm(request.POST or None, request.FILES or None), row.household.get_absolute_url()
    words: dict[str, Any] = {"title": _("Add a photo of the paper"), "done": _("Kept the photo"), "lead": str(row)}
    prove = partial(row.prove, campaign=request.campaign)
    return form_page(request, form, prove, to=here, up=(str(row.household).capitalize(), here), **words)


def delivery_evidence(request: HouseRequest, pk: int, photo_pk: int) -> HttpResponseBase:
    shows_households(request)
    rows = DeliveryEvidence.objects.visible_to(request.user).select_related("delivery__household")
    photo = get_object_or_404(rows, pk=photo_pk, delivery=pk)
    household = photo.delivery.household
    if asked := ask_reason(request, household):
        return asked
    opened(request, household, fields="photo")
    return serve(photo.file, name=photo.original_name, mime=photo.mime)


def milestone_new(request: HouseRequest, slug: str, number: int) -> HttpResponse:
    row = Milestone(ward=request.ward, household=household_of(request, slug, number))
    form = MilestoneForm(request.POST or None, instance=row)
    return _new(request, row, form, title=_("Record a milestone"), done=_("Saved the milestone"))


def own_step_new(request: HouseRequest, slug: str, number: int) -> HttpResponse:
    row = OwnStep(ward=request.ward, household=household_of(request, slug, number))
    require(row.can_void(request.user, request.campaign))
    form = OwnStepForm(request.POST or None, instance=row)
    return _new(request, row, form, title=_("Record the household's own step"), done=_("Saved the household's step"))


def _new(request: HouseRequest, row: Delivery | Milestone | OwnStep, form: Any, **words: Any) -> HttpResponse:
    require(row.household.can_record_visit(request.user, request.campaign))
    here = row.household.get_absolute_url()

    def record(by: Any, photo: Any = None, **_fields: Any) -> None:
        with transaction.atomic():
            row.record(by=by, campaign=request.campaign)
            if photo and isinstance(row, Delivery):
                row.prove(by=by, campaign=request.campaign, photo=photo)

    return form_page(request, form, record, to=here, up=(str(row.household).capitalize(), here), **words)


def delivery_void(request: HouseRequest, pk: int) -> HttpResponse:
    return _void(request, Delivery, pk)


def milestone_void(request: HouseRequest, pk: int) -> HttpResponse:
    return _void(request, Milestone, pk)


def own_step_void(request: HouseRequest, pk: int) -> HttpResponse:
    return _void(request, OwnStep, pk)


def _void(request: HouseRequest, model: type[Delivery] | type[Milestone] | type[OwnStep], pk: int) -> HttpResponse:
    shows_households(request)
    rows: Any = model.objects.visible_to(request.user).of(year_of_request(request))
    row = get_object_or_404(rows.select_related("household__project__undertaking"), pk=pk)
    require(row.can_void(request.user, request.campaign))
    here, void = row.household.get_absolute_url(), partial(row.declare_void, campaign=request.campaign)
    words: dict[str, Any] = {"title": _("Declare it void"), "done": _("Declared void"), "lead": str(row)}
    return form_page(
        request, FileVoidForm(request.POST or None), void, to=here, up=(str(row.household).capitalize(), here), **words
    )
