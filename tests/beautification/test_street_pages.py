"""Streets of a year: registered, edited, taken up; their pages and what these cost."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.test import Client

from beautification.actions import register_street
from beautification.choices import HolidayPolicy
from beautification.models import Cleanup, CleanupSeries, Street
from campaigns.models import CampaignClosed
from core.models import today
from tests import factories as base
from tests.beautification import factories as make
from tests.deadlines import factories as calendars
from tests.query_baseline import QueryBaseline
from tests.world import World


def post_after_looking(client: Client, url: str, data: dict) -> HttpResponse:
    """The days of a schedule are shown first; then the box is ticked."""
    shown = client.post(url, data)
    assert shown.status_code == 200
    token = shown.context["form"].fields["keep"].choices[0][0]
    return client.post(url, data | {"keep": [token]})


def test_an_officer_registers_a_street_and_plans_its_saturdays(world: World, sign_in: object) -> None:
    for year in {today().year, make.days(40).year}:
        calendars.calendar_year(world.ward, year)
    group = base.unit(world.ward, "Tổ dân phố 5", branch="residential")
    plan = base.document(world.campaign, world.committee)
    client = sign_in(world.campaign_officer)
    data = {
        "name": "Phố Đường Đá",
        "lead_unit": world.cell.pk,
        "registered_with": world.superior.pk,
        "registered_by": plan.pk,
        "residential_groups": [group.pk],
    }
    response = client.post("/streets/new/", data)
    street = Street.objects.get(name="Phố Đường Đá")
    assert response.url == street.get_absolute_url() == "/streets/pho-duong-da/"
    assert [row.unit for row in street.groups.all()] == [group]
    assert street.undertaking.foci.get().campaign == world.campaign
    schedule = {"weekdays": ["5"], "every": "1", "starts_at": "7h", "minutes": "90", "policy": "ask"}
    first = schedule | {"first_on": f"{today():%d/%m/%Y}"}
    post_after_looking(client, "/streets/pho-duong-da/series/new/", first)
    series = CleanupSeries.objects.get()
    assert (series.rrule, series.starts_at) == ("FREQ=WEEKLY;INTERVAL=1;BYDAY=SA", datetime.time(7))
    assert series.cleanups.count() == len(make.saturdays(35))
    text = client.get(response.url).content.decode()
    assert "Quận ủy" in text
    assert plan.symbol in text
    assert "07:00" in text
    edit = f"/streets/pho-duong-da/series/{series.pk}/edit/"
    assert client.get(edit).status_code == 200
    post_after_looking(client, edit, first | {"weekdays": ["6"], "every": "2"})
    series.refresh_from_db()
    assert series.rrule == "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU"


@pytest.mark.parametrize(
    "changed, field",
    [
        ({"weekdays": []}, "weekdays"),
        ({"every": "9"}, "every"),
        ({"starts_at": "25h"}, "starts_at"),
        ({"minutes": "5"}, "minutes"),
        ({"until": "01/01/2020"}, "until"),
        ({"policy": "perhaps"}, "policy"),
        ({"first_on": "31/02/2026"}, "first_on"),
    ],
)
def test_a_schedule_that_can_not_be_is_told(world: World, sign_in: object, changed: dict, field: str) -> None:
    data = {"weekdays": ["5"], "every": "1", "starts_at": "7h", "minutes": "90", "policy": "ask"}
    data |= {"first_on": f"{today():%d/%m/%Y}"} | changed
    response = sign_in(world.campaign_officer).post(f"{make.street(world).get_absolute_url()}series/new/", data)
    assert response.status_code == 200
    assert field in response.context["form"].errors
    assert not CleanupSeries.objects.exists()


def test_a_name_is_taken_once(world: World, sign_in: object) -> None:
    make.street(world, name="Phố Trạm")
    with pytest.raises(ValidationError):
        make.street(world, name="phố trạm")
    data = {"name": "Phố Trạm", "lead_unit": world.cell.pk}
    response = sign_in(world.campaign_officer).post("/streets/new/", data)
    assert response.context["form"].errors["name"]


@pytest.mark.parametrize("name", ["New", "Plan", "Criteria", "Defects"])
def test_a_street_can_not_take_the_address_of_a_page(world: World, name: str) -> None:
    with pytest.raises(ValidationError):
        make.street(world, name=name)


def test_editing_keeps_the_address_and_changes_the_groups(world: World, sign_in: object) -> None:
    street = make.street(world, name="Phố Trạm", groups=(world.team,))
    data = {"name": "Phố Trạm mới", "lead_unit": world.other_cell.pk, "extent": "ngõ 12 đến chợ"}
    sign_in(world.campaign_officer).post(f"{street.get_absolute_url()}edit/", data)
    street.refresh_from_db()
    assert (street.slug, street.name, street.lead_unit) == ("pho-tram", "Phố Trạm mới", world.other_cell)
    assert not street.groups.exists()


def test_a_street_edited_in_two_windows_keeps_what_each_changed(world: World, sign_in: object) -> None:
    street = make.street(world, name="Phố Trạm")
    client, url = sign_in(world.campaign_officer), f"{street.get_absolute_url()}edit/"
    shown = make.as_shown(client.get(url))
    assert client.post(url, shown | {"residential_groups": [world.team.pk]}).status_code == 302
    assert client.post(url, shown | {"extent": "ngõ 12 đến chợ"}).status_code == 302
    street.refresh_from_db()
    assert (street.extent, [group.unit for group in street.groups.all()]) == ("ngõ 12 đến chợ", [world.team])
    told = client.post(url, shown | {"extent": "ngõ 40 đến chợ"})
    assert "ngõ 12 đến chợ" in told.context["form"].errors["extent"][0]
    days = {"registered_on": f"{make.days(0):%d/%m/%Y}", "target_on": f"{make.days(-1):%d/%m/%Y}"}
    assert client.post(url, make.as_shown(client.get(url)) | days).context["form"].errors["target_on"]


def test_a_schedule_edited_in_two_windows_keeps_what_each_changed(world: World, sign_in: object) -> None:
    series = make.series(make.street(world))
    client, url = sign_in(world.campaign_officer), f"{series.street.get_absolute_url()}series/{series.pk}/edit/"
    shown = make.as_shown(client.get(url))
    post_after_looking(client, url, shown | {"weekdays": ["6"]})
    assert client.post(url, shown | {"starts_at": "06:30", "minutes": "90"}).status_code == 302
    series.refresh_from_db()
    assert (series.in_words, f"{series.starts_at:%H:%M}", series.duration.seconds) == ("Chủ nhật", "06:30", 5400)
    told = client.post(url, shown | {"weekdays": ["4"]})
    assert "Chủ nhật" in told.context["form"].errors["weekdays"][0]


def test_a_page_shows_the_streets_of_one_year(world: World, sign_in: object) -> None:
    last = base.campaign(
        world.ward, year=today().year - 1, opens_on=make.days(-600), closes_on=make.days(-150), state="closed"
    )
    base_open = base.campaign(world.ward, year=2020, opens_on="2020-01-01", closes_on="2020-12-31")
    old = make.street(world, campaign=base_open, name="Phố Cũ")
    now = make.street(world, name="Phố Nay")
    client = sign_in(world.campaign_officer)
    page = client.get("/streets/").context
    assert [row.name for row in page["page"]] == ["Phố Nay"]
    assert [row.name for row in page["others"]] == ["Phố Cũ"]
    assert client.get(old.get_absolute_url()).status_code == 404
    client.post(f"{old.get_absolute_url()}take-up/")
    assert client.get(old.get_absolute_url()).status_code == 200
    with pytest.raises(CampaignClosed):
        register_street(Street(name="Phố Muộn", lead_unit=world.cell), campaign=last, by=None)
    assert now.campaign_on(today()) == world.campaign


def test_a_session_of_a_past_day_is_entered_afterwards(world: World, sign_in: object) -> None:
    street = make.street(world)
    data = {"on": f"{make.days(-3):%d/%m/%Y}", "starts_at": "7:00"}
    response = sign_in(world.campaign_officer).post(f"{street.get_absolute_url()}cleanups/new/", data)
    row = Cleanup.objects.get()
    assert response.url == row.get_absolute_url()
    assert row.transitions.get().on == make.days(-3)
    again = sign_in(world.campaign_officer).post(f"{street.get_absolute_url()}cleanups/new/", data)
    assert again.context["form"].errors["on"]


def test_the_page_of_a_street_says_who_leads_it_and_what_happened(world: World, sign_in: object) -> None:
    street = make.street(world, groups=(world.team,), target_on=make.days(60), registered_with=world.superior)
    text = sign_in(world.head).get(street.get_absolute_url()).content.decode()
    for said in (street.lead_unit.name, world.team.name, world.superior.name, f"{make.days(60):%d/%m/%Y}", "Nhật ký"):
        assert text.count(said) >= 1, said


def test_a_member_of_a_team_sees_the_own_streets_only(world: World, sign_in: object) -> None:
    own, other = make.street(world, groups=(world.team,)), make.street(world)
    make.cleanup(own)
    make.cleanup(other)
    client = sign_in(world.field_member)
    assert [row.name for row in client.get("/streets/").context["page"]] == [own.name]
    assert [row.street for row in client.get("/cleanups/").context["page"]] == [own]


def test_the_database_refuses_a_series_that_can_not_be(world: World) -> None:
    series = make.series(make.street(world))
    for wrong in ({"until": make.days(-90)}, {"duration": datetime.timedelta(0)}, {"rrule": "FREQ=DAILY"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            CleanupSeries.objects.filter(pk=series.pk).update(**wrong)
    assert series.policy == HolidayPolicy.ASK


# ---- cost ----------------------------------------------------------------------------------------------
def filled(world: World) -> Street:
    street = make.street(world, groups=(world.team,))
    make.series(street)
    for n in range(1, 4):
        make.done(street, make.days(-7 * n))
        make.cleanup(street, make.days(7 * n))
    return street


def test_pages_need_few_queries(world: World, sign_in: object, query_baseline: QueryBaseline) -> None:
    street = filled(world)
    session = make.cleanup(street, state="open")
    make.turnout(session, 30, world.cell)
    client = sign_in(world.campaign_officer)
    client.get("/streets/")
    query_baseline.check("street_list", client, "/streets/")
    query_baseline.check("street_detail", client, street.get_absolute_url())
    query_baseline.check("cleanup_list", client, "/cleanups/")
    query_baseline.check("cleanup_detail", client, session.get_absolute_url())
    query_baseline.check("cleanup_close", client, session.url_of("close"))


def test_ten_more_rows_cost_no_more_queries(world: World, sign_in: object, query_baseline: QueryBaseline) -> None:
    street = filled(world)
    client = sign_in(world.campaign_officer)

    def streets() -> None:
        for _n in range(10):
            filled(world)

    def sessions() -> None:
        for n in range(10):
            make.done(street, make.days(-30 - n))

    query_baseline.assert_flat(client, street.get_absolute_url(), sessions)
    query_baseline.assert_flat(client, "/cleanups/", sessions_of_another(world))
    query_baseline.assert_flat(client, "/streets/", streets)


def sessions_of_another(world: World) -> object:
    def add() -> None:
        other = make.street(world)
        for n in range(10):
            make.done(other, make.days(-30 - n))

    return add


# ---- the days of a schedule are shown before it is saved -----------------------------------------------
SCHEDULE = {"weekdays": ["5"], "every": "1", "starts_at": "7h", "minutes": "90", "policy": "ask"}


def shown_by(client: Client, street: Street, **changed: object) -> str:
    response = client.post(f"{street.get_absolute_url()}series/new/", SCHEDULE | changed)
    assert response.status_code == 200
    assert not CleanupSeries.objects.exists()
    return str(response.context["form"].fields["keep"].help_text)


def test_every_second_saturday_shows_its_days_before_it_is_saved(world: World, sign_in: object) -> None:
    """From a Sunday on, the first Saturday is thirteen days away: the week of the first day is already over."""
    sunday = next(day for n in range(1, 8) if (day := make.days(n)).weekday() == 6)
    first = sunday + datetime.timedelta(days=13)
    for year in {sunday.year, make.days(150).year}:
        calendars.calendar_year(world.ward, year)
    text = shown_by(sign_in(world.campaign_officer), make.street(world), every="2", first_on=f"{sunday:%d/%m/%Y}")
    assert text.index(f"{first:%d/%m}") < text.index(f"{first + datetime.timedelta(days=14):%d/%m}")
    assert f"{first - datetime.timedelta(days=7):%d/%m}" not in text


def test_a_schedule_that_goes_on_after_the_year_says_so_before_it_is_saved(world: World, sign_in: object) -> None:
    street, client = make.street(world), sign_in(world.campaign_officer)
    type(world.campaign).objects.filter(pk=world.campaign.pk).update(closes_on=make.days(15))
    until = {"first_on": f"{today():%d/%m/%Y}", "until": f"{make.days(63):%d/%m/%Y}"}
    assert f"Năm chủ đề kết thúc ngày {make.days(15):%d/%m/%Y}" in shown_by(client, street, **until)
    assert "Năm chủ đề kết thúc" not in shown_by(client, street, **until | {"until": f"{make.days(14):%d/%m/%Y}"})
    post_after_looking(client, f"{street.get_absolute_url()}series/new/", SCHEDULE | until)
    assert f"đến {make.days(15):%d/%m/%Y} là hết năm chủ đề" in client.get(street.get_absolute_url()).content.decode()


def test_odd_days_of_a_schedule_are_shown_with_what_happens_to_them(world: World, sign_in: object) -> None:
    saturday = next(day for day in make.saturdays(14) if day > today())
    calendars.day_off(world.ward, saturday, "Hội làng")
    calendars.calendar_year(world.ward, make.days(100).year)
    text = shown_by(sign_in(world.campaign_officer), make.street(world), first_on=f"{today():%d/%m/%Y}")
    assert "Hội làng. Hỏi cán bộ" in text


def test_a_schedule_that_keeps_its_days_is_saved_at_once(world: World, sign_in: object) -> None:
    series = make.series(make.street(world), first_on=today())
    data = SCHEDULE | {"first_on": f"{today():%d/%m/%Y}", "starts_at": "8h"}
    url = f"{series.street.get_absolute_url()}series/{series.pk}/edit/"
    assert sign_in(world.campaign_officer).post(url, data | {"minutes": "120"}).status_code == 302


@pytest.mark.parametrize("first", ["31/12/9999", "31/12/2099"])
def test_a_schedule_far_in_the_future_is_refused_with_a_sentence(world: World, sign_in: object, first: str) -> None:
    url = f"{make.street(world).get_absolute_url()}series/new/"
    response = sign_in(world.campaign_officer).post(url, SCHEDULE | {"first_on": first})
    assert response.status_code == 200
    assert response.context["form"].errors
    assert not CleanupSeries.objects.exists()


def test_moving_to_a_day_on_which_people_work_is_asked_about(world: World, sign_in: object) -> None:
    saturday = next(day for day in make.saturdays(14) if day > today())
    wednesday = saturday + datetime.timedelta(days=4)
    cleanup = make.cleanup(make.street(world), saturday)
    client, url = sign_in(world.campaign_officer), f"{cleanup.get_absolute_url()}postpone/"
    data = {"day": f"{wednesday:%d/%m/%Y}", "why": "rain", "words": ""}
    form = client.post(url, data).context["form"]
    assert "phần đông mọi người đi làm" in str(form.errors["day"])
    keep = {"keep": [form.fields["keep"].choices[0][0]]}
    assert client.post(url, data | keep).status_code == 302
    cleanup.refresh_from_db()
    assert cleanup.on == wednesday
