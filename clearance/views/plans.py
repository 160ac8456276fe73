"""Plans on display, and signed agreements to early recovery."""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import reading
from accounts.access import require
from accounts.models import Ward
from accounts.views.reasons import ask_reason
from campaigns.middleware import year_of_request
from clearance import papers
from clearance.forms import AgreementCountForm, AgreementForm, AgreementWithdrawForm, PlanForm
from clearance.models import AgreementCount, AgreementScan, PlanPosting, SignedAgreement
from clearance.models.agreements import can_see, formula, tally
from clearance.views.fetch import day_of, project_of
from clearance.views.printing import as_docx
from clearance.views.public import public_page
from core.files import serve
from core.http import HouseRequest
from core.models import today
from core.pages import form_page


def plan_new(request: HouseRequest, slug: str) -> HttpResponse:
    """A version of the plan, as a draft for those who put postings up."""
    project = project_of(request, slug)
    require(project.can_manage(request.user, request.campaign))
    row = PlanPosting(ward=request.ward, project=project)
    form = PlanForm(request.POST or None, request.FILES or None, instance=row, project=project)

    def prepare(by: Any, papers: Any, **_fields: Any) -> None:
        row.prepare(by=by, campaign=request.campaign, papers=papers)

    here = project.get_absolute_url()
    lead = _("The draft goes to those who put postings up: ward office, common places and the ward's portal.")
    words: dict[str, Any] = {"title": _("Put a plan on display"), "done": _("Prepared the posting"), "lead": lead}
    return form_page(request, form, prepare, to=here, up=(project.name, here), **words)


@public_page
def public_plans(request: HttpRequest, ward: Ward) -> HttpResponse:
    """Which plans hang now, until when and where; nobody's name."""
    rows = PlanPosting.objects.filter(ward=ward).on_display(today()).prefetch_related("posting__spots__place")
    return render(request, "clearance/public_plans.html", {"ward": ward, "plans": rows})


def agreement_list(request: HouseRequest, slug: str) -> HttpResponse:
    """The signed papers, the open formula, and what was counted for decisions."""
    project = project_of(request, slug)
    require(can_see(request.user))
    reading.shows_households(request)
    found = tally(project, day_of(request.campaign))
    rows = SignedAgreement.objects.visible_to(request.user).filter(household__project=project)
    context = {
        "project": project,
        "tally": found,
        "formula": formula(found["rule"]) if found["rule"] else "",
        "rows": rows.select_related("household", "entered_by").prefetch_related("scans").order_by("household__number"),
        "counts": AgreementCount.objects.visible_to(request.user).filter(project=project),
        "can_manage": project.can_manage(request.user, request.campaign),
    }
    return render(request, "clearance/agreement_list.html", context)


def agreement_new(request: HouseRequest, slug: str) -> HttpResponse:
    project = project_of(request, slug)
    require(project.can_manage(request.user, request.campaign))
    row = SignedAgreement(ward=request.ward)
    form = AgreementForm(request.POST or None, request.FILES or None, instance=row, project=project)

    def enter(by: Any, scan: Any = None, **_fields: Any) -> None:
        row.enter(by=by, campaign=request.campaign, scan=scan)

    words = {"title": _("Enter a signed agreement"), "done": _("Entered the signed agreement")}
    return _act(request, slug, form, enter, **words)


def agreement_form(request: HouseRequest, slug: str) -> HttpResponseBase:
    """A blank form to be signed by hand."""
    project = project_of(request, slug)
    require(project.can_manage(request.user, request.campaign))
    here = reverse("clearance:agreement_list", args=[slug])
    return as_docx(request, partial(papers.agreement_form, project), name=project.name, otherwise=here)


def agreement_withdraw(request: HouseRequest, pk: int) -> HttpResponse:
    rows = SignedAgreement.objects.visible_to(request.user).of(year_of_request(request))
    row = get_object_or_404(rows.select_related("household__project__undertaking"), pk=pk)
    require(row.household.project.can_manage(request.user, request.campaign))
    words = {"title": _("Enter a withdrawal"), "done": _("Entered the withdrawal"), "lead": str(row)}
    act = partial(row.withdraw, campaign=request.campaign)
    return _act(request, row.household.project.slug, AgreementWithdrawForm(request.POST or None), act, **words)


def agreement_count(request: HouseRequest, slug: str) -> HttpResponse:
    """Frozen for a decision, with its rows."""
    project = project_of(request, slug)
    require(project.can_manage(request.user, request.campaign))

    def freeze(by: Any, **fields: Any) -> None:
        AgreementCount.freeze(project, by=by, campaign=request.campaign, **fields)

    form = AgreementCountForm(request.POST or None, initial={"on": today()})
    words = {"title": _("Count the signed agreements for a decision"), "done": _("Counted and kept")}
    return _act(request, slug, form, freeze, **words)


def agreement_scan(request: HouseRequest, pk: int) -> HttpResponseBase:
    rows = AgreementScan.objects.visible_to(request.user).select_related("agreement__household__project")
    scan = get_object_or_404(rows, pk=pk)
    household = scan.personal_file
    if asked := ask_reason(request, household):
        return asked
    reading.opened(request, household, fields="photo")
    return serve(scan.file, name=scan.original_name, mime=scan.mime)


def _act(request: HouseRequest, slug: str, form: Any, act: Any, **words: Any) -> HttpResponse:
    here = reverse("clearance:agreement_list", args=[slug])
    return form_page(request, form, act, to=here, up=(_("Signed agreements"), here), **words)
