"""Who belongs to a household's file, and what is told of them with a reason only."""

from collections.abc import Iterable
from functools import partial
from itertools import groupby
from typing import Any, NamedTuple

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from accounts import access, reading
from accounts.access import Permission, require
from accounts.choices import ReadAct
from accounts.forms.reading import ReasonForm
from accounts.views.reasons import ask_reason
from campaigns.middleware import year_of_request
from clearance.forms import FileVoidForm, NumberFindForm, PartyDetailsForm
from clearance.forms.people import AssetForm, AuthorisationForm, MemberForm, NeedForm, NeedOfferForm, PersonNewForm
from clearance.models import (
    Asset,
    Authorisation,
    Household,
    HouseholdParty,
    Member,
    Need,
    NeedOffer,
    PartyDetails,
    Project,
)
from clearance.models.people import DETAILS, can_know_needs, can_open, found_by, parts_to_open
from clearance.views.fetch import household_of
from core.http import HouseRequest
from core.pages import attempt, form_page


def household_people(request: HouseRequest, slug: str, number: int) -> HttpResponse:
    household, user = household_of(request, slug, number), request.user
    if asked := ask_reason(request, household):
        return asked
    reading.opened(request, household, fields="people")
    context = {
        "household": household,
        "project": household.project,
        "can_record": household.can_record_visit(user, request.campaign),
        "can_manage": household.project.can_manage(user, request.campaign),
        "can_open": can_open(user, household),
        "people": _people(household, parts_to_open(user, household)),
        "members": household.members.for_file(),
        "authorisations": household.authorisations.for_file(),
        "rounds": [(n, list(rows)) for n, rows in groupby(_assets(household), lambda row: row.round)],
        "can_know_needs": can_know_needs(user, household),
        "needs": Need.objects.visible_to(user).filter(household=household).for_file().prefetch_related("offers"),
    }
    return render(request, "clearance/household_people.html", context)


def _assets(household: Household) -> Any:
    return household.assets.for_file().order_by("-round", "kind", "pk")


def _people(household: Household, parts: tuple[str, ...]) -> list[dict[str, Any]]:
    """Each person of the file with what is kept of them, masked."""
    rows = household.parties.select_related("party").order_by("pk")
    kept = {
        row.party_id: row for row in PartyDetails.objects.filter(party__households__in=rows, ward=household.ward_id)
    }
    return [_person(row, kept.get(row.party_id), parts) for row in rows]


def _labels(names: Iterable[str]) -> dict[str, Any]:
    kept: Any = PartyDetails._meta
    return {name: kept.get_field(name).verbose_name for name in names}


def _person(row: HouseholdParty, details: PartyDetails | None, parts: tuple[str, ...]) -> dict[str, Any]:
    labels = _labels(DETAILS)
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
        facts: dict[str, Any] = {"campaign": request.campaign, "household": household} | form.values
        if not form.values or attempt(request, details.change, _("Saved, sealed"), form=form, **facts):
            return redirect(here)
    reading.opened(request, household, fields="people")
    words = {"title": _("Phone, identity number and permanent address"), "up": (str(household).capitalize(), here)}
    return render(request, "core/form.html", {"form": form, "lead": member.party.name} | words)


class Kind(NamedTuple):
    """A kind of row of the file, as its pages name it."""

    model: type[Any]
    form: type[Any]
    title: Any


KINDS = {
    "member": Kind(Member, MemberForm, gettext_lazy("Add a person living in the household")),
    "authorisation": Kind(Authorisation, AuthorisationForm, gettext_lazy("Record an authorisation")),
    "asset": Kind(Asset, AssetForm, gettext_lazy("Record an asset")),
    "need": Kind(Need, NeedForm, gettext_lazy("Record a need for help")),
}


def _kind(code: str) -> Kind:
    if code not in KINDS:
        raise Http404
    return KINDS[code]


def people_row_new(request: HouseRequest, slug: str, number: int, kind: str) -> HttpResponse:
    household, asked = household_of(request, slug, number), _kind(kind)
    require(household.can_record_visit(request.user, request.campaign))
    row = asked.model(ward=request.ward, household=household)
    form, here = asked.form(request.POST or None, instance=row), f"{household.get_absolute_url()}people/"

    def record(by: Any, **_fields: Any) -> None:
        row.record(by=by, campaign=request.campaign)

    words: dict[str, Any] = {"title": str(asked.title), "done": _("Saved"), "lead": str(household).capitalize()}
    return form_page(request, form, record, to=here, up=(_("People and needs"), here), **words)


def people_row_void(request: HouseRequest, kind: str, pk: int) -> HttpResponse:
    reading.shows_households(request)
    rows: Any = _kind(kind).model.objects.visible_to(request.user).of(year_of_request(request))
    row = get_object_or_404(rows.select_related("household__project__undertaking"), pk=pk)
    require(row.can_void(request.user, request.campaign))
    here, void = f"{row.household.get_absolute_url()}people/", partial(row.declare_void, campaign=request.campaign)
    words: dict[str, Any] = {"title": _("Declare it void"), "done": _("Declared void"), "lead": str(row)}
    form = FileVoidForm(request.POST or None)
    return form_page(request, form, void, to=here, up=(_("People and needs"), here), **words)


def party_new(request: HouseRequest, slug: str, number: int) -> HttpResponse:
    household = household_of(request, slug, number)
    require(household.project.can_manage(request.user, request.campaign))
    here, form = f"{household.get_absolute_url()}people/", PersonNewForm(request.POST or None)
    words: dict[str, Any] = {"title": _("Add a person to the file"), "done": _("Saved the person")}
    add = partial(household.add_person, campaign=request.campaign)
    return form_page(request, form, add, to=here, up=(_("People and needs"), here), **words)


@never_cache
def needs_open(request: HouseRequest, slug: str, number: int) -> HttpResponse:
    """What the household needs and what was offered; asks what for, and tells it once."""
    household = household_of(request, slug, number)
    require(can_know_needs(request.user, household))
    form, here = ReasonForm(request.POST or None), f"{household.get_absolute_url()}people/"
    form.cancel_url = here
    needs = Need.objects.visible_to(request.user).filter(household=household, void_at=None).for_file()
    context: dict[str, Any] = {"household": household, "form": form, "here": here, "needs": None}
    if form.is_valid():
        context["needs"] = [(need, _plain(need), [(o, _plain(o)) for o in need.offers.all()]) for need in needs]
        reading.opened(request, household, act=ReadAct.REVEAL, fields="needs", reason=form.said)
    return render(request, "clearance/needs_open.html", context)


def _plain(row: Need | NeedOffer) -> str:
    text: Any = row.text
    return text.open() if text.is_readable else _("Sealed with a key that the portal does not hold.")


def need_offer(request: HouseRequest, pk: int) -> HttpResponse:
    reading.shows_households(request)
    rows = Need.objects.visible_to(request.user).of(year_of_request(request)).filter(void_at=None)
    need = get_object_or_404(rows.select_related("household__project__undertaking"), pk=pk)
    require(need.household.can_record_visit(request.user, request.campaign))
    here, form = f"{need.household.get_absolute_url()}people/", NeedOfferForm(request.POST or None)
    words: dict[str, Any] = {"title": _("Record help offered"), "done": _("Saved"), "lead": str(need).capitalize()}
    offer = partial(need.offer, campaign=request.campaign)
    return form_page(request, form, offer, to=here, up=(_("People and needs"), here), **words)


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
        labels = _labels(parts)
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
    lacks_key = form.is_valid() and not found and PartyDetails.objects.lacks_key(request.ward.pk)
    return render(request, "clearance/number_find.html", {"form": form, "found": found, "lacks_key": lacks_key})
