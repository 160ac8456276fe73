"""What a ward sets up for its reports: on which day periods close, and how large the ward is."""

from typing import Any

from django.db.models import Sum
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import access
from accounts.access import Permission
from core.http import HouseRequest
from core.models import today
from core.opening import onward
from core.pages import attempt, day_asked, form_page, page_of
from core.periods import span_of
from reports.choices import PERIOD_KINDS
from reports.filters import WARD_NUMBERS, WardNumberFilter
from reports.forms import ClosingDayForm, WardNumbersForm
from reports.models import PeriodRule, WardNumber


def _may_see(request: HouseRequest) -> access.Decision:
    may = access.can(request.user, Permission.REPORT_EDIT)
    return may or access.can(request.user, Permission.REFERENCE_EDIT)


# ---- on which day periods close ------------------------------------------------------------------------
@require_safe
def closing_days(request: HouseRequest) -> HttpResponse:
    """The closing days with their sources, and the periods that run today by the one in force."""
    access.require(_may_see(request))
    day = today()
    closes = PeriodRule.objects.closes_on(request.ward.pk, day)
    rows = list(PeriodRule.objects.visible_to(request.user))
    context: dict[str, Any] = {
        "rows": rows,
        "held": next((row for row in rows if row.is_valid_on(day)), None),
        "spans": [(label, span_of(kind, day, closes)) for kind, label in PERIOD_KINDS.items()],
        "proposal": None if rows else PeriodRule.proposal(request.ward),
        "today": day,
        "may_keep": access.can(request.user, Permission.REFERENCE_EDIT),
    }
    return render(request, "reports/closing_days.html", context)


@require_POST
def closing_day_propose(request: HouseRequest) -> HttpResponse:
    access.require(access.can(request.user, Permission.REFERENCE_EDIT))

    def propose(by: Any) -> int:
        return PeriodRule.propose(request.ward, by=by)

    attempt(request, propose, lambda count: _("The closing day is entered.") if count else "")
    return redirect(onward(request, reverse("reports:closing_days")))


@require_http_methods(["GET", "POST"])
def closing_day_new(request: HouseRequest) -> HttpResponse:
    access.require(access.can(request.user, Permission.REFERENCE_EDIT))
    row = PeriodRule(ward=request.ward)
    form = ClosingDayForm(request.POST or None, instance=row)

    def enter(by: Any, **_fields: Any) -> None:
        row.enter(by=by)

    here = reverse("reports:closing_days")
    words: dict[str, Any] = {"title": _("A closing day of reports"), "done": _("The closing day is entered.")}
    return form_page(request, form, enter, to=here, up=(_("Closing days"), here), **words)


# ---- how large the ward is -----------------------------------------------------------------------------
@require_safe
def ward_number_list(request: HouseRequest) -> HttpResponse:
    """Each number with its day and source; with `on`: the newest of each kind on that day."""
    access.require(access.can(request.user, Permission.REPORT_READ))
    day, rows = day_asked(request), WardNumber.objects.visible_to(request.user)
    found = WardNumberFilter(request.GET, rows.latest_on(day) if day else rows, request=request)
    page = page_of(request, found.qs, table=WARD_NUMBERS)
    is_one = bool(found.asked("code")) and page.paginator.count == 1
    context = {
        "filters": found,
        "page": page,
        "day": day,
        "total": found.qs.aggregate(total=Sum("value"))["total"] if is_one else None,
        "may_enter": access.can(request.user, Permission.REPORT_EDIT),
    }
    return render(request, "reports/ward_number_list.html", context)


@require_http_methods(["GET", "POST"])
def ward_number_new(request: HouseRequest) -> HttpResponse:
    """All usual numbers at once, as the papers of a day tell them."""
    access.require(access.can(request.user, Permission.REPORT_EDIT))
    form = WardNumbersForm(request.POST or None, ward=request.ward)

    def enter(by: Any, **_fields: Any) -> None:
        said = form.cleaned_data
        WardNumber.enter(request.ward, by=by, on=said["on"], source=said["source"], values=form.values)

    here = reverse("reports:ward_number_list")
    words: dict[str, Any] = {
        "title": _("Enter numbers of the ward"),
        "lead": _("What is left empty stays as it is. A number of the same day is corrected."),
        "done": _("The numbers are saved."),
    }
    return form_page(request, form, enter, to=here, up=(_("Numbers of the ward"), here), **words)
