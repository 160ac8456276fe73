from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accounts.access import require
from accounts.reading import shows_households
from campaigns.middleware import year_of_request
from clearance.forms import DeliveryForm, FileVoidForm, MilestoneForm
from clearance.models import Delivery, Milestone
from clearance.views.fetch import household_of
from core.http import HouseRequest
from core.pages import form_page


def delivery_new(request: HouseRequest, slug: str, number: int) -> HttpResponse:
    row = Delivery(ward=request.ward, household=household_of(request, slug, number))
    form = DeliveryForm(request.POST or None, instance=row)
    return _new(request, row, form, title=_("Record a paper delivered"), done=_("Saved the delivery"))


def milestone_new(request: HouseRequest, slug: str, number: int) -> HttpResponse:
    row = Milestone(ward=request.ward, household=household_of(request, slug, number))
    form = MilestoneForm(request.POST or None, instance=row)
    return _new(request, row, form, title=_("Record a milestone"), done=_("Saved the milestone"))


def _new(request: HouseRequest, row: Delivery | Milestone, form: Any, **words: Any) -> HttpResponse:
    require(row.household.can_record_visit(request.user, request.campaign))
    here = row.household.get_absolute_url()

    def record(by: Any, **_fields: Any) -> None:
        row.record(by=by, campaign=request.campaign)

    return form_page(request, form, record, to=here, up=(str(row.household).capitalize(), here), **words)


def delivery_void(request: HouseRequest, pk: int) -> HttpResponse:
    return _void(request, Delivery, pk)


def milestone_void(request: HouseRequest, pk: int) -> HttpResponse:
    return _void(request, Milestone, pk)


def _void(request: HouseRequest, model: type[Delivery] | type[Milestone], pk: int) -> HttpResponse:
    shows_households(request)
    rows: Any = model.objects.visible_to(request.user).of(year_of_request(request))
    row = get_object_or_404(rows.select_related("household__project__undertaking"), pk=pk)
    require(row.can_void(request.user, request.campaign))
    here, void = row.household.get_absolute_url(), partial(row.declare_void, campaign=request.campaign)
    words: dict[str, Any] = {"title": _("Declare it void"), "done": _("Declared void"), "lead": str(row)}
    return form_page(
        request, FileVoidForm(request.POST or None), void, to=here, up=(str(row.household).capitalize(), here), **words
    )
