"""The facts of the 2022 campaign, entered late with their own days and read on 12/04/2022 from a closed year."""

import datetime
from collections.abc import Callable

import pytest

from core.figures import Scope, get_figure
from models_registry.choices import SubjectType
from tests import factories
from tests.models_registry import factories as make
from tests.world import World

READ_ON = datetime.date(2022, 4, 12)
FIELDS = {"urban_beautification": 6, "land_clearance": 6, "tax_arrears": 2, "herd_reduction": 1, "environment": 1}
EXPECTED = {
    "models.registered": 16,
    "models.registered.collective": 14,
    "models.registered.individual": 2,
    "contest.sent": 2,
    "contest.in_revision": 1,
}


@pytest.fixture
def year(world: World) -> object:
    day = datetime.date(2022, 2, 20)
    campaign = factories.campaign(
        world.ward, year=2022, opens_on=datetime.date(2022, 1, 14), closes_on=datetime.date(2022, 12, 31)
    )
    subjects = iter([SubjectType.INDIVIDUAL] * 2 + [SubjectType.COLLECTIVE] * 14)
    for code, count in FIELDS.items():
        for _n in range(count):
            subject = next(subjects)
            person = "Người Thử" if subject == SubjectType.INDIVIDUAL else None
            fields = {"theme_field": make.theme_field(campaign, code, code), "subject": subject, "person_name": person}
            make.accepted(campaign, world.cell, world.head, world.leadership, day, **fields)
    contest = make.contest(campaign, world.campaign_officer)
    for last in (["approved", "sent"], ["approved", "sent"], ["revision_asked"]):
        entry = make.entry(contest, world.cell, world.head)
        for n, step in enumerate(["submitted", *last]):
            entry.take(step, by=world.campaign_officer, on=day + n * datetime.timedelta(days=10), reason="thử")
    campaign.close(by=world.leadership)
    return campaign


def test_the_figures_of_the_article_come_from_rows(world: World, year: object, sign_in: Callable) -> None:
    scope = Scope(world.ward, year)
    client = sign_in(world.leadership)
    for key, expected in EXPECTED.items():
        found = get_figure(key).value(scope, READ_ON)
        assert found.value == expected, key
        assert client.get(found.url).context["page"].paginator.count == expected, key
    fields = get_figure("models.registered.by_field")
    assert fields.as_json(fields.value(scope, READ_ON)) == FIELDS


def test_a_year_that_is_over_is_read_and_calls_nobody_late(world: World, year: object, sign_in: Callable) -> None:
    page = sign_in(world.campaign_officer).get("/models/?year=2022").content.decode()
    assert "16 mô hình đăng ký năm 2022: 14 tập thể, 2 cá nhân" in page
    assert "Quá hạn" not in page
    assert "Đăng ký mô hình</a>" not in page


def test_the_tables_of_2022_add_up_in_every_way(world: World, year: object, sign_in: Callable) -> None:
    client = sign_in(world.supervisor)
    page = client.get(f"/models/tables/sums/?year=2022&on={READ_ON}")
    check = page.context["check"]
    ways = [[part.value for part in way.parts] for way in check.ways]
    assert check.agrees
    assert check.total == 16
    assert ways == [[14, 2], [*FIELDS.values()], [16], [16]]
    for way in check.ways:
        for part in way.parts:
            assert client.get(part.url).context["page"].paginator.count == part.value
    for cell in [*page.context["total"].cells, *page.context["lines"][0].cells]:
        if cell.url:
            assert client.get(cell.url).context["page"].paginator.count == cell.value, cell.url
    listed = client.get("/models/tables/list/?year=2022")  # of a year that is over: its last day
    assert listed["Location"].endswith("?year=2022&on=2022-12-31")
