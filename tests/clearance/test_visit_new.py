import datetime
import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns.choices import CampaignState
from clearance import actions
from clearance.actions import HandOver
from clearance.choices import AttendanceReply, InvitationState, Outreach, VisitOutcome
from clearance.models import Household, Visit
from core.agenda import Ask, items
from core.models import today
from notifications.models import Event
from tests import factories as base
from tests.clearance import factories as make
from tests.deadlines.factories import day_off
from tests.world import World


@pytest.fixture
def household(place: dict) -> Household:
    return place["of_cell"][0]


def address(household: Household) -> str:
    return reverse("clearance:visit_new", args=[household.project.slug, household.number])


def answers(**more: Any) -> dict[str, Any]:
    return {"client_id": str(uuid.uuid4()), "outcome": "met_head", "purpose": "explain"} | more


@pytest.fixture
def head(world: World, sign_in: Callable) -> Client:
    return sign_in(world.head)


def test_the_head_saves_a_visit_with_two_answers(world: World, head: Client, household: Household) -> None:
    dialogue = make.dialogue(household.project, world.campaign)
    page = head.get(address(household))
    client_id = re.search(r'name="client_id" value="([0-9a-f-]{36})"', page.content.decode())[1]
    sent = {"client_id": client_id, "outcome": "met_head", "attendance_reply": "will_come", "purpose": "explain"}
    response = head.post(address(household), sent)
    assert response.status_code == 302
    assert response.url == reverse("clearance:household_list", args=[household.project.slug])
    visit = Visit.objects.get()
    assert (visit.household, visit.team, visit.by) == (household, world.cell, world.head)
    assert (visit.outcome, visit.attendance_reply) == (VisitOutcome.MET_HEAD, AttendanceReply.WILL_COME)
    assert (visit.asked_for, visit.entered_for_unit_by) == (dialogue, None)


def test_a_double_post_is_one_visit(head: Client, household: Household) -> None:
    sent = answers()
    assert [head.post(address(household), sent).status_code for _twice in range(2)] == [302, 302]
    assert Visit.objects.count() == 1
    assert Event.objects.filter(kind="clearance.visit.recorded").count() == 1


def test_going_back_and_saving_again_is_no_second_visit(head: Client, household: Household) -> None:
    assert head.post(address(household), answers()).status_code == 302
    again = head.post(address(household), answers())
    assert "đã ghi lúc" in again.content.decode()
    assert Visit.objects.count() == 1
    earlier = timezone.localtime() - datetime.timedelta(hours=1)
    sent = answers(visited_on=f"{earlier:%d/%m/%Y}", visited_time=f"{earlier:%H:%M}")
    assert head.post(address(household), sent).status_code == 302
    assert head.post(address(household), answers(outcome="nobody_home")).status_code == 302
    assert Visit.objects.count() == 3


def test_nothing_about_the_household_is_preselected(world: World, head: Client, household: Household) -> None:
    make.invitation(make.dialogue(household.project, world.campaign), household)
    page = head.get(address(household)).content.decode()
    radios = re.findall(r'<input type="radio"[^>]*>', page)
    assert len(radios) >= len(VisitOutcome) + 4
    assert not [radio for radio in radios if "checked" in radio]


def test_another_team_s_household_is_not_found(world: World, sign_in: Callable, household: Household) -> None:
    for person in (world.neighbour, world.field_member, world.stranger):
        client = sign_in(person)
        assert client.get(address(household)).status_code == 404
        assert client.post(address(household), answers()).status_code == 404
    assert not Visit.objects.exists()


def test_without_an_answer_the_form_says_what_to_do(head: Client, household: Household) -> None:
    response = head.post(address(household), answers(outcome="", note="Đã gặp ở ngõ"))
    assert response.status_code == 200
    assert "outcome" in response.context["form"].errors
    assert "Đã gặp ở ngõ" in response.content.decode()


def test_the_reply_is_asked_only_when_a_dialogue_is_planned(world: World, head: Client, household: Household) -> None:
    assert b"attendance_reply" not in head.get(address(household)).content
    make.dialogue(household.project, world.campaign)
    assert b"attendance_reply" in head.get(address(household)).content


def test_nobody_home_drops_the_hidden_answers(world: World, head: Client, household: Household) -> None:
    invitation = make.invitation(make.dialogue(household.project, world.campaign), household)
    sent = answers(outcome="nobody_home", attendance_reply="not_coming", delivery="signed")
    assert head.post(address(household), sent).status_code == 302
    invitation.refresh_from_db()
    assert Visit.objects.get().attendance_reply is None
    assert invitation.state == InvitationState.TO_DELIVER


def test_a_question_of_nobody_is_not_swallowed(world: World, head: Client, household: Household) -> None:
    sent = answers(outcome="nobody_home", question="Bao giờ đo đất?", owner=world.government.pk, due_on="31/12/2099")
    response = head.post(address(household), sent)
    assert "outcome" in response.context["form"].errors


def test_a_question_is_owed_by_its_owner(world: World, head: Client, household: Household) -> None:
    due = base.worked(today() + datetime.timedelta(days=4))
    sent = answers(question="Bao giờ đo đất?", owner=world.government.pk, due_on=f"{due:%d/%m/%Y}")
    assert head.post(address(household), sent).status_code == 302
    question = household.questions.get()
    assert (question.owner, question.due_on, question.visit) == (world.government, due, Visit.objects.get())
    household.refresh_from_db()
    assert household.outreach == Outreach.WARD_OWES_ANSWER


def test_the_invitation_is_handed_over_in_the_same_form(world: World, head: Client, household: Household) -> None:
    invitation = make.invitation(make.dialogue(household.project, world.campaign), household)
    unsigned = answers(delivery="unsigned_witnessed", receiver="Ông Thử")
    assert "witness" in head.post(address(household), unsigned).context["form"].errors
    head.post(address(household), unsigned | {"witness": "Bà Mẫu, tổ trưởng"})
    invitation.refresh_from_db()
    assert (invitation.state, invitation.witness) == (InvitationState.UNSIGNED_WITNESSED, "Bà Mẫu, tổ trưởng")
    assert invitation.delivered_in == Visit.objects.get()


def test_a_letter_delivered_meanwhile_saves_nothing_and_says_so(
    world: World, head: Client, household: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    invitation = make.invitation(make.dialogue(household.project, world.campaign), household)
    record = actions.record_visit

    def late(*args: Any, **kwargs: Any) -> Visit:
        invitation.deliver(by=world.head, campaign=world.campaign, at=make.at(0, 0), outcome="signed")
        return record(*args, **kwargs)

    monkeypatch.setattr(actions, "record_visit", late)
    response = head.post(address(household), answers(delivery="signed"))
    assert response.status_code == 200
    assert "nên không làm được bước đó nữa" in response.content.decode()
    assert not Visit.objects.exists()


@pytest.mark.parametrize(
    "sent, field",
    [
        ({"visited_on": "01/01/2099", "visited_time": "10:00"}, "visited_time"),
        ({"visited_on": "01/01/2020", "visited_time": "10:00"}, "visited_on"),
        ({"note": "Gọi lại số 0912 345 678"}, "note"),
        ({"note": "CCCD 001099012345"}, "note"),
        ({"follow_up_on": "01/01/2020"}, "follow_up_on"),
        ({"purpose": "spy"}, "purpose"),
        ({"client_id": "x"}, "client_id"),
        ({"question": "Bao giờ?", "owner": "", "due_on": ""}, "owner"),
    ],
)
def test_wrong_input_is_refused_in_place(head: Client, household: Household, sent: dict, field: str) -> None:
    response = head.post(address(household), answers(**sent))
    assert response.status_code == 200
    assert field in response.context["form"].errors
    assert not Visit.objects.exists()


def test_a_sum_of_money_is_no_phone_number(head: Client, household: Household) -> None:
    head.post(address(household), answers(note="Hộ hỏi về 1.500.000.000 đồng, họp 04/05/2022 lúc 7h30"))
    assert Visit.objects.count() == 1


def test_a_paused_household_is_warned_of_and_receives_papers_only(
    world: World, head: Client, household: Household
) -> None:
    household.pause(by=world.clearance_officer, campaign=world.campaign, reason="Nhà có việc hiếu")
    page = head.get(address(household)).content.decode()
    assert "Nhà có việc hiếu" in page
    assert "purpose" in head.post(address(household), answers()).context["form"].errors
    assert head.post(address(household), answers(purpose="deliver_paper")).status_code == 302


def test_an_officer_enters_for_the_team(world: World, sign_in: Callable, household: Household) -> None:
    sign_in(world.clearance_officer).post(address(household), answers(companions=[world.superior.pk]))
    visit = Visit.objects.get()
    assert (visit.team, visit.entered_for_unit_by) == (world.cell, world.clearance_officer)
    assert [row.unit for row in visit.companions.all()] == [world.superior]


def test_a_household_without_a_team_asks_for_one(world: World, sign_in: Callable, place: dict) -> None:
    household = make.household(place["project"], world.campaign)
    client = sign_in(world.clearance_officer)
    assert "team" in client.post(address(household), answers()).context["form"].errors
    client.post(address(household), answers(team=world.team.pk))
    assert Visit.objects.get().team == world.team


def test_a_closed_year_can_only_be_read(world: World, head: Client, household: Household) -> None:
    world.campaign.move(CampaignState.CLOSED, since=[CampaignState.OPEN], by=None)
    assert head.post(address(household), answers()).status_code == 403
    assert not Visit.objects.exists()


def test_a_void_visit_stays_to_be_seen(world: World, head: Client, household: Household) -> None:
    visit = make.visit(household, world.campaign, world.cell, by=world.head)
    page = reverse("clearance:visit_void", args=[visit.pk])
    assert "reason" in head.post(page, {"reason": ""}).context["form"].errors
    assert head.post(page, {"reason": "Ghi nhầm hộ"}).status_code == 302
    seen = head.get(household.get_absolute_url()).content.decode()
    assert "Ghi nhầm hộ" in seen
    assert "<s>" in seen
    assert head.get(page).status_code == 403


def test_an_invitation_carried_to_a_closed_door_never_reads_as_handed_over(
    world: World, head: Client, household: Household
) -> None:
    invitation = make.invitation(make.dialogue(household.project, world.campaign), household)
    sent = answers(outcome="nobody_home", purpose="deliver_invitation", delivery="signed")
    said = head.post(address(household), sent, follow=True).content.decode()
    assert "Giấy mời chưa giao" in said
    invitation.refresh_from_db()
    assert (invitation.state, invitation.delivered_in) == (InvitationState.TO_DELIVER, None)
    page = head.get(household.get_absolute_url()).content.decode()
    assert "Mục đích: Giao giấy mời (lần này chưa giao được)" in page


def test_a_visit_that_handed_the_invitation_over_does_not_say_otherwise(
    world: World, head: Client, household: Household
) -> None:
    make.invitation(make.dialogue(household.project, world.campaign), household)
    said = head.post(address(household), answers(purpose="deliver_invitation", delivery="signed"), follow=True)
    assert "Giấy mời chưa giao" not in said.content.decode()
    assert "chưa giao được" not in head.get(household.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    "outcome, delivery",
    [
        ("met_family", "signed"),
        ("met_head", "taken_by_family"),
        ("declined", "signed"),
        ("declined", "taken_by_family"),
    ],
)
def test_what_became_of_the_paper_fits_who_was_met(
    world: World, head: Client, household: Household, outcome: str, delivery: str
) -> None:
    invitation = make.invitation(make.dialogue(household.project, world.campaign), household)
    response = head.post(address(household), answers(outcome=outcome, delivery=delivery))
    assert "delivery" in response.context["form"].errors
    with pytest.raises(ValidationError):
        make.visit(household, world.campaign, world.cell, outcome=outcome, hand_over=HandOver(invitation, delivery))
    assert not Visit.objects.exists()


def test_nobody_goes_to_hand_over_an_invitation_that_is_not_there(head: Client, household: Household) -> None:
    response = head.post(address(household), answers(purpose="deliver_invitation"))
    assert "purpose" in response.context["form"].errors


def test_a_day_to_come_again_is_an_appointment_only_if_somebody_opened(world: World, head: Client, place: dict) -> None:
    one, two = place["of_cell"][:2]
    make.visit(one, world.campaign, world.cell, outcome="nobody_home", follow_up_on=today())
    make.visit(two, world.campaign, world.cell, outcome="later", follow_up_on=today())
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.outreach, two.outreach) == (Outreach.IN_CONTACT, Outreach.FOLLOW_UP)
    assert "Tổ sẽ đến lại ngày" in head.get(one.get_absolute_url()).content.decode()
    assert "Hẹn gặp" in head.get(two.get_absolute_url()).content.decode()
    work = items(Ask(world.head, world.campaign, today(), today(), today(), world.cell))
    assert {item.title: item.is_appointment for item in work} == {
        f"Đến lại hộ số {one.number}": False,
        f"Hẹn gặp hộ số {two.number}": True,
    }


def test_an_appointment_on_a_holiday_is_asked_about_where_it_was_typed(
    world: World, head: Client, household: Household
) -> None:
    day = today() + datetime.timedelta(days=6)
    day_off(world.ward, day, name="Tết thử")
    sent = answers(follow_up_on=f"{day:%d/%m/%Y}")
    asked = head.post(address(household), sent)
    assert "Tết thử" in str(asked.context["form"].errors["follow_up_on"])
    page = asked.content.decode()
    assert page.index('name="follow_up_on"') < page.index('name="keep"') < page.index('name="note"')
    keep = asked.context["form"].fields["keep"].choices[0][0]
    assert head.post(address(household), sent | {"keep": [keep]}).status_code == 302
    assert Visit.objects.get().follow_up_on == day
