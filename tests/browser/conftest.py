import os
from collections.abc import Callable

import pytest
from django.conf import settings
from playwright.sync_api import Page

from accounts.models import User
from tests.browser.checks import listen
from tests.plugin import LIGHT


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict:
    """The system's chromium, quiet; here, because the plugin of playwright is loaded after the tests' own."""
    quiet = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
    quiet += ["--disable-component-update", "--disable-sync"]
    quiet += ["--js-flags=--no-maglev --no-turbofan"]  # no page lives long enough to repay an optimizing compiler
    root = ["--no-sandbox"] if os.getuid() == 0 else []
    return {"executable_path": LIGHT, "args": quiet + root}


@pytest.fixture(scope="session")
def base_url() -> None:
    """Tests name live_server themselves; the plugin's own fixture of this name is deprecated by pytest."""


@pytest.fixture
def page(page: Page) -> Page:
    """A desktop page whose complaints are kept for check_page."""
    page.set_viewport_size({"width": 1440, "height": 900})
    return listen(page)


@pytest.fixture
def enter(page: Page, live_server: object, sign_in: Callable) -> Callable[..., Page]:
    """The page with the person signed in; `page.goto(live_server.url + path)` goes on from there."""

    def go_in(user: User, page: Page = page) -> Page:
        page.goto("about:blank")  # what is open may ask on by itself, and would ask as the next person
        session = sign_in(user).cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]  # type: ignore[attr-defined]
        )
        return page

    return go_in
