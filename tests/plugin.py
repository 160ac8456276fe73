"""Loaded with -p, before pytest-django reads the settings: starts the test servers and makes the settings cheap.

PostgreSQL and Valkey of the tests live in var/test, apart from the portal's own, so tests run while it is up. They are
started once, by the first pytest process of the checkout; xdist's workers and further pytest processes are guests. Each
process has a database of its own, each worker a Valkey database of its own.
"""

import atexit
import contextlib
import gc
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import hypothesis
import psycopg2
import pytest
from django.conf import settings
from django.test import TransactionTestCase

from core import catalogues
from tests import emptying
from tests.schedule import LongestFirst, length
from wardportal import embedded

VAR = Path(__file__).resolve().parent.parent / "var" / "test"
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
CHECKS = os.environ.pop("PORTAL_FAILED_CHECKS", "")
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
LIGHT = shutil.which("chromium-headless-shell") or CHROMIUM  # the same without windows: a quarter less work a page
_running = contextlib.ExitStack()


def _prepare_environment() -> None:
    for name in [name for name in os.environ if name.startswith("PORTAL_")]:
        del os.environ[name]  # what the developer set for the portal says nothing about the tests
    os.environ["PORTAL_VAR"] = str(VAR)
    os.environ["MAIL_URL"] = "memory://"
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # set in many containers; every process would compile all anew
    sys.dont_write_bytecode = False
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # playwright's sync API runs an event loop in the test's thread
    (VAR / "static").mkdir(parents=True, exist_ok=True)  # WhiteNoise warns about a missing one


def _choose_redis_database() -> None:
    url = os.environ.get("REDIS_URL") or embedded.valkey_url(VAR)
    os.environ["REDIS_URL"] = f"{url.partition('?')[0]}?db={int(WORKER.removeprefix('gw')) + 1}"


def _start_servers() -> None:
    with_own_database = "DATABASE_URL" not in os.environ
    atexit.register(_running.close)
    try:
        started = _running.enter_context(embedded.shared(VAR, by="pytest", durable=False))
    except embedded.CannotStart as error:
        raise pytest.UsageError(str(error)) from error
    if with_own_database:
        os.environ["DATABASE_URL"] = embedded.postgres_url(VAR, f"portal_{os.getpid()}", role=embedded.SUPERUSER)
        if started:
            _drop_leftovers()
        os.environ["TEST_TEMPLATE"] = _migrated()


def _administration() -> "contextlib.closing[psycopg2.extensions.connection]":
    return contextlib.closing(psycopg2.connect(embedded.postgres_url(VAR, "postgres", role=embedded.SUPERUSER)))


def _migrated() -> str:
    """A database with all migrations applied, kept from run to run; a new set of migrations makes a new one."""
    root = VAR.parent.parent
    files = sorted([*root.glob("*/migrations/*"), root / "requirements.lock"])
    sources = b"".join(path.read_bytes() for path in files if path.is_file())
    name, making = f"migrated_{hashlib.sha256(sources).hexdigest()[:16]}", f"making_{os.getpid()}"
    with _administration() as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(1)")  # one makes it, others wait for it
            cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [r"migrated\_%"])
            known = {row[0] for row in cursor.fetchall()}
            if name in known:
                return name
            for old in known:
                cursor.execute(f'DROP DATABASE IF EXISTS "{old}"')
            cursor.execute(f'CREATE DATABASE "{making}" OWNER "{embedded.ROLE}"')
            command = [sys.executable, "-W", "ignore", "manage.py", "migrate", "--verbosity", "0"]
            env = os.environ | {
                "DATABASE_URL": embedded.postgres_url(VAR, making)
            }  # as the portal's role, which is no superuser
            if subprocess.run(command, cwd=root, env=env).returncode:
                raise pytest.UsageError("The migrations do not apply to an empty database; the reason is above.")
            cursor.execute(f'ALTER DATABASE "{making}" RENAME TO "{name}"')
    return name


def _drop_leftovers() -> None:
    """Databases of test runs that were killed."""
    with _administration() as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(r"SELECT datname FROM pg_database WHERE datname ~ '^(test|making)_'")
            for (name,) in cursor.fetchall():
                cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


_prepare_environment()
if WORKER:
    _choose_redis_database()
else:
    _start_servers()
    catalogues.compile_stale(VAR.parent.parent)


def pytest_configure() -> None:
    # How long an example takes on a busy machine is no fault of what it tries.
    given, unhurried = hypothesis.settings.default, [hypothesis.HealthCheck.too_slow]
    hypothesis.settings.register_profile("unhurried", given, deadline=None, suppress_health_check=unhurried)
    hypothesis.settings.load_profile("unhurried")
    settings.MADE_ROOT = VAR / f"made-{os.getpid()}"  # one process sweeps what another made
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    static = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": static}
    settings.DATABASES["default"].setdefault("TEST", {})["TEMPLATE"] = os.environ.get("TEST_TEMPLATE")
    settings.DATABASES["default"]["CONN_MAX_AGE"] = 0  # a thread of the live server outlives it; its session must not
    TransactionTestCase._fixture_teardown = emptying.empty


def pytest_collection_finish() -> None:
    """What is loaded stays: looking through it again and again for garbage took a twentieth of the time."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def pytest_unconfigure() -> None:
    shutil.rmtree(settings.MADE_ROOT, ignore_errors=True)
    _running.close()


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LongestFirst:
    return LongestFirst(config, log)


@pytest.hookimpl(trylast=True)  # after pytest-django, which has an order of its own
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if WORKER:
        items.sort(key=length)
    if CHROMIUM:
        return
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason="no chromium: apt-get install chromium"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if CHECKS:
        terminalreporter.section("checks that failed (their words are above the tests)", sep="=", red=True)
        terminalreporter.line(CHECKS)
