import datetime
from collections.abc import Callable
from functools import partial
from typing import Any, BinaryIO
from urllib.parse import urlencode

from django.contrib import messages
from django.core.files import File
from django.db.models import Count
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import access
from accounts.access import Decision, Permission, require
from accounts.models import Unit
from campaigns.middleware import takes_lists, year_of_request
from campaigns.models import Campaign
from core.dates import parse_date, short_date
from core.files import serve, small_picture
from core.filters import nothing_ticked, unticked
from core.http import HouseRequest
from core.listing import Column, table
from core.models import StateChanged, today
from core.pages import attempt, page_of
from core.together import read_together
from models_registry.actions import ask_for_news, remind_units, silent_by_unit
from models_registry.choices import APPRAISED, SETTLED, ModelState, SubjectType
from models_registry.descent import family_of
from models_registry.filters import LATE, SILENT, ModelFilter, units_with
from models_registry.forms import ModelEditForm
from models_registry.models import (
    Assessment,
    InspectionEvidence,
    MobilizationModel,
    MobilizationModelTransition,
    ModelDocument,
    ModelStep,
    ProgressEvidence,
    Proposal,
    RegistrationTerms,
    StepEvidence,
    ThemeField,
)
from models_registry.papers import contents_of
from models_registry.views.appraisal import appraisal_of, self_assessment_of
from models_registry.views.dossier import papers_of
from models_registry.views.funnel import funnel_of, last_day
from models_registry.views.honours import honours_of
from models_registry.views.shared import can_list, fetch
from models_registry.views.tasks import tasks_of
from models_registry.views.upward import proposals_of
from notifications import rules
from notifications.kept import kept

LABELS = dict(ModelState.choices)


# ---- list ---------------------------------------------------------------------------------------------
@require_GET
def model_list(request: HouseRequest) -> HttpResponse:
    require(can_list(request.user))
    campaign = year_of_request(request)
    mine = MobilizationModel.objects.visible_to(request.user).filter(campaign=campaign)
    filters = ModelFilter(request.GET, mine, request=request, **_offered(request, campaign, mine))
    on = filters.asked("on")
    terms = RegistrationTerms.rows(campaign)
    filters.read_choices(terms)
    counted = _counted(request, campaign, mine, filters)
    fields, rows = _fields(request, counted["fields"], filters), _of_field(filters)
    page = page_of(request, filters.typed_first(_sorted(rows, filters.asked("sort"), on or today())), table=MODELS)
    decides = access.is_ward_wide(request.user, Permission.MODEL_DECIDE)
    _dress(page.object_list, on, RegistrationTerms.of(campaign, terms), decides=decides)
    context = {"filters": filters, "page": page, "fields": fields, "on": on, "sums": counted["sums"]}
    context["may_see_appraisals"] = decides or Assessment.objects.of(request.user).exists()
    context["may_see_tables"] = access.can(request.user, Permission.WARD_READ)
    context["may_import"] = (
        takes_lists(request) and campaign.can_change() and access.is_ward_wide(request.user, Permission.MODEL_REGISTER)
    )
    context["query"] = unticked(request.GET)
    context["may_remind"] = not on and _may_remind(request.user, campaign)
    context["can_register"] = access.can(request.user, Permission.MODEL_REGISTER) and campaign.can_change()
    if access.is_ward_wide(request.user, Permission.WARD_READ):  # a part of the ward's funnel is none
        context |= funnel_of(request, campaign, on or last_day(campaign))
    return render(request, "models_registry/model_list.html", context)


def _offered(request: HouseRequest, campaign: Campaign, mine: Any) -> dict[str, Any]:
    """What the list can be narrowed to; until the ward's next event."""

    def read() -> dict[str, Any]:
        of_year = ThemeField.objects.filter(ward_id=campaign.ward_id, campaign=campaign)
        fields = of_year.values_list("pk", "code", "label")
        units = units_with(request.user, mine).values_list("slug", "name")
        read_together(fields, units)
        return {"fields": list(fields), "units": list(units)}

    return kept("models.offered", request.user, read, campaign.pk)


def _counted(request: HouseRequest, campaign: Campaign, mine: Any, filters: ModelFilter) -> dict[str, Any]:
    """Of each field the models that fit the other filters; and all registered ones, collective and individual."""

    def read() -> dict[str, Any]:
        n = Count("pk")
        fields = filters.qs.order_by().values_list("theme_field").annotate(n=n)
        registered = mine.registered_on(filters.asked("on") or today()).order_by()
        registered = registered.values_list("subject").annotate(n=n)
        read_together(fields, registered)
        by = dict.fromkeys(SubjectType.values, 0) | dict(registered)
        return {"fields": dict(fields), "sums": by | {"all": sum(by.values())}}

    if any(filters.asked(name) for name in ("q", "row")):
        return read()
    narrowed = [request.GET.get(name, "") for name in ("state", "unit", "subject", "on", "stage", "official")]
    return kept("models.counted", request.user, read, campaign.pk, today(), *narrowed)


def _of_field(filters: ModelFilter) -> Any:
    code = filters.asked("field")
    return filters.qs.filter(theme_field__code=code) if code else filters.qs


def _may_remind(user: Any, campaign: Campaign) -> Decision:
    return campaign.can_change() and access.can(user, Permission.MODEL_DECIDE)


@require_http_methods(["GET", "POST"])
def model_remind(request: HouseRequest) -> HttpResponse:
    """What the units are told of overdue steps or of their silence, of the ticked models, or of all that fit."""
    campaign = year_of_request(request)
    require(_may_remind(request.user, campaign))
    mine = MobilizationModel.objects.visible_to(request.user).filter(campaign=campaign)
    filters = ModelFilter(request.GET, mine, request=request, **_offered(request, campaign, mine))
    asked = _of_field(filters)
    steps = ModelStep.objects.filter(ward_id=campaign.ward_id, mobilization_model__in=asked.order_by().values("pk"))
    back = f"{reverse('models_registry:model_list')}?{unticked(request.GET).urlencode()}"
    if nothing_ticked(request.GET):
        messages.warning(request, _("Tick the models first."))
        return redirect(back)
    if days := SILENT.get(filters.asked("state") or ""):
        return _ask_for_news(request, asked, days, back)
    if request.method == "POST":
        attempt(request, partial(remind_units, steps), _reminded)
        return redirect(back)
    rows = list(steps.remindable(today()).for_list())
    told = {step.mobilization_model_id for step in rows}
    context = {
        "lines": [(step.mobilization_model.unit, rules.line("models_registry.step.reminded", step)) for step in rows],
        "units": len({step.mobilization_model.unit_id for step in rows}),
        "left_out": asked.count() - len(told) if request.GET.get("row") else 0,
        "back": back,
        "up": _("Models"),
    }
    return render(request, "notifications/remind.html", context)


def _ask_for_news(request: HouseRequest, asked: Any, days: int, back: str) -> HttpResponse:
    if request.method == "POST":
        attempt(request, partial(ask_for_news, asked, days=days), _asked_units)
        return redirect(back)
    found, lines = silent_by_unit(asked), []
    for unit, rows in found.items():
        unit.asked = rows  # type: ignore[attr-defined]  # what the text names before there is an event
        lines.append((unit, rules.line("models_registry.unit.asked_for_news", unit)))
    context: dict[str, Any] = {"lines": lines, "back": back, "left_out": asked.count() - sum(map(len, found.values()))}
    return render(request, "models_registry/ask_for_news.html", context)


def _asked_units(count: int) -> str:
    said = ngettext("Asked %(count)d unit for news.", "Asked %(count)d units for news.", count)
    return said % {"count": count}


def _reminded(count: int) -> str:
    said = ngettext("Reminded of %(count)d step.", "Reminded of %(count)d steps.", count)
    return said % {"count": count}


def _fields(request: HttpRequest, counts: dict[int | None, int], filters: ModelFilter) -> list[dict[str, Any]]:
    """The quick filters: every field of the year with its number of rows."""
    chosen = filters.asked("field") or ""
    query = request.GET.copy()
    query.pop("page", None)
    links = []
    for code, label, count in [
        ("", _("All"), sum(counts.values())),
        *((code, label, counts.get(pk, 0)) for pk, code, label in filters.known_fields),
    ]:
        query["field"] = code
        links.append({"label": label, "count": count, "url": f"?{query.urlencode()}", "current": chosen == code})
    return links


def _sorted(rows: Any, order: str | None, day: datetime.date) -> Any:
    rows = rows.for_list(day)
    orders = {"new": ("-id",), "unit": ("unit__sort_key", "code", "id"), "code": ("code", "id")}
    return rows.order_by(*orders[order]) if order in orders else rows.most_urgent_first(day)


def _dress(rows: Any, on: datetime.date | None, terms: RegistrationTerms, *, decides: bool) -> None:
    """Late is no state of its own: it is told on the day that is looked at, never of a year that is over."""
    is_open = terms.campaign.is_open
    for row in rows:
        state = getattr(row, "state_then", row.state)
        row.waits_for_reader = decides and state == ModelState.SUBMITTED and not on
        late = state == ModelState.ACTIVE and row.next_due and row.next_due < (on or today()) and (on or is_open)
        row.is_behind = bool(late)
        turns: dict[Any, Any] = {ModelState.SUBMITTED: terms.decide_by, ModelState.RETURNED: terms.amend_by}
        row.next_due = turns[state](row.moved_on) if state in turns and not on else row.next_due
        row.next_due = row.next_due if state in HAS_NEXT else None
        row.silent_for = ((on or today()) - row.last_sign).days if hasattr(row, "last_sign") else None
        row.chip = (LATE, _("Late")) if late else (state, LABELS[state])


def _dressed(rows: list[Any], request: Any) -> list[Any]:
    terms = RegistrationTerms.of(request.campaign)
    _dress(rows, parse_date(request.GET.get("on", ""), today().year), terms, decides=False)
    return rows


def _yes(value: Any) -> str:
    return pgettext("list", "Yes") if value else ""


MODELS = table(
    "models_registry:model_list",
    gettext_lazy("Models"),
    Column(gettext_lazy("Code"), "code"),
    Column(gettext_lazy("Model"), "title"),
    Column(gettext_lazy("Unit"), "unit__name"),
    Column(gettext_lazy("Who registers"), of=lambda row: row.get_subject_display()),
    Column(pgettext_lazy("model", "People"), of=lambda row: "; ".join(row.people)),
    Column(gettext_lazy("Theme field"), of=lambda row: row.theme_field.label if row.theme_field else ""),
    Column(gettext_lazy("State"), of=lambda row: str(row.chip[1])),
    Column(gettext_lazy("Steps done"), "steps_done"),
    Column(gettext_lazy("Steps in all"), "steps_count"),
    Column(gettext_lazy("Next due"), "next_due"),
    Column(
        gettext_lazy("Last report"),
        of=lambda row: row.last_sign,
        when=lambda request: request.GET.get("state") in SILENT,
    ),
    Column(gettext_lazy("Registered late"), of=lambda row: _yes(row.is_late)),
    Column(gettext_lazy("Entered for the unit"), of=lambda row: _yes(row.entered_for_unit_by_id)),
    dress=_dressed,
)


# States in which something of the model is due; a model that rests or is over owes nothing.
HAS_NEXT = (ModelState.SUBMITTED, ModelState.RETURNED, ModelState.ACTIVE)


# ---- writing ------------------------------------------------------------------------------------------
def model_new(request: HouseRequest) -> HttpResponse:
    return _fill_in(request, _blank(request))


def model_edit(request: HouseRequest, key: str) -> HttpResponse:
    registration = fetch(request, key)
    require(registration.can_edit(request.user))
    return _fill_in(request, registration)


def _blank(request: HouseRequest) -> MobilizationModel:
    """A new registration of the user's own unit, with the user in charge; an officer chooses any unit."""
    require(access.can(request.user, Permission.MODEL_REGISTER))
    campaign = year_of_request(request)
    require(campaign.can_change())
    units = Unit.objects.inside().valid_on(today()).actionable_by(request.user, Permission.MODEL_REGISTER)
    own = units.filter(pk__in=access.grants(request.user).unit_ids).order_by("sort_key").first()
    return MobilizationModel(
        ward=request.ward, campaign=campaign, unit=own or units.first(), contact=request.user.full_name
    )


def _fill_in(request: HouseRequest, registration: MobilizationModel) -> HttpResponse:
    sending = "send" in request.POST
    data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = ModelEditForm(data, files, instance=registration, user=request.user, sending=sending)
    if request.method == "POST":
        answers: list[HttpResponse | None] = []
        if not attempt(request, lambda by: answers.append(_keep(request, registration, form, sending)), ""):
            return redirect(registration)
        if answers[0]:
            return answers[0]
    return render(request, "models_registry/model_form.html", _page(request, registration, form))


def _keep(
    request: HouseRequest, registration: MobilizationModel, form: ModelEditForm, sending: bool
) -> HttpResponse | None:
    """Keep what was typed, whatever the button. None: the same page again, with everything that was typed."""
    registration.save_draft(by=request.user, **form.typed())
    if (document := request.POST.get("drop_document", "")).isdecimal():
        paper = get_object_or_404(registration.documents, pk=int(document))
        registration.drop_document(paper, by=request.user)
    elif sending and form.is_valid():
        registration.submit(by=request.user)
        messages.success(request, _("Sent %(code)s to the ward for approval") % {"code": registration.code})
        return redirect(registration)
    elif "save" in request.POST and form.is_valid():
        messages.success(request, _("Saved the draft"))
        return redirect(registration.edit_url)
    return None


def _page(request: HouseRequest, registration: MobilizationModel, form: ModelEditForm) -> dict[str, Any]:
    is_new = registration._state.adding
    similar = list(MobilizationModel.objects.in_ward_of(request.user).similar_to(registration)[:5])
    return {
        "form": form,
        "registration": registration,
        "is_new": is_new,
        "documents": [] if is_new else registration.documents.all(),
        "similar": similar,
        "twins": [row for row in similar if row.is_twin],
        "can_read_ward": access.can(request.user, Permission.WARD_READ),
        "returned": registration.decision() if registration.state == ModelState.RETURNED else None,
        **_addresses(registration),
    }


def _addresses(registration: MobilizationModel) -> dict[str, str]:
    if registration._state.adding:
        return {
            "action": reverse("models_registry:model_new"),
            "autosave": reverse("models_registry:model_autosave_new"),
        }
    return {
        "action": registration.edit_url,
        "autosave": reverse("models_registry:model_autosave", args=[registration.key]),
    }


@require_POST
def model_autosave(request: HouseRequest, key: str | None = None) -> HttpResponse:
    """Keep the draft while it is typed. Answers what was kept, for the page's script."""
    registration = fetch(request, key) if key else _blank(request)
    require(registration.can_edit(request.user))
    form = ModelEditForm(request.POST, request.FILES, instance=registration, user=request.user)
    try:
        registration.save_draft(by=request.user, **form.typed())
    except StateChanged as changed:
        return JsonResponse({"said": str(changed)}, status=409)
    papers = {"documents": registration.documents.all(), "registration": registration}
    saved = timezone.localtime(registration.saved_at)
    answer = {
        "said": _("Draft saved by itself at %(time)s") % {"time": f"{saved:%H:%M}"},
        "refused": [str(sentence) for sentence in form.errors.get("documents", [])],
        "papers": render_to_string("models_registry/_documents.html", papers, request),
    }
    return JsonResponse(answer | _addresses(registration))


# ---- reading ------------------------------------------------------------------------------------------
@require_GET
def model_detail(request: HouseRequest, key: str) -> HttpResponse:
    registration = fetch(request, key)
    user = request.user
    targets = list(registration.targets.with_reached())
    steps = _steps(registration, bool(registration.can_report(user)))
    moves = registration.moves()
    context = {
        "registration": registration,
        "targets": targets,
        "reached_on": max((t.reached_on for t in targets if t.reached_on), default=None),
        "steps": steps,
        "steps_done": sum(1 for step in steps if step["done"]),
        "is_behind": any(step["kind"] == "late" for step in steps),
        "updates": registration.updates.for_page(),
        "documents": registration.documents.all(),
        "honours": honours_of(registration),
        "may_point": access.can_in_ward(user, Permission.MODEL_DECIDE),
        "proposals": proposals_of(registration, user),
        "family": family_of(registration, user),
        "inspections": registration.inspections.for_page(),
        "works": registration.about.select_related("undertaking"),
        "content": contents_of(registration),
        "tasks": tasks_of(registration, user),
        "decision": registration.valid_decision(moves),
        "said": _said(moves),
        "self_assessment": self_assessment_of(registration, moves),
        "buttons": _buttons(registration, user, any(step["kind"] == "late" for step in steps)),
        "further": _further(registration, user),
    }
    context |= appraisal_of(registration, user)
    context |= papers_of(registration, user, context.get("conclusion"), context["honours"])
    return render(request, "models_registry/model_detail.html", context)


def _said(moves: list[MobilizationModelTransition]) -> dict[str, Any] | None:
    """What was said with the last step, for the head of the page. What is asked of the unit stands out."""
    last = next(iter(moves), None)
    if last is None or not last.reason or last.new == ModelState.SELF_ASSESSED:
        return None
    is_good = last.new in SETTLED or (last.new == ModelState.ACTIVE and last.old not in APPRAISED)
    return {"move": last, "is_good": is_good}


def _steps(registration: MobilizationModel, may_report: bool) -> list[dict[str, Any]]:
    """The timeline. A step is late while the model runs in an open year."""
    running = registration.state == ModelState.ACTIVE and registration.campaign.is_open
    shown = []
    for step in registration.steps.with_last_reminder().prefetch_related("evidence"):
        late = running and not step.done_on and step.due_on < today()
        kind = "done" if step.done_on else "late" if late else ""
        row = {"title": str(step), "kind": kind, "due": step.due_on, "done": step.done_on, "text": step.note}
        if step.reminded_on and not step.done_on:
            row["text"] = _("Unit reminded on %(day)s") % {"day": short_date(step.reminded_on, today())}
        row["files"] = [_file_link(registration, "step", file) for file in step.evidence.all()]
        if may_report and not step.done_on:
            row |= {"url": _step_url(registration, step.kind), "action": _("Report it done")}
        shown.append(row)
    return shown


def _step_url(registration: MobilizationModel, kind: str) -> str:
    return reverse("models_registry:step_report", args=[registration.key, kind])


def _file_link(registration: MobilizationModel, kind: str, file: Any) -> dict[str, Any]:
    url = reverse("models_registry:model_file", args=[registration.key, kind, file.pk])
    return {"url": url, "name": file.original_name, "mime": file.mime, "size": file.size}


def _buttons(registration: MobilizationModel, user: Any, is_behind: bool) -> list[tuple[Any, str, str]]:
    """Label, address and icon of what waits for this user; the first one stands out."""
    found = []
    if registration.can_decide(user):
        found.append((_("Review the model"), registration.review_url, "clipboard-check"))
    if registration.can_edit(user):
        label = _("Go on writing") if registration.state == ModelState.DRAFT else _("Add and send again")
        found.append((label, registration.edit_url, "pencil"))
    if registration.can_report(user):
        url = reverse("models_registry:progress_new", args=[registration.key])
        found.append((_("Record results"), url, "plus"))
    if is_behind and _may_remind(user, registration.campaign):
        asked = urlencode({"year": registration.campaign.year, "ticked": 1, "row": registration.pk})
        found.append((_("Remind the unit"), f"{reverse('models_registry:model_remind')}?{asked}", "bell"))
    if registration.can_self_assess(user):
        url = reverse("models_registry:model_self_assess", args=[registration.key])
        found.append((_("Assess the model yourselves"), url, "clipboard-check"))
    if registration.can_open_review(user):
        found.append((_("Open the appraisal"), registration.review_open_url, "users"))
    if registration.can_conclude(user) and registration.appraisals.waiting_for_decision().exists():
        found.append((_("Decide"), registration.conclude_url, "clipboard-check"))
    return found[:2]


def _further(registration: MobilizationModel, user: Any) -> list[tuple[Any, str]]:
    wanted: list[tuple[Callable[[Any], Decision], Any, str]] = [
        (registration.can_correct, _("Correct the decision"), "model_correct"),
        (registration.can_reopen, _("Take the registration up again"), "model_reopen"),
        (registration.can_honour, _("Recognition, praise, replication"), "honour_new"),
        (partial(Proposal.can_enter, registration), _("Propose it for recognition or praise"), "proposal_new"),
        (registration.can_link_tasks, _("Link to tasks"), "model_tasks"),
        (registration.can_inspect, _("Write down an inspection"), "inspection_new"),
        (registration.can_send_to_work, _("Send it back to work"), "model_to_work"),
        (registration.can_reopen_review, _("Take the appraisal up again"), "review_reopen"),
        (registration.can_archive, _("Archive the model"), "model_archive"),
        (registration.can_pause, _("Pause the model"), "model_pause"),
        (registration.can_resume, _("Go on with the model"), "model_resume"),
        (registration.can_withdraw, _("Withdraw the model"), "model_withdraw"),
    ]
    found = [(label, name) for may, label, name in wanted if may(user)]
    return [
        (label, reverse(f"models_registry:{name}", args=[registration.key]))
        for label, name in [(_("Print the registration"), "model_paper"), *found]
    ]


@require_GET
def model_file(request: HouseRequest, key: str, kind: str, pk: int) -> FileResponse:
    registration = fetch(request, key, scored=True)
    files = {
        "paper": ModelDocument.objects.filter(mobilization_model=registration),
        "step": StepEvidence.objects.filter(step__mobilization_model=registration),
        "result": ProgressEvidence.objects.filter(update__mobilization_model=registration),
        "inspection": InspectionEvidence.objects.filter(inspection__mobilization_model=registration),
    }
    file = get_object_or_404(files.get(kind, ModelDocument.objects.none()).filter(ward_id=registration.ward_id), pk=pk)
    content: BinaryIO | File = file.file.open("rb")
    if file.is_photo and "small" in request.GET:
        with content as stored:
            content = small_picture(stored)
    return serve(content, name=file.original_name, mime=file.mime)
