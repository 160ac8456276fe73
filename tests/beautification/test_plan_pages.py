"""The plan of the year, streets in turn, the grid for paper lists, the list to decide, the page for everybody."""

import datetime
import itertools
from collections.abc import Callable
from uuid import uuid4

from django.test import Client

from beautification.choices import CleanupState, HolidayDecision, TurnoutSource
from beautification.models import Cleanup, CleanupSeries, PhotoPair
from core.files import accept
from tests.beautification import factories as make
from tests.beautification.test_photos import picture
from tests.world import World


def test_the_plan_has_what_is_made_and_what_the_schedules_foretell(world: World, sign_in: Callable) -> None:
    series = make.series(make.street(world, name="Phố Trạm"))
    series.generate(make.days(14))
    context = sign_in(world.head).get("/streets/plan/").context
    rows = [row for month in context["months"] for row in month["rows"]]
    wanted = list(series.days(make.days(0), world.campaign.closes_on))
    assert [row.original_on for row in rows if row.on >= make.days(0)] == wanted
    assert len([row for row in rows if row.pk]) == Cleanup.objects.count()
    assert not [row for row in rows if row.pk is None and row.original_on <= make.days(14)], "none stands twice"


def test_streets_in_turn_one_a_week(world: World, sign_in: Callable) -> None:
    streets = [make.street(world, name=name) for name in ("Phố An", "Phố Bình", "Phố Cầu")]
    data = {"streets": [street.pk for street in streets], "weekday": "5", "starts_at": "7h", "minutes": "90"}
    data |= {"first_on": f"{make.days(7):%d/%m/%Y}", "until": "", "policy": "ask"}
    client = sign_in(world.campaign_officer)
    alone = client.post("/streets/in-turn/", data | {"streets": [streets[0].pk]})
    assert alone.context["form"].errors["streets"]
    assert client.post("/streets/in-turn/", data).status_code == 302
    found = list(CleanupSeries.objects.order_by("first_on"))
    assert [series.street for series in found] == streets
    assert {series.rule.every for series in found} == {3}
    assert [(b.first_on - a.first_on).days for a, b in itertools.pairwise(found)] == [7, 7]
    assert {series.first_on.weekday() for series in found} == {5}
    again = client.post("/streets/in-turn/", data)
    assert "Phố An đã có lịch này" in again.content.decode(), "sent twice it is one plan"
    before = client.post("/streets/in-turn/", data | {"weekday": "6", "until": f"{make.days(2):%d/%m/%Y}"})
    assert before.context["form"].errors
    assert CleanupSeries.objects.count() == 3


def test_paper_lists_of_several_streets_in_one_grid(world: World, sign_in: Callable) -> None:
    one = make.cleanup(make.street(world, groups=(world.team,)), make.days(-2))
    two = make.cleanup(make.street(world), make.days(-1))
    client, url = sign_in(world.head), "/cleanups/paper/"
    wrong = client.post(url, {f"n{one.pk}_{world.cell.pk}": "31", f"n{two.pk}_{world.cell.pk}": "-4"})
    assert wrong.status_code == 200
    text = wrong.content.decode()
    assert 'value="31"' in text, "what was typed stays"
    assert 'value="-4"' in text
    assert not one.turnouts.exists()
    client.post(url, {f"n{one.pk}_{world.cell.pk}": "31", f"n{one.pk}_{world.team.pk}": "9"})
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.state, two.state) == (CleanupState.OPEN, CleanupState.PLANNED), "an empty column changes nothing"
    assert one.total() == 40
    assert set(one.turnouts.values_list("source", flat=True)) == {TurnoutSource.PAPER}
    one.close(by=world.head)
    assert "ghi muộn" in client.get(one.get_absolute_url()).content.decode()
    assert (
        "ghi muộn" not in client.get(make.done(make.street(world), make.days(0), 5).get_absolute_url()).content.decode()
    )


def test_the_grid_leaves_what_was_counted_on_the_spot_as_it_is(world: World, sign_in: Callable) -> None:
    cleanup = make.cleanup(make.street(world, groups=(world.team,)), make.days(-2), state=CleanupState.OPEN)
    make.turnout(cleanup, 20, world.cell, entered_on=make.days(-2))
    client, url = sign_in(world.head), "/cleanups/paper/"
    shown = make.as_shown(client.get(url))
    assert client.post(url, shown | {f"n{cleanup.pk}_{world.team.pk}": "9"}).status_code == 302
    rows = {row.unit: (row.count, row.source, row.entered_on) for row in cleanup.turnouts.all()}
    assert rows == {
        world.cell: (20, TurnoutSource.HAND, make.days(-2)),
        world.team: (9, TurnoutSource.PAPER, make.days(0)),
    }
    client.post(url, make.as_shown(client.get(url)) | {f"n{cleanup.pk}_{world.team.pk}": ""})
    assert cleanup.total() == 20, "an emptied cell takes the number out"


def test_holidays_to_decide_are_a_list(world: World, sign_in: Callable) -> None:
    asked = {"holiday_decision": HolidayDecision.NEEDED, "reason": "Nghỉ lễ"}
    rows = [make.cleanup(make.street(world), make.days(n), **asked) for n in (12, 5)]
    make.cleanup(make.street(world), make.days(3))
    page = sign_in(world.campaign_officer).get("/cleanups/", {"state": "undecided"}).context["page"]
    assert [row.pk for row in page.object_list] == [rows[1].pk, rows[0].pk]


def test_everybody_sees_the_days_and_only_photos_that_were_shown(world: World) -> None:
    street = make.street(world, name="Phố Trạm")
    make.cleanup(street, make.days(4), starts_at=datetime.time(7))
    make.cleanup(street, make.days(11), holiday_decision=HolidayDecision.NEEDED, reason="Nghỉ lễ")
    for n in (9, 40):
        make.cleanup(street, make.days(n), state=CleanupState.CANCELLED, reason="Mưa, ông A báo")
    held = make.cleanup(street, state="open")
    pair = PhotoPair(ward=world.ward, street=street, cleanup=held, spot="Đầu ngõ 12")
    for moment in ("before", "after"):
        pair.add(accept(picture()), moment=moment, by=None, client_id=uuid4())
    url, photo = f"/p/{world.ward.slug}/streets/{street.slug}/", f"/p/{world.ward.slug}/photos/{pair.before.pk}/"
    text = Client().get(url).content.decode()
    assert f"{make.days(4):%d/%m}" in text
    assert f"{make.days(11):%d/%m}" not in text, "nobody has decided yet"
    assert f"{make.days(9):%d/%m}" in text, "one of the next two weeks that is called off is told"
    assert f"{make.days(40):%d/%m}" not in text
    assert "Đã hủy" in text
    assert "ông A" not in text, "what a person wrote stays inside"
    assert "Đầu ngõ 12" not in text
    assert Client().get(photo).status_code == 404
    pair.clear(by=world.campaign_officer)
    assert "Đầu ngõ 12" in Client().get(url).content.decode()
    answer = Client().get(photo)
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content)
    pair.hide(by=world.campaign_officer)
    assert Client().get(photo).status_code == 404
