import datetime
from collections.abc import Callable

from django.urls import reverse

from clearance.models import Question
from core.models import today
from notifications.engine import dispatch
from notifications.models import Message
from tests import factories as base
from tests.clearance import factories as make
from tests.world import World


def told(words: str) -> set:
    dispatch.run()
    return {message.user for message in Message.objects.filter(words=words)}


def listed(client: object, **query: str) -> list[Question]:
    return list(client.get(reverse("clearance:question_list"), query).context["page"].object_list)


def test_from_question_to_the_household_s_word(world: World, sign_in: Callable, place: dict) -> None:
    question = make.question(place["of_cell"][0], world.campaign, world.other_cell)
    assert told("clearance.question.asked") == {world.neighbour}
    owner, team = sign_in(world.neighbour), sign_in(world.head)
    assert listed(owner) == [question]
    day = f"{today():%d/%m/%Y}"
    answer = reverse("clearance:question_answer", args=[question.pk])
    assert "answer" in owner.post(answer, {"on": day}).context["form"].errors
    assert owner.post(answer, {"answer": "Tháng sau", "on": day}).status_code == 302
    assert owner.get(answer).status_code == 403
    assert told("clearance.question.answered") == {world.head}
    assert listed(team, state="to_tell") == [question]
    tell = reverse("clearance:question_tell", args=[question.pk])
    assert "on" in team.post(tell, {"on": "01/01/2020"}).context["form"].errors
    assert team.post(tell, {"on": day, "accepted": "no"}).status_code == 302
    question.refresh_from_db()
    assert (question.told_household_on, question.accepted_by_household) == (today(), False)
    assert listed(team) == []
    assert listed(team, state="all") == [question]


def test_the_answering_unit_sees_the_question_and_not_the_household(
    world: World, sign_in: Callable, place: dict
) -> None:
    household = place["of_cell"][0]
    question = make.question(household, world.campaign, world.other_cell)
    page = sign_in(world.neighbour).get(question.get_absolute_url()).content.decode()
    assert question.text in page
    assert household.representative.name not in page
    assert household.get_absolute_url() not in page


def test_overdue_is_seen(world: World, sign_in: Callable, place: dict) -> None:
    days = {"asked_on": today() - datetime.timedelta(days=9), "due_on": today() - datetime.timedelta(days=2)}
    late = make.question(place["of_cell"][0], world.campaign, world.government, **days)
    make.question(place["of_cell"][1], world.campaign, world.government)
    officer = sign_in(world.clearance_officer)
    assert listed(officer, state="overdue") == [late]
    assert "Quá hạn 2 ngày" in officer.get(late.get_absolute_url()).content.decode()


def test_without_anybody_at_the_owner_the_officers_are_told(world: World, place: dict) -> None:
    make.question(place["of_cell"][0], world.campaign, world.superior)
    assert told("clearance.question.asked") == {world.clearance_officer}


def test_a_question_at_the_dialogue_belongs_to_a_household(world: World, sign_in: Callable, place: dict) -> None:
    dialogue = make.held_dialogue(place["project"], world.campaign)
    officer, household = sign_in(world.clearance_officer), place["of_cell"][0]
    page = reverse("clearance:question_new", args=[place["project"].slug, dialogue.pk])
    sent = {"number": household.number, "text": "Giá bao nhiêu?", "owner": world.superior.pk}
    sent["due_on"] = f"{base.worked(today()):%d/%m/%Y}"
    assert "number" in officer.post(page, sent | {"number": 9999}).context["form"].errors
    assert "due_on" in officer.post(page, sent | {"due_on": "01/01/2020"}).context["form"].errors
    assert officer.post(page, sent).status_code == 302
    question = Question.objects.get()
    assert (question.household, question.dialogue, question.asked_on) == (household, dialogue, dialogue.held_on)
