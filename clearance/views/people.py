"""Who belongs to a household's file, and what is told of them with a reason only."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts import access, reading
from accounts.access import Permission, require
from accounts.choices import ReadAct
from accounts.forms.reading import ReasonForm
from campaigns.middleware import year_of_request
from clearance.forms import NumberFindForm, PartyDetailsForm
from clearance.models import Household, HouseholdParty, PartyDetails, Project
from clearance.models.people import DETAILS, can_open, found_by, parts_to_open
from clearance.views.fetch import household_of
from core.http import HouseRequest
from core.pages import attempt


def household_people(request: HouseRequest, slug: str, number: int) -> HttpResponse:
    household, user = household_of(request, slug, number), request.user
    reading.opened(request, household, fields="people")
    context = {
        "household": household,
        "project": household.project,
        "can_record": household.can_record_visit(user, request.campaign),
        "can_manage": household.project.can_manage(user, request.campaign),
        "can_open": can_open(user, household),
        "people": _people(household, parts_to_open(user, household)),
    }
    return render(request, "clearance/household_people.html", context)


def _people(household: Household, parts: tuple[str, ...]) -> list[dict[str, Any]]:
    """Each person of the file with what is kept of them, masked."""
    rows = household.parties.select_related("party").order_by("pk")
    kept = {
        row.party_id: row for row in PartyDetails.objects.filter(party__households__in=rows, ward=household.ward_id)
    }
    return [_person(row, kept.get(row.party_id), parts) for row in rows]


def _person(row: HouseholdParty, details: PartyDetails | None, parts: tuple[str, ...]) -> dict[str, Any]:
    labels = {name: PartyDetails._meta.get_field(name).verbose_name for name in DETAILS}
    shown = [(labels[name], details.sealed(name)) for name in parts if details and details.sealed(name)]
    return {"row": row, "details": details, "shown": shown}


def party_details(request: HouseRequest, slug: str, number: int, pk: int) -> HttpResponse:
    """Enter or take away; what is kept is not shown."""
    household = household_of(request, slug, number)
    require(household.can_record_visit(request.user, request.campaign))
    member = get_object_or_404(household.parties.select_related("party"), party=pk)
    details, here = PartyDetails.of(member.party), f"{household.get_absolute_url()}people/"
    parts = parts_to_open(request.user, household)
    form = PartyDetailsForm(request.POST or None, details=details, parts=parts, cancel_url=here)
    if form.is_valid():
        facts = {"campaign": request.campaign, "household": household} | form.values
        if not form.values or attempt(request, details.change, _("Saved, sealed"), form=form, **facts):
            return redirect(here)
    reading.opened(request, household, fields="people")
    words = {"title": _("Phone, identity number and permanent address"), "up": (str(household).capitalize(), here)}
    return render(request, "core/form.html", {"form": form, "lead": member.party.name} | words)


@never_cache
def party_open(request: HouseRequest, slug: str, number: int, pk: int) -> HttpResponse:
    """Asks what for, then tells it once: in the answer to the POST and nowhere else."""
    household = household_of(request, slug, number)
    require(can_open(request.user, household))
    member = get_object_or_404(household.parties.select_related("party"), party=pk)
    details, here = PartyDetails.of(member.party), f"{household.get_absolute_url()}people/"
    parts = [name for name in parts_to_open(request.user, household) if details.sealed(name)]
    form = ReasonForm(request.POST or None, cancel_url=here)
    context = {"household": household, "member": member, "form": form, "here": here, "details": details}
    if not details.is_readable:
        messages.error(request, _("This was sealed with a key that the portal does not hold. Tell the administrator."))
        return redirect(here)
    if form.is_valid():
        reading.opened(request, household, act=ReadAct.REVEAL, fields=",".join(parts), reason=form.said)
        labels = {name: PartyDetails._meta.get_field(name).verbose_name for name in parts}
        context["told"] = [(labels[name], details.sealed(name).open()) for name in parts]
    return render(request, "clearance/party_open.html", context)


@never_cache
def number_find(request: HouseRequest) -> HttpResponse:
    """By POST alone, so that the number stands in no address."""
    require(access.can(request.user, Permission.HOUSEHOLD_READ))
    reading.shows_households(request)
    form = NumberFindForm(request.POST or None)
    found: Any = None
    if form.is_valid():
        own = Household.objects.visible_to(request.user).select_related("project__undertaking")
        own = own.filter(project__in=Project.objects.of(year_of_request(request)))
        found = found_by(form.cleaned_data["number"], own, request.ward.pk).order_by("project", "number")[:20]
    return render(request, "clearance/number_find.html", {"form": form, "found": found})
