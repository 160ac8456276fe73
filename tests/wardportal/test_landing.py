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
        ("grievance_officer", "/menu/"),
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
