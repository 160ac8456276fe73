"""Every page of every access table, opened by a person who may, keeps the rules of checks.check_page."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.access_rules import Line
from tests.browser.checks import check_page
from tests.house.test_access_table import all_lines
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PAGES = [line for line in all_lines() if line.method == "get" and line.code == 200 and line.data is None]


@pytest.mark.parametrize("line", PAGES, ids=lambda line: line.name)
def test_page(line: Line, world: World, enter: Callable, sign_in: Callable, live_server: Any, page: Any) -> None:
    person = world.people[sorted(line.may)[0]] if line.may else None
    path = reverse(line.name, args=line.args(world) if line.args else [])
    answer = (sign_in(person) if person else Client()).get(path)
    if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
        pytest.skip("no page: a file, a picture or data")
    if person:
        enter(person)

    page.goto(live_server.url + path)
    page.wait_for_load_state("networkidle")

    check_page(page)
