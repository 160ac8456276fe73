"""Papers to go on writing in a word processor."""

import io
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import access
from accounts.access import require
from accounts.choices import DutyCode
from campaigns import papers
from campaigns.choices import Direction
from campaigns.middleware import show_year
from campaigns.models import Document, Meeting, PaperStyle
from core.files import TYPES, serve
from core.http import HouseRequest
from core.models import today
from core.papers import Paper


@require_safe
def document_paper(request: HouseRequest, pk: int) -> HttpResponseBase:
    rows = Document.objects.visible_to(request.user).select_related(
        "kind", "issuer__parent", "issuer__ward", "campaign__superior", "carries_out__kind", "carries_out__issuer"
    )
    document = get_object_or_404(rows, pk=pk)
    show_year(request, document.campaign)
    if document.direction == Direction.IN:
        require(access.denied(_("What came in is somebody else's paper: open its file.")))
    return _send(request, document, lambda: papers.of_document(document), f"{document.kind.label} {document.symbol}")


@require_safe
def meeting_invitation(request: HouseRequest, pk: int) -> HttpResponseBase:
    meeting, issuer = _meeting(request, pk)
    return _send(request, meeting, lambda: papers.invitation(meeting, issuer), _("Invitation"))


@require_safe
def meeting_minutes(request: HouseRequest, pk: int) -> HttpResponseBase:
    meeting, issuer = _meeting(request, pk)
    return _send(request, meeting, lambda: papers.minutes(meeting, issuer), _("Minutes"))


def _meeting(request: HouseRequest, pk: int) -> Any:
    rows = Meeting.objects.visible_to(request.user).select_related("campaign__ward", "document__kind")
    meeting = get_object_or_404(rows, pk=pk)
    show_year(request, meeting.campaign)
    day = meeting.held_on or today()
    office = meeting.campaign.ward.unit_on_duty(DutyCode.MOBILIZATION_OFFICE, day)
    if (issuer := PaperStyle.objects.issuer_for(office, day)) is None:
        require(access.denied(_("It is not entered yet which unit leads the campaign. An administrator enters it.")))
    return meeting, issuer


def _send(request: HouseRequest, subject: Any, compose: Any, name: str) -> HttpResponseBase:
    from core.word import to_docx

    try:
        paper: Paper = compose()
    except papers.NoStandard:
        words = _("No paper standard is kept for papers of that day. An administrator adds it in the administration.")
        messages.error(request, words)
        response: HttpResponse = redirect(subject)
        return response
    return serve(io.BytesIO(to_docx(paper)), name=f"{get_valid_filename(name.strip())}.docx", mime=TYPES["docx"])
