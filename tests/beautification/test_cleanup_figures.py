"""What is reported about clean-ups, what stands in the agenda, and who is reminded."""

import datetime

import pytest

from accounts.access import Permission
from accounts.seats import Seats
from beautification.choices import CleanupState, Exactness, HolidayDecision
from beautification.models import Cleanup
from beautification.reminders import people_of
from core import agenda
from core.figures import FigureValue, Scope, get_figure
from core.models import today
from notifications.engine import dispatch, sender
from notifications.models import Message, ReminderRule
from notifications.registry import all_sources
from tests import factories as base
from tests.beautification import factories as make
from tests.world import World

DAY = datetime.date


def read(world: World, key: str, on: datetime.date | None = None, **scope: object) -> FigureValue:
    return get_figure(key).value(Scope(world.ward, world.campaign, **scope), on or today())


# ---- figures -------------------------------------------------------------------------------------------
def test_the_latest_turnout_is_that_of_the_last_closed_session(world: World) -> None:
    street = make.street(world)
    make.done(street, make.days(-14), 80)
    last = make.done(street, make.days(-7), 60)
    make.correct(last, world.campaign_officer)
    make.turnout(last, 31, world.cell, exactness=Exactness.NEARLY, source="paper")
    last.close(by=world.campaign_officer)
    make.cleanup(street, make.days(-1), state=CleanupState.OPEN)
    value = read(world, "beautification.turnout.latest")
    assert (value.value, value.as_of, value.exactness) == (91, last.on, "nearly")
    assert sum(row.count for row in value.rows) == 91
    assert get_figure("beautification.turnout.latest").as_json(value) == {"value": 91, "kind": "nearly"}
    before = read(world, "beautification.turnout.latest", make.days(-8))
    assert (before.value, before.exactness) == (80, "exact")


def test_without_a_closed_session_there_is_no_number(world: World) -> None:
    make.cleanup(make.street(world), make.days(-1))
    assert read(world, "beautification.turnout.latest").value is None
    assert read(world, "beautification.cleanups").value == 0
    assert read(world, "beautification.turnout.weeks").value is None


def test_a_year_without_streets_has_no_number_of_clean_ups(world: World) -> None:
    assert read(world, "beautification.cleanups").value is None


def test_nearly_a_hundred_on_the_ninth_of_april_2022(world: World) -> None:
    year = base.campaign(world.ward, year=2022, opens_on=DAY(2022, 1, 1), closes_on=DAY(2022, 12, 31), state="draft")
    street = make.street(world, campaign=year, name="Phố Trạm")
    make.done(street, DAY(2022, 4, 9), 100, exactness=Exactness.NEARLY, source="estimate")
    scope = Scope(world.ward, year)
    figure = get_figure("beautification.turnout.latest")
    value = figure.value(scope, DAY(2022, 4, 12))
    assert (value.value, value.exactness, value.as_of) == (100, "nearly", DAY(2022, 4, 9))
    assert figure.value(scope, DAY(2022, 4, 8)).value is None
    assert read(world, "beautification.turnout.latest").value is None, "another year"


def test_a_correction_today_leaves_yesterday_as_it_was(world: World) -> None:
    row = make.done(make.street(world), make.days(-7), 60)
    row.reopen(by=world.campaign_officer, reason="Đếm thiếu")
    assert read(world, "beautification.cleanups", make.days(-1)).value == 1
    assert read(world, "beautification.cleanups").value == 0


def test_the_address_of_a_figure_opens_a_list_of_that_length(world: World, sign_in: object) -> None:
    street, other = make.street(world), make.street(world, lead_unit=world.other_cell)
    for n in (21, 14, 7):
        make.done(street, make.days(-n))
    make.done(other, make.days(-7))
    make.cleanup(street, make.days(-1))
    client = sign_in(world.campaign_officer)
    for on, unit, expected in ((today(), None, 4), (make.days(-10), None, 2), (today(), world.cell, 3)):
        value = read(world, "beautification.cleanups", on, unit=unit)
        assert value.value == expected == len(value.rows)
        assert client.get(value.url).context["page"].paginator.count == expected
    latest = read(world, "beautification.turnout.latest")
    assert client.get(latest.url).status_code == 200


def test_the_last_six_weeks_are_parts_in_order(world: World) -> None:
    street = make.street(world)
    for n in range(8):
        make.done(street, make.days(-7 * (n + 1)), 50 + n)
    value = read(world, "beautification.turnout.weeks")
    assert [part.value for part in value.parts.values()] == [55, 54, 53, 52, 51, 50]
    assert (value.value, value.exactness) == (sum(part.value for part in value.parts.values()), "exact")
    make.done(street, make.days(-1), 100, exactness=Exactness.NEARLY, source="estimate")
    assert read(world, "beautification.turnout.weeks").exactness == "nearly"


# ---- agenda --------------------------------------------------------------------------------------------
def asked(world: World, person: object, unit: object = None) -> list[agenda.Item]:
    span = {"start": today(), "end": make.days(20), "today": today()}
    return agenda.items(agenda.Ask(user=person, campaign=world.campaign, unit=unit, **span))


def test_the_agenda_has_what_comes_what_is_to_close_and_what_to_decide(world: World) -> None:
    street = make.street(world)
    coming = make.cleanup(street, make.days(5))
    late = make.cleanup(street, make.days(-2))
    holiday = make.cleanup(street, make.days(12), holiday_decision=HolidayDecision.NEEDED, reason="Nghỉ lễ")
    make.cleanup(street, make.days(-9), state=CleanupState.CANCELLED, reason="Mưa")
    officer = {item.url: item for item in asked(world, world.campaign_officer)}
    assert set(officer) == {row.get_absolute_url() for row in (coming, late, holiday)}
    assert officer[coming.get_absolute_url()].kind == "event"
    assert officer[late.get_absolute_url()].is_overdue(today())
    assert officer[holiday.get_absolute_url()].action_url == holiday.url_of("decide")
    head = {item.url for item in asked(world, world.head, world.cell)}
    assert head == {coming.get_absolute_url(), late.get_absolute_url()}
    assert asked(world, world.neighbour, world.other_cell) == []


def test_one_tap_of_the_list_of_work_opens_a_clean_up(world: World, sign_in: object) -> None:
    cleanup = make.cleanup(make.street(world))
    client = sign_in(world.head)  # type: ignore[operator]
    page = client.get(f"/units/{world.cell.slug}/").content.decode()
    assert f'<form method="post" action="{cleanup.url_of("open")}"><input' in page
    assert client.post(cleanup.url_of("open")).status_code == 302
    cleanup.refresh_from_db()
    assert cleanup.state == CleanupState.OPEN
    (item,) = asked(world, world.head, world.cell)
    assert (item.action_url, item.action_posts) == (cleanup.url_of("close"), False)


def test_a_holiday_is_flagged_two_weeks_ahead_not_earlier(world: World) -> None:
    street = make.street(world)
    make.cleanup(street, make.days(15), holiday_decision=HolidayDecision.NEEDED, reason="Nghỉ lễ")
    assert asked(world, world.campaign_officer) == []


# ---- reminders -----------------------------------------------------------------------------------------
def targets(world: World, code: str = "beautification.cleanup.coming") -> set[int]:
    rule = ReminderRule(ward=world.ward, code="buoi", source=code, anchor="on", local_time=datetime.time(18))
    return {target.subject.pk for target in all_sources()[code].targets(rule, make.days(-30), make.days(30))}


def test_only_decided_clean_ups_of_open_years_are_reminded_of(world: World) -> None:
    street = make.street(world)
    coming = make.cleanup(street, make.days(5))
    moved = make.cleanup(street, make.days(6), state=CleanupState.POSTPONED, reason="Mưa")
    make.cleanup(street, make.days(7), holiday_decision=HolidayDecision.NEEDED, reason="Nghỉ lễ")
    make.cleanup(street, make.days(8), state=CleanupState.CANCELLED, reason="Mưa")
    assert targets(world) == {coming.pk, moved.pk}
    assert targets(world, "beautification.cleanup.unclosed") == {coming.pk, moved.pk}
    world.campaign.close(by=None)
    assert targets(world) == set()


def test_the_people_of_the_street_are_told(world: World) -> None:
    cleanup = make.cleanup(make.street(world, groups=(world.team,)), make.days(5))
    assert set(people_of(cleanup, Seats(world.ward.pk))) == {world.head, world.field_member}
    assert set(Seats(world.ward.pk).in_ward(Permission.STREET_MANAGE)) == {world.campaign_officer}


def test_still_due_only_while_the_day_stands(world: World) -> None:
    source = all_sources()["beautification.cleanup.coming"]
    rule = ReminderRule(ward=world.ward, code="buoi", source=source.code, anchor="on", local_time=datetime.time(18))
    cleanup = make.cleanup(make.street(world), make.days(5))
    (target,) = source.targets(rule, today(), make.days(9))
    assert source.still_due(target)
    cleanup.cancel(by=world.head, reason="Mưa to")
    target.subject.refresh_from_db()
    assert not source.still_due(target)


@pytest.mark.parametrize("verb", ["cancel", "postpone"])
def test_a_moved_or_cancelled_clean_up_is_told_to_the_people_but_not_to_who_did_it(world: World, verb: str) -> None:
    cleanup = make.cleanup(make.street(world, groups=(world.team,)), make.days(5))
    day = {"day": make.days(8)} if verb == "postpone" else {}
    getattr(cleanup, verb)(by=world.head, reason="Mưa to", **day)
    dispatch.run()
    assert set(Message.objects.values_list("user", flat=True)) == {world.field_member.pk}


def test_of_a_clean_up_that_is_moved_twice_only_the_last_day_is_sent(world: World) -> None:
    cleanup = make.cleanup(make.street(world, groups=(world.team,)), make.days(5))
    for day in (8, 9):
        cleanup.postpone(by=world.head, reason="Mưa to", day=make.days(day))
    dispatch.run()
    sender.run()
    sent = Message.objects.filter(state="sent", channel="in_app", user=world.field_member)
    assert [f"{make.days(9):%d/%m}" in message.line for message in sent] == [True]


def test_a_holiday_is_told_to_the_officer_only(world: World) -> None:
    street = make.street(world, groups=(world.team,))
    row = Cleanup(ward=world.ward, street=street, on=make.days(10))
    row.plan(by=None)  # no calendar of this year in this test
    assert row.needs_decision
    dispatch.run()
    assert set(Message.objects.values_list("user", flat=True)) == {world.campaign_officer.pk}
