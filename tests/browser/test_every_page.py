"""Every page of every access table, opened by a person who may, keeps the rules of checks.check_page."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.db import IntegrityError
from django.urls import reverse
from playwright.sync_api import Error, Page

from tests.access_rules import Line
from tests.browser.checks import check_page
from tests.emptying import empty
from tests.house.test_access_table import all_lines
from tests.world import World, lay

pytestmark = [pytest.mark.browser, pytest.mark.slow]
STEP = 24  # pages in one world and window: making both anew for each page would cost more than the page


def batches() -> list[Any]:
    lines = [line for line in all_lines() if line.method == "get" and line.code == 200 and line.data is None]
    lines = [line for line in lines if line.may or not line.unseen]  # one that nobody sees any more is no page here
    lines.sort(key=lambda line: line.name)
    steps = [lines[n : n + STEP] for n in range(0, len(lines), STEP)]
    return [pytest.param(pages, id=f"{pages[0].name}-{pages[-1].name}") for pages in steps]


@pytest.mark.parametrize("pages", batches())
def test_pages(pages: list[Line], world: World, enter: Callable, live_server: Any, page: Page) -> None:
    broken = []
    page.add_init_script(AXE_SCRIPT)  # given to the browser once, not with every page
    for line in pages:
        world, args = arguments(line, world)
        page.goto("about:blank")
        page.context.clear_cookies()
        if line.may:
            enter(world.people[sorted(line.may)[0]])
        try:
            if is_page(page, live_server.url + reverse(line.name, args=args)):
                check_page(page)
        except AssertionError as error:
            broken.append(f"{line.name} {error}")
    assert not broken, "\n\n".join(broken)


def arguments(line: Line, world: World) -> tuple[World, list]:
    """The line's arguments, in a new world when they make a row that an earlier page has made."""
    try:
        return world, line.args(world) if line.args else []
    except IntegrityError:
        empty()
        fresh = lay()
        return fresh, line.args(fresh) if line.args else []


def is_page(page: Page, url: str) -> bool:
    """Opened, and not a file, a picture or data."""
    try:
        answer = page.goto(url)
    except Error as error:
        if "Download is starting" in error.message:
            return False
        raise
    assert answer.status == 200, f"{url}: {answer.status}"
    if answer.headers["content-type"].startswith("text/html"):
        return True
    page.goto("about:blank")
    page.complaints.clear()  # of the browser's own view of XML, which is no page of the portal
    return False
