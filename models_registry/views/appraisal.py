"""The appraisal of a model: the unit's own assessment, the scores, the ward's decision; and the criteria."""

from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import access
from accounts.access import ALLOWED, Decision, Permission, require
from campaigns.middleware import year_of_request
from core.http import HouseRequest
from core.listing import Column, hand_over, table
from core.models import today
from core.pages import attempt, form_page, page_of
from core.text import within_quotes
from models_registry.choices import APPRAISED, SETTLED, ModelState
from models_registry.filters import AssessmentFilter
from models_registry.forms import (
    AssessorsForm,
    ConcludeForm,
    ReasonForm,
    ReviewOpenForm,
    RubricForm,
    ScoreForm,
    SelfAssessForm,
)
from models_registry.models import (
    Appraisal,
    Assessment,
    MobilizationModel,
    MobilizationModelTransition,
    Rubric,
    RubricCriterion,
    Score,
)
from models_registry.views.shared import already, ask_reason, can_list, fetch

get_or_post = require_http_methods(["GET", "POST"])


# ---- the unit's own assessment --------------------------------------------------------------------------
@get_or_post
def model_self_assess(request: HouseRequest, key: str) -> HttpResponse:
    registration = fetch(request, key)
    require(registration.can_self_assess(request.user))
    form = SelfAssessForm(
        request.POST or None,
        request.FILES or None,
        registration=registration,
        initial={"on": today()},
        year=registration.campaign.year,
        cancel_url=registration.get_absolute_url(),
    )
    if form.is_valid():
        said = form.cleaned_data
        facts = {"on": said["on"], "summary": said["note"], "values": form.reached(), "evidence": said["evidence"]}
        if attempt(request, registration.self_assess, _("Handed in the self-assessment"), form=form, **facts):
            return redirect(registration)
    page = {"registration": registration, "form": form, "unproven": registration.unproven()}
    return render(request, "models_registry/model_self_assess.html", page)


@get_or_post
def model_to_work(request: HouseRequest, key: str) -> HttpResponse:
    registration = fetch(request, key)
    page: dict[str, Any] = {
        "question": _("Send the model “%(title)s” back to work?") % {"title": within_quotes(registration)},
        "consequence": _("The unit is told what is still to be done, and assesses itself again afterwards."),
        "label": _("Send it back to work"),
    }
    may = registration.can_send_to_work(request.user)
    return ask_reason(request, registration, may, registration.send_to_work, _("Sent the model back to work"), page)


# ---- who scores -----------------------------------------------------------------------------------------
@get_or_post
def review_open(request: HouseRequest, key: str) -> HttpResponse:
    registration = fetch(request, key)
    require(registration.can_open_review(request.user))
    form = ReviewOpenForm(request.POST or None, registration=registration)
    return form_page(
        request,
        form,
        registration.open_review,
        title=_("Open the appraisal"),
        done=_("Opened the appraisal. Those who score are told."),
        to=registration.get_absolute_url(),
        up=(str(registration), registration.get_absolute_url()),
        lead=f"{registration}, {registration.unit}",
    )


def _appraisal(registration: MobilizationModel) -> Appraisal:
    """The review under way or, of a model that is through, the last."""
    row = registration.appraisals.current().select_related("rubric").first()
    if row is None:
        raise PermissionDenied(_("This model has not been appraised yet."))
    row.mobilization_model = registration
    return row


@get_or_post
def assessor_new(request: HouseRequest, key: str) -> HttpResponse:
    registration = fetch(request, key)
    appraisal = _appraisal(registration)
    require(appraisal.can_name(request.user))
    form = AssessorsForm(request.POST or None, appraisal=appraisal)
    return form_page(
        request,
        form,
        appraisal.name_assessors,
        title=_("Name somebody who scores"),
        done=_("Named. They are told."),
        to=registration.get_absolute_url(),
        up=(str(registration), registration.get_absolute_url()),
    )


@get_or_post
def assessor_aside(request: HouseRequest, key: str, pk: int) -> HttpResponse:
    """The person cannot or should not score; who decides, or the person."""
    registration = fetch(request, key, scored=True)
    sheet = get_object_or_404(_appraisal(registration).assessments.select_related("assessor"), pk=pk)
    sheet.appraisal.mobilization_model = registration
    require(sheet.can_stand_aside(request.user))
    is_own = sheet.assessor_id == request.user.pk
    form = ReasonForm(request.POST or None)
    form.submit_label = _("Do not score any more")
    return form_page(
        request,
        form,
        sheet.stand_aside,
        title=_("%(name)s does not score this model any more") % {"name": sheet.assessor},
        done=_("Written down"),
        to=reverse("landing") if is_own else registration.get_absolute_url(),
        up=(str(registration), sheet.get_absolute_url() if is_own else registration.get_absolute_url()),
        lead=_("For example because of a conflict of interest. Somebody else can be named."),
    )


# ---- scores ---------------------------------------------------------------------------------------------
@get_or_post
def model_score(request: HouseRequest, key: str) -> HttpResponse:
    """The own sheet; who reads the model and has none is told so."""
    registration = fetch(request, key, scored=True)
    appraisal = _appraisal(registration)
    sheet = Assessment.objects.of(request.user).filter(appraisal=appraisal).first()
    if sheet is None:
        raise PermissionDenied(_("You do not score this model: those who decide on it name who does."))
    sheet.appraisal = appraisal
    may = sheet.can_score(request.user)
    if request.method == "POST":
        require(may)
    form = ScoreForm(request.POST or None, sheet=sheet, cancel_url=reverse("models_registry:assessment_list"))
    if form.is_valid():
        hand_in = partial(sheet.hand_in, scores=form.scores())
        if attempt(request, hand_in, _("Handed in the scores"), form=form):
            return redirect(sheet)
    page = scored(registration) | {"form": form if may else None, "why_not": may.reason, "sheet": sheet}
    page["result"] = appraisal.result(_scores(appraisal, Score.objects.shown_to_assessor(request.user)))
    page["may_stand_aside"] = sheet.can_stand_aside(request.user)
    return render(request, "models_registry/model_score.html", page | {"appraisal": appraisal})


def scored(registration: MobilizationModel) -> dict[str, Any]:
    """What somebody who scores or decides reads of the model."""
    return {
        "registration": registration,
        "targets": registration.targets.with_reached(),
        "updates": registration.updates.for_page(),
        "documents": registration.documents.all(),
        "self_assessment": self_assessment_of(registration, registration.moves()),
    }


def self_assessment_of(
    registration: MobilizationModel, moves: list[MobilizationModelTransition]
) -> MobilizationModelTransition | None:
    """What the unit said last of its own work, as long as it holds: until the ward asks for more."""
    if registration.state not in {*APPRAISED, *SETTLED}:
        return None
    return next((move for move in moves if move.new == ModelState.SELF_ASSESSED), None)


def _scores(appraisal: Appraisal, shown: Any) -> Any:
    return shown.filter(assessment__appraisal=appraisal).for_result()


def appraisal_of(registration: MobilizationModel, user: Any) -> dict[str, Any]:
    """The part of a model's page about its appraisal: who scored, and what, as far as this reader may see it."""
    if registration.state not in {ModelState.UNDER_REVIEW, *SETTLED}:
        return {}
    row = registration.appraisals.current().select_related("rubric").first()
    if row is None:
        return {}
    row.mobilization_model = registration
    sheets = list(row.assessments.select_related("assessor"))
    follows = access.is_ward_wide(user, Permission.MODEL_DECIDE) or registration.state in SETTLED
    return {
        "appraisal": row,
        "sheets": sheets if follows else [],
        "result": row.result(_scores(row, Score.objects.visible_to(user))) if row.completed_at else None,
        "may_name": row.can_name(user),
        "conclusion": registration.valid_conclusion() if registration.state in SETTLED else None,
    }


# ---- the ward's decision --------------------------------------------------------------------------------
@get_or_post
def model_conclude(request: HouseRequest, key: str) -> HttpResponse:
    registration = fetch(request, key)
    require(access.can(request.user, Permission.MODEL_DECIDE) and registration.campaign.can_change())
    if told := registration.concluded_already():
        return already(request, registration, told)
    require(registration.can_conclude(request.user))
    appraisal = _appraisal(registration)
    form = ConcludeForm(request.POST or None, appraisal=appraisal, user=request.user)
    if form.is_valid():
        undo_url = reverse("models_registry:conclusion_undo", args=[registration.key])
        done = _("Recorded the decision on “%(title)s”") % {"title": within_quotes(registration)}
        if attempt(request, registration.conclude, done, form=form, undo_url=undo_url, **form.cleaned_data):
            return redirect(registration)
    page = scored(registration) | appraisal_of(registration, request.user) | {"form": form}
    return render(request, "models_registry/model_conclude.html", page)


@require_POST
def conclusion_undo(request: HouseRequest, key: str) -> HttpResponse:
    """The slip right after a decision: one click, and the model waits for it again."""
    registration = fetch(request, key)
    require(registration.can_undo_conclusion(request.user))
    facts = {"decision": registration.valid_conclusion(), "state": ModelState.UNDER_REVIEW.label}
    done = _("Undid the decision “%(decision)s”. The model is again: %(state)s.") % facts
    reason = _("Undone right after the decision")
    if attempt(request, registration.reopen_review, done, reason=reason):
        return redirect(registration.conclude_url)
    return redirect(registration)


@get_or_post
def review_reopen(request: HouseRequest, key: str) -> HttpResponse:
    registration = fetch(request, key)
    page: dict[str, Any] = {
        "question": _("Take up the appraisal of “%(title)s” again?") % {"title": within_quotes(registration)},
        "consequence": _("The decision stays in the history. The scores stay as they are; the ward decides again."),
        "label": _("Take the appraisal up again"),
    }
    may = registration.can_reopen_review(request.user)
    return ask_reason(request, registration, may, registration.reopen_review, _("The ward decides again"), page)


@get_or_post
def model_archive(request: HouseRequest, key: str) -> HttpResponse:
    registration = fetch(request, key)
    page: dict[str, Any] = {
        "question": _("Archive the model “%(title)s”?") % {"title": within_quotes(registration)},
        "consequence": _("It stays readable and counted, and its decision is not taken up again."),
        "label": _("Archive the model"),
    }
    may = registration.can_archive(request.user)
    return ask_reason(request, registration, may, registration.archive, _("Archived the model"), page)


# ---- who still owes -------------------------------------------------------------------------------------
def _state(sheet: Assessment) -> tuple[str, Any]:
    """Code and words of how far a sheet is."""
    if sheet.stood_aside_on:
        return "withdrawn", _("Does not score any more")
    return ("done", _("Scores in")) if sheet.handed_in_at else ("owes", _("Still owes the scores"))


SHEETS = table(
    "models_registry:assessment_list",
    gettext_lazy("Appraisals"),
    Column(gettext_lazy("Model"), of=lambda row: str(row.appraisal)),
    Column(gettext_lazy("Unit"), of=lambda row: str(row.appraisal.mobilization_model.unit)),
    Column(gettext_lazy("Who scores"), of=lambda row: row.assessor.full_name),
    Column(gettext_lazy("State"), of=lambda row: str(_state(row)[1])),
    Column(gettext_lazy("Due"), of=lambda row: row.appraisal.due_on),
)


def can_list_sheets(user: Any) -> Decision:
    """Who decides on models, and everybody who scores one."""
    return ALLOWED if Assessment.objects.of(user).exists() else access.can_in_ward(user, Permission.MODEL_DECIDE)


@require_GET
def assessment_list(request: HouseRequest) -> HttpResponse:
    """The sheets of the year: of all for those who decide, the own for everybody else."""
    user = request.user
    require(can_list_sheets(user))
    decides = access.is_ward_wide(user, Permission.MODEL_DECIDE)
    rows = Assessment.objects.visible_to(user) if decides else Assessment.objects.of(user)
    filters = AssessmentFilter(request.GET, rows.of_year(year_of_request(request)), request=request)
    page = page_of(request, filters.qs.for_list(), table=SHEETS)
    for sheet in page.object_list:
        sheet.chip = _state(sheet)
        is_mine = sheet.assessor_id == user.pk
        sheet.url = sheet.get_absolute_url() if is_mine else f"{sheet.appraisal.get_absolute_url()}#appraisal"
    context = {"filters": filters, "page": page, "decides": decides}
    return render(request, "models_registry/assessment_list.html", context)


# ---- the criteria ---------------------------------------------------------------------------------------
CRITERIA = table(
    "models_registry:rubric_list",
    gettext_lazy("Criteria"),
    Column(gettext_lazy("Edition"), "rubric__name"),
    Column(gettext_lazy("Valid from"), "rubric__valid_from"),
    Column(gettext_lazy("Criterion"), "label"),
    Column(gettext_lazy("Most points"), "most"),
)


@require_GET
def rubric_list(request: HouseRequest) -> HttpResponse:
    """Every edition, the newest first: what was scored by an older one is read by it."""
    require(can_list(request.user))
    rows = RubricCriterion.objects.visible_to(request.user).select_related("rubric")
    hand_over(request, rows.order_by("-rubric__valid_from", "order"), CRITERIA)
    editions = Rubric.objects.visible_to(request.user).prefetch_related("criteria", "bands")
    context = {"editions": editions, "may_change": access.can_in_ward(request.user, Permission.MODEL_DECIDE)}
    return render(request, "models_registry/rubric_list.html", context)


@get_or_post
def rubric_new(request: HouseRequest) -> HttpResponse:
    require(access.can_in_ward(request.user, Permission.MODEL_DECIDE))
    url = reverse("models_registry:rubric_list")
    return form_page(
        request,
        RubricForm(request.POST or None, ward=request.ward),
        partial(Rubric.put_in_force, request.ward),
        title=_("New edition of the criteria"),
        done=_("Put it in force"),
        to=url,
        up=(_("Criteria"), url),
        lead=_("The edition before ends the day before. What was scored by it stays as it is."),
    )
