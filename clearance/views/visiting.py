"""How the ward visits households: the script, the same for staff and for the people visited."""

from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts import access
from accounts.access import Permission, require
from clearance.forms import VisitScriptForm
from clearance.models import VisitScript
from core.http import HouseRequest
from core.models import today
from core.pages import attempt, form_page


def visiting(request: HouseRequest) -> HttpResponse:
    """Everybody who visits or reads of visits sees it."""
    if not access.can(request.user, Permission.HOUSEHOLD_READ):
        require(access.can(request.user, Permission.CLEARANCE_READ))
    scripts = list(VisitScript.objects.visible_to(request.user))
    context = {
        "script": next((row for row in scripts if row.is_valid_on(today())), None)
        or VisitScript.proposal(request.ward),
        "scripts": scripts,
        "may_edit": access.can(request.user, Permission.CLEARANCE_MANAGE),
        "ward": request.ward,
    }
    return render(request, "clearance/visiting.html", context)


@require_POST
def visiting_propose(request: HouseRequest) -> HttpResponse:
    require(access.can(request.user, Permission.CLEARANCE_MANAGE))

    def said(count: int) -> str:
        return ngettext("%(count)d row entered", "%(count)d rows entered", count) % {"count": count}

    attempt(request, partial(VisitScript.propose, request.ward), said)
    return redirect("clearance:visiting")


def script_new(request: HouseRequest) -> HttpResponse:
    """Begins with the words of the present edition."""
    require(access.can(request.user, Permission.CLEARANCE_MANAGE))
    row, here = VisitScript(ward=request.ward), reverse("clearance:visiting")
    former = VisitScript.of(request.ward, today())
    initial = {name: getattr(former, name) for name in ("may_say", "may_not_say", "rights", "source")}
    form = VisitScriptForm(request.POST or None, instance=row, initial=initial)

    def enter(by: Any, **_fields: Any) -> None:
        row.enter(by=by)

    words: dict[str, Any] = {"title": _("A new edition of the script"), "done": _("Saved the edition"), "to": here}
    return form_page(request, form, enter, up=(_("How we visit"), here), **words)
