"""A street's calendar: what two programs that read it find is what the portal holds and makes, over a whole year."""

import datetime
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events
import time_machine
import vobject
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from beautification import feeds
from beautification.choices import CleanupState, HolidayPolicy
from beautification.models import Cleanup, CleanupSeries, Street
from core import ical
from deadlines.models import CalendarYear
from tests import factories as base
from tests.beautification import factories as make
from tests.world import World

DAY = datetime.date
ZONE = ZoneInfo(settings.TIME_ZONE)
NEW_YEAR, LAST = DAY(2024, 1, 1), DAY(2024, 12, 31)
MOVED, TO, CANCELLED = DAY(2024, 12, 14), DAY(2024, 12, 15), DAY(2024, 12, 21)
TET = DAY(2024, 2, 10)  # a Saturday, the first day of Tết
Found = dict[datetime.datetime, str]  # when -> state


@pytest.fixture
def year(world: World) -> Iterator[Any]:
    """The ward on the first morning of 2024, with its calendar; the traveller that moves on."""
    with time_machine.travel(datetime.datetime(2024, 1, 1, 6, tzinfo=ZONE), tick=False) as traveller:
        world.campaign.close(by=None)
        world.campaign = base.campaign(world.ward, year=2024, opens_on=NEW_YEAR, closes_on=LAST)
        CalendarYear.propose(world.ward, 2024, by=None)
        yield traveller


def saturdays(world: World, **fields: Any) -> tuple[Street, CleanupSeries]:
    street = make.street(world, extent="từ số 1 đến số 99")
    return street, make.series(street, **{"first_on": DAY(2024, 1, 2), "policy": HolidayPolicy.SKIP} | fields)


def go_to(traveller: Any, day: DAY) -> None:
    traveller.move_to(datetime.datetime.combine(day, datetime.time(6), ZONE))


def held(street: Street) -> Found:
    """What the portal says takes place, and what is called off."""
    rows = street.cleanups.exclude(holiday_decision="needed").select_related("series")
    return {
        datetime.datetime.combine(row.on, row.starts_at, ZONE): "off" if row.state == CleanupState.CANCELLED else "on"
        for row in rows
    }


def by_icalendar(made: bytes) -> Found:
    found = recurring_ical_events.of(icalendar.Calendar.from_ical(made)).between(NEW_YEAR, DAY(2025, 1, 1))
    return {event.start: "off" if event.get("STATUS") == "CANCELLED" else "on" for event in found}


def by_vobject(made: bytes) -> Found:
    """The other reader expands rules; an occurrence in place of another is put there by its RECURRENCE-ID."""
    found: Found = {}
    events = vobject.readOne(made.decode()).vevent_list
    for event in (one for one in events if not hasattr(one, "recurrence_id")):
        for moment in event.getrruleset(addRDate=True) or [event.dtstart.value]:
            found[(event.uid.value, _local(moment))] = (_local(moment), "on")
    for event in (one for one in events if hasattr(one, "recurrence_id")):
        key = (event.uid.value, _local(event.recurrence_id.value))
        assert key in found, f"{key} is no occurrence of the rule"
        found[key] = (_local(event.dtstart.value), "off" if event.status.value == "CANCELLED" else "on")
    return dict(found.values())


def _local(moment: datetime.datetime) -> datetime.datetime:
    return moment.replace(tzinfo=ZONE) if moment.tzinfo is None else moment.astimezone(ZONE)


def sequence(made: bytes) -> int:
    [number] = {event["SEQUENCE"] for event in icalendar.Calendar.from_ical(made).walk("VEVENT")}
    return int(number)


@pytest.mark.slow
def test_a_year_with_tet_a_moved_and_a_cancelled_saturday_reads_the_same_everywhere(world: World, year: Any) -> None:
    street, series = saturdays(world)
    series.generate(DAY(2024, 2, 5), by=None)
    foretold = feeds.calendar_of(street)
    for month in range(2, 13):
        go_to(year, DAY(2024, month, 1))
        series.generate(DAY(2024, month, 1) + datetime.timedelta(days=35), by=None)
    told = by_icalendar(foretold)
    assert told == held(street), "what was told on the first day of the year came so"
    assert len(told) == len(list(series.days(NEW_YEAR, LAST)))
    assert told[datetime.datetime.combine(TET, series.starts_at, ZONE)] == "off"
    row = {on: Cleanup.objects.get(street=street, original_on=on) for on in (MOVED, CANCELLED)}
    row[MOVED].postpone(by=None, reason="Bà Nguyễn Thị Mận nhờ", day=TO)
    row[CANCELLED].cancel(by=None, reason="Mưa to")
    made = feeds.calendar_of(street)
    assert by_icalendar(made) == by_vobject(made) == held(street)
    for when, state in ((MOVED, None), (TO, "on"), (CANCELLED, "off")):
        assert held(street).get(datetime.datetime.combine(when, series.starts_at, ZONE)) == state
    assert sequence(made) > sequence(foretold)
    assert "Mận" not in made.decode(), "what a person wrote as a reason may name somebody"


def test_every_second_week_on_two_days_keeps_its_weeks(world: World, year: Any) -> None:
    street, series = saturdays(world, weekdays=[1, 5], every=2, policy=HolidayPolicy.MOVE)
    series.generate(LAST, by=None)
    made = feeds.calendar_of(street)
    assert by_icalendar(made) == by_vobject(made) == held(street)
    assert any(row.is_moved for row in street.cleanups.all())


def test_a_rule_that_changes_leaves_what_was_held_where_it_was(world: World, year: Any) -> None:
    street, series = saturdays(world)
    series.generate(DAY(2024, 2, 5), by=None)
    go_to(year, DAY(2024, 2, 1))
    rule = {"rrule": "FREQ=WEEKLY;INTERVAL=1;BYDAY=SU", "starts_at": datetime.time(8)}
    series.edit(campaign=world.campaign, by=None, **rule)
    series.refresh_from_db()
    for month in range(2, 13):
        go_to(year, DAY(2024, month, 1))
        series.generate(DAY(2024, month, 1) + datetime.timedelta(days=35), by=None)
    made = feeds.calendar_of(street)
    assert by_icalendar(made) == by_vobject(made) == held(street)
    assert datetime.datetime(2024, 1, 13, 7, tzinfo=ZONE) in held(street)
    assert datetime.datetime(2024, 3, 3, 8, tzinfo=ZONE) in held(street)


def test_what_nobody_has_decided_yet_is_left_out_and_comes_with_the_decision(world: World, year: Any) -> None:
    street, series = saturdays(world, policy=HolidayPolicy.ASK)
    series.generate(DAY(2024, 3, 31), by=None)
    made = feeds.calendar_of(street)
    assert by_icalendar(made) == by_vobject(made)
    when = datetime.datetime.combine(TET, series.starts_at, ZONE)
    assert when not in by_icalendar(made)
    Cleanup.objects.get(street=street, original_on=TET).decide(by=None, decision="hold", reason="Đón Xuân")
    again = feeds.calendar_of(street)
    assert by_icalendar(again)[when] == "on"
    assert sequence(again) > sequence(made)
    assert _uids(again) == _uids(made)


def _uids(made: bytes) -> set[str]:
    return {str(event["UID"]) for event in icalendar.Calendar.from_ical(made).walk("VEVENT")}


def test_a_single_clean_up_stands_alone(world: World, year: Any) -> None:
    street = make.street(world)
    make.cleanup(street, DAY(2024, 5, 9), starts_at=datetime.time(6, 30))
    made = feeds.calendar_of(street)
    assert by_icalendar(made) == by_vobject(made) == held(street)


def test_the_file_says_zone_refresh_and_end_as_the_standard_wants(world: World, year: Any) -> None:
    street, series = saturdays(world)
    series.generate(DAY(2024, 2, 5), by=None)
    made = feeds.calendar_of(street).decode()
    lines = made.replace("\r\n ", "").split("\r\n")
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H" in lines
    assert "TZID:Asia/Ho_Chi_Minh" in lines
    assert "DTSTART;TZID=Asia/Ho_Chi_Minh:20240106T070000" in lines
    assert [line for line in lines if "UNTIL=20241228T000000Z" in line], "the last Saturday at 7, in UTC"
    assert max(len(line.encode()) for line in made.split("\r\n")) <= 75
    assert made == feeds.calendar_of(street).decode(), "the same rows give the same bytes"


@pytest.fixture
def asked(world: World) -> str:
    street, series = saturdays(world, first_on=make.days(-7))
    series.generate(make.days(30), by=None)
    return f"/p/{world.ward.slug}/streets/{street.slug}.ics"


def test_a_phone_asks_without_signing_in_and_gets_nothing_twice(asked: str, world: World) -> None:
    first = Client().get(asked)
    assert (first.status_code, first["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    again = Client().get(asked, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    Cleanup.objects.filter(street__slug=asked.split("/")[-1][:-4], state="planned").last().cancel(by=None, reason="Mưa")
    assert Client().get(asked, headers={"If-None-Match": first["ETag"]}).status_code == 200
    assert Client().get(asked.replace(world.ward.slug, world.other_ward.slug)).status_code == 404


def test_who_asks_without_end_is_told_to_wait(asked: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ical, "MOST_ASKED", 2)
    cache.clear()
    assert [Client().get(asked).status_code for _n in range(4)] == [200, 200, 429, 429]
    assert Client().get(asked)["Retry-After"] == "600"
    assert Client(REMOTE_ADDR="203.0.113.9").get(asked).status_code == 200
