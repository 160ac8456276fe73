import datetime
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clearance.choices import DialogueState, InvitationState
from clearance.models import Dialogue, InvitationEvidence
from core.models import today
from notifications import rules
from notifications.engine import dispatch, planner, sender
from notifications.models import Message
from tests import factories as build
from tests.clearance import factories as make
from tests.clearance.photos import photo
from tests.deadlines import factories as calendars
from tests.world import World


@pytest.fixture
def officer(world: World, sign_in: Callable) -> Client:
    return sign_in(world.clearance_officer)


def test_an_officer_plans_invites_holds_and_takes_the_roll(world: World, officer: Client, place: dict) -> None:
    project = place["project"]
    sent = {"host": world.superior.pk, "held_on": f"{today():%d/%m/%Y}", "starts_at": "8h", "place": "Hội trường"}
    assert officer.post(reverse("clearance:dialogue_new", args=[project.slug]), sent).status_code == 302
    dialogue = Dialogue.objects.get()
    args = [project.slug, dialogue.pk]
    officer.post(reverse("clearance:dialogue_invite", args=args), {"all": "1"})
    assert dialogue.invitations.count() == 4
    minutes = build.document(world.campaign, world.committee)
    hold = {"on": f"{today():%d/%m/%Y}", "minutes": minutes.pk}
    assert officer.post(reverse("clearance:dialogue_hold", args=args), hold).status_code == 302
    dialogue.refresh_from_db()
    assert (dialogue.state, dialogue.minutes) == (DialogueState.HELD, minutes)
    one, two = place["of_cell"]
    roll = {f"h{row.pk}-users": "1" for row in project.households.all()}
    roll |= {f"h{one.pk}-kind": "self", f"h{two.pk}-kind": "absent_with_reason", f"h{place['of_team'].pk}-kind": ""}
    assert officer.post(reverse("clearance:dialogue_attendance", args=args), roll).status_code == 302
    assert dict(dialogue.attendance.values_list("household", "kind")) == {
        one.pk: "self",
        two.pk: "absent_with_reason",
    }
    page = officer.get(dialogue.get_absolute_url()).content.decode()
    assert "Đến dự" in page


def test_a_dialogue_in_tet_is_asked_about(world: World, officer: Client, place: dict) -> None:
    tet = today() + datetime.timedelta(days=20)
    calendars.day_off(world.ward, tet, "Tết Nguyên Đán", "tet")
    url = reverse("clearance:dialogue_new", args=[place["project"].slug])
    sent = {"host": place["project"].host.pk, "held_on": f"{tet:%d/%m/%Y}", "starts_at": "08:00", "place": "Hội trường"}
    form = officer.post(url, sent).context["form"]
    assert "Tết Nguyên Đán" in str(form.errors["held_on"])
    keep = {"keep": [form.fields["keep"].choices[0][0]]}
    assert officer.post(url, sent | keep).status_code == 302


def test_a_dialogue_can_not_be_held_in_the_future(world: World, officer: Client, place: dict) -> None:
    dialogue = make.dialogue(place["project"], world.campaign)
    page = reverse("clearance:dialogue_hold", args=[place["project"].slug, dialogue.pk])
    assert "on" in officer.post(page, {"on": "01/01/2099"}).context["form"].errors


def test_replies_are_counts_from_five_households_on(world: World, officer: Client) -> None:
    project = make.project(world.campaign, world.superior)
    dialogue = make.dialogue(project, world.campaign)
    households = make.households(project, world.campaign, 6, world.cell)
    for household in households[:4]:
        make.visit(household, world.campaign, world.cell, attendance_reply="will_come", asked_for=dialogue)
    assert officer.get(dialogue.get_absolute_url()).context["letters"][0]["replies"] == []
    for household in households[4:]:
        make.visit(household, world.campaign, world.cell, attendance_reply="not_coming", asked_for=dialogue)
    # a later answer of the same household replaces its first
    make.visit(households[4], world.campaign, world.cell, attendance_reply="will_come", asked_for=dialogue)
    replies = officer.get(dialogue.get_absolute_url()).context["letters"][0]["replies"]
    assert [count for _label, count in replies] == [5, None]


def test_a_delivery_keeps_its_photo_for_those_who_see_the_household(
    world: World, sign_in: Callable, place: dict
) -> None:
    invitation = make.invitation(make.dialogue(place["project"], world.campaign), place["of_cell"][0])
    head, page = sign_in(world.head), reverse("clearance:invitation_deliver", args=[invitation.pk])
    sent = {"outcome": "signed", "on": f"{today():%d/%m/%Y}", "time": "00:00", "receiver": "Ông Thử"}
    assert "outcome" in head.post(page, sent | {"outcome": ""}).context["form"].errors
    assert "on" in head.post(page, sent | {"on": "01/01/2099"}).context["form"].errors
    assert "witness" in head.post(page, sent | {"outcome": "unsigned_witnessed"}).context["form"].errors
    assert head.post(page, sent | {"photo": photo()}).status_code == 302
    invitation.refresh_from_db()
    assert (invitation.state, invitation.receiver) == (InvitationState.SIGNED, "Ông Thử")
    stored = InvitationEvidence.objects.get()
    address = reverse("clearance:invitation_evidence", args=[invitation.pk, stored.pk])
    response = head.get(address)
    assert response["Content-Disposition"].startswith("attachment")
    b"".join(response.streaming_content)
    assert sign_in(world.neighbour).get(address).status_code == 404


def test_a_second_delivery_is_told_that_it_is_done(world: World, sign_in: Callable, place: dict) -> None:
    invitation = make.invitation(make.dialogue(place["project"], world.campaign), place["of_cell"][0])
    head, page = sign_in(world.head), reverse("clearance:invitation_deliver", args=[invitation.pk])
    sent = {"outcome": "signed", "on": f"{today():%d/%m/%Y}", "time": "00:00"}
    head.post(page, sent)
    response = head.post(page, sent | {"outcome": "refused"}, follow=True)
    assert "Đã nhận, có ký" in response.content.decode()
    invitation.refresh_from_db()
    assert invitation.state == InvitationState.SIGNED


def test_a_void_invitation_is_followed_by_a_new_edition(world: World, sign_in: Callable, place: dict) -> None:
    dialogue = make.dialogue(place["project"], world.campaign)
    invitation = make.invitation(dialogue, place["of_cell"][0])
    sign_in(world.head).post(reverse("clearance:invitation_void", args=[invitation.pk]))
    dialogue.invite(by=world.clearance_officer, campaign=world.campaign, households=dialogue.to_invite())
    editions = dialogue.invitations.filter(household=place["of_cell"][0])
    assert list(editions.values_list("edition", "state")) == [(1, "void"), (2, "to_deliver")]


def test_cancelling_asks_for_a_reason(world: World, officer: Client, place: dict) -> None:
    dialogue = make.dialogue(place["project"], world.campaign)
    page = reverse("clearance:dialogue_cancel", args=[place["project"].slug, dialogue.pk])
    assert "reason" in officer.post(page, {"reason": ""}).context["form"].errors
    officer.post(page, {"reason": "Trùng lịch họp quận"})
    dialogue.refresh_from_db()
    assert (dialogue.state, dialogue.cancel_reason) == (DialogueState.CANCELLED, "Trùng lịch họp quận")


def test_a_planned_dialogue_is_told_to_the_teams_and_not_to_its_planner(world: World, place: dict) -> None:
    dialogue = Dialogue(ward=world.ward, project=place["project"], host=world.superior, held_on=today())
    dialogue.plan(by=world.clearance_officer, campaign=world.campaign)
    dispatch.run()
    told = {m.user for m in Message.objects.filter(words="clearance.dialogue.planned")}
    assert told == {world.head, world.neighbour, world.field_member}


def test_whoever_was_to_take_part_hears_that_it_is_moved_or_cancelled(
    world: World, officer: Client, place: dict
) -> None:
    dialogue = make.dialogue(place["project"], world.campaign)
    args = [place["project"].slug, dialogue.pk]
    typed = {"host": dialogue.host_id, "held_on": f"{dialogue.held_on:%d/%m/%Y}", "step_code": ""}
    typed |= {"place": dialogue.place, "starts_at": dialogue.starts_at or "", "minutes": ""}
    officer.post(reverse("clearance:dialogue_edit", args=args), typed)
    assert told("moved") == set(), "the code of its step is nothing to go by"
    moved_to = dialogue.held_on + datetime.timedelta(days=1)
    officer.post(reverse("clearance:dialogue_edit", args=args), typed | {"held_on": f"{moved_to:%d/%m/%Y}"})
    assert told("moved") == {world.head, world.neighbour, world.field_member}
    officer.post(reverse("clearance:dialogue_cancel", args=args), {"reason": "Trùng lịch họp quận"})
    assert told("cancelled") == {world.head, world.neighbour, world.field_member}
    sender.run()
    states = (
        Message.objects.filter(channel="in_app", words__startswith="clearance.")
        .values_list("words", "state")
        .distinct()
    )
    assert dict(states) == {
        "clearance.dialogue.planned": "void",
        "clearance.dialogue.moved": "void",
        "clearance.dialogue.cancelled": "sent",
    }
    assert "Trùng lịch họp quận" in Message.objects.filter(words="clearance.dialogue.cancelled").first().line


def told(what: str) -> set:
    dispatch.run()
    return {m.user for m in Message.objects.filter(words=f"clearance.dialogue.{what}")}


def test_host_officers_and_teams_are_reminded_of_a_dialogue(world: World, place: dict) -> None:
    monday = today() + datetime.timedelta(days=7 - today().weekday())
    dialogue = make.dialogue(place["project"], world.campaign, held_on=monday + datetime.timedelta(days=3))
    rule = next(r for r in rules.defaults(world.ward, None) if r.source == "clearance.dialogue.coming")
    shown = planner.preview(rule)
    assert [(plan.target.subject, timezone.localdate(plan.moment)) for plan in shown] == [
        (dialogue, monday + datetime.timedelta(days=2))
    ]
    assert {world.clearance_officer, world.head} <= set(shown[0].people)
    Dialogue.objects.update(held_on=monday + datetime.timedelta(days=4))
    assert [timezone.localdate(plan.moment) for plan in planner.preview(rule)] == [monday + datetime.timedelta(days=3)]
    Dialogue.objects.update(state=DialogueState.CANCELLED, cancel_reason="Mưa bão")
    assert not planner.preview(rule)
