from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts import access, reading
from accounts.access import Permission, require
from campaigns.middleware import year_of_request
from clearance.filters import OBSTACLES, PROMISES, ObstacleFilter, PromiseFilter
from clearance.forms import ObstacleForm, OwedCloseForm, PromiseForm
from clearance.models import AnsweredAlready, Household, Obstacle, Promise
from clearance.views.fetch import day_of, household_of
from core.http import HouseRequest
from core.models import today
from core.pages import form_page, page_of


def promise_new(request: HouseRequest, slug: str, number: int) -> HttpResponse:
    household = household_of(request, slug, number)
    row = Promise(ward=request.ward, household=household)
    form = PromiseForm(request.POST or None, instance=row)
    return _new(request, row, form, title=_("Write down a promise"), done=_("Saved the promise"))


def obstacle_new(request: HouseRequest, slug: str, number: int) -> HttpResponse:
    household = household_of(request, slug, number)
    row = Obstacle(ward=request.ward, household=household)
    form = ObstacleForm(request.POST or None, instance=row)
    return _new(request, row, form, title=_("Write down an obstacle"), done=_("Saved the obstacle"))


def _new(request: HouseRequest, row: Promise | Obstacle, form: Any, **words: Any) -> HttpResponse:
    household = row.household
    require(household.can_record_visit(request.user, request.campaign))
    here = household.get_absolute_url()

    def enter(by: Any, **_fields: Any) -> None:
        row.enter(by=by, campaign=request.campaign)

    return form_page(request, form, enter, to=here, up=(str(household).capitalize(), here), **words)


def promise_list(request: HouseRequest) -> HttpResponse:
    """Of the households that one may see, and what the own unit sees to."""
    return _list(request, Promise, PromiseFilter, PROMISES, "promise_list")


def obstacle_list(request: HouseRequest) -> HttpResponse:
    return _list(request, Obstacle, ObstacleFilter, OBSTACLES, "obstacle_list")


def _list(request: HouseRequest, model: Any, narrowed_by: Any, table: Any, name: str) -> HttpResponse:
    require(access.can(request.user, Permission.HOUSEHOLD_READ))
    reading.shows_households(request)
    campaign = year_of_request(request)
    rows = model.objects.visible_to(request.user).of(campaign).valid()
    filters = narrowed_by(request.GET, rows, request=request, campaign=campaign, day=day_of(campaign))
    page = page_of(request, filters.qs.for_list(), table=table)
    context = {"page": page, "filters": filters, "name": name, "today": today()}
    return render(request, "clearance/owed_list.html", context)


def promise_detail(request: HouseRequest, pk: int) -> HttpResponse:
    return _detail(request, Promise, pk, _("Promise to a household"))


def obstacle_detail(request: HouseRequest, pk: int) -> HttpResponse:
    return _detail(request, Obstacle, pk, _("Obstacle"))


def _detail(request: HouseRequest, model: type[Promise] | type[Obstacle], pk: int, title: str) -> HttpResponse:
    """What is owed; whoever sees to it closes it here."""
    reading.shows_households(request)
    rows: Any = model.objects.visible_to(request.user).of(year_of_request(request)).for_list()
    row = get_object_or_404(rows.select_related("household__project__undertaking"), pk=pk)
    can_close = row.can_close(request.user, request.campaign)
    form = OwedCloseForm(request.POST or None, first=row.opened_on)
    if request.method == "POST":
        require(can_close)
        if form.is_valid() and _close(request, partial(row.close, campaign=request.campaign, **form.cleaned_data)):
            return redirect(row)
    reading.opened(request, row.household, fields="question")
    context = {
        "row": row,
        "title": title,
        "household": row.household,
        "may_open": Household.objects.visible_to(request.user).filter(pk=row.household_id).exists(),
        "form": form if can_close else None,
        "can_close": can_close,
        "today": today(),
    }
    return render(request, "clearance/owed_detail.html", context)


def _close(request: HouseRequest, close: Any) -> bool:
    try:
        close(by=request.user)
    except AnsweredAlready as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, _("Closed, with what came of it"))
    return True
