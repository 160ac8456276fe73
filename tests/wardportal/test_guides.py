"""Guides beside the forms, the page of what is new, and the pointers of the first sign-in."""

import ast
import inspect
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent

import polib
import pytest
from django.conf import settings
from django.urls import URLPattern, get_resolver
from django.utils import translation

from accounts.choices import Role
from accounts.models import User
from core import guides
from tests.house.sources import FLOOR_OF, none_of
from tests.house.test_access_table import LIBRARIES, url_names
from tests.world import World
from wardportal.guides import PAGES, pointers_for

HELP = Path(settings.ROOT, "docs", "help")
FIRST = [f"first/{role}" for role in Role.values]
LONGEST = 700  # signs: a guide is read while a form waits
NEED_NONE = {
    "beautification:checkin": "stands without signing in, and is explained there",
    "beautification:checkin_find": "stands without signing in, and is explained there",
    "accounts:ward_open": "stands before the first sign-in, and is explained there",
    "clearance:public_case_find": "stands without signing in, and is explained there",
    "clearance:public_grievance": "stands without signing in, and is explained there",
    "models_registry:model_autosave": "is asked by the form's own script",
    "models_registry:model_autosave_new": "is asked by the form's own script",
    "notifications:browser_add": "is asked by the page's own script",
}


def texts(language: str) -> dict[str, str]:
    return {name: (HELP / language / f"{name}.md").read_text(encoding="utf-8") for name in [*PAGES, *FIRST]}


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_guide_is_there_and_short_and_no_other_lies_about(language: str) -> None:
    found = texts(language)
    files = {path.relative_to(HELP / language).with_suffix("").as_posix() for path in (HELP / language).rglob("*.md")}
    assert files == set(found)
    for name, text in found.items():
        assert text.startswith("# "), name
        assert len(text) <= LONGEST, f"{name}: {len(text)} signs"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_what_a_guide_prints_bold_stands_on_a_page_so(language: str) -> None:
    catalogues = [polib.pofile(str(path)) for path in Path(settings.ROOT).glob("*/locale/vi/LC_MESSAGES/django.po")]
    entries = [entry for catalogue in catalogues for entry in catalogue]
    said = {entry.msgid if language == "en" else entry.msgstr for entry in entries}
    wrong = [
        f"{name}: {words}"
        for name, text in texts(language).items()
        for words in re.findall(r"\*\*(.+?)\*\*", text)
        if words not in said
    ]
    assert not wrong, wrong


def test_guides_stand_on_pages_that_exist_and_every_form_has_one() -> None:
    names = url_names(get_resolver().url_patterns)
    shown = {page for pages in PAGES.values() for page in pages}
    assert not shown - names
    forms = {name for name, view in views(get_resolver().url_patterns) if has_form(view)}
    assert len(forms) > 80
    without = sorted(forms - shown - set(NEED_NONE))
    none_of(without, "name its guide in wardportal/guides.py, or write one in docs/help/vi and docs/help/en")
    none_of(sorted(set(NEED_NONE) & shown), "it has a guide: take it out of NEED_NONE")


def views(patterns: list, prefix: str = "") -> Iterator[tuple[str, Callable]]:
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield f"{prefix}{pattern.name}", inspect.unwrap(pattern.callback)
        elif (pattern.namespace or pattern.app_name) not in LIBRARIES:
            yield from views(pattern.url_patterns, f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix)


def has_form(view: Callable, seen: frozenset[str] = frozenset()) -> bool:
    """Whether the view, or a helper of its module that it calls, binds a form to what was posted."""
    module = inspect.getmodule(view)
    if not inspect.isfunction(view) or module is None or module.__name__.partition(".")[0] not in FLOOR_OF:
        return False
    for call in (node for node in ast.walk(ast.parse(dedent(inspect.getsource(view)))) if isinstance(node, ast.Call)):
        name = getattr(call.func, "id", "") or getattr(call.func, "attr", "")
        binds = name.endswith("Form") and any("request.POST" in ast.unparse(argument) for argument in call.args)
        helper = getattr(module, name, None) if name.startswith("_") and name not in seen else None
        if name == "form_page" or binds or (helper and has_form(helper, seen | {name})):
            return True
    return False


def test_a_form_begins_with_its_guide_in_the_language_of_the_page(world: World, sign_in: Callable) -> None:
    client = sign_in(world.campaign_officer)
    page = client.get("/tasks/new/").content.decode()
    assert '<details class="dv-guide">' in page
    assert "Hướng dẫn: Giao nhiệm vụ" in page
    client.post("/account/language/", {"language": "en"})
    assert "Guide: Give out a task" in client.get("/tasks/new/").content.decode()
    assert "dv-guide" not in client.get("/tasks/").content.decode()


def test_every_guide_opens_from_the_list_and_nothing_else_does(world: World, sign_in: Callable) -> None:
    client = sign_in(world.field_member)
    listed = re.findall(r'href="(/help/[a-z-]+/)"', client.get("/help/").content.decode())
    assert len(listed) == len(PAGES)
    assert client.get(listed[0]).status_code == 200
    for name in ("nothing", "first", "CHANGELOG"):
        assert client.get(f"/help/{name}/").status_code == 404


def test_signs_of_html_in_a_guide_are_shown_and_not_obeyed() -> None:
    written = guides._reader.render("<script>x</script> [a](javascript:x) <b>")
    assert "<script" not in written
    assert "<b>" not in written
    assert "href" not in written


# ---- what is new ---------------------------------------------------------------------------------------
def test_what_is_new_names_the_same_editions_in_both_languages(world: World, sign_in: Callable) -> None:
    files = [Path(settings.ROOT, name).read_text(encoding="utf-8") for name in ("CHANGELOG.md", "CHANGELOG.vi.md")]
    english, vietnamese = (re.findall(r"^## ([\d.]+)", text, re.MULTILINE) for text in files)
    assert english == vietnamese
    page = sign_in(world.head).get("/whats-new/").content.decode()
    assert "Bắt đầu" in page
    with translation.override("en"):
        assert "one-time password" in guides.news().body


# ---- the first sign-in -----------------------------------------------------------------------------------
@pytest.mark.parametrize("role", Role.values)
def test_every_role_has_its_first_pointers(role: str) -> None:
    for language in ("vi", "en"):
        with translation.override(language):
            assert pointers_for(role)


@pytest.mark.parametrize("role", ["head", "field_member", "campaign_officer", "records_clerk", "superior_viewer"])
def test_pointers_stand_where_the_person_begins_until_they_are_put_away(
    world: World, sign_in: Callable, role: str
) -> None:
    person = world.people[role]
    User.objects.filter(pk=person.pk).update(greeted_at=None)
    client = sign_in(person)
    first = client.get("/landing/", follow=True)
    assert "dv-first" in first.content.decode()
    assert "dv-first" not in client.get("/help/").content.decode()
    client.post("/help/pointers/")
    assert "dv-first" not in client.get("/landing/", follow=True).content.decode()
    person.refresh_from_db()
    assert "dv-first" not in sign_in(person).get("/landing/", follow=True).content.decode()
