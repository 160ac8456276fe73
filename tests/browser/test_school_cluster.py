"""The 29 households of the school cluster: from a list in a file through visits at the door, invitations, a conference
with its roll and the questions answered, to numbers that every page says alike."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from clearance.actions import HandOver
from clearance.choices import InvitationState, Purpose
from clearance.models import Dialogue, Household, Project, Question, RollLine
from core.figures import Scope, get_figure
from core.models import today
from tests.browser.checks import check_page, submit
from tests.clearance import factories as make
from tests.intake import files
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
COUNT = 29
NOT_HOME = 3  # household no. 3
ASKED = "Bao giờ công bố phương án bồi thường?"
ASKED_IN_THE_HALL = "Khu tái định cư ở đâu?"


def test_the_school_cluster_from_its_list_to_the_last_answer(
    world: World, live_server: Any, enter: Callable, page: Page
) -> None:
    project = make.project(world.campaign, world.superior, name="Cụm trường học", slug="cum-truong-hoc")
    at = live_server.url

    # the list comes in from a file, and its households are given to the team
    officer = enter(world.clearance_officer)
    officer.goto(at + reverse("clearance:household_list", args=[project.slug]))
    officer.get_by_role("link", name="Nhập từ tệp").first.click()
    sheet = {"name": "Danh sách hộ.xlsx", "mimeType": "", "buffer": files.xlsx(files.households(COUNT))}
    officer.get_by_label("Tệp danh sách").set_input_files(sheet)
    officer.get_by_role("button", name="Đọc tệp").click()
    officer.get_by_role("button", name="Nhập danh sách").click()
    officer.get_by_text(f"Đã nhập {COUNT} dòng").wait_for()
    households = list(project.households.order_by("number"))
    assert len(households) == COUNT
    for household in households:
        household.assign(world.cell, by=world.clearance_officer, campaign=world.campaign)

    # a conference of today is planned and all are invited
    officer.goto(at + reverse("clearance:dialogue_new", args=[project.slug]))
    officer.locator("[name=host]").select_option(str(world.superior.pk))
    officer.locator("[name=held_on]").fill(f"{today():%d/%m/%Y}")
    officer.locator("[name=starts_at]").fill("08:30")
    officer.locator("[name=place]").fill("Nhà văn hóa tổ 7")
    submit(officer)
    if officer.locator("[name=keep]").count():  # a day off is asked about
        officer.locator("[name=keep]").first.check()
        submit(officer)
    officer.get_by_role("link", name="Mời các hộ").click()
    officer.locator("button[name=all]").click()
    expect(officer.locator("main")).to_contain_text(f"{COUNT} Chưa giao")
    check_page(officer)
    dialogue = Dialogue.objects.get()

    at_the_doors(world, at, enter, project, households, dialogue)
    in_the_hall(world, at, enter, dialogue, households)
    answered(world, at, enter)
    everybody_reads_the_same(world, at, enter, project, dialogue)


def at_the_doors(
    world: World, at: str, enter: Callable, project: Project, households: list[Household], dialogue: Dialogue
) -> None:
    """Three doors on the phone: one signs, one asks, one is empty; the others as the verb records them."""
    phone = enter(world.head)
    phone.set_viewport_size({"width": 390, "height": 844})
    for household in households[:3]:
        phone.goto(at + reverse("clearance:visit_new", args=[project.slug, household.number]))
        if household.number == NOT_HOME:
            phone.get_by_label("Vắng nhà").check()
        else:
            phone.get_by_label("Chủ hộ").check()
            phone.get_by_label("Sẽ dự").check()
            phone.get_by_label("Đã nhận, có ký").check()
        if household.number == 2:
            phone.get_by_text("Hộ có câu hỏi").click()
            phone.locator("[name=question]").fill(ASKED)
            phone.locator("[name=owner]").select_option(str(world.government.pk))
        phone.get_by_role("button", name="Lưu lượt thăm").click()
        phone.get_by_text(f"Đã lưu lượt thăm hộ số {household.number}").wait_for()
        check_page(phone)
    for household in households[3:]:
        letter = dialogue.invitations.get(household=household)
        make.visit(
            household,
            world.campaign,
            world.cell,
            by=world.head,
            purpose=Purpose.DELIVER_INVITATION,
            hand_over=HandOver(letter, InvitationState.SIGNED, "chủ hộ"),
        )
    phone.set_viewport_size({"width": 1440, "height": 900})


def in_the_hall(world: World, at: str, enter: Callable, dialogue: Dialogue, households: list[Household]) -> None:
    """Held; at the door household no. 1 is found by its number; a question is answered at once."""
    officer, own = enter(world.clearance_officer), [dialogue.project.slug, dialogue.pk]
    officer.goto(at + reverse("clearance:dialogue_hold", args=own))
    submit(officer)
    officer.get_by_role("link", name="Ghi dự họp").first.click()
    officer.locator("main [name=q]").fill("1")
    officer.locator("main").get_by_role("button", name="Tìm").click()
    officer.wait_for_url("**?*q=1*")  # the household stands on the whole list, too
    officer.locator(f"[name=h{households[0].pk}-kind]").select_option("self")
    officer.get_by_role("button", name="Lưu danh sách dự họp").click()
    officer.get_by_text("Đã lưu danh sách dự họp").wait_for()
    assert [line.household for line in dialogue.attendance.all()] == households[:1]
    check_page(officer)
    lines = {household: RollLine("self", 2, 1) for household in households[1:20]}
    lines |= {household: RollLine("written") for household in households[20:24]}
    lines |= {household: RollLine("absent") for household in households[24:]}
    dialogue.record_attendance(by=world.clearance_officer, campaign=world.campaign, roll=lines)
    officer.goto(at + reverse("clearance:question_new", args=own))
    officer.locator("[name=number]").fill("5")
    officer.locator("[name=text]").fill(ASKED_IN_THE_HALL)
    officer.locator("[name=answer]").fill("Khu tái định cư Việt Hưng.")
    submit(officer)
    officer.get_by_text("Đã lưu câu hỏi").wait_for()


def answered(world: World, at: str, enter: Callable) -> None:
    """The question at the door is answered in writing, and the team brings the answer back."""
    question = Question.objects.get(text=ASKED)
    officer = enter(world.clearance_officer)
    officer.goto(at + question.get_absolute_url())
    officer.get_by_role("link", name="Trả lời câu hỏi").click()
    officer.locator("[name=answer]").fill("Công bố trong tháng sau.")
    submit(officer)
    team = enter(world.head)
    team.goto(at + question.get_absolute_url())
    team.get_by_role("link", name="Ghi đã báo cho hộ").click()
    submit(team)
    question.refresh_from_db()
    assert question.told_household_on == today()


def everybody_reads_the_same(world: World, at: str, enter: Callable, project: Project, dialogue: Dialogue) -> None:
    """Project, conference, lists and figures, for three people."""
    scope = Scope(world.ward, world.campaign)
    said = {"visited": COUNT, "met": COUNT - 1, "invited": COUNT - 1}
    for name, count in said.items():
        figure = get_figure(f"clearance.households_{name}.by_project").value(scope, today())
        assert figure.parts[project.slug].value == count, name
    assert get_figure("clearance.questions_open").value(scope, today()).value == 0
    for person in (world.clearance_officer, world.leadership, world.head):
        page = enter(person)
        page.goto(at + project.get_absolute_url())
        strip = page.locator(".dv-strip").inner_text().replace("\n", "")
        for count in (*said.values(), 24):
            assert f"{count}/{COUNT}" in strip, (person, strip)
        check_page(page)
        page.goto(at + dialogue.get_absolute_url())
        roll = page.locator("main").inner_text()
        assert f"24/{COUNT}" in roll, roll
        assert f"20/{1 + 19 * 2 + 4 + 5}" in roll, roll
    page = enter(world.clearance_officer)
    page.goto(at + dialogue.get_absolute_url())
    page.get_by_role("link", name="5 hộ vắng mặt, cần đến thăm").click()
    assert page.locator("#list tbody tr").count() == 5
    page.goto(f"{at}{reverse('clearance:household_list', args=[project.slug])}?invited=0")
    assert page.locator("#list tbody tr").count() == 1
    assert Question.objects.filter(answered_on__gte=today() - datetime.timedelta(days=1)).count() == 2
