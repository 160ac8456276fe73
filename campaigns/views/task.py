from functools import partial
from typing import Any

from django.contrib import messages
from django.core.paginator import Page
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts import access, seats
from accounts.access import Permission, require
from accounts.models import Unit, Ward
from campaigns.actions import assign_tasks, entrust_tasks, give_tasks, remind_units
from campaigns.choices import (
    LINKED_TABS,
    NOT_BEGUN,
    TAB_LABELS,
    TASK_TABS,
    UNIT_STATES,
    ExtensionState,
    TaskGroup,
    TaskState,
)
from campaigns.filters import TASKS, TaskFilter
from campaigns.forms.task import (
    ExtensionAnswerForm,
    ExtensionAskForm,
    TaskCancelForm,
    TaskEditForm,
    TaskGiveForm,
    TaskNewForm,
    TaskPersonForm,
    TaskProgressForm,
    TaskReturnForm,
    TaskSubmitForm,
)
from campaigns.middleware import show_year, takes_lists, year_of_request
from campaigns.models import Campaign, Task, TaskEvidence, TaskExtension
from core.dates import full_date
from core.files import serve
from core.filters import nothing_ticked, unticked
from core.http import HouseRequest
from core.models import today
from core.pages import attempt, day_asked, form_page, page_of
from notifications import rules

GIVEN_SHOWN = 50  # of the tasks that are given to somebody else


def task_list(request: HouseRequest) -> HttpResponse:
    """What needs action first. With `on`: the tasks and their states at the end of that day."""
    require(access.can(request.user, Permission.TASK_REPORT) or access.can(request.user, Permission.WARD_READ))
    campaign, day = year_of_request(request), day_asked(request)
    filters = _narrowed(request, campaign)
    rows = filters.qs.as_of(day)
    if step := filters.asked("step"):
        rows = rows.filter(state_then=step)
    counts = rows.counts(day or today())
    shown = rows.for_list().with_last_reminder().ranked(day or today()).in_groups(TASK_TABS[filters.tab])
    page = page_of(request, filters.typed_first(shown, after=1), table=TASKS)
    may_write, sees_ward = campaign.can_change(), access.is_ward_wide(request.user, Permission.WARD_READ)
    own = access.grants(request.user).units_with(Permission.TASK_REPORT) if may_write and not day else frozenset()
    context = {
        "page": page,
        "groups": _groups(page, counts, own),
        "counts": counts,
        "tabs": _tabs(request, counts, filters.tab),
        "filters": filters,
        "day": day,
        "today": day or today(),
        "own": own,
        "shows_reminders": not day and sees_ward,
        "sees_ward": sees_ward,
        "own_unit": _only_unit(request.user),
        "may_assign": may_write and access.can(request.user, Permission.TASK_ASSIGN),
        "takes_lists": takes_lists(request),
        "query": unticked(request.GET),
        "may_remind": not day and may_write and access.can(request.user, Permission.TASK_ASSIGN),
    }
    return render(request, "campaigns/task_list.html", context)


def _narrowed(request: HouseRequest, campaign: Campaign) -> TaskFilter:
    rows = Task.objects.visible_to(request.user).filter(campaign=campaign)
    return TaskFilter(request.GET, rows, request=request, campaign=campaign)


def task_remind(request: HouseRequest) -> HttpResponse:
    """What the units of the ticked tasks, or of all that fit the list's filters, are told; then it is sent."""
    campaign = year_of_request(request)
    require(campaign.can_change() and access.can(request.user, Permission.TASK_ASSIGN))
    asked = _narrowed(request, campaign).qs
    back = f"{reverse('campaigns:task_list')}?{unticked(request.GET).urlencode()}"
    if nothing_ticked(request.GET):
        messages.warning(request, _("Tick the tasks first."))
        return redirect(back)
    if request.method == "POST":
        attempt(request, partial(remind_units, asked), _reminded)
        return redirect(back)
    rows = list(asked.remindable(today()).select_related("lead_unit").order_by("lead_unit__sort_key", "due_on", "pk"))
    context = {
        "lines": [(task.lead_unit, rules.line("campaigns.task.reminded", task)) for task in rows],
        "units": len({task.lead_unit_id for task in rows}),
        "left_out": asked.count() - len(rows) if request.GET.get("row") else 0,
        "back": back,
        "up": _("Tasks"),
    }
    return render(request, "notifications/remind.html", context)


def task_give(request: HouseRequest) -> HttpResponse:
    """The ticked tasks, or all that fit the list's filters, go to another unit or to a person of their unit."""
    campaign = year_of_request(request)
    require(campaign.can_change() and access.can(request.user, Permission.TASK_ASSIGN))
    filters = _narrowed(request, campaign)
    asked = filters.qs.as_of(None).ranked(today()).in_groups(TASK_TABS[filters.tab]).filter(state__in=UNIT_STATES)
    back = f"{reverse('campaigns:task_list')}?{unticked(request.GET).urlencode()}"
    if nothing_ticked(request.GET):
        messages.warning(request, _("Tick the tasks first."))
        return redirect(back)
    units = set(Unit.objects.filter(pk__in=asked.order_by().values("lead_unit")))
    form = TaskGiveForm(request.POST or None, user=request.user, units=units, cancel_url=back)
    if form.is_valid():
        unit = form.cleaned_data["unit"]
        to: dict[str, Any] = {"unit": unit} if unit else {"person": form.cleaned_data["person"]}
        act = partial(give_tasks if unit else entrust_tasks, asked, **to)
        if attempt(request, act, _given, form=form):
            return redirect(back)
    begun = asked.exclude(state__in=NOT_BEGUN).count()
    context = {
        "form": form,
        "back": back,
        "count": asked.count(),
        "begun": begun,
        "tasks": asked.for_list()[:GIVEN_SHOWN],
    }
    return render(request, "campaigns/task_give.html", context)


def _given(count: int) -> str:
    said = ngettext("%(count)d task is given.", "%(count)d tasks are given.", count)
    return said % {"count": count} if count else _("Nothing changed: they lie there already.")


def _reminded(count: int) -> str:
    said = ngettext("Reminded of %(count)d task.", "Reminded of %(count)d tasks.", count)
    return said % {"count": count}


def task_new(request: HouseRequest) -> HttpResponse:
    campaign = year_of_request(request)
    require(campaign.can_change() and access.can(request.user, Permission.TASK_ASSIGN))
    task = Task(ward=request.ward, campaign=campaign)
    form = TaskNewForm(request.POST or None, instance=task, user=request.user, campaign=campaign)

    def assign(by: Any, **fields: Any) -> Task | None:
        tasks = assign_tasks(by=by, campaign=campaign, **fields)
        return tasks[0] if len(tasks) == 1 else None

    home = reverse("campaigns:task_list")
    words: dict[str, Any] = {"title": _("Assign a task"), "done": _("Task assigned")}
    return form_page(request, form, assign, to=home, up=(_("Tasks"), home), **words)


def task_detail(request: HouseRequest, pk: int) -> HttpResponse:
    task, user = _task(request, pk), request.user
    progress = list(task.progress.select_related("by", "entered_for_unit_by"))
    extensions = list(task.extensions.select_related("asked_by", "answered_by"))
    asked = next((row for row in extensions if row.state == ExtensionState.ASKED), None)
    if asked:
        asked.task = task
    context = {
        "task": task,
        "progress": progress,
        "reached": next((row.value for row in progress if row.value is not None), None),
        "evidence": task.evidence.select_related("uploaded_by"),
        "links": task.links.select_related("by"),
        "extensions": extensions,
        "asked": asked,
        "can_answer": asked and asked.can_answer(user),
        "helpers": task.cooperating.select_related("unit"),
        "returned": task.transitions.filter(old="submitted", new="doing").first(),
        "steps": task.transitions.select_related("by"),
        "waited": task.days_in_office(today()),
        "is_late": task.is_overdue(today()),
        "can_edit": task.can_edit(user),
        "can_acknowledge": task.can_acknowledge(user),
        "can_report": task.can_report(user),
        "can_accept": task.can_accept(user),
        "can_cancel": task.can_cancel(user),
        "can_name_person": task.can_name_person(user),
    }
    if context["can_report"] or context["can_edit"]:
        context["to_copy"] = _to_copy(task, request.ward)
    if context["can_edit"] and task.state in UNIT_STATES:
        context["reaches_nobody"] = seats.is_empty(task.lead_unit, Permission.TASK_REPORT)
    return render(request, "campaigns/task_detail.html", context)


def _to_copy(task: Task, ward: Ward) -> str:
    """The reminder for the unit's group chat, while it is the unit's turn."""
    if task.is_overdue(today()):
        return rules.to_copy("campaigns.task.overdue", task, today(), ward)
    return rules.to_copy("campaigns.task.due", task, task.due_on, ward)


def task_edit(request: HouseRequest, pk: int) -> HttpResponse:
    task = _task(request, pk)
    require(task.can_edit(request.user))
    form = TaskEditForm(request.POST or None, instance=task, user=request.user, campaign=task.campaign)
    words: dict[str, Any] = {"title": _("Change the task"), "done": _("Task saved")}
    return form_page(request, form, task.edit, **_back(task), **words)


@require_POST
def task_acknowledge(request: HouseRequest, pk: int) -> HttpResponse:
    task = _task(request, pk)
    require(task.can_acknowledge(request.user))
    attempt(request, task.acknowledge, _("Task received"))
    return redirect(task)


def task_person(request: HouseRequest, pk: int) -> HttpResponse:
    task = _task(request, pk)
    require(task.can_name_person(request.user))
    form = TaskPersonForm(request.POST or None, task=task)
    words: dict[str, Any] = {"title": _("Person in charge"), "done": _("Person in charge saved"), "lead": task.title}
    return form_page(request, form, task.name_person, **_back(task), **words)


def extension_new(request: HouseRequest, pk: int) -> HttpResponse:
    task = _task(request, pk)
    require(task.can_ask_extension(request.user))
    form = ExtensionAskForm(request.POST or None, task=task)
    day = {"task": task.title, "day": full_date(task.due_on)}
    words: dict[str, Any] = {
        "title": _("Ask for more time"),
        "done": _("The ward was asked for more time"),
        "lead": _("%(task)s, due %(day)s. Until the ward answers, that day stays.") % day,
    }
    return form_page(request, form, task.ask_extension, **_back(task), **words)


def extension_answer(request: HouseRequest, pk: int) -> HttpResponse:
    rows = TaskExtension.objects.visible_to(request.user).select_related("task__campaign", "task__lead_unit")
    extension = get_object_or_404(rows, pk=pk)
    require(extension.can_answer(request.user))
    show_year(request, extension.task.campaign)
    form = ExtensionAnswerForm(request.POST or None, extension=extension)
    said = {"unit": extension.task.lead_unit, "day": full_date(extension.wanted_on), "why": extension.reason}
    words: dict[str, Any] = {
        "title": _("More time for: %(task)s") % {"task": extension.task},
        "done": _("The unit is told the answer"),
        "lead": _("%(unit)s asks for more time until %(day)s: %(why)s") % said,
    }
    return form_page(request, form, extension.settle, **_back(extension.task), **words)


def task_progress(request: HouseRequest, pk: int) -> HttpResponse:
    task = _task(request, pk)
    require(task.can_report(request.user))
    form = TaskProgressForm(request.POST or None, request.FILES or None, task=task)
    words: dict[str, Any] = {
        "title": _("Note the progress"),
        "done": _("Progress noted"),
        "lead": _report_lead(task, request.user),
    }
    return form_page(request, form, task.report, **_back(task), **words)


def task_submit(request: HouseRequest, pk: int) -> HttpResponse:
    task = _task(request, pk)
    require(task.can_report(request.user))
    form = TaskSubmitForm(request.POST or None, request.FILES or None, task=task)
    words: dict[str, Any] = {
        "title": _("Report the task as done"),
        "done": _("Reported as done, waiting for acceptance"),
    }
    return form_page(request, form, task.submit, lead=_report_lead(task, request.user), **_back(task), **words)


@require_POST
def task_accept(request: HouseRequest, pk: int) -> HttpResponse:
    task = _task(request, pk)
    require(task.can_accept(request.user))
    attempt(request, task.accept, _("Task accepted"))
    return redirect(task)


def task_return(request: HouseRequest, pk: int) -> HttpResponse:
    task = _task(request, pk)
    require(task.can_accept(request.user))
    form = TaskReturnForm(request.POST or None, task=task)
    words: dict[str, Any] = {
        "title": _("Return the task to %(unit)s") % {"unit": task.lead_unit},
        "done": _("Task returned"),
    }
    return form_page(request, form, task.send_back, lead=task.title, **_back(task), **words)


def task_cancel(request: HouseRequest, pk: int) -> HttpResponse:
    task = _task(request, pk)
    require(task.can_cancel(request.user))
    form = TaskCancelForm(request.POST or None)
    words: dict[str, Any] = {"title": _("Cancel the task"), "done": _("Task cancelled"), "lead": task.title}
    return form_page(request, form, task.cancel, **_back(task), **words)


def evidence_file(request: HouseRequest, pk: int) -> FileResponse:
    evidence = get_object_or_404(TaskEvidence.objects.visible_to(request.user), pk=pk)
    return serve(evidence.file.open(), name=evidence.original_name, mime=evidence.mime)


def _task(request: HouseRequest, pk: int) -> Task:
    rows = Task.objects.open_to(request.user).for_list().select_related("person", "series", "outcome__meeting")
    task = get_object_or_404(rows, pk=pk)
    show_year(request, task.campaign)
    return task


def _back(task: Task) -> dict:
    here = task.get_absolute_url()
    return {"to": here, "up": (task.title, here)}


def _report_lead(task: Task, user: Any) -> str:
    if task.is_entered_for_unit(user):
        return _("%(task)s. You enter this for %(unit)s; the page says so.") % {"task": task, "unit": task.lead_unit}
    return task.title


def _only_unit(user: Any) -> Any:
    """The unit whose list this is, when the person acts for one unit only."""
    if access.is_ward_wide(user, Permission.WARD_READ):
        return None
    units = list(Unit.objects.visible_to(user).of_member(user)[:2])
    return units[0] if len(units) == 1 else None


def _groups(page: Page, counts: dict[str, int], own: frozenset[int]) -> list[dict]:
    """The rows of the page under the headings of what needs action first; `own` units may report theirs."""
    found: dict[int, dict] = {}
    for task in page:
        group = TaskGroup(task.rank)
        entry = found.setdefault(task.rank, {"label": group.label, "count": counts[group.name.lower()], "tasks": []})
        task.may_report = task.lead_unit_id in own and task.state in UNIT_STATES
        task.label_then = TaskState(task.state_then).label
        entry["tasks"].append(task)
    return list(found.values())


def _tabs(request: HouseRequest, counts: dict[str, int], current: str) -> list[dict]:
    tabs = []
    for code, groups in TASK_TABS.items():
        if code in LINKED_TABS and code != current:
            continue
        query = request.GET.copy()
        query["state"] = code
        query.pop("page", None)
        count = sum(counts[group.name.lower()] for group in groups)
        tabs.append(
            {"label": TAB_LABELS[code], "query": query.urlencode(), "count": count, "is_current": code == current}
        )
    return tabs
