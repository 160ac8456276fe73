import datetime
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from clearance.models import CaseCode, Delivery, Dialogue, Household, Promise
from core.codes import LETTERS, plain_code, random_code, shown_code
from core.models import today
from tests.clearance import factories as make
from tests.world import World


def case(world: World, code: str) -> str:
    return reverse("clearance:public_case", args=[world.ward.slug, code])


def card(household: Household) -> str:
    return reverse("clearance:household_card", args=[household.project.slug, household.number])


def printed(page: Any) -> str:
    found = re.search(r'dv-slip-code">([A-Z0-9]{5}) ([A-Z0-9]{5})<', page.content.decode())
    assert found
    return "".join(found.groups())


def test_a_household_sees_its_own_file_by_the_card_and_nothing_of_others(
    world: World, client: Any, sign_in: Callable, place: dict
) -> None:
    own, other = place["of_cell"]
    mine = make.question(own, world.campaign, world.other_cell, text="Bao giờ đo lại thửa của tôi?")
    theirs = make.question(other, world.campaign, world.other_cell, text="Nhà bên cạnh hỏi việc khác")
    make.visit(own, world.campaign, world.cell, note="Ghi chú riêng của tổ")
    due = {"owner": world.other_cell, "due_on": today() + datetime.timedelta(days=3)}
    promise = Promise(ward=world.ward, household=own, kind="paper", text="Gửi bản sao trích đo", **due)
    promise.enter(by=world.head, campaign=world.campaign)
    paper = Delivery(
        ward=world.ward, household=own, kind="notice", title="15/TB-UBND", way="signed", receiver="Bà Nhận"
    )
    paper.record(by=world.head, campaign=world.campaign)
    wrong = Delivery(
        ward=world.ward, household=own, kind="notice", title="99/TB-UBND", way="signed", receiver="Bà Nhận"
    )
    wrong.record(by=world.head, campaign=world.campaign)
    wrong.declare_void(by=world.head, campaign=world.campaign, reason="Ghi nhầm hộ")
    team = sign_in(world.head)
    page = team.get(card(own))
    assert not CaseCode.objects.exists()  # looking makes none
    first = printed(team.post(card(own)))
    assert first not in str(list(CaseCode.objects.values()))  # kept as a hash
    assert "no-store" in page["Cache-Control"]

    seen = client.get(case(world, first.lower()))
    words = seen.content.decode()
    assert mine.text in words
    assert promise.text in words
    assert paper.title in words
    assert wrong.title not in words
    assert str(world.cell) in words
    for hidden in (theirs.text, "Ghi chú riêng", other.representative.name, own.representative.name, own.address_line):
        assert hidden not in words
    assert "no-store" in seen["Cache-Control"]
    assert CaseCode.objects.get().opened == 1
    assert "1" in team.get(own.get_absolute_url()).content.decode()

    second = printed(team.post(card(own)))
    assert client.get(case(world, second)).status_code == 200
    voided, unknown = client.get(case(world, first)), client.get(case(world, "AAAAAAAAAA"))
    assert voided.status_code == unknown.status_code == 404
    assert bare(voided) == bare(unknown)


def test_the_own_page_says_what_is_due_first_and_which_invitation_counts(
    world: World, client: Any, place: dict
) -> None:
    own = place["of_cell"][0]
    later, sooner = (
        make.question(own, world.campaign, world.cell, text=f"Hỏi {n}", due_on=today() + datetime.timedelta(days=n))
        for n in (9, 2)
    )
    for hour in range(7):
        make.visit(own, world.campaign, world.cell, visited_at=make.at(-1, 8 + hour))
    dialogue = make.invited_dialogue(place["project"], world.campaign)
    row = dialogue.invitations.get(household=own)
    row.deliver(by=None, campaign=world.campaign, at=make.at(0, 0), outcome="signed", receiver="chủ hộ")
    code = CaseCode.hand_over(own, by=world.clearance_officer, campaign=world.campaign)
    words = client.get(case(world, code)).content.decode()
    assert words.index(sooner.text) < words.index(later.text)
    assert "2 lượt thăm nữa" in words
    assert "mới hơn mới có giá trị" not in words
    Dialogue.objects.filter(pk=dialogue.pk).update(letter=2)
    assert "mới hơn mới có giá trị" in client.get(case(world, code)).content.decode()
    dialogue.refresh_from_db()
    dialogue.cancel(by=world.clearance_officer, campaign=world.campaign, reason="Mưa bão")
    assert "Hội nghị này đã hủy" in client.get(case(world, code)).content.decode()


def bare(page: Any) -> str:
    """Without what was typed, and the form's own token."""
    return re.sub(r' (value|nonce)="[^"]*"', "", page.content.decode())


def test_a_typed_code_leads_to_the_file_and_guessing_is_slowed(
    world: World, client: Any, place: dict, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    code = CaseCode.hand_over(place["of_cell"][0], by=world.head, campaign=world.campaign)
    find = reverse("clearance:public_case_find", args=[world.ward.slug])
    for wrong in ("12", "ĐĐĐĐĐĐĐĐĐĐ", "-" * 10):
        assert client.post(find, {"code": wrong}).context["form"].errors
    typed = f" {code[:5].lower()}-{code[5:]} "
    assert client.post(find, {"code": typed})["Location"] == case(world, code)
    monkeypatch.setattr("clearance.views.public.LOOKED_UP", 2)
    assert [client.get(case(world, "BBBBBBBBBB")).status_code for _n in range(3)] == [404, 404, 429]
    assert "asked too often" in caplog.text
    assert client.get(case(world, code)).status_code == 429  # also right ones, until the hour is over


def test_one_code_of_a_household_is_valid(world: World, place: dict) -> None:
    household = place["of_cell"][0]
    CaseCode.hand_over(household, by=world.head, campaign=world.campaign)
    row = CaseCode.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        CaseCode.objects.create(ward=world.ward, household=household, digest="0" * 64, issued_on=today())
    elsewhere = CaseCode.objects.opened_by(world.ward, "ZZZZZZZZZZ")
    assert elsewhere is None
    assert row.ended_on is None


def test_codes_are_read_as_they_are_typed() -> None:
    code = random_code()
    assert set(code) <= set(LETTERS)
    assert plain_code(shown_code(code).lower()) == code
