from collections import Counter
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import access, reading
from accounts.access import Permission, require
from accounts.views.reasons import ask_reason
from campaigns.models import Document
from campaigns.querysets import NEWEST_FIRST
from clearance import papers
from clearance.choices import (
    LEAST,
    TOOK_PART,
    AttendanceKind,
    AttendanceReply,
    DialogueState,
    InvitationState,
    OpinionKind,
)
from clearance.filters import DIALOGUES, INVITATIONS, InvitationFilter, InviteFilter
from clearance.forms import (
    DialogueCancelForm,
    DialogueForm,
    DialogueHoldForm,
    DialogueInviteForm,
    InvitationDeliverForm,
    QuestionNewForm,
)
from clearance.jobs import LETTERS
from clearance.models import Dialogue, Question
from clearance.summaries import opinions_of
from clearance.views.fetch import day_of, dialogue_of, invitation_of, project_of
from clearance.views.printing import as_docx
from core.files import serve
from core.http import HouseRequest
from core.models import today
from core.pages import attempt, page_of
from notifications.models import Job


def dialogue_list(request: HouseRequest, slug: str) -> HttpResponse:
    project = project_of(request, slug)
    page = page_of(request, project.dialogues.for_list().with_counts(), table=DIALOGUES)
    can_record = project.can_record_dialogue(request.user, request.campaign)
    return render(request, "clearance/dialogue_list.html", {"project": project, "page": page, "can_record": can_record})


def dialogue_new(request: HouseRequest, slug: str) -> HttpResponse:
    project = project_of(request, slug)
    require(project.can_record_dialogue(request.user, request.campaign))
    form = DialogueForm(
        request.POST or None, project=project, documents=_documents(request), cancel_url=project.get_absolute_url()
    )
    if form.is_valid():
        form.instance.plan(by=request.user, campaign=request.campaign)
        messages.success(request, _("Planned the dialogue conference"))
        return redirect(form.instance)
    return render(request, "clearance/dialogue_new.html", {"form": form, "project": project})


def dialogue_edit(request: HouseRequest, slug: str, pk: int) -> HttpResponse:
    project, dialogue = project_of(request, slug), dialogue_of(request, slug, pk)
    require(project.can_record_dialogue(request.user, request.campaign))
    form = DialogueForm(
        request.POST or None,
        instance=dialogue,
        project=project,
        documents=_documents(request),
        cancel_url=dialogue.get_absolute_url(),
    )
    if form.is_valid():
        dialogue.change(by=request.user, campaign=request.campaign, changes=form.changes)
        messages.success(request, _("Saved the dialogue conference"))
        return redirect(dialogue)
    return render(request, "clearance/dialogue_edit.html", {"form": form, "project": project, "dialogue": dialogue})


def _documents(request: HouseRequest) -> Any:
    rows = Document.objects.visible_to(request.user).select_related("kind")
    return rows.filter(campaign_id=request.campaign.pk).order_by(*NEWEST_FIRST)


def dialogue_detail(request: HouseRequest, slug: str, pk: int) -> HttpResponse:
    project, dialogue = project_of(request, slug), dialogue_of(request, slug, pk)
    user, campaign = request.user, request.campaign
    reads_all = access.is_ward_wide(user, Permission.HOUSEHOLD_READ)  # the counts are of all households
    letters = _letters(dialogue)
    is_due = dialogue.held_on is not None and dialogue.held_on <= today()
    roll = _roll(dialogue) if is_due else None
    filters = InvitationFilter(
        request.GET,
        dialogue.invitations.visible_to(user).for_list(),
        request=request,
        letters=[row["letter"] for row in letters],
    )
    questions = list(Question.objects.visible_to(user).filter(dialogue=dialogue).for_list())
    letter = next((row for row in letters if str(row["letter"]) == filters.asked("letter")), letters[0])
    context = {
        "project": project,
        "dialogue": dialogue,
        "page": page_of(request, filters.qs.of_letter(letter["letter"]), table=INVITATIONS),
        "filters": filters,
        "state": filters.asked("state"),
        "letters": letters,
        "letter": letter,
        "to_invite": dialogue.to_invite().count() if dialogue.state == DialogueState.PLANNED else 0,
        "roll": roll,
        "opinions": _opinions(dialogue) if roll and reads_all else [],
        "record": dialogue.record_or_none,
        "least": LEAST,
        "questions": questions,
        "owed": sum(row.told_household_on is None for row in questions),
        "can_record": project.can_record_dialogue(user, campaign),
        "may_deliver": access.can(user, Permission.VISIT_RECORD) and campaign.can_change(),
        "may_read": access.can(user, Permission.HOUSEHOLD_READ),
        "reads_all": reads_all,
        "is_due": is_due,
    }
    return render(request, "clearance/dialogue_detail.html", context)


def _roll(dialogue: Dialogue) -> dict[str, Any] | None:
    """Of those who were invited, by households and by land users, once somebody stands on the roll."""
    invited = dialogue.invited()
    found, strangers = invited.roll(), dialogue.attendance.filter(kind__in=TOOK_PART)
    uninvited = strangers.exclude(household__in=invited.values("household")).count()
    if found["none"] == found["invited"] and not uninvited:
        return None
    return found | {
        "kinds": [(kind.value, kind.label, found[kind]) for kind in AttendanceKind if found[kind]],
        "took_part": sum(found[kind] for kind in TOOK_PART),
        "stayed_away": sum(found[kind] for kind in AttendanceKind if kind not in TOOK_PART),
        "uninvited": uninvited,
    }


def _opinions(dialogue: Dialogue) -> list[tuple[str, list[tuple[str, int]]]]:
    """Before and after the plan was explained, from `LEAST` households on: a few could be told apart."""
    found = opinions_of(dialogue)
    if found["after"].total() < LEAST:
        return []
    moments = (("before", _("Before the explanation")), ("after", _("After the explanation")))
    return [
        (label, [(str(kind.label), found[moment][kind]) for kind in OpinionKind])
        for moment, label in moments
        if found[moment]
    ]


def _labelled(choices: Any, codes: Any) -> list[tuple[str, str, int]]:
    found = Counter(codes)
    return [(choice.value, choice.label, found[choice.value]) for choice in choices if found[choice.value]]


def _letters(dialogue: Dialogue) -> list[dict[str, Any]]:
    """What was handed over and answered under each day and place, the present one first and without any row too."""
    states: dict[int, list[str]] = {dialogue.letter: []}
    said = {dialogue.letter: dialogue.when_and_where}
    for row in dialogue.invitations.order_by("-letter"):
        states.setdefault(row.letter, []).append(row.state)
        said.setdefault(row.letter, row.when_and_where)
    replies: dict[int, list[str]] = {}
    newest = dialogue.replies.valid().order_by("reply_letter", "household_id", "-visited_at", "-pk")
    for answer in newest.distinct("reply_letter", "household_id"):
        letter = answer.reply_letter or dialogue.letter
        replies.setdefault(letter, []).append(answer.attendance_reply or "")
        states.setdefault(letter, [])
        said.setdefault(letter, _("an earlier day or place"))
    return [
        {
            "letter": letter,
            "says": said[letter],
            "is_present": letter == dialogue.letter,
            "deliveries": _labelled(InvitationState, states[letter]),
            "to_deliver": InvitationState.TO_DELIVER in states[letter],
            "replies": _replies(replies.get(letter, [])),
        }
        for letter in sorted(states, reverse=True)
    ]


def _replies(codes: list[str]) -> list[tuple[str, int | None]]:
    """Replies as counts without any household: None where fewer than `LEAST` gave it."""
    found = Counter(codes)
    if sum(found.values()) < LEAST:
        return []
    return [
        (str(r.label), found[r.value] if found[r.value] >= LEAST else None) for r in AttendanceReply if found[r.value]
    ]


def dialogue_hold(request: HouseRequest, slug: str, pk: int) -> HttpResponse:
    project, dialogue = project_of(request, slug), dialogue_of(request, slug, pk)
    require(project.can_record_dialogue(request.user, request.campaign))
    form = DialogueHoldForm(
        request.POST or None,
        dialogue=dialogue,
        campaign=request.campaign,
        documents=_documents(request),
        cancel_url=dialogue.get_absolute_url(),
    )
    if form.is_valid():
        done = _("Recorded that the dialogue conference was held")
        attempt(request, dialogue.hold, done, campaign=request.campaign, **form.cleaned_data)
        return redirect(dialogue)
    return render(request, "clearance/dialogue_hold.html", {"form": form, "project": project, "dialogue": dialogue})


def dialogue_cancel(request: HouseRequest, slug: str, pk: int) -> HttpResponse:
    project, dialogue = project_of(request, slug), dialogue_of(request, slug, pk)
    require(project.can_record_dialogue(request.user, request.campaign))
    form = DialogueCancelForm(request.POST or None)
    if form.is_valid():
        done = _("Cancelled the dialogue conference")
        attempt(request, dialogue.cancel, done, campaign=request.campaign, **form.cleaned_data)
        return redirect(dialogue)
    context = {"form": form, "project": project, "dialogue": dialogue, "invited": dialogue.invitations.count()}
    return render(request, "clearance/dialogue_cancel.html", context)


def dialogue_invite(request: HouseRequest, slug: str, pk: int) -> HttpResponse:
    """Choose whom to invite among those without an invitation: the ticked ones, or all that the filters show."""
    project, dialogue = project_of(request, slug), dialogue_of(request, slug, pk)
    require(project.can_record_dialogue(request.user, request.campaign))
    reading.shows_households(request)
    rows, day = dialogue.to_invite().visible_to(request.user), day_of(request.campaign)
    filters = InviteFilter(request.GET, rows, request=request, project=project, campaign=request.campaign, day=day)
    shown = filters.typed_first(filters.qs.for_list())
    form = DialogueInviteForm(
        request.POST if request.method == "POST" else None, rows=shown, cancel_url=dialogue.get_absolute_url()
    )
    if request.method == "POST" and ("all" in request.POST or form.is_valid()):
        attempt(
            request,
            dialogue.invite,
            lambda count: _("Made %(count)d invitations") % {"count": count},
            campaign=request.campaign,
            households=form.rows if "all" in request.POST else form.cleaned_data["households"],
        )
        return redirect(dialogue)
    context = {"form": form, "filters": filters, "project": project, "dialogue": dialogue}
    return render(request, "clearance/dialogue_invite.html", context)


def question_new(request: HouseRequest, slug: str, pk: int) -> HttpResponse:
    """A question asked at the dialogue."""
    project, dialogue = project_of(request, slug), dialogue_of(request, slug, pk)
    require(project.can_record_dialogue(request.user, request.campaign) and dialogue.can_take_questions())
    form = QuestionNewForm(request.POST or None, dialogue=dialogue, cancel_url=dialogue.get_absolute_url())
    if form.is_valid():
        question = form.question()
        by: dict[str, Any] = {"by": request.user, "campaign": request.campaign}
        if form.answered:
            question.answer_at_once(**by, **form.answered)
        else:
            question.ask(**by)
        messages.success(request, _("Saved the question"))
        return redirect(dialogue)
    return render(request, "clearance/question_new.html", {"form": form, "project": project, "dialogue": dialogue})


def invitation_deliver(request: HouseRequest, pk: int) -> HttpResponse:
    invitation = invitation_of(request, pk)
    require(invitation.can_deliver(request.user, request.campaign))
    form = InvitationDeliverForm(
        request.POST or None,
        request.FILES or None,
        invitation=invitation,
        campaign=request.campaign,
        cancel_url=invitation.household.get_absolute_url(),
    )
    if form.is_valid():
        attempt(request, invitation.deliver, _("Recorded the delivery"), campaign=request.campaign, **form.facts())
        return redirect(invitation.household)
    context = {"form": form, "invitation": invitation, "household": invitation.household}
    return render(request, "clearance/invitation_deliver.html", context)


def invitation_letter(request: HouseRequest, pk: int) -> HttpResponseBase:
    """The letter of one household, to be signed and brought."""
    invitation = invitation_of(request, pk)
    require(invitation.can_print(request.user, request.campaign))
    household = invitation.household
    reading.opened(request, household, fields="name")
    return as_docx(request, lambda: papers.invitations([invitation])[0], name=household, otherwise=household)


@require_POST
def dialogue_letters(request: HouseRequest, slug: str, pk: int) -> HttpResponse:
    """All letters that are still to be handed over, in one file."""
    project, dialogue = project_of(request, slug), dialogue_of(request, slug, pk)
    require(project.can_record_dialogue(request.user, request.campaign))
    facts = {"dialogue": dialogue.pk, "campaign": request.campaign.pk, "ward": dialogue.ward_id}
    return redirect(Job.ask(LETTERS, by=request.user, **facts))


def invitation_void(request: HouseRequest, pk: int) -> HttpResponse:
    invitation = invitation_of(request, pk)
    require(invitation.can_deliver(request.user, request.campaign))
    if request.method == "POST":
        attempt(request, invitation.void, _("Declared the invitation void"), campaign=request.campaign)
        return redirect(invitation.household)
    context = {"invitation": invitation, "household": invitation.household}
    return render(request, "clearance/invitation_void.html", context)


def invitation_evidence(request: HouseRequest, pk: int, photo_pk: int) -> HttpResponseBase:
    invitation = invitation_of(request, pk)
    photo = get_object_or_404(invitation.evidence, pk=photo_pk)
    if asked := ask_reason(request, invitation.household):
        return asked
    reading.opened(request, invitation.household, fields="photo")
    return serve(photo.file, name=photo.original_name, mime=photo.mime)
