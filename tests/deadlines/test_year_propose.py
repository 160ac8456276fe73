"""A year's days off proposed by the law and the lunar calendar, then confirmed by an officer."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.models import Ward
from deadlines.choices import Backing, DayKind, YearState
from deadlines.models import FIRST_YEAR, LAST_YEAR, CalendarDay, CalendarYear, DaySwap, calendar_for
from deadlines.models.proposal import lunar_new_year, proposed_days
from deadlines.models.swaps import decisions, decisions_of
from tests.deadlines import factories as make
from tests.world import World

DAY = datetime.date
TET = [DAY(2026, 2, 17), DAY(2027, 2, 6), DAY(2028, 1, 26), DAY(2029, 2, 13), DAY(2030, 2, 2)]


@pytest.mark.parametrize("tet", TET, ids=str)
def test_tet_is_the_vietnamese_one(tet: datetime.date) -> None:
    assert lunar_new_year(tet.year) == tet
    kinds = {day.date: day.kind for day in proposed_days(tet.year)}
    assert kinds[tet] == DayKind.TET
    assert sum(kind == DayKind.TET for kind in kinds.values()) >= 5


@pytest.mark.parametrize("year", range(FIRST_YEAR, LAST_YEAR + 1, 10))
def test_every_year_that_may_be_proposed_has_its_tet(year: int) -> None:
    assert {day.kind for day in proposed_days(year) if day.date == lunar_new_year(year)} == {DayKind.TET}


# ---- the table of decisions ----------------------------------------------------------------------------
# Weekdays off and days of the weekend worked, as the notices of these years say (cases/README.md, 18).
SWAPS = {
    2022: ([], []),
    2023: ([], []),
    2024: ([DAY(2024, 4, 29)], [DAY(2024, 5, 4)]),
    2025: ([DAY(2025, 5, 2)], [DAY(2025, 4, 26)]),
    2026: ([DAY(2026, 1, 2), DAY(2026, 8, 31)], [DAY(2026, 1, 10), DAY(2026, 8, 22)]),
}


@pytest.mark.parametrize("year", SWAPS)
def test_the_swaps_of_a_year_are_those_of_its_notices(year: int) -> None:
    days = proposed_days(year)
    off = [day.date for day in days if day.kind == DayKind.SWAP_OFF]
    worked = [day.date for day in days if day.kind == DayKind.SWAP_WORKING]
    assert (off, worked) == SWAPS[year]
    assert all(day.backing == Backing.DECISION for day in days if day.date in (*off, *worked))
    assert decisions_of(year), "the notice of the year stands in the table, also when it swaps nothing"


def test_a_decision_names_its_number_issuer_day_and_where_it_was_read() -> None:
    for row in decisions():
        assert row.number
        assert row.issuer
        assert row.source.startswith("https://")
        assert row.year - 1 <= row.dated.year <= row.year
        assert (row.off is None) == (row.worked is None)
        if row.off and row.worked:
            assert row.off.weekday() < 5 <= row.worked.weekday()
            assert row.dated < min(row.off, row.worked)


def test_the_second_of_january_2026_is_off_and_the_tenth_is_worked(world: World) -> None:
    """The library lacks this swap; the Government Office told of it on 25/12/2025."""
    for year in (2025, 2026):
        CalendarYear.propose(world.ward, year, by=None)
    calendar = calendar_for(world.ward, DAY(2025, 12, 31), DAY(2026, 1, 31))
    assert calendar.is_day_off(DAY(2026, 1, 2))
    assert calendar.is_working_day(DAY(2026, 1, 10))
    assert calendar.add_working_days(DAY(2025, 12, 31), 5) == DAY(2026, 1, 9)
    assert calendar.add_working_days(DAY(2025, 12, 31), 6) == DAY(2026, 1, 10)
    day = CalendarDay.objects.get(ward=world.ward, date=DAY(2026, 1, 2))
    assert (day.backing, day.source) == (Backing.DECISION, "12729/VPCP-KGVX, Văn phòng Chính phủ, 25/12/2025")


def test_the_page_says_of_each_day_what_backs_it(world: World, sign_in: object) -> None:
    CalendarYear.propose(world.ward, 2026, by=None)
    client = sign_in(world.campaign_officer)
    data = {"date": "15/10", "kind": "local_off", "name": "Hội làng", "source": "Thông báo phường"}
    client.post("/days-off/2026/days/new/", data)
    text = client.get("/days-off/2026/").content.decode()
    assert "Văn bản quyết định: 12729/VPCP-KGVX, Văn phòng Chính phủ, 25/12/2025" in text
    assert "Nhập bằng tay: Thông báo phường" in text
    assert "Luật, theo thư viện: holidays" in text


def test_a_calendar_without_a_day_of_a_decision_says_so(world: World, sign_in: object) -> None:
    CalendarYear.propose(world.ward, 2026, by=None)
    client = sign_in(world.campaign_officer)
    assert "Lịch này chưa có ngày đó" not in client.get("/days-off/2026/").content.decode()
    CalendarDay.objects.filter(ward=world.ward, date=DAY(2026, 1, 10)).delete()
    assert client.get("/days-off/2026/").content.decode().count("Lịch này chưa có ngày đó") == 1


def test_a_day_that_somebody_changes_is_backed_by_that_person(world: World) -> None:
    CalendarYear.propose(world.ward, 2026, by=None)
    day = CalendarDay.objects.get(ward=world.ward, date=DAY(2026, 4, 30))
    assert day.backing == Backing.LIBRARY
    day.edit(by=world.campaign_officer, name="Ngày Thống nhất")
    day.refresh_from_db()
    assert day.backing == Backing.HAND


def test_the_saturday_of_reunification_day_2022_is_a_holiday(world: World) -> None:
    CalendarYear.propose(world.ward, 2022, by=world.campaign_officer)
    calendar = calendar_for(world.ward, DAY(2022, 4, 1), DAY(2022, 5, 31))
    assert DAY(2022, 4, 30).weekday() == 5
    assert calendar.holiday_name(DAY(2022, 4, 30))
    assert calendar.next_working_day(DAY(2022, 4, 30)) == DAY(2022, 5, 4)


def test_an_announced_swap_is_proposed_with_the_saturday_worked_for_it(world: World) -> None:
    CalendarYear.propose(world.ward, 2025, by=None)
    kinds = dict(CalendarDay.objects.filter(ward=world.ward).values_list("date", "kind"))
    assert kinds[DAY(2025, 5, 2)] == DayKind.SWAP_OFF
    assert kinds[DAY(2025, 4, 26)] == DayKind.SWAP_WORKING


def test_a_proposal_is_provisional_and_names_its_source(world: World) -> None:
    year = CalendarYear.propose(world.ward, 2027, by=world.campaign_officer)
    assert year.state == YearState.PROVISIONAL
    assert year.source == "Đề xuất theo văn bản quyết định, Bộ luật Lao động và âm lịch"
    guessed = CalendarDay.objects.filter(backing=Backing.GUESS).values_list("date", flat=True)
    assert set(guessed) == {DAY(2027, 2, 4), DAY(2027, 2, 9), DAY(2027, 2, 10), DAY(2027, 9, 3)}, (
        "the days that the Government chooses anew each year"
    )
    assert set(CalendarDay.objects.values_list("backing", flat=True)) == {Backing.LIBRARY, Backing.GUESS}
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
    client.post("/days-off/new/", {"year": "2027"})
    assert client.get("/days-off/2027/").status_code == 200
    client.post(
        "/days-off/2027/days/new/", {"date": "21/8", "kind": "swap_working", "name": "Làm bù", "source": "TB 1"}
    )
    day = CalendarDay.objects.get(date=DAY(2027, 8, 21))
    client.post(f"/days-off/days/{day.pk}/edit/", {"date": "28/08/2027", "kind": "swap_working", "name": "Làm bù"})
    day.refresh_from_db()
    assert (day.date, day.ward) == (DAY(2027, 8, 28), world.ward)
    client.post(f"/days-off/days/{day.pk}/delete/")
    assert not CalendarDay.objects.filter(pk=day.pk).exists()
    client.post("/days-off/2027/confirm/", {"source": "Thông báo thử số 1"})
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
    response = sign_in(world.campaign_officer).post("/days-off/2027/days/new/", data)
    assert response.status_code == 200
    assert response.context["form"].errors
    assert data["name"] in response.content.decode()
    assert CalendarDay.objects.count() == before


def test_a_year_that_is_there_is_told_in_the_form(world: World, sign_in: object) -> None:
    CalendarYear.propose(world.ward, 2027, by=None)
    response = sign_in(world.campaign_officer).post("/days-off/new/", {"year": "2027"})
    assert "2027" in str(response.context["form"].errors["year"])


def test_the_missing_years_are_said(world: World, sign_in: object) -> None:
    from core.models import today

    make.calendar_year(world.ward, today().year)
    response = sign_in(world.head).get("/days-off/")
    assert response.context["missing"] == [today().year + 1]


# ---- the ward's own table ---------------------------------------------------------------------------------
OFF, WORKED, OTHER = DAY(2026, 8, 31), DAY(2026, 8, 22), DAY(2026, 8, 29)


def backing(world: World, *days: datetime.date) -> list[str]:
    rows = dict(CalendarDay.objects.filter(ward=world.ward).values_list("date", "backing"))
    return [rows.get(day, "") for day in days]


def test_the_ward_s_own_table_comes_before_decisions_and_library(world: World) -> None:
    make.swap(world.ward, OFF, OTHER)
    make.swap(world.ward, DAY(2027, 4, 29), DAY(2027, 4, 24))
    for year in (2026, 2027):
        CalendarYear.propose(world.ward, year, by=None)
        CalendarYear.propose(world.other_ward, year, by=None)
    assert backing(world, OFF, OTHER, WORKED) == ["own", "own", ""]
    assert backing(world, DAY(2026, 1, 2), DAY(2027, 4, 29), DAY(2027, 4, 30)) == ["decision", "own", "library"]
    row = CalendarDay.objects.get(ward=world.ward, date=OFF)
    assert row.source == "12/TB-UBND, UBND quận, 30/07/2026"
    others = CalendarDay.objects.filter(ward=world.other_ward, date__in=[OFF, WORKED])
    assert set(others.values_list("backing", flat=True)) == {Backing.DECISION}


def test_a_swap_of_the_library_gives_way_to_the_ward_s_own(world: World) -> None:
    guessed = {day.kind: day.date for day in proposed_days(2013) if day.backing == Backing.GUESS}
    off, worked = guessed[DayKind.SWAP_OFF], guessed[DayKind.SWAP_WORKING]
    own = make.swap(world.ward, off, worked + datetime.timedelta(days=7)).decision
    days = {day.date: day.backing for day in proposed_days(2013, [own])}
    assert (days[off], days[own.worked], worked in days) == (Backing.OWN, Backing.OWN, False)


def test_calendars_that_are_there_follow_the_table_except_where_somebody_wrote(world: World) -> None:
    for year in (2026, 2027):
        CalendarYear.propose(world.ward, year, by=None)
    swap = make.swap(world.ward, OFF, OTHER)
    assert backing(world, OFF, OTHER, WORKED) == ["own", "own", ""]
    swap.worked = DAY(2026, 9, 5)
    swap.enter(by=None)
    assert backing(world, OFF, OTHER, WORKED, swap.worked) == ["own", "", "", "own"]
    CalendarDay.objects.get(ward=world.ward, date=OFF).edit(by=None, name="Nghỉ theo phường")
    swap.remove(by=None)
    assert backing(world, OFF, OTHER, WORKED, swap.worked) == ["hand", "", "decision", ""]
    make.swap(world.ward, DAY(2031, 4, 29), DAY(2031, 5, 3))
    assert not CalendarDay.objects.filter(date__year=2031).exists(), "a year without a calendar stays without one"


def test_an_officer_enters_corrects_and_takes_out_a_line(world: World, sign_in: object) -> None:
    CalendarYear.propose(world.ward, 2027, by=None)
    client, home = sign_in(world.campaign_officer), "/days-off/exchanges/"
    page = client.get(home).content.decode()
    assert "Phường chưa nhập" in page
    assert "9441/TB-BNV" in page
    sent = {"off": "29/04/2027", "worked": "24/04/2027", "number": "77/TB-BNV", "issuer": "Bộ Nội vụ"}
    sent |= {"dated_on": "01/12/2026", "source": "https://example.vn/77"}
    client.post(f"{home}new/", sent)
    swap = DaySwap.objects.get()
    assert "77/TB-BNV, Bộ Nội vụ, 01/12/2026" in client.get(home).content.decode()
    year = client.get("/days-off/2027/").content.decode()
    assert "Bảng hoán đổi của phường: 77/TB-BNV, Bộ Nội vụ, 01/12/2026" in year
    assert "chưa có văn bản" in year
    client.post(f"{home}{swap.pk}/edit/", sent | {"worked": "08/05/2027", "source": "Công văn giấy"})
    assert backing(world, DAY(2027, 4, 24), DAY(2027, 5, 8)) == ["", "own"]
    assert "Công văn giấy" in client.get(home).content.decode()
    client.post(f"{home}{swap.pk}/delete/")
    assert backing(world, DAY(2027, 4, 29), DAY(2027, 5, 8)) == ["", ""]


@pytest.mark.parametrize(
    "data, field",
    [
        ({"off": "24/04/2027"}, "__all__"),
        ({"worked": "28/04/2027"}, "__all__"),
        ({"number": " "}, "number"),
        ({"worked": "12/06/2027"}, "keep"),
        ({"dated_on": "01/06/2027"}, "keep"),
        ({"off": "30/04/2027"}, "keep"),
    ],
    ids=["off on a Saturday", "worked on a Wednesday", "no decision", "far apart", "decided afterwards", "a holiday"],
)
def test_a_line_that_can_not_be_is_told_and_an_odd_one_is_asked_about(
    world: World, sign_in: object, data: dict, field: str
) -> None:
    CalendarYear.propose(world.ward, 2027, by=None)
    sent = {
        "off": "29/04/2027",
        "worked": "24/04/2027",
        "number": "77",
        "issuer": "Bộ Nội vụ",
        "dated_on": "01/12/2026",
    }
    form = sign_in(world.campaign_officer).post("/days-off/exchanges/new/", sent | data).context["form"]
    assert field in form.errors
    assert not DaySwap.objects.exists()


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
    refused(world.ward, CalendarDay, date=DAY(2027, 4, 29), kind=DayKind.HOLIDAY, name="?", backing=Backing.DECISION)
    refused(world.ward, CalendarDay, date=DAY(2027, 8, 18), kind=DayKind.SWAP_WORKING, name="thứ Tư")
    make.swap(world.ward, OFF, OTHER)
    decided = {"number": "1", "issuer": "BNV", "dated_on": DAY(2026, 1, 1)}
    refused(world.ward, DaySwap, off=OFF, worked=WORKED, **decided)
    refused(world.ward, DaySwap, off=DAY(2026, 8, 28), worked=OTHER, **decided)
    refused(world.ward, DaySwap, off=DAY(2026, 8, 30), worked=WORKED, **decided)
    refused(world.ward, DaySwap, off=DAY(2026, 8, 28), worked=DAY(2026, 8, 27), **decided)
    refused(world.ward, DaySwap, off=DAY(2026, 8, 28), worked=WORKED, **decided | {"number": ""})
