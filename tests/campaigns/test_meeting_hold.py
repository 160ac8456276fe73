from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from campaigns.models import Meeting, MeetingInvitee
from core.models import StateChanged, today
from tests.campaigns.factories import days_ago, meeting, ward_plan
from tests.world import World


def day(days: int = 0) -> str:
    return days_ago(days).strftime("%d/%m/%Y")


def test_the_officer_plans_a_session_and_invites_units(world: World, sign_in: Callable) -> None:
    data = {
        "kind": "dissemination",
        "title": "Hội nghị quán triệt Kế hoạch 82",
        "held_on": day(-5),
        "starts_at": "8h",
        "place": "Hội trường phường",
        "units": [world.cell.pk, world.front.pk],
    }
    response = sign_in(world.campaign_officer).post("/briefings/new/", data)
    row = Meeting.objects.get()
    assert response.url == row.get_absolute_url()
    assert (row.state, f"{row.starts_at:%H:%M}") == ("planned", "08:00")
    assert {invitee.unit for invitee in row.invitees.all()} == {world.cell, world.front}


def test_a_session_is_written_down_as_held_with_its_minutes(world: World, sign_in: Callable) -> None:
    row, minutes = meeting(world.campaign, held_on=days_ago(3)), ward_plan(world)
    data = {"held_on": day(2), "minutes": minutes.pk}
    sign_in(world.campaign_officer).post(f"/briefings/{row.pk}/hold/", data)
    row.refresh_from_db()
    assert (row.state, row.held_on, row.minutes) == ("held", days_ago(2), minutes)
    assert row.transitions.first().on == days_ago(2)


def test_a_session_entered_afterwards_keeps_its_steps_in_order(world: World) -> None:
    row = meeting(world.campaign)
    row.hold(by=world.campaign_officer, held_on=days_ago(20))
    assert row.held_on == days_ago(20)
    assert row.transitions.first().new == "held"


def test_a_session_is_not_held_in_the_future(world: World, sign_in: Callable) -> None:
    row = meeting(world.campaign)
    response = sign_in(world.campaign_officer).post(f"/briefings/{row.pk}/hold/", {"held_on": day(-1)})
    assert "held_on" in response.context["form"].errors
    with pytest.raises(ValidationError):
        row.hold(by=world.campaign_officer, held_on=days_ago(-1))


def test_the_database_refuses_a_held_session_without_day(world: World) -> None:
    row = meeting(world.campaign)
    with pytest.raises(IntegrityError), transaction.atomic():
        Meeting.objects.filter(pk=row.pk).update(state="held")


def test_a_cancelled_session_is_not_held(world: World) -> None:
    row = meeting(world.campaign)
    row.cancel(by=world.campaign_officer, reason="Bão")
    with pytest.raises(StateChanged):
        row.hold(by=world.campaign_officer, held_on=today())


def test_the_reason_of_a_cancellation_is_shown(world: World, sign_in: Callable) -> None:
    row = meeting(world.campaign)
    client = sign_in(world.campaign_officer)
    client.post(f"/briefings/{row.pk}/cancel/", {"reason": "Bão số 3"})
    assert "Bão số 3" in client.get(row.get_absolute_url()).content.decode()


def test_who_was_absent_is_informed_afterwards(world: World, sign_in: Callable) -> None:
    row = meeting(world.campaign)
    client = sign_in(world.campaign_officer)
    client.post(f"/briefings/{row.pk}/invitees/new/", {"group": "Hiệu trưởng các trường", "invited": "5"})
    invitee = row.invitees.get()
    assert (invitee.invited, invitee.present) == (5, None)
    data = {"group": invitee.group, "invited": "5", "present": "4", "absence": "re_briefed"}
    refused = client.post(f"/briefings/invitees/{invitee.pk}/edit/", data)
    assert "re_briefed_on" in refused.context["form"].errors
    client.post(f"/briefings/invitees/{invitee.pk}/edit/", data | {"re_briefed_on": day()})
    invitee.refresh_from_db()
    assert (invitee.present, invitee.re_briefed_on) == (4, today())


def test_a_unit_is_invited_once(world: World, sign_in: Callable) -> None:
    row = meeting(world.campaign)
    client = sign_in(world.campaign_officer)
    for _n in range(2):
        response = client.post(f"/briefings/{row.pk}/invitees/new/", {"unit": world.cell.pk})
    assert response.status_code == 200
    assert response.context["form"].errors
    assert row.invitees.count() == 1


def test_the_database_refuses_an_invitation_of_nobody(world: World) -> None:
    row = meeting(world.campaign)
    with pytest.raises(IntegrityError), transaction.atomic():
        MeetingInvitee.objects.create(ward=world.ward, meeting=row)


def test_no_count_is_never_nought(world: World, sign_in: Callable) -> None:
    row = meeting(world.campaign)
    MeetingInvitee.objects.create(ward=world.ward, meeting=row, unit=world.cell)
    assert "chưa có số" in sign_in(world.head).get(row.get_absolute_url()).content.decode()
