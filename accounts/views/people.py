import datetime
from functools import partial
from typing import Any
from urllib.parse import quote

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts import access, reading
from accounts.access import Permission, can, require
from accounts.choices import RequestKind, RequestState, Role
from accounts.filters import (
    ACCESS_LOG,
    ACCESS_REQUESTS,
    PEOPLE,
    UNITS,
    AccessLogFilter,
    ChangeFilter,
    PersonFilter,
    UnitFilter,
)
from accounts.forms.people import AccessAnswerForm, AccessRequestForm, ProfileForm
from accounts.middleware import LANGUAGE_KEY, WARD_KEY
from accounts.models import AccessLog, AccessRequest, Membership, Unit, User, Ward
from accounts.models.mergers import can_merge
from accounts.views.reasons import ask_reason
from core import changes, history, past
from core.http import HouseRequest
from core.models import today
from core.pages import attempt, confirm_page, day_asked, form_page, page_of
from core.search import in_order

WAYS_IN = {RequestKind.PASSWORD, RequestKind.SECOND_STEP, RequestKind.LOCK}


def _back(request: HouseRequest) -> HttpResponse:
    """To the page that the form stood on, never to another site."""
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "/"
    return redirect(target)


# ---- units and people ----------------------------------------------------------------------------
def unit_list(request: HouseRequest) -> HttpResponse:
    """Those of today; with `on`: as they stood on that day."""
    day = day_asked(request) or today()
    rows = Unit.objects.visible_to(request.user).valid_on(day).for_list().with_people_count()
    found = UnitFilter(request.GET, rows, request=request)
    page = page_of(request, found.typed_first(found.qs), table=UNITS)
    context = {"filters": found, "page": page, "may_see_requests": _sees_requests(request.user)}
    context["may_see_mergers"] = can(request.user, Permission.REFERENCE_EDIT) or context["may_see_requests"]
    context["may_see_people"] = can(request.user, Permission.PEOPLE_READ)
    context["file_url"] = _from_file("units") if can(request.user, Permission.REFERENCE_EDIT) else ""
    return render(request, "accounts/unit_list.html", context)


def _from_file(kind: str) -> str:
    """Where such a list is brought in as a file."""
    return reverse("intake:batch_new", args=[kind])


def person_list(request: HouseRequest) -> HttpResponse:
    """Who works in the ward today, in which unit and as what."""
    require(can(request.user, Permission.PEOPLE_READ))
    rows = User.objects.at_work_for(request.user).with_seats(request.user).order_by("sort_key", "id")
    found = PersonFilter(request.GET, rows, request=request)
    page = page_of(request, found.typed_first(found.qs), table=PEOPLE)
    file_url = _from_file("people") if access.can_in_ward(request.user, Permission.USER_MANAGE) else ""
    context = {"filters": found, "page": page, "file_url": file_url}
    return render(request, "accounts/person_list.html", context)


def unit_about(request: HouseRequest, slug: str) -> HttpResponse:
    unit = get_object_or_404(Unit.objects.visible_to(request.user).select_related("kind", "parent"), slug=slug)
    require(can(request.user, Permission.PEOPLE_READ))
    memberships = list(unit.memberships.for_list())
    context = {
        "unit": unit,
        "memberships": memberships,
        "people_count": len({row.user_id for row in memberships if row.is_valid_on(today())}),
        "duties": unit.duties.order_by("-valid_from"),
        "children": unit.children.valid_on(today()).for_list(),
        "origins": unit.origins.select_related("predecessor__ward").order_by("on"),
        "successions": unit.successions.select_related("successor__ward").order_by("on"),
        "may_edit": can(request.user, Permission.REFERENCE_EDIT),
        "may_manage": can(request.user, Permission.USER_MANAGE),
        "may_merge": can_merge(request.user) and not unit.is_outside and unit.is_valid_on(today()),
    }
    return render(request, "accounts/unit_about.html", context)


def unit_mine(request: HouseRequest) -> HttpResponse:
    """To the unit of the person; a choice where there are several."""
    units: list[Any] = list(Unit.objects.visible_to(request.user).of_member(request.user).for_list())
    if len(units) == 1:
        return redirect(units[0])
    return render(request, "accounts/unit_mine.html", {"units": units})


def role_list(request: HouseRequest) -> HttpResponse:
    roles = [
        {
            "label": role.label,
            "prose": access.ROLE_PROSE[role],
            "words": [access.PERMISSION_WORDS[permission] for permission in access.permissions_of(role)],
            "own_unit": role in access.OWN_UNIT,
            "is_mine": access.has_role(request.user, role),
        }
        for role in Role
    ]
    return render(request, "accounts/role_list.html", {"roles": roles})


# ---- ways into an account ------------------------------------------------------------------------
def person_sign_in(request: HouseRequest, pk: int) -> HttpResponse:
    """How somebody signs in, and what an administrator can do when it does not work any more."""
    person = _person(request, pk)
    rows = AccessRequest.objects.visible_to(request.user).filter(person=person).for_list()
    context = {
        "person": person,
        "memberships": Membership.objects.in_ward_of(request.user).filter(user=person).for_list(),
        "requests": rows[:20],
    }
    return render(request, "accounts/person_sign_in.html", context)


def _person(request: HouseRequest, pk: int) -> User:
    """Somebody for whom the user may open a new way to sign in, with a second person's yes or without."""
    person = get_object_or_404(User.objects.met_by(request.user), pk=pk)
    require(access.can_reset_password(request.user, person))
    return person


def _needs_a_yes(request: HouseRequest, person: User, kind: str) -> HttpResponse | None:
    """The page where a second person is asked, or where the question waits; None where the way is free."""
    begun = AccessRequest.begun(kind, person, by=request.user)
    if begun.state == RequestState.AGREED or (begun.pk is None and begun.exempt(request.user)):
        return None
    return redirect(begun) if begun.pk else redirect("accounts:access_request_new", person.pk, kind)


@never_cache
def one_time_password(request: HouseRequest, pk: int) -> HttpResponse:
    """Asks first; the password is in the answer to the POST and nowhere else."""
    person = _person(request, pk)
    if elsewhere := _needs_a_yes(request, person, RequestKind.PASSWORD):
        return elsewhere
    password = person.give_one_time_password(by=request.user) if request.method == "POST" else ""
    return render(request, "accounts/one_time_password.html", {"person": person, "password": password})


def second_step_off(request: HouseRequest, pk: int) -> HttpResponse:
    person = _person(request, pk)
    return _needs_a_yes(request, person, RequestKind.SECOND_STEP) or confirm_page(
        request,
        AccessRequest.begun(RequestKind.SECOND_STEP, person, by=request.user).use,
        title=_("Turn off the second step of %(person)s?") % {"person": person},
        consequence=_("The password alone signs in until the person turns it on again. The person is told."),
        action=_("Turn off the second step"),
        done=_("The second step is off."),
        to=reverse("accounts:person_sign_in", args=[pk]),
        danger=True,
    )


def pause_lift(request: HouseRequest, pk: int) -> HttpResponse:
    person = _person(request, pk)
    return _needs_a_yes(request, person, RequestKind.LOCK) or confirm_page(
        request,
        AccessRequest.begun(RequestKind.LOCK, person, by=request.user).use,
        title=_("Lift the pause of %(person)s?") % {"person": person},
        consequence=_("Too many wrong passwords made a pause of a quarter of an hour. The person is told."),
        action=_("Lift the pause"),
        done=_("The person can sign in again."),
        to=reverse("accounts:person_sign_in", args=[pk]),
    )


def access_request_new(request: HouseRequest, pk: int, kind: str) -> HttpResponse:
    person = _person(request, pk)
    if kind not in WAYS_IN:
        raise Http404
    return form_page(
        request,
        AccessRequestForm(request.POST or None),
        partial(AccessRequest.ask_for, kind, person),
        title=_("%(what)s of %(person)s: ask a second person") % {"what": RequestKind(kind).label, "person": person},
        lead=_("The person opens household files or keeps rights. Somebody else has to agree first."),
        done=_("Those who may agree are told."),
        to=reverse("accounts:person_sign_in", args=[pk]),
        up=(_("Access requests"), reverse("accounts:access_request_list")),
    )


def _sees_requests(user: Any) -> access.Decision:
    return can(user, Permission.USER_MANAGE) or can(user, Permission.ACCESS_CONFIRM)


def access_request_list(request: HouseRequest) -> HttpResponse:
    require(_sees_requests(request.user))
    page = page_of(request, AccessRequest.objects.visible_to(request.user).for_list(), table=ACCESS_REQUESTS)
    return render(request, "accounts/access_request_list.html", {"page": page})


def access_request_detail(request: HouseRequest, pk: int) -> HttpResponse:
    row = _request(request, pk)
    context = {
        "row": row,
        "may_answer": row.can_answer(request.user),
        "may_withdraw": row.state == RequestState.WAITING and can(request.user, Permission.USER_MANAGE),
        "may_use": row.state == RequestState.AGREED and row.is_open and row.asked_by_id == request.user.pk,
        "nobody": row.state == RequestState.WAITING and not User.objects.who_can_confirm(row).exists(),
        "steps": row.transitions.select_related("by"),
        "others": AccessRequest.objects.visible_to(request.user)
        .filter(person=row.person)
        .exclude(pk=pk)
        .for_list()[:10],
    }
    return render(request, "accounts/access_request_detail.html", context)


def _request(request: HouseRequest, pk: int) -> AccessRequest:
    require(_sees_requests(request.user))
    return get_object_or_404(AccessRequest.objects.visible_to(request.user).for_list(), pk=pk)


def access_request_agree(request: HouseRequest, pk: int) -> HttpResponse:
    row = _request(request, pk)
    require(access.can_confirm(request.user, row))
    return _answer(request, row, row.agree, title=_("Agree?"), done=_("You agreed."))


def access_request_refuse(request: HouseRequest, pk: int) -> HttpResponse:
    row = _request(request, pk)
    require(access.can_confirm(request.user, row))
    return _answer(request, row, row.refuse, title=_("Refuse?"), done=_("You refused."))


def _answer(request: HouseRequest, row: AccessRequest, act: Any, *, title: str, done: str) -> HttpResponse:
    lead = _("%(what)s. Asked by %(who)s: %(why)s") % {"what": row, "who": row.asked_by, "why": row.reason}
    form = AccessAnswerForm(request.POST or None)
    form.submit_label = _("Agree") if act == row.agree else _("Refuse")
    up = (_("Access requests"), reverse("accounts:access_request_list"))
    return form_page(request, form, act, title=title, lead=lead, done=done, to=row.get_absolute_url(), up=up)


@require_POST
def access_request_withdraw(request: HouseRequest, pk: int) -> HttpResponse:
    row = _request(request, pk)
    attempt(request, row.withdraw, _("The request is withdrawn."))
    return redirect(row)


# ---- one's own -----------------------------------------------------------------------------------
def profile(request: HouseRequest) -> HttpResponse:
    form = ProfileForm(request.POST or None, instance=request.user)
    if form.is_valid():
        request.user.change_contact(phone=form.cleaned_data["phone"], email=form.cleaned_data["email"])
        messages.success(request, _("Your data is saved."))
        return redirect("accounts:profile")
    rows = Membership.objects.filter(user=request.user).valid_on(today()).select_related("unit", "ward")
    context = {
        "form": form,
        "memberships": rows.order_by(in_order("ward__name"), "unit__sort_key"),
        "wards": Ward.objects.filter(pk__in=rows.values("ward")).order_by(in_order("name")),
        "session_count": UserSession.objects.filter(user=request.user).count(),
    }
    return render(request, "accounts/profile.html", context)


@login_not_required
@never_cache
def email_answer(request: HouseRequest, token: str) -> HttpResponse:
    """The link in the mail to the address so far: the person agrees to the new one, or not."""
    person = User.objects.asked_by_link(token)
    if person is None:
        return render(request, "accounts/email_answer.html", {"person": None}, status=404)
    agrees, problem = "agree" in request.POST, ""
    if request.method == "POST":
        try:
            person.answer_new_email(agrees)
        except ValidationError as refused:
            problem = refused.messages[0]
        else:
            messages.success(request, _("The new address counts.") if agrees else _("The address stays as it was."))
            return redirect("accounts:profile")
    return render(request, "accounts/email_answer.html", {"person": person, "problem": problem})


@login_not_required
@require_POST
def language_set(request: HouseRequest) -> HttpResponse:
    language = request.POST.get("language")
    if language in dict(settings.LANGUAGES):
        request.session[LANGUAGE_KEY] = language
        if request.user.is_authenticated:
            request.user.choose_language(language)
    return _back(request)


@require_POST
def ward_switch(request: HouseRequest) -> HttpResponse:
    """Into another ward of the person's own; the year chosen in the first one stays there."""
    asked = request.POST.get("ward", "")
    if asked not in {str(ward) for ward, _unit, _role in access.memberships_today(request.user)}:
        raise Http404
    request.session[WARD_KEY] = int(asked)
    request.session.pop("campaign_year", None)
    return redirect(settings.LOGIN_REDIRECT_URL)


# ---- who did what --------------------------------------------------------------------------------
def access_log_list(request: HouseRequest) -> HttpResponse:
    require(can(request.user, Permission.ACCESS_LOG_READ))
    rows = AccessLog.objects.visible_to(request.user).for_list()
    found = AccessLogFilter(request.GET, rows, request=request)
    page = page_of(request, found.qs, table=ACCESS_LOG)
    lines = reading.openings(page.object_list, access.ward_id(request.user))
    return render(request, "accounts/access_log_list.html", {"filters": found, "page": page, "lines": lines})


def change_list(request: HouseRequest) -> HttpResponse:
    """All changes of the ward, of a day, of a person, of one part of the portal: the newest first."""
    require(can(request.user, Permission.CHANGES_READ))
    found = ChangeFilter(request.GET, User.objects.none(), request=request)
    person, day = found.asked("person"), found.asked("day")
    asked = changes.Asked(
        request.ward.pk,
        first=day and past.end_of(day - datetime.timedelta(days=1)),
        last=day and past.end_of(day),
        person=person and person.pk,
        area=found.asked("area") or "",
        before=changes.Key.read(request.GET.get("before", "")),
    )
    keys = [] if found.refused else changes.newest(asked)
    shown = keys[: changes.SHOWN]
    query = request.GET.copy()
    query.pop("before", None)
    context = {
        "filters": found,
        "lines": changes.lines(shown, request.user, request.ward.pk),
        "newest": f"?{query.urlencode()}" if asked.before else "",
        "older": f"?{query.urlencode()}&before={quote(str(shown[-1]))}" if len(keys) > changes.SHOWN else "",
    }
    return render(request, "accounts/change_list.html", context)


def history_detail(request: HouseRequest, app_label: str, name: str, pk: int) -> HttpResponse:
    tracked: Any = history.tracked_model(app_label, name)
    if tracked is None:
        raise Http404
    row = get_object_or_404(tracked.objects.visible_to(request.user), pk=pk)
    require(can(request.user, Permission.HISTORY_READ))
    if personal := getattr(row, "personal_file", None):
        if hasattr(personal, "is_own_work") and (asked := ask_reason(request, personal)):
            return asked
        reading.opened(request, personal, fields="history")
    page = page_of(request, history.entries(row))
    context = {"row": row, "noun": tracked._meta.verbose_name, "page": page}
    return render(request, "accounts/history_detail.html", context)
