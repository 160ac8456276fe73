"""Other looks at the tasks of the year: by their state, and by unit."""

from typing import Any

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import render

from accounts import access
from accounts.access import Permission, require
from accounts.models import Unit
from campaigns.choices import BOARD_STATES, TASK_TABS, UNIT_STATES, TaskState
from campaigns.filters import LOAD, TaskFilter
from campaigns.middleware import year_of_request
from campaigns.models import Task
from core.http import HouseRequest
from core.models import today
from core.pages import page_of

MOST = 12  # cards in a column


def task_board(request: HouseRequest) -> HttpResponse:
    """A column for each state with its first cards; the heading opens all of its rows."""
    require(access.can(request.user, Permission.TASK_REPORT) or access.can(request.user, Permission.WARD_READ))
    campaign = year_of_request(request)
    rows = Task.objects.visible_to(request.user).filter(campaign=campaign)
    filters = TaskFilter(request.GET, rows, request=request, campaign=campaign)
    found = filters.qs.as_of(None)
    counts = dict(found.order_by().values_list("state_then").annotate(count=Count("pk")))
    cards: dict[str, list[Task]] = {}
    for task in found.filter(state__in=BOARD_STATES).first_of_each_state(MOST).for_list():
        cards.setdefault(task.state, []).append(task)
    own = access.grants(request.user).units_with(Permission.TASK_REPORT) if campaign.can_change() else frozenset()
    context = {
        "columns": [_column(request, state, counts.get(state, 0), cards.get(state, [])) for state in BOARD_STATES],
        "filters": filters,
        "today": today(),
        "own": own,
        "unit_states": UNIT_STATES,
        "sees_ward": access.is_ward_wide(request.user, Permission.WARD_READ),
        "is_empty": not any(counts.get(state) for state in BOARD_STATES),
    }
    return render(request, "campaigns/task_board.html", context)


def _column(request: HouseRequest, state: TaskState, count: int, cards: list[Task]) -> dict[str, Any]:
    query = request.GET.copy()
    query["step"], query["state"] = state.value, "all"
    return {
        "state": state.value,
        "label": state.label,
        "count": count,
        "more": count - len(cards),
        "cards": cards,
        "query": query.urlencode(),
    }


def task_load(request: HouseRequest) -> HttpResponse:
    """What each unit has on its hands, in the official order of the units: no order by how much."""
    require(access.can(request.user, Permission.WARD_READ))
    campaign = year_of_request(request)
    tasks = Task.objects.visible_to(request.user).filter(campaign=campaign).as_of(None)
    leads, helps = tasks.by_unit(today()), tasks.helped_by_unit(today())
    units = Unit.objects.visible_to(request.user).filter(pk__in={*leads, *helps}).for_list()
    none = dict.fromkeys(TASK_TABS, 0)
    lines = [
        {"unit": unit, "slug": unit.slug, "helps": helps.get(unit.pk, 0)} | leads.get(unit.pk, none) for unit in units
    ]
    page = page_of(request, lines, table=LOAD)
    return render(request, "campaigns/task_load.html", {"page": page, "sees_ward": True})
