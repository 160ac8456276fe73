"""Where each role lands, and the lists that are opened most, stay light: the first visit and the next page."""

from collections.abc import Callable
from typing import Any

import pytest

from tests import factories as make
from tests.browser.checks import FIRST_LOAD, NEXT_PAGE, weigh
from tests.clearance import factories as clearance
from tests.models_registry import factories as models
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
LANDINGS = {
    "leadership": "/",
    "head": "/units/chi-bo-7/",
    "field_member": "/today/",
    "clearance_officer": "/clearance/",
    "records_clerk": "/documents/",
    "media_officer": "/publicity/",
    "supervisor": "/reports/",
}


@pytest.fixture
def busy(world: World) -> World:
    """A ward in which every list has a first page of rows."""
    clearance.scene(world)
    for _n in range(50):
        make.task(world.campaign, world.cell)
        make.document(world.campaign, world.committee)
        models.submitted(world.campaign, world.cell, world.head)
    return world


def test_every_role_lands_on_a_light_page(
    busy: World, enter: Callable, live_server: Any, new_context: Callable
) -> None:
    heavy = []
    for role, path in LANDINGS.items():
        page = enter(busy.people[role], new_context().new_page())  # nothing in its cache
        first = weigh(page, live_server.url + path, set())
        assert page.url == live_server.url + path, f"{role} was sent to {page.url}"
        heavy += [f"{path}: {first}"] if first > FIRST_LOAD else []
    assert not heavy


def test_the_next_page_is_lighter_still(busy: World, enter: Callable, live_server: Any) -> None:
    page, known, heavy = enter(busy.campaign_officer), set(), []
    weigh(page, f"{live_server.url}/", known)
    for path in ("/models/", "/tasks/", "/documents/", "/reports/", "/publicity/", "/clearance/", "/units/chi-bo-7/"):
        size = weigh(page, live_server.url + path, known)
        heavy += [f"{path}: {size}"] if size > NEXT_PAGE else []
    assert not heavy
