"""What import-linter can not see: foreign keys, requests in rules, templates."""

import ast
import re

from django.apps import apps
from django.db import models
from django.template.loader import get_template

from tests.house.sources import FLOOR_OF, none_of, python_files, shown, templates, tree

OWNERS = {"account": "accounts", "mfa": "accounts", "usersessions": "accounts", "emails": "notifications"}


def own_models() -> list[type[models.Model]]:
    found = [model for model in apps.get_models() if model._meta.app_label in FLOOR_OF]
    return [model for model in found if not model.__name__.endswith("History")]


def test_relations_point_down_the_tower() -> None:
    wrong = []
    for model in own_models():
        here = FLOOR_OF[model._meta.app_label]
        for field in model._meta.get_fields():
            if not field.is_relation or field.auto_created or not field.concrete:
                continue
            there = field.related_model._meta.app_label
            if there in FLOOR_OF and there != model._meta.app_label and FLOOR_OF[there] >= here:
                wrong.append(f"{field} points up or sideways to {there}")
    none_of(wrong, "a key points down: turn it round, or move what is shared below both (docs/house.md)")


def test_rules_know_no_request() -> None:
    """Models, querysets and actions take values and people, never a request."""
    wrong = []
    for path in python_files(
        "models.py", "models/*.py", "querysets.py", "actions.py", "figures.py", "agenda.py", "outbox.py"
    ):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(("django.http", "django.shortcuts")):
                wrong.append(f"{shown(path)}:{node.lineno} imports {node.module}")
            if isinstance(node, ast.arg) and node.arg == "request":
                wrong.append(f"{shown(path)}:{node.lineno} takes a request")
    none_of(
        wrong,
        "take values and people (`by=`, `on=`); the view reads the request (docs/add-an-act.md, 3 and 6)",
    )


def test_views_write_nothing_themselves() -> None:
    """A view calls a verb; only verbs save, create, update and delete."""
    wrong = []
    for path in python_files("views.py", "views/*.py"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                writes = {"create", "bulk_create", "get_or_create", "update_or_create", "delete", "bulk_update"}
                if node.func.attr in writes or _is_save(node) or _is_queryset_update(node):
                    wrong.append(f"{shown(path)}:{node.lineno} calls .{node.func.attr}()")
    none_of(
        wrong,
        "write a verb on the model and call it, e.g. by core.pages.attempt (docs/add-an-act.md, 3 and 6)",
    )


def _is_save(call: ast.Call) -> bool:
    """`form.save(by=…)` is a verb of the form; a bare `row.save()` is a write."""
    return call.func.attr == "save" and not any(keyword.arg == "by" for keyword in call.keywords)


def _is_queryset_update(call: ast.Call) -> bool:
    return call.func.attr == "update" and bool(call.keywords) and not call.args


def test_templates_link_and_include_downward_only() -> None:
    wrong = []
    for path in templates():
        folder = path.relative_to(path.parents[len(path.parts) - path.parts.index("templates") - 2]).parts[0]
        app = OWNERS.get(folder, folder)
        if app not in FLOOR_OF:
            continue
        text = path.read_text(encoding="utf-8")
        for target in re.findall(r"{%-?\s*url\s+['\"]([a-z_]+):", text):
            if FLOOR_OF.get(target, 0) > FLOOR_OF[app]:
                wrong.append(f"{shown(path)} links up to {target}")
        for target in re.findall(r"{%-?\s*(?:include|extends)\s+['\"]([a-z_]+)/([a-z_./]+)['\"]", text):
            owner = OWNERS.get(target[0], target[0])
            if owner in FLOOR_OF and owner != app:
                wrong.append(f"{shown(path)} includes {'/'.join(target)}")
    none_of(wrong, "link by `get_absolute_url` or an address from the view; what apps share is in _parts")


def test_every_template_compiles() -> None:
    assert templates()
    for path in templates():
        assert get_template(
            path.relative_to(path.parents[len(path.parts) - path.parts.index("templates") - 2]).as_posix()
        )


def test_no_template_or_view_names_a_superior_level() -> None:
    """Levels of government come and go: they are data."""
    pattern = re.compile(r"\b(quận|huyện|thành ủy|quận ủy)\b", re.IGNORECASE)
    wrong = [shown(path) for path in templates() if pattern.search(path.read_text(encoding="utf-8"))]
    wrong += [
        shown(path)
        for path in python_files("*.py")
        if pattern.search(path.read_text(encoding="utf-8")) and "demonstration" not in path.as_posix()
    ]
    none_of(
        wrong,
        "a level of government is data: name the unit (`Unit.is_outside`), not the level",
    )
