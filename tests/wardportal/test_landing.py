from typing import Any

import pytest

from tests.world import World


@pytest.mark.parametrize(
    ("person", "address"),
    [
        ("administrator", "/"),
        ("leadership", "/"),
        ("campaign_officer", "/"),
        ("records_clerk", "/documents/"),
        ("clearance_officer", "/clearance/"),
        ("grievance_officer", "/grievances/"),
        ("media_officer", "/articles/"),
        ("head", "/units/chi-bo-7/"),
        ("field_member", "/today/"),
        ("supervisor", "/reports/"),
        ("superior_viewer", "/reports/"),
    ],
)
def test_each_role_begins_at_its_page(world: World, sign_in: Any, person: str, address: str) -> None:
    response = sign_in(world.people[person]).get("/landing/", follow=True)
    assert response.request["PATH_INFO"] == address
    assert response.status_code == 200


@pytest.mark.parametrize("person", ["administrator", "campaign_officer", "head", "field_member", "superior_viewer"])
def test_every_place_of_the_menu_opens(world: World, sign_in: Any, person: str) -> None:
    client = sign_in(world.people[person])
    places = client.get("/menu/").context["nav"]
    assert places
    for place in places:
        assert client.get(place.url, follow=True).status_code == 200, place.url


def test_the_menu_leaves_out_what_a_role_can_not_open(world: World, sign_in: Any) -> None:
    urls = {place.url for place in sign_in(world.field_member).get("/menu/").context["nav"]}
    assert "/tasks/" not in urls
    assert "/admin/" not in urls


@pytest.mark.parametrize(
    ("person", "address", "place"),
    [
        ("head", "/units/chi-bo-7/", "/units/mine/"),
        ("head", "/contest/", "/contest/"),
        ("campaign_officer", "/briefings/", "/documents/"),
        ("campaign_officer", "/cleanups/", "/streets/"),
        ("campaign_officer", "/broadcasts/", "/articles/"),
        ("campaign_officer", "/units/", "/units/"),
    ],
)
def test_the_menu_marks_the_place_a_page_belongs_to(
    world: World, sign_in: Any, person: str, address: str, place: str
) -> None:
    page = sign_in(world.people[person]).get(address).content.decode()
    sidebar = page.partition('<ul class="dv-nav">')[2].partition("</ul>")[0]
    assert f'<a href="{place}" aria-current="page">' in sidebar
    assert sidebar.count("aria-current") == 1


def test_households_stand_in_the_menu_of_who_opens_them_and_clearance_in_the_offices(
    world: World, sign_in: Any
) -> None:
    for person, words in [("field_member", "Hộ dân"), ("head", "Hộ dân"), ("campaign_officer", "Vận động GPMB")]:
        nav = sign_in(world.people[person]).get("/menu/").context["nav"]
        assert [place.label for place in nav if place.url == "/clearance/"] == [words]
