"""Counts of the ward's own work with households. A year's figure takes the year's days and its projects."""

import datetime
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.access import Permission
from accounts.models import Unit
from clearance.choices import LEAST, DialogueState, MilestoneKind, OfficeState, OpinionKind
from clearance.models import (
    Dialogue,
    Grievance,
    Household,
    Obstacle,
    PlanOpinion,
    Plot,
    Project,
    Promise,
    Question,
    VisitRule,
)
from clearance.models.conference import may_read_opinions
from clearance.models.people import may_know_all_needs
from clearance.models.plot_parts import areas_in_parts
from clearance.querysets import HouseholdQuerySet, PlotQuerySet
from clearance.tracks import ClockKind
from core.figures import FigureValue, Scope, address, figure
from core.search import in_order
from core.text import number

Narrow = Callable[[HouseholdQuerySet], HouseholdQuerySet]


def _may_open(scope: Scope) -> bool:
    """Whether the reader sees every row that was counted; otherwise the number stands without a link."""
    if scope.user is None:
        return True
    units = access.units_for(scope.user, Permission.HOUSEHOLD_READ)
    return units is None or (scope.unit is not None and scope.unit.pk in units)


def _by_project(scope: Scope, on: datetime.date, narrow: Narrow, **query: str) -> FigureValue:
    """One part per project of the year; None for a project without a household list."""
    households = Household.objects.filter(ward=scope.ward)
    if scope.unit:
        households = households.of_teams([scope.unit.pk], on)
        query["team"] = scope.unit.slug
    rows = narrow(households)
    projects = list(Project.objects.of(scope.campaign).order_by(in_order("name")))
    counts = rows.filter(project__in=projects).count_by_project()
    parts = {}
    for project in projects:
        url = ""
        if project.has_household_list and _may_open(scope):
            path = reverse("clearance:household_list", args=[project.slug])
            url = address(path, on, scope.campaign, **query)
        parts[project.slug] = FigureValue(
            counts.get(project.pk, 0) if project.has_household_list else None,
            rows.filter(project=project) if project.has_household_list else None,
            url,
            on,
            label=project.name,
        )
    known = [part.value for part in parts.values() if part.value is not None]
    total = sum(known) if known else None
    return FigureValue(total, rows.filter(project__in=projects, project__has_household_list=True), parts=parts)


@figure("clearance.households.by_project", label=_("Households"), unit=_("households"), kind="breakdown")
def households(scope: Scope, on: datetime.date) -> FigureValue:
    """Households on the list of each project, as the list stands now."""
    return _by_project(scope, on, lambda rows: rows)


@figure(
    "clearance.households_visited.by_project", label=_("Households visited"), unit=_("households"), kind="breakdown"
)
def households_visited(scope: Scope, on: datetime.date) -> FigureValue:
    """Households with at least one visit of the year until the day, at the right address, whoever opened.

    A visit declared void never happened: it is left out on every day, also on those before it was declared void.
    """
    return _by_project(scope, on, lambda rows: rows.visited(scope.campaign, on), visited="1")


@figure("clearance.households_met.by_project", label=_("Households met"), unit=_("households"), kind="breakdown")
def households_met(scope: Scope, on: datetime.date) -> FigureValue:
    """Households of which the head, an authorised person or a family member was met in the year until the day."""
    return _by_project(scope, on, lambda rows: rows.met(scope.campaign, on), met="1")


@figure(
    "clearance.households_not_met.by_project",
    label=_("Households visited, nobody met yet"),
    unit=_("households"),
    kind="breakdown",
)
def households_not_met(scope: Scope, on: datetime.date) -> FigureValue:
    """Households with a visit of the year until the day, at the right address, at which nobody of it was ever met."""
    return _by_project(scope, on, lambda rows: rows.not_met(scope.campaign, on), visited="1", met="0")


@figure(
    "clearance.households_concerned.by_project",
    label=_("Households that raised a concern"),
    unit=_("households"),
    kind="breakdown",
)
def households_concerned(scope: Scope, on: datetime.date) -> FigureValue:
    """Households that raised something at a visit of the year until the day, whatever it was about."""
    return _by_project(scope, on, lambda rows: rows.raised(scope.campaign, on), concern="any")


@figure(
    "clearance.households_visited_often.by_project",
    label=_("Households visited too often"),
    unit=_("households"),
    kind="breakdown",
)
def households_visited_often(scope: Scope, on: datetime.date) -> FigureValue:
    """Households that had more visits in a week, from Monday to Sunday, than the ward's rule of the day allows.

    Visits that bring papers ordered by law do not count. Beside it: visits to a visited household on average, of the
    95th in a hundred, and at most.
    """
    most = VisitRule.of(scope.ward, on).per_week
    value = _by_project(scope, on, lambda rows: rows.visited_often(scope.campaign, on, most), often="1")
    projects = Project.objects.of(scope.campaign)
    each = Household.objects.filter(ward=scope.ward, project__in=projects).visits_each(scope.campaign, on)
    return replace(value, beside=visits_in_words(each))


def visits_in_words(each: dict[str, Any]) -> str:
    """each: `mean`, `p95` and `most` visits of the visited households; "" where nobody was visited."""
    if each["mean"] is None:
        return ""
    words = each | {"mean": number(each["mean"], 1)}
    return (
        gettext("visits to a household: %(mean)s on average, for 95 in 100 not over %(p95)s, %(most)s at most") % words
    )


@figure(
    "clearance.households_invited.by_project",
    label=_("Households with an invitation handed over"),
    unit=_("households"),
    kind="breakdown",
)
def households_invited(scope: Scope, on: datetime.date) -> FigureValue:
    """Households to which an invitation to a dialogue was handed over in the year until the day.

    Counted by the day of the hand-over; an invitation that was not accepted or is void does not count.
    """
    return _by_project(scope, on, lambda rows: rows.invited(scope.campaign, on), invited="1")


@figure(
    "clearance.households_at_dialogue.by_project",
    label=_("Households that took part in a dialogue"),
    unit=_("households"),
    kind="breakdown",
)
def households_at_dialogue(scope: Scope, on: datetime.date) -> FigureValue:
    """Households that came to a conference held in the year until the day, sent somebody or wrote."""
    return _by_project(scope, on, lambda rows: rows.at_dialogue(scope.campaign, on), dialogue="1")


@figure(
    "clearance.opinions_recorded.by_project",
    label=_("Households whose opinion on a plan is on record"),
    unit=_("households"),
    kind="breakdown",
)
def opinions_recorded(scope: Scope, on: datetime.date) -> FigureValue:
    """Households whose opinion the minutes of a conference held in the year until the day have, whatever it was.

    It has no way to its rows: who gave an opinion is told to those alone who write the minutes.
    """
    value = _by_project(scope, on, lambda rows: rows.with_opinion(scope.campaign, on))
    parts = {code: replace(part, url="") for code, part in (value.parts or {}).items()}
    return replace(value, parts=parts)


@figure(
    "clearance.handed_before_paid.by_project",
    label=_("Land handed over before payment"),
    unit=_("households"),
    kind="breakdown",
)
def handed_before_paid(scope: Scope, on: datetime.date) -> FigureValue:
    """Households whose land was handed over until the day while the compensation was neither paid nor deposited.

    It must be 0; each exception is listed.
    """
    return _by_project(scope, on, lambda rows: rows.handed_before_paid(on), unpaid="1")


@figure(
    "clearance.paid_in_time.by_project",
    label=_("Households paid in the days of the law"),
    unit=_("households"),
    kind="breakdown",
)
def paid_in_time(scope: Scope, on: datetime.date) -> FigureValue:
    """Households paid until the day, by the last day that the payment rule of their project's law counts from the
    approval; a deposit counts as payment. Without a rule set a household is not counted."""
    return _by_project(scope, on, lambda rows: rows.paid_in_time(on), in_time="1")


@figure(
    "clearance.handed_voluntarily.by_project",
    label=_("Land handed over voluntarily"),
    unit=_("households"),
    kind="breakdown",
)
def handed_voluntarily(scope: Scope, on: datetime.date) -> FigureValue:
    """Households whose land was handed over until the day, and no decision after a mobilisation was recorded before."""
    return _by_project(scope, on, lambda rows: rows.handed_voluntarily(on), voluntary="1")


@figure(
    "clearance.paid_late.by_project",
    label=_("Households owed interest for late payment"),
    unit=_("households"),
    kind="breakdown",
)
def paid_late(scope: Scope, on: datetime.date) -> FigureValue:
    """Households paid after the last day that the payment rule of their project's law counts from the approval, or not
    yet paid though it is past on the day: the law has interest paid to them. Without a rule set none is counted."""
    rows = Household.objects.filter(ward=scope.ward)
    late = (rows.of_teams([scope.unit.pk], on) if scope.unit else rows).late_by_project(on)
    value = _by_project(scope, on, lambda rows: rows.paid_late(on), paid_late="1")
    return _beside(scope, value, lambda pk: _late_words(late[pk]) if pk in late else "")


def _late_words(late: dict[str, int]) -> str:
    words = ngettext(
        "not yet paid: %(unpaid)s; %(days)d day late at most",
        "not yet paid: %(unpaid)s; %(days)d days late at most",
        late["most"],
    )
    return words % {"unpaid": number(late["unpaid"]), "days": late["most"]}


def _beside(scope: Scope, value: FigureValue, words: Callable[[int], str]) -> FigureValue:
    """With words beside the number of each project, by the project's key."""
    keys = dict(Project.objects.of(scope.campaign).values_list("slug", "pk"))
    parts = value.parts or {}
    return replace(value, parts={slug: replace(part, beside=words(keys[slug])) for slug, part in parts.items()})


@figure(
    "clearance.enforcement_decided.by_project",
    label=_("Households with a decision after the mobilisation to hand over"),
    unit=_("households"),
    kind="breakdown",
)
def enforcement_decided(scope: Scope, on: datetime.date) -> FigureValue:
    """Households against which a lawful decision until the day stands in their file, after a mobilisation to hand the
    land over. The portal knows its number and day alone. Beside it: how many handed their land over until the day."""
    rows = Household.objects.filter(ward=scope.ward)
    if scope.unit is not None:
        rows = rows.of_teams([scope.unit.pk], on)
    handed = rows.enforcement_decided(on).reached(MilestoneKind.HANDED_OVER, on).count_by_project()
    value = _by_project(scope, on, lambda rows: rows.enforcement_decided(on), enforced="1")
    return _beside(scope, value, lambda pk: _handed_words(handed.get(pk, 0)))


def _handed_words(handed: int) -> str:
    return gettext("of them handed over: %(n)s") % {"n": number(handed)} if handed else ""


def _reached(scope: Scope, on: datetime.date, milestone: MilestoneKind) -> FigureValue:
    return _by_project(scope, on, lambda rows: rows.reached(milestone, on), reached=milestone)


@figure(
    "clearance.households_inventoried.by_project",
    label=_("Households inventoried"),
    unit=_("households"),
    kind="breakdown",
)
def households_inventoried(scope: Scope, on: datetime.date) -> FigureValue:
    """Households whose inventory minutes were signed until the day, by the milestones of their files."""
    return _reached(scope, on, MilestoneKind.INVENTORIED)


@figure("clearance.households_paid.by_project", label=_("Households paid"), unit=_("households"), kind="breakdown")
def households_paid(scope: Scope, on: datetime.date) -> FigureValue:
    """Households whose compensation was paid or deposited until the day."""
    return _reached(scope, on, MilestoneKind.PAID)


@figure(
    "clearance.households_handed_over.by_project",
    label=_("Households that handed their land over"),
    unit=_("households"),
    kind="breakdown",
)
def households_handed_over(scope: Scope, on: datetime.date) -> FigureValue:
    """Households whose land was handed over until the day."""
    return _reached(scope, on, MilestoneKind.HANDED_OVER)


def _plots(
    scope: Scope, on: datetime.date, narrow: Callable[[PlotQuerySet], PlotQuerySet], **query: str
) -> FigureValue:
    """One part per project, None before its first plot is entered. Of a unit: plots that households of its team hold.
    Beside it, where it is known: the area of these plots to be recovered."""
    listed = Plot.objects.filter(ward=scope.ward)
    projects = list(Project.objects.of(scope.campaign).order_by(in_order("name")))
    entered = set(listed.filter(project__in=projects).count_by_project())
    if scope.unit:
        listed, query = listed.of_teams([scope.unit.pk], on), query | {"team": scope.unit.slug}
    rows = narrow(listed).filter(project__in=projects)
    counts, areas = rows.count_by_project(), rows.areas_by_project()
    parts = {}
    for project in projects:
        has_plots, path = project.pk in entered, reverse("clearance:plot_list", args=[project.slug])
        area = areas.get(project.pk)
        parts[project.slug] = FigureValue(
            counts.get(project.pk, 0) if has_plots else None,
            rows.filter(project=project) if has_plots else None,
            address(path, on, scope.campaign, **query) if has_plots and _may_open(scope) else "",
            on,
            label=project.name,
            beside=f"{number(area, 2)} m²" if area else "",
        )
    return FigureValue(sum(counts.values()) if entered else None, rows, parts=parts)


@figure("clearance.plots.by_project", label=_("Plots"), unit=_("plots"), kind="breakdown")
def plots(scope: Scope, on: datetime.date) -> FigureValue:
    """Plots on the list of each project, as the list stood on the day; no number before the first plot is entered.

    Of a unit: the plots that households of its team hold. Beside it: the area to be recovered, as far as it is entered.
    """
    return _plots(scope, on, lambda rows: rows)


@figure("clearance.plots_handed_over.by_project", label=_("Plots handed over"), unit=_("plots"), kind="breakdown")
def plots_handed_over(scope: Scope, on: datetime.date) -> FigureValue:
    """Plots of which every household that holds them on the day handed its land over until then.

    Beside it: the area of these plots to be recovered, as far as it is entered; and what of other plots was handed over
    in part.
    """
    value = _plots(scope, on, lambda rows: rows.handed_over(on), office=OfficeState.HANDED_OVER)
    listed = Plot.objects.filter(ward=scope.ward)
    in_part = (listed.of_teams([scope.unit.pk], on) if scope.unit else listed).handed_in_part(on)
    areas, whole = areas_in_parts(in_part, on), {slug: part.beside for slug, part in (value.parts or {}).items()}
    slugs = dict(Project.objects.of(scope.campaign).values_list("pk", "slug"))

    def words(pk: int) -> str:
        told = gettext("%(area)s m² of plots handed over in part") % {"area": number(areas.get(pk, 0), 2)}
        return ", ".join(filter(None, [whole.get(slugs[pk], ""), told if pk in areas else ""]))

    return _beside(scope, value, words)


@figure("clearance.questions_open", label=_("Questions the ward owes an answer to"), unit=_("questions"))
def questions_open(scope: Scope, on: datetime.date) -> FigureValue:
    """Questions asked until the day whose household had not yet been told an answer on that day.

    A question of an earlier year that is still open is still owed. One asked at a void visit is not counted.
    """
    rows = Question.objects.filter(ward=scope.ward).of(scope.campaign).open(on)
    owner = None
    if scope.unit:
        rows, owner = rows.filter(owner=scope.unit), scope.unit.slug
    url = ""
    if _may_open(scope):
        url = address(reverse("clearance:question_list"), on, scope.campaign, state="open", owner=owner)
    return FigureValue(rows.count(), rows, url)


def _owed(scope: Scope, on: datetime.date, model: Any, name: str) -> FigureValue:
    rows, owner = model.objects.filter(ward=scope.ward).of(scope.campaign).open(on), None
    if scope.unit:
        rows, owner = rows.filter(owner=scope.unit), scope.unit.slug
    url = ""
    if _may_open(scope):
        url = address(reverse(f"clearance:{name}_list"), on, scope.campaign, state="open", owner=owner)
    return FigureValue(rows.count(), rows, url)


@figure("clearance.promises_open", label=_("Promises to households still to be kept"), unit=_("promises"))
def promises_open(scope: Scope, on: datetime.date) -> FigureValue:
    """Promises made to households until the day and not closed then, with what came of them, on that day."""
    return _owed(scope, on, Promise, "promise")


@figure("clearance.obstacles_open", label=_("Obstacles at households"), unit=_("obstacles"))
def obstacles_open(scope: Scope, on: datetime.date) -> FigureValue:
    """Obstacles that were found until the day and not cleared then: what a body of the ward has to clear."""
    return _owed(scope, on, Obstacle, "obstacle")


def _in_time(scope: Scope, on: datetime.date, model: Any, name: str, state: str) -> FigureValue:
    """What was due in the year until the day, or what of it was done by its day (state "in_time")."""
    rows, owner = model.objects.filter(ward=scope.ward).of(scope.campaign), None
    if scope.unit:
        rows, owner = rows.filter(owner=scope.unit), scope.unit.slug
    rows = (rows.in_time if state == "in_time" else rows.due_in)(scope.campaign, on)
    url = ""
    if _may_open(scope):
        url = address(reverse(f"clearance:{name}_list"), on, scope.campaign, state=state, owner=owner)
    return FigureValue(rows.count(), rows, url)


@figure("clearance.promises_due", label=_("Promises that came due"), unit=_("promises"), flow=True)
def promises_due(scope: Scope, on: datetime.date) -> FigureValue:
    """Promises to households whose day lies in the year until the day, whether kept or not."""
    return _in_time(scope, on, Promise, "promise", "due")


@figure("clearance.promises_in_time", label=_("Promises kept by their day"), unit=_("promises"), flow=True)
def promises_in_time(scope: Scope, on: datetime.date) -> FigureValue:
    """Of the promises that came due in the year until the day, those closed by their day with what came of them."""
    return _in_time(scope, on, Promise, "promise", "in_time")


@figure(
    "clearance.promises_in_time.by_group",
    label=_("Promises kept by their day, by residential group"),
    unit=_("promises"),
    kind="breakdown",
)
def promises_in_time_by_group(scope: Scope, on: datetime.date) -> FigureValue:
    """As of the whole ward, for each residential group of which at least five households had a promise that came due.

    None at all while a single group has fewer: its number could be worked out.
    """
    if scope.unit is not None:
        return FigureValue(None)
    due = Promise.objects.filter(ward=scope.ward).of(scope.campaign).due_in(scope.campaign, on)
    households = due.order_by().values("household__residential_group").annotate(n=Count("household", distinct=True))
    counts = dict(households.values_list("household__residential_group", "n"))
    groups = list(Unit.objects.filter(ward=scope.ward, pk__in=[pk for pk in counts if pk]).order_by("sort_key"))
    shown = [group for group in groups if counts[group.pk] >= LEAST]
    if len(groups) - len(shown) == 1:
        shown = []
    parts = {}
    for group in shown:
        rows, url = due.in_time(scope.campaign, on).filter(household__residential_group=group), ""
        if _may_open(scope):
            path = reverse("clearance:promise_list")
            url = address(path, on, scope.campaign, state="in_time", group=group.slug)
        parts[group.slug] = FigureValue(rows.count(), rows, url, on, label=group.name)
    return FigureValue(sum(part.value or 0 for part in parts.values()) if parts else None, parts=parts)


@figure("clearance.questions_due", label=_("Questions whose answer came due"), unit=_("questions"), flow=True)
def questions_due(scope: Scope, on: datetime.date) -> FigureValue:
    """Questions of households whose answer was due in the year until the day. Asked at a void visit is not counted."""
    return _in_time(scope, on, Question, "question", "due")


@figure("clearance.questions_in_time", label=_("Questions answered by their day"), unit=_("questions"), flow=True)
def questions_in_time(scope: Scope, on: datetime.date) -> FigureValue:
    """Of the questions whose answer came due in the year until the day, those answered by their day.

    Beside it: how many days half of the answers took at most, from the question to the answer.
    """
    value = _in_time(scope, on, Question, "question", "in_time")
    rows = Question.objects.filter(ward=scope.ward).of(scope.campaign).due_in(scope.campaign, on)
    if scope.unit:
        rows = rows.filter(owner=scope.unit)
    answered = rows.filter(answered_on__lte=on).values_list("asked_on", "answered_on")
    took = sorted((told - asked).days for asked, told in answered.order_by() if told)
    if not took:
        return value
    half = took[(len(took) - 1) // 2]
    if not half:
        return replace(value, beside=gettext("half of the answers came on the day of the question"))
    words = ngettext(
        "half of the answers took %(days)d day at most", "half of the answers took %(days)d days at most", half
    )
    return replace(value, beside=words % {"days": half})


@figure(
    "clearance.households_away.by_project",
    label=_("Households that can not be reached"),
    unit=_("households"),
    kind="breakdown",
)
def households_away(scope: Scope, on: datetime.date) -> FigureValue:
    """Households that the last visit of the year until the day did not find: moved away, or at a wrong address."""
    return _by_project(scope, on, lambda rows: rows.away(scope.campaign, on), away="1")


@figure(
    "clearance.invitations_proved.by_project",
    label=_("Households whose invitation was signed for, or its refusal recorded"),
    unit=_("households"),
    kind="breakdown",
)
def invitations_proved(scope: Scope, on: datetime.date) -> FigureValue:
    """Households with an invitation of the year until the day that was signed for, or taken or refused with a witness.

    Taken by a family member or sent by post is handed over, and no such proof.
    """
    return _by_project(scope, on, lambda rows: rows.proved(scope.campaign, on), proved="1")


def _from_five(
    scope: Scope, on: datetime.date, known: list[tuple[int, int]], counted: set[int], opens: bool, **query: str
) -> FigureValue:
    """One part per project: those of `known` (project, household) that are counted; none where fewer than five are
    known. opens: whether the reader may see which households these are."""
    parts = {}
    for project in Project.objects.of(scope.campaign).order_by(in_order("name")):
        own = [household for of_project, household in known if of_project == project.pk]
        if len(own) < LEAST:
            parts[project.slug] = FigureValue(None, label=project.name)
            continue
        keys = [household for household in own if household in counted]
        rows = Household.objects.filter(ward=scope.ward, pk__in=keys)
        path = reverse("clearance:household_list", args=[project.slug])
        url = address(path, on, scope.campaign, **query) if opens else ""
        parts[project.slug] = FigureValue(len(keys), rows, url, on, label=project.name)
    values = [part.value for part in parts.values() if part.value is not None]
    return FigureValue(sum(values) if values else None, parts=parts)


def _did_not_agree(scope: Scope, on: datetime.date, heard: str) -> FigureValue:
    """A way to the rows for who writes the minutes alone."""
    if scope.unit is not None:
        return FigureValue(None)
    found = Household.objects.filter(ward=scope.ward).disagreements(scope.campaign, on)
    counted = {one.household for one in found if heard == "any" or one.is_in_time}
    opens = scope.user is None or bool(may_read_opinions(scope.user))
    return _from_five(scope, on, [(one.project, one.household) for one in found], counted, opens, heard=heard)


def _in_need(scope: Scope, on: datetime.date, need: str) -> FigureValue:
    """A way to the rows for those alone who may know the needs of every household."""
    if scope.unit is not None:
        return FigureValue(None)
    rows = Household.objects.filter(ward=scope.ward, project__in=Project.objects.of(scope.campaign))
    known = list(rows.in_need(on).order_by().values_list("project", "pk"))
    counted = set(rows.in_need(on, "yes" if need == "offered" else "").order_by().values_list("pk", flat=True))
    opens = scope.user is None or may_know_all_needs(scope.user)
    if need == "offered":  # beside those in need the few who were offered help, or still wait, could be counted
        known = [(project, household) for project, household in known if project not in _few(known, counted)]
    return _from_five(scope, on, known, counted, opens, need=need)


def _few(known: list[tuple[int, int]], counted: set[int]) -> set[int]:
    """Projects of which fewer than five are counted, or fewer than five are not."""
    sizes: dict[int, list[int]] = {}
    for project, household in known:
        sizes.setdefault(project, [0, 0])[household in counted] += 1
    return {project for project, both in sizes.items() if any(0 < size < LEAST for size in both)}


@figure(
    "clearance.in_need.by_project",
    label=_("Households that told a need for help"),
    unit=_("households"),
    kind="breakdown",
)
def in_need(scope: Scope, on: datetime.date) -> FigureValue:
    """Households that told the ward until the day what help they need. No number below five in a project."""
    return _in_need(scope, on, "any")


@figure(
    "clearance.help_offered.by_project",
    label=_("Households to which help was offered"),
    unit=_("households"),
    kind="breakdown",
)
def help_offered(scope: Scope, on: datetime.date) -> FigureValue:
    """Of the households that told a need for help, those to which help was offered for each need until the day."""
    return _in_need(scope, on, "offered")


@figure(
    "clearance.did_not_agree.by_project",
    label=_("Households that did not agree with a plan"),
    unit=_("households"),
    kind="breakdown",
)
def did_not_agree(scope: Scope, on: datetime.date) -> FigureValue:
    """Households whose first opinion against a plan stands in the minutes of a conference of the year until the day.

    The ward owes each a dialogue. No number below five in a project.
    """
    return _did_not_agree(scope, on, "any")


@figure(
    "clearance.heard_in_time.by_project",
    label=_("Disagreements with a dialogue in time"),
    unit=_("households"),
    kind="breakdown",
)
def heard_in_time(scope: Scope, on: datetime.date) -> FigureValue:
    """Of the households that did not agree with a plan, those invited to a later conference, or heard at it, by the
    last day that the dialogue rule of their law counts from the conference. Without a rule set none is in time."""
    return _did_not_agree(scope, on, "in_time")


def _by_conference(scope: Scope, on: datetime.date, roll: str = "") -> FigureValue:
    """One part for each conference of the year that was held until the day. Conferences belong to no unit."""
    if scope.unit is not None:
        return FigureValue(None)
    held = Dialogue.objects.filter(ward=scope.ward, state=DialogueState.HELD, held_on__lte=on)
    held = held.filter(project__in=Project.objects.of(scope.campaign), held_on__gte=scope.campaign.opens_on)
    parts: dict[str, FigureValue] = {}
    for dialogue in held.select_related("project").order_by("held_on", "pk"):
        rows = dialogue.invited().on_roll(roll) if roll else dialogue.invited()
        url = ""
        if _may_open(scope):
            url = address(dialogue.get_absolute_url(), on, scope.campaign, **({"roll": roll} if roll else {}))
        label = f"{dialogue.project}: {dialogue.held_on:%d/%m/%Y}"
        parts[str(dialogue.pk)] = FigureValue(rows.count(), rows, url, on, label=label)
    total = sum(part.value or 0 for part in parts.values()) if parts else None
    return FigureValue(total, parts=parts)


@figure(
    "clearance.conference_invited.by_dialogue",
    label=_("Households invited to conferences that were held"),
    unit=_("households"),
    kind="breakdown",
)
def conference_invited(scope: Scope, on: datetime.date) -> FigureValue:
    """Households with an invitation to the day and place of a conference, whether or not it was handed over."""
    return _by_conference(scope, on)


@figure(
    "clearance.conference_took_part.by_dialogue",
    label=_("Households that took part in conferences"),
    unit=_("households"),
    kind="breakdown",
)
def conference_took_part(scope: Scope, on: datetime.date) -> FigureValue:
    """Of those invited, households that came, sent somebody or wrote. Land users stand on the conference's page."""
    return _by_conference(scope, on, "took_part")


@figure("clearance.opinions.by_kind", label=_("Opinions on plans"), unit=_("households"), kind="breakdown")
def opinions(scope: Scope, on: datetime.date) -> FigureValue:
    """Opinions that households gave at conferences until the day, after the explanation, as the minutes have them.

    No number below five opinions in all. It has no way to its rows: what each household said is told to nobody who
    does not write the minutes.
    """
    if scope.unit is not None:
        return FigureValue(None)
    rows = PlanOpinion.objects.filter(
        ward=scope.ward,
        attendance__dialogue__held_on__lte=on,
        attendance__dialogue__held_on__gte=scope.campaign.opens_on,
        attendance__dialogue__project__in=Project.objects.of(scope.campaign),
    )
    found = Counter(rows.values_list("after", flat=True))
    if found.total() < LEAST:
        return FigureValue(None)
    parts = {
        kind.value: FigureValue(found[kind], rows.filter(after=kind), label=str(kind.label)) for kind in OpinionKind
    }
    return FigureValue(found.total(), rows, parts=parts)


def _grievances(scope: Scope, on: datetime.date, state: str, narrow: Callable) -> FigureValue:
    """They belong to no unit and to no campaign: the desk keeps them for the ward."""
    if scope.unit is not None:
        return FigureValue(None)
    rows = narrow(Grievance.objects.filter(ward=scope.ward))
    may_open = scope.user is None or access.can(scope.user, Permission.GRIEVANCE_READ)
    url = address(reverse("clearance:grievance_list"), on, scope.campaign, state=state) if may_open else ""
    return FigureValue(rows.count(), rows, url)


@figure("clearance.grievances_open", label=_("Grievances open"), unit=_("grievances"))
def grievances_open(scope: Scope, on: datetime.date) -> FigureValue:
    """Grievances received until the day that were neither answered, settled, passed on nor withdrawn at its end."""
    return _grievances(scope, on, "open", lambda rows: rows.open(on))


@figure("clearance.grievances_overdue", label=_("Grievances overdue"), unit=_("grievances"))
def grievances_overdue(scope: Scope, on: datetime.date) -> FigureValue:
    """Grievances whose lawful clock had passed on the day without what it asks for. A paused clock does not pass."""
    return _grievances(scope, on, "overdue", lambda rows: rows.overdue(on))


@figure("clearance.grievances_accepted", label=_("Complaints accepted by their day"), unit=_("complaints"), flow=True)
def grievances_accepted(scope: Scope, on: datetime.date) -> FigureValue:
    """Complaints accepted or refused for settlement in the year until the day, by the day that their clock allows."""
    return _grievances(scope, on, "accepted", lambda rows: rows.in_time(ClockKind.ACCEPT, scope.campaign, on))


@figure("clearance.grievances_settled", label=_("Complaints settled by their day"), unit=_("complaints"), flow=True)
def grievances_settled(scope: Scope, on: datetime.date) -> FigureValue:
    """Complaints settled in the year until the day, by the day that their clock allows with pauses and extension."""
    return _grievances(scope, on, "settled", lambda rows: rows.in_time(ClockKind.SETTLE, scope.campaign, on))
