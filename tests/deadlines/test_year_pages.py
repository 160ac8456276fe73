import datetime
from typing import Any

from core.models import today
from deadlines.choices import DayKind
from deadlines.models import CalendarDay, CalendarYear
from tests.deadlines import factories as make
from tests.query_baseline import QueryBaseline
from tests.world import World


def test_the_year_and_the_list_need_few_queries(world: World, sign_in: object, query_baseline: QueryBaseline) -> None:
    CalendarYear.propose(world.ward, today().year, by=None)
    client = sign_in(world.campaign_officer)
    client.get("/days-off/")
    query_baseline.check("year_list", client, "/days-off/")
    client.get("/deadline-rules/")
    query_baseline.check("rule_list", client, "/deadline-rules/")
    query_baseline.check("year_detail", client, f"/days-off/{today().year}/")


def test_more_days_and_years_cost_no_more_queries(world: World, sign_in: object, query_baseline: QueryBaseline) -> None:
    make.calendar_year(world.ward)
    client = sign_in(world.campaign_officer)

    def add_days() -> None:
        for n in range(10):
            make.day_off(world.ward, datetime.date(today().year, 3, 1 + n))

    def add_years() -> None:
        for n in range(10):
            make.calendar_year(world.ward, 2040 + n)

    query_baseline.assert_flat(client, f"/days-off/{today().year}/", add_days)
    query_baseline.assert_flat(client, "/days-off/", add_years)
    assert CalendarDay.objects.count() == 10


def test_a_field_learns_which_days_of_a_year_look_different(world: World, sign_in: Any) -> None:
    make.day_off(world.ward, datetime.date(2027, 2, 6), name="Mùng 1 Tết", kind=DayKind.TET)
    make.day_off(world.ward, datetime.date(2027, 2, 13), name="Làm bù", kind=DayKind.SWAP_WORKING)
    make.day_off(world.ward, datetime.date(2027, 4, 16), name="Giỗ Tổ")
    client = sign_in(world.field_member)
    assert client.get("/days-off/days.json", {"of": "2027"}).json() == {
        "2027-02-06": ["tet", "Mùng 1 Tết"],
        "2027-02-13": ["worked", "Làm bù"],
        "2027-04-16": ["off", "Giỗ Tổ"],
    }
    assert client.get("/days-off/days.json", {"of": "2028"}).json() == {}
    for odd in ("1999", "2101", "20270", "x", "-5", "٢٠٢٧"):
        assert client.get("/days-off/days.json", {"of": odd}).status_code == 404, odd
