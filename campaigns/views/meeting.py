from typing import Any

from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import access
from accounts.access import Permission, require
from campaigns.actions import assign_tasks
from campaigns.choices import Absence
from campaigns.filters import MEETINGS, MeetingFilter
from campaigns.forms.campaign import ReasonForm
from campaigns.forms.meeting import (
    AttendanceRows,
    InviteeForm,
    InviteForm,
    MeetingEditForm,
    MeetingHoldForm,
    MeetingNewForm,
    OutcomeForm,
)
from campaigns.forms.task import TaskNewForm
from campaigns.middleware import show_year, year_of_request
from campaigns.models import Meeting, MeetingInvitee, MeetingOutcome, Task
from core.http import HouseRequest
from core.pages import attempt, confirm_page, day_asked, form_page, page_of

FREE_LINES = 10  # of the sign-in sheet, for whoever comes besides
MOST_LINES = 400


def meeting_list(request: HouseRequest) -> HttpResponse:
    require(access.can(request.user, Permission.DOCUMENT_READ))
    campaign, day = year_of_request(request), day_asked(request)
    rows = Meeting.objects.visible_to(request.user).filter(campaign=campaign)
    filters = MeetingFilter(request.GET, rows.held_by(day) if day else rows, request=request)
    may_call = campaign.can_change() and access.can(request.user, Permission.CAMPAIGN_EDIT)
    page = page_of(request, filters.typed_first(filters.qs.for_list()), table=MEETINGS)
    context = {"page": page, "filters": filters, "day": day, "may_call": may_call}
    return render(request, "campaigns/meeting_list.html", context)


def meeting_new(request: HouseRequest) -> HttpResponse:
    campaign = year_of_request(request)
    require(campaign.can_change() and access.can(request.user, Permission.CAMPAIGN_EDIT))
    meeting = Meeting(ward=request.ward, campaign=campaign)
    form = MeetingNewForm(request.POST or None, instance=meeting, user=request.user)

    def call(by: Any, units: Any, **_fields: Any) -> Meeting:
        meeting.call(by=by, units=units)
        return meeting

    home = reverse("campaigns:meeting_list")
    words: dict[str, Any] = {"title": _("Plan a session"), "done": _("Session saved")}
    return form_page(request, form, call, to=home, up=(_("Sessions"), home), **words)


def meeting_detail(request: HouseRequest, pk: int) -> HttpResponse:
    meeting = _meeting(request, pk)
    invitees = list(meeting.invitees.select_related("unit", "person"))
    outcomes = meeting.outcomes.prefetch_related(
        Prefetch("tasks", Task.objects.visible_to(request.user).select_related("lead_unit").order_by("due_on", "pk"))
    )
    context = {
        "meeting": meeting,
        "invitees": invitees,
        "to_inform": [row for row in invitees if row.absence == Absence.ABSENT],
        "outcomes": outcomes,
        "can_assign": meeting.campaign.can_change() and access.can(request.user, Permission.TASK_ASSIGN),
        "reason": meeting.transitions.filter(new="cancelled").first(),
        "can_edit": meeting.can_edit(request.user),
        "lines_to_sign": _lines_to_sign(invitees),
        "can_hold": meeting.can_hold(request.user),
    }
    return render(request, "campaigns/meeting_detail.html", context)


def meeting_edit(request: HouseRequest, pk: int) -> HttpResponse:
    meeting = _meeting(request, pk)
    require(meeting.can_edit(request.user))
    form = MeetingEditForm(request.POST or None, instance=meeting, user=request.user)
    words: dict[str, Any] = {"title": _("Change the session"), "done": _("Session saved")}
    return form_page(request, form, meeting.edit, **_back(meeting), **words)


def meeting_hold(request: HouseRequest, pk: int) -> HttpResponse:
    meeting = _meeting(request, pk)
    require(meeting.can_hold(request.user))
    form = MeetingHoldForm(request.POST or None, user=request.user, meeting=meeting)
    words: dict[str, Any] = {
        "title": _("Was it held?"),
        "done": _("Session written down as held"),
        "lead": str(meeting),
    }
    return form_page(request, form, meeting.hold, **_back(meeting), **words)


def meeting_cancel(request: HouseRequest, pk: int) -> HttpResponse:
    meeting = _meeting(request, pk)
    require(meeting.can_hold(request.user))
    form = ReasonForm(request.POST or None, submit_label=_("Cancel the session"), danger=True)
    words: dict[str, Any] = {"title": _("Cancel the session"), "done": _("Session cancelled"), "lead": str(meeting)}
    return form_page(request, form, meeting.cancel, **_back(meeting), **words)


def _lines_to_sign(invitees: list[MeetingInvitee]) -> list[tuple[str, str]]:
    """Name and unit of each line: a line for each person invited, and some for whoever comes besides."""
    lines = []
    for row in invitees:
        told = (str(row), "") if row.person_id else ("", str(row))
        lines += [told] * (row.invited or 1)
    return lines[:MOST_LINES] + [("", "")] * FREE_LINES


def meeting_invite(request: HouseRequest, pk: int) -> HttpResponse:
    meeting = _meeting(request, pk)
    require(meeting.can_edit(request.user))
    form = InviteForm(request.POST or None, user=request.user, meeting=meeting)

    def invite(by: Any, **fields: Any) -> None:
        meeting.invite_all(by=by, **fields)

    lead = _("%(meeting)s. Whoever is invited already stays so.") % {"meeting": meeting}
    words: dict[str, Any] = {"title": _("Invite"), "done": _("Invited"), "lead": lead}
    return form_page(request, form, invite, **_back(meeting), **words)


def meeting_attendance(request: HouseRequest, pk: int) -> HttpResponse:
    """Who came, for all who were invited on one page; later the same page says who was told afterwards."""
    meeting = _meeting(request, pk)
    require(meeting.can_edit(request.user))
    invited = meeting.invitees.select_related("unit", "person")
    rows = AttendanceRows(request.POST or None, queryset=invited, form_kwargs={"year": meeting.campaign.year})
    if request.method == "POST" and rows.is_valid():
        invitees = [form.instance for form in rows.forms]
        rest_came = "rest_present" in request.POST
        if attempt(request, meeting.note_attendance, _("Attendance saved"), rows=invitees, rest_came=rest_came):
            return redirect(meeting)
    return render(request, "campaigns/meeting_attendance.html", {"meeting": meeting, "rows": rows})


def outcome_new(request: HouseRequest, pk: int) -> HttpResponse:
    meeting = _meeting(request, pk)
    require(meeting.can_edit(request.user))
    form = OutcomeForm(request.POST or None, instance=MeetingOutcome(ward=request.ward, meeting=meeting))

    def conclude(by: Any, text: str) -> None:
        meeting.conclude(by=by, text=text)

    words: dict[str, Any] = {"title": _("What was decided"), "done": _("Outcome saved")}
    return form_page(request, form, conclude, **_back(meeting), **words)


def outcome_edit(request: HouseRequest, pk: int) -> HttpResponse:
    outcome = _outcome(request, pk)
    require(outcome.meeting.can_edit(request.user))
    form = OutcomeForm(request.POST or None, instance=outcome)
    words: dict[str, Any] = {"title": _("Change the outcome"), "done": _("Outcome saved")}
    return form_page(request, form, outcome.edit, **_back(outcome.meeting), **words)


def outcome_remove(request: HouseRequest, pk: int) -> HttpResponse:
    outcome = _outcome(request, pk)
    require(outcome.can_remove(request.user))
    words: dict[str, Any] = {
        "title": _("Remove this outcome?"),
        "consequence": outcome.text,
        "action": _("Remove the outcome"),
        "done": _("Outcome removed"),
    }
    return confirm_page(request, outcome.remove, to=outcome.meeting.get_absolute_url(), danger=True, **words)


def outcome_assign(request: HouseRequest, pk: int) -> HttpResponse:
    """Tasks for one or several units, which lead back to the meeting."""
    outcome = _outcome(request, pk)
    campaign = outcome.meeting.campaign
    require(outcome.can_assign(request.user))
    task = Task(ward=outcome.ward, campaign=campaign)
    form = TaskNewForm(request.POST or None, instance=task, user=request.user, campaign=campaign, says=outcome.text)

    def assign(by: Any, **fields: Any) -> None:
        assign_tasks(by=by, campaign=campaign, outcome=outcome, **fields)

    words: dict[str, Any] = {"title": _("Assign tasks to units"), "done": _("Tasks assigned"), "lead": outcome.text}
    return form_page(request, form, assign, **_back(outcome.meeting), **words)


def invitee_new(request: HouseRequest, pk: int) -> HttpResponse:
    meeting = _meeting(request, pk)
    require(meeting.can_edit(request.user))
    invitee = MeetingInvitee(ward=request.ward, meeting=meeting)
    form = InviteeForm(request.POST or None, instance=invitee, user=request.user)

    def invite(by: Any, **fields: Any) -> None:
        meeting.invite(by=by, **fields)

    words: dict[str, Any] = {"title": _("Add an invited group"), "done": _("Invited group saved")}
    return form_page(request, form, invite, **_back(meeting), **words)


def invitee_edit(request: HouseRequest, pk: int) -> HttpResponse:
    rows = MeetingInvitee.objects.visible_to(request.user).select_related("meeting__campaign", "unit", "person")
    invitee = get_object_or_404(rows, pk=pk)
    require(invitee.meeting.can_edit(request.user))
    show_year(request, invitee.meeting.campaign)
    form = InviteeForm(request.POST or None, instance=invitee, user=request.user)
    words: dict[str, Any] = {"title": _("Attendance of %(group)s") % {"group": invitee}, "done": _("Attendance saved")}
    return form_page(request, form, invitee.edit, **_back(invitee.meeting), **words)


def _outcome(request: HouseRequest, pk: int) -> MeetingOutcome:
    rows = MeetingOutcome.objects.visible_to(request.user).select_related("meeting__campaign", "ward")
    outcome = get_object_or_404(rows, pk=pk)
    show_year(request, outcome.meeting.campaign)
    return outcome


def _meeting(request: HouseRequest, pk: int) -> Meeting:
    rows = Meeting.objects.open_to(request.user).for_list().select_related("minutes__kind")
    meeting = get_object_or_404(rows, pk=pk)
    show_year(request, meeting.campaign)
    return meeting


def _back(meeting: Meeting) -> dict:
    here = meeting.get_absolute_url()
    return {"to": here, "up": (str(meeting), here)}
