"""Nobody of a team reaches another's household: by an address, a file, a search, an export, a calendar or the admin.

Which addresses there are is read from the URL table: a new one fails here until its line or its reason is written.
"""

import html
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse

from clearance import urls
from clearance.models import Household, Promise
from core.models import is_personal, today
from reports import exports
from reports.models import CalendarFeed
from tests.access_rules import Line
from tests.clearance import factories as make
from tests.clearance.access_table import LINES
from tests.reports.test_exports import entered
from tests.world import World

OF_ALL = {
    "project_detail": "counts alone",
    "privacy_begin": "the privacy desk's alone, which refuses everybody else and shows nothing",
    "project_edit": "the project's own facts",
    "household_list": "the own households alone, see below",
    "household_new": "for the officer, and of no household yet",
    "household_new_many": "for the officer, and of no household yet",
    "households_assign": "for the officer",
    "households_batch": "for the officer",
    "step_reach": "a step of the project",
    "batch_new": "a batch of the project",
    "batch_edit": "a batch of the project",
    "plot_list": "the plots of the own households alone, see below",
    "dialogue_list": "conferences with counts",
    "dialogue_new": "a conference, of no household",
    "dialogue_detail": "the own households alone",
    "dialogue_edit": "a conference, of no household",
    "dialogue_invite": "for the officer",
    "dialogue_letters": "for the officer",
    "dialogue_attendance": "for the officer",
    "dialogue_hold": "a conference, of no household",
    "dialogue_cancel": "a conference, of no household",
    "question_new": "for the officer, at a conference",
    "plot_map": "the plots of the own households alone, see test_plot_map",
    "shapes_draw": "for the officer",
    "shapes_wipe": "for the officer",
    "round_list": "a round of the project; its own page narrows the households",
    "round_detail": "a round of the project; its own page narrows the households",
    "round_new": "a round of the project; its own page narrows the households",
    "round_team": "a round of the project; its own page narrows the households",
    "households_plan": "for the officer",
    "round_hand_out": "a round of the project; its own page narrows the households",
    "round_close": "a round of the project; its own page narrows the households",
    "dialogue_opinions": "for who reads every household",
    "dialogue_minutes_edit": "for who reads every household",
    "dialogue_minutes": "for who reads every household",
    "dialogue_minutes_paper": "for who reads every household",
    "dialogue_signature_new": "for who reads every household",
    "dialogue_unsign": "for who reads every household",
    "dialogue_scan_new": "for who reads every household",
    "dialogue_scan": "for who reads every household",
    "dialogue_minutes_close": "for who reads every household",
    "dialogue_minutes_reopen": "for who reads every household",
    "dialogue_summary": "for who reads every household",
    "authority_edit": "who signs, of no household",
    "plan_new": "a plan of the project",
    "public_plans": "which plans hang, for everybody, of no household",
    "agreement_list": "for the officers and the leadership",
    "agreement_new": "for the officer",
    "agreement_count": "for the officer",
    "agreement_form": "for the officer, of no household",
    "land_kind_edit": "a kind of land",
    "public_case_find": "asks for a household's own code",
    "public_case": "opened by a household's own code",
    "public_grievance": "for everybody, shows nothing",
    "public_visits": "how visits go, for everybody, of no household",
    "public_receipt": "opened by a receipt's own code",
}


def named(patterns: list[Any], takes: bool = False) -> Iterator[str]:
    """Names of addresses that take something: a slug, a number, a key."""
    for pattern in patterns:
        does = takes or bool(pattern.pattern.converters)
        if isinstance(pattern, URLResolver):
            yield from named(pattern.url_patterns, does)
        elif does:
            yield pattern.name


TAKING = sorted(set(named(urls.urlpatterns)))
OF_A_HOUSEHOLD = [line for line in LINES if line.args and line.name.partition(":")[2] not in OF_ALL]


def test_every_address_of_a_row_is_walked_or_says_why_not() -> None:
    walked = {line.name.partition(":")[2] for line in OF_A_HOUSEHOLD}
    assert len(TAKING) > 60
    missing = set(TAKING) - walked - OF_ALL.keys()
    assert not missing, "a line in access_table.py, or the reason in OF_ALL why it shows no household"
    assert OF_ALL.keys() <= set(TAKING)


@pytest.mark.parametrize("line", OF_A_HOUSEHOLD, ids=lambda line: f"{line.name}-{line.method}")
def test_by_guessing_an_address_nobody_of_another_team_gets_anything(
    line: Line, world: World, sign_in: Callable
) -> None:
    """field_member belongs to the team of another household of the same project."""
    address = reverse(line.name, args=line.args(world))
    for person in ("field_member", "stranger"):
        client: Client = sign_in(world.people[person])
        for call in (client.get, client.post):
            assert call(address).status_code in (404, 405), (person, address)
    assert Client().get(address).status_code == 302


def test_no_uploaded_file_has_an_address_of_its_own() -> None:
    """Each is served by a view that asked who may; the walk above tries those of clearance."""

    def patterns(found: list[Any]) -> Iterator[URLPattern]:
        for pattern in found:
            yield from patterns(pattern.url_patterns) if isinstance(pattern, URLResolver) else [pattern]

    serving = [p for p in patterns(get_resolver().url_patterns) if getattr(p.callback, "__name__", "") == "serve"]
    assert not serving


@pytest.fixture
def other(world: World, place: dict) -> Household:
    """A household of another team, with a name and an address that nobody else has."""
    household = place["of_cell"][0]
    party: Any = household.representative
    type(party).objects.filter(pk=party.pk).update(name="Kiều Thị Độc Nhất")
    Household.objects.filter(pk=household.pk).update(address_line="Ngách 99 hẻm Duy Nhất")
    facts = {"text": "Trả giấy tờ Độc Nhất", "due_on": today(), "kind": "paper", "owner": world.cell}
    promise = Promise(ward=world.ward, household=household, **facts)
    promise.enter(by=None, campaign=world.campaign)
    make.visit(household, world.campaign, world.cell, by=world.head, follow_up_on=make.at(2).date())
    make.plot(household, world.campaign, "77", "7777")
    return household


WORDS = ("Độc Nhất", "Duy Nhất", "7777")


def test_lists_and_the_search_name_the_own_households_alone(world: World, sign_in: Callable, other: Household) -> None:
    slug = other.project.slug
    lists = [reverse(f"clearance:{name}", args=[slug]) for name in ("household_list", "plot_list", "project_detail")]
    lists += [f"{lists[0]}?q=Duy+Nhat", f"{lists[1]}?q=7777", reverse("clearance:question_list")]
    search = reverse("reports:search")
    lists += [f"{search}?q={words}" for words in ("Độc Nhất", "duy nhat", "7777")]
    lists += [reverse("reports:calendar"), reverse("reports:today"), reverse("clearance:project_list")]
    client = sign_in(world.field_member)
    for url in lists:
        page = client.get(url, follow=True)
        assert page.status_code in (200, 403), url
        shown = page.content.decode().replace(f'value="{page.wsgi_request.GET.get("q", "")}"', "")
        for asked in (page.wsgi_request.GET.get("q", ""), "duy nhat"):
            shown = shown.replace(asked, "") if asked else shown
        assert not [words for words in WORDS if words in shown], url
    seen = sign_in(world.head).get(lists[0]).content.decode()
    assert "Duy Nhất" in seen or "Nhất" in seen, "the own team does see it"


@pytest.mark.parametrize("name", ["household_list", "plot_list"])
def test_an_export_holds_the_own_households_alone(name: str, world: World, other: Household) -> None:
    def write(listed: Any, request: Any) -> Any:
        return exports.write(listed, request, kind="csv", reason="thử")

    def export(user: Any) -> str:
        path = reverse(f"clearance:{name}", args=[other.project.slug])
        with exports.ask(path, "", entered(user), write)[0] as content:
            return content.read().decode()

    whole = export(world.clearance_officer)
    assert [words for words in WORDS if words in whole]
    own = export(world.field_member)
    assert not [words for words in WORDS if words in own]


def test_the_calendar_feed_has_the_own_appointments_alone(world: World, other: Household) -> None:
    def feed(person: Any) -> str:
        code = CalendarFeed.begin(by=person, ward=world.ward)
        return Client().get(f"/p/{world.ward.slug}/calendars/{code}.ics").content.decode().replace("\r\n ", "")

    number = f"{other.number}"
    mine, others = feed(world.head), feed(world.field_member)
    assert mine.count("BEGIN:VEVENT") > others.count("BEGIN:VEVENT")
    assert f"/households/{number}/" not in others
    assert not [words for words in WORDS if words in others]


def test_the_admin_opens_no_file_of_anybody(world: World, sign_in: Callable) -> None:
    closed = [m for m in apps.get_app_config("clearance").get_models() if is_personal(m)]
    assert len(closed) > 20
    registered = [model for model in closed if model in admin.site._registry]
    for person in ("administrator", "clearance_officer", "field_member"):
        client = sign_in(world.people[person])
        for model in registered:
            url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
            assert client.get(url).status_code in (302, 403), (person, url)


def test_no_page_offers_a_team_an_address_that_answers_it_with_a_refusal(
    world: World, place: dict, sign_in: Callable
) -> None:
    home = place["of_team"]
    make.visit(home, world.campaign, world.team, by=world.people["field_member"])
    make.plot(home, world.campaign)
    make.invited_dialogue(place["project"], world.campaign)
    client: Client = sign_in(world.people["field_member"])
    todo, seen, refused = [(reverse("clearance:project_list"), "")], set(), []
    while todo:
        address, page = todo.pop()
        name = resolve(address.partition("?")[0]).url_name
        if name in seen:
            continue
        seen.add(name)
        response = client.get(address, follow=True)
        if response.status_code != 200:
            refused.append((address, page, response.status_code))
        elif not response.streaming:
            main = response.content.decode().partition("<main")[2].partition("</main>")[0]
            found = re.findall(r'href="(/clearance/[^"#]*)"', html.unescape(main))
            todo += [(link, address) for link in found]
    assert not refused
    assert {"project_detail", "plot_list", "visiting", "household_detail", "dialogue_detail"} <= seen
