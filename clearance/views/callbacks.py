"""The Front asks how visits were: it sees day, address and who came, and no file; everybody else sees the sums."""

from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import access, reading
from accounts.access import Permission, require
from clearance.forms import CallbackForm
from clearance.models import VisitCallback, VisitDraw
from clearance.models.callbacks import last_week
from core.http import HouseRequest
from core.models import today
from core.pages import attempt, form_page


def callback_list(request: HouseRequest) -> HttpResponse:
    require(access.can(request.user, Permission.CLEARANCE_READ))
    may_ask, week = access.can_in_ward(request.user, Permission.CALLBACK_ASK), last_week(today())
    rows = list(VisitCallback.objects.visible_to(request.user).filter(asked_on=None).for_list())
    if rows:
        reading.shows_households(request)
    draws = VisitDraw.objects.visible_to(request.user)
    context = {
        "may_ask": may_ask,
        "rows": rows,
        "week": week,
        "is_drawn": draws.filter(week_from=week).exists(),
        "answers": VisitCallback.objects.filter(ward=request.ward).answers(),
        "draws": draws.count(),
    }
    return render(request, "clearance/callback_list.html", context)


@require_POST
def callback_draw(request: HouseRequest) -> HttpResponse:
    require(access.can_in_ward(request.user, Permission.CALLBACK_ASK))
    draw = partial(VisitDraw.draw, request.ward, week_from=last_week(today()))
    attempt(request, draw, _("The week is drawn"))
    return redirect("clearance:callback_list")


def callback_answer(request: HouseRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(VisitCallback.objects.visible_to(request.user).for_list(), pk=pk)
    require(row.can_answer(request.user))
    reading.opened(request, row.visit.household, fields="address")
    here = reverse("clearance:callback_list")
    facts = {
        "household": str(row.visit.household).capitalize(),
        "address": row.visit.household.address_line,
        "team": row.visit.team,
    }
    lead = _("%(household)s, %(address)s. The ward wrote: %(team)s, %(day)s.")
    facts["day"] = f"{timezone.localtime(row.visit.visited_at):%d/%m/%Y}"
    words: dict[str, Any] = {"title": _("Ask about a visit"), "done": _("Saved the answer"), "to": here}

    def answer(**said: Any) -> None:
        row.answer(**said)

    form = CallbackForm(request.POST or None)
    return form_page(request, form, answer, up=(_("Call-back"), here), lead=lead % facts, **words)
