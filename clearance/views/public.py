"""What anybody may do without signing in: tell the ward something, and see by the receipt's code what became of it."""

import datetime
import logging
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import Ward
from accounts.throttle import address
from clearance.choices import InvitationState
from clearance.forms import CaseFindForm, PublicGrievanceForm
from clearance.models import CaseCode, Grievance, VisitRule, VisitScript
from clearance.tracks import Door
from core.flood import asked_too_often
from core.models import today

log = logging.getLogger(__name__)
HOUR = 3600  # seconds
SENT_BY_ONE, SENT_BY_ALL = 5, 60  # forms an hour: by one address, and to a ward
LOOKED_UP = 30  # codes an hour by one address


def status_url(grievance: Grievance) -> str:
    """The whole address of the page by code, as it is printed."""
    return settings.BASE_URL + reverse("clearance:public_receipt", args=[grievance.ward.slug, grievance.code])


def public_page(view: Any) -> Any:
    @login_not_required
    @never_cache
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def of_ward(request: HttpRequest, ward: str, **which: Any) -> HttpResponse:
        return view(request, get_object_or_404(Ward.objects.valid_on(today()), slug=ward), **which)

    return of_ward


@public_page
def public_grievance(request: HttpRequest, ward: Ward) -> HttpResponse:
    form = PublicGrievanceForm(request.POST or None, instance=Grievance(ward=ward, door=Door.PORTAL))
    if request.method == "POST" and form.is_valid():
        if _is_flooded(request, ward):
            return render(request, "clearance/public_wait.html", {"ward": ward, "form": form}, status=429)
        form.instance.receive(by=None)
        return redirect("clearance:public_receipt", ward.slug, form.instance.code)
    return render(request, "clearance/public_grievance.html", {"ward": ward, "form": form})


def _is_flooded(request: HttpRequest, ward: Ward) -> bool:
    """More than one person, or a whole ward, sends in an hour. The second is counted by what was kept."""
    since = timezone.now() - datetime.timedelta(seconds=HOUR)
    came = Grievance.objects.filter(ward=ward, door=Door.PORTAL, transitions__old="", transitions__at__gte=since)
    if came.count() >= SENT_BY_ALL:
        return True
    return asked_too_often("grievance-sent", address(request), most=SENT_BY_ONE, within=HOUR)  # type: ignore[arg-type]


@public_page
def public_receipt(request: HttpRequest, ward: Ward, code: str) -> HttpResponse:
    """Where the matter stands, for whoever holds the code."""
    if asked_too_often("grievance-code", address(request), most=LOOKED_UP, within=HOUR):  # type: ignore[arg-type]
        return render(request, "clearance/public_wait.html", {"ward": ward}, status=429)
    grievance = get_object_or_404(Grievance.objects.filter(ward=ward), code=code.upper())
    clock = grievance.clock
    context = {
        "ward": ward,
        "grievance": grievance,
        "due_on": clock.deadline.due_on if clock and clock.deadline.rule.is_verified else None,
    }
    return render(request, "clearance/public_receipt.html", context)


# ---- a household's own file ----------------------------------------------------------------------------
@public_page
def public_case_find(request: HttpRequest, ward: Ward) -> HttpResponse:
    form = CaseFindForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return redirect("clearance:public_case", ward.slug, form.cleaned_data["code"])
    return render(request, "clearance/public_case_find.html", {"ward": ward, "form": form})


@public_page
def public_case(request: HttpRequest, ward: Ward, code: str) -> HttpResponse:
    """What the ward knows of the household and owes it; of others nothing, and nobody's note."""
    if asked_too_often("case-code", address(request), most=LOOKED_UP, within=HOUR):  # type: ignore[arg-type]
        log.warning("codes of households asked too often from one address")
        return render(request, "clearance/public_wait.html", {"ward": ward}, status=429)
    found = CaseCode.objects.opened_by(ward, code)
    if found is None:
        form = CaseFindForm({"code": code})
        form.say_wrong()
        return render(request, "clearance/public_case_find.html", {"ward": ward, "form": form}, status=404)
    found.note_opening()
    household = found.household
    promises = list(household.promises.for_file())
    questions = household.questions.valid().select_related("owner").order_by("-asked_on", "-id")
    context = {
        "ward": ward,
        "household": household,
        "project": household.project,
        "owed": sorted((question for question in questions if question.is_open), key=lambda row: row.due_on),
        "promised": sorted((promise for promise in promises if promise.is_open), key=lambda row: row.due_on),
        "told": [question for question in questions if not question.is_open],
        "kept": [promise for promise in promises if not promise.is_open],
        "visits": list(household.visits.counted().select_related("team")),
        "invitations": household.invitations.exclude(state=InvitationState.VOID).select_related("dialogue__host"),
        "papers": household.papers.filter(void_at=None),
        "milestones": household.milestones.filter(void_at=None),
        "holdings": household.holdings.now().select_related("plot__kind"),
        "issued_on": found.issued_on,
        "script": VisitScript.of(ward, today()),
    }
    return render(request, "clearance/public_case.html", context)


@public_page
def public_visits(request: HttpRequest, ward: Ward) -> HttpResponse:
    """How the ward visits: the same words for those who come and those who are visited."""
    context = {"ward": ward, "script": VisitScript.of(ward, today()), "rule": VisitRule.of(ward, today())}
    return render(request, "clearance/public_visits.html", context)
