"""What is named by a string exists: events, handlers, beat entries, the doorbell; and the deployment checks pass."""

import ast
import inspect
import os
import subprocess
import sys

from celery import current_app
from django.conf import settings
from django.utils.module_loading import import_string

from core.events import all_kinds
from notifications.operations import vitals
from notifications.registry import all_words
from tests.house.sources import python_files, shown, tree


def test_recorded_kinds_are_declared() -> None:
    declared = all_kinds()
    wrong = []
    for path in python_files("*.py"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {"outbox.record", "record"} and node.args:
                kind = node.args[0]
                if isinstance(kind, ast.Constant) and kind.value not in declared:
                    wrong.append(f"{shown(path)}:{node.lineno} records {kind.value}")
    assert not wrong, "\n".join(wrong)


def test_declared_kinds_are_named_by_their_app_and_have_a_handler_that_exists() -> None:
    for kind in all_kinds().values():
        assert len(kind.kind.split(".")) == 3, kind.kind
        if kind.handler:
            assert callable(import_string(kind.handler)), kind.handler


def test_an_event_that_people_are_told_of_by_its_kind_has_its_words() -> None:
    told = [kind for kind in all_kinds().values() if kind.handler]
    told = [kind for kind in told if "event.kind" in inspect.getsource(import_string(kind.handler))]
    assert told, "handlers announce by kind"
    assert not [kind.kind for kind in told if kind.kind not in all_words()]


def test_beat_entries_name_tasks() -> None:
    current_app.loader.import_default_modules()
    for name, entry in settings.CELERY_BEAT_SCHEDULE.items():
        assert entry["task"] in current_app.tasks, name
        assert name in vitals.ENTRIES, f"the page of operations has no words for {name}"


def test_the_doorbell_exists() -> None:
    assert callable(import_string(settings.NOTIFICATIONS_DOORBELL))


def test_deployment_checks_pass() -> None:
    production = {
        "PORTAL_BASE_URL": "https://danvan.example.vn",
        "PORTAL_HOSTS": "danvan.example.vn",
        "PORTAL_SECRET_KEY": "k" * 30 + "-0123456789-abcdefghijklmnopqrstuvwxyz",
        "PORTAL_DEBUG": "no",
    }
    command = [sys.executable, "-W", "ignore", "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    here = {name: value for name, value in os.environ.items() if name != "DJANGO_ALLOW_ASYNC_UNSAFE"}
    done = subprocess.run(command, env=here | production, cwd=settings.ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_which_rows_are_visible_follows_from_roles_and_units_alone() -> None:
    """The overview keeps numbers for all who hold the same: `visible_to` looks at nothing else of a user.

    Messages are each person's own and in no figure.
    """
    wrong = []
    for path in python_files("querysets.py", "models.py", "models/*.py"):
        functions = [node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef)]
        for function in (node for node in functions if node.name == "visible_to"):
            handed_on = {
                id(argument) for node in ast.walk(function) if isinstance(node, ast.Call) for argument in node.args
            }
            uses = [node for node in ast.walk(function) if isinstance(node, ast.Name) and node.id == "user"]
            wrong += [f"{shown(path)}:{node.lineno}" for node in uses if id(node) not in handed_on]
    wrong = [place for place in wrong if not place.startswith("notifications/")]
    assert not wrong, f"then the kept numbers must know it too (reports.dashboards): {wrong}"
