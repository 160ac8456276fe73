import datetime

from core.models import today
from deadlines.models import CalendarDay, CalendarYear
from tests.deadlines import factories as make
from tests.query_baseline import QueryBaseline
from tests.world import World


def test_the_year_and_the_list_need_few_queries(world: World, sign_in: object, query_baseline: QueryBaseline) -> None:
    CalendarYear.propose(world.ward, today().year, by=None)
    client = sign_in(world.campaign_officer)
    client.get("/days-off/")
    query_baseline.check("year_list", client, "/days-off/")
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
