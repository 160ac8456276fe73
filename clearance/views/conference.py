"""The roll at the door, the opinions on the plan, and the minutes of a conference."""

from functools import partial
from typing import Any

from django.db.models import Count, Exists, OuterRef
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import access, reading
from accounts.access import Decision, Permission, require
from accounts.views.reasons import ask_reason
from clearance import summaries
from clearance.choices import TOOK_PART, DialogueState
from clearance.filters import RollFilter
from clearance.forms import (
    DialogueAttendanceForm,
    DialogueMinutesForm,
    DialogueReopenForm,
    DialogueScanForm,
    DialogueSignatureForm,
    OpinionsForm,
)
from clearance.models import (
    Dialogue,
    DialogueMinutes,
    DialogueSignature,
    HouseholdParty,
    PlanOpinion,
    Project,
    record_opinions,
)
from clearance.views.fetch import day_of, dialogue_of, project_of
from clearance.views.printing import as_docx
from core.files import serve
from core.http import HouseRequest
from core.pages import attempt, confirm_page, form_page, page_of


def _conference(request: HouseRequest, slug: str, pk: int) -> tuple[Project, Dialogue]:
    """For those who record conferences. What was said there is told as counts to everybody else."""
    project, dialogue = project_of(request, slug), dialogue_of(request, slug, pk)
    dialogue.project = project
    require(project.can_record_dialogue(request.user, request.campaign))
    require(_reads_all(request))
    return project, dialogue


def _reads_all(request: HouseRequest) -> Decision:
    if access.is_ward_wide(request.user, Permission.HOUSEHOLD_READ):
        return access.ALLOWED
    return access.denied(_("Minutes and opinions are read by those who read the files of all households."))


def dialogue_attendance(request: HouseRequest, slug: str, pk: int) -> HttpResponse:
    """A page of the roll; at the door a household is found by its number."""
    project, dialogue = _conference(request, slug, pk)
    reading.shows_households(request)
    day = day_of(request.campaign)
    filters = RollFilter(
        request.GET,
        project.households.all(),
        request=request,
        project=project,
        campaign=request.campaign,
        day=day,
        dialogue=dialogue,
    )
    page = page_of(request, filters.typed_first(_with_invited(filters.qs, dialogue)))
    households = list(page.object_list)
    if request.method == "POST":
        sent = project.households.filter(pk__in=DialogueAttendanceForm.households_in(request.POST))
        households = list(_with_invited(sent, dialogue))
    keys = [household.pk for household in households]
    in_file = HouseholdParty.objects.filter(ward=request.ward, household__in=keys).order_by()
    form = DialogueAttendanceForm(
        request.POST or None,
        households=households,
        known={row.household_id: row for row in dialogue.attendance.filter(household__in=keys)},
        people=dict(in_file.values_list("household").annotate(Count("pk"))),
        cancel_url=dialogue.get_absolute_url(),
    )
    if form.is_valid() and attempt(
        request, dialogue.record_attendance, _("Saved the roll"), form=form, campaign=request.campaign, roll=form.roll()
    ):
        return redirect(f"{request.path}?{query}" if (query := request.GET.urlencode()) else dialogue)
    context = {"form": form, "project": project, "dialogue": dialogue, "filters": filters, "page": page}
    return render(request, "clearance/dialogue_attendance.html", context)


def _with_invited(households: Any, dialogue: Dialogue) -> Any:
    invited = Exists(dialogue.invited().filter(household=OuterRef("pk")))
    return households.with_names().annotate(is_invited=invited).order_by("number")


def dialogue_opinions(request: HouseRequest, slug: str, pk: int) -> HttpResponse:
    """A page of the households that came, sent somebody or wrote."""
    project, dialogue = _conference(request, slug, pk)
    reading.shows_households(request)
    present = dialogue.attendance.filter(kind__in=TOOK_PART).values("household")
    page = page_of(request, project.households.filter(pk__in=present).with_names().order_by("number"))
    households = list(page.object_list)
    if request.method == "POST":
        sent = project.households.filter(pk__in=OpinionsForm.households_in(request.POST))
        households = list(sent.with_names().order_by("number"))
    rows = PlanOpinion.objects.filter(
        ward=request.ward, attendance__dialogue=dialogue, attendance__household__in=[h.pk for h in households]
    )
    form = OpinionsForm(
        request.POST or None,
        households=households,
        known={row.attendance.household_id: row for row in rows.select_related("attendance")},
        cancel_url=dialogue.get_absolute_url(),
    )
    if form.is_valid() and attempt(
        request,
        partial(record_opinions, dialogue),
        _("Saved the opinions"),
        form=form,
        campaign=request.campaign,
        opinions=form.opinions(),
    ):
        return redirect(f"{request.path}?{query}" if (query := request.GET.urlencode()) else dialogue)
    context = {"form": form, "project": project, "dialogue": dialogue, "page": page}
    return render(request, "clearance/dialogue_opinions.html", context)


# ---- minutes ------------------------------------------------------------------------------------------
def _minutes(request: HouseRequest, slug: str, pk: int) -> DialogueMinutes:
    _project, dialogue = _conference(request, slug, pk)
    row = get_object_or_404(DialogueMinutes.objects.visible_to(request.user), dialogue=dialogue)
    row.dialogue = dialogue
    return row


def dialogue_minutes(request: HouseRequest, slug: str, pk: int) -> HttpResponse:
    """What stands in the minutes, who signed, and what is missing until they can be closed."""
    project, dialogue = project_of(request, slug), dialogue_of(request, slug, pk)
    dialogue.project = project
    if not access.can(request.user, Permission.HOUSEHOLD_READ):
        require(access.can(request.user, Permission.DIALOGUE_RECORD))
    require(_reads_all(request))
    record = DialogueMinutes.objects.visible_to(request.user).select_related("closed_by", "article")
    minutes = get_object_or_404(record, dialogue=dialogue)
    minutes.dialogue = dialogue
    if asked := ask_reason(request, dialogue):
        return asked
    reading.opened(request, dialogue, fields="minutes")
    context = {
        "project": project,
        "dialogue": dialogue,
        "minutes": minutes,
        "signatures": minutes.signatures.all(),
        "scans": minutes.scans.all(),
        "missing": [] if minutes.is_closed else minutes.missing(),
        "can_record": project.can_record_dialogue(request.user, request.campaign),
    }
    return render(request, "clearance/dialogue_minutes.html", context)


def dialogue_minutes_edit(request: HouseRequest, slug: str, pk: int) -> HttpResponse:
    _project, dialogue = _conference(request, slug, pk)
    if dialogue.state != DialogueState.HELD:
        require(access.denied(_("Minutes are written once the conference was held.")))
    row = dialogue.record_or_none or DialogueMinutes(ward_id=dialogue.ward_id, dialogue=dialogue)
    row.dialogue = dialogue
    form = DialogueMinutesForm(request.POST or None, instance=row)

    def write(by: Any, **_fields: Any) -> DialogueMinutes:
        row.write(by=by, campaign=request.campaign)
        return row

    here = dialogue.get_absolute_url()
    to = row.get_absolute_url() if row.pk else here
    words: dict[str, Any] = {"title": _("Minutes of the conference"), "done": _("Saved the minutes")}
    return form_page(request, form, write, to=to, up=(dialogue.name, here), **words)


def dialogue_signature_new(request: HouseRequest, slug: str, pk: int) -> HttpResponse:
    minutes = _minutes(request, slug, pk)
    form = DialogueSignatureForm(request.POST or None, instance=DialogueSignature(), minutes=minutes)

    def sign(by: Any, **_fields: Any) -> None:
        minutes.sign(form.instance, by=by, campaign=request.campaign)

    words: dict[str, Any] = {"title": _("Add a signature"), "done": _("Saved the line")}
    to = minutes.get_absolute_url()
    return form_page(request, form, sign, to=to, up=(_("Minutes of the conference"), to), **words)


@require_POST
def dialogue_unsign(request: HouseRequest, slug: str, pk: int, line: int) -> HttpResponse:
    minutes = _minutes(request, slug, pk)
    attempt(request, partial(minutes.unsign, line), _("Took the line out"), campaign=request.campaign)
    return redirect(minutes)


def dialogue_scan_new(request: HouseRequest, slug: str, pk: int) -> HttpResponse:
    minutes = _minutes(request, slug, pk)
    form = DialogueScanForm(request.POST or None, request.FILES or None)
    to = minutes.get_absolute_url()
    words: dict[str, Any] = {"title": _("Add the signed paper"), "done": _("Added the signed paper")}
    add = partial(minutes.add_scan, campaign=request.campaign)
    return form_page(request, form, add, to=to, up=(_("Minutes of the conference"), to), **words)


def dialogue_scan(request: HouseRequest, slug: str, pk: int, scan: int) -> HttpResponseBase:
    dialogue = dialogue_of(request, slug, pk)
    dialogue.project = project_of(request, slug)
    require(_reads_all(request))
    minutes = get_object_or_404(DialogueMinutes.objects.visible_to(request.user), dialogue=dialogue)
    row = get_object_or_404(minutes.scans, pk=scan)
    if asked := ask_reason(request, dialogue):
        return asked
    reading.opened(request, dialogue, fields="file")
    return serve(row.file, name=row.original_name, mime=row.mime)


@require_safe
def dialogue_minutes_paper(request: HouseRequest, slug: str, pk: int) -> HttpResponseBase:
    """The minutes as a paper to sign."""
    minutes = _minutes(request, slug, pk)
    reading.opened(request, minutes.dialogue, fields="minutes")
    make = partial(summaries.minutes, minutes)
    return as_docx(request, make, name=minutes.dialogue.name, otherwise=minutes)


@require_POST
def dialogue_minutes_close(request: HouseRequest, slug: str, pk: int) -> HttpResponse:
    minutes = _minutes(request, slug, pk)
    attempt(request, minutes.close, _("Closed the minutes"), campaign=request.campaign)
    return redirect(minutes)


def dialogue_minutes_reopen(request: HouseRequest, slug: str, pk: int) -> HttpResponse:
    minutes = _minutes(request, slug, pk)
    form = DialogueReopenForm(request.POST or None)
    to = minutes.get_absolute_url()
    words: dict[str, Any] = {"title": _("Open the minutes again"), "done": _("Opened the minutes again")}
    reopen = partial(minutes.reopen, campaign=request.campaign)
    return form_page(request, form, reopen, to=to, up=(_("Minutes of the conference"), to), **words)


def dialogue_summary(request: HouseRequest, slug: str, pk: int) -> HttpResponse:
    """A draft of an article: counts, questions and answers, nobody's name."""
    minutes = _minutes(request, slug, pk)
    if minutes.article_id:
        return redirect(minutes.article)
    if not minutes.is_closed:
        require(access.denied(_("The summary is drafted from closed minutes.")))
    return confirm_page(
        request,
        partial(summaries.draft_article, minutes, campaign=request.campaign),
        title=_("Draft a summary for the public"),
        consequence=_(
            "It counts who took part and lists questions with their answers, without names and numbers of households. "
            "Whoever approves articles reads it before anybody else does."
        ),
        action=_("Draft the summary"),
        done=_("Drafted the summary"),
        to=minutes.get_absolute_url(),
    )
