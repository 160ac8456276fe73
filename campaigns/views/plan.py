from typing import Any

from django.db.models import Count, Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import access
from accounts.access import Permission, require
from campaigns.actions import assign_tasks, make_plan
from campaigns.choices import Direction
from campaigns.filters import PLANS
from campaigns.forms.document import PlanForm, PlanItemForm
from campaigns.forms.task import TaskNewForm
from campaigns.middleware import show_year
from campaigns.models import Campaign, Document, PlanItem, Task
from campaigns.querysets import OLDEST_FIRST
from core.http import HouseRequest
from core.pages import attempt, confirm_page, form_page, page_of


def plan_list(request: HouseRequest, year: int) -> HttpResponse:
    require(access.can(request.user, Permission.DOCUMENT_READ))
    campaign = get_object_or_404(Campaign.objects.visible_to(request.user), year=year)
    show_year(request, campaign)
    plans = Document.objects.visible_to(request.user).filter(campaign=campaign).plans().for_list()
    counted = plans.annotate(item_count=Count("plan_items", distinct=True)).order_by(*OLDEST_FIRST)
    context = {"year": campaign, "page": page_of(request, counted, table=PLANS)}
    return render(request, "campaigns/plan_list.html", context)


def plan_detail(request: HouseRequest, year: int, pk: int) -> HttpResponse:
    require(access.can(request.user, Permission.DOCUMENT_READ))
    plan, user = _plan(request, pk, year=year), request.user
    tasks = Task.objects.visible_to(user).for_list().order_by("due_on", "id")
    items = plan.plan_items.select_related("undertaking").prefetch_related(Prefetch("tasks", queryset=tasks))
    context = {
        "plan": plan,
        "items": list(items),
        "children": Document.objects.visible_to(user).filter(carries_out=plan).for_list(),
        "can_plan": plan.can_plan(user),
        "can_assign": plan.campaign.can_change() and access.can(user, Permission.TASK_ASSIGN),
    }
    return render(request, "campaigns/plan_detail.html", context)


def plan_new(request: HouseRequest, pk: int) -> HttpResponse:
    parent = _plan(request, pk)
    require(parent.can_plan(request.user))
    plan = Document(ward=request.ward, campaign=parent.campaign, carries_out=parent, direction=Direction.OUT)
    if (awaited := parent.answer_deadline) and awaited.met_on is None:
        plan.answers = parent
    form = PlanForm(request.POST or None, request.FILES or None, instance=plan, user=request.user)

    def make(by: Any, items: list[str], file: Any, **_fields: Any) -> Document:
        return make_plan(by=by, plan=plan, items=items, file=file)

    here = parent.get_absolute_url()
    lead = _("It carries out %(document)s.") % {"document": parent}
    if plan.answers:
        lead += " " + _("The deadline of that document is met when this plan is issued.")
    words: dict[str, Any] = {"title": _("Make the ward's plan"), "done": _("Plan saved as a draft"), "lead": lead}
    return form_page(request, form, make, to=here, up=(str(parent), here), **words)


def plan_item_new(request: HouseRequest, pk: int) -> HttpResponse:
    plan = _plan(request, pk)
    require(plan.can_plan(request.user))
    form = PlanItemForm(request.POST or None, instance=PlanItem(ward=request.ward), campaign=plan.campaign)
    words: dict[str, Any] = {"title": _("Add a plan item"), "done": _("Plan item added")}
    return form_page(request, form, _without_result(plan.add_item), **_back(plan), **words)


def plan_item_edit(request: HouseRequest, pk: int) -> HttpResponse:
    item = _item(request, pk)
    require(item.can_edit(request.user))
    form = PlanItemForm(request.POST or None, instance=item, campaign=item.campaign)
    words: dict[str, Any] = {"title": _("Change the plan item"), "done": _("Plan item saved")}
    return form_page(request, form, item.edit, **_back(item.document), **words)


def plan_item_remove(request: HouseRequest, pk: int) -> HttpResponse:
    item = _item(request, pk)
    require(item.can_remove(request.user))
    words: dict[str, Any] = {
        "title": _("Remove this plan item?"),
        "consequence": item.text,
        "action": _("Remove the item"),
        "done": _("Plan item removed"),
    }
    return confirm_page(request, item.remove, to=_address(item.document), danger=True, **words)


@require_POST
def plan_item_shift(request: HouseRequest, pk: int) -> HttpResponse:
    item, up = _item(request, pk), request.POST.get("to") == "up"
    require(item.can_edit(request.user))
    attempt(request, lambda by: item.shift(by=by, up=up), _("Order saved"))
    return redirect(_address(item.document))


def plan_item_assign(request: HouseRequest, pk: int) -> HttpResponse:
    item = _item(request, pk)
    require(item.can_assign(request.user))
    form = TaskNewForm(
        request.POST or None,
        instance=Task(ward=item.ward, campaign=item.campaign),
        user=request.user,
        campaign=item.campaign,
        plan_item=item,
    )

    def assign(by: Any, **fields: Any) -> None:
        assign_tasks(by=by, campaign=item.campaign, plan_item=item, **fields)

    words: dict[str, Any] = {"title": _("Assign tasks to units"), "done": _("Tasks assigned"), "lead": item.text}
    return form_page(request, form, assign, **_back(item.document), **words)


def _plan(request: HouseRequest, pk: int, **where: Any) -> Document:
    rows = Document.objects.visible_to(request.user).select_related("kind", "issuer", "campaign", "carries_out__kind")
    of_year = {"campaign__year": where["year"]} if where else {"campaign__isnull": False}
    plan = get_object_or_404(rows, pk=pk, **of_year)
    show_year(request, plan.campaign)
    return plan


def _item(request: HouseRequest, pk: int) -> PlanItem:
    rows = PlanItem.objects.visible_to(request.user).select_related("campaign", "document__kind", "ward")
    item = get_object_or_404(rows, pk=pk)
    show_year(request, item.campaign)
    return item


def _address(plan: Document) -> str:
    return reverse("campaigns:plan_detail", args=[plan.campaign.year, plan.pk])


def _back(plan: Document) -> dict:
    return {"to": _address(plan), "up": (str(plan), _address(plan))}


def _without_result(verb: Any) -> Any:
    """The page goes back to the plan, not to the row that the verb gives."""
    return lambda by, **fields: verb(by=by, **fields) and None
