"""Rounds of visits: teams of two, lists handed out and returned, and whom nobody bothers."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.seats import Seats
from clearance import actions
from clearance.agenda import rounds
from clearance.choices import RoundState
from clearance.models import Household, PlannedVisit, RoundTeam, Visit, VisitRound, VisitRule
from clearance.reminders import _rounds_out, holders
from core.agenda import Ask
from core.models import today
from deadlines.models import Blackout, Calendar
from notifications.models import Event, ReminderRule
from tests.clearance import factories as make
from tests.clearance.test_owed import ONE_DAY, day
from tests.deadlines.factories import day_off
from tests.world import World


def a_round(world: World, place: dict, purpose: str = "explain", days: int = 6, teams: int = 1) -> VisitRound:
    row = VisitRound(ward=world.ward, project=place["project"], purpose=purpose)
    row.from_on, row.to_on = today(), today() + days * ONE_DAY
    row.plan(by=world.clearance_officer, campaign=world.campaign)
    for _team in range(teams):
        own = {"by": world.clearance_officer, "campaign": world.campaign, "unit": world.cell}
        row.add_team(people=[world.head], guests=["Bà Tám, Hội Phụ nữ"], **own)
    return row


def plan(row: VisitRound, world: World, households: Any = None, **fields: Any) -> Any:
    rows = households if households is not None else Household.objects.filter(ward=world.ward)
    facts = {"by": world.clearance_officer, "campaign": world.campaign, "households": rows, "on": today()}
    team = row.teams.get(number=1)
    return team.plan(**facts | fields)


def only(*households: Household) -> Any:
    return Household.objects.filter(pk__in=[row.pk for row in households])


def test_a_round_from_the_plan_to_the_list_returned(world: World, sign_in: Callable, place: dict) -> None:
    officer, head, slug = sign_in(world.clearance_officer), sign_in(world.head), place["project"].slug
    sent = {"purpose": "explain", "from_on": day(0), "to_on": day(5)}
    wrong = officer.post(reverse("clearance:round_new", args=[slug]), sent | {"from_on": day(-1)})
    assert "from_on" in wrong.context["form"].errors
    assert officer.post(reverse("clearance:round_new", args=[slug]), sent).status_code == 302
    row = VisitRound.objects.get()
    team_url = reverse("clearance:round_team", args=[slug, 1, world.cell.pk])
    for alone in ({"people": [world.head.pk]}, {"guests": "Bà Tám\nÔng Tư"}):
        assert officer.post(team_url, alone).context["form"].errors
    assert officer.post(team_url, {"people": [world.head.pk], "guests": "Bà Tám"}).status_code == 302
    team = RoundTeam.objects.get()
    assert [str(person) for person in team.people.all()] == [world.head.full_name, "Bà Tám"]

    first = place["of_cell"][0]
    url = reverse("clearance:households_plan", args=[slug])
    other = place["of_neighbour"]
    page = officer.post(f"{url}?row={first.pk}&row={other.pk}", {"team": team.pk, "on": day(0)}, follow=True)
    assert f"hộ số {other.number} không do đơn vị này phụ trách" in page.content.decode()
    assert PlannedVisit.objects.get().household == first
    assert row.state == RoundState.PLANNED
    assert not head.get(reverse("clearance:visits_today")).context["now"], "the list is not handed out yet"
    assert officer.post(reverse("clearance:round_hand_out", args=[slug, 1])).status_code == 302
    assert officer.post(reverse("clearance:round_hand_out", args=[slug, 1])).status_code == 403
    mine = head.get(reverse("clearance:visits_today"))
    assert [planned.household for planned in mine.context["now"]] == [first]
    assert first.representative.name not in mine.content.decode()
    ask = Ask(world.head, world.campaign, today(), today() + 7 * ONE_DAY, today())
    assert [item.title for item in rounds(ask)] == ["1 lượt thăm hộ trong danh sách của bạn"]
    assert officer.post(reverse("clearance:round_close", args=[slug, 1])).status_code == 403

    visit = make.visit(first, world.campaign, world.cell, by=world.head)
    assert PlannedVisit.objects.get().visit == visit
    assert not head.get(reverse("clearance:visits_today")).context["now"]
    assert "Gặp chủ hộ" in officer.get(row.get_absolute_url()).content.decode()
    officer_ask = Ask(world.clearance_officer, world.campaign, today(), today() + 7 * ONE_DAY, today())
    assert len(list(rounds(officer_ask))) == 1
    give_back = reverse("clearance:round_return", args=[team.pk])
    assert sign_in(world.neighbour).post(give_back).status_code == 404
    assert head.post(give_back).status_code == 302
    row.refresh_from_db()
    assert row.state == RoundState.RETURNED
    assert not list(rounds(officer_ask))
    assert head.post(give_back).status_code == 403
    assert officer.post(reverse("clearance:round_close", args=[slug, 1])).status_code == 302
    kinds = {"planned", "team_added", "filled", "handed_out", "returned", "closed"}
    assert {f"clearance.round.{kind}" for kind in kinds} <= set(Event.objects.values_list("kind", flat=True))


def test_quiet_paused_too_often_and_elsewhere_are_left_out_with_the_reason(world: World, place: dict) -> None:
    first, second = place["of_cell"]
    row = a_round(world, place)
    first.pause(by=world.clearance_officer, campaign=world.campaign, reason="con ốm")
    for hour in (8, 9):
        at = make.at(0, hour) if make.at(0, hour) < make.timezone.now() else make.timezone.now()
        make.visit(second, world.campaign, world.cell, visited_at=at)
    told = plan(row, world, only(first, second))
    assert (told.count, set(told.left_out)) == (0, {first.number, second.number})
    statutory = a_round(world, place, purpose="deliver_paper")
    assert plan(statutory, world, only(first, second)).count == 2, "papers that the law orders are brought"
    again = plan(a_round(world, place, purpose="deliver_paper"), world, only(first))
    assert "2" in again.left_out[first.number]


def test_a_day_agreed_with_the_household_is_no_bother(world: World, place: dict) -> None:
    household = place["of_cell"][0]
    for follow_up in (None, today()):
        make.visit(household, world.campaign, world.cell, follow_up_on=follow_up)
    assert plan(a_round(world, place), world, only(household)).count == 1


def test_nobody_visits_on_a_quiet_day_or_at_a_late_hour(world: World, place: dict) -> None:
    row = a_round(world, place)
    VisitRule.propose(world.ward, by=world.clearance_officer)
    with pytest.raises(ValidationError, match="Chỉ thăm hộ từ 07:30"):
        plan(row, world, at=datetime.time(21))
    with pytest.raises(ValidationError):
        plan(row, world, on=today() + 30 * ONE_DAY)
    after = (today() + n * ONE_DAY for n in range(1, 6))
    quiet = next(day for day in after if day.weekday() in (1, 2, 3))  # of a free Monday the weekend before is quiet too
    day_off(world.ward, quiet, name="Ngày yên tĩnh của phường")
    with pytest.raises(ValidationError, match="Không thăm hộ"):
        plan(row, world, on=quiet)
    assert plan(row, world, at=datetime.time(18)).count == 2


def test_a_paper_of_the_procedure_is_planned_off_closed_times(world: World, sign_in: Callable, place: dict) -> None:
    make.clocks(world)
    Blackout.propose(world.ward, by=None)
    officer, household = sign_in(world.clearance_officer), place["of_cell"][0]
    address = f"{reverse('clearance:households_plan', args=[place['project'].slug])}?row={household.pk}"

    days = (today() + n * ONE_DAY for n in range(30))
    free = next(on for on in days if not Calendar(world.ward.pk).why_no_event(on))

    def asked(row: VisitRound, at: str) -> Any:
        sent = {"team": row.teams.get().pk, "on": f"{free:%d/%m/%Y}", "at": at}
        return officer.post(address, sent)

    papers = a_round(world, place, "deliver_paper", days=30)
    assert "keep" in asked(papers, "19:30").context["form"].errors, "nobody has verified the hours: it is asked"
    Blackout.objects.update(verified_by="Ông Luật", verified_on=today())
    form = asked(papers, "19:30").context["form"]
    assert "on" in form.errors
    assert "keep" not in form.fields
    assert not PlannedVisit.objects.exists()
    assert asked(a_round(world, place, "explain", days=30), "19:30").status_code == 302
    assert PlannedVisit.objects.get().household == household


def test_the_rule_is_a_dated_row_and_the_former_ends(world: World, sign_in: Callable) -> None:
    officer = sign_in(world.clearance_officer)
    assert VisitRule.propose(world.ward, by=None) == 1
    VisitRule.objects.update(valid_from=today() - 5 * ONE_DAY)
    sent = {"valid_from": day(0), "per_week": 1, "starts_at": "08:00", "ends_at": "19:00", "callback_percent": 10}
    url = reverse("clearance:rule_new")
    assert officer.post(url, sent | {"source": "QĐ thử", "ends_at": "07:00"}).context["form"].errors
    assert officer.post(url, sent | {"source": "QĐ thử"}).status_code == 302
    assert VisitRule.of(world.ward, today()).per_week == 1
    assert VisitRule.of(world.ward, today() - ONE_DAY).per_week == 2
    assert "QĐ thử" in officer.get(reverse("clearance:visiting")).content.decode()


def test_an_empty_round_is_not_handed_out_and_steps_do_not_come_twice(world: World, place: dict) -> None:
    row, own = a_round(world, place), {"by": world.clearance_officer, "campaign": world.campaign}
    with pytest.raises(ValidationError):
        row.hand_out(**own)
    plan(row, world)
    row.hand_out(**own)
    stale = VisitRound.objects.get(pk=row.pk)
    for refused in (lambda: stale.hand_out(**own), lambda: stale.close(**own), lambda: plan(row, world)):
        with pytest.raises(ValidationError):
            refused()
    team = row.teams.get()
    team.give_back(**own)
    with pytest.raises(ValidationError):
        row.teams.get().give_back(**own)


def test_a_correction_keeps_the_visit_on_the_list_and_a_void_one_leaves_it(world: World, place: dict) -> None:
    row, household = a_round(world, place), place["of_cell"][0]
    plan(row, world, only(household))
    row.hand_out(by=world.clearance_officer, campaign=world.campaign)
    visit = make.visit(household, world.campaign, world.cell)
    assert not PlannedVisit.objects.to_visit().exists()
    actions.void_visit(visit, by=world.head, campaign=world.campaign, reason="nhầm hộ")
    assert PlannedVisit.objects.to_visit().exists()
    later = make.visit(household, world.campaign, world.cell)
    assert PlannedVisit.objects.get().visit == later


def test_lists_that_are_out_remind_their_people(world: World, place: dict) -> None:
    row = a_round(world, place, days=2)
    plan(row, world)
    rule = ReminderRule(ward=world.ward)
    span = (today(), today() + 3 * ONE_DAY)
    assert not list(_rounds_out(rule, *span))
    row.hand_out(by=world.clearance_officer, campaign=world.campaign)
    assert [target.subject for target in _rounds_out(rule, *span)] == [row]
    assert {world.head, world.clearance_officer} <= set(holders(row, Seats(world.ward.pk)))
    row.teams.get().give_back(by=world.head, campaign=world.campaign)
    assert not list(_rounds_out(rule, *span))


def test_the_database_keeps_one_place_in_a_round_and_whole_returns(world: World, place: dict) -> None:
    row = a_round(world, place, teams=2)
    plan(row, world, only(place["of_cell"][0]))
    second = row.teams.get(number=2)
    with pytest.raises(IntegrityError), transaction.atomic():
        PlannedVisit.objects.create(ward=world.ward, round=row, household=place["of_cell"][0], team=second, on=today())
    with pytest.raises(IntegrityError), transaction.atomic():
        RoundTeam.objects.filter(pk=second.pk).update(returned_on=today())
    assert not Visit.objects.exists()
