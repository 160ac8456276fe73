import datetime
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, InternalError, transaction

from campaigns.choices import CampaignState
from campaigns.models import CampaignClosed
from clearance import actions
from clearance.choices import AttendanceReply, InvitationState, Outreach, Purpose, VisitOutcome
from clearance.models import (
    AnsweredAlready,
    DialogueAttendance,
    DialogueChanges,
    Household,
    Invitation,
    RollLine,
    Visit,
)
from core.models import StateChanged, today
from notifications.models import Event
from tests.clearance import factories as make
from tests.world import World


def refused_by_the_database(act: object) -> bool:
    try:
        with transaction.atomic():
            act()
    except (IntegrityError, InternalError):
        return True
    return False


def test_a_visit_reaches_the_household_and_leaves_an_event(world: World, place: dict) -> None:
    household = place["of_cell"][0]
    visit = make.visit(household, world.campaign, world.cell, by=world.head)
    household.refresh_from_db()
    assert household.outreach == Outreach.MET
    event = Event.objects.get(kind="clearance.visit.recorded")
    assert (event.subject_id, event.unit, event.facts) == (household.pk, world.cell, {"visit": visit.pk})


def test_the_same_client_id_is_the_same_visit(world: World, place: dict) -> None:
    household, client_id = place["of_cell"][0], uuid.uuid4()
    asked = actions.Asked("Bao giờ có phương án?", world.government, today() + datetime.timedelta(days=3))
    first = make.visit(household, world.campaign, world.cell, client_id=client_id, asked=[asked])
    second = make.visit(household, world.campaign, world.cell, client_id=client_id, asked=[asked])
    assert first.pk == second.pk
    assert household.questions.count() == 1
    assert Event.objects.filter(kind="clearance.visit.recorded").count() == 1


def test_a_client_id_of_another_household_is_refused(world: World, place: dict) -> None:
    client_id = uuid.uuid4()
    make.visit(place["of_cell"][0], world.campaign, world.cell, client_id=client_id)
    with pytest.raises(ValidationError):
        make.visit(place["of_cell"][1], world.campaign, world.cell, client_id=client_id)


def test_a_visit_in_the_future_or_before_the_year_is_refused(world: World, place: dict) -> None:
    household = place["of_cell"][0]
    for days in (1, -101):
        with pytest.raises(ValidationError):
            make.visit(household, world.campaign, world.cell, visited_at=make.at(days))
    assert not household.visits.exists()


def test_a_closed_year_refuses_every_verb(world: World, place: dict) -> None:
    household, project, campaign = place["of_cell"][0], place["project"], world.campaign
    dialogue = make.dialogue(project, campaign)
    invitation = make.invitation(dialogue, household)
    visit = make.visit(household, campaign, world.cell)
    question = make.question(household, campaign, world.government)
    campaign.move(CampaignState.CLOSED, since=[CampaignState.OPEN], by=None)
    by = {"by": world.clearance_officer, "campaign": campaign}
    verbs = [
        lambda: actions.start_project(**by, name="X", shape="ward_runs", host=world.cell),
        lambda: actions.add_households(project, **by, households=[]),
        lambda: actions.void_visit(visit, **by, reason="nhầm"),
        lambda: make.visit(household, campaign, world.cell),
        lambda: project.change(**by, fields=["name"]),
        lambda: household.change(**by, address_line="B", residential_group=None),
        lambda: household.correct_name(**by, name="A"),
        lambda: household.represent(**by, on=today(), party=None, name="A"),
        lambda: household.assign(None, **by),
        lambda: household.pause(**by, reason="nghỉ"),
        lambda: household.resume(**by),
        lambda: make.dialogue(project, campaign),
        lambda: dialogue.change(**by, changes=DialogueChanges(("place",))),
        lambda: dialogue.hold(**by, on=today()),
        lambda: dialogue.cancel(**by, reason="mưa"),
        lambda: dialogue.invite(**by, households=[household]),
        lambda: dialogue.record_attendance(**by, roll={}),
        lambda: invitation.deliver(**by, at=make.at(0, 0), outcome=InvitationState.SIGNED),
        lambda: invitation.void(**by),
        lambda: make.question(household, campaign, world.government),
        lambda: question.give_answer(**by, answer="A", on=today()),
        lambda: question.tell(**by, on=today(), accepted=None),
    ]
    for verb in verbs:
        with pytest.raises(CampaignClosed):
            verb()


def test_the_ward_s_debt_comes_before_everything_else(world: World, place: dict) -> None:
    household, campaign = place["of_cell"][0], world.campaign
    visit = make.visit(household, campaign, world.cell, follow_up_on=today() + datetime.timedelta(days=2))
    assert household.outreach == Outreach.FOLLOW_UP
    question = make.question(household, campaign, world.government, visit=visit)
    assert household.outreach == Outreach.WARD_OWES_ANSWER
    question.give_answer(by=world.clearance_officer, campaign=campaign, answer="Tháng sau", on=today())
    household.refresh_from_db()
    assert household.outreach == Outreach.WARD_OWES_ANSWER  # the household does not know the answer yet
    question.tell(by=world.head, campaign=campaign, on=today(), accepted=True)
    household.refresh_from_db()
    assert household.outreach == Outreach.FOLLOW_UP


@pytest.mark.parametrize(
    "outcome, outreach",
    [
        (VisitOutcome.MET_FAMILY, Outreach.MET),
        (VisitOutcome.NOBODY_HOME, Outreach.IN_CONTACT),
        (VisitOutcome.DECLINED, Outreach.IN_CONTACT),
        (VisitOutcome.MOVED, Outreach.UNREACHABLE),
        (VisitOutcome.WRONG_ADDRESS, Outreach.UNREACHABLE),
    ],
)
def test_the_outreach_follows_the_newest_visit(world: World, place: dict, outcome: str, outreach: str) -> None:
    household = place["of_cell"][0]
    make.visit(household, world.campaign, world.cell, outcome=outcome)
    assert household.outreach == outreach


def test_a_void_visit_leaves_the_counts_and_takes_its_delivery_along(world: World, place: dict) -> None:
    household, campaign = place["of_cell"][0], world.campaign
    invitation = make.invitation(make.dialogue(place["project"], campaign), household)
    hand_over = actions.HandOver(invitation, InvitationState.SIGNED, "Bà Mẫu")
    asked = actions.Asked("Bao giờ?", world.government, today())
    visit = make.visit(household, campaign, world.cell, hand_over=hand_over, asked=[asked])
    assert Household.objects.invited(campaign, today()).get() == household
    actions.void_visit(visit, by=world.head, campaign=campaign, reason="Ghi nhầm hộ")
    household.refresh_from_db()
    invitation.refresh_from_db()
    assert invitation.state == InvitationState.VOID
    assert household.outreach == Outreach.NOT_REACHED
    assert not Household.objects.visited(campaign, today()).exists()
    assert not Household.objects.invited(campaign, today()).exists()
    assert not household.questions.open(today()).exists()
    assert household.visits.count() == 1
    with pytest.raises(ValidationError):
        actions.void_visit(visit, by=world.head, campaign=campaign, reason="lần nữa")


def test_a_paused_household_stays_paused_and_takes_statutory_papers_only(world: World, place: dict) -> None:
    household, campaign = place["of_cell"][0], world.campaign
    household.pause(by=world.clearance_officer, campaign=campaign, reason="Nhà có việc hiếu")
    with pytest.raises(ValidationError):
        make.visit(household, campaign, world.cell)
    make.visit(household, campaign, world.cell, purpose=Purpose.DELIVER_PAPER)
    household.refresh_from_db()
    assert household.outreach == Outreach.PAUSED_ON_REQUEST
    household.resume(by=world.clearance_officer, campaign=campaign)
    assert household.outreach == Outreach.MET


def test_a_reply_is_kept_only_of_somebody_met_and_for_a_dialogue(world: World, place: dict) -> None:
    household, campaign = place["of_cell"][0], world.campaign
    dialogue = make.dialogue(place["project"], campaign)
    reply = {"attendance_reply": AttendanceReply.NOT_SURE, "asked_for": dialogue}
    assert make.visit(household, campaign, world.cell, **reply).attendance_reply == AttendanceReply.NOT_SURE
    absent = make.visit(household, campaign, world.cell, outcome=VisitOutcome.NOBODY_HOME, **reply)
    assert absent.attendance_reply is None
    without = make.visit(household, campaign, world.cell, attendance_reply=AttendanceReply.WILL_COME)
    assert without.attendance_reply is None


def test_assigning_ends_the_former_assignment_the_day_before(world: World, place: dict) -> None:
    household, by = place["of_cell"][0], {"by": world.clearance_officer, "campaign": world.campaign}
    household.assign(world.team, **by)
    former, present = household.assignments.order_by("valid_from")
    assert (former.team, former.valid_to) == (world.cell, today() - datetime.timedelta(days=1))
    assert (present.team, present.valid_to) == (world.team, None)
    household.assign(world.team, **by)
    assert household.assignments.count() == 2
    household.assign(world.cell, **by)  # on the same day: the mistake is taken back
    assert [row.team for row in household.assignments.open()] == [world.cell]
    household.assign(None, **by)
    assert not household.assignments.open().exists()


def test_the_second_hand_over_is_told_that_it_is_done(world: World, place: dict) -> None:
    household, campaign = place["of_cell"][0], world.campaign
    invitation = make.invitation(make.dialogue(place["project"], campaign), household)
    delivery = {"by": world.head, "campaign": campaign, "at": make.at(0, 0), "outcome": InvitationState.SIGNED}
    Invitation.objects.get(pk=invitation.pk).deliver(**delivery)
    with pytest.raises(StateChanged):
        invitation.deliver(**delivery)
    assert Event.objects.filter(kind="clearance.invitation.delivered").count() == 1


def test_inviting_all_skips_the_invited_and_renews_void_ones(world: World, place: dict) -> None:
    dialogue = make.dialogue(place["project"], world.campaign)
    by = {"by": world.clearance_officer, "campaign": world.campaign}
    everybody = list(place["project"].households.all())
    assert dialogue.invite(**by, households=everybody) == 4
    assert dialogue.invite(**by, households=everybody) == 0
    dialogue.invitations.first().void(**by)
    assert dialogue.invite(**by, households=everybody) == 1
    assert sorted(dialogue.invitations.values_list("edition", flat=True)) == [1, 1, 1, 1, 2]


def test_the_roll_is_corrected_line_by_line(world: World, place: dict) -> None:
    dialogue = make.held_dialogue(place["project"], world.campaign)
    one, two = place["of_cell"]
    by = {"by": world.clearance_officer, "campaign": world.campaign}
    dialogue.record_attendance(**by, roll={one: RollLine("self"), two: RollLine("absent")})
    dialogue.record_attendance(**by, roll={one: RollLine("proxy"), two: None})
    assert [(row.household, row.kind) for row in dialogue.attendance.all()] == [(one, "proxy")]


def test_a_dialogue_is_held_once_and_not_after_it_was_cancelled(world: World, place: dict) -> None:
    dialogue = make.dialogue(place["project"], world.campaign, days=-1)
    by = {"by": world.clearance_officer, "campaign": world.campaign}
    dialogue.cancel(**by, reason="Mưa bão")
    with pytest.raises(StateChanged):
        dialogue.hold(**by, on=today())
    with pytest.raises(StateChanged):
        dialogue.record_attendance(**by, roll={})


def test_a_question_is_answered_and_told_once(world: World, place: dict) -> None:
    question = make.question(place["of_cell"][0], world.campaign, world.government)
    by = {"by": world.clearance_officer, "campaign": world.campaign, "on": today()}
    with pytest.raises(AnsweredAlready):
        question.tell(**by, accepted=None)
    question.give_answer(**by, answer="Tháng sau")
    with pytest.raises(AnsweredAlready):
        question.give_answer(**by, answer="Năm sau")
    question.tell(**by, accepted=False)
    with pytest.raises(AnsweredAlready):
        question.tell(**by, accepted=True)
    assert question.accepted_by_household is False


def test_the_database_refuses_what_can_not_be(world: World, place: dict) -> None:
    household, campaign, project = place["of_cell"][0], world.campaign, place["project"]
    dialogue = make.dialogue(project, campaign)
    visit = make.visit(household, campaign, world.cell)
    invitation = make.invitation(dialogue, household)
    question = make.question(household, campaign, world.government)
    attend = {"ward": household.ward, "dialogue": dialogue, "household": household, "kind": "self", "came": 1}
    DialogueAttendance.objects.create(**attend)
    day = today()
    wrong = {
        "household number twice": lambda: Household.objects.create(
            ward=household.ward, project=project, number=household.number, address_line="x"
        ),
        "pause without a day": lambda: Household.objects.filter(pk=household.pk).update(outreach="paused_on_request"),
        "pause reason without pause": lambda: Household.objects.filter(pk=household.pk).update(pause_reason="x"),
        "second open assignment": lambda: household.assignments.create(ward=household.ward, team=world.team),
        "assignment ends before it begins": lambda: household.assignments.update(valid_to="2000-01-01"),
        "client id twice": lambda: Visit.objects.create(
            ward=household.ward,
            household=household,
            client_id=visit.client_id,
            team=world.cell,
            visited_at=make.at(0),
            purpose="explain",
            outcome="met_head",
        ),
        "void without a reason": lambda: Visit.objects.filter(pk=visit.pk).update(void_at=make.at(0)),
        "reply without a dialogue": lambda: Visit.objects.filter(pk=visit.pk).update(attendance_reply="will_come"),
        "reply of nobody": lambda: Visit.objects.filter(pk=visit.pk).update(
            attendance_reply="will_come", asked_for=dialogue, outcome="nobody_home"
        ),
        "held without a day": lambda: project.dialogues.update(state="held", held_on=None),
        "cancelled without a reason": lambda: project.dialogues.update(state="cancelled"),
        "same edition twice": lambda: make.invitation(dialogue, household),
        "a paper that says another day": lambda: Invitation.objects.filter(pk=invitation.pk).update(for_day=day),
        "two invitations to one day": lambda: make.invitation(dialogue, household, edition=2),
        "a reply to no letter": lambda: Visit.objects.filter(pk=visit.pk).update(
            attendance_reply="will_come", asked_for=dialogue
        ),
        "two representatives on one day": lambda: household.representations.create(
            ward=household.ward, party=place["of_team"].representative
        ),
        "delivered without a moment": lambda: Invitation.objects.filter(pk=invitation.pk).update(state="signed"),
        "unsigned without a witness": lambda: Invitation.objects.filter(pk=invitation.pk).update(
            state="unsigned_witnessed", delivered_at=make.at(0)
        ),
        "attendance twice": lambda: DialogueAttendance.objects.create(**attend),
        "more came than there are": lambda: DialogueAttendance.objects.update(came=2),
        "came with nobody": lambda: DialogueAttendance.objects.update(came=0),
        "came and is absent": lambda: DialogueAttendance.objects.update(kind="absent"),
        "answer without its day": lambda: household.questions.filter(pk=question.pk).update(answer="x"),
        "told before the answer": lambda: household.questions.filter(pk=question.pk).update(told_household_on=day),
        "accepted before told": lambda: household.questions.filter(pk=question.pk).update(accepted_by_household=True),
        "due before asked": lambda: household.questions.filter(pk=question.pk).update(due_on="2000-01-01"),
    }
    assert [name for name, act in wrong.items() if not refused_by_the_database(act)] == []


def test_a_row_of_another_ward_can_not_be_tied_in(world: World, place: dict) -> None:
    foreign = world.stranger.memberships.first().unit
    household = place["of_cell"][0]

    def tie() -> None:
        household.assignments.update(team=foreign)
        with transaction.get_connection().cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    assert refused_by_the_database(tie)
