"""The first hour of a ward: without a year every place of the menu says what is missing, and how to go on."""

from collections.abc import Callable

import pytest
from django.urls import reverse

from accounts.access import OWN_UNIT, WARD_WIDE
from accounts.choices import Role
from campaigns.models import Campaign, year_for
from core.models import today
from tests import factories as make
from tests.campaigns.factories import days_ago


@pytest.fixture
def empty(db: None) -> object:
    ward = make.ward(name="Phường Mới", slug="phuong-moi")
    return make.unit(ward, "Đảng ủy phường Mới", "party", slug="dang-uy-moi")


@pytest.mark.parametrize("role", sorted({*WARD_WIDE, *OWN_UNIT}))
def test_every_place_of_the_menu_opens_in_a_ward_without_a_year(role: str, empty: object, sign_in: Callable) -> None:
    person = make.member(empty, role)
    client = sign_in(person)
    menu = client.get(reverse("menu"))
    assert menu.status_code == 200
    for item in menu.context["frame"]["nav"]:
        page = client.get(item.url, follow=True)
        assert page.status_code == 200, (role, item.url)


def test_who_may_open_a_year_is_led_there_and_others_learn_who_does(empty: object, sign_in: Callable) -> None:
    officer = sign_in(make.member(empty, Role.CAMPAIGN_OFFICER)).get("/tasks/")
    assert reverse("campaigns:campaign_new") in officer.content.decode()
    head = sign_in(make.member(empty, Role.UNIT_HEAD)).get("/tasks/").content.decode()
    assert reverse("campaigns:campaign_new") not in head
    assert str(Role.CAMPAIGN_OFFICER.label) in head


def test_next_years_opening_moves_nobody_before_its_first_day(world: object, sign_in: Callable) -> None:
    this, day = world.campaign, today()
    following = make.campaign(world.ward, year=this.year + 1, opens_on=days_ago(-10), closes_on=days_ago(-300))
    assert year_for([following, this], day) == this
    assert sign_in(world.head).get("/units/chi-bo-7/").context["campaign"] == this
    assert sign_in(world.head).get(f"/tasks/?year={following.year}").context["campaign"] == following


def test_the_older_of_two_years_that_hold_a_day_is_worked_in_until_its_last_day() -> None:
    old = Campaign(year=2026, state="open", opens_on=days_ago(300), closes_on=today())
    new = Campaign(year=2027, state="open", opens_on=days_ago(5), closes_on=days_ago(-360))
    assert year_for([new, old], today()) == old
    assert year_for([new, old], days_ago(-1)) == new


def test_between_two_years_the_last_begun_stays() -> None:
    old = Campaign(year=2026, state="open", opens_on=days_ago(300), closes_on=days_ago(10))
    new = Campaign(year=2027, state="open", opens_on=days_ago(-10), closes_on=days_ago(-360))
    draft = Campaign(year=2028, state="draft", opens_on=days_ago(-10), closes_on=days_ago(-360))
    assert year_for([draft, new, old], today()) == old
    assert year_for([draft, new], today()) == new
    assert year_for([draft], today()) == draft
    assert year_for([], today()) is None
