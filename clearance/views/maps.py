"""The plots of a project as they lie, drawn here: no picture comes from outside."""

from collections import Counter
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import access
from accounts.access import Permission, require
from accounts.reading import shows_households
from clearance.choices import OFFICE_ORDER, OfficeState
from clearance.forms import PlotShapesForm
from clearance.models import shapes
from clearance.views.fetch import day_of, project_of
from core.figures import address
from core.geo import Drawing
from core.http import HouseRequest
from core.pages import attempt, confirm_page

MOST = 2_000  # plots on one page; of more a map sheet is asked for
# How a state is drawn beside its colour: a sign of its own, which the legend repeats.
SIGNS = {
    None: "?",
    OfficeState.NOT_INVENTORIED: "○",
    OfficeState.INVENTORIED: "◔",
    OfficeState.IN_WORK: "◑",
    OfficeState.OBSTACLE: "!",
    OfficeState.PAID: "◕",
    OfficeState.HANDED_OVER: "●",
}


def plot_map(request: HouseRequest, slug: str) -> HttpResponse:
    """Of those plots whose households the person may see; each links to its page."""
    project, user, campaign = project_of(request, slug), request.user, request.campaign
    require(access.can(user, Permission.HOUSEHOLD_READ))
    shows_households(request)
    on = day_of(campaign)
    own: Any = project.plots.visible_to(user)
    sheets = list(own.filter(shape__isnull=False).order_by("map_sheet").values_list("map_sheet", flat=True).distinct())
    sheet = request.GET.get("sheet", "")
    rows = own.filter(shape__isnull=False)
    if sheet in sheets:
        rows = rows.filter(map_sheet=sheet)
    drawn = rows.with_office(on).order_by("pk")
    found = list(drawn.values_list("pk", "map_sheet", "number", "shape__geometry", "office_rank")[: MOST + 1])
    is_cut, found = len(found) > MOST, found[:MOST]
    context = {
        "project": project,
        "sheets": sheets,
        "sheet": sheet if sheet in sheets else "",
        "is_cut": is_cut,
        "most": MOST,
        "undrawn": own.filter(shape__isnull=True).count(),
        "differing": own.drawn("differs").count(),
        "can_manage": project.can_manage(user, campaign),
    }
    if found:
        plots = reverse("clearance:plot_list", args=[slug])
        drawing = Drawing([row[3] for row in found])
        context |= {
            "drawing": drawing,
            "bar": drawing.bar,
            "shapes": [_shape(row, drawing, plots) for row in found],
            "legend": list(_legend(found, None if sheet or is_cut else partial(address, plots, on, campaign))),
        }
    return render(request, "clearance/plot_map.html", context)


def _state(rank: int | None) -> OfficeState | None:
    return None if rank is None else OFFICE_ORDER[rank]


def _css(state: OfficeState | None) -> str:
    return f"dv-plot-{OFFICE_ORDER.index(state)}" if state else "dv-plot-none"


def _label(state: OfficeState | None) -> str:
    return str(state.label) if state else _("Nobody holds it")


def _shape(row: tuple, drawing: Drawing, plots: str) -> dict[str, Any]:
    pk, sheet, plot, geometry, rank = row
    state = _state(rank)
    words = _("Map sheet %(sheet)s, plot %(plot)s: %(state)s") % {"sheet": sheet, "plot": plot, "state": _label(state)}
    outline = drawing.outline(geometry)
    url = f"{plots}{pk}/"
    return {"outline": outline, "url": url, "words": words, "css": _css(state), "sign": SIGNS[state], "number": plot}


def _legend(found: list[tuple], to: Any) -> Any:
    """Each state with how many plots of the drawing are in it; to: makes the address of exactly these."""
    counts = Counter(row[4] for row in found)
    for state in (*OFFICE_ORDER, None):
        rank = None if state is None else OFFICE_ORDER.index(state)
        if counts[rank]:
            where = {"outline": "yes"} | ({"held": "nobody"} if state is None else {"office": state.value})
            yield {
                "css": _css(state),
                "sign": SIGNS[state],
                "label": _label(state),
                "count": counts[rank],
                "url": to(**where) if to else "",
            }


def _drawn(count: int) -> str:
    return ngettext("Drew %(count)d plot", "Drew %(count)d plots", count) % {"count": count}


def shapes_draw(request: HouseRequest, slug: str) -> HttpResponse:
    project = project_of(request, slug)
    require(project.can_manage(request.user, request.campaign))
    there = reverse("clearance:plot_map", args=[slug])
    form = PlotShapesForm(request.POST or None, request.FILES or None, project=project, cancel_url=there)
    if form.is_valid():
        data = form.cleaned_data
        facts = {"shapes": data["drawn"], "epsg": data["used_epsg"], "source": data["file"].name[:150]}
        if attempt(request, partial(shapes.draw, project), _drawn, form=form, campaign=request.campaign, **facts):
            if left := data["left_out"]:
                words = ngettext(
                    "%(count)d shape was left out: its plot is not on the list.",
                    "%(count)d shapes were left out: their plots are not on the list.",
                    left,
                )
                messages.info(request, words % {"count": left})
            return redirect(there)
    context = {"form": form, "title": _("Draw plots from a file"), "up": (_("Map"), there)}
    return render(request, "core/form.html", context)


def shapes_wipe(request: HouseRequest, slug: str) -> HttpResponse:
    project = project_of(request, slug)
    require(project.can_manage(request.user, request.campaign))

    def wipe(by: Any) -> None:
        shapes.wipe(project, by=by, campaign=request.campaign)

    return confirm_page(
        request,
        wipe,
        title=_("Take the outlines away"),
        consequence=_("The plots stay on the list. Their outlines come back when the file is brought in again."),
        action=_("Take the outlines away"),
        done=_("Took the outlines away"),
        to=reverse("clearance:plot_map", args=[slug]),
        danger=True,
    )
