"""Written mobilisations of a household, their minutes, and the days that the ward sets towards it."""

from functools import partial
from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from accounts import reading
from accounts.access import require
from accounts.views.reasons import ask_reason
from campaigns.middleware import year_of_request
from clearance import papers
from clearance.choices import LoopEnding
from clearance.forms import (
    FileVoidForm,
    LoopDecisionForm,
    LoopEndForm,
    LoopForm,
    LoopMistakeForm,
    MinutesForm,
    SetDayForm,
)
from clearance.models import LoopMinutes, MinutesScan, MobilisationLoop, SetDay
from clearance.views.fetch import day_of, household_of
from clearance.views.printing import as_docx
from core.files import serve
from core.http import HouseRequest
from core.pages import confirm_page, form_page


def _loop(request: HouseRequest, pk: int) -> MobilisationLoop:
    reading.shows_households(request)
    rows: Any = MobilisationLoop.objects.visible_to(request.user).of(year_of_request(request)).for_file()
    rows = rows.select_related(
        "window__rule", "wait__rule", "household__project__undertaking", "household__batch__rule_set"
    )
    beside = ("minutes__scans", "household__papers", "household__milestones")
    return get_object_or_404(rows.prefetch_related(*beside), pk=pk)


def loop_new(request: HouseRequest, slug: str, number: int) -> HttpResponse:
    household = household_of(request, slug, number)
    require(household.project.can_manage(request.user, request.campaign))
    bodies = {"ward_body": _("People's Committee of %(ward)s") % {"ward": request.ward.name}}
    bodies |= {
        "front_body": _("Fatherland Front Committee of the ward"),
        "unit_body": str(household.project.host or ""),
    }
    form = LoopForm(
        request.POST or None, instance=MobilisationLoop(ward=request.ward, household=household), initial=bodies
    )

    def enter(by: Any, **_fields: Any) -> MobilisationLoop:
        form.instance.open(by=by, campaign=request.campaign)
        return form.instance

    here = household.get_absolute_url()
    words: dict[str, Any] = {"title": _("Open a mobilisation"), "done": _("Opened the mobilisation"), "to": here}
    words["lead"] = _("Its days are counted now, by the rule set of the project, and stay as they were counted.")
    return form_page(request, form, enter, up=(str(household).capitalize(), here), **words)


def loop_detail(request: HouseRequest, pk: int) -> HttpResponse:
    """Its days, its minutes, and which proof is there before anything may follow."""
    loop, user, campaign = _loop(request, pk), request.user, request.campaign
    household = loop.household
    if asked := ask_reason(request, household):
        return asked
    reading.opened(request, household, fields="loop")
    context = {
        "loop": loop,
        "household": household,
        "phase": loop.phase_on(day_of(campaign)),
        "gate": loop.gate(day_of(campaign)),
        "minutes": sorted(loop.minutes.all(), key=lambda row: row.number),
        "may_minute": loop.can_minute(user, campaign),
        "may_decide": loop.can_decide(user, campaign),
        "may_confirm": loop.can_confirm(user, campaign),
        "can_manage": household.project.can_manage(user, campaign),
    }
    return render(request, "clearance/loop_detail.html", context)


def loop_sheet(request: HouseRequest, pk: int) -> HttpResponseBase:
    """The sheet that the minutes of the next meeting are written on."""
    loop = _loop(request, pk)
    require(loop.can_minute(request.user, request.campaign))
    reading.opened(request, loop.household, fields="loop")
    return as_docx(request, partial(papers.loop_minutes, loop), name=loop.household, otherwise=loop)


def minutes_paper(request: HouseRequest, pk: int) -> HttpResponseBase:
    """Minutes that are written, ready to be signed."""
    rows = LoopMinutes.objects.visible_to(request.user).of(year_of_request(request)).filter(void_at=None)
    row = get_object_or_404(rows.select_related("loop__household__project__host"), pk=pk)
    if asked := ask_reason(request, row.household):
        return asked
    reading.opened(request, row.household, fields="loop")
    name = f"{row.household} {row.on:%d-%m-%Y}"
    return as_docx(request, partial(papers.loop_minutes, row.loop, row), name=name, otherwise=row.loop)


def _act(request: HouseRequest, loop: MobilisationLoop, form: Any, act: Any, **words: Any) -> HttpResponse:
    here = loop.get_absolute_url()
    return form_page(request, form, act, to=here, up=(str(loop), here), **words)


def loop_end(request: HouseRequest, pk: int) -> HttpResponse:
    loop = _loop(request, pk)
    require(loop.can_end(request.user, request.campaign))
    words = {"title": _("The household cooperates"), "done": _("The mobilisation has ended: the household cooperates")}
    return _act(request, loop, LoopEndForm(request.POST or None), partial(loop.end, campaign=request.campaign), **words)


def loop_mistake(request: HouseRequest, pk: int) -> HttpResponse:
    loop = _loop(request, pk)
    require(loop.can_end(request.user, request.campaign))
    require(loop.household.project.can_manage(request.user, request.campaign))
    act = partial(loop.end, campaign=request.campaign, ending=LoopEnding.MISTAKEN)
    words = {"title": _("It was opened in error"), "done": _("Ended as opened in error")}
    return _act(request, loop, LoopMistakeForm(request.POST or None), act, **words)


def loop_decide(request: HouseRequest, pk: int) -> HttpResponse:
    loop = _loop(request, pk)
    require(loop.can_decide(request.user, request.campaign))
    lead = _("Write down that a lawful decision exists, its number and its day. Nothing is planned here.")
    words = {"title": _("Record that a decision exists"), "done": _("Recorded the decision"), "lead": lead}
    act = partial(loop.record_decision, campaign=request.campaign)
    return _act(request, loop, LoopDecisionForm(request.POST or None), act, **words)


def loop_confirm(request: HouseRequest, pk: int) -> HttpResponse:
    loop = _loop(request, pk)
    require(loop.can_confirm(request.user, request.campaign))
    said = {"number": loop.decision, "day": f"{loop.decided_on:%d/%m/%Y}", "who": loop.entered_by or ""}
    words: dict[str, Any] = {
        "title": _("Have you seen the decision yourself?"),
        "consequence": _("Decision %(number)s of %(day)s, entered by %(who)s. Your name stands beside it.") % said,
        "action": _("Yes, I have seen it"),
        "done": _("The decision is confirmed."),
    }
    return confirm_page(
        request, partial(loop.confirm_decision, campaign=request.campaign), to=loop.get_absolute_url(), **words
    )


def minutes_new(request: HouseRequest, pk: int) -> HttpResponse:
    loop = _loop(request, pk)
    require(loop.can_minute(request.user, request.campaign))
    row = LoopMinutes(ward=request.ward, loop=loop)
    form = MinutesForm(request.POST or None, request.FILES or None, instance=row)

    def write(by: Any, scan: Any = None, **_fields: Any) -> None:
        row.write(by=by, campaign=request.campaign, scan=scan)

    words = {"title": _("Write the minutes"), "done": _("Saved the minutes"), "lead": str(loop)}
    return _act(request, loop, form, write, **words)


def minutes_void(request: HouseRequest, pk: int) -> HttpResponse:
    reading.shows_households(request)
    rows: Any = LoopMinutes.objects.visible_to(request.user).of(year_of_request(request))
    row = get_object_or_404(rows.select_related("loop__household__project__undertaking"), pk=pk)
    require(row.can_void(request.user, request.campaign))
    words: dict[str, Any] = {"title": _("Declare it void"), "done": _("Declared void"), "lead": str(row)}
    act = partial(row.declare_void, campaign=request.campaign)
    return _act(request, row.loop, FileVoidForm(request.POST or None), act, **words)


def minutes_scan(request: HouseRequest, pk: int) -> HttpResponseBase:
    reading.shows_households(request)
    rows = MinutesScan.objects.visible_to(request.user).select_related("minutes__loop__household__project")
    scan = get_object_or_404(rows, pk=pk)
    household = scan.personal_file
    if asked := ask_reason(request, household):
        return asked
    reading.opened(request, household, fields="photo")
    return serve(scan.file, name=scan.original_name, mime=scan.mime)


def set_day_new(request: HouseRequest, slug: str, number: int) -> HttpResponse:
    household = household_of(request, slug, number)
    require(household.project.can_manage(request.user, request.campaign))
    row = SetDay(ward=request.ward, household=household)

    def enter(by: Any, **_fields: Any) -> None:
        row.set(by=by, campaign=request.campaign)

    here = household.get_absolute_url()
    words: dict[str, Any] = {"title": _("Set a day for the household"), "done": _("Set the day"), "to": here}
    form = SetDayForm(request.POST or None, instance=row)
    return form_page(request, form, enter, up=(str(household).capitalize(), here), **words)


def set_day_void(request: HouseRequest, pk: int) -> HttpResponse:
    reading.shows_households(request)
    rows: Any = SetDay.objects.visible_to(request.user).of(year_of_request(request))
    row = get_object_or_404(rows.select_related("household__project__undertaking"), pk=pk)
    require(row.household.project.can_manage(request.user, request.campaign))
    here = row.household.get_absolute_url()
    words: dict[str, Any] = {"title": _("Take the day back"), "done": _("Taken back"), "lead": str(row)}
    act = partial(row.declare_void, campaign=request.campaign)
    return form_page(
        request, FileVoidForm(request.POST or None), act, to=here, up=(str(row.household).capitalize(), here), **words
    )
