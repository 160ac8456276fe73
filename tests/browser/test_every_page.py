"""Every page of every access table, opened by a person who may, keeps the rules of checks.check_page."""

from collections.abc import Callable
from itertools import groupby
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from tests.access_rules import Line
from tests.browser.checks import check_page
from tests.house.test_access_table import all_lines
from tests.world import World, build

pytestmark = [pytest.mark.browser, pytest.mark.slow]
STEP = 12  # pages in one world: making it anew for each page would cost more than the page


def batches() -> list[tuple[str, list[Line]]]:
    lines = [line for line in all_lines() if line.method == "get" and line.code == 200 and line.data is None]
    found = []
    for app, of_app in groupby(sorted(lines, key=lambda line: line.name), lambda line: line.name.partition(":")[0]):
        pages = list(of_app)
        found += [(f"{app}-{n}", pages[n : n + STEP]) for n in range(0, len(pages), STEP)]
    return found


@pytest.mark.parametrize("pages", [pytest.param(pages, id=name) for name, pages in batches()])
def test_pages(
    pages: list[Line], world: World, enter: Callable, sign_in: Callable, live_server: Any, page: Any
) -> None:
    broken = []
    for line in pages:
        world, args = arguments(line, world)
        person = world.people[sorted(line.may)[0]] if line.may else None
        path = reverse(line.name, args=args)
        if not is_page(sign_in(person) if person else Client(), path):
            continue
        page.context.clear_cookies()
        if person:
            enter(person)
        page.goto(live_server.url + path)
        page.wait_for_load_state("networkidle")
        try:
            check_page(page)
        except AssertionError as error:
            broken.append(f"{line.name} {error}")
    assert not broken, "\n\n".join(broken)


def arguments(line: Line, world: World) -> tuple[World, list]:
    """The line's arguments, in a new world when they make a row that an earlier page has made."""
    try:
        return world, line.args(world) if line.args else []
    except IntegrityError:
        call_command("flush", verbosity=0, interactive=False)
        fresh = build()
        return fresh, line.args(fresh) if line.args else []


def is_page(client: Client, path: str) -> bool:
    """Not a file, a picture or data."""
    answer = client.get(path)
    answer.close()
    return answer.status_code == 200 and answer["Content-Type"].startswith("text/html")
