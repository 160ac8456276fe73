from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import access, reading
from accounts.access import require
from accounts.views.reasons import ask_reason
from campaigns.papers import NoStandard
from clearance import actions, papers
from clearance.forms import VisitAmendForm, VisitNewForm, VisitVoidForm
from clearance.models import Household
from clearance.views.fetch import household_of, visit_of
from clearance.views.printing import as_docx, no_standard
from core.http import HouseRequest
from core.pages import attempt


def visit_new(request: HouseRequest, slug: str, number: int) -> HttpResponse:
    household = household_of(request, slug, number)
    form = VisitNewForm(request.POST or None, household=household, campaign=request.campaign)  # reads its team too
    require(household.can_record_visit(request.user, request.campaign))
    if form.is_valid() and _record(request, household, form):
        said = _("Saved the visit to household no. %(number)s") % {"number": number}
        if form.leaves_the_invitation:
            said = _("%(said)s. The invitation is still to be handed over.") % {"said": said}
        messages.success(request, said)
        return redirect("clearance:household_list", slug)
    reading.opened(request, household, fields="address")
    context = {"form": form, "household": household, "last": form.last}
    return render(request, "clearance/visit_new.html", context)


def _record(request: HouseRequest, household: Household, form: VisitNewForm) -> bool:
    """False when somebody was faster; the form then says so."""
    facts = form.facts()
    is_of_team = facts["team"].pk in access.grants(request.user).unit_ids
    visit = partial(actions.record_visit, household, entered_for_unit_by=None if is_of_team else request.user)
    return attempt(request, visit, "", form=form, campaign=request.campaign, **facts)


def visit_void(request: HouseRequest, pk: int) -> HttpResponse:
    visit = visit_of(request, pk)
    require(visit.can_void(request.user, request.campaign))
    form = VisitVoidForm(request.POST or None)
    if form.is_valid():
        void, done = partial(actions.void_visit, visit, campaign=request.campaign), _("Declared the visit void")
        if attempt(request, void, done, form=form, **form.cleaned_data):
            return redirect(visit.household)
    return render(request, "clearance/visit_void.html", {"form": form, "visit": visit, "household": visit.household})


def visit_amend(request: HouseRequest, pk: int) -> HttpResponse:
    """What was written wrong is written anew; the former stays in the file."""
    visit = visit_of(request, pk)
    require(visit.can_amend(request.user, request.campaign))
    form = VisitAmendForm(request.POST or None, visit=visit)
    if form.is_valid():
        amend, done = partial(actions.amend_visit, visit, campaign=request.campaign), _("Corrected the visit")
        if attempt(request, amend, done, form=form, **form.facts()):
            return redirect(visit.household)
    reading.opened(request, visit.household, fields="visit")
    return render(request, "clearance/visit_amend.html", {"form": form, "visit": visit, "household": visit.household})


def visit_minutes(request: HouseRequest, pk: int) -> HttpResponse:
    """The minutes as they are printed, ready to be signed."""
    visit = visit_of(request, pk)
    if asked := ask_reason(request, visit.household):
        return asked
    reading.opened(request, visit.household, fields="visit")
    context: dict[str, Any] = {"visit": visit, "household": visit.household, "paper": None}
    try:
        context["paper"] = papers.minutes_of(visit)
    except NoStandard:
        messages.error(request, no_standard())
    return render(request, "clearance/visit_minutes.html", context)


def visit_paper(request: HouseRequest, pk: int) -> HttpResponseBase:
    visit = visit_of(request, pk)
    if asked := ask_reason(request, visit.household):
        return asked
    reading.opened(request, visit.household, fields="visit")
    name = f"{visit.household} {timezone.localtime(visit.visited_at):%d-%m-%Y}"
    return as_docx(request, partial(papers.minutes_of, visit), name=name, otherwise=visit.household)
