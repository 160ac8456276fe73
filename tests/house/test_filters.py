"""A value in the address that a filter does not know is never read as none: no row, and the page says why."""

import ast
from collections.abc import Callable

import pytest
from django.apps import apps
from django.db.models import CharField, F, TextField
from django.urls import reverse

from core.filters import ListFilter
from tests import factories as build
from tests.house.sources import python_files
from tests.world import World

# Each list with its filters by code, row or day; those of words find nothing by themselves.
LISTS = {
    "accounts:unit_list": ["branch", "kind"],
    "accounts:access_log_list": ["person", "act", "reason", "day"],
    "accounts:change_list": ["person", "area", "day"],
    "beautification:cleanup_list": ["street", "unit", "state"],
    "beautification:defect_list": ["street", "kind", "unit", "state", "on"],
    "beautification:result_list": ["street", "unit", "result", "on"],
    "campaigns:task_list": ["unit", "undertaking", "state", "row", "item", "plan", "step", "series", "helper"],
    "campaigns:document_list": ["direction", "kind", "issuer", "state", "undone"],
    "campaigns:meeting_list": ["kind"],
    "campaigns:resolution_list": ["state", "unit", "plan"],
    "clearance:grievance_list": ["state", "track", "on"],
    "clearance:privacy_list": ["state", "kind"],
    "clearance:question_list": ["state", "project", "owner", "on"],
    "clearance:promise_list": ["state", "project", "owner", "kind", "on"],
    "clearance:obstacle_list": ["state", "project", "owner", "reason", "on"],
    "models_registry:model_list": ["state", "unit", "subject", "sort", "field", "official", "stage", "on", "row"],
    "models_registry:assessment_list": ["state", "unit", "since", "until"],
    "models_registry:entry_list": ["state", "unit", "contest", "on"],
    "notifications:failure_list": ["state", "channel", "rule"],
    "notifications:log_list": ["state", "rule", "channel", "since", "until"],
    "deadlines:deadline_list": ["unit", "rule", "state"],
    "publicity:article_list": ["state", "category"],
    "publicity:posting_list": ["state", "place"],
    "publicity:output_list": ["kind", "channel", "unit", "quarter"],
    "clearance:household_list": [
        *["outreach", "team", "batch", "visited", "invited", "met", "concern", "often", "dialogue", "on", "row"],
        *["reached", "missed", "own", "late", "unpaid", "in_time", "voluntary", "office", "away", "heard", "proved"],
        *["paid_late", "enforced", "need"],
    ],
    "clearance:plot_list": ["kind", "held", "area", "team", "office", "part", "outline", "on"],
    "clearance:dialogue_detail": ["state", "letter", "roll", "on"],
    "clearance:dialogue_invite": ["team", "group"],
    "reports:calendar": ["unit", "about"],
    "reports:figure_list": ["about"],
    "reports:figure_compare": ["about", "unit"],
    "reports:ward_number_list": ["code"],
}
ELSEWHERE = {
    "clearance:household_list",
    "clearance:plot_list",
    "clearance:dialogue_detail",
    "clearance:dialogue_invite",
    "reports:calendar",
    "reports:figure_list",
    "reports:figure_compare",
}  # lists below a row: tests/clearance; a calendar and figures are no list of rows: tests/reports


@pytest.mark.parametrize("value", ["no-such", "a\x00b", "\x00", "-1", "9" * 30, "%"])
@pytest.mark.parametrize("name", sorted(set(LISTS) - ELSEWHERE))
def test_an_unknown_value_lists_nothing_and_is_said(world: World, sign_in: Callable, name: str, value: str) -> None:
    address = reverse(name)
    for person in (world.campaign_officer, world.clearance_officer, world.grievance_officer, world.administrator):
        client = sign_in(person)
        if client.get(address).status_code == 200:
            break
    for field in LISTS[name]:
        page = client.get(address, {field: value})
        assert page.status_code == 200, field
        filters = page.context["filters"]
        assert not filters.qs.exists(), field
        assert filters.refused, field
        assert str(filters.refused[0]).split("“")[0].strip() in page.content.decode()


def test_a_filter_that_a_link_carries_is_shown_as_ticked_and_others_as_they_are(
    world: World, sign_in: Callable
) -> None:
    build.task(world.campaign, world.cell)
    page = sign_in(world.campaign_officer).get(
        "/tasks/", {"helper": world.cell.slug, "step": "assigned", "state": "all", "unit": world.cell.slug}
    )
    assert page.context["filters"].carried_on == [
        ("step", "assigned", "Trạng thái: Chưa bắt đầu"),
        ("helper", world.cell.slug, f"Đơn vị phối hợp: {world.cell}"),
    ]
    text = page.content.decode()
    assert f'name="helper" value="{world.cell.slug}" checked' in text
    assert 'type="hidden" name="state" value="all"' in text, "its tab is open"
    assert (
        'name="helper"' not in sign_in(world.campaign_officer).get("/tasks/").content.decode().partition("checked")[2]
    )


def test_every_filter_is_asked_here() -> None:
    listed = {(name.partition(":")[0], field) for name, fields in LISTS.items() for field in fields}
    for found in _all(ListFilter):
        app = found.__module__.partition(".")[0]
        if app in ("core", "wardportal") or found.__name__.startswith("_"):
            continue
        asked = {field for owner, field in listed if owner == app}
        words = {name for name in found.base_filters if name == "q"}
        forgotten = set(found.base_filters) - words - asked
        assert not forgotten, f"{found.__name__}: add {sorted(forgotten)} to LISTS in tests/house/test_filters.py"


def _all(base: type) -> set[type]:
    return {base} | {child for sub in base.__subclasses__() for child in _all(sub)}


# ---- order -------------------------------------------------------------------------------------------
NAMES = {"name", "title", "label", "full_name"}
TECHNICAL = {"WorkerPulse"}  # processes have names, too


def test_no_model_with_a_name_is_ordered_by_the_raw_column() -> None:
    for model in apps.get_models():
        if model._meta.app_label not in LISTS_OF_APPS:
            continue
        for term in model._meta.ordering:
            raw = term.lstrip("-") if isinstance(term, str) else term.name if isinstance(term, F) else ""
            assert raw.rpartition("__")[2] not in NAMES, (
                f"{model.__name__}: order by sort_key, or by core.search.in_order({raw!r}), so that Đào stands after Dã"
            )


LISTS_OF_APPS = {name.partition(":")[0] for name in LISTS} | {"deadlines", "reports"}


def test_no_list_of_names_is_ordered_by_the_raw_column() -> None:
    found = []
    for path in python_files("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "order_by"):
                continue
            terms = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
            raw = [term for term in terms if term.lstrip("-").rpartition("__")[2] in NAMES]
            if raw and not any(word in ast.unparse(node) for word in TECHNICAL):
                found.append(f"{path.parent.name}/{path.name}:{node.lineno} {raw}")
    assert not found, f"order by sort_key or core.search.in_order: {found}"


def test_every_stored_search_key_is_folded_by_the_database(world: World) -> None:
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if field.name == "search_key":
                assert field.generated
                assert field.expression.extra["function"] == "vi_fold"
                kinds = TextField if model._meta.label == "campaigns.DocumentText" else CharField  # a file's text
                assert isinstance(model._meta.get_field(field.expression.source_expressions[0].name), kinds)
    unit = build.unit(world.ward, name="Ðông – “Hải”")
    unit.refresh_from_db()
    assert unit.search_key == "dong hai"
