"""What the dashboards show, gathered from the figures and the agenda of the apps below. No number of its own."""

import datetime
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Count
from django.template.loader import render_to_string
from django.utils import timezone

from accounts import access
from accounts.access import Permission
from accounts.models import Unit
from campaigns.models import Campaign, Document
from core import agenda, past
from core.dates import parse_date
from core.figures import FigureValue, Scope, get_figure
from core.models import today
from models_registry.models import judges_alone
from notifications.kept import kept
from notifications.models import Event

REMINDED = ("campaigns.task.reminded", "models_registry.step.reminded", "reports.work.reminded")
WORK_SHOWN = 6
EVENTS_SHOWN = 3
EVENTS_AHEAD = 21  # days


def day_of(campaign: Campaign, asked: str) -> datetime.date:
    """The day the figures stand for: the one asked, else today, but never after the campaign's last day."""
    return min(parse_date(asked, today().year) or today(), campaign.closes_on)


@dataclass(frozen=True)
class Board:
    """One reader's view of one campaign on one day, perhaps of one unit."""

    user: Any
    campaign: Campaign
    on: datetime.date
    unit: Unit | None = None
    _found: dict[str, FigureValue] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def scope(self) -> Scope:
        return Scope(ward=self.campaign.ward, campaign=self.campaign, unit=self.unit, user=self.user)

    def figure(self, key: str) -> FigureValue:
        """Computed once a page: several blocks share the figures of tasks."""
        if key not in self._found:
            self._found[key] = get_figure(key).value(self.scope, self.on)
        return self._found[key]

    @property
    def alone(self) -> int:
        """The person, where what is kept may not be shared with others of the same roles; else 0."""
        return self.user.pk if judges_alone(self.user) else 0

    def items(self, days: int) -> list[agenda.Item]:
        """Agenda of the coming days with what is overdue; a closed year has none."""
        if not self.campaign.is_open:
            return []
        end = self.on + datetime.timedelta(days=days)
        found = agenda.items(agenda.Ask(self.user, self.campaign, self.on, end, self.on, self.unit))
        if past.current().is_past:  # what was to do on a past day is not done from its page
            return [replace(item, action="", action_url="") for item in found]
        return found


def ward_board(board: Board) -> dict[str, Any]:
    """The ward's overview: work before statistics, both read anew after each event."""
    alone = board.alone
    with past.reading(on=board.on, known=past.current().known):
        found = kept("overview", board.user, lambda: _ward_board(board), board.campaign.pk, board.on, alone)
        return found | {"may_read_plans": bool(access.can(board.user, Permission.DOCUMENT_READ))}


def _ward_board(board: Board) -> dict[str, Any]:
    items = board.items(EVENTS_AHEAD)
    own, behind, numbers = mine(board, items), _behind(board, items), _numbers(board)
    shown = numbers | {"campaign": board.campaign, "on": board.on, "with_units": not behind}
    return {
        "work": own[:WORK_SHOWN],
        "work_count": len(own),
        "behind": with_reminders(behind[:WORK_SHOWN]),
        "behind_count": len(behind),
        "events": [item for item in items if item.kind == "event"][:EVENTS_SHOWN],
        "plans": _plans(board),
        "numbers": render_to_string("reports/_ward_numbers.html", shown),  # half of the page's time
    } | numbers


def _plans(board: Board) -> list[dict[str, str]]:
    plans = Document.objects.plan_chain(board.campaign, board.on)
    return [{"symbol": str(plan), "issuer": str(plan.issuer), "url": plan.get_absolute_url()} for plan in plans]


def ward_work(board: Board) -> list[agenda.Item]:
    """All that waits for the reader, the most urgent first."""
    return mine(board, board.items(EVENTS_AHEAD))


def units_behind(board: Board) -> list[agenda.Item]:
    """All that other units are behind on, the longest overdue first, each with the day of its last reminder."""
    return with_reminders(_behind(board, board.items(0)))


def mine(board: Board, items: list[agenda.Item]) -> list[agenda.Item]:
    """What the reader or a unit of hers is to do; of the leadership what waits for a signature."""
    own = access.grants(board.user).unit_ids
    work = [item for item in items if item.kind == "work" and (item.owed_by is None or item.owed_by.pk in own)]
    if access.has_role(board.user, "leadership"):
        work = [item for item in work if item.waits_for_signature]
    return sorted(work, key=lambda item: item.presses_since)


def _behind(board: Board, items: list[agenda.Item]) -> list[agenda.Item]:
    """What is overdue with other units; the leadership is spared it."""
    if access.has_role(board.user, "leadership"):
        return []
    own = access.grants(board.user).unit_ids
    late = [item for item in items if item.owed_by and item.owed_by.pk not in own and item.is_overdue(board.on)]
    return sorted(late, key=lambda item: item.due_on)


def with_reminders(items: list[agenda.Item]) -> list[agenda.Item]:
    """Each with the day on which somebody last reminded its unit by hand."""
    rows = [item.subject for item in items if item.subject]
    if not rows:
        return items
    days = Event.objects.last_days(rows, REMINDED)
    return [replace(item, reminded_on=days.get(item.key)) for item in items]


def _numbers(board: Board) -> dict[str, Any]:
    return {
        "as_of": timezone.now(),
        "tasks": board.figure("campaigns.tasks"),
        "tasks_done": board.figure("campaigns.tasks.done"),
        "tasks_overdue": board.figure("campaigns.tasks.overdue"),
        "tasks_submitted": board.figure("campaigns.tasks.submitted"),
        "late_units": _late_units(board),
        "registered": board.figure("models.registered"),
        "collective": board.figure("models.registered.collective"),
        "individual": board.figure("models.registered.individual"),
        "fields": list((board.figure("models.registered.by_field").parts or {}).values()),
        "projects": _projects(board),
        "turnout": board.figure("beautification.turnout.latest"),
        "columns": _columns(board),
        "publicity": {
            "sessions": board.figure("campaigns.dissemination_sessions"),
            "resolutions": board.figure("campaigns.resolutions"),
            "broadcasts": board.figure("publicity.broadcasts"),
            "views": board.figure("publicity.article_views"),
            "sent": board.figure("contest.sent"),
            "revising": board.figure("contest.in_revision"),
        },
    }


def _without_echoes(items: list[agenda.Item]) -> list[agenda.Item]:
    """An event beside the work it brings on the same day, at the same address, says nothing new."""
    work = {(item.due_on, item.url) for item in items if item.kind == "work"}
    return [item for item in items if item.kind == "work" or (item.due_on, item.url) not in work]


def _late_units(board: Board) -> list[dict[str, Any]]:
    """Units with overdue tasks, by name: an order by how much would be a ranking."""
    late, given, done = (_by_unit(board, key) for key in ("overdue", "", "done"))
    return [
        {"slug": slug, "late": part, "given": given.get(slug), "done": done.get(slug)} for slug, part in late.items()
    ]


def _by_unit(board: Board, part: str) -> dict[str, FigureValue]:
    """A figure of tasks shared out by lead unit, in the units' order; each part leads to its own rows."""
    whole = board.figure(f"campaigns.tasks.{part}" if part else "campaigns.tasks")
    if whole.rows is None:
        return {}
    by_unit = whole.rows.order_by("lead_unit__sort_key").values_list("lead_unit__slug", "lead_unit__name")
    counted = by_unit.annotate(count=Count("pk"))
    return {
        slug: FigureValue(
            count, url=f"{whole.url}&unit={slug}" if whole.url else "", as_of=board.on, label=name, key=whole.key
        )
        for slug, name, count in counted
    }


def _projects(board: Board) -> list[dict[str, Any]]:
    households = board.figure("clearance.households.by_project").parts or {}
    visited = board.figure("clearance.households_visited.by_project").parts or {}
    invited = board.figure("clearance.households_invited.by_project").parts or {}
    return [
        {"slug": slug, "all": part, "visited": visited.get(slug), "invited": invited.get(slug)}
        for slug, part in households.items()
    ]


def _columns(board: Board) -> list[dict[str, Any]]:
    """The last clean-ups with their turnout, as the chart's columns."""
    weeks = board.figure("beautification.turnout.weeks").parts or {}
    return [
        {"label": f"{part.as_of:%d/%m}", "value": part.value, "is_nearly": part.exactness == "nearly", "part": part}
        for part in weeks.values()
    ]


def unit_board(board: Board) -> dict[str, Any]:
    """What the unit is behind on, what comes this week, and the numbers behind: the same for every reader."""
    unit = board.unit and board.unit.pk
    alone = board.alone
    with past.reading(on=board.on, known=past.current().known):
        found = kept("unit", board.user, lambda: _unit_board(board), board.campaign.pk, board.on, unit, alone)
        return found | {"may_work": bool(access.can(board.user, Permission.TASK_REPORT, unit=board.unit))}


def _unit_board(board: Board) -> dict[str, Any]:
    items = board.items(7)
    overdue = [item for item in items if item.is_overdue(board.on)]
    numbers = _unit_numbers(board)
    return {
        "overdue": overdue,
        "others_overdue": len(overdue) - (numbers["tasks_overdue"].value or 0),
        "soon": _without_echoes([item for item in items if not item.is_overdue(board.on)]),
    } | numbers


def _unit_numbers(board: Board) -> dict[str, Any]:
    return {
        "tasks": board.figure("campaigns.tasks"),
        "tasks_done": board.figure("campaigns.tasks.done"),
        "tasks_overdue": board.figure("campaigns.tasks.overdue"),
        "tasks_submitted": board.figure("campaigns.tasks.submitted"),
        "registered": board.figure("models.registered"),
        "projects": [row for row in _projects(board) if row["all"] and row["all"].value],
    }
