"""A person's calendar for the phone: what the page "My own" shows, at an address nobody can guess or read again."""

import datetime
import re
from typing import Any

import icalendar
import pytest
import recurring_ical_events
import vobject
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from core.models import today
from reports import calendar, feeds
from reports.models import CalendarFeed
from tests import factories as make
from tests.beautification import factories as cleaning
from tests.clearance import factories as clearance
from tests.publicity import factories as publicity
from tests.query_baseline import QueryBaseline
from tests.world import World

Found = set[tuple[str, datetime.date]]


def days(offset: int) -> datetime.date:
    return today() + datetime.timedelta(days=offset)


def address(world: World, person: Any) -> str:
    return f"/p/{world.ward.slug}/calendars/{CalendarFeed.begin(by=person, ward=world.ward)}.ics"


@pytest.fixture
def busy(world: World) -> World:
    """One of each that a calendar shows, for the head of the cell."""
    scene = clearance.scene(world)
    clearance.visit(scene["of_cell"][0], world.campaign, world.cell, follow_up_on=days(4))
    make.task(world.campaign, world.cell, title="Nộp báo cáo; kèm ảnh, nếu có", due_on=days(3))
    street = cleaning.street(world)
    cleaning.cleanup(street, days(5), starts_at=datetime.time(7))
    cleaning.cleanup(street, days(6), starts_at=datetime.time(7)).cancel(by=None, reason="Mưa")
    publicity.airing(publicity.broadcast(world.campaign), timezone.now() + datetime.timedelta(days=2))
    return world


def by_icalendar(made: bytes) -> Found:
    first, last = today() - feeds.BACK, today() + feeds.AHEAD
    found = recurring_ical_events.of(icalendar.Calendar.from_ical(made)).between(first, last)
    return {(str(event["SUMMARY"]), _day(event.start)) for event in found}


def by_vobject(made: bytes) -> Found:
    return {(event.summary.value, _day(event.dtstart.value)) for event in vobject.readOne(made.decode()).vevent_list}


def _day(moment: Any) -> datetime.date:
    return timezone.localtime(moment).date() if isinstance(moment, datetime.datetime) else moment


def test_two_readers_find_in_it_what_the_page_shows(busy: World) -> None:
    made = Client().get(address(busy, busy.head)).content
    items = calendar.own(busy.head, busy.campaign, today() - feeds.BACK, today() + feeds.AHEAD)
    shown = {(f"Đã hủy: {item.title}" if item.is_cancelled else item.title, item.due_on) for item in items}
    assert len(shown) >= 5
    assert by_icalendar(made) == by_vobject(made) == shown


def test_every_item_of_the_agenda_says_what_it_is_about(busy: World) -> None:
    for person in busy.people.values():
        items = calendar.own(person, busy.campaign, days(-30), days(365))
        assert all(item.subject is not None for item in items)
        told = [(type(item.subject), item.subject.pk, item.kind) for item in items]
        assert len(told) == len(set(told)), "two events would share their UID"


def test_a_household_stands_in_it_by_number_alone(busy: World) -> None:
    made = Client().get(address(busy, busy.head)).content.decode().replace("\r\n ", "")
    assert "Hẹn gặp hộ số" in made
    assert not [name for name in clearance.NAMES if name in made]
    assert "Ngõ" not in made


def test_what_changes_keeps_its_uid_and_raises_its_sequence(world: World) -> None:
    task = make.task(world.campaign, world.cell, due_on=days(3))
    asked = address(world, world.head)
    [before] = icalendar.Calendar.from_ical(Client().get(asked).content).walk("VEVENT")
    type(task).objects.filter(pk=task.pk).update(due_on=days(9))
    [after] = icalendar.Calendar.from_ical(Client().get(asked).content).walk("VEVENT")
    assert after["UID"] == before["UID"]
    assert (before.start, after.start) == (days(3), days(9))
    assert int(after["SEQUENCE"]) > int(before["SEQUENCE"])
    assert after["DTSTAMP"].dt >= before["DTSTAMP"].dt


def test_the_same_is_not_sent_twice(busy: World) -> None:
    asked = address(busy, busy.head)
    first = Client().get(asked)
    assert first["Cache-Control"] == "private, no-cache"
    assert Client().get(asked, headers={"If-None-Match": first["ETag"]}).status_code == 304
    make.task(busy.campaign, busy.cell, due_on=days(1))
    assert Client().get(asked, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_an_address_is_told_once_and_kept_as_a_hash(world: World, sign_in: Any) -> None:
    client = sign_in(world.head)
    assert "Tạo địa chỉ" in client.get("/calendar/phone/").content.decode()
    page = client.post("/calendar/phone/").content.decode()
    [told] = set(re.findall(r"/p/song-hong/calendars/([\w-]{43})\.ics", page))
    feed = CalendarFeed.objects.get()
    assert told not in feed.secret_hash
    assert Client().get(f"/p/song-hong/calendars/{told}.ics").status_code == 200
    assert Client().get(f"/p/song-hong/calendars/{feed.secret_hash}.ics").status_code == 404
    again = client.get("/calendar/phone/").content.decode()
    assert told not in again
    assert "Kết thúc địa chỉ" in again


def test_a_new_address_and_the_end_make_the_old_one_lead_nowhere(world: World, sign_in: Any) -> None:
    first, second = address(world, world.head), address(world, world.head)
    assert [Client().get(one).status_code for one in (first, second)] == [404, 200]
    sign_in(world.neighbour).post("/calendar/phone/end/")
    assert Client().get(second).status_code == 200, "nobody ends another's"
    sign_in(world.head).post("/calendar/phone/end/")
    assert Client().get(second).status_code == 404


def test_the_rights_of_today_count_and_who_left_reads_nothing(busy: World) -> None:
    asked = address(busy, busy.head)
    assert b"VEVENT" in Client().get(asked).content
    assert Client().get(asked.replace(busy.ward.slug, busy.other_ward.slug)).status_code == 404
    busy.head.memberships.update(valid_from=days(-9), valid_to=days(-1))
    assert Client().get(asked).status_code == 404
    asked = address(busy, busy.neighbour)
    type(busy.neighbour).objects.filter(pk=busy.neighbour.pk).update(is_active=False)
    assert Client().get(asked).status_code == 404


def test_guessing_is_slowed_down(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.ical.MOST_ASKED", 2)
    cache.clear()
    guesses = [Client().get(f"/p/{world.ward.slug}/calendars/{n}.ics").status_code for n in range(3)]
    assert guesses == [404, 404, 429]


def test_the_database_holds_one_live_address_a_person_and_no_plain_one(world: World) -> None:
    CalendarFeed.begin(by=world.head, ward=world.ward)
    row = {"ward": world.ward, "user": world.head}
    for secret in ("geheim", CalendarFeed.hashed("x")):
        with pytest.raises(IntegrityError), transaction.atomic():
            CalendarFeed(**row, secret_hash=secret).save()


def test_it_costs_the_same_with_more_in_it(busy: World, query_baseline: QueryBaseline) -> None:
    asked = address(busy, busy.head)
    query_baseline.check("public_calendar", Client(), asked)
    query_baseline.assert_flat(
        Client(), asked, lambda: [make.task(busy.campaign, busy.cell, due_on=days(2)) for _n in range(10)]
    )
