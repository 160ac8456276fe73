"""How views get hold of rows: through `visible_to` and the campaign that the person works in."""

import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts import access
from accounts.reading import shows_households
from campaigns.middleware import year_of_request
from campaigns.models import Campaign
from clearance.models import Dialogue, Household, Invitation, Plot, Project, Question, Visit
from core import past
from core.http import HouseRequest
from core.models import today
from core.prepared import Prepared


def day_of(campaign: Campaign) -> datetime.date:
    """The day that is read, today without one; or the last day of a year that is over."""
    return min(past.current().on or today(), campaign.closes_on)


def _project(held: access.Grants, *, person: int, ward: int, year: int, slug: str) -> dict[str, QuerySet]:
    rows = Project.objects.visible_to(access.reader(person, held)).of(Campaign(pk=year, ward_id=ward))
    return {"project": rows.for_list().filter(slug=slug)}


PROJECT = Prepared(_project)


def project_of(request: HouseRequest, slug: str) -> Project:
    return _one(request, PROJECT, slug=slug)


def _one(request: HouseRequest, asked: Prepared, **of: Any) -> Any:
    """The one row of the year that the person works in, or 404."""
    user, year = request.user, year_of_request(request)
    of |= {"person": user.pk, "ward": year.ward_id, "year": year.pk}
    [found] = asked.read(access.grants(user), **of).values()
    if not found:
        raise Http404
    return found[0]


def _household(
    held: access.Grants, *, person: int, ward: int, year: int, slug: str, number: int
) -> dict[str, QuerySet]:
    rows = Household.objects.visible_to(access.reader(person, held)).select_related(
        "project__undertaking", "project__rule_set", "residential_group", "batch__rule_set"
    )
    of_year = Project.objects.of(Campaign(pk=year, ward_id=ward))
    return {"household": rows.filter(project__in=of_year, project__slug=slug, number=number)}


HOUSEHOLD = Prepared(_household)


def household_of(request: HouseRequest, slug: str, number: int) -> Household:
    shows_households(request)
    return _one(request, HOUSEHOLD, slug=slug, number=number)


def visit_of(request: HouseRequest, pk: int) -> Visit:
    shows_households(request)
    rows = Visit.objects.visible_to(request.user).select_related("household__project__undertaking", "team")
    rows = rows.filter(household__project__in=Project.objects.of(year_of_request(request)))
    return get_object_or_404(rows, pk=pk)


def dialogue_of(request: HouseRequest, slug: str, pk: int) -> Dialogue:
    return get_object_or_404(Dialogue.objects.visible_to(request.user).for_list(), project__slug=slug, pk=pk)


def invitation_of(request: HouseRequest, pk: int) -> Invitation:
    shows_households(request)
    rows = Invitation.objects.visible_to(request.user)
    rows = rows.filter(household__project__in=Project.objects.of(year_of_request(request)))
    return get_object_or_404(rows.select_related("household__project__undertaking", "dialogue"), pk=pk)


def plot_of(request: HouseRequest, slug: str, pk: int) -> Plot:
    shows_households(request)
    rows = Plot.objects.visible_to(request.user).filter(project__in=Project.objects.of(year_of_request(request)))
    return get_object_or_404(rows.select_related("project__undertaking", "kind"), project__slug=slug, pk=pk)


def question_of(request: HouseRequest, pk: int) -> Question:
    shows_households(request)
    rows = Question.objects.visible_to(request.user).of(year_of_request(request)).for_list()
    return get_object_or_404(rows.select_related("visit", "dialogue", "household__project__undertaking"), pk=pk)
