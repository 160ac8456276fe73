from typing import Any, cast

from django.db.models import Count
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import access
from accounts.access import Permission, require
from campaigns import actions
from campaigns.choices import INCOMING_RULE, Direction
from campaigns.filters import DOCUMENTS, RESOLUTIONS, DocumentFilter, ResolutionFilter
from campaigns.forms.document import (
    DocumentForm,
    ExpectForm,
    InstructionForm,
    MembersForm,
    RecipientsForm,
    ResolutionForm,
    WithdrawForm,
)
from campaigns.middleware import show_year, year_of_request
from campaigns.models import Document, DocumentRecipient
from campaigns.models.document import IN_FORCE
from core.files import serve
from core.http import HouseRequest
from core.models import today
from core.pages import attempt, confirm_page, day_asked, form_page, page_of
from deadlines.forms import DeadlineForm


def document_list(request: HouseRequest) -> HttpResponse:
    require(access.can(request.user, Permission.DOCUMENT_READ))
    campaign = year_of_request(request)
    rows = Document.objects.visible_to(request.user).filter(campaign=campaign)
    filters = DocumentFilter(request.GET, rows, request=request, campaign=campaign)
    may_register = campaign.can_change() and access.can(request.user, Permission.DOCUMENT_EDIT)
    listed = filters.typed_first(filters.qs.for_list())
    page = page_of(request, listed, is_long=filters.finds_many, table=DOCUMENTS)
    context = {"page": page, "filters": filters, "may_register": may_register}
    return render(request, "campaigns/document_list.html", context)


def document_new(request: HouseRequest) -> HttpResponse:
    campaign = year_of_request(request)
    require(campaign.can_change() and access.can(request.user, Permission.DOCUMENT_EDIT))
    document = Document(ward=request.ward, campaign=campaign, replaces=_asked_for(request, "replaces"))
    document.answers = _asked_for(request, "answers") or (document.replaces and document.replaces.answers)
    if document.answers:
        document.direction = Direction.OUT
        document.summary = _("Answer to %(document)s") % {"document": document.answers}
    form = DocumentForm(request.POST or None, request.FILES or None, instance=document, user=request.user)

    def register(by: Any, file: Any, **_fields: Any) -> Document:
        document.register(by=by, file=file)
        return document

    home = reverse("campaigns:document_list")
    lead = _("Replaces %(document)s") % {"document": document.replaces} if document.replaces else ""
    if document.answers and not document.replaces:
        said = {"document": document.answers, "summary": document.answers.summary}
        lead = _("It answers %(document)s: %(summary)s") % said
    words: dict[str, Any] = {"title": _("Register a document"), "done": _("Document registered"), "lead": lead}
    return form_page(request, form, register, to=home, up=(_("Plans and documents"), home), **words)


def document_detail(request: HouseRequest, pk: int) -> HttpResponse:
    document, user = _document(request, pk), request.user
    visible = Document.objects.visible_to(user)
    context = {
        "document": document,
        "parent": visible.filter(pk=cast(int, document.carries_out_id)).for_list().first(),
        "children": visible.filter(carries_out=document).for_list(),
        "ended": None if document.state in IN_FORCE else document.transitions.first(),
        "asked": document.answers_id and visible.filter(pk=document.answers_id).for_list().first(),
        "answers": visible.filter(answers=document).for_list() if document.direction == Direction.IN else (),
        "replaced": document.replaces_id and visible.filter(pk=document.replaces_id).for_list().first(),
        "text": document.texts.defer("text").first() if document.file else None,
        "successors": visible.filter(replaces=document).for_list(),
        "recipients": _recipients(document, user),
        "can_edit": document.can_edit(user),
        "can_ask_number": document.can_ask_number(user),
        "can_issue": document.can_issue(user),
        "can_present": document.can_present(user),
        "can_instruct": document.can_instruct(user),
        "can_keep_deadline": document.can_keep_deadline(user),
        "instructions": document.instructions.select_related("leader", "entered_by", "task__lead_unit"),
        "can_withdraw": document.can_withdraw(user),
        "can_plan": document.can_plan(user),
    }
    return render(request, "campaigns/document_detail.html", context)


def document_edit(request: HouseRequest, pk: int) -> HttpResponse:
    document = _document(request, pk)
    require(document.can_edit(request.user))
    form = DocumentForm(request.POST or None, request.FILES or None, instance=document, user=request.user)
    words: dict[str, Any] = {"title": _("Correct the document"), "done": _("Document saved")}
    return form_page(request, form, document.edit, **_back(document), **words)


def document_file(request: HouseRequest, pk: int) -> FileResponse:
    document = _document(request, pk)
    if not document.file:
        raise Http404(_("This document has no file."))
    return serve(document.file.open(), name=document.original_name, mime=document.mime)


@require_POST
def document_ask_number(request: HouseRequest, pk: int) -> HttpResponse:
    document = _document(request, pk)
    require(document.can_ask_number(request.user))
    attempt(request, document.ask_number, _("Handed to the records clerk, who gives it its number"))
    return redirect(document)


@require_POST
def document_present(request: HouseRequest, pk: int) -> HttpResponse:
    document = _document(request, pk)
    require(document.can_present(request.user))
    attempt(request, document.present, _("Presented to the leadership"))
    return redirect(document)


def document_instruct(request: HouseRequest, pk: int) -> HttpResponse:
    document = _document(request, pk)
    require(document.can_instruct(request.user))
    form = InstructionForm(request.POST or None, user=request.user, document=document)

    def write(by: Any, **fields: Any) -> None:
        actions.instruct(document, by=by, **fields)

    words: dict[str, Any] = {"title": _("Opinion on %(document)s") % {"document": document}, "done": _("Opinion saved")}
    return form_page(request, form, write, **_back(document), **words, lead=document.summary)


def document_deadline(request: HouseRequest, pk: int) -> HttpResponse:
    """By when the incoming document is to be answered, by a rule of the ward."""
    document = _document(request, pk)
    require(document.can_keep_deadline(request.user))
    if document.answer_deadline:
        return redirect(document.answer_deadline)
    form = DeadlineForm(request.POST or None, ward=document.ward_id, proposed=document.dated_on, code=INCOMING_RULE)

    def count(by: Any, **fields: Any) -> None:
        document.count_deadline(by=by, **fields)

    words: dict[str, Any] = {
        "title": _("Deadline of the answer"),
        "done": _("The deadline is counted."),
        "lead": _("%(document)s: %(summary)s") % {"document": document, "summary": document.summary},
    }
    return form_page(request, form, count, **_back(document), **words)


def document_issue(request: HouseRequest, pk: int) -> HttpResponse:
    document = _document(request, pk)
    require(document.can_issue(request.user))
    symbol = document.next_symbol()
    consequence = _("It is in force from its day on. What it replaces goes out of force.")
    number = _("It gets the number %(symbol)s.") % {"symbol": symbol} if symbol and not document.symbol else ""
    words: dict[str, Any] = {
        "title": _("Issue %(document)s?") % {"document": document},
        "consequence": " ".join(filter(None, [number, document.gap_question(), consequence])),
        "action": _("Issue the document"),
        "done": _("Document issued"),
    }
    return confirm_page(request, document.issue, to=document.get_absolute_url(), **words)


def document_withdraw(request: HouseRequest, pk: int) -> HttpResponse:
    document = _document(request, pk)
    require(document.can_withdraw(request.user))
    words: dict[str, Any] = {
        "title": _("Withdraw %(document)s") % {"document": document},
        "done": _("Document withdrawn"),
    }
    return form_page(request, WithdrawForm(request.POST or None), document.withdraw, **_back(document), **words)


def document_send(request: HouseRequest, pk: int) -> HttpResponse:
    document = _document(request, pk)
    require(document.can_edit(request.user))
    form = RecipientsForm(request.POST or None, user=request.user, document=document)
    words: dict[str, Any] = {"title": _("Who receives it"), "done": _("Recipients saved"), "lead": document.summary}
    return form_page(request, form, document.send_to, **_back(document), **words)


def document_expect(request: HouseRequest, pk: int) -> HttpResponse:
    """Resolutions of all units of a kind, in one act."""
    document = _document(request, pk)
    require(document.can_edit(request.user))
    form = ExpectForm(request.POST or None, user=request.user, document=document)

    def expect(by: Any, **fields: Any) -> None:
        document.expect_from(by=by, **fields)

    words: dict[str, Any] = {
        "title": _("Ask all units of a kind for their resolution"),
        "done": _("Units asked for their resolution"),
        "lead": f"{document.kind.label} {document}: {document.summary}",
    }
    return form_page(request, form, expect, **_back(document), **words)


def resolution_list(request: HouseRequest) -> HttpResponse:
    require(access.can(request.user, Permission.DOCUMENT_READ))
    campaign, day = year_of_request(request), day_asked(request)
    known = DocumentRecipient.objects.visible_to(request.user).filter(document__campaign=campaign)
    expected = known.expected(day or today())
    filters = ResolutionFilter(request.GET, expected, request=request, day=day or today())
    context = {
        "page": page_of(request, filters.qs.with_answer_on(day or today()).for_list(), table=RESOLUTIONS),
        "filters": filters,
        "day": day,
        "expected": expected.count(),
        "answered": expected.answered(day or today()).count(),
        "own": access.grants(request.user).units_with(Permission.TASK_REPORT),
        "may_enter": access.is_ward_wide(request.user, Permission.DOCUMENT_EDIT),
    }
    return render(request, "campaigns/resolution_list.html", context)


def resolution_new(request: HouseRequest, pk: int) -> HttpResponse:
    rows = DocumentRecipient.objects.visible_to(request.user).select_related("document__kind", "document__campaign")
    recipient = get_object_or_404(rows.select_related("unit", "ward"), pk=pk)
    require(recipient.can_answer(request.user))
    show_year(request, recipient.document.campaign)
    form = ResolutionForm(
        request.POST or None, request.FILES or None, instance=recipient.blank_answer(), recipient=recipient
    )

    def answer(by: Any, file: Any, **_fields: Any) -> None:
        recipient.answer(by=by, document=form.instance, file=file)

    words: dict[str, Any] = {
        "title": _("Register the resolution of %(unit)s") % {"unit": recipient.unit},
        "done": _("Resolution registered"),
        "lead": _("It answers %(document)s.") % {"document": recipient.document},
    }
    return form_page(request, form, answer, **_back(recipient.document), **words)


def resolution_members(request: HouseRequest, pk: int) -> HttpResponse:
    """Who in the unit does what for the plan."""
    rows = DocumentRecipient.objects.visible_to(request.user).select_related("document__kind", "document__campaign")
    recipient = get_object_or_404(rows.select_related("unit", "ward"), pk=pk)
    require(recipient.can_assign_members(request.user))
    show_year(request, recipient.document.campaign)
    form = MembersForm(request.POST or None, recipient=recipient)

    def assign(by: Any, lines: list[tuple[str, str]]) -> None:
        recipient.assign_members(by=by, lines=lines)

    words: dict[str, Any] = {
        "title": _("Who does what in %(unit)s") % {"unit": recipient.unit},
        "done": _("Assignments saved"),
        "lead": _("For %(document)s: %(summary)s")
        % {"document": recipient.document, "summary": recipient.document.summary},
    }
    return form_page(request, form, assign, **_back(recipient.document), **words)


def _document(request: HouseRequest, pk: int) -> Document:
    rows = Document.objects.visible_to(request.user).select_related(
        "kind", "issuer", "campaign", "carries_out__kind", "answer_deadline__rule", "answer_deadline__met_by"
    )
    document = get_object_or_404(rows, pk=pk)
    show_year(request, document.campaign)
    return document


def _asked_for(request: HouseRequest, what: str) -> Document | None:
    """The document that a link to the form names: the one that is replaced or answered."""
    asked = request.GET.get(what, "")
    rows = Document.objects.visible_to(request.user).filter(campaign=request.campaign).in_force()
    return get_object_or_404(rows.select_related("kind", "answers"), pk=asked) if asked.isdecimal() else None


def _recipients(document: Document, user: Any) -> list[DocumentRecipient]:
    rows: list[DocumentRecipient] = list(document.recipients.for_list().annotate(member_count=Count("assignments")))
    for row in rows:
        row.may_assign = row.must_issue_resolution and row.can_assign_members(user)
        row.may_answer = row.must_issue_resolution and row.can_answer(user)
    return rows


def _back(document: Document) -> dict:
    here = document.get_absolute_url()
    return {"to": here, "up": (str(document), here)}
