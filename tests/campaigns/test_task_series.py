"""Tasks that come again: the days, each task once, and what a change counts for."""

import datetime
from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns import actions
from campaigns.choices import Every
from campaigns.models import Campaign, Task, TaskSeries
from core.models import today
from notifications.models import Event
from tests import factories as make
from tests.campaigns.factories import days_ago
from tests.parallel import together
from tests.world import World

DAY = datetime.timedelta(days=1)


def long_year(world: World) -> Campaign:
    """The world's campaign, which goes on for the days that a test looks ahead."""
    Campaign.objects.filter(pk=world.campaign.pk).update(closes_on=days_ago(-400))
    world.campaign.refresh_from_db()
    return world.campaign


def series(world: World, *, units: list | None = None, helpers: list | None = None, **fields: object) -> TaskSeries:
    known = {"title": "Báo cáo tháng", "every": Every.MONTH, "first_on": days_ago(-5), "days_ahead": 10}
    row = TaskSeries(ward=world.ward, campaign=long_year(world), **known | fields)
    row.plan(by=world.campaign_officer, lead_units=units or [world.cell], helpers=helpers or [])
    return row


# ---- the days -----------------------------------------------------------------------------------------
def ruled(every: str, first: datetime.date, until: datetime.date | None = None) -> TaskSeries:
    campaign = Campaign(opens_on=datetime.date(2026, 1, 1), closes_on=datetime.date(2026, 12, 31))
    return TaskSeries(campaign=campaign, every=every, first_on=first, until=until)


def test_the_31st_comes_back_after_the_shorter_months() -> None:
    row = ruled(Every.MONTH, datetime.date(2026, 1, 31))
    found = list(row.days(datetime.date(2026, 1, 1), datetime.date(2026, 5, 31)))
    assert [f"{day:%d/%m}" for day in found] == ["31/01", "28/02", "31/03", "30/04", "31/05"]


@given(
    every=st.sampled_from(Every.values),
    first=st.dates(datetime.date(2026, 1, 1), datetime.date(2026, 12, 31)),
    cut=st.dates(datetime.date(2026, 1, 1), datetime.date(2026, 12, 31)),
)
@settings(max_examples=60, database=None)
def test_days_rise_begin_with_the_first_and_do_not_depend_on_how_they_are_asked(
    every: str, first: datetime.date, cut: datetime.date
) -> None:
    row, start, end = ruled(every, first), datetime.date(2026, 1, 1), datetime.date(2027, 6, 30)
    whole = list(row.days(start, end))
    assert whole[0] == first
    assert whole == sorted(set(whole))
    assert all(day.year == 2026 for day in whole)
    assert whole == [*row.days(start, cut - DAY), *row.days(cut, end)]


# ---- the tasks ----------------------------------------------------------------------------------------
def test_what_is_due_soon_is_given_at_once_and_the_rest_in_time(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    row = series(world, units=[world.cell, world.other_cell], helpers=[world.front], every=Every.WEEK)
    first = row.tasks.filter(series_on=row.first_on)
    assert {task.lead_unit for task in first} == {world.cell, world.other_cell}
    assert {unit.unit for task in first for unit in task.cooperating.all()} == {world.front}
    assert Event.objects.filter(kind="campaigns.task.assigned", by=world.campaign_officer).count() == 2
    for n in (1, 2, 3):
        later = today() + n * DAY
        monkeypatch.setattr("campaigns.models.series.today", lambda later=later: later)
        assert actions.give_series() == (2 if n == 2 else 0), "the next is due in 12 days and given 10 before"
    assert row.tasks.count() == 4
    assert all(task.series_on <= task.due_on for task in row.tasks.all())


def test_what_was_given_is_not_given_again_also_when_it_was_cancelled(world: World) -> None:
    row = series(world)
    row.tasks.get().cancel(by=world.campaign_officer, reason="Không cần tháng này")
    for _n in range(3):
        assert actions.give_series() == 0
    task = row.tasks.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        make.task(world.campaign, world.cell, series=row, series_on=task.series_on, series_unit=world.cell)
    with pytest.raises(IntegrityError), transaction.atomic():
        make.task(world.campaign, world.cell, series=row)


def test_what_went_to_another_unit_is_not_given_to_the_first_again(world: World) -> None:
    row = series(world)
    actions.give_tasks(Task.objects.all(), by=world.campaign_officer, unit=world.other_cell)
    assert actions.give_series() == 0
    assert row.tasks.get().lead_unit == world.other_cell


def test_nobody_is_given_a_task_that_is_overdue_already(world: World) -> None:
    row = series(world, first_on=days_ago(70), every=Every.MONTH)
    assert all(task.series_on >= today() for task in row.tasks.all())


def test_a_unit_that_ended_gets_none(world: World) -> None:
    type(world.other_cell).objects.filter(pk=world.other_cell.pk).update(valid_to=days_ago(1))
    world.other_cell.refresh_from_db()
    row = series(world, units=[world.cell, world.other_cell])
    assert [task.lead_unit for task in row.tasks.all()] == [world.cell]


def test_a_change_counts_for_what_is_still_to_be_given(world: World, sign_in: Callable) -> None:
    row = series(world)
    given = row.tasks.get()
    data = {
        "title": "Báo cáo tháng, mẫu mới",
        "every": "month",
        "first_on": f"{row.first_on:%d/%m/%Y}",
        "days_ahead": "10",
        "priority": "2",
        "lead_units": [world.cell.pk, world.other_cell.pk],
    }
    client = sign_in(world.campaign_officer)
    assert client.post(f"/tasks/series/{row.pk}/edit/", data).status_code == 302
    given.refresh_from_db()
    assert given.title == "Báo cáo tháng"
    assert row.tasks.get(lead_unit=world.other_cell).title == "Báo cáo tháng, mẫu mới"
    assert row.tasks.count() == 2


def test_an_ended_series_gives_nothing_more(world: World, sign_in: Callable) -> None:
    row = series(world, first_on=days_ago(-40))
    client = sign_in(world.campaign_officer)
    client.post(f"/tasks/series/{row.pk}/end/")
    TaskSeries.objects.filter(pk=row.pk).update(first_on=days_ago(-5))
    assert actions.give_series() == 0
    page = client.get(f"/tasks/series/{row.pk}/").text
    assert "Không còn lần nào nữa" in page
    assert client.get(f"/tasks/series/{row.pk}/edit/").status_code == 403


def test_one_that_fails_holds_up_no_other_and_the_run_counts_as_failed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (series(world, first_on=days_ago(-40), title=title) for title in ("Một", "Hai"))
    TaskSeries.objects.filter(pk__in=[first.pk, second.pk]).update(first_on=days_ago(-5))
    give = TaskSeries._give

    def breaks(row: TaskSeries, by: object) -> list:
        if row.pk == first.pk:
            raise ValueError
        return give(row, by)

    monkeypatch.setattr(TaskSeries, "_give", breaks)
    with pytest.raises(ExceptionGroup):
        actions.give_series()
    assert [task.series for task in Task.objects.all()] == [second]


@pytest.mark.django_db(transaction=True)
def test_several_ticks_at_once_give_each_task_once(world: World) -> None:
    row = series(world, first_on=days_ago(-40), units=[world.cell, world.other_cell])
    TaskSeries.objects.filter(pk=row.pk).update(first_on=days_ago(-5))
    together(actions.give_series, 4)
    assert row.tasks.count() == 2


# ---- the pages ----------------------------------------------------------------------------------------
def test_the_officer_enters_one_for_all_cells_with_one_tick(world: World, sign_in: Callable) -> None:
    long_year(world)
    data = {
        "title": "Báo cáo tháng",
        "every": "month",
        "first_on": f"{days_ago(-5):%d/%m/%Y}",
        "until": "",
        "days_ahead": "10",
        "priority": "2",
        "lead_units": [f"all-{world.cell.kind_id}"],
        "helpers": [world.front.pk],
    }
    client = sign_in(world.campaign_officer)
    response = client.post("/tasks/series/new/", data, follow=True)
    row = TaskSeries.objects.get()
    assert len(row.leads) == type(world.cell).objects.filter(ward=world.ward, kind=world.cell.kind_id).count() > 1
    assert "Đã giao" in response.text
    link = f"/tasks/?series={row.pk}&amp;state=all"
    assert link in response.text
    assert len(client.get(link.replace("&amp;", "&")).context["page"]) == row.tasks.count()
    assert "Báo cáo tháng" in client.get("/tasks/series/").text


@pytest.mark.parametrize(
    "wrong, field",
    [
        ({"until": f"{days_ago(1):%d/%m/%Y}"}, "until"),
        ({"first_on": "01/01/2099"}, "first_on"),
        ({"days_ahead": "0"}, "days_ahead"),
        ({"days_ahead": "90"}, "days_ahead"),
        ({"lead_units": []}, "lead_units"),
        ({"evidence_needed": ["figure"]}, "target_value"),
    ],
    ids=["ends before it begins", "outside the year", "no day before", "too many days", "nobody", "figure of nothing"],
)
def test_what_is_wrong_is_said_beside_its_field(world: World, sign_in: Callable, wrong: dict, field: str) -> None:
    long_year(world)
    data = {
        "title": "Báo cáo tháng",
        "every": "month",
        "first_on": f"{days_ago(-5):%d/%m/%Y}",
        "days_ahead": "10",
        "priority": "2",
        "lead_units": [world.cell.pk],
    }
    form = sign_in(world.campaign_officer).post("/tasks/series/new/", data | wrong).context["form"]
    assert set(form.errors) == {field}
    assert not TaskSeries.objects.exists()


def test_query_baselines_of_series(world: World, sign_in: Callable, query_baseline: object) -> None:
    client = sign_in(world.campaign_officer)
    row = series(world, units=[world.cell, world.other_cell])
    query_baseline.check("series_list", client, "/tasks/series/")
    query_baseline.check("series_detail", client, row.get_absolute_url())
    query_baseline.assert_flat(client, "/tasks/series/", lambda: [series(world, title=f"Việc {n}") for n in range(10)])
