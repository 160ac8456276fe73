"""A ward's opening: its first administrator by a link, then step by step what the work needs."""

from functools import partial
from typing import Any

from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from accounts import actions
from accounts.access import Permission, can, has_role, require
from accounts.choices import Role
from accounts.forms.opening import DutiesForm, PeopleForm, SuperiorForm, UnitsForm, WardOpenForm
from accounts.models import Membership
from core.http import HouseRequest
from core.models import today
from core.opening import at_step, onward, steps
from core.pages import attempt, confirm_page, form_page

PERSON_BACKEND = "accounts.backends.PersonBackend"


@sensitive_post_parameters()
@login_not_required
@never_cache
def ward_open(request: HouseRequest, token: str) -> HttpResponse:
    """By the link that the start printed; afterwards, and to whoever has another one, it says nothing."""
    if not actions.link_opens(token):
        return render(request, "accounts/ward_open.html", {"form": None}, status=404)
    form = WardOpenForm(request.POST or None)
    if form.is_valid():
        try:
            person = actions.open_ward(**form.cleaned_data)
        except ValidationError as refusal:
            form.refuse(refusal)
        else:
            login(request, person, backend=PERSON_BACKEND)
            return redirect("accounts:opening")
    return render(request, "accounts/ward_open.html", {"form": form})


def opening(request: HouseRequest) -> HttpResponse:
    """All steps, with what is there and what is left."""
    require(can(request.user, Permission.REFERENCE_EDIT))
    found = steps(request.user, request.ward)
    left = sum(bool(one.lacks) for one in found)
    following = next((one for one in found if one.lacks), None)
    return render(request, "accounts/opening.html", {"steps": found, "left": left, "following": following})


def opening_superior(request: HouseRequest) -> HttpResponse:
    require(can(request.user, Permission.REFERENCE_EDIT))
    words: dict[str, Any] = {
        "title": _("Ward and superior"),
        "lead": _("Plans and reports name the body above the ward. More than one can be entered."),
        "done": _("The superior body is saved."),
    }
    home = reverse("accounts:opening")
    act = partial(_superior, request)
    return form_page(
        request, SuperiorForm(request.POST or None), act, to=home, up=(_("Set up the ward"), home), **words
    )


def _superior(request: HouseRequest, by: Any, name: str) -> None:
    actions.add_superior(request.ward, name, by=by)


def opening_units(request: HouseRequest) -> HttpResponse:
    require(can(request.user, Permission.REFERENCE_EDIT))
    form = UnitsForm(request.POST or None, ward=request.ward, cancel_url=reverse("accounts:opening"))
    if form.is_valid():
        add = partial(actions.add_units, request.ward, form.units)
        if attempt(request, add, _units_said, form=form):
            return redirect(onward(request, reverse("accounts:opening")))
    return render(request, "accounts/opening_units.html", {"form": form, "file_url": _from_file("units")})


def _from_file(kind: str) -> str:
    """Where the same list is brought in as a file."""
    return reverse("intake:batch_new", args=[kind])


def _units_said(made: list) -> str:
    if not made:
        return _("The ward has all of these units already.")
    return ngettext("%(n)d unit is added.", "%(n)d units are added.", len(made)) % {"n": len(made)}


def opening_duties(request: HouseRequest) -> HttpResponse:
    require(can(request.user, Permission.REFERENCE_EDIT))
    form = DutiesForm(request.POST or None, ward=request.ward, cancel_url=reverse("accounts:opening"))
    if form.is_valid():
        act = partial(actions.set_duties, request.ward, form.cleaned_data)
        if attempt(request, act, _("The duties are saved."), form=form):
            return redirect(onward(request, reverse("accounts:opening")))
    return render(request, "accounts/opening_duties.html", {"form": form})


def opening_people(request: HouseRequest) -> HttpResponse:
    """Paste lines, look at how they were read, then save all of them."""
    require(can(request.user, Permission.USER_MANAGE))
    form = PeopleForm(
        request.POST or None, ward=request.ward, user=request.user, cancel_url=reverse("accounts:opening")
    )
    if form.is_valid() and "save" in request.POST:
        add = partial(actions.add_people, request.ward, form.read.good)
        if attempt(request, add, _people_said, form=form, reason=form.cleaned_data.get("reason", "")):
            slips = reverse("accounts:slips")
            return redirect(at_step(slips, "people") if "opening" in request.GET else slips)
    if form.is_valid():
        count = len(form.read.good)
        form.other_submits = [("save", ngettext("Save %(n)d person", "Save %(n)d people", count) % {"n": count})]
    return render(request, "accounts/opening_people.html", {"form": form, "file_url": _from_file("people")})


def _people_said(made: list[Membership]) -> str:
    said = ngettext("%(n)d person is saved.", "%(n)d people are saved.", len(made)) % {"n": len(made)}
    waiting = sum(not row.in_force for row in made)
    if waiting:
        said += " " + ngettext(
            "%(n)d role waits for a second person's yes.", "%(n)d roles wait for a second person's yes.", waiting
        ) % {"n": waiting}
    return said


def opening_officer(request: HouseRequest) -> HttpResponse:
    """Who opens the ward has no right to the year: it is given to the campaign officer, who may be the same person."""
    require(can(request.user, Permission.USER_MANAGE))
    onto = at_step(reverse("campaigns:campaign_new"), "year")
    if has_role(request.user, Role.CAMPAIGN_OFFICER):
        return redirect(onto)
    held = Membership.objects.filter(ward=request.ward, user=request.user).valid_on(today())
    seat = held.filter(role=Role.ADMINISTRATOR).select_related("unit").first()
    return confirm_page(
        request,
        partial(_take, request, seat),
        title=_("Run the campaign yourself too?"),
        consequence=_(
            "The campaign officer enters the year and runs its tasks and models. You get this role beside your own; it "
            "stands in the list of people. If somebody else does this work, enter them in the step “People and roles”."
        ),
        action=_("I run the campaign too"),
        done=_("You are campaign officer, too."),
        to=onto if request.method == "POST" else reverse("accounts:opening"),
    )


def _take(request: HouseRequest, seat: Any, by: Any) -> None:
    actions.take_campaign_office(request.ward, seat.unit, by=by)
