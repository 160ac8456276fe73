import time
from collections.abc import Callable

import pytest
from django.test import Client

from accounts.middleware import SEEN_KEY
from accounts.models import User
from tests.query_baseline import QueryBaseline
from tests.world import World, build


@pytest.fixture
def world(db: None) -> World:
    return build()


@pytest.fixture
def sign_in() -> Callable[[User], Client]:
    """A browser in which the person is signed in."""

    def enter(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        session = client.session
        session[SEEN_KEY] = int(time.time())  # what is noted once a quarter of an hour is no cost of a page
        session.save()
        return client

    return enter


@pytest.fixture
def query_baseline(request: pytest.FixtureRequest) -> QueryBaseline:
    return QueryBaseline(request.path.parent)
