"""What was handed over and answered belongs to the day and place of its time; who is invited is chosen."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from clearance.choices import InvitationState
from clearance.figures import households_invited
from clearance.models import Dialogue, Household, Visit
from core.agenda import Ask, items
from core.figures import Scope
from core.models import today
from tests.clearance import factories as make
from tests.world import World


@pytest.fixture
def officer(world: World, sign_in: Callable) -> Client:
    return sign_in(world.clearance_officer)


@pytest.fixture
def told(world: World) -> tuple[Dialogue, list[Household]]:
    """Of seven invited households five have the paper in hand and said that they will come."""
    project = make.project(world.campaign, world.superior)
    households = make.households(project, world.campaign, 7, world.cell)
    dialogue = make.invited_dialogue(project, world.campaign, place="Hội trường A", starts_at=datetime.time(8))
    for household in households[:5]:
        hand_over(world, dialogue, household)
        make.visit(household, world.campaign, world.cell, attendance_reply="will_come", asked_for=dialogue)
    return dialogue, households


def hand_over(world: World, dialogue: Dialogue, household: Household) -> None:
    invitation = dialogue.invitations.to_deliver().get(household=household)
    invitation.deliver(by=world.head, campaign=world.campaign, at=make.at(-1), outcome=InvitationState.SIGNED)


def typed(dialogue: Dialogue, **fields: Any) -> dict[str, Any]:
    known = {"host": dialogue.host_id, "held_on": f"{dialogue.held_on:%d/%m/%Y}", "starts_at": "08:00"}
    return known | {"place": dialogue.place, "step_code": dialogue.step_code, "minutes": ""} | fields


def edit(officer: Client, dialogue: Dialogue, **fields: Any) -> Any:
    """Post the form, and tick the box if it asks."""
    page = reverse("clearance:dialogue_edit", args=[dialogue.project.slug, dialogue.pk])
    response = officer.post(page, typed(dialogue, **fields))
    if response.status_code == 200:
        form = response.context["form"]
        assert "keep" in form.errors, form.errors
        response = officer.post(page, typed(dialogue, **fields) | {"keep": [form.fields["keep"].choices[0][0]]})
    assert response.status_code == 302
    dialogue.refresh_from_db()


def move(officer: Client, dialogue: Dialogue, days: int = 7, place: str = "Hội trường B") -> datetime.date:
    day = dialogue.held_on + datetime.timedelta(days=days)
    edit(officer, dialogue, held_on=f"{day:%d/%m/%Y}", place=place)
    return day


def to_hand_over(world: World, user: User) -> list[str]:
    end = today() + datetime.timedelta(days=30)
    found = items(Ask(user, world.campaign, today(), end, today(), None))
    return [item.title for item in found if item.kind != "event" and "giấy mời" in item.title]


def test_moving_what_households_know_is_asked_about(officer: Client, told: tuple) -> None:
    dialogue, _households = told
    page = reverse("clearance:dialogue_edit", args=[dialogue.project.slug, dialogue.pk])
    form = officer.post(page, typed(dialogue, place="Hội trường B")).context["form"]
    assert "5 hộ" in str(form.fields["keep"].help_text)
    dialogue.refresh_from_db()
    assert (dialogue.place, dialogue.letter) == ("Hội trường A", 1)


def test_a_handed_over_paper_keeps_its_day_and_the_new_one_is_to_be_handed_over(
    world: World, officer: Client, told: tuple
) -> None:
    dialogue, households = told
    old = dialogue.held_on
    new = move(officer, dialogue)
    former = dialogue.invitations.filter(letter=1)
    assert {(row.for_day, row.for_place) for row in former} == {(old, "Hội trường A")}
    assert sorted(former.values_list("state", flat=True)) == ["signed"] * 5 + ["void"] * 2
    present = dialogue.invitations.filter(letter=2)
    assert {(row.for_day, row.for_place, row.state, row.edition) for row in present} == {
        (new, "Hội trường B", "to_deliver", 2)
    }
    assert present.count() == len(households)
    listed = Dialogue.objects.with_counts().get(pk=dialogue.pk)
    assert (listed.invited, listed.handed_over) == (7, 0)
    assert to_hand_over(world, world.head) == ["Giao 7 giấy mời"]
    page = officer.get(households[0].get_absolute_url()).content.decode()
    assert f"{old:%d/%m}" in page
    assert "Hội trường A" in page
    assert "hội nghị đã dời" in page


def test_answers_and_counts_of_the_former_day_stay_with_it(officer: Client, world: World, told: tuple) -> None:
    dialogue, households = told
    move(officer, dialogue)
    present, former = officer.get(dialogue.get_absolute_url()).context["letters"]
    assert (present["replies"], [count for *_, count in present["deliveries"]]) == ([], [7])
    assert [count for _label, count in former["replies"]] == [5]
    assert ("signed", 5) in [(code, count) for code, _label, count in former["deliveries"]]
    page = officer.get(dialogue.get_absolute_url(), {"letter": 1, "state": "signed"}).context["page"]
    assert len(page.object_list) == 5
    for household in households[:5]:
        dialogue.refresh_from_db()
        make.visit(household, world.campaign, world.cell, attendance_reply="not_coming", asked_for=dialogue)
    present, former = officer.get(dialogue.get_absolute_url()).context["letters"]
    assert [str(label) for label, _count in present["replies"]] != [str(label) for label, _count in former["replies"]]


def test_the_year_s_figure_of_invitations_handed_over_stays(world: World, officer: Client, told: tuple) -> None:
    dialogue, _households = told
    scope = Scope(world.ward, world.campaign)
    before = households_invited(scope, today()).value
    move(officer, dialogue)
    assert households_invited(scope, today()).value == before == 5


def test_a_move_back_is_a_third_letter(officer: Client, told: tuple) -> None:
    dialogue, _households = told
    move(officer, dialogue)
    move(officer, dialogue, days=-7, place="Hội trường A")
    assert (dialogue.letter, dialogue.told().count()) == (3, 0)


def test_a_place_written_better_moves_nobody(officer: Client, told: tuple) -> None:
    dialogue, _households = told
    edit(officer, dialogue, place="Hội trường A, tầng 2", is_same_place="on")
    assert (dialogue.place, dialogue.letter) == ("Hội trường A, tầng 2", 1)
    assert set(dialogue.invitations.values_list("for_place", flat=True)) == {"Hội trường A"}
    edit(officer, dialogue, place="Nhà văn hóa", is_same_place="on", starts_at="09:00")
    assert dialogue.letter == 2


def test_the_paper_of_the_former_day_can_not_be_recorded_for_the_new_one(
    world: World, officer: Client, sign_in: Callable, told: tuple
) -> None:
    dialogue, households = told
    household = households[6]
    invitation = dialogue.invitations.to_deliver().get(household=household)
    head = sign_in(world.head)
    page = reverse("clearance:visit_new", args=[dialogue.project.slug, household.number])
    opened = head.get(page).context["form"]
    sent = {"client_id": opened["client_id"].value(), "outcome": "met_head", "purpose": "deliver_invitation"}
    sent |= {"letter": opened.letter_now, "attendance_reply": "will_come", "delivery": "signed"}
    move(sign_in(world.clearance_officer), dialogue)
    late = sign_in(world.head).post(page, sent)
    assert "Hội trường B" in str(late.context["form"].non_field_errors())
    assert not Visit.objects.filter(household=household).exists()
    deliver = reverse("clearance:invitation_deliver", args=[invitation.pk])
    sent_paper = {"outcome": "signed", "on": f"{today():%d/%m/%Y}", "time": "00:00"}
    assert sign_in(world.head).post(deliver, sent_paper).status_code == 302
    invitation.refresh_from_db()
    assert invitation.state == InvitationState.VOID


def test_chosen_households_are_invited_and_more_later(world: World, officer: Client, place: dict) -> None:
    dialogue = make.dialogue(place["project"], world.campaign)
    one, two = place["of_cell"]
    page = reverse("clearance:dialogue_invite", args=[place["project"].slug, dialogue.pk])
    assert [row.pk for row in officer.get(page).context["form"].rows] == [
        one.pk,
        two.pk,
        place["of_team"].pk,
        place["of_neighbour"].pk,
    ]
    assert "households" in officer.post(page, {}).context["form"].errors
    assert officer.post(page, {"households": [one.pk, place["of_team"].pk]}).status_code == 302
    invited = dialogue.invitations.values_list("household", flat=True)
    assert sorted(invited) == sorted([one.pk, place["of_team"].pk])
    assert [row.pk for row in officer.get(page).context["form"].rows] == [two.pk, place["of_neighbour"].pk]
    assert "households" in officer.post(page, {"households": [one.pk]}).context["form"].errors
    officer.post(f"{page}?team={world.cell.slug}", {"all": "1"})
    assert not dialogue.invitations.filter(household=place["of_neighbour"]).exists()
    assert dialogue.invitations.count() == 3


def test_the_list_of_whom_to_invite_is_narrowed_and_masked(world: World, officer: Client, place: dict) -> None:
    dialogue = make.dialogue(place["project"], world.campaign)
    page = reverse("clearance:dialogue_invite", args=[place["project"].slug, dialogue.pk])
    shown = officer.get(page, {"team": world.team.slug})
    assert [row.pk for row in shown.context["form"].rows] == [place["of_team"].pk]
    assert place["of_team"].representative.name not in shown.content.decode()
    assert officer.get(page, {"q": "không có ai"}).context["form"].rows == []


def test_households_of_another_project_can_not_be_invited(world: World, place: dict) -> None:
    dialogue = make.dialogue(place["project"], world.campaign)
    other = make.household(make.project(world.campaign, world.superior), world.campaign)
    assert dialogue.invite(by=world.clearance_officer, campaign=world.campaign, households=[other]) == 0
