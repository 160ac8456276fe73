"""What is odd about an airing is asked about, and taken when it is meant."""

import datetime
from collections.abc import Callable

import pytest
from django.utils import timezone

from core.models import today
from publicity.models import Airing
from tests.deadlines import factories as calendars
from tests.publicity import factories as make
from tests.world import World

TOMORROW = datetime.timedelta(days=1)


def at(time: str) -> dict[str, str]:
    return {"day": f"{today() + TOMORROW:%d/%m/%Y}", "time": time}


def post(client: object, url: str, data: dict) -> object | None:
    """The form that asks, or None when it was taken."""
    response = client.post(url, data)
    return None if response.status_code == 302 else response.context["form"]


def answer(form: object) -> dict:
    return {"keep": [form.fields["keep"].choices[0][0]]}


@pytest.mark.parametrize("time, asked", [("3h", True), ("4h59", True), ("5h", False), ("17h", False), ("21h", True)])
def test_hours_in_which_people_sleep_are_asked_about(world: World, sign_in: Callable, time: str, asked: bool) -> None:
    broadcast = make.broadcast(world.campaign)
    client, url = sign_in(world.media_officer), f"{broadcast.get_absolute_url()}airings/new/"
    form = post(client, url, at(time))
    assert bool(form) == asked
    if form:
        assert "ngoài khung giờ" in str(form.errors["time"])
        assert post(client, url, at(time) | answer(form)) is None
    assert broadcast.airings.count() == 1


def test_two_broadcasts_that_overlap_are_asked_about(world: World, sign_in: Callable) -> None:
    first, second = (make.broadcast(world.campaign, seconds=300) for _n in range(2))
    client = sign_in(world.media_officer)
    assert post(client, f"{first.get_absolute_url()}airings/new/", at("17h00")) is None
    url = f"{second.get_absolute_url()}airings/new/"
    form = post(client, url, at("17h02"))
    assert "chồng lên nhau" in str(form.errors["time"])
    assert "chồng lên nhau" in str(post(client, url, at("16h56")).errors["time"])
    assert post(client, url, at("17h05")) is None, "the first is over"
    assert post(client, url, at("16h55")) is None, "the first has not begun"
    assert Airing.objects.count() == 3


def test_the_first_day_of_tet_is_asked_about(world: World, sign_in: Callable) -> None:
    calendars.day_off(world.ward, today() + TOMORROW, "Tết Nguyên Đán", "tet")
    broadcast = make.broadcast(world.campaign)
    form = post(sign_in(world.media_officer), f"{broadcast.get_absolute_url()}airings/new/", at("5h"))
    assert "Tết Nguyên Đán" in str(form.errors["time"])


@pytest.mark.parametrize("minutes, asked", [(900, True), (21, True), (15, False), (None, False)])
def test_minutes_out_of_all_proportion_are_asked_about(
    world: World, sign_in: Callable, minutes: int | None, asked: bool
) -> None:
    broadcast = make.broadcast(world.campaign, seconds=90)
    client, url = sign_in(world.media_officer), f"{broadcast.get_absolute_url()}airings/new/"
    assert bool(post(client, url, at("17h") | {"minutes": minutes or ""})) == asked
    airing = make.airing(broadcast, timezone.now() - TOMORROW)
    url = f"/broadcasts/airings/{airing.pk}/done/"
    form = post(client, url, {"clusters": "3", "minutes": minutes or ""})
    assert bool(form) == asked
    if form:
        assert post(client, url, {"clusters": "3", "minutes": minutes} | answer(form)) is None
    airing.refresh_from_db()
    assert (airing.state, airing.minutes) == ("aired", minutes or 2), "as long as it lasts, begun minutes whole"
