import datetime
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts import access, reading
from accounts.access import Permission, require
from accounts.views.reasons import ask_reason
from clearance import actions
from clearance.choices import DELIVERED, DialogueState
from clearance.filters import HOUSEHOLDS, HouseholdFilter
from clearance.forms import (
    HouseholdAssignForm,
    HouseholdEditForm,
    HouseholdForm,
    HouseholdNewManyForm,
    HouseholdPauseForm,
    RepresentativeCorrectForm,
    RepresentativeNewForm,
)
from clearance.models import CaseCode, Household, ProcedureStep, VisitConcern, VisitScript
from clearance.models.file import office_state
from clearance.models.own_steps import standings
from clearance.views.fetch import day_of, household_of, project_of
from core.codes import shown_code
from core.filters import nothing_ticked, unticked
from core.http import HouseRequest
from core.listing import is_export
from core.models import today
from core.pages import attempt, page_of
from core.prepared import Prepared
from core.qr import drawn
from notifications.models import Event


def household_list(request: HouseRequest, slug: str) -> HttpResponse:
    project, user, campaign = project_of(request, slug), request.user, request.campaign
    require(access.can(user, Permission.HOUSEHOLD_READ))
    reading.shows_households(request)
    own = project.households.visible_to(user)
    day = day_of(campaign)
    filters = HouseholdFilter(request.GET, own, request=request, project=project, campaign=campaign, day=day)
    ward_wide = access.is_ward_wide(user, Permission.HOUSEHOLD_READ)
    rows = filters.qs.for_list().with_invited(campaign, filters.day)
    if is_export(request):
        rows = rows.with_office(filters.day)
    by_number = ward_wide and (not filters.asked("q") or filters.finds_many)
    rows = filters.typed_first(rows if ward_wide else rows.for_round())
    key = "number" if by_number else ""
    page = page_of(request, rows, key=key, is_long=filters.finds_many, table=HOUSEHOLDS)
    context = {
        "project": project,
        "page": page,
        "filters": filters,
        "can_manage": project.can_manage(user, campaign),
        "may_record": access.can(user, Permission.VISIT_RECORD) and campaign.can_change(),
        "query": unticked(request.GET),
        "of_others": 0 if ward_wide else project.households.count() - own.count(),
    }
    return render(request, "clearance/household_list.html", context)


def household_new(request: HouseRequest, slug: str) -> HttpResponse:
    project = project_of(request, slug)
    require(project.can_manage(request.user, request.campaign))
    form = HouseholdForm(request.POST or None, project=project, cancel_url=project.get_absolute_url())
    if form.is_valid():
        actions.add_households(
            project,
            by=request.user,
            campaign=request.campaign,
            households=[form.new_household()],
            team=form.cleaned_data["team"],
        )
        number = {"number": form.cleaned_data["number"]}
        messages.success(request, _("Saved household no. %(number)s") % number)
        return redirect("clearance:household_list", slug)
    return render(request, "clearance/household_new.html", {"form": form, "project": project})


def household_new_many(request: HouseRequest, slug: str) -> HttpResponse:
    """Paste lines, look at how they were read, then save all of them."""
    project = project_of(request, slug)
    require(project.can_manage(request.user, request.campaign))
    form = HouseholdNewManyForm(request.POST or None, project=project, cancel_url=project.get_absolute_url())
    if form.is_valid() and "save" in request.POST:
        files = actions.add_households(
            project,
            by=request.user,
            campaign=request.campaign,
            households=form.read.good,
            team=form.cleaned_data["team"],
        )
        messages.success(request, _("Saved %(count)d households") % {"count": len(files)})
        return redirect("clearance:household_list", slug)
    if form.is_valid():
        form.other_submits = [("save", _("Save %(count)d households") % {"count": len(form.read.good)})]
    return render(request, "clearance/household_new_many.html", {"form": form, "project": project})


def _file(*, household: int, ward: int, project: int, batch: int | None, day: datetime.date) -> dict[str, QuerySet]:
    """What the file shows of a household, beside its own row."""
    row = Household(pk=household, ward_id=ward, project_id=project, batch_id=batch)
    return row.people() | {
        "visits": row.visits.for_list(),
        "concerns": VisitConcern.objects.filter(ward=ward, visit__household=household),
        "questions": row.questions.valid().for_list(),
        "invitations": row.invitations.select_related("dialogue").prefetch_related("evidence"),
        "promises": row.promises.for_file(),
        "obstacles": row.obstacles.for_file(),
        "papers": row.papers.for_file().prefetch_related("evidence"),
        "milestones": row.milestones.for_file(),
        "loops": row.loops.for_file(),
        "set_days": row.set_days.for_file(),
        "own_steps": row.own_steps.for_file(),
        "steps": row.steps(),
        "line": ProcedureStep.objects.filter(ward=ward).valid_on(day).order_by("order"),
        "holdings": row.holdings.for_file(row),
        "codes": row.codes.filter(ended_on=None).select_related("issued_by"),
        "scripts": VisitScript.objects.filter(ward=ward).valid_on(today()),
        "events": Event.objects.told(row),
    }


FILE = Prepared(_file)


def household_detail(request: HouseRequest, slug: str, number: int) -> HttpResponse:
    household, user, campaign = household_of(request, slug, number), request.user, request.campaign
    day, of = day_of(campaign), {"ward": household.ward_id, "project": household.project_id}
    found = FILE.read(owner=household, household=household.pk, batch=household.batch_id, day=day, **of)
    household.take_people(found)
    if reason := ask_reason(request, household):
        return reason
    reading.opened(request, household, fields="name")
    visits, invitations, steps = found["visits"], found["invitations"], found["steps"]
    line, scripts, milestones = found.pop("line"), found.pop("scripts"), found["milestones"]
    shared = next((move for move in steps if move.batch_id), None) or next(iter(steps), None)
    _with_person(visits, household, "visited_at")
    _with_person(invitations, household, "delivered_at")
    raised = _raised(visits, found["concerns"])
    handed_in = {invitation.delivered_in_id for invitation in invitations}
    context = found | {
        "household": household,
        "project": household.project,
        "can_record": household.can_record_visit(user, campaign),
        "can_manage": household.project.can_manage(user, campaign),
        "visits": [
            (visit, visit.can_void(user, campaign), visit.pk in handed_in, raised[visit.pk]) for visit in visits
        ],
        "standings": standings(
            line, shared=shared.step if shared else None, own=found["own_steps"], milestones=milestones, on=day
        ),
        "step": shared,
        "office": office_state(milestones, held_up=any(row.is_open for row in found["obstacles"]), on=day),
        "asked": list(_asked(visits, invitations)),
        "script": next(iter(scripts), None) or VisitScript.proposal(request.ward),
    }
    return render(request, "clearance/household_detail.html", context)


def _asked(visits: Iterable[Any], invitations: Iterable[Any]) -> Iterator[dict[str, Any]]:
    """What is asked of the household: to come to a dialogue it was invited to, to be in when a visit was agreed."""
    coming = [row for row in invitations if row.state in DELIVERED and row.dialogue.state == DialogueState.PLANNED]
    for invitation in coming:
        if not invitation.is_overtaken and (day := invitation.dialogue.held_on) and day >= today():
            yield {
                "title": _("To come to the dialogue conference"),
                "note": invitation.when_and_where,
                "due_on": day,
            }
    newest = next((visit for visit in visits if not (visit.is_void or visit.is_amended)), None)
    if newest and newest.follow_up_on and newest.somebody_opened and newest.follow_up_on >= today():
        yield {"title": _("To be in for the visit agreed"), "note": str(newest.team), "due_on": newest.follow_up_on}


def _raised(visits: Iterable[Any], concerns: Iterable[VisitConcern]) -> dict[int, list[VisitConcern]]:
    by_visit: dict[int, list[VisitConcern]] = {visit.pk: [] for visit in visits}
    for concern in concerns:
        by_visit[concern.visit_id].append(concern)
    return by_visit


def _with_person(rows: Iterable[Any], household: Household, moment: str) -> None:
    """Each with `person`: who represented the household on its day, where that was not always the same."""
    for row in rows:
        at = getattr(row, moment)
        several = at and len(household.represented) > 1
        row.person = household.representative_on(timezone.localdate(at)) if several else None


def household_edit(request: HouseRequest, slug: str, number: int) -> HttpResponse:
    household = household_of(request, slug, number)
    require(household.project.can_manage(request.user, request.campaign))
    form = HouseholdEditForm(request.POST or None, instance=household, cancel_url=household.get_absolute_url())
    if form.is_valid():
        household.change(by=request.user, campaign=request.campaign, **form.cleaned_data)
        messages.success(request, _("Saved household no. %(number)s") % {"number": number})
        return redirect(household)
    reading.opened(request, household, fields="name")
    return render(request, "clearance/household_edit.html", {"form": form, "household": household})


def representative_correct(request: HouseRequest, slug: str, number: int) -> HttpResponse:
    """The same person, whose name was written wrong."""
    household = household_of(request, slug, number)
    require(household.project.can_manage(request.user, request.campaign))
    name = household.representative.name if household.representative else ""
    form = RepresentativeCorrectForm(
        request.POST or None, initial={"name": name}, cancel_url=household.get_absolute_url()
    )
    if form.is_valid():
        household.correct_name(by=request.user, campaign=request.campaign, **form.cleaned_data)
        messages.success(request, _("Corrected the name"))
        return redirect(household)
    reading.opened(request, household, fields="name")
    return render(request, "clearance/representative_correct.html", {"form": form, "household": household})


def representative_new(request: HouseRequest, slug: str, number: int) -> HttpResponse:
    """Somebody else speaks for the household from a day on."""
    household = household_of(request, slug, number)
    require(household.project.can_manage(request.user, request.campaign))
    form = RepresentativeNewForm(request.POST or None, household=household, cancel_url=household.get_absolute_url())
    if form.is_valid():
        household.represent(by=request.user, campaign=request.campaign, **form.facts())
        messages.success(request, _("Saved the new representative"))
        return redirect(household)
    reading.opened(request, household, fields="name")
    return render(request, "clearance/representative_new.html", {"form": form, "household": household})


def household_assign(request: HouseRequest, slug: str, number: int) -> HttpResponse:
    household = household_of(request, slug, number)
    require(household.project.can_manage(request.user, request.campaign))
    form = HouseholdAssignForm(
        request.POST or None,
        ward_id=household.ward_id,
        initial={"team": household.team},
        cancel_url=household.get_absolute_url(),
    )
    if form.is_valid():
        household.assign(form.cleaned_data["team"], by=request.user, campaign=request.campaign)
        messages.success(request, _("Saved the team of household no. %(number)s") % {"number": number})
        return redirect(household)
    return render(request, "clearance/household_assign.html", {"form": form, "household": household})


def households_assign(request: HouseRequest, slug: str) -> HttpResponse:
    """One team for the ticked households, or for all that fit the list's filters."""
    project, campaign = project_of(request, slug), request.campaign
    require(project.can_manage(request.user, campaign))
    own, day = project.households.visible_to(request.user), day_of(campaign)
    filters = HouseholdFilter(request.GET, own, request=request, project=project, campaign=campaign, day=day)
    back = f"{reverse('clearance:household_list', args=[slug])}?{unticked(request.GET).urlencode()}"
    if nothing_ticked(request.GET):
        messages.warning(request, _("Tick the households first."))
        return redirect(back)
    form = HouseholdAssignForm(request.POST or None, ward_id=project.ward_id, cancel_url=back)
    act = partial(actions.assign_households, project, campaign=campaign, households=filters.qs)
    if form.is_valid() and attempt(request, partial(act, team=form.cleaned_data["team"]), _assigned, form=form):
        return redirect(back)
    context = {"form": form, "project": project, "count": filters.qs.count(), "back": back}
    return render(request, "clearance/households_assign.html", context)


def _assigned(count: int) -> str:
    said = ngettext("Saved the team of %(count)d household", "Saved the team of %(count)d households", count)
    return said % {"count": count} if count else _("Nothing changed: they have this team already.")


def household_pause(request: HouseRequest, slug: str, number: int) -> HttpResponse:
    household = household_of(request, slug, number)
    require(household.project.can_manage(request.user, request.campaign))
    form = HouseholdPauseForm(request.POST or None, cancel_url=household.get_absolute_url())
    if form.is_valid():
        household.pause(by=request.user, campaign=request.campaign, reason=form.cleaned_data["reason"])
        messages.success(request, _("Paused the visits to household no. %(number)s") % {"number": number})
        return redirect(household)
    return render(request, "clearance/household_pause.html", {"form": form, "household": household})


@require_POST
def household_resume(request: HouseRequest, slug: str, number: int) -> HttpResponse:
    household = household_of(request, slug, number)
    require(household.project.can_manage(request.user, request.campaign))
    household.resume(by=request.user, campaign=request.campaign)
    messages.success(request, _("Visits to household no. %(number)s go on") % {"number": number})
    return redirect(household)


@never_cache
def household_card(request: HouseRequest, slug: str, number: int) -> HttpResponse:
    """The code is in the answer to the POST and nowhere else: a new card makes the former one void."""
    household = household_of(request, slug, number)
    require(household.can_record_visit(request.user, request.campaign))
    context: dict[str, Any] = {"household": household, "project": household.project}
    if request.method == "POST":
        code = CaseCode.hand_over(household, by=request.user, campaign=request.campaign)
        url = settings.BASE_URL + reverse("clearance:public_case", args=[request.ward.slug, code])
        context |= {"code": shown_code(code), "url": url, "qr": drawn(url)}
    return render(request, "clearance/household_card.html", context)
