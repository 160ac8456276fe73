from functools import partial
from itertools import groupby
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts import access
from accounts.access import Permission, require
from accounts.reading import shows_households
from campaigns.middleware import year_of_request
from clearance import actions
from clearance.choices import LandGroup
from clearance.filters import PLOTS, PlotFilter
from clearance.forms import (
    FileVoidForm,
    HoldingEndForm,
    LandKindForm,
    PlotEditForm,
    PlotNewForm,
    PlotPartForm,
    PlotRemoveForm,
)
from clearance.models import Household, LandKind, PlotHolding, PlotPart, Project
from clearance.views.fetch import day_of, household_of, plot_of, project_of
from core.http import HouseRequest
from core.models import today
from core.pages import Crumb, attempt, form_page, page_of
from core.together import read_together
from notifications.models import Event


def plot_list(request: HouseRequest, slug: str) -> HttpResponse:
    project, user, campaign = project_of(request, slug), request.user, request.campaign
    require(access.can(user, Permission.HOUSEHOLD_READ))
    shows_households(request)
    own: Any = project.plots.visible_to(user)
    filters = PlotFilter(request.GET, own, request=request, project=project, campaign=campaign, day=day_of(campaign))
    areas = filters.qs.areas()
    page = page_of(request, filters.qs.for_list(user), table=PLOTS)
    context = {
        "project": project,
        "page": page,
        "filters": filters,
        "sum": next(iter(areas), None),
        "reads_all_projects": access.can(user, Permission.CLEARANCE_READ),
        "can_manage": project.can_manage(user, campaign),
    }
    return render(request, "clearance/plot_list.html", context)


def plot_detail(request: HouseRequest, slug: str, pk: int) -> HttpResponse:
    """The plot with those of its holders whose files the person may open; of others only that they are there."""
    plot, user, campaign = plot_of(request, slug, pk), request.user, request.campaign
    holdings: Any = plot.holdings.visible_to(user).select_related("household", "party").order_by("household__number")
    everybody, events = plot.holdings.now().values_list("pk"), Event.objects.told(plot)
    parts = plot.parts.valid()
    read_together(holdings, everybody, events, parts)
    seen = {holding.pk for holding in holdings}
    for holding in holdings:
        holding.household.project = plot.project
    context = {
        "plot": plot,
        "project": plot.project,
        "holdings": holdings,
        "parts": parts,
        "of_others": sum(pk not in seen for (pk,) in everybody),
        "can_manage": plot.can_manage(user, campaign),
        "events": events,
    }
    return render(request, "clearance/plot_detail.html", context)


def plot_new(request: HouseRequest, slug: str, number: int) -> HttpResponse:
    """A plot that this household holds."""
    household = household_of(request, slug, number)
    require(household.project.can_manage(request.user, request.campaign))
    form = PlotNewForm(request.POST or None, household=household, cancel_url=household.get_absolute_url())
    if form.is_valid():
        enter, done = partial(actions.enter_plot, household, campaign=request.campaign), _("Saved the plot")
        if attempt(request, enter, done, form=form, **form.facts()):
            return redirect(household)
    context = {"form": form, "title": _("Add a plot"), "up": _file(household)}
    return render(request, "core/form.html", context)


def plot_edit(request: HouseRequest, slug: str, pk: int) -> HttpResponse:
    plot = plot_of(request, slug, pk)
    require(plot.can_manage(request.user, request.campaign))
    form = PlotEditForm(request.POST or None, instance=plot, project=plot.project)

    def change(by: Any, **_fields: Any) -> None:
        plot.change(by=by, campaign=request.campaign, fields=form.changed_data)

    here = plot.get_absolute_url()
    words: dict[str, Any] = {"title": _("Correct the plot"), "done": _("Saved the plot"), "to": here}
    return form_page(request, form, change, up=(str(plot).capitalize(), here), **words)


def plot_remove(request: HouseRequest, slug: str, pk: int) -> HttpResponse:
    plot = plot_of(request, slug, pk)
    require(plot.can_manage(request.user, request.campaign))
    form, here = PlotRemoveForm(request.POST or None), plot.get_absolute_url()
    if form.is_valid():
        remove, done = partial(plot.remove, campaign=request.campaign), _("Took the plot off the list")
        if attempt(request, remove, done, form=form, **form.cleaned_data):
            return redirect("clearance:plot_list", slug)
    form.cancel_url = here
    words = {
        "title": _("Take the plot off the list"),
        "lead": _("Who holds it goes with it. Numbers of the days before keep the plot, and its history stays."),
        "up": (str(plot).capitalize(), here),
    }
    return render(request, "core/form.html", {"form": form, **words})


def plot_part_new(request: HouseRequest, slug: str, pk: int) -> HttpResponse:
    """A part of the plot is handed over; the rest, and the household, follow later."""
    plot = plot_of(request, slug, pk)
    require(plot.can_manage(request.user, request.campaign))
    part, here = PlotPart(ward=request.ward, plot=plot), plot.get_absolute_url()

    def keep(by: Any, **_fields: Any) -> None:
        part.record(by=by, campaign=request.campaign)

    words: dict[str, Any] = {"title": _("Record a part handed over"), "done": _("Saved the part"), "to": here}
    return form_page(
        request, PlotPartForm(request.POST or None, instance=part), keep, up=(str(plot).capitalize(), here), **words
    )


def plot_part_void(request: HouseRequest, pk: int) -> HttpResponse:
    shows_households(request)
    rows = PlotPart.objects.visible_to(request.user).valid().select_related("plot__project__undertaking")
    part = get_object_or_404(rows.filter(plot__project__in=Project.objects.of(year_of_request(request))), pk=pk)
    require(part.can_void(request.user, request.campaign))
    here = part.plot.get_absolute_url()
    words: dict[str, Any] = {"title": _("Declare the part void"), "done": _("Declared void"), "lead": str(part)}
    void = partial(part.declare_void, campaign=request.campaign)
    return form_page(
        request, FileVoidForm(request.POST or None), void, to=here, up=(str(part.plot).capitalize(), here), **words
    )


def holding_end(request: HouseRequest, pk: int) -> HttpResponse:
    """The household does not hold the plot any more."""
    shows_households(request)
    rows = PlotHolding.objects.visible_to(request.user).select_related("plot", "household__project__undertaking")
    rows = rows.filter(plot__project__in=Project.objects.of(year_of_request(request)))
    holding = get_object_or_404(rows, pk=pk)
    holding.plot.project = holding.household.project
    require(holding.plot.can_manage(request.user, request.campaign))
    form, end = HoldingEndForm(request.POST or None), partial(holding.end, campaign=request.campaign)
    words: dict[str, Any] = {"title": _("Holds the plot no more"), "done": _("Saved the last day")}
    to = holding.plot.get_absolute_url()
    return form_page(
        request, form, end, to=to, up=_file(holding.household), lead=str(holding.plot).capitalize(), **words
    )


# ---- kinds of land -----------------------------------------------------------------------------------
def land_kind_list(request: HouseRequest) -> HttpResponse:
    require(access.can(request.user, Permission.CLEARANCE_READ))
    rows = LandKind.objects.visible_to(request.user)
    context = {
        "groups": [(LandGroup(group).label, list(kinds)) for group, kinds in groupby(rows, key=lambda row: row.group)],
        "may_edit": access.can(request.user, Permission.CLEARANCE_MANAGE),
        "today": today(),
    }
    return render(request, "clearance/land_kind_list.html", context)


@require_POST
def land_kind_propose(request: HouseRequest) -> HttpResponse:
    require(access.can(request.user, Permission.CLEARANCE_MANAGE))

    def said(count: int) -> str:
        return ngettext("%(count)d kind of land entered", "%(count)d kinds of land entered", count) % {"count": count}

    attempt(request, partial(LandKind.propose, request.ward), said)
    return redirect("clearance:land_kind_list")


def land_kind_new(request: HouseRequest) -> HttpResponse:
    require(access.can(request.user, Permission.CLEARANCE_MANAGE))
    return _land_kind(request, LandKind(ward=request.ward), _("Add a kind of land"))


def land_kind_edit(request: HouseRequest, pk: int) -> HttpResponse:
    kind = get_object_or_404(LandKind.objects.visible_to(request.user), pk=pk)
    require(access.can(request.user, Permission.CLEARANCE_MANAGE))
    return _land_kind(request, kind, _("Change the kind of land"))


def _land_kind(request: HouseRequest, kind: LandKind, title: str) -> HttpResponse:
    def enter(by: Any, **_fields: Any) -> None:
        kind.enter(by=by)

    home = reverse("clearance:land_kind_list")
    words: dict[str, Any] = {"title": title, "done": _("Saved the kind of land"), "to": home}
    form = LandKindForm(request.POST or None, instance=kind)
    return form_page(request, form, enter, up=(_("Kinds of land"), home), **words)


def _file(household: Household) -> Crumb:
    return str(household).capitalize(), household.get_absolute_url()
