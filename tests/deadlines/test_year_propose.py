"""A year's days off proposed by the law and the lunar calendar, then confirmed by an officer."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.models import Ward
from deadlines.choices import DayKind, YearState
from deadlines.models import CalendarDay, CalendarYear, calendar_for
from deadlines.models.proposal import lunar_new_year, proposed_days
from tests.deadlines import factories as make
from tests.world import World

DAY = datetime.date
TET = [DAY(2026, 2, 17), DAY(2027, 2, 6), DAY(2028, 1, 26), DAY(2029, 2, 13), DAY(2030, 2, 2)]


@pytest.mark.parametrize("tet", TET, ids=str)
def test_tet_is_the_vietnamese_one(tet: datetime.date) -> None:
    assert lunar_new_year(tet.year) == tet
    kinds = {day: kind for day, kind, _name in proposed_days(tet.year)}
    assert kinds[tet] == DayKind.TET
    assert sum(kind == DayKind.TET for kind in kinds.values()) >= 5


@pytest.mark.parametrize("year", range(2000, 2101))
def test_both_sources_agree_on_tet(year: int) -> None:
    assert {kind for day, kind, _name in proposed_days(year) if day == lunar_new_year(year)} == {DayKind.TET}


def test_the_saturday_of_reunification_day_2022_is_a_holiday(world: World) -> None:
    CalendarYear.propose(world.ward, 2022, by=world.campaign_officer)
    calendar = calendar_for(world.ward, DAY(2022, 4, 1), DAY(2022, 5, 31))
    assert DAY(2022, 4, 30).weekday() == 5
    assert calendar.is_holiday(DAY(2022, 4, 30))
    assert calendar.next_working_day(DAY(2022, 4, 30)) == DAY(2022, 5, 4)


def test_an_announced_swap_is_proposed_with_the_saturday_worked_for_it(world: World) -> None:
    CalendarYear.propose(world.ward, 2025, by=None)
    kinds = dict(CalendarDay.objects.filter(ward=world.ward).values_list("date", "kind"))
    assert kinds[DAY(2025, 5, 2)] == DayKind.SWAP_OFF
    assert kinds[DAY(2025, 4, 26)] == DayKind.SWAP_WORKING


def test_a_proposal_is_provisional_and_names_its_source(world: World) -> None:
    year = CalendarYear.propose(world.ward, 2027, by=world.campaign_officer)
    assert year.state == YearState.PROVISIONAL
    assert year.source == "Đề xuất theo Bộ luật Lao động và âm lịch"
    assert set(CalendarDay.objects.values_list("source", flat=True)) == {year.source}
    assert not CalendarYear.objects.filter(ward=world.other_ward).exists()


def test_days_that_somebody_entered_stay(world: World) -> None:
    own = CalendarDay.objects.create(
        ward=world.ward, date=DAY(2027, 4, 30), kind=DayKind.LOCAL_OFF, name="Hội làng", source="Thông báo"
    )
    CalendarYear.propose(world.ward, 2027, by=None)
    own.refresh_from_db()
    assert own.name == "Hội làng"


def test_a_year_is_proposed_once(world: World) -> None:
    CalendarYear.propose(world.ward, 2027, by=None)
    with pytest.raises(ValidationError, match="2027"):
        CalendarYear.propose(world.ward, 2027, by=None)


def test_an_officer_proposes_corrects_and_confirms(world: World, sign_in: object) -> None:
    client = sign_in(world.campaign_officer)
    client.post("/calendar/new/", {"year": "2027"})
    assert client.get("/calendar/2027/").status_code == 200
    client.post(
        "/calendar/2027/days/new/", {"date": "21/8", "kind": "swap_working", "name": "Làm bù", "source": "TB 1"}
    )
    day = CalendarDay.objects.get(date=DAY(2027, 8, 21))
    client.post(f"/calendar/days/{day.pk}/edit/", {"date": "28/08/2027", "kind": "swap_working", "name": "Làm bù"})
    day.refresh_from_db()
    assert (day.date, day.ward) == (DAY(2027, 8, 28), world.ward)
    client.post(f"/calendar/days/{day.pk}/delete/")
    assert not CalendarDay.objects.filter(pk=day.pk).exists()
    client.post("/calendar/2027/confirm/", {"source": "Thông báo thử số 1"})
    year = CalendarYear.objects.get(ward=world.ward, year=2027)
    assert (year.state, year.source) == (YearState.CONFIRMED, "Thông báo thử số 1")
    assert year.history.filter(pgh_context__metadata__user=world.campaign_officer.pk).count() == 2


@pytest.mark.parametrize(
    "data, told",
    [
        ({"date": "18/08/2027", "kind": "swap_working", "name": "Làm bù"}, "name"),
        ({"date": "30/04/2027", "kind": "holiday", "name": "Ngày Chiến thắng"}, "name"),
        ({"date": "01/01/2028", "kind": "holiday", "name": "Tết Dương lịch"}, "2028"),
        ({"date": "", "kind": "holiday", "name": "Ngày gì"}, "name"),
    ],
)
def test_a_day_that_can_not_be_is_told_and_nothing_typed_is_lost(
    world: World, sign_in: object, data: dict, told: str
) -> None:
    CalendarYear.propose(world.ward, 2027, by=None)
    before = CalendarDay.objects.count()
    response = sign_in(world.campaign_officer).post("/calendar/2027/days/new/", data)
    assert response.status_code == 200
    assert response.context["form"].errors
    assert data["name"] in response.content.decode()
    assert CalendarDay.objects.count() == before


def test_a_year_that_is_there_is_told_in_the_form(world: World, sign_in: object) -> None:
    CalendarYear.propose(world.ward, 2027, by=None)
    response = sign_in(world.campaign_officer).post("/calendar/new/", {"year": "2027"})
    assert "2027" in str(response.context["form"].errors["year"])


def test_the_missing_years_are_said(world: World, sign_in: object) -> None:
    from core.models import today

    make.calendar_year(world.ward, today().year)
    response = sign_in(world.head).get("/calendar/")
    assert response.context["missing"] == [today().year + 1]


# ---- the database refuses ------------------------------------------------------------------------------
def refused(ward: Ward, model: type, **fields: object) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.create(ward=ward, **fields)


def test_the_database_refuses_rows_that_can_not_be(world: World) -> None:
    make.day_off(world.ward, DAY(2027, 4, 30))
    refused(world.ward, CalendarYear, year=2027)
    refused(world.ward, CalendarYear, year=1887)
    refused(world.ward, CalendarYear, year=2028, state=YearState.CONFIRMED)
    refused(world.ward, CalendarDay, date=DAY(2027, 4, 30), kind=DayKind.HOLIDAY, name="hai lần")
    refused(world.ward, CalendarDay, date=DAY(2027, 8, 18), kind=DayKind.SWAP_WORKING, name="thứ Tư")
