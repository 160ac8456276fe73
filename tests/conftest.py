import time
import warnings
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.cache import cache
from django.db import connection
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from accounts.middleware import SEEN_KEY
from accounts.models import User
from tests.query_baseline import QueryBaseline
from tests.world import World, lay

END_OTHERS = """SELECT pg_terminate_backend(pid, 5000), application_name, state, now() - backend_start, left(query, 200)
    FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()"""


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Before the database goes, ends the sessions that a thread or a process of a test left in it, and names them."""
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(END_OTHERS)
        for ended, name, state, age, query in cursor.fetchall():
            warnings.warn(f"Session left: ended={ended}, {name}, {state}, {age} old, {query}", stacklevel=1)


@pytest.fixture
def world(db: None) -> World:
    cache.clear()  # what was kept of a ward that another test rolled back
    return lay()


@pytest.fixture
def sign_in() -> Callable[[User], Client]:
    """A browser in which the person is signed in."""

    def enter(user: User) -> Client:
        session = SessionStore()
        session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
        session[SEEN_KEY] = int(time.time())  # what is noted once a quarter of an hour is no cost of a page
        session.create()
        client = Client()
        client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
        return client

    return enter


@pytest.fixture
def query_baseline(request: pytest.FixtureRequest) -> QueryBaseline:
    return QueryBaseline(request.path.parent)
