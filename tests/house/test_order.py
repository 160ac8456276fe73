"""Lists stand in one order, and what was searched with marks comes first."""

from collections.abc import Callable

import pytest
from django.urls import reverse

from beautification.models import Street
from campaigns.models import Undertaking
from clearance.models import Project
from tests import factories as build
from tests.beautification import factories as streets
from tests.clearance import factories as projects
from tests.world import World

ORDER = ["An", "Ấn", "Dã", "Đào", "Zét"]


def test_streets_projects_and_works_stand_in_vietnamese_order(world: World) -> None:
    for n, name in enumerate(["Zét", "Đào", "Ấn", "Dã", "An"]):
        streets.street(world, name=name)
        projects.project(world.campaign, world.superior, name=name)
        build.undertaking(world.campaign, name=name, slug=f"viec-{n}")
    assert [row.name for row in Street.objects.filter(name__in=ORDER)] == ORDER
    assert [row.name for row in Project.objects.filter(name__in=ORDER).for_list()] == ORDER
    assert [row.name for row in Undertaking.objects.filter(slug__startswith="viec-")] == ORDER


@pytest.mark.parametrize("words", ["Dũng", "DŨNG", "Du\u0303ng"])
def test_tasks_with_the_marks_as_typed_come_first(world: World, sign_in: Callable, words: str) -> None:
    for title in ("Gặp bà Dựng", "Gặp bà Đúng", "Gặp bà Dùng", "Gặp ông Dũng"):
        build.task(world.campaign, world.cell, title=title)
    page = sign_in(world.campaign_officer).get(reverse("campaigns:task_list"), {"q": words})
    titles = [task.title for task in page.context["page"]]
    assert titles[0] == "Gặp ông Dũng"
    assert len(titles) == 4
