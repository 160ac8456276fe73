import logging
from collections.abc import Callable

import pytest
from django.db import DatabaseError
from django.test import Client, RequestFactory
from redis.exceptions import ConnectionError

from tests.world import World
from wardportal import views


def test_a_crash_page_gives_a_code_that_stands_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        response = views.server_error(RequestFactory().get("/tasks/"))

    code = caplog.records[-1].args[0]
    assert response.status_code == 500
    assert f'<p class="dv-code">{code}</p>' in response.content.decode()
    assert set(code) <= set(views.CODE_SIGNS)


@pytest.mark.django_db
def test_the_portal_says_that_it_is_well() -> None:
    response = Client().get("/healthz")

    assert response.status_code == 200
    assert response.json() == {"database": True, "cache": True}


@pytest.mark.django_db
def test_the_portal_says_what_is_ill(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise DatabaseError

    def silent(*args: object, **kwargs: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(views.connection, "cursor", broken)
    monkeypatch.setattr(views.cache, "get", silent)
    response = views.healthz(RequestFactory().get("/healthz"))

    assert response.status_code == 503
    assert response.content == b'{"database": false, "cache": false}'


def test_a_missing_page_is_said_in_words(world: World, sign_in: Callable) -> None:
    response = sign_in(world.campaign_officer).get("/nowhere/")

    assert response.status_code == 404
    assert "Không có trang này" in response.content.decode()


def test_a_form_without_its_token_saves_nothing_and_says_so(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post("/login/", {"login": "x"})

    assert response.status_code in {403, 404}
