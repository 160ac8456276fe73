"""The calendar: the agenda by days, on the ward's own days off."""

import datetime
from typing import Any

from beautification.choices import CleanupState
from core.agenda import Ask, items
from core.models import today
from deadlines.choices import DayKind
from reports import calendar
from reports.calendar import Sheet
from tests import factories as make
from tests.beautification import factories as cleaning
from tests.clearance import factories as clearance
from tests.deadlines import factories as calendars
from tests.query_baseline import QueryBaseline
from tests.world import World

DAY = datetime.date


def days(offset: int) -> DAY:
    return today() + datetime.timedelta(days=offset)


def shown(page: Any, day: DAY) -> list[str]:
    return [item.title for one in page.context["days"] if one.on == day for item in one.items]


def test_a_month_spans_whole_weeks_and_leads_to_its_neighbours() -> None:
    sheet = Sheet("month", DAY(2027, 2, 6))
    assert sheet.grid == (DAY(2027, 2, 1), DAY(2027, 2, 28))
    assert Sheet("month", DAY(2026, 11, 29)).grid == (DAY(2026, 10, 26), DAY(2026, 12, 6))
    assert (sheet.beside(-1), sheet.beside(1)) == (DAY(2027, 1, 1), DAY(2027, 3, 1))
    assert Sheet("week", DAY(2027, 1, 1)).grid == (DAY(2026, 12, 28), DAY(2027, 1, 3))
    assert Sheet("year", DAY(2028, 2, 29)).grid == (DAY(2028, 1, 1), DAY(2028, 12, 31))
    assert Sheet("month", DAY(1900, 1, 5)).beside(-1) is None


def test_it_shows_what_took_place_what_was_cancelled_and_what_comes(world: World, sign_in: Any) -> None:
    street = cleaning.street(world)
    cleaning.done(street, days(-2))
    cleaning.cleanup(street, days(1), state=CleanupState.CANCELLED, reason="Mưa")
    cleaning.cleanup(street, days(2))
    title = f"Tổng vệ sinh {street}"
    client = sign_in(world.head)
    for offset, is_cancelled in ((-2, False), (1, True), (2, False)):
        page = client.get("/calendar/", {"day": days(offset).isoformat(), "view": "week"})
        [item] = [i for one in page.context["days"] if one.on == days(offset) for i in one.items if i.kind == "event"]
        assert (item.title, item.is_cancelled) == (title, is_cancelled)
    coming = items(Ask(world.head, world.campaign, days(-3), days(3), today()))
    assert [item.due_on for item in coming if item.title == title] == [days(2)], "other pages show what comes"


def test_ones_own_calendar_holds_ones_own_work_and_the_wards_holds_all(world: World, sign_in: Any) -> None:
    due = days(3)
    make.task(world.campaign, world.cell, title="Việc của chi bộ 7", due_on=due)
    make.task(world.campaign, world.other_cell, title="Việc của chi bộ 8", due_on=due)
    asked = {"day": due.isoformat()}
    assert shown(sign_in(world.head).get("/calendar/", asked), due) == ["Việc của chi bộ 7"]
    officer = sign_in(world.leadership)
    assert shown(officer.get("/calendar/", asked), due) == []
    assert len(shown(officer.get("/calendar/", asked | {"of": "ward"}), due)) == 2
    of_cell = officer.get("/calendar/", asked | {"unit": world.other_cell.slug})
    assert shown(of_cell, due) == ["Việc của chi bộ 8"]
    assert "Chi bộ 8" in of_cell.content.decode()


def test_it_is_narrowed_by_unit_and_by_what_it_is_about(world: World, sign_in: Any) -> None:
    due, street = days(3), cleaning.street(world)
    make.task(world.campaign, world.cell, title="Việc của chi bộ 7", due_on=due)
    make.task(world.campaign, world.other_cell, title="Việc của chi bộ 8", due_on=due)
    cleaning.cleanup(street, due)
    asked, officer = {"day": due.isoformat(), "of": "ward"}, sign_in(world.leadership)
    assert len(shown(officer.get("/calendar/", asked), due)) == 3
    assert shown(officer.get("/calendar/", asked | {"about": "beautification"}), due) == [f"Tổng vệ sinh {street}"]
    page = officer.get("/calendar/", asked | {"about": "task", "unit": world.cell.slug})
    assert shown(page, due) == ["Việc của chi bộ 7"]
    assert page.content.decode().count("about=task") >= 5, "its links go on narrowed"
    assert "không có giá trị" in officer.get("/calendar/", asked | {"about": "x"}).content.decode()
    assert 'name="unit"' not in sign_in(world.head).get("/calendar/").content.decode()


def test_every_item_is_about_something_that_can_be_asked_for(world: World) -> None:
    clearance.scene(world)
    make.task(world.campaign, world.cell, due_on=days(1))
    found = calendar.of_ward(world.leadership, world.campaign, days(-30), days(60))
    assert found
    assert "other" not in {calendar.about(item) for item in found}


def test_a_foreign_unit_and_the_ward_are_for_those_who_follow_it(world: World, sign_in: Any) -> None:
    client = sign_in(world.head)
    assert client.get("/calendar/", {"unit": world.cell.slug}).status_code == 200
    assert client.get("/calendar/", {"unit": world.other_cell.slug}).status_code == 403
    assert client.get("/calendar/", {"of": "ward"}).status_code == 403
    assert sign_in(world.field_member).get("/calendar/", {"unit": world.team.slug}).status_code == 200
    for odd in ({"view": "decade"}, {"day": "31/02"}, {"unit": "khong-co"}):
        assert client.get("/calendar/", odd).status_code == 404, odd


def test_days_off_stand_in_it_by_kind_and_name(world: World, sign_in: Any) -> None:
    first = today().replace(day=1)
    kinds = (DayKind.TET, DayKind.HOLIDAY, DayKind.LOCAL_OFF)
    for n, kind in enumerate(kinds):
        calendars.day_off(world.ward, first + datetime.timedelta(days=n), name=f"Nghỉ {n}", kind=kind)
    saturday = next(d for n in range(3, 12) if (d := first + datetime.timedelta(days=n)).weekday() == 5)
    calendars.day_off(world.ward, saturday, name="Làm bù", kind=DayKind.SWAP_WORKING)
    for view in ("month", "year"):
        page = sign_in(world.head).get("/calendar/", {"view": view, "day": first.isoformat()})
        kind_of = {one.on: (one.kind, one.name) for one in page.context["days"]}
        found = [kind_of[first + datetime.timedelta(days=n)] for n in range(3)]
        assert found == [("tet", "Nghỉ 0"), ("off", "Nghỉ 1"), ("off", "Nghỉ 2")]
        assert kind_of[saturday] == ("worked", "Làm bù")
        assert "Nghỉ 0" in page.content.decode()


def test_a_square_with_many_items_says_how_many_more_there_are(world: World, sign_in: Any) -> None:
    for _n in range(calendar.SHOWN + 3):
        make.task(world.campaign, world.cell, due_on=days(1))
    page = sign_in(world.head).get("/calendar/", {"day": days(1).isoformat()})
    [day] = [one for one in page.context["days"] if one.on == days(1)]
    assert (len(day.first), day.more) == (calendar.SHOWN, 3)
    assert "3 việc nữa" in page.content.decode()


def test_what_is_overdue_from_before_the_page_is_told_on_the_page_of_today(world: World, sign_in: Any) -> None:
    make.task(world.campaign, world.cell, title="Việc cũ", due_on=days(-60))
    client = sign_in(world.head)
    page = client.get("/calendar/", {"day": today().isoformat()})
    assert [item.title for item in page.context["overdue"]] == ["Việc cũ"]
    assert "1 việc quá hạn từ trước" in page.content.decode()
    assert client.get("/calendar/", {"day": days(70).isoformat()}).context["overdue"] == []


def test_the_calendar_costs_the_same_with_more_in_it(world: World, sign_in: Any, query_baseline: QueryBaseline) -> None:
    client = sign_in(world.head)
    make.task(world.campaign, world.cell, due_on=days(1))
    client.get("/calendar/")
    query_baseline.check("calendar", client, "/calendar/")
    query_baseline.assert_flat(
        client, "/calendar/", lambda: [make.task(world.campaign, world.cell, due_on=days(2)) for _n in range(10)]
    )
