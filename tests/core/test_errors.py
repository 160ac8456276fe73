import logging
from collections.abc import Callable

import pytest
from django.test import Client, RequestFactory

from tests.world import World
from wardportal import views


def test_a_crash_page_gives_a_code_that_stands_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        response = views.server_error(RequestFactory().get("/tasks/"))

    code = caplog.records[-1].args[0]
    assert response.status_code == 500
    assert f'<p class="dv-code">{code}</p>' in response.content.decode()
    assert set(code) <= set(views.CODE_SIGNS)


def test_a_missing_page_is_said_in_words(world: World, sign_in: Callable) -> None:
    response = sign_in(world.campaign_officer).get("/nowhere/")

    assert response.status_code == 404
    assert "Không có trang này" in response.content.decode()


def test_a_form_without_its_token_saves_nothing_and_says_so(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post("/login/", {"login": "x"})

    assert response.status_code in {403, 404}
