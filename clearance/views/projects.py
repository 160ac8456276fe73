import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import access
from accounts.access import Permission, require
from campaigns.middleware import year_of_request
from clearance import actions
from clearance.choices import LEAST, ConcernKind, Outreach, StepKind
from clearance.figures import visits_in_words
from clearance.forms import ProjectEditForm, ProjectNewForm
from clearance.models import (
    Invitation,
    Obstacle,
    ProcedureStep,
    Project,
    ProjectBatch,
    Promise,
    Question,
    StepTransition,
    VisitConcern,
)
from clearance.models.agreements import can_see
from clearance.views.fetch import day_of, project_of
from core.counts import count_all
from core.figures import FigureValue, Scope, get_figure
from core.http import HouseRequest
from core.listing import Column, hand_over, table
from core.together import read_together
from notifications.kept import kept
from notifications.models import Event
from notifications.querysets import MOST_TOLD

COUNTED = {
    "households": "clearance.households.by_project",
    "visited": "clearance.households_visited.by_project",
    "met": "clearance.households_met.by_project",
    "invited": "clearance.households_invited.by_project",
    "plots": "clearance.plots.by_project",
    "not_met": "clearance.households_not_met.by_project",
    "often": "clearance.households_visited_often.by_project",
    "inventoried": "clearance.households_inventoried.by_project",
    "paid": "clearance.households_paid.by_project",
    "handed": "clearance.households_handed_over.by_project",
}
LISTED = ("households", "visited", "invited")
SHOWN = 5  # rows of each short list on a project's page
MARKED = (Outreach.WARD_OWES_ANSWER, Outreach.FOLLOW_UP, Outreach.UNREACHABLE, Outreach.PAUSED_ON_REQUEST)
MOVES = 6  # steps reached, the newest first
GRID = 400  # squares; a longer list is read as a list


@dataclass(frozen=True)
class Line:
    project: Project
    counts: dict[str, FigureValue]
    owed: int


def _number(heading: Any, name: str) -> Column:
    return Column(heading, of=lambda line: line.counts[name].value if line.project.has_household_list else None)


PROJECTS = table(
    "clearance:project_list",
    gettext_lazy("Land-clearance projects"),
    Column(gettext_lazy("Project"), "project__name"),
    Column(gettext_lazy("Body in charge"), of=lambda line: str(line.project.host or "")),
    _number(gettext_lazy("Households"), "households"),
    _number(gettext_lazy("Visited"), "visited"),
    _number(gettext_lazy("Invitation handed over"), "invited"),
    Column(gettext_lazy("Questions owed"), "owed"),
)


def _counts(request: HouseRequest, on: datetime.date, names: Any = COUNTED) -> dict[str, Any]:
    """figure name -> project slug -> value, as this person may see them."""
    scope = Scope(request.ward, year_of_request(request), user=request.user)

    def counts() -> dict[str, Any]:
        return {name: get_figure(COUNTED[name]).value(scope, on).parts for name in names}

    return kept("clearance.projects", request.user, counts, scope.campaign.pk, on, *names)


def project_list(request: HouseRequest) -> HttpResponse:
    campaign, user = year_of_request(request), request.user
    may_read = access.can(user, Permission.HOUSEHOLD_READ)
    if not may_read:
        require(access.can(user, Permission.CLEARANCE_READ))
    on = day_of(campaign)
    counts = _counts(request, on, LISTED)
    owed = Question.objects.in_ward_of(user).of(campaign).open(on).count_by_project()
    lines = [
        Line(project, {name: parts[project.slug] for name, parts in counts.items()}, owed.get(project.pk, 0))
        for project in Project.objects.visible_to(user).of(campaign).for_list()
    ]
    if len(lines) == 1 and not access.can(user, Permission.CLEARANCE_READ):  # a team's way to its only households
        return redirect("clearance:household_list", lines[0].project.slug)
    hand_over(request, lines, PROJECTS)
    may_add = access.can(user, Permission.CLEARANCE_MANAGE) and campaign.can_change()
    context = {"lines": lines, "may_add": may_add, "may_read": may_read}
    context["may_lead"] = lines and access.can_in_ward(user, Permission.CLEARANCE_READ)
    return render(request, "clearance/project_list.html", context)


def project_new(request: HouseRequest) -> HttpResponse:
    campaign = year_of_request(request)
    require(access.can(request.user, Permission.CLEARANCE_MANAGE) and campaign.can_change())
    form = ProjectNewForm(request.POST or None, campaign=campaign, cancel_url=reverse("clearance:project_list"))
    if form.is_valid():
        project = actions.start_project(by=request.user, campaign=campaign, **form.cleaned_data)
        messages.success(request, _("Entered the project %(project)s") % {"project": project})
        return redirect(project)
    return render(request, "clearance/project_new.html", {"form": form})


def project_edit(request: HouseRequest, slug: str) -> HttpResponse:
    project = project_of(request, slug)
    require(project.can_manage(request.user, request.campaign))
    form = ProjectEditForm(request.POST or None, instance=project, cancel_url=project.get_absolute_url())
    if form.is_valid():
        form.instance.change(by=request.user, campaign=request.campaign, fields=form.changed_data)
        messages.success(request, _("Saved the project %(project)s") % {"project": project})
        return redirect(project)
    return render(request, "clearance/project_edit.html", {"form": form, "project": project})


def project_detail(request: HouseRequest, slug: str) -> HttpResponse:
    project, user, campaign = project_of(request, slug), request.user, request.campaign
    on = day_of(campaign)
    mine: Any = project.households.visible_to(user)
    counts = {name: parts[slug] for name, parts in _counts(request, on).items()}
    readable = Question.objects.visible_to(user).filter(household__project=project).open(on)
    dialogues, conferences = project.dialogues.coming(on)[:1], project.dialogues.held_until(on)[:1]
    promises, obstacles = (_of(model, project, on) for model in (Promise, Obstacle))
    shown_promises, shown_obstacles = (rows.visible_to(user).for_list()[:SHOWN] for rows in (promises, obstacles))
    reads_all = access.is_ward_wide(user, Permission.HOUSEHOLD_READ)
    shown_questions = readable.for_list()[:SHOWN]
    follow_ups = mine.filter(outreach=Outreach.FOLLOW_UP).for_list().order_by("follow_up_on", "number")[:SHOWN]
    told: Any = Event.objects.about(project)
    if not can_see(user):  # who was at a door on the day of a paper would know whose it is
        told = told.exclude(kind__startswith="clearance.agreement.")
    events, stages = told[: MOST_TOLD + 1], Stages(project, on)
    owed = (shown_questions, shown_promises, shown_obstacles)
    read_together(dialogues, conferences, *owed, follow_ups, events, *stages.asked)
    dialogue, conference = next(iter(dialogues), None), next(iter(conferences), None)

    def over_all() -> dict[str, Any]:
        """What goes over every household, visit and plot of the project: read anew after each event of the ward."""
        questions = Question.objects.in_ward_of(user).filter(household__project=project).open(on)
        asked: dict[str, Any] = {
            "owed": questions,
            "overdue": questions.overdue(on),
            "promises_owed": promises.in_ward_of(user),
            "obstacles_owed": obstacles.in_ward_of(user),
            "own_steps": mine.with_own_step(on),
            "late_arrivals": mine.arrived_late(),
        }
        if not reads_all:
            asked["shown_households"] = mine
        if conference:
            asked |= {"came": conference.invited().on_roll("took_part"), "called": conference.invited()}
        if dialogue:
            asked["to_deliver"] = Invitation.objects.filter(dialogue=dialogue).to_deliver()
        concerns = VisitConcern.objects.households_by_kind(project, campaign, on)
        return {
            "concerns": _concerns(project, concerns, opens=reads_all),
            "visits_each": visits_in_words(project.households.visits_each(campaign, on)),
            "squares": _squares(project, _grid(mine, campaign, on)),
            "area": next(iter(project.plots.areas()), None),
        } | count_all(**asked)

    context = {
        "project": project,
        "counts": counts,
        "shown_households": counts["households"].value,
        "can_manage": project.can_manage(user, campaign),
        "may_read": access.can(user, Permission.HOUSEHOLD_READ),
        "questions": shown_questions,
        "promises": shown_promises,
        "obstacles": shown_obstacles,
        "conference": conference,
        "conference_url": f"{conference.get_absolute_url()}?roll=took_part" if conference and reads_all else "",
        "follow_ups": follow_ups,
        "dialogue": dialogue,
        "events": events,
        "stages": stages.read(),
        "moves": list(stages.moves)[:MOVES],
        "plans": [(plan, plan.gate(on), plan.posting.phase_on(on)) for plan in project.plans.for_page()],
        "may_see_agreements": can_see(user),
        "reads_all_projects": access.can(user, Permission.CLEARANCE_READ),
    } | kept("clearance.project", user, over_all, project.pk, campaign.pk, on)
    return render(request, "clearance/project_detail.html", context)


def _concerns(project: Project, rows: Iterable[Any], *, opens: bool) -> list[dict[str, Any]]:
    """Bars of what households raised. Fewer than LEAST could be traced to a household, so they are not told."""
    here = reverse("clearance:household_list", args=[project.slug])
    shown = [row for row in rows if row["count"] >= LEAST]
    labels = dict(ConcernKind.choices)
    return [
        {
            "label": labels[row["kind"]],
            "value": row["count"],
            "url": f"{here}?concern={row['kind']}" if opens else "",
        }
        for row in shown
    ]


def _of(model: type[Promise] | type[Obstacle], project: Project, on: datetime.date) -> Any:
    return model.objects.filter(household__project=project).open(on)


class Stages:
    """Where a project and each of its batches stand on a day, and what comes next on the main line."""

    def __init__(self, project: Project, on: datetime.date) -> None:
        own = StepTransition.objects.filter(ward=project.ward_id, project=project, on__lte=on)
        self.moves = own.select_related("step", "batch", "by").order_by("-id")
        self.batches = project.batches.select_related("rule_set")
        steps = ProcedureStep.objects.filter(ward=project.ward_id, kind=StepKind.MAIN)
        self.main = steps.valid_on(on).order_by("order")
        self.project, self.asked = project, (self.moves, self.batches, self.main)

    def read(self) -> list[dict[str, Any]]:
        newest: dict[int | None, StepTransition] = {}
        for move in self.moves:
            newest.setdefault(move.batch_id, move)
        return [self._stage(None, newest.get(None)), *(self._stage(row, newest.get(row.pk)) for row in self.batches)]

    def _stage(self, batch: ProjectBatch | None, move: StepTransition | None) -> dict[str, Any]:
        order = move.step.order if move else 0
        following = next((step for step in self.main if step.order > order), None)
        own = batch and (batch.rule_set or batch.cut_off_on)
        return {"batch": batch, "move": move, "next": following, "is_other": bool(own)}


def _grid(households: Any, campaign: Any, on: datetime.date) -> Any:
    first = households.filter(pk__in=households.order_by("number").values("pk")[:GRID])
    rows = first.with_invited(campaign, on).with_visited(campaign, on).order_by("number")
    return rows.values_list("number", "outreach", "is_invited", "is_visited", named=True)


def _squares(project: Project, rows: Iterable[Any]) -> list[dict[str, Any]]:
    """What the office did per household; never what the household replied or thinks."""
    files = reverse("clearance:household_list", args=[project.slug])  # the files lie below: 400 look-ups are slow
    words = {
        "done": _("Invitation handed over"),
        "reached": _("Visited, no invitation handed over"),
        "todo": _("Not yet visited"),
    }
    marks = {code: str(Outreach(code).label) for code in MARKED}
    return [_square(household, files, words, marks) for household in rows]


def _square(household: Any, files: str, words: dict[str, str], marks: dict[Any, str]) -> dict[str, Any]:
    """How far the office is, by the figures above; and as a mark what waits at the household."""
    state = "done" if household.is_invited else "reached" if household.is_visited else "todo"
    square = {
        "number": household.number,
        "state": state,
        "label": words[state],
        "url": f"{files}{household.number}/",
    }
    if household.outreach in marks:
        square |= {"mark": household.outreach, "mark_label": marks[household.outreach]}
    return square
