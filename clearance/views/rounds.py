"""Rounds of visits: planned, handed out, returned; and what is on one's own list today."""

from functools import partial
from typing import Any

from django.contrib import messages
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
from clearance.filters import HouseholdFilter
from clearance.forms import HouseholdsPlanForm, RoundForm, RoundTeamForm
from clearance.models import PlannedVisit, Project, RoundTeam, VisitRound
from clearance.models.rounds import Planned
from clearance.views.fetch import day_of, project_of
from core.filters import nothing_ticked, unticked
from core.http import HouseRequest
from core.models import today
from core.pages import attempt, form_page


def round_list(request: HouseRequest, slug: str) -> HttpResponse:
    project = project_of(request, slug)
    require(access.can(request.user, Permission.HOUSEHOLD_READ))
    rounds = VisitRound.objects.visible_to(request.user).filter(project=project).for_list()
    context = {"project": project, "rounds": rounds, "can_manage": project.can_manage(request.user, request.campaign)}
    return render(request, "clearance/round_list.html", context)


def round_new(request: HouseRequest, slug: str) -> HttpResponse:
    project = project_of(request, slug)
    require(project.can_manage(request.user, request.campaign))
    row = VisitRound(ward=request.ward, project=project)
    form = RoundForm(request.POST or None, instance=row, campaign=request.campaign)

    def plan(by: Any, **_fields: Any) -> VisitRound:
        row.plan(by=by, campaign=request.campaign)
        return row

    here = reverse("clearance:round_list", args=[slug])
    words: dict[str, Any] = {"title": _("Plan a round"), "done": _("Saved the round"), "to": here}
    return form_page(request, form, plan, up=(_("Rounds of visits"), here), **words)


def _round_of(request: HouseRequest, slug: str, number: int) -> VisitRound:
    rows = VisitRound.objects.visible_to(request.user).filter(project__in=Project.objects.of(year_of_request(request)))
    return get_object_or_404(rows.select_related("project__undertaking"), project__slug=slug, number=number)


def round_detail(request: HouseRequest, slug: str, number: int) -> HttpResponse:
    """The lists of the teams whose files one may open."""
    shows_households(request)
    row, user, campaign = _round_of(request, slug, number), request.user, request.campaign
    require(access.can(user, Permission.HOUSEHOLD_READ))
    teams = list(RoundTeam.objects.visible_to(user).filter(round=row).select_related("unit").prefetch_related("people"))
    lists: dict[int, list[PlannedVisit]] = {team.pk: [] for team in teams}
    for planned in PlannedVisit.objects.visible_to(user).filter(round=row).for_list():
        lists.setdefault(planned.team_id, []).append(planned)
    for team in teams:
        team.round = row
    context = {
        "round": row,
        "project": row.project,
        "teams": [(team, lists[team.pk], team.can_return(user, campaign)) for team in teams],
        "can_plan": row.can_plan(user, campaign),
        "units": row.units() if row.can_plan(user, campaign) else [],
        "can_close": row.can_close(user, campaign),
        "is_officer": access.can(user, Permission.CLEARANCE_MANAGE),
    }
    return render(request, "clearance/round_detail.html", context)


def round_team(request: HouseRequest, slug: str, number: int, unit: int) -> HttpResponse:
    """Whom the unit sends."""
    row = _round_of(request, slug, number)
    require(row.can_plan(request.user, request.campaign))
    sends, here = get_object_or_404(row.units(), pk=unit), row.get_absolute_url()
    form = RoundTeamForm(request.POST or None, unit=sends)
    save = partial(row.add_team, campaign=request.campaign, unit=sends)
    words: dict[str, Any] = {"title": _("Name a team"), "done": _("Saved the team"), "to": here, "lead": str(sends)}

    def add(**fields: Any) -> VisitRound:
        save(**fields)
        return row

    return form_page(request, form, add, up=(str(row), here), **words)


def households_plan(request: HouseRequest, slug: str) -> HttpResponse:
    """The ticked households, or all that fit the list's filters, onto the list of one team."""
    project, campaign = project_of(request, slug), request.campaign
    require(project.can_manage(request.user, campaign))
    own, day = project.households.visible_to(request.user), day_of(campaign)
    filters = HouseholdFilter(request.GET, own, request=request, project=project, campaign=campaign, day=day)
    back = f"{reverse('clearance:household_list', args=[slug])}?{unticked(request.GET).urlencode()}"
    if nothing_ticked(request.GET):
        messages.warning(request, _("Tick the households first."))
        return redirect(back)
    form = HouseholdsPlanForm(request.POST or None, project=project, cancel_url=back)
    if form.is_valid():
        team: RoundTeam = form.cleaned_data["team"]
        team.round.project = project
        slot = {"on": form.cleaned_data["on"], "at": form.cleaned_data["at"], "households": filters.qs}
        told: list[Planned] = []

        def plan(**asked: Any) -> None:
            told.append(team.plan(campaign=campaign, **slot, **asked))

        if attempt(request, plan, "", form=form):
            _tell(request, told[0])
            return redirect(team.round)
    count = filters.qs.count()
    title = ngettext("Plan a visit to %(count)d household", "Plan visits to %(count)d households", count)
    words = {"title": title % {"count": count}, "up": (_("Households"), back)}
    return render(request, "core/form.html", {"form": form, **words})


def _tell(request: HouseRequest, planned: Planned) -> None:
    said = ngettext("%(count)d visit is planned", "%(count)d visits are planned", planned.count)
    messages.success(request, said % {"count": planned.count})
    if planned.left_out:
        lines = [
            _("no. %(number)s %(why)s") % {"number": number, "why": why} for number, why in planned.left_out.items()
        ]
        messages.warning(request, _("Left out: %(which)s.") % {"which": "; ".join(lines)})


@require_POST
def round_hand_out(request: HouseRequest, slug: str, number: int) -> HttpResponse:
    row = _round_of(request, slug, number)
    require(row.can_plan(request.user, request.campaign))
    attempt(request, partial(row.hand_out, campaign=request.campaign), _("The lists are handed out"))
    return redirect(row)


@require_POST
def round_close(request: HouseRequest, slug: str, number: int) -> HttpResponse:
    row = _round_of(request, slug, number)
    require(row.can_close(request.user, request.campaign))
    attempt(request, partial(row.close, campaign=request.campaign), _("Closed the round"))
    return redirect(row)


@require_POST
def round_return(request: HouseRequest, pk: int) -> HttpResponse:
    rows = RoundTeam.objects.visible_to(request.user).select_related("round__project__undertaking", "unit")
    team = get_object_or_404(rows, pk=pk)
    require(team.can_return(request.user, request.campaign))
    attempt(request, partial(team.give_back, campaign=request.campaign), _("The list is returned"))
    return redirect(team.round)


def visits_today(request: HouseRequest) -> HttpResponse:
    """What is on one's own list: what is late first, then today, then what comes."""
    shows_households(request)
    require(access.can(request.user, Permission.VISIT_RECORD))
    rows = PlannedVisit.objects.visible_to(request.user).to_visit().for_list()
    rows = rows.filter(team__people__user=request.user, team__returned_on=None, round__handed_out_on__isnull=False)
    planned = list(rows)
    context = {
        "late": [row for row in planned if row.on < today()],
        "now": [row for row in planned if row.on == today()],
        "coming": [row for row in planned if row.on > today()],
        "may_record": request.campaign.can_change(),
    }
    return render(request, "clearance/visits_today.html", context)
