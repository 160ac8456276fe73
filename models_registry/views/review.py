from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import access
from accounts.access import Permission, require
from core.http import HouseRequest
from core.pages import attempt
from core.text import within_quotes
from models_registry.choices import VERDICT_STATES, ModelState, Verdict
from models_registry.forms import ModelCorrectForm, ModelReviewForm
from models_registry.models import MobilizationModel, RegistrationTerms
from models_registry.papers import contents_of
from models_registry.views.shared import already, ask_reason, fetch

get_or_post = require_http_methods(["GET", "POST"])


# ---- the decision ---------------------------------------------------------------------------------------
@get_or_post
def model_review(request: HouseRequest, key: str) -> HttpResponse:
    registration = fetch(request, key)
    require(access.can(request.user, Permission.MODEL_DECIDE) and registration.campaign.can_change())
    if told := registration.decided_already():
        return already(request, registration, told)
    require(registration.can_decide(request.user))
    form = ModelReviewForm(request.POST or None, registration=registration)
    if form.is_valid():
        verb, arguments = _verb(registration, form.cleaned_data)
        undo_url = reverse("models_registry:model_undo", args=[registration.key])
        done = _decided(registration, form.cleaned_data["verdict"])
        if attempt(request, verb, done, undo_url=undo_url, **arguments):
            return redirect(_next_waiting(request, registration))
        return redirect(registration)
    return render(request, "models_registry/model_review.html", _review_page(request, registration, form))


def _verb(registration: MobilizationModel, said: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    if said["verdict"] == Verdict.ACCEPT:
        return registration.accept, {"note": said["message"], "first_due_on": said["first_due_on"]}
    verbs = {Verdict.RETURN: registration.send_back, Verdict.REJECT: registration.reject}
    return verbs[said["verdict"]], {"reason": said["message"]}


def _decided(registration: MobilizationModel, verdict: str) -> str:
    sentences = {
        Verdict.ACCEPT: _("Approved “%(title)s”"),
        Verdict.RETURN: _("Sent “%(title)s” back for more"),
        Verdict.REJECT: _("Did not approve “%(title)s”"),
    }
    return sentences[Verdict(verdict)] % {"title": within_quotes(registration)}


def _next_waiting(request: HouseRequest, registration: MobilizationModel) -> str:
    """The registration that waits longest, else the list."""
    rows: Any = MobilizationModel.objects.visible_to(request.user)
    rows = rows.filter(campaign_id=registration.campaign_id)
    following = rows.waiting().with_last_move().order_by("moved_on", "id").first()
    return following.review_url if following else reverse("models_registry:model_list")


def _review_page(request: HouseRequest, registration: MobilizationModel, form: ModelReviewForm) -> dict[str, Any]:
    sent = registration.transitions.latest("id")
    similar = list(MobilizationModel.objects.visible_to(request.user).similar_to(registration)[:5])
    return {
        "registration": registration,
        "form": form,
        "sent_on": sent.on,
        "decide_by": RegistrationTerms.of(registration.campaign).decide_by(sent.on),
        "targets": registration.targets.all(),
        "documents": registration.documents.all(),
        "works": registration.about.select_related("undertaking"),
        "content": contents_of(registration),
        "similar": similar,
        "twins": [row for row in similar if row.is_twin],
    }


@get_or_post
def model_correct(request: HouseRequest, key: str) -> HttpResponse:
    registration = fetch(request, key)
    require(registration.can_correct(request.user))
    others = [verdict for verdict in Verdict if VERDICT_STATES[verdict] != registration.state]
    form = ModelCorrectForm(request.POST or None, verdicts=others, cancel_url=registration.get_absolute_url())
    if form.is_valid():
        attempt(request, registration.correct, _("Corrected the decision"), **form.cleaned_data)
        return redirect(registration)
    page: dict[str, Any] = {"registration": registration, "form": form, "decision": registration.valid_decision()}
    return render(request, "models_registry/model_correct.html", page)


@require_POST
def model_undo(request: HouseRequest, key: str) -> HttpResponse:
    """The slip right after a decision: one click, and the registration waits for the decision again."""
    registration = fetch(request, key)
    require(registration.can_correct(request.user))
    was = registration.valid_decision()
    facts = {"decision": was.words if was else "", "state": ModelState.SUBMITTED.label}
    done = _("Undid the decision “%(decision)s”. The model is again: %(state)s.") % facts
    reason = _("Undone right after the decision")
    if attempt(request, registration.correct, done, verdict=Verdict.WAIT, reason=reason):
        return redirect(registration.review_url)
    return redirect(registration)


# ---- steps that need a reason ---------------------------------------------------------------------------
@get_or_post
def model_withdraw(request: HouseRequest, key: str) -> HttpResponse:
    registration = fetch(request, key)
    page: dict[str, Any] = {
        "question": _("Withdraw the model “%(title)s”?") % {"title": within_quotes(registration)},
        "consequence": _("It stays in the register as withdrawn and is not counted any more."),
        "label": _("Withdraw the model"),
        "danger": True,
    }
    done = _("Withdrew the model")
    return ask_reason(request, registration, registration.can_withdraw(request.user), registration.withdraw, done, page)


@get_or_post
def model_pause(request: HouseRequest, key: str) -> HttpResponse:
    registration = fetch(request, key)
    page: dict[str, Any] = {
        "question": _("Pause the model “%(title)s”?") % {"title": within_quotes(registration)},
        "consequence": _("Its steps are not reminded of until the work goes on. It still counts as registered."),
        "label": _("Pause the model"),
    }
    done = _("Paused the model")
    return ask_reason(request, registration, registration.can_pause(request.user), registration.pause, done, page)


@get_or_post
def model_resume(request: HouseRequest, key: str) -> HttpResponse:
    registration = fetch(request, key)
    page: dict[str, Any] = {
        "question": _("Go on with the model “%(title)s”?") % {"title": within_quotes(registration)},
        "consequence": _("Its steps are due on their days again."),
        "label": _("Go on with the model"),
    }
    done = _("The model goes on")
    return ask_reason(request, registration, registration.can_resume(request.user), registration.resume, done, page)


@get_or_post
def model_reopen(request: HouseRequest, key: str) -> HttpResponse:
    registration = fetch(request, key)
    page: dict[str, Any] = {
        "question": _("Take up the registration “%(title)s” again?") % {"title": within_quotes(registration)},
        "consequence": _("It waits for a new decision of the ward."),
        "label": _("Take the registration up again"),
    }
    done = _("The registration waits for a new decision")
    return ask_reason(request, registration, registration.can_reopen(request.user), registration.reopen, done, page)
