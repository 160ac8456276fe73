from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import access
from accounts.access import Permission, require
from campaigns.filters import MEETINGS, MeetingFilter
from campaigns.forms.campaign import ReasonForm
from campaigns.forms.meeting import InviteeForm, MeetingEditForm, MeetingHoldForm, MeetingNewForm
from campaigns.middleware import show_year, year_of_request
from campaigns.models import Meeting, MeetingInvitee
from core.http import HouseRequest
from core.pages import day_asked, form_page, page_of

TO_SIGN = 40  # two pages


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
    context = {
        "meeting": meeting,
        "invitees": meeting.invitees.select_related("unit"),
        "reason": meeting.transitions.filter(new="cancelled").first(),
        "can_edit": meeting.can_edit(request.user),
        "lines_to_sign": range(1, TO_SIGN + 1),
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
    rows = MeetingInvitee.objects.visible_to(request.user).select_related("meeting__campaign", "unit")
    invitee = get_object_or_404(rows, pk=pk)
    require(invitee.meeting.can_edit(request.user))
    show_year(request, invitee.meeting.campaign)
    form = InviteeForm(request.POST or None, instance=invitee, user=request.user)
    words: dict[str, Any] = {"title": _("Attendance of %(group)s") % {"group": invitee}, "done": _("Attendance saved")}
    return form_page(request, form, invitee.edit, **_back(invitee.meeting), **words)


def _meeting(request: HouseRequest, pk: int) -> Meeting:
    rows = Meeting.objects.visible_to(request.user).for_list().select_related("minutes__kind")
    meeting = get_object_or_404(rows, pk=pk)
    show_year(request, meeting.campaign)
    return meeting


def _back(meeting: Meeting) -> dict:
    here = meeting.get_absolute_url()
    return {"to": here, "up": (str(meeting), here)}
