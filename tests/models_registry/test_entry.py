"""An entry from the first line to its next version: rules of the contest, what is kept, how versions differ."""

import datetime
import io
import unicodedata
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, InternalError, transaction
from django.urls import reverse
from docx import Document

from core.models import today
from core.text import count_words
from models_registry.choices import EntryState
from models_registry.models import Contest, ContestEntry
from models_registry.models.entry import difference
from tests.models_registry import factories as make
from tests.world import World

DAY = datetime.timedelta(days=1)
AUTHOR = "Nguyễn Thị Hường"


def full(day: datetime.date) -> str:
    return day.strftime("%d/%m/%Y")


def docx(*lines: str, name: str = "bai.docx") -> SimpleUploadedFile:
    paper, out = Document(), io.BytesIO()
    for line in lines:
        paper.add_paragraph(line)
    paper.save(out)
    return SimpleUploadedFile(name, out.getvalue())


@pytest.fixture
def contest(world: World) -> Contest:
    rules = {"takes": "either", "words_from": 5, "words_to": 8, "pictures_to": 1, "closes_on": today() + 9 * DAY}
    return make.contest(world.campaign, world.campaign_officer, **rules)


@pytest.fixture
def entry(world: World, contest: Contest) -> ContestEntry:
    return make.entry(contest, world.cell, world.head, title="Người giữ phố sạch")


def said(**fields: Any) -> dict[str, Any]:
    return {"author_name": AUTHOR, "on": full(today()), "text": "Phố sạch nhờ bà con chung tay"} | fields


@pytest.mark.parametrize(
    "text, words",
    [
        ("", 0),
        ("Đường phố sạch, đẹp", 4),
        ("\u00d0ường về", 2),  # a letter that only looks like Đ
        ("E-6 và 1.500 m²; 19/5, lúc 7:30", 7),
        ("ăn,uống", 2),
        ("một – hai — ba * * *", 3),
        ("d'Artagnan giữ-gìn", 2),
        ("Tổ dân phố số 7", 5),
    ],
)
def test_a_word_is_what_a_word_processor_counts(text: str, words: int) -> None:
    assert count_words(text) == count_words(unicodedata.normalize("NFD", text)) == words


def test_rules_are_set_read_and_asked_for(world: World, sign_in: Callable, contest: Contest) -> None:
    url = reverse("models_registry:contest_rules", args=[contest.pk])
    officer = sign_in(world.campaign_officer)
    typed = {"takes": "text", "words_from": "800", "words_to": "1.500", "pictures_from": "1", "pictures_to": "3"}
    typed |= {"without_units": [world.other_cell.pk], "without_people": "Lê Văn Chấm\nTrần Thị Tổ\n"}
    assert "Nhập số từ 800 trở lên" in officer.post(url, typed | {"words_to": "700"}).content.decode()
    assert officer.post(url, typed).status_code == 302
    contest.refresh_from_db()
    assert (contest.takes, contest.words_to) == ("text", 1500)
    assert {str(row) for row in contest.exclusions.all()} == {str(world.other_cell), "Lê Văn Chấm", "Trần Thị Tổ"}
    kept = set(contest.exclusions.values_list("pk", flat=True))
    officer.post(url, typed | {"without_people": "Lê Văn Chấm"})
    assert set(contest.exclusions.values_list("pk", flat=True)) < kept, "what stays is not entered anew"
    lines = " ".join(contest.rule_lines())
    for words in ("800–1.500 từ", "Lê Văn Chấm"):
        assert words in lines
    with pytest.raises(IntegrityError), transaction.atomic():
        Contest.objects.filter(pk=contest.pk).update(words_to=700)


def test_what_breaks_a_rule_is_asked_and_nothing_typed_is_lost(
    world: World, sign_in: Callable, entry: ContestEntry
) -> None:
    unit = sign_in(world.head)
    page = unit.post(entry.hand_in_url, said(text="Ngắn quá", pictures=[make.photo()]))
    told = page.content.decode()
    for words in ("2 từ, yêu cầu 5–8 từ", "Ngắn quá"):
        assert words in told
    entry.refresh_from_db()
    assert (entry.state, entry.text, entry.author_name) == (EntryState.DRAFTING, "Ngắn quá", AUTHOR)
    assert entry.waiting_files.count() == 1, "the picture need not be chosen again"
    token = page.context["form"].fields["keep"].choices[0][0]
    assert unit.post(entry.hand_in_url, said(text="Ngắn quá", keep=[token])).status_code == 302
    entry.refresh_from_db()
    version = entry.versions.get()
    assert (entry.state, version.words, version.by) == (EntryState.SUBMITTED, 2, world.head)
    assert (version.files.count(), entry.waiting_files.count()) == (1, 0)
    assert unit.get(entry.hand_in_url).status_code == 403, "it is with the ward now"


def test_what_the_contest_refuses_is_not_kept_all_the_same(
    world: World, sign_in: Callable, contest: Contest, entry: ContestEntry
) -> None:
    Contest.objects.filter(pk=contest.pk).update(
        refuses_words=True, refuses_days=True, refuses_pictures=True, closes_on=today() - DAY, declaration="Bài tự viết"
    )
    contest.exclusions.create(ward=world.ward, person_name=AUTHOR)
    unit = sign_in(world.head)
    told = unit.post(entry.hand_in_url, said(text="Ngắn", pictures=[make.photo(), make.photo()])).content.decode()
    for sentence in ("1 từ, yêu cầu 5–8 từ", "Cuộc thi đã đóng", "Ảnh: 2, yêu cầu", "Đánh dấu"):
        assert sentence in told, sentence
    entry.refresh_from_db()
    assert entry.state == EntryState.DRAFTING
    with pytest.raises(ValidationError):
        entry.hand_in(by=world.head, declared=True)
    assert not entry.versions.exists()
    assert ContestEntry.objects.get(pk=entry.pk).state == EntryState.DRAFTING
    contest.exclusions.create(ward=world.ward, unit=world.cell)
    assert f"{world.cell} không được dự thi" in unit.post(entry.hand_in_url, said()).content.decode()


def test_the_name_of_somebody_who_may_not_enter_is_asked_about(
    world: World, sign_in: Callable, contest: Contest, entry: ContestEntry
) -> None:
    contest.exclusions.create(ward=world.ward, person_name=AUTHOR.upper())
    page = sign_in(world.head).post(entry.hand_in_url, said())
    assert "người khác cùng tên" in page.content.decode()
    entry.refresh_from_db()
    assert entry.state == EntryState.DRAFTING


def test_a_file_is_read_counted_and_kept_through_a_mistake(
    world: World, sign_in: Callable, entry: ContestEntry
) -> None:
    unit = sign_in(world.head)
    broken = SimpleUploadedFile("bai.pdf", b"%PDF-1.4 thu")
    assert "không đọc được" in unit.post(entry.hand_in_url, said(file=broken)).content.decode()
    unit.post(entry.hand_in_url, said(file=docx("Bà con", "cùng nhau giữ sạch phố"), author_name=""))
    file = entry.waiting_files.get()
    served = unit.get(file.get_absolute_url())
    assert b"".join(served.streaming_content).startswith(b"PK")
    assert unit.post(entry.hand_in_url, said()).status_code == 302
    version = entry.versions.get()
    assert (version.text, version.words) == ("Bà con\ncùng nhau giữ sạch phố", 7)
    assert sign_in(world.neighbour).get(file.get_absolute_url()).status_code == 404


def test_every_round_is_kept_and_its_difference_shown(world: World, sign_in: Callable, entry: ContestEntry) -> None:
    unit, officer = sign_in(world.head), sign_in(world.campaign_officer)
    unit.post(entry.hand_in_url, said())
    officer.post(entry.get_absolute_url(), {"step": "revision_asked", "on": full(today()), "reason": "Thêm số liệu"})
    unit.post(entry.hand_in_url, said(text="Phố sạch đẹp nhờ 120 hộ chung tay"))
    entry.refresh_from_db()
    assert (entry.state, [v.number for v in entry.versions.all()]) == (EntryState.SUBMITTED, [2, 1])
    page = officer.get(entry.versions.first().get_absolute_url()).content.decode()
    for words in ("<ins>", "120 hộ", "<del>", "bà con", "Từ thêm: 3; bớt: 2"):
        assert words in page, words
    first = officer.get(entry.versions.last().get_absolute_url()).content.decode()
    assert "<ins>" not in first
    assert "Phố sạch nhờ bà con chung tay" in first
    for change in (lambda v: v.update(text="Khác"), lambda v: v._raw_delete(v.db)):
        with pytest.raises(InternalError), transaction.atomic():
            change(type(entry.versions.first()).objects.filter(entry=entry))


def test_the_difference_is_by_paragraph_and_then_by_word() -> None:
    found = difference("Một.\nHai ba bốn.\nNăm.", "Một.\nHai bốn.\nNăm.\nSáu.")
    assert [[kind for kind, _words in row] for row in found.paragraphs] == [
        ["same"],
        ["same", "removed", "same"],
        ["same"],
        ["added"],
    ]
    assert (found.added, found.removed) == (1, 1)
    assert difference("Như nhau", "Như nhau").is_none
    long = " ".join(f"từ{n}" for n in range(5000))
    assert difference(long, long + " x").added == 5001, "no minutes are spent on a paragraph without end"


def test_paper_contests_take_no_text_and_others_no_bare_step(world: World, entry: ContestEntry) -> None:
    assert "submitted" not in entry.steps_for(world.head)
    with pytest.raises(ValidationError):
        entry.take("submitted", by=world.head)
    on_paper = make.entry(make.contest(world.campaign, world.campaign_officer), world.cell, world.head)
    assert not on_paper.can_hand_in(world.head)
    assert "submitted" in on_paper.steps_for(world.head)
