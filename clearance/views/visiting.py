"""How the ward visits households: the script, the same for staff and for the people visited."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts import access
from accounts.access import Permission, require
from clearance.forms import VisitRuleForm, VisitScriptForm
from clearance.models import VisitRule, VisitScript
from core.http import HouseRequest
from core.models import today
from core.pages import attempt, form_page
from core.together import read_together


def visiting(request: HouseRequest) -> HttpResponse:
    """Everybody who visits or reads of visits sees it."""
    if not access.can(request.user, Permission.HOUSEHOLD_READ):
        require(access.can(request.user, Permission.CLEARANCE_READ))
    scripts = VisitScript.objects.visible_to(request.user)
    rules = VisitRule.objects.visible_to(request.user)
    read_together(scripts, rules)
    context = {
        "script": next((row for row in scripts if row.is_valid_on(today())), None)
        or VisitScript.proposal(request.ward),
        "scripts": scripts,
        "rule": next((row for row in rules if row.is_valid_on(today())), None) or VisitRule.proposal(request.ward),
        "rules": rules,
        "may_edit": access.can(request.user, Permission.CLEARANCE_MANAGE),
        "ward": request.ward,
        "reads_all_projects": access.can(request.user, Permission.CLEARANCE_READ),
    }
    return render(request, "clearance/visiting.html", context)


@require_POST
def visiting_propose(request: HouseRequest) -> HttpResponse:
    require(access.can(request.user, Permission.CLEARANCE_MANAGE))

    def said(count: int) -> str:
        return ngettext("%(count)d row entered", "%(count)d rows entered", count) % {"count": count}

    def propose(by: Any) -> int:
        return VisitScript.propose(request.ward, by=by) + VisitRule.propose(request.ward, by=by)

    attempt(request, propose, said)
    return redirect("clearance:visiting")


def script_new(request: HouseRequest) -> HttpResponse:
    """Begins with the words of the present edition."""
    require(access.can(request.user, Permission.CLEARANCE_MANAGE))
    row, names = VisitScript(ward=request.ward), ("may_say", "may_not_say", "rights", "source")
    form = VisitScriptForm(request.POST or None, instance=row, initial=_former(VisitScript, request, names))
    return _enter(request, row, form, _("A new edition of the script"), _("Saved the edition"))


def rule_new(request: HouseRequest) -> HttpResponse:
    """Begins with the numbers of the present rule."""
    require(access.can(request.user, Permission.CLEARANCE_MANAGE))
    row, names = VisitRule(ward=request.ward), ("per_week", "starts_at", "ends_at", "callback_percent", "source")
    form = VisitRuleForm(request.POST or None, instance=row, initial=_former(VisitRule, request, names))
    return _enter(request, row, form, _("A new rule of visits"), _("Saved the rule"))


def _former(
    model: type[VisitScript] | type[VisitRule], request: HouseRequest, names: tuple[str, ...]
) -> dict[str, Any]:
    former = model.of(request.ward, today())
    return {name: getattr(former, name) for name in names}


def _enter(request: HouseRequest, row: VisitScript | VisitRule, form: Any, title: str, done: str) -> HttpResponse:
    def enter(by: Any, **_fields: Any) -> None:
        row.enter(by=by)

    here = reverse("clearance:visiting")
    words: dict[str, Any] = {"title": title, "done": done, "to": here}
    return form_page(request, form, enter, up=(_("How we visit"), here), **words)
