"""Periods of reports: which days they cover, what they are called, and what fell into them, over a year's end too."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import override

from campaigns.choices import MeetingState
from campaigns.models import Campaign
from core.figures import Scope, all_figures
from core.models import today
from core.periods import Span, span_of
from publicity.models import Airing
from reports.models import PeriodRule, Report
from reports.narrative import ask, compose
from tests import factories as campaigns
from tests.campaigns import factories as cascade
from tests.publicity import factories as publicity
from tests.reports import factories as make
from tests.reports.test_report_edit import typed
from tests.world import World

D = datetime.date
YEAR = today().year - 2


@pytest.mark.parametrize(
    ("kind", "day", "closes", "first", "last", "words"),
    [
        ("month", D(2022, 4, 12), None, D(2022, 4, 1), D(2022, 4, 30), "tháng 4 năm 2022"),
        ("month", D(2022, 2, 3), None, D(2022, 2, 1), D(2022, 2, 28), "tháng 02 năm 2022"),
        ("month", D(2026, 12, 20), 14, D(2026, 12, 15), D(2027, 1, 14), "tháng 01 năm 2027"),
        ("month", D(2027, 1, 14), 14, D(2026, 12, 15), D(2027, 1, 14), "tháng 01 năm 2027"),
        ("month", D(2024, 2, 10), 31, D(2024, 2, 1), D(2024, 2, 29), "tháng 02 năm 2024"),
        ("quarter", D(2022, 5, 1), None, D(2022, 4, 1), D(2022, 6, 30), "quý II năm 2022"),
        ("quarter", D(2026, 12, 15), 14, D(2026, 12, 15), D(2027, 3, 14), "quý I năm 2027"),
        ("half_year", D(2022, 7, 1), None, D(2022, 7, 1), D(2022, 12, 31), "6 tháng cuối năm 2022"),
        ("half_year", D(2022, 6, 14), 14, D(2021, 12, 15), D(2022, 6, 14), "6 tháng đầu năm 2022"),
        ("year", D(2022, 12, 14), 14, D(2021, 12, 15), D(2022, 12, 14), "năm 2022"),
    ],
)
def test_a_day_lies_in_one_period_of_each_kind(
    kind: str, day: D, closes: int | None, first: D, last: D, words: str
) -> None:
    span = span_of(kind, day, closes)
    assert (span.first, span.last) == (first, last)
    assert span.before.last == first - datetime.timedelta(days=1)
    assert span.before.after == span
    with override("vi"):
        assert span.words == words


def test_days_of_ones_own_choice_are_compared_with_as_many_before() -> None:
    span = Span("free", D(2026, 12, 15), D(2027, 1, 14))
    assert span.before == Span("free", D(2026, 11, 14), D(2026, 12, 14))
    with override("vi"):
        assert span.words == "từ ngày 15/12/2026 đến ngày 14/01/2027"


def two_years(world: World) -> tuple[Campaign, Campaign]:
    """The year before and the year of the report, both with sessions and airings around the turn of the year."""
    old, new = (
        campaigns.campaign(world.ward, year=year, opens_on=D(year, 1, 1), closes_on=D(year, 12, 31))
        for year in (YEAR - 1, YEAR)
    )
    for campaign, days in [
        (old, [D(YEAR - 1, 12, 14), D(YEAR - 1, 12, 15), D(YEAR - 1, 12, 31)]),
        (new, [D(YEAR, 1, 1), D(YEAR, 1, 14), D(YEAR, 1, 15)]),
    ]:
        script = publicity.broadcast(campaign)
        for day in days:
            cascade.meeting(campaign, held_on=day, state=MeetingState.HELD)
            at = timezone.make_aware(datetime.datetime.combine(day, datetime.time(17)))
            Airing.objects.create(ward=world.ward, broadcast=script, at=at, minutes=5, state="aired")
    return old, new


def over_new_year(world: World, new: Campaign) -> Report:
    days = {"first_on": D(YEAR - 1, 12, 15), "on": D(YEAR, 1, 14)}
    return make.report(world, campaign=new, kind="month", **days)


def test_a_report_over_the_years_end_agrees_with_rows_counted_by_hand(world: World, sign_in: Callable) -> None:
    _old, new = two_years(world)
    PeriodRule.objects.create(ward=world.ward, closes_on=14, valid_from=D(2020, 1, 1), source="Quy định thử")
    report = over_new_year(world, new)
    scope = Scope(ward=world.ward, campaign=new)
    # by hand: 15/12, 31/12, 01/01, 14/01; of 14/12 and 15/01 nothing
    assert ask("campaigns.dissemination_sessions", scope, report.on, report.span).value == 4
    assert ask("publicity.broadcasts", scope, report.on, report.span).value == 4
    assert ask("publicity.minutes", scope, report.on, report.span).value == 20
    page = sign_in(world.campaign_officer).get(report.get_absolute_url())
    runs = [run for part in page.context["paper"].paragraphs for run in part.runs]
    said = "".join(run.text for run in runs)
    assert "04 buổi (kỳ trước: 01)" in said
    assert f"14/01/{YEAR} (kỳ báo cáo từ ngày 15/12/{YEAR - 1})" in said
    run = next(run for run in runs if run.figure == "publicity.broadcasts")
    listed = sign_in(world.campaign_officer).get(run.href)
    days = {timezone.localtime(row.at).date() for row in listed.context["rows"]}
    assert days == {D(YEAR - 1, 12, 15), D(YEAR - 1, 12, 31), D(YEAR, 1, 1), D(YEAR, 1, 14)}


def test_every_flow_of_a_period_opens_a_list_of_its_length(world: World, sign_in: Callable) -> None:
    _old, new = two_years(world)
    report = over_new_year(world, new)
    scope = Scope(ward=world.ward, campaign=new, user=world.campaign_officer)
    client, opened = sign_in(world.campaign_officer), []
    for key, figure in all_figures().items():
        if not figure.is_flow:
            continue
        value = ask(key, scope, report.on, report.span)
        for part in (value.parts or {"": value}).values():
            if part.url:
                listed = client.get(part.url).context["rows"].paginator.total
                assert listed == len(part.rows or []), key
                opened.append(key)
    assert {"publicity.broadcasts", "publicity.minutes", "campaigns.dissemination_sessions"} <= set(opened)


@pytest.mark.parametrize(
    "address",
    [
        "campaigns.tasks/?first=2022-01-01&on=2022-02-01",
        "nothing/?first=2022-01-01&on=2022-02-01",
        "publicity.broadcasts/?on=2022-02-01",
        "publicity.broadcasts/?first=2022-03-01&on=2022-02-01",
        "publicity.outputs/?first=2022-01-01&on=2022-02-01&part=nothing",
    ],
)
def test_an_address_that_names_no_flow_or_no_days_finds_nothing(world: World, sign_in: Callable, address: str) -> None:
    assert sign_in(world.campaign_officer).get(f"/reports/figures/{address}").status_code == 404


def test_what_is_entered_later_about_the_period_is_not_in_what_was_known(world: World) -> None:
    _old, new = two_years(world)
    report = over_new_year(world, new)
    report.known_on = today() - datetime.timedelta(days=1)
    scope = Scope(ward=world.ward, campaign=new)
    words = "".join(run.text for part in compose(report, scope).paragraphs for run in part.runs)
    assert "04 buổi" not in words


def test_the_form_begins_with_the_period_that_ended_last_and_its_title(world: World, sign_in: Callable) -> None:
    make.standard(world)
    PeriodRule.objects.create(ward=world.ward, closes_on=14, valid_from=D(2020, 1, 1), source="Quy định thử")
    client = sign_in(world.campaign_officer)
    form = client.get("/reports/new/?kind=month").context["form"]
    ended = span_of("month", today(), 14).before
    assert (form["first_on"].value(), form["on"].value()) == (f"{ended.first:%d/%m/%Y}", f"{ended.last:%d/%m/%Y}")
    with override("vi"):
        assert form["title"].value().endswith(ended.words)
    days = {"kind": "month", "first_on": f"{ended.first:%d/%m/%Y}", "on": f"{ended.last:%d/%m/%Y}"}
    client.post("/reports/new/", typed(world, **days))
    running = client.get("/reports/new/?kind=month").context["form"]
    assert running["first_on"].value() == f"{ended.after.first:%d/%m/%Y}"
    assert client.get("/reports/new/?kind=never").status_code == 404


def test_another_kind_brings_its_period_and_title_unless_they_were_typed(world: World, sign_in: Callable) -> None:
    make.standard(world)
    client = sign_in(world.campaign_officer)
    shown = client.get("/reports/new/").context["form"]
    days = {name: shown[name].value() for name in ("first_on", "on")}
    client.post("/reports/new/", typed(world, kind="quarter", title=shown["title"].value(), **days))
    report = Report.objects.get()
    span = span_of("quarter", report.on)
    assert (report.first_on, report.on) == (span.first, span.last)
    assert "quý" in report.title


def test_a_period_has_a_first_day_before_its_last(world: World, sign_in: Callable) -> None:
    make.standard(world)
    client, day = sign_in(world.campaign_officer), today()
    later = f"{day + datetime.timedelta(days=1):%d/%m/%Y}"
    for first in ("", later):
        answer = client.post("/reports/new/", typed(world, kind="free", first_on=first))
        assert "first_on" in answer.context["form"].errors
    report = make.report(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        Report.objects.filter(pk=report.pk).update(kind="month", first_on=day + datetime.timedelta(days=1))
    with pytest.raises(IntegrityError), transaction.atomic():
        Report.objects.filter(pk=report.pk).update(first_on=day)


@pytest.mark.parametrize("wrong", [{"closes_on": 0}, {"closes_on": 32}, {"source": ""}])
def test_the_database_refuses_a_rule_without_day_or_source(world: World, wrong: dict[str, Any]) -> None:
    row = {"closes_on": 14, "source": "Quy định thử"} | wrong
    with pytest.raises(IntegrityError), transaction.atomic():
        PeriodRule.objects.create(ward=world.ward, valid_from=D(2020, 1, 1), **row)
