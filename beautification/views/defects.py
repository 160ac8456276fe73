"""What is wrong on streets: reported on a phone, handed to who must act, mended, come back."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from accounts import access
from accounts.access import Permission, require
from beautification.choices import DefectState
from beautification.filters import DEFECT_TABS, DEFECTS, DefectFilter
from beautification.forms import DefectForm, DefectHandForm, DefectKindForm, DefectStepForm
from beautification.models import Defect, DefectKind
from beautification.models.defects import can_report_defects
from beautification.models.street import can_manage_streets
from beautification.views.running import units_that_answer
from beautification.views.street import street_of
from campaigns.middleware import year_of_request
from core import past
from core.http import HouseRequest
from core.models import today
from core.pages import form_page, page_of


# ---- kinds ---------------------------------------------------------------------------------------------
def kind_new(request: HouseRequest) -> HttpResponse:
    return _kind(request, DefectKind(ward=request.ward), _("Add a kind of defect"))


def kind_edit(request: HouseRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(DefectKind.objects.visible_to(request.user), pk=pk)
    return _kind(request, row, _("Change the kind of defect"))


def _kind(request: HouseRequest, row: DefectKind, title: str) -> HttpResponse:
    require(access.can(request.user, Permission.STREET_MANAGE))
    form, here = DefectKindForm(request.POST or None, instance=row, user=request.user), row.get_absolute_url()

    def enter(by: Any, **_fields: Any) -> None:
        row.enter(by=by)

    words: dict[str, Any] = {"title": title, "done": _("Saved the kind of defect"), "to": here}
    return form_page(request, form, enter, up=(_("Criteria"), here), **words)


# ---- reports -------------------------------------------------------------------------------------------
def defect_list(request: HouseRequest) -> HttpResponse:
    """Of the streets that one sees and what the own unit must act on; with `on`: at the end of that day."""
    campaign = year_of_request(request)
    rows = Defect.objects.visible_to(request.user).of_campaign(campaign)
    filters = DefectFilter(request.GET, rows, request=request, campaign=campaign)
    tab, day = filters.asked("state") or "", filters.asked("on")
    page = page_of(request, _of_tab(filters.qs, tab, day or today()).for_list(), table=DEFECTS)
    labels = [_("All"), *(state.label for state in DefectState), _("Came back")]
    tabs = [
        {"code": code, "label": label, "is_current": code == tab}
        for code, label in zip(("", *DEFECT_TABS), labels, strict=True)
    ]
    context = {"page": page, "filters": filters, "tab": tab, "tabs": tabs, "day": day, "today": today()}
    return render(request, "beautification/defect_list.html", context)


def _of_tab(rows: Any, tab: str, day: Any) -> Any:
    if tab == DefectState.TO_MEND:
        return rows.to_mend_on(day)
    if tab == DefectState.MENDED:
        return rows.mended_on(day)
    return rows.returned_by(day) if tab == "returned" else rows.filter(reported_on__lte=day)


def defect_new(request: HouseRequest, slug: str) -> HttpResponse:
    street, campaign = street_of(request, slug), year_of_request(request)
    require(can_report_defects(request.user, campaign))
    row = Defect(ward=request.ward, street=street)
    form = DefectForm(request.POST or None, request.FILES or None, instance=row, units=units_that_answer(request))

    def report(by: Any, photo: Any = None, **_fields: Any) -> Defect:
        return row.report(by=by, photo=photo)

    return _page(request, form, report, street.get_absolute_url(), street.name, _("Report a defect"))


def _page(request: HouseRequest, form: Any, act: Any, to: str, up: str, title: str, lead: str = "") -> HttpResponse:
    return form_page(request, form, act, title=title, done=_("Saved"), to=to, up=(up, to), lead=lead)


def _defect(request: HouseRequest, pk: int) -> Defect:
    rows: Any = Defect.objects.visible_to(request.user).of_campaign(year_of_request(request)).for_list()
    return get_object_or_404(rows.select_related("street__lead_unit", "kind", "owner", "unit", "task", "by"), pk=pk)


def defect_detail(request: HouseRequest, pk: int) -> HttpResponse:
    row, campaign = _defect(request, pk), year_of_request(request)
    context = {
        "defect": row,
        "steps": row.transitions.filter(on__lte=past.current().on or today()).select_related("by"),
        "pairs": row.photo_pairs.prefetch_related("photos"),
        "may_mend": row.can_mend(request.user, campaign),
        "may_report": can_report_defects(request.user, campaign),
        "may_manage": can_manage_streets(request.user, campaign),
    }
    return render(request, "beautification/defect_detail.html", context)


def defect_hand(request: HouseRequest, pk: int) -> HttpResponse:
    row, campaign = _defect(request, pk), year_of_request(request)
    require(can_manage_streets(request.user, campaign))
    form = DefectHandForm(request.POST or None, defect=row, user=request.user, year=campaign.year)
    return _page(request, form, row.hand_to, row.get_absolute_url(), str(row), _("Who mends it, and by when"))


def defect_mend(request: HouseRequest, pk: int) -> HttpResponse:
    row, campaign = _defect(request, pk), year_of_request(request)
    require(row.can_mend(request.user, campaign))
    words = {"submit_label": _("Save as mended"), "hint": _("Without a photo: why nothing is left to do.")}
    form = DefectStepForm(request.POST or None, request.FILES or None, year=campaign.year, **words)
    return _page(
        request,
        form,
        row.mend,
        row.get_absolute_url(),
        str(row),
        _("It is mended"),
        row.task_after_mending(request.user),
    )


def defect_reopen(request: HouseRequest, pk: int) -> HttpResponse:
    row, campaign = _defect(request, pk), year_of_request(request)
    require(can_report_defects(request.user, campaign))
    words = {"submit_label": _("Save that it came back"), "hint": _("What it looks like now.")}
    form = DefectStepForm(request.POST or None, request.FILES or None, year=campaign.year, **words)
    return _page(request, form, row.reopen, row.get_absolute_url(), str(row), _("It came back"))
