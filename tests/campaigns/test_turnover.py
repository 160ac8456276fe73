"""A year is carried over into the next: what is taken over, what stays as it is, and that it is done once."""

import datetime
import re
from collections.abc import Callable
from typing import Any

import pytest
from dateutil.relativedelta import relativedelta
from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from accounts.models import Unit
from beautification.models import CleanupSeries
from campaigns.choices import TurnoverState
from campaigns.models import Campaign, CampaignFocus, TaskSeries, Undertaking, YearTurnover
from core import next_year
from core.models import StateChanged, today
from core.opening import steps
from models_registry.choices import ModelState
from models_registry.models import MobilizationModel, RegistrationTerms, ThemeField
from notifications.models import Event, ReminderRule
from notifications.rules import defaults
from tests import factories as make
from tests.beautification import factories as streets
from tests.deadlines import factories as calendars
from tests.models_registry import factories as models
from tests.world import World

pytestmark = pytest.mark.django_db
ALL = {"undertakings", "series", "fields", "terms", "models", "rules"}


def monthly(world: World, campaign: Campaign, **fields: Any) -> TaskSeries:
    known = {"title": "Báo cáo tháng", "every": "month", "first_on": today() + datetime.timedelta(days=5)}
    return TaskSeries(ward=world.ward, campaign=campaign, **known | fields)


@pytest.fixture
def full(world: World) -> World:
    """A year with something of everything."""
    make.undertaking(world.campaign, name="Cụm trường học")
    gone = make.undertaking(world.campaign, name="Ngõ đã xong")
    Undertaking.objects.filter(pk=gone.pk).update(valid_to=today())
    model = models.accepted(world.campaign, world.cell, world.head, world.campaign_officer)
    model.participations.create(ward=world.ward, unit=world.front, part="Vận động hội viên")
    model.participations.create(ward=world.ward, name="Trường học")
    model.areas.create(ward=world.ward, unit=world.front)
    models.submitted(world.campaign, world.other_cell, world.neighbour)
    RegistrationTerms.objects.create(ward=world.ward, campaign=world.campaign, registers_until=today(), review_days=4)
    for rule in defaults(world.ward, world.campaign.year):
        rule.switch(True)
    monthly(world, world.campaign).plan(by=world.campaign_officer, lead_units=[world.cell], helpers=[world.front])
    make.task(world.campaign, world.cell)
    return world


def begun(world: World, **fields: Any) -> YearTurnover:
    old = world.campaign
    year = old.year + 1
    days = {"opens_on": old.opens_on.replace(year=old.opens_on.year + 1), "closes_on": old.closes_on.replace(day=1)}
    days["closes_on"] = days["closes_on"].replace(year=old.closes_on.year + 1)
    fields = {"year": year, "theme": "Năm sau", "by": world.campaign_officer} | days | fields
    return YearTurnover.begin(old, **fields)


def every_row() -> dict[str, dict[int, dict[str, Any]]]:
    """All rows of all tables of the portal that tell a fact."""
    own = [model for model in apps.get_models() if any(field.name == "ward" for field in model._meta.fields)]
    return {
        model._meta.label: {row[model._meta.pk.attname]: row for row in model._base_manager.values()} for model in own
    }


def test_the_new_year_takes_over_and_no_row_of_the_old_year_changes(full: World) -> None:
    row = begun(full)
    before = every_row()
    made = row.carry_over(by=full.campaign_officer, parts=ALL)
    after = every_row()
    before.pop("campaigns.YearTurnover")
    for table, rows in before.items():
        assert rows.items() <= after[table].items(), table
    new = row.campaign
    assert made == sum(map(len, row.carried.values()))
    assert [focus.undertaking.name for focus in new.foci.all()] == ["Cụm trường học"]
    assert list(new.theme_fields.values_list("code", flat=True)) == list(
        full.campaign.theme_fields.values_list("code", flat=True)
    )
    terms = RegistrationTerms.of(new)
    assert (terms.registers_until, terms.review_days) == (today().replace(year=today().year + 1), 4)
    rules = ReminderRule.objects.filter(ward=full.ward, year=new.year)
    assert len(rules) == ReminderRule.objects.filter(year=full.campaign.year).count() > 0
    assert not any(rule.enabled for rule in rules)
    draft = MobilizationModel.objects.get(campaign=new)
    old = MobilizationModel.objects.get(campaign=full.campaign, state=ModelState.ACTIVE)
    assert (draft.state, draft.origin, draft.previous, draft.title) == (ModelState.DRAFT, "kept", old, old.title)
    assert draft.theme_field.campaign == new
    assert not draft.targets.get().due_on
    assert [(str(p), p.part) for p in draft.participations.all()] == [
        ("Mặt trận Tổ quốc phường", "Vận động hội viên"),
        ("Trường học", ""),
    ]
    assert draft.areas.get().unit == full.front
    event = Event.objects.get(kind="campaigns.campaign.carried_over")
    assert (event.facts["year"], event.facts["rows"]) == (full.campaign.year, made)


def test_tasks_that_come_again_go_on_by_their_rule_and_give_nothing_before_the_year_is_open(full: World) -> None:
    old = full.campaign
    for title, fields in {
        "Mỗi tuần": {"every": "week", "first_on": today() - datetime.timedelta(days=30)},
        "Mùa hè": {"every": "month", "until": today() + datetime.timedelta(days=60)},
        "Đã thôi": {},
        "Của chi bộ đã hết": {},
    }.items():
        unit = full.other_cell if title == "Của chi bộ đã hết" else full.cell
        monthly(full, old, title=title, **fields).plan(by=full.campaign_officer, lead_units=[unit])
    TaskSeries.objects.get(title="Đã thôi").end(by=full.campaign_officer)
    Unit.objects.filter(pk=full.other_cell.pk).update(valid_to=today())
    row = begun(full)
    row.carry_over(by=full.campaign_officer, parts=["series"])
    new = row.campaign
    made = {series.title: series for series in TaskSeries.objects.filter(campaign=new)}
    assert set(made) == {"Báo cáo tháng", "Mỗi tuần", "Mùa hè"}
    monthly_one = made["Báo cáo tháng"]
    assert new.opens_on <= monthly_one.first_on < new.opens_on + datetime.timedelta(days=32)
    assert {(unit.unit, unit.leads) for unit in monthly_one.units.all()} == {(full.cell, True), (full.front, False)}
    weekly, before = made["Mỗi tuần"], TaskSeries.objects.get(campaign=old, title="Mỗi tuần")
    assert weekly.first_on.weekday() == before.first_on.weekday()
    assert new.opens_on <= weekly.first_on < new.opens_on + datetime.timedelta(days=7)
    summer, season = made["Mùa hè"], TaskSeries.objects.get(campaign=old, title="Mùa hè")
    assert summer.first_on >= max(season.first_on + relativedelta(years=1), new.opens_on)
    assert summer.until >= summer.first_on
    assert not any(series.tasks.exists() or series.generate() for series in made.values())


def test_schedules_of_streets_that_end_with_the_year_begin_anew_and_the_old_ones_stay(full: World) -> None:
    old = full.campaign
    ended, lasting, ended_early, taken = (streets.street(full) for _n in range(4))
    last = old.closes_on - datetime.timedelta(days=3)
    for street, until in ((ended, last), (lasting, None), (ended_early, today()), (taken, last)):
        streets.series(street, every=2, until=until, lead_unit=full.cell)
    row = begun(full)
    streets.series(taken, every=2, first_on=row.campaign.opens_on)
    Unit.objects.filter(pk=full.cell.pk).update(valid_to=today())
    before = every_row()["beautification.CleanupSeries"]
    (line,) = (one for one in row.lines() if one.part.code == "street_series")
    assert line.count == 1
    row.carry_over(by=full.campaign_officer, parts=["street_series"])
    fresh = CleanupSeries.objects.get(pk__in=row.carried["street_series"])
    was = ended.series.exclude(pk=fresh.pk).get()
    assert (fresh.street, fresh.rrule, fresh.until) == (ended, was.rrule, last + relativedelta(years=1))
    assert 0 <= (fresh.first_on - row.campaign.opens_on).days < 14
    assert (fresh.first_on - was.next_day(was.first_on)).days % 14 == 0, "the same weeks"
    assert fresh.lead_unit is None, "the unit has ended, so the street's own leads"
    assert before.items() <= every_row()["beautification.CleanupSeries"].items()
    assert str(ended) in line.part.say(fresh)


def test_a_year_takes_over_once_and_can_be_gone_on_with_until_then(full: World) -> None:
    row = begun(full)
    again = begun(full, theme="Khác")
    assert (again, again.campaign.theme) == (row, "Năm sau")
    stale = YearTurnover.objects.get(pk=row.pk)
    row.carry_over(by=full.campaign_officer, parts=["fields"])
    assert CampaignFocus.objects.filter(campaign=row.campaign).count() == 0
    with pytest.raises(PermissionDenied, match="một lần"):
        row.carry_over(by=full.campaign_officer, parts=ALL)
    with pytest.raises(StateChanged):
        stale.carry_over(by=full.campaign_officer, parts=ALL)
    assert ThemeField.objects.filter(campaign=row.campaign).count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        YearTurnover(ward=full.ward, campaign=row.campaign, since=full.campaign).save()
    with pytest.raises(IntegrityError), transaction.atomic():
        YearTurnover(ward=full.ward, campaign=full.campaign, since=full.campaign).save()


def test_what_the_new_year_has_already_is_not_taken_over_twice(full: World) -> None:
    days = {"opens_on": today() + datetime.timedelta(days=40), "closes_on": today() + datetime.timedelta(days=400)}
    new = make.campaign(full.ward, year=full.campaign.year + 1, state="draft", **days)
    models.theme_field(new)
    monthly(full, new, first_on=new.opens_on).save()
    CampaignFocus.objects.create(
        ward=full.ward,
        campaign=new,
        undertaking=Undertaking.objects.get(slug__contains="cong-trinh", name="Cụm trường học"),
    )
    row = begun(full)
    assert row.campaign == new
    assert {line.part.code for line in row.lines()} == {"terms", "models", "rules"}


def test_wrong_years_and_wrong_people_are_told_so(full: World, sign_in: Callable) -> None:
    with pytest.raises(ValidationError, match=str(full.campaign.year)):
        begun(full, year=full.campaign.year)
    with pytest.raises(PermissionDenied):
        begun(full, by=full.head)
    make.campaign(full.ward, year=full.campaign.year + 1, state="closed")
    with pytest.raises(PermissionDenied):
        begun(full)
    client, old = sign_in(full.campaign_officer), full.campaign
    sent = {"year": str(old.year), "theme": "X", "opens_on": "01/01/2031", "closes_on": "31/12/2031"}
    Campaign.objects.filter(year=old.year + 1).update(year=old.year + 5)
    page = client.post(f"/campaigns/{old.year}/next/", sent).content.decode()
    assert "đã có năm này" in page
    assert not YearTurnover.objects.exists()


def test_models_of_a_unit_that_has_ended_stay_behind(full: World) -> None:
    Unit.objects.filter(pk=full.cell.pk).update(valid_to=today())
    assert "models" not in {line.part.code for line in begun(full).lines()}


def numbers(page: str) -> dict[str, int]:
    found = re.findall(r'href="([^"]+)"\s+data-value="(\d+)"', page)
    return {address: int(number) for address, number in found if "/carry-over/" in address}


def test_the_wizard_leads_from_the_old_year_to_the_new_one(full: World, sign_in: Callable, query_baseline: Any) -> None:
    client, old = sign_in(full.campaign_officer), full.campaign
    assert f"/campaigns/{old.year}/next/" in client.get(old.get_absolute_url()).content.decode()
    query_baseline.check("turnover_new", client, f"/campaigns/{old.year}/next/")
    sent = {
        "year": str(old.year + 1),
        "theme": "Năm sau",
        "opens_on": f"01/01/{old.year + 1}",
        "closes_on": f"31/12/{old.year + 1}",
    }
    here = client.post(f"/campaigns/{old.year}/next/", sent).url
    assert here == f"/campaigns/{old.year + 1}/carry-over/"
    assert client.get(f"/campaigns/{old.year}/next/").url == here
    assert here in client.get(f"/campaigns/{old.year + 1}/").content.decode()
    page = query_baseline.check("turnover_detail", client, here).content.decode()
    assert f"Năm {old.year + 1} chưa có lịch nghỉ" in page
    before = numbers(page)
    assert len(before) == len(ALL)
    assert {address: client.get(address).context["page"].paginator.count for address in before} == before
    done = client.post(here, {"parts": ["fields", "rules"]}, follow=True).content.decode()
    after = numbers(done)
    assert set(after) == {address for address in before if re.search("fields|rules", address)}
    assert {address: client.get(address).context["page"].paginator.count for address in after} == after
    query_baseline.check("turnover_rows", client, next(iter(after)))
    assert client.post(here, {"parts": ["terms"]}).status_code == 403
    assert client.get(here + "nothing/").status_code == 404
    row = YearTurnover.objects.get()
    assert (row.state, row.campaign.state) == (TurnoverState.DONE, "draft")
    calendars.calendar_year(full.ward, old.year + 1)
    assert "chưa có lịch nghỉ" not in client.get(here).content.decode()


def test_a_year_that_is_there_already_is_asked_about_first(full: World, sign_in: Callable) -> None:
    client, old = sign_in(full.campaign_officer), full.campaign
    make.campaign(full.ward, year=old.year + 1, state="draft")
    assert f"{old.year + 1}" in client.get(f"/campaigns/{old.year}/next/").content.decode()
    assert not YearTurnover.objects.exists()
    assert client.post(f"/campaigns/{old.year}/next/").url == f"/campaigns/{old.year + 1}/carry-over/"


def test_the_opening_asks_for_the_next_year_when_this_one_ends_soon(full: World) -> None:
    def said() -> str:
        step = next(one for one in steps(full.campaign_officer, full.ward) if one.code == "year")
        return " ".join(str(lack.what) for lack in step.lacks)

    assert said() == ""
    Campaign.objects.filter(pk=full.campaign.pk).update(closes_on=today() + datetime.timedelta(days=40))
    assert str(full.campaign.year + 1) in said()
    row = begun(full)
    assert "chưa chuyển" in said()
    row.carry_over(by=full.campaign_officer, parts=[])
    assert said() == ""


def test_every_part_says_what_becomes_of_it() -> None:
    assert {part.code for part in next_year.parts()} >= ALL
    assert all(part.hint for part in next_year.parts())
