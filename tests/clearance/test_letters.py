"""Papers that go to households as .docx: letters of invitation, minutes of a mobilisation, the form of an agreement."""

import io
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from docx import Document as Docx

from accounts import access
from accounts.models import AccessLog
from clearance import papers
from clearance.jobs import LETTERS
from clearance.models import Dialogue, Household, Project
from notifications.engine import jobs
from notifications.models import Job
from tests.campaigns.factories import standards
from tests.clearance import factories as make
from tests.clearance.test_loops import household, minuted, opened
from tests.world import World

__all__ = ["household"]


@pytest.fixture
def officer(world: World, sign_in: Callable) -> Client:
    return sign_in(world.clearance_officer)


@pytest.fixture
def dialogue(world: World, place: dict) -> Dialogue:
    return make.invited_dialogue(place["project"], world.campaign)


def text_of(content: bytes) -> str:
    book = Docx(io.BytesIO(content))
    cells = [cell.text for table in book.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in book.paragraphs), *cells])


def test_letters_are_made_for_those_who_have_none_yet_each_on_a_page(
    world: World, officer: Client, dialogue: Dialogue, place: dict
) -> None:
    standards(world.ward)
    one, two = place["of_cell"]
    has_it = dialogue.invitations.get(household=one)
    has_it.deliver(by=None, campaign=world.campaign, at=make.at(0, 0), outcome="signed", receiver="chủ hộ")
    page = officer.get(dialogue.get_absolute_url()).content.decode()
    address = reverse("clearance:dialogue_letters", args=[place["project"].slug, dialogue.pk])
    assert address in page
    assert officer.post(address).status_code == 302
    jobs.run_all(10)
    made = Job.objects.get(kind=LETTERS)
    with made.file.open("rb") as file:
        content = file.read()
    told = text_of(content)
    assert two.representative.name in told
    assert one.representative.name not in told
    assert len(Docx(io.BytesIO(content)).sections) == dialogue.invitations.to_deliver().count() == 3
    assert f"{dialogue.held_on:%d/%m/%Y}" in told
    assert AccessLog.objects.filter(act="export", subject_type="clearance.dialogue").count() == 1
    single = officer.get(reverse("clearance:invitation_letter", args=[has_it.pk]))
    assert one.representative.name in text_of(single.getvalue())


def test_without_a_letter_left_or_a_layout_the_job_says_so(world: World, officer: Client, dialogue: Dialogue) -> None:
    address = reverse("clearance:dialogue_letters", args=[dialogue.project.slug, dialogue.pk])
    officer.post(address)
    jobs.run_all(10)
    assert "thể thức" in Job.objects.latest("pk").error.lower()
    for row in dialogue.invitations.all():
        row.deliver(by=None, campaign=world.campaign, at=make.at(0, 0), outcome="signed", receiver="chủ hộ")
    assert address not in officer.get(dialogue.get_absolute_url()).content.decode()
    officer.post(address)
    jobs.run_all(10)
    assert "Không còn giấy mời" in Job.objects.latest("pk").error


def test_a_letter_that_does_not_count_any_more_is_not_printed(
    world: World, officer: Client, dialogue: Dialogue, place: dict
) -> None:
    standards(world.ward)
    void, moved = (dialogue.invitations.get(household=row) for row in place["of_cell"])
    paper = {row.pk: reverse("clearance:invitation_letter", args=[row.pk]) for row in (void, moved)}
    assert officer.get(paper[void.pk]).status_code == 200
    void.void(by=world.clearance_officer, campaign=world.campaign)
    answer = officer.get(paper[void.pk])
    assert answer.status_code == 403
    assert "không còn giá trị" in answer.content.decode()
    assert officer.get(paper[moved.pk]).status_code == 200
    moved.deliver(by=None, campaign=world.campaign, at=make.at(0, 0), outcome="signed", receiver="chủ hộ")
    Dialogue.objects.filter(pk=dialogue.pk).update(letter=2)
    assert officer.get(paper[moved.pk]).status_code == 403, "the conference was moved since"
    Dialogue.objects.filter(pk=dialogue.pk).update(letter=1)
    dialogue.cancel(by=world.clearance_officer, campaign=world.campaign, reason="Mưa bão")
    answer = officer.get(paper[moved.pk])
    assert answer.status_code == 403
    assert "đã hủy" in answer.content.decode()


def test_who_may_not_invite_any_more_when_the_job_runs_gets_no_letter(
    world: World, officer: Client, dialogue: Dialogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    standards(world.ward)
    officer.post(reverse("clearance:dialogue_letters", args=[dialogue.project.slug, dialogue.pk]))
    refused = access.denied("Bạn không còn quyền mời họp.")
    monkeypatch.setattr(Project, "can_record_dialogue", lambda *_asked: refused)
    jobs.run_all(10)
    made = Job.objects.get(kind=LETTERS)
    assert not made.file
    assert "không còn quyền" in made.error
    assert not AccessLog.objects.filter(act="export", subject_type="clearance.dialogue").exists()


def test_letters_are_read_in_as_many_statements_however_many_there_are(world: World, dialogue: Dialogue) -> None:
    standards(world.ward)
    rows = list(dialogue.invitations.select_related("household", "dialogue__host__ward", "dialogue__project"))
    assert len(rows) > 2
    with CaptureQueriesContext(connection) as one:
        papers.invitations(rows[:1])
    with CaptureQueriesContext(connection) as all_of_them:
        papers.invitations(rows)
    assert len(all_of_them) == len(one)


def test_minutes_of_a_mobilisation_say_who_was_there_and_the_next_sheet_is_blank(
    world: World, officer: Client, household: Household
) -> None:
    standards(world.ward)
    loop = opened(household, world)
    row = minuted(loop, world, said="Xin chờ con về")
    told = text_of(officer.get(reverse("clearance:minutes_paper", args=[row.pk])).getvalue())
    for words in ("lần thứ 1", row.of_ward, row.of_front, row.of_unit, "Xin chờ con về"):
        assert words in told
    sheet = text_of(officer.get(reverse("clearance:loop_sheet", args=[loop.pk])).getvalue())
    assert "lần thứ 2" in sheet
    assert "Xin chờ con về" not in sheet


def test_the_form_of_an_agreement_is_ticked_and_filled_in_for_nobody(
    world: World, officer: Client, place: dict
) -> None:
    answer = officer.get(reverse("clearance:agreement_form", args=[place["project"].slug]))
    told = text_of(answer.getvalue())
    assert told.count("☐") == 2
    assert "Không ai bắt buộc phải ký" in told
    for row in place["of_cell"]:
        assert row.representative.name not in told
