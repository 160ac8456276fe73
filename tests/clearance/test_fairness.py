"""What must never be built stays unbuilt: no field, choice or event of this app judges a household, and no field, form
or column of a list in any app holds what somebody thinks of a person."""

import ast
import importlib
import importlib.util
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from django import forms
from django.apps import apps
from django.db import models

from clearance import choices
from clearance.models import VisitConcern
from core import imports
from core.events import all_kinds
from core.fields import EncryptedText, KeyedHash
from core.text import fold

FORBIDDEN = re.compile(
    r"attitude|loyal|score|rank|risk|consent|support_level|oppos|hostil|cooperat|sentiment|predict|persua|stubborn"
    r"|party_member|religio|employer|school|benefit|leverage|colour|color|rating|priority"
)
# In every app: words that a field, a form or a column of a list would have if it held an attitude.
ATTITUDE = re.compile(
    r"attitude|loyal|support_level|hostil|cooperative|sentiment|persua|stubborn|stance|obedien|resist|difficult_house"
    r"|likelihood|willing|in_favou?r|opposed|trust_level|mood"
)
IN_VIETNAMESE = re.compile(
    r"thai do|trung thanh|chong doi|ho kho(?! khan)|co ung ho|muc do ung ho|xu huong|tu tuong|bat man|chay y"
)
NOT_COLLECTED = re.compile(r"phone|identity|id_number|cccd|cmnd|email|latitude|longitude|gps|amount|salary|income")


def test_no_field_judges_a_household_or_holds_what_is_not_collected() -> None:
    fields = {
        f"{model._meta.label}.{field.name}": field
        for model in apps.get_app_config("clearance").get_models()
        for field in model._meta.get_fields()
    }
    assert len(fields) > 80
    sealed = {name for name, field in fields.items() if isinstance(field, EncryptedText | KeyedHash)}
    wrong = [name for name in fields if FORBIDDEN.search(name.lower())]
    wrong += [name for name in fields.keys() - sealed if NOT_COLLECTED.search(name.lower())]
    assert not wrong


def test_no_choice_or_event_judges_a_household() -> None:
    codes = [code for name in vars(choices).values() if hasattr(name, "choices") for code, _label in name.choices]
    kinds = [kind for kind in all_kinds() if kind.startswith("clearance.")]
    assert len(codes) > 40
    assert not [code for code in [*codes, *kinds] if FORBIDDEN.search(str(code))]


def test_outreach_tells_the_office_s_work_only() -> None:
    """A new state of a household needs a new look at this test and at the fairness rules."""
    assert set(choices.Outreach.values) == {
        "not_reached",
        "in_contact",
        "met",
        "ward_owes_answer",
        "follow_up",
        "unreachable",
        "paused_on_request",
    }


def test_the_history_keeps_no_reply() -> None:
    history = apps.get_model("clearance", "VisitHistory")
    assert "outcome" in {field.name for field in history._meta.get_fields()}
    assert "attendance_reply" not in {field.name for field in history._meta.get_fields()}


# ---- every app ----------------------------------------------------------------------------------------
OWN = [
    *("accounts", "deadlines", "notifications", "intake", "campaigns", "publicity", "models_registry", "clearance"),
    *("beautification", "reports"),
]


def modules_of(app: str) -> Iterator[ModuleType]:
    """The forms and lists of an app, with the modules below them."""
    for name in (f"{app}.forms", f"{app}.imports"):
        if importlib.util.find_spec(name) is None:
            continue
        module = importlib.import_module(name)
        yield module
        for below in pkgutil.iter_modules(getattr(module, "__path__", [])):
            yield importlib.import_module(f"{name}.{below.name}")


def fields_of_forms() -> Iterator[tuple[str, str]]:
    """Where it stands, and what it says of itself: its name and its label."""
    for app in OWN:
        for module in modules_of(app):
            for name, form in vars(module).items():
                if isinstance(form, type) and issubclass(form, forms.BaseForm) and form.__module__ == module.__name__:
                    for field_name, field in getattr(form, "base_fields", {}).items():
                        yield f"{app}.{name}.{field_name}", f"{field_name} {field.label or ''}"


def fields_of_models() -> Iterator[tuple[str, str]]:
    for app in OWN:
        for model in apps.get_app_config(app).get_models(include_auto_created=True):
            for field in model._meta.get_fields():
                words = getattr(field, "verbose_name", "") if isinstance(field, models.Field) else ""
                yield f"{model._meta.label}.{field.name}", f"{field.name} {words}"


def says_an_attitude(words: str) -> bool:
    return bool(ATTITUDE.search(words.lower()) or IN_VIETNAMESE.search(fold(words)))


def test_no_field_of_any_app_s_table_or_form_holds_an_attitude() -> None:
    found = [*fields_of_models(), *fields_of_forms()]
    assert len([where for where, _words in fields_of_forms()]) > 300
    assert not [where for where, words in found if says_an_attitude(words)]


def test_no_column_of_a_list_takes_an_attitude() -> None:
    """Neither by its name nor by a heading that it would know in somebody's own list."""
    for app in OWN:
        list(modules_of(app))
    sources = {type(kind).__module__ for kind in imports.all_kinds().values()}
    assert len(sources) > 3
    for name in sources:
        tree = ast.parse(Path(importlib.import_module(name).__file__ or "").read_text(encoding="utf-8"))
        said = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
        assert not [words for words in said if says_an_attitude(words)], name


def test_the_guard_itself_fails_where_one_appears() -> None:
    assert says_an_attitude("attitude")
    assert says_an_attitude("household_stance Thái độ của hộ")
    assert says_an_attitude("q1 Hộ khó vận động")
    assert not says_an_attitude("outcome Đã gặp ai")
    assert {field.name for field in VisitConcern._meta.fields} == {"id", "ward", "visit", "kind", "words"}
