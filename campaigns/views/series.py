from typing import Any

from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import access
from accounts.access import Permission, require
from campaigns.filters import SERIES
from campaigns.forms.series import SeriesForm
from campaigns.middleware import show_year, year_of_request
from campaigns.models import SeriesUnit, TaskSeries
from core.http import HouseRequest
from core.models import today
from core.pages import confirm_page, form_page, page_of
from deadlines.models import Calendar

SHOWN = 4  # of the days that come


def series_list(request: HouseRequest) -> HttpResponse:
    require(access.can(request.user, Permission.WARD_READ))
    campaign = year_of_request(request)
    rows = TaskSeries.objects.visible_to(request.user).filter(campaign=campaign).for_list()
    page = page_of(request, rows, table=SERIES)
    may_plan = campaign.can_change() and access.can(request.user, Permission.TASK_ASSIGN)
    return render(request, "campaigns/series_list.html", {"page": page, "may_plan": may_plan, "sees_ward": True})


def series_new(request: HouseRequest) -> HttpResponse:
    campaign = year_of_request(request)
    require(campaign.can_change() and access.can(request.user, Permission.TASK_ASSIGN))
    series = TaskSeries(ward=request.ward, campaign=campaign)
    form = SeriesForm(request.POST or None, instance=series, user=request.user, campaign=campaign)

    def plan(by: Any, lead_units: Any, helpers: Any, **_fields: Any) -> TaskSeries:
        series.plan(by=by, lead_units=lead_units, helpers=helpers)
        return series

    home = reverse("campaigns:series_list")
    words: dict[str, Any] = {"title": _("A task that comes again"), "done": _("Saved; each task is given in time")}
    return form_page(request, form, plan, to=home, up=(_("Tasks that come again"), home), **words)


def series_detail(request: HouseRequest, pk: int) -> HttpResponse:
    series = _series(request, pk)
    calendar = Calendar(series.ward_id)
    coming = series.days(max(today(), series.campaign.opens_on), series.campaign.closes_on) if series.runs else ()
    context = {
        "series": series,
        "coming": [(day, series.due_on(day, calendar)) for day, _n in zip(coming, range(SHOWN), strict=False)],
        "tasks": series.tasks.count(),
        "can_edit": series.can_edit(request.user),
    }
    return render(request, "campaigns/series_detail.html", context)


def series_edit(request: HouseRequest, pk: int) -> HttpResponse:
    series = _series(request, pk)
    require(series.can_edit(request.user))
    form = SeriesForm(request.POST or None, instance=series, user=request.user, campaign=series.campaign)
    here = series.get_absolute_url()
    words: dict[str, Any] = {
        "title": _("Change the task that comes again"),
        "done": _("Saved for the tasks that are still to be given"),
        "lead": _("Tasks that were given already stay as they are."),
    }
    return form_page(request, form, series.edit, to=here, up=(series.title, here), **words)


def series_end(request: HouseRequest, pk: int) -> HttpResponse:
    series = _series(request, pk)
    require(series.can_edit(request.user))
    words: dict[str, Any] = {
        "title": _("End “%(task)s”?") % {"task": series.title},
        "consequence": _("No more tasks are given from it. Those that were given stay with their units."),
        "action": _("End it"),
        "done": _("Ended"),
    }
    return confirm_page(request, series.end, to=series.get_absolute_url(), danger=True, **words)


def _series(request: HouseRequest, pk: int) -> TaskSeries:
    units = SeriesUnit.objects.select_related("unit").order_by("unit__kind__order", "unit__sort_key")
    rows = TaskSeries.objects.visible_to(request.user).select_related("campaign", "undertaking")
    series = get_object_or_404(rows.prefetch_related(Prefetch("units", units)), pk=pk)
    show_year(request, series.campaign)
    return series
