"""Closed days and hours are rows: around Tết by two readings, on days off, outside office hours."""

import datetime
from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from core.models import today
from deadlines.models import Blackout, CalendarMissing, CalendarYear, closed_by
from tests.deadlines.test_calendar import DAY
from tests.world import World


@pytest.fixture
def rows(world: World) -> dict[str, Blackout]:
    for year in (2026, 2027):
        CalendarYear.propose(world.ward, year, None)
    assert Blackout.propose(world.ward, by=None) == 3
    assert Blackout.propose(world.ward, by=None) == 0
    return {row.kind: row for row in Blackout.objects.filter(ward=world.ward)}


def closed(world: World, day: datetime.date, at: datetime.time | None = None) -> set[str]:
    return {row.kind for row, _why in closed_by(world.ward.pk, day, at)}


def test_the_tet_days_run_from_the_break_or_from_the_first_day_as_the_row_says(world: World, rows: dict) -> None:
    """In 2026 the first day of Tết is 17 February; the break begins with the weekend before."""
    first, last = DAY(2026, 2, 14) - datetime.timedelta(days=15), DAY(2026, 2, 22) + datetime.timedelta(days=15)
    assert "tet" in closed(world, first)
    assert "tet" in closed(world, last)
    assert "tet" not in closed(world, first - datetime.timedelta(days=1))
    assert "tet" not in closed(world, last + datetime.timedelta(days=1))
    Blackout.objects.filter(pk=rows["tet"].pk).update(counted_from="first_day")
    assert "tet" in closed(world, DAY(2026, 2, 2))
    assert "tet" not in closed(world, DAY(2026, 2, 1))
    assert "tet" in closed(world, DAY(2026, 3, 4))
    assert "tet" not in closed(world, DAY(2026, 3, 5))
    ((_row, why),) = [pair for pair in closed_by(world.ward.pk, DAY(2026, 2, 2)) if pair[0].kind == "tet"]
    assert "02/02/2026" in why
    assert "04/03/2026" in why


def test_days_off_and_hours_are_closed_and_a_missing_calendar_is_said(world: World, rows: dict) -> None:
    assert closed(world, DAY(2026, 6, 6)) == {"days_off"}  # a Saturday
    assert closed(world, DAY(2026, 6, 8)) == set()
    assert closed(world, DAY(2026, 6, 8), datetime.time(17, 0)) == {"hours"}
    assert closed(world, DAY(2026, 6, 8), datetime.time(7, 30)) == set()
    assert closed(world, DAY(2024, 7, 31)) == set(), "before the first day of the row"
    with pytest.raises(CalendarMissing):
        closed(world, DAY(2031, 6, 8))


def test_an_officer_verifies_a_row_and_the_database_keeps_it_whole(world: World, sign_in: Callable, rows: dict) -> None:
    client = sign_in(world.campaign_officer)
    client.post(reverse("deadlines:rule_propose"))
    page = client.get(reverse("deadlines:rule_list")).content.decode()
    assert "15 ngày trước và sau" in page
    client.post(reverse("deadlines:blackout_verify", args=[rows["tet"].pk]))
    row = Blackout.objects.get(pk=rows["tet"].pk)
    assert (row.verified_by, row.verified_on) == (world.campaign_officer.full_name, today())
    for wrong in ({"days": None}, {"verified_by": ""}, {"counted_from": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Blackout.objects.filter(pk=row.pk).update(**wrong)
