import datetime
from collections.abc import Callable

from accounts.models import Unit, User
from core.agenda import Ask, Item, items
from core.models import today
from tests.clearance import factories as make
from tests.world import World


def agenda(world: World, user: User, unit: Unit | None = None) -> list[Item]:
    end = today() + datetime.timedelta(days=14)
    return items(Ask(user, world.campaign, today(), end, today(), unit))


def titles(world: World, user: User, unit: Unit | None = None) -> list[str]:
    return [item.title for item in agenda(world, user, unit)]


def test_a_team_sees_its_appointments_invitations_and_answers_to_bring(world: World, place: dict) -> None:
    one, two = place["of_cell"]
    dialogue = make.dialogue(place["project"], world.campaign)
    dialogue.invite(by=world.clearance_officer, campaign=world.campaign, households=dialogue.to_invite())
    make.visit(one, world.campaign, world.cell, follow_up_on=today())
    question = make.question(two, world.campaign, world.other_cell)
    question.give_answer(by=world.clearance_officer, campaign=world.campaign, answer="Tháng sau", on=today())
    assert sorted(titles(world, world.head)) == sorted(
        [
            f"Hẹn gặp hộ số {one.number}",
            f"Báo câu trả lời cho hộ số {two.number}",
            "Hội nghị đối thoại: Cụm trường học thử",
            "Giao 2 giấy mời",
        ]
    )
    assert titles(world, world.head) == titles(world, world.head, world.cell)


def test_the_owner_sees_what_is_overdue(world: World, place: dict) -> None:
    days = {"asked_on": today() - datetime.timedelta(days=9), "due_on": today() - datetime.timedelta(days=2)}
    make.question(place["of_cell"][0], world.campaign, world.other_cell, **days)
    found = agenda(world, world.neighbour)
    assert [item.title for item in found] == [f"Trả lời hộ số {place['of_cell'][0].number}"]
    assert found[0].is_overdue(today())
    assert titles(world, world.head) == []
    assert len(titles(world, world.clearance_officer)) == 1


def test_an_appointment_is_said_as_one_and_not_as_a_deadline(world: World, sign_in: Callable, place: dict) -> None:
    make.visit(place["of_cell"][0], world.campaign, world.cell, follow_up_on=today())
    page = sign_in(world.head).get(f"/units/{world.cell.slug}/").text
    assert f"hẹn {today():%d/%m}" in page
    assert f"hạn {today():%d/%m}" not in page


def test_one_without_households_sees_conferences_only(world: World, place: dict) -> None:
    make.visit(place["of_cell"][0], world.campaign, world.cell, follow_up_on=today())
    make.invited_dialogue(place["project"], world.campaign)
    assert titles(world, world.supervisor) == ["Hội nghị đối thoại: Cụm trường học thử"]
    assert titles(world, world.superior_viewer) == []
