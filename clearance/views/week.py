"""The week of land clearance, for who leads it: each indicator at its end beside the end of the week before."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.access import Permission, require
from campaigns.middleware import year_of_request
from campaigns.models import Campaign
from clearance.models import Obstacle, Project, Promise, Question
from clearance.views.fetch import day_of
from core.dates import monday
from core.figures import FigureValue, Scope, address, get_figure
from core.http import HouseRequest
from core.listing import Column, hand_over, table
from core.pages import day_asked
from core.search import in_order
from core.text import number
from notifications.kept import kept

ONE_DAY = datetime.timedelta(days=1)
WEEK = 7 * ONE_DAY
BY_PROJECT = (
    "clearance.households.by_project",
    "clearance.households_visited.by_project",
    "clearance.households_met.by_project",
    "clearance.households_not_met.by_project",
    "clearance.households_visited_often.by_project",
    "clearance.households_invited.by_project",
    "clearance.households_inventoried.by_project",
    "clearance.households_paid.by_project",
    "clearance.paid_in_time.by_project",
    "clearance.paid_late.by_project",
    "clearance.households_handed_over.by_project",
    "clearance.plots_handed_over.by_project",
    "clearance.handed_voluntarily.by_project",
    "clearance.handed_before_paid.by_project",
    "clearance.enforcement_decided.by_project",
    "clearance.in_need.by_project",
    "clearance.help_offered.by_project",
)
OF_THE_WARD = (
    "clearance.questions_open",
    "clearance.promises_open",
    "clearance.obstacles_open",
    "clearance.grievances_open",
    "clearance.grievances_overdue",
)
OWED: dict[str, Any] = {"question": Question, "promise": Promise, "obstacle": Obstacle}


@dataclass(frozen=True)
class Line:
    """One indicator of a project, or of the ward where `project` is empty."""

    project: str
    label: str
    value: FigureValue
    before: FigureValue

    @property
    def change(self) -> int | None:
        if self.value.value is None or self.before.value is None:
            return None
        return self.value.value - self.before.value

    @property
    def change_in_words(self) -> str:
        if self.change is None:
            return "–"
        return "0" if not self.change else f"{'+' if self.change > 0 else '−'}{number(abs(self.change))}"


WEEK_TABLE = table(
    "clearance:week",
    _("The week of land clearance"),
    Column(_("Project"), "project"),
    Column(_("Figure"), "label"),
    Column(_("At the end of the week"), of=lambda line: line.value.value),
    Column(_("At the end of the week before"), of=lambda line: line.before.value),
    Column(_("Difference"), "change"),
)


def week(request: HouseRequest) -> HttpResponse:
    campaign = year_of_request(request)
    require(access.can_in_ward(request.user, Permission.CLEARANCE_READ))
    last_day = day_of(campaign)
    first = monday(min(day_asked(request, "week") or last_day, last_day))
    last = min(first + WEEK - ONE_DAY, last_day)
    lines = list(_lines(request, campaign, first, last))
    hand_over(request, lines, WEEK_TABLE)
    groups: dict[str, list[Line]] = {}
    for line in lines:
        groups.setdefault(line.project, []).append(line)
    context = {
        "first": first,
        "last": last,
        "groups": groups,
        "late": _late(request, campaign, last),
        "earlier": first - WEEK if first > campaign.opens_on else None,
        "later": first + WEEK if first + WEEK <= last_day else None,
        "before": first - ONE_DAY,
    }
    return render(request, "clearance/week.html", context)


def _lines(request: HouseRequest, campaign: Campaign, first: datetime.date, last: datetime.date) -> Iterator[Line]:
    scope = Scope(request.ward, campaign, user=request.user)

    def values() -> dict[str, list[FigureValue]]:
        return {
            key: [get_figure(key).value(scope, day) for day in (last, first - ONE_DAY)]
            for key in (*BY_PROJECT, *OF_THE_WARD)
        }

    found = kept("clearance.week", request.user, values, campaign.pk, first, last)
    projects = Project.objects.visible_to(request.user).of(campaign).filter(has_household_list=True)
    for project in projects.order_by(in_order("name")):
        for key in BY_PROJECT:
            value, before = ((each.parts or {}).get(project.slug, FigureValue(None)) for each in found[key])
            if value.value is not None:
                yield Line(project.name, str(get_figure(key).label), value, before)
    for key in OF_THE_WARD:
        value, before = found[key]
        yield Line(gettext("The whole ward"), str(get_figure(key).label), value, before)


def _late(request: HouseRequest, campaign: Campaign, on: datetime.date) -> list[dict[str, Any]]:
    """What is past its day on that day, by who owes it and by name: an order by how much would be a ranking."""
    found: dict[str, dict[str, Any]] = {}
    opens = access.is_ward_wide(request.user, Permission.HOUSEHOLD_READ)
    for name, model in OWED.items():
        rows = model.objects.in_ward_of(request.user).of(campaign).overdue(on)
        by_unit = rows.order_by("owner__sort_key").values_list("owner__slug", "owner__name", "owner__sort_key")
        for slug, unit, key, count in by_unit.annotate(count=Count("pk")):
            path = reverse(f"clearance:{name}_list")
            url = address(path, on, campaign, state="overdue", owner=slug) if opens else ""
            row = found.setdefault(key, {"unit": unit})
            row[name] = FigureValue(count, url=url, as_of=on)
    return [found[key] for key in sorted(found)]
