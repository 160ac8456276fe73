"""Who is asked for a clean-up, who says that they come, who is told of a change, and thanks afterwards."""

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError

from beautification.choices import HolidayDecision, Moment
from beautification.models import CleanupReply, PhotoPair
from beautification.models.calls import asked, calls, missing, reply, set_needs
from core.files import accept
from core.models import StateChanged
from notifications.engine import dispatch
from notifications.models import Event, Message
from tests import factories as base
from tests.beautification import factories as make
from tests.beautification.test_photos import picture
from tests.world import World


def test_what_the_series_asks_and_one_clean_up_asks_otherwise(world: World, sign_in: Callable) -> None:
    street = make.street(world)
    series = make.series(street)
    one, two = (make.cleanup(street, make.days(n), series=series) for n in (3, 10))
    url = f"{street.get_absolute_url()}series/{series.pk}/needs/"
    data = {f"people_{world.cell.pk}": "20", f"tools_{world.cell.pk}": "5 chổi, 2 xe rùa"}
    data |= {"unit_1": world.front.pk, "people_other_1": "10"}
    assert sign_in(world.campaign_officer).post(url, data).status_code == 302
    assert {need.unit: need.people for need in asked(one)} == {world.cell: 20, world.front: 10}
    client = sign_in(world.head)
    assert client.post(one.url_of("needs"), {f"people_{world.cell.pk}": "40"}).status_code == 302
    assert [(need.unit, need.people) for need in asked(one)] == [(world.cell, 40)]
    assert len(asked(two)) == 2
    assert "as_series" not in client.get(two.url_of("needs")).context["form"].fields
    client.post(two.url_of("needs"), {f"people_{world.cell.pk}": ""})
    two.refresh_from_db()
    assert asked(two) == [], "nobody, though its series asks"
    client.post(two.url_of("needs"), {"as_series": "on", f"people_{world.cell.pk}": "3"})
    two.refresh_from_db()
    assert len(asked(two)) == 2
    refused = client.post(one.url_of("needs"), {"people_other_1": "4"})
    assert refused.context["form"].errors["unit_1"]


def test_a_unit_named_twice_or_asked_for_nothing_is_told_and_all_is_kept(world: World, sign_in: Callable) -> None:
    cleanup = make.cleanup(make.street(world), make.days(3))
    client, url = sign_in(world.head), cleanup.url_of("needs")
    twice = {"unit_1": world.front.pk, "people_other_1": "10", "unit_2": world.front.pk, "tools_other_2": "2 xe rùa"}
    refused = client.post(url, twice)
    assert list(refused.context["form"].errors) == ["unit_2"]
    assert "Đơn vị này đã có dòng ở trên" in refused.content.decode()
    assert "2 xe rùa" in refused.content.decode()
    long = client.post(url, {f"tools_{world.cell.pk}": "x" * 201})
    assert long.context["form"].errors[f"tools_{world.cell.pk}"] == ["Viết tối đa 200 ký tự; đang có 201."]
    empty = client.post(url, {f"people_{world.cell.pk}": "5", "unit_1": world.front.pk})
    assert list(empty.context["form"].errors) == ["unit_1"]
    assert asked(cleanup) == []
    assert client.post(url, twice | {"unit_2": "", "tools_other_2": ""}).status_code == 302
    assert [(need.unit, need.people) for need in asked(cleanup)] == [(world.front, 10)]


def test_what_is_asked_in_two_windows_is_asked_of_both(world: World, sign_in: Callable) -> None:
    cleanup = make.cleanup(make.street(world, groups=(world.team,)), make.days(3))
    client, url = sign_in(world.head), cleanup.url_of("needs")
    shown = make.as_shown(client.get(url))
    client.post(url, shown | {f"people_{world.cell.pk}": "20"})
    client.post(url, shown | {"unit_1": world.front.pk, "people_other_1": "7"})
    client.post(url, shown | {f"tools_{world.team.pk}": "3 chổi"})
    found = {need.unit: (need.people, need.tools) for need in asked(cleanup)}
    assert found == {world.cell: (20, ""), world.front: (7, ""), world.team: (None, "3 chổi")}


def test_a_unit_answers_and_what_is_missing_is_told(world: World, sign_in: Callable) -> None:
    cleanup = make.cleanup(make.street(world), make.days(3))
    set_needs(cleanup, {world.cell: (20, ""), world.other_cell: (15, "xẻng")}, by=None)
    assert missing(calls(cleanup)) == 35
    head = sign_in(world.head)
    assert (
        head.post(cleanup.url_of("reply"), {"unit": world.cell.pk, "people": "18", "note": "mang chổi"}).status_code
        == 302
    )
    text = head.get(cleanup.get_absolute_url()).content.decode()
    assert "còn thiếu 17" in text
    assert "mang chổi" in text
    head.post(cleanup.url_of("reply"), {"unit": world.cell.pk, "people": "20"})
    assert CleanupReply.objects.get(cleanup=cleanup).people == 20
    other = head.post(cleanup.url_of("reply"), {"unit": world.other_cell.pk, "people": "1"})
    assert other.context["form"].errors["unit"], "for another unit nobody answers"
    assert head.post(cleanup.url_of("reply"), {"unit": world.cell.pk, "people": "-1"}).status_code == 200


def test_the_sheet_has_a_line_for_each_unit_though_nobody_is_asked(world: World, sign_in: Callable) -> None:
    street = make.street(world, groups=(world.team,))
    before, cleanup = make.done(street, make.days(-7)), make.cleanup(street, make.days(3))
    set_needs(cleanup, {world.front: (12, "2 xe rùa")}, by=None)
    pair = PhotoPair(ward=world.ward, street=street, cleanup=before, spot="Đầu ngõ 12")
    for moment in Moment.values:
        pair.add(accept(picture()), moment=moment, by=None)
    client = sign_in(world.head)
    page = client.get(cleanup.url_of("sheet"))
    assert [line.unit for line in page.context["calls"]] == [world.front, world.cell, world.team]
    assert page.context["pair"] is None, "on paper stands what everybody may see alone"
    text = page.content.decode()
    assert "2 xe rùa" in text
    assert "<svg" in page.context["qr"]
    pair.clear(by=world.campaign_officer)
    assert "Đầu ngõ 12" in client.get(cleanup.url_of("sheet")).content.decode()


def test_an_answer_is_about_a_day(world: World) -> None:
    cleanup = make.cleanup(make.street(world), make.days(3))
    reply(cleanup, by=world.neighbour, unit=world.other_cell, people=9)
    assert world.other_cell.pk in cleanup.concerned_units(), "who said that they come hears of a change"
    cleanup.postpone(by=world.campaign_officer, reason="Mưa to", day=make.days(10))
    assert not calls(cleanup), "nobody has answered about the new day"
    dispatch.run()
    told = Message.objects.filter(words="beautification.cleanup.postponed", channel="in_app")
    assert world.neighbour.pk in {row.user_id for row in told}
    assert told.count() == len({row.user_id for row in told}), "everybody once"


def test_no_answer_where_nothing_is_decided_or_all_is_over(world: World) -> None:
    asked_about = {"holiday_decision": HolidayDecision.NEEDED, "reason": "Nghỉ lễ"}
    waiting = make.cleanup(make.street(world), make.days(3), **asked_about)
    with pytest.raises(ValidationError):
        reply(waiting, by=None, unit=world.cell, people=3)
    with pytest.raises(StateChanged):
        reply(make.done(make.street(world), make.days(-1)), by=None, unit=world.cell, people=3)


def test_who_came_is_thanked_once(world: World) -> None:
    cleanup = make.done(make.street(world), make.days(0), 31, unit=world.other_cell)
    dispatch.run()
    thanks = Message.objects.filter(words="beautification.cleanup.thanks", channel="in_app")
    assert [row.user_id for row in thanks] == [world.neighbour.pk]
    make.correct(cleanup, world.campaign_officer).close(by=world.campaign_officer)
    dispatch.run()
    assert thanks.count() == 1
    make.done(make.street(world), make.days(-30), 31, unit=world.other_cell)
    dispatch.run()
    assert thanks.count() == 1, "nobody is thanked for an old list"


def test_another_unit_leads_one_clean_up(world: World, sign_in: Callable) -> None:
    cleanup = make.cleanup(make.street(world), make.days(3))
    assert sign_in(world.head).get(cleanup.url_of("lead")).status_code == 403
    sign_in(world.campaign_officer).post(cleanup.url_of("lead"), {"unit": world.other_cell.pk})
    cleanup.refresh_from_db()
    assert cleanup.leader == world.other_cell
    assert cleanup.can_run(world.neighbour)
    assert Event.objects.filter(kind="beautification.cleanup.handed_to").count() == 1


def test_the_schedule_does_not_take_a_clean_up_back_that_somebody_gave_away(world: World) -> None:
    series = make.series(make.street(world), first_on=make.days(1), weekdays=[make.days(1).weekday()])
    series.plan(campaign=world.campaign, by=None, turns=[world.cell, world.team])
    row = series.cleanups.order_by("original_on").first()
    row.hand_to(by=world.campaign_officer, unit=world.other_cell)
    series.edit(campaign=world.campaign, by=None, turns=[world.team, world.cell])
    row.refresh_from_db()
    assert row.leader == world.other_cell


def test_which_of_the_day_a_schedule_has_stays(world: World, sign_in: Callable) -> None:
    series = make.series(make.street(world))
    series.generate(make.days(14))
    url = f"{series.street.get_absolute_url()}series/{series.pk}/edit/"
    assert "is_second" not in sign_in(world.campaign_officer).get(url).context["form"].fields


def test_units_lead_in_turn_whatever_a_holiday_does(world: World) -> None:
    third = base.unit(world.ward, "Chi bộ 9", branch="party", slug="chi-bo-9")
    series = make.series(make.street(world), first_on=make.days(1), weekdays=[make.days(1).weekday()])
    series.plan(campaign=world.campaign, by=None, turns=[world.cell, world.other_cell, third])
    rows = list(series.cleanups.order_by("original_on"))
    assert [row.leader for row in rows[:4]] == [world.cell, world.other_cell, third, world.cell]
    rows[1].cancel(by=None, reason="Mưa to")
    series.generate(make.days(60))
    later = list(series.cleanups.order_by("original_on"))
    assert [row.leader for row in later[:5]] == [world.cell, world.other_cell, third, world.cell, world.other_cell]
    series.edit(campaign=world.campaign, by=None, turns=[third, world.cell])
    untouched = series.cleanups.under_rule().order_by("original_on").first()
    assert untouched.leader in (third, world.cell)


def test_two_clean_ups_of_one_day_have_their_own_pages(world: World, sign_in: Callable) -> None:
    street = make.street(world)
    for part in (1, 2):
        series = make.series(street, part=part, weekdays=[make.days(2).weekday()], first_on=make.days(2))
        series.plan(campaign=world.campaign, by=None)
    rows = list(street.cleanups.filter(on=make.days(2)).order_by("part"))
    assert [row.part for row in rows] == [1, 2]
    assert rows[1].get_absolute_url().endswith(f"{make.days(2)}-2/")
    pages = [sign_in(world.head).get(row.get_absolute_url()) for row in rows]
    assert [page.context["cleanup"].pk for page in pages] == [row.pk for row in rows]


def test_turns_are_chosen_with_the_schedule(world: World, sign_in: Callable) -> None:
    street = make.street(world)
    data = {"weekdays": ["5"], "every": "1", "starts_at": "7h", "minutes": "90", "policy": "ask"}
    data |= {"first_on": f"{make.days(1):%d/%m/%Y}", "turns": [world.cell.pk, world.other_cell.pk]}
    client, url = sign_in(world.campaign_officer), f"{street.get_absolute_url()}series/new/"
    asked = client.post(url, data).context["form"]  # shows its first days and asks once
    assert client.post(url, data | {"keep": asked.fields["keep"].choices[0][0]}).status_code == 302, asked.errors
    assert {turn.unit for turn in street.series.get().turns.all()} == {world.cell, world.other_cell}


def test_who_answers_for_several_units_is_told_of_the_earlier_answer(world: World, sign_in: Callable) -> None:
    cleanup = make.cleanup(make.street(world), make.days(3))
    reply(cleanup, by=world.head, unit=world.cell, people=18)
    officer, typed = sign_in(world.campaign_officer), {"unit": world.cell.pk, "people": "5"}
    asked = officer.post(cleanup.url_of("reply"), typed)
    form = asked.context["form"]
    assert form.errors["people"] == [f"{world.cell} đã báo trước: 18 người đến."]
    assert CleanupReply.objects.get(cleanup=cleanup).people == 18
    token = form.fields["keep"].choices[0][0]
    assert officer.post(cleanup.url_of("reply"), typed | {"keep": token}).status_code == 302
    assert CleanupReply.objects.get(cleanup=cleanup).people == 5
    assert officer.post(cleanup.url_of("reply"), typed).status_code == 302, "the same again is no question"
