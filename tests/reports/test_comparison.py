"""Each figure of a period beside the last one and the same one a year ago, with no data apart from 0."""

import datetime
import re
from collections.abc import Callable
from html import unescape

import pytest
from django.urls import reverse

from core.figures import FigureValue, Scope, all_figures
from core.models import today
from core.periods import span_of
from reports.comparison import lines, periods, told
from tests import factories as make
from tests.models_registry import factories as registry
from tests.reports.test_report_periods import YEAR, two_years
from tests.world import World

pytestmark = pytest.mark.django_db
D = datetime.date
KEY = "campaigns.dissemination_sessions"


def test_beside_a_month_stand_the_last_one_and_the_same_of_last_year() -> None:
    spans = periods("month", D(2022, 4, 12), None)
    assert [(span.first, span.last) for span in spans] == [
        (D(2022, 4, 1), D(2022, 4, 30)),
        (D(2022, 3, 1), D(2022, 3, 31)),
        (D(2021, 4, 1), D(2021, 4, 30)),
    ]
    assert [span.last for span in periods("month", D(2024, 2, 29), None)] == [
        D(2024, 2, 29),
        D(2024, 1, 31),
        D(2023, 2, 28),
    ]
    assert periods("month", D(2022, 4, 20), 14)[2] == span_of("month", D(2021, 5, 1), 14)
    assert len(periods("year", D(2022, 4, 12), None)) == 2, "a year ago is the period before"


def test_the_page_says_the_numbers_that_were_counted_by_hand(world: World, sign_in: Callable) -> None:
    old, new = two_years(world)
    page = sign_in(world.campaign_officer).get(f"/reports/figures/periods/?year={new.year}&kind=month&on={YEAR}-01-14")
    assert page.status_code == 200
    line = next(line for line in page.context["lines"] if line.figure.key == KEY)
    this, before, year_ago = line.values
    assert this.value == 2, "01/01 and 14/01"
    assert before.value == 3, "14/12, 15/12 and 31/12"
    assert year_ago.value == 0
    page = sign_in(world.campaign_officer).get(
        f"/reports/figures/periods/?year={old.year}&kind=month&on={YEAR - 1}-01-20"
    )
    line = next(line for line in page.context["lines"] if line.figure.key == KEY)
    assert [value.value for value in line.values] == [0, None, None], "before it there was no year: no data, not 0"
    assert "chưa có số liệu" in page.content.decode()
    assert page.context["is_running"]


def test_every_number_opens_what_it_counts_and_keeps_its_period(world: World, sign_in: Callable) -> None:
    _old, new = two_years(world)
    client, opened = sign_in(world.campaign_officer), 0
    page = client.get(f"/reports/figures/periods/?year={new.year}&kind=month&on={YEAR}-01-14")
    for line in page.context["lines"]:
        for value, span in zip(line.values, page.context["spans"], strict=True):
            if not value.url or value.value is None:
                continue
            assert f'href="{value.url}"' in unescape(page.content.decode()), line.figure.key
            on = min(span.last, page.context["on"])
            assert f"on={on}" in value.url, line.figure.key
            if line.figure.is_flow:
                assert f"first={span.first}" in value.url
                listed = client.get(value.url)
                number = int(
                    re.sub(r"\D", "", re.search(r"<b(?: data-sum)?>([\d.]+)</b>", listed.content.decode()).group(1))
                )
                assert number == value.value, line.figure.key
                opened += 1
    assert opened >= 4


def test_all_figures_stand_there_with_each_part_in_its_own_line(world: World) -> None:
    part = FigureValue(2, label="Nhà A")
    columns = [{"models.registered.by_field": FigureValue(2, parts={"a": part})}, {}]
    found = list(lines(columns))
    assert {line.figure.key for line in found} == set(all_figures())
    (line,) = [line for line in found if line.part]
    assert (line.part, [value.value for value in line.values]) == ("Nhà A", [2, None])
    weeks = {str(n): FigureValue(n, label="Phố Trạm", as_of=D(2022, 4, n)) for n in (2, 9)}
    found = [
        line.part for line in lines([{"beautification.turnout.weeks": FigureValue(None, parts=weeks)}]) if line.part
    ]
    assert found == ["Phố Trạm, 02/04/2022", "Phố Trạm, 09/04/2022"], "one street on several days"
    assert told(Scope(ward=world.ward, campaign=world.campaign), span_of("month", D(1999, 1, 1)), today()) == {}


def test_a_superior_reads_sums_without_ways_to_rows(world: World, sign_in: Callable) -> None:
    make.task(world.campaign, world.cell)
    page = sign_in(world.superior_viewer).get("/reports/figures/periods/?kind=quarter")
    assert page.status_code == 200
    assert not [value.url for line in page.context["lines"] for value in line.values if value.url]


@pytest.mark.parametrize("kind", ["free", "x", "day"])
def test_an_unknown_kind_of_period_is_no_page(world: World, sign_in: Callable, kind: str) -> None:
    assert sign_in(world.campaign_officer).get(f"/reports/figures/periods/?kind={kind}").status_code == 404


@pytest.mark.parametrize("page", ["/reports/figures/", "/reports/figures/periods/"])
def test_figures_are_narrowed_by_what_they_are_about(world: World, sign_in: Callable, page: str) -> None:
    client = sign_in(world.campaign_officer)
    of_all, of_one, of_none = (client.get(f"{page}{query}") for query in ("", "?about=publicity", "?about=no-such"))
    wanted = [key for key, figure in all_figures().items() if figure.about == "publicity"]

    def keys(answer: object) -> list[str]:
        rows = answer.context.get("rows") or []
        lines = [line.figure.key for line in answer.context.get("lines") or []]
        return list(dict.fromkeys(lines or [figure.key for figure, _value in rows]))

    assert keys(of_all) == list(all_figures())
    assert keys(of_one) == wanted
    assert keys(of_none) == []
    assert "no-such" in of_none.content.decode()
    if "periods" in page:
        in_parts = {line.figure.key for _label, lines in of_all.context["parts"] for line in lines}
        assert in_parts == set(all_figures()), "no figure is in no part"
        assert [str(label) for label, _found in of_one.context["parts"]] == ["Tuyên truyền"]
        assert "about=publicity" in of_one.context["before"], "the way to the period before keeps it"
        folds = of_all.content.decode()
        assert folds.count("<details") - folds.count('<details class="dv-years') >= len(of_all.context["parts"])


def test_a_head_compares_the_own_unit_and_opens_exactly_its_rows(world: World, sign_in: Callable) -> None:
    for unit, head in ((world.cell, world.head), (world.cell, world.head), (world.other_cell, world.neighbour)):
        registry.accepted(world.campaign, unit, head, world.campaign_officer)
        task = make.task(world.campaign, unit)
        task.submit(by=head, note="Xong")
        task.accept(by=world.campaign_officer)
    own = f"/reports/figures/periods/?unit={world.cell.slug}"
    for person in (world.head, world.campaign_officer):
        client = sign_in(person)
        assert f'href="{own}' in client.get(reverse("reports:unit_dashboard", args=[world.cell.slug])).content.decode()
        page = client.get(own)
        done = next(line for line in page.context["lines"] if line.figure.key == "campaigns.tasks.done")
        assert [value.value for value in done.values] == [2, None, None]
        listed = client.get(done.values[0].url)
        assert len(listed.context["rows"]) == 2
        assert "Chi bộ 7" in listed.content.decode()
        assert all(any(value.value is not None for value in line.values) for line in page.context["lines"])
    assert sign_in(world.neighbour).get(own).status_code == 403
    assert sign_in(world.neighbour).get(done.values[0].url).status_code == 403
    assert sign_in(world.head).get(done.values[0].url.replace(f"&unit={world.cell.slug}", "")).status_code == 403
    assert sign_in(world.campaign_officer).get("/reports/figures/periods/?unit=no-such").status_code == 404
