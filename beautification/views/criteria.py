"""What a civilised street must be, and how the streets stand to it."""

from typing import Any, BinaryIO

from django.core.files import File
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts import access
from accounts.access import Permission, require
from beautification.filters import ASSESSMENTS, RESULTS, ResultFilter
from beautification.forms import AssessmentForm, CriteriaForm, EvidenceForm
from beautification.models import (
    CriteriaSet,
    CriterionEvidence,
    CriterionResult,
    DefectKind,
    Street,
    StreetAssessment,
)
from beautification.models.street import can_manage_streets
from beautification.views.street import street_of
from campaigns.middleware import year_of_request
from core.dates import parse_date
from core.files import serve, small_picture
from core.http import HouseRequest
from core.models import today
from core.pages import attempt, confirm_page, form_page, page_of

COLUMNS = 8  # assessments in the chart


# ---- editions ------------------------------------------------------------------------------------------
def criteria(request: HouseRequest) -> HttpResponse:
    editions = list(CriteriaSet.objects.visible_to(request.user).prefetch_related("criteria"))
    context = {
        "edition": next((row for row in editions if row.is_valid_on(today())), None),
        "editions": editions,
        "kinds": DefectKind.objects.visible_to(request.user).select_related("unit"),
        "may_manage": access.can(request.user, Permission.STREET_MANAGE),
    }
    return render(request, "beautification/criteria.html", context)


@require_POST
def criteria_propose(request: HouseRequest) -> HttpResponse:
    require(access.can(request.user, Permission.STREET_MANAGE))

    def said(count: int) -> str:
        return ngettext("%(count)d criterion entered", "%(count)d criteria entered", count) % {"count": count}

    def propose(by: Any) -> int:
        DefectKind.propose(request.ward, by=by)
        return CriteriaSet.propose(request.ward, by=by)

    attempt(request, propose, said)
    return redirect("beautification:criteria")


def criteria_new(request: HouseRequest) -> HttpResponse:
    """Begins with the words of the present edition."""
    require(access.can(request.user, Permission.STREET_MANAGE))
    row, former = CriteriaSet(ward=request.ward), CriteriaSet.of(request.ward.pk, today())
    words = "\n".join(former.criteria.values_list("text", flat=True)) if former else ""
    form = CriteriaForm(request.POST or None, instance=row, initial={"criteria": words, "valid_from": today()})

    def enter(by: Any, criteria: list[str], **_fields: Any) -> None:
        row.enter(by=by, criteria=criteria)

    here = reverse("beautification:criteria")
    said: dict[str, Any] = {"title": _("A new edition of the criteria"), "done": _("Saved the criteria"), "to": here}
    return form_page(request, form, enter, up=(_("Criteria"), here), **said)


def criteria_verify(request: HouseRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(CriteriaSet.objects.visible_to(request.user), pk=pk)
    require(access.can(request.user, Permission.STREET_MANAGE))
    words: dict[str, Any] = {
        "title": _("Have you compared these criteria with the document?"),
        "consequence": _("%(edition)s (%(reference)s). Your name stands beside them.")
        % {"edition": row.version, "reference": row.legal_ref},
        "action": _("Yes, they are right"),
        "done": _("The criteria are verified."),
    }
    return confirm_page(request, row.verify, to=row.get_absolute_url(), **words)


# ---- how the streets stand to them ---------------------------------------------------------------------
def result_list(request: HouseRequest) -> HttpResponse:
    """Each criterion at the last assessment of each street; with `on`: at the end of that day."""
    campaign, user = year_of_request(request), request.user
    streets = Street.objects.visible_to(user).of_campaign(campaign)
    filters = ResultFilter(request.GET, CriterionResult.objects.visible_to(user), request=request, campaign=campaign)
    day = filters.asked("on")
    page = page_of(request, filters.qs.standing_on(day or today(), streets).for_list(), table=RESULTS)
    return render(request, "beautification/result_list.html", {"page": page, "filters": filters, "day": day})


def assessment_list(request: HouseRequest, slug: str) -> HttpResponse:
    """How a street came along: each assessment, the last one first, and a chart of them."""
    street = street_of(request, slug)
    page = page_of(
        request, street.assessments.with_counts().select_related("criteria_set", "street"), table=ASSESSMENTS
    )
    context = {
        "street": street,
        "page": page,
        "columns": [{"label": f"{row.on:%d/%m/%y}", "value": row.met} for row in reversed(page.object_list[:COLUMNS])],
        "may_manage": can_manage_streets(request.user, year_of_request(request)),
    }
    return render(request, "beautification/assessment_list.html", context)


def assessment_new(request: HouseRequest, slug: str) -> HttpResponse:
    street, campaign = street_of(request, slug), year_of_request(request)
    require(can_manage_streets(request.user, campaign))
    day = parse_date(request.POST.get("on", ""), campaign.year) or today()
    edition = CriteriaSet.of(request.ward.pk, day) or CriteriaSet.of(request.ward.pk, today())
    if edition is None:
        return redirect("beautification:criteria")
    row = StreetAssessment(ward=request.ward, street=street, criteria_set=edition)
    form = AssessmentForm(request.POST or None, instance=row, before=_before(street, None), year=campaign.year)

    def enter(by: Any, said: Any, **_fields: Any) -> StreetAssessment:
        row.enter(by=by, said=said)
        return row

    return _form(request, street, form, enter, title=_("Assess the street"), done=_("Assessment saved"))


def assessment_edit(request: HouseRequest, slug: str, pk: int) -> HttpResponse:
    street, campaign = street_of(request, slug), year_of_request(request)
    row = get_object_or_404(street.assessments.select_related("criteria_set", "street"), pk=pk)
    require(can_manage_streets(request.user, campaign))
    form = AssessmentForm(request.POST or None, instance=row, before=_before(street, row), year=campaign.year)

    def correct(by: Any, said: Any, **_fields: Any) -> StreetAssessment:
        row.correct(by=by, said=said)
        return row

    return _form(request, street, form, correct, title=_("Correct the assessment"), done=_("Assessment saved"))


def _form(request: HouseRequest, street: Street, form: AssessmentForm, act: Any, **words: str) -> HttpResponse:
    lead = _("%(edition)s. Leave “Not looked at” where nobody has looked.") % {"edition": form.instance.criteria_set}
    to = street.get_absolute_url()
    return form_page(request, form, act, to=to, up=(street.name, to), lead=lead, **words)


def _before(street: Street, of: StreetAssessment | None) -> dict[int, CriterionResult]:
    """What the assessment before found, by criterion."""
    rows = street.assessments.filter(on__lt=of.on) if of else street.assessments.all()
    last = rows.first()
    return {row.criterion_id: row for row in last.results.select_related("assessment")} if last else {}


def assessment_detail(request: HouseRequest, slug: str, pk: int) -> HttpResponse:
    street = street_of(request, slug)
    row = get_object_or_404(street.assessments.with_counts().select_related("criteria_set", "by"), pk=pk)
    results = list(row.results.select_related("criterion").prefetch_related("evidence"))
    context = {
        "street": street,
        "assessment": row,
        "results": results,
        "may_manage": can_manage_streets(request.user, year_of_request(request)),
    }
    return render(request, "beautification/assessment_detail.html", context)


# ---- evidence ------------------------------------------------------------------------------------------
def evidence_new(request: HouseRequest, slug: str, pk: int) -> HttpResponse:
    street = street_of(request, slug)
    rows = CriterionResult.objects.visible_to(request.user).filter(assessment__street=street)
    row = get_object_or_404(rows.select_related("criterion", "assessment__street__lead_unit"), pk=pk)
    require(can_manage_streets(request.user, year_of_request(request)))
    to = row.assessment.get_absolute_url()

    def add(by: Any, papers: Any) -> None:
        row.add_evidence(papers, by=by)

    words: dict[str, Any] = {"title": _("Add evidence"), "done": _("Evidence saved"), "lead": str(row)}
    form = EvidenceForm(request.POST or None, request.FILES or None)
    return form_page(request, form, add, to=to, up=(str(row.assessment), to), **words)


def _evidence(request: HouseRequest, pk: int) -> CriterionEvidence:
    results = CriterionResult.objects.visible_to(request.user)
    rows = CriterionEvidence.objects.in_ward_of(request.user).filter(result__in=results)
    return get_object_or_404(rows.select_related("result__assessment__street__lead_unit"), pk=pk)


def evidence_file(request: HouseRequest, pk: int) -> HttpResponseBase:
    row = _evidence(request, pk)
    content: BinaryIO | File = row.file.open("rb")
    if row.is_photo and "small" in request.GET:
        with content as stored:
            content = small_picture(stored)
    return serve(content, name=row.original_name, mime=row.mime)


def evidence_remove(request: HouseRequest, pk: int) -> HttpResponse:
    row = _evidence(request, pk)
    require(can_manage_streets(request.user, year_of_request(request)))
    return confirm_page(
        request,
        row.remove,
        title=_("Remove %(file)s?") % {"file": row.original_name},
        consequence=_("It is deleted for good."),
        action=_("Remove the evidence"),
        done=_("Evidence removed"),
        to=row.result.assessment.get_absolute_url(),
        danger=True,
    )
