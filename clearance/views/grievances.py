"""The desk: what comes in, its sorting, each step with its clock, and the receipt for the person."""

from functools import partial
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import access, reading
from accounts.access import Permission, require
from accounts.models import User
from accounts.views.reasons import ask_reason
from clearance.filters import GRIEVANCES, GrievanceFilter
from clearance.forms import GrievanceForm, GrievancePapersForm, GrievanceSortForm, GrievanceStepForm
from clearance.models import Grievance, GrievanceEvidence
from clearance.tracks import Step, Track
from clearance.views.public import status_url
from core.files import serve
from core.http import HouseRequest
from core.models import today
from core.pages import form_page, page_of
from core.qr import drawn


def _may_read(request: HouseRequest) -> bool:
    """What a person wrote: the desk, and who confirms as a second person; others see the clocks alone."""
    user = request.user
    return bool(access.can(user, Permission.GRIEVANCE_KEEP) or access.can(user, Permission.GRIEVANCE_CONFIRM))


def _grievance(request: HouseRequest, year: int, number: int) -> Grievance:
    reading.shows_households(request)
    rows = Grievance.objects.visible_to(request.user).select_related("household__project", "about")
    return get_object_or_404(rows, year=year, number=number)


def grievance_list(request: HouseRequest) -> HttpResponse:
    """By what is due first; with `on`: those that were open or late on that day."""
    require(access.can(request.user, Permission.GRIEVANCE_READ))
    reading.shows_households(request)
    rows = Grievance.objects.visible_to(request.user)
    may_read = _may_read(request)
    campaign = request.campaign
    filters = GrievanceFilter(request.GET, rows, request=request, campaign=campaign, day=today(), may_read=may_read)
    page = page_of(request, filters.qs.for_list().most_urgent_first(), table=GRIEVANCES)
    context = {
        "page": page,
        "filters": filters,
        "may_read": may_read,
        "may_keep": access.can(request.user, Permission.GRIEVANCE_KEEP),
    }
    return render(request, "clearance/grievance_list.html", context)


def grievance_detail(request: HouseRequest, year: int, number: int) -> HttpResponse:
    grievance, user = _grievance(request, year, number), request.user
    may_read = _may_read(request)
    if may_read:
        if asked := ask_reason(request, grievance):
            return asked
        reading.opened(request, grievance)
    steps = grievance.steps_for(user)
    context = {
        "grievance": grievance,
        "may_read": may_read,
        "can_sort": grievance.can_sort(user),
        "can_keep": grievance.can_keep(user),
        "can_attach": grievance.can_attach(user),
        "papers": GrievanceEvidence.objects.visible_to(user).filter(grievance=grievance),
        "is_kept_away": access.can(user, Permission.GRIEVANCE_KEEP) and not grievance.can_keep(user),
        "next_step": steps[0] if steps else None,
        "other_steps": steps[1:],
        "clock": grievance.clock,
        "ended": grievance.clocks.exclude(ended_on=None).select_related("deadline__rule").order_by("id"),
        "is_denunciation": grievance.track == Track.DENUNCIATION,
    }
    return render(request, "clearance/grievance_detail.html", context)


def grievance_new(request: HouseRequest) -> HttpResponse:
    require(access.can(request.user, Permission.GRIEVANCE_KEEP))
    here = reverse("clearance:grievance_list")
    form = GrievanceForm(request.POST or None, instance=Grievance(ward=request.ward))

    def keep(by: User, **_fields: Any) -> Grievance:
        form.instance.receive(by=by)
        return form.instance

    words = {"title": _("Receive a grievance"), "done": _("Received. Print the receipt and hand it over at once.")}
    return form_page(request, form, keep, to=here, up=(_("Grievances"), here), **words)


def grievance_papers(request: HouseRequest, year: int, number: int) -> HttpResponse:
    """Keep papers that the person brought."""
    grievance = _grievance(request, year, number)
    require(grievance.can_attach(request.user))
    form = GrievancePapersForm(request.POST or None, request.FILES or None)
    here = grievance.get_absolute_url()
    words: dict[str, Any] = {"title": _("Add papers"), "done": _("Kept the papers")}
    return form_page(request, form, grievance.attach, to=here, up=(str(grievance), here), **words)


def grievance_evidence(request: HouseRequest, year: int, number: int, pk: int) -> HttpResponseBase:
    grievance = _grievance(request, year, number)
    paper = get_object_or_404(GrievanceEvidence.objects.visible_to(request.user), pk=pk, grievance=grievance)
    if asked := ask_reason(request, grievance):
        return asked
    reading.opened(request, grievance, fields="file")
    return serve(paper.file, name=paper.original_name, mime=paper.mime)


def grievance_receipt(request: HouseRequest, year: int, number: int) -> HttpResponse:
    """For the person who brought it: number, day, code, and where to look."""
    grievance = _grievance(request, year, number)
    require(grievance.can_keep(request.user))
    url = status_url(grievance)
    return render(request, "clearance/grievance_receipt.html", {"grievance": grievance, "url": url, "qr": drawn(url)})


def grievance_sort(request: HouseRequest, year: int, number: int) -> HttpResponse:
    grievance = _grievance(request, year, number)
    require(grievance.can_sort(request.user))
    reading.opened(request, grievance)
    form = GrievanceSortForm(request.POST or None, grievance=grievance)

    def sort(by: User, track: str, body: str, **facts: Any) -> None:
        if track == Track.DENUNCIATION:
            grievance.hand_over(by=by, body=body, on=today())
        else:
            grievance.sort(by=by, track=track, **facts)

    here = grievance.get_absolute_url()
    words = {"title": _("Sort the grievance"), "done": _("Sorted"), "lead": grievance.text}
    return form_page(request, form, sort, to=here, up=(str(grievance), here), **words)


def grievance_step(request: HouseRequest, year: int, number: int, step: str) -> HttpResponse:
    grievance = _grievance(request, year, number)
    if step not in Step.values:
        raise Http404
    wanted = Step(step)
    require(grievance.can_take(wanted, request.user))
    form = GrievanceStepForm(request.POST or None, step=wanted)
    here = grievance.get_absolute_url()
    words = {"title": str(wanted.label), "done": _("Written down"), "lead": grievance.summary}
    return form_page(request, form, partial(grievance.take, wanted), to=here, up=(str(grievance), here), **words)


def grievance_poster(request: HouseRequest) -> HttpResponse:
    """A sheet for the culture house: how to tell the ward something, without an account."""
    require(access.can(request.user, Permission.GRIEVANCE_KEEP))
    url = settings.BASE_URL + reverse("clearance:public_grievance", args=[request.ward.slug])
    return render(request, "clearance/grievance_poster.html", {"url": url, "qr": drawn(url)})
