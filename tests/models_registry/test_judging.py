"""Judging: who may judge, what a judge can open, points that stay sealed, places, ties and prizes."""

import datetime
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from docx import Document
from PIL import Image

from accounts.choices import Role
from core.agenda import Ask
from core.models import today
from core.text import fold
from models_registry.agenda import points as agenda_points
from models_registry.choices import EntryState, EntryStep
from models_registry.models import BlindCopy, ContestEntry, JudgeSheet, Judging
from models_registry.models.consent import publish, record_consent
from models_registry.models.judging import masked, traces
from notifications.engine import dispatch
from notifications.models import Message
from tests import factories
from tests.models_registry import factories as make
from tests.world import World

AUTHOR = "Khuất Thị Bạch Tuyết"
DAY = datetime.timedelta(days=1)


def prepared(world: World, *titles: str, **settings: Any) -> Judging:
    """Approved entries of the cell, looked through, with two judges: the leadership and the records clerk."""
    for title in titles or ("Bài một",):
        entry = make.handed_in(world.campaign, world.cell, world.head, title=title, author_name=AUTHOR)
        entry.take("approved", by=world.campaign_officer)
    judges = settings.pop("judges", [world.leadership, world.records_clerk])
    return make.judging(world.campaign, world.campaign_officer, judges, **settings)


def opened(world: World, *titles: str, **settings: Any) -> Judging:
    judging = prepared(world, *titles, **settings)
    judging.open(by=world.campaign_officer)
    return judging


def give(judging: Judging, title: str, *points: str) -> None:
    """Of each judge in turn."""
    sheets = JudgeSheet.objects.filter(copy_of__judging=judging, copy_of__title=title).order_by("judge")
    for sheet, said in zip(sheets.select_related("judge__person"), points, strict=True):
        sheet.hand_in(by=sheet.judge.person, points=Decimal(said))


def entry_file(name: str) -> SimpleUploadedFile:
    """A .docx whose properties, comments and changes name the author."""
    paper, out = Document(), io.BytesIO()
    paper.core_properties.author = paper.core_properties.last_modified_by = AUTHOR
    paper.core_properties.title = f"Bài của {AUTHOR}"
    paper.sections[0].header.paragraphs[0].text = AUTHOR
    paper.add_paragraph(f"Chuyện ở tổ dân phố. Người viết: {AUTHOR}, điện thoại 0912 345 678.")
    paper.add_paragraph("Viết theo lời kể của bà con.")
    paper.add_comment(paper.paragraphs[0].runs, text="sửa câu này", author=AUTHOR)
    paper.save(out)
    return SimpleUploadedFile(name, out.getvalue())


def photo(name: str) -> SimpleUploadedFile:
    """A picture whose EXIF names the author."""
    picture, out = Image.new("RGB", (30, 20), "#336699"), io.BytesIO()
    exif = picture.getexif()
    exif[0x013B] = AUTHOR
    picture.save(out, "JPEG", exif=exif)
    return SimpleUploadedFile(name, out.getvalue())


# ---- who wrote stays hidden -----------------------------------------------------------------------------
def all_bytes(response: Any) -> Iterator[bytes]:
    """What the response carries, its headers too, and what is inside an archive."""
    yield repr(sorted(response.headers.items())).encode()
    data = b"".join(response.streaming_content) if response.streaming else response.content
    yield data
    if data.startswith(b"PK"):
        archive = zipfile.ZipFile(io.BytesIO(data))
        yield from (archive.read(name) for name in archive.namelist())


def told(response: Any) -> str:
    return " ".join(part.decode(errors="ignore") for part in all_bytes(response))


def test_a_fresh_reader_finds_no_author_in_anything_that_a_judge_can_open(world: World, sign_in: Callable) -> None:
    contest = make.contest(world.campaign, world.campaign_officer, takes="either")
    entry = make.entry(contest, world.cell, world.head, title=f"{AUTHOR} kể chuyện phố", author_name=AUTHOR)
    unit, officer = sign_in(world.head), sign_in(world.campaign_officer)
    day = today().strftime("%d/%m/%Y")
    sent = {
        "author_name": AUTHOR,
        "on": day,
        "file": entry_file(f"{AUTHOR}.docx"),
        "pictures": [photo(f"{AUTHOR}.jpg")],
    }
    unit.post(entry.hand_in_url, sent)
    officer.post(entry.get_absolute_url(), {"step": "approved", "on": day})
    edit = reverse("models_registry:judging_edit", args=[contest.pk])
    said = {"points_most": "10", "result_by": "mean", "tie_rule": "shared", "prizes": "Giải nhất; 1"}
    said |= {
        "due_on": (today() + 3 * DAY).strftime("%d/%m/%Y"),
        "judges": [world.leadership.pk, world.records_clerk.pk],
    }
    page = officer.post(edit, said)
    if page.status_code == 200:  # the day is a day off
        page = officer.post(edit, said | {"keep": [page.context["form"].fields["keep"].choices[0][0]]})
    assert page.status_code == 302
    copy = BlindCopy.objects.get()
    assert AUTHOR not in copy.title + copy.text
    assert "0912" not in copy.text
    # Without marks it was not masked; the officer is shown the place and has to decide.
    without_marks = {"title": "Chuyện phố", "text": f"Bà {fold(AUTHOR).title()} viết. Còn lại là chuyện phố."}
    refused = officer.post(copy.clear_url, without_marks)
    assert f"Bà {fold(AUTHOR).title()} viết." in refused.content.decode()
    copy.refresh_from_db()
    assert copy.cleared_at is None
    officer.post(copy.clear_url, {"title": copy.title, "text": copy.text})
    officer.post(reverse("models_registry:judging_open", args=[contest.pk]))
    dispatch.run()

    judge = sign_in(world.leadership)
    copy.refresh_from_db()
    reading = reverse("models_registry:judging_detail", args=[contest.pk])
    picture = reverse("models_registry:judge_picture", args=[contest.pk, copy.code, 1])
    assert copy.code in told(judge.get(reading))
    read = told(judge.get(copy.get_absolute_url()))
    assert "Viết theo lời kể của bà con" in read
    assert "image/jpeg" in told(judge.get(picture))
    assert judge.get(copy.clear_url).status_code == 403
    shut = [entry.get_absolute_url(), entry.versions.get().get_absolute_url()]
    shut += [file.get_absolute_url() for file in entry.files.all()]
    rows = [entry, copy, JudgeSheet.objects.first(), entry.files.first()]
    shut += [f"/history/models_registry/{row._meta.model_name}/{row.pk}/" for row in rows]
    for url in shut:
        assert judge.get(url).status_code == 404, url
    seen, waiting = (
        set(),
        ["/", reading, copy.get_absolute_url(), picture, "/contest/", "/contest/entries/", "/models/"],
    )
    waiting += ["/notifications/", f"/search/?q={AUTHOR}", f"/search/?q={entry.pk}", "/calendar/", "/documents/"]
    waiting += [f"/history/models_registry/{row._meta.model_name}/{row.pk}/" for row in (contest, copy.judging)]
    waiting += [f"/contest/entries/?q={AUTHOR}&state=preliminary", f"/contest/{contest.pk}/owed/", "/reports/"]
    names = [AUTHOR, fold(AUTHOR), AUTHOR.encode("utf-16-le").decode("latin-1")]
    while waiting and len(seen) < 60:
        url = waiting.pop(0)
        if url in seen:
            continue
        seen.add(url)
        response = judge.get(url)
        text = told(response)
        if "q=" not in url:  # a search says again what was searched for
            assert not [name for name in names if name in text or name in fold(text)], url
        if url.startswith("/contest/"):
            assert str(world.cell) not in re.sub(r'<select name="unit".*?</select>', "", text, flags=re.S), url
        if "/contest/" in url or "judging" in url:
            waiting += re.findall(r'(?:href|src)="(/(?!static)[^"#]*)', text)
    assert not ContestEntry.objects.visible_to(world.leadership).exists()
    assert ContestEntry.objects.visible_to(world.supervisor).exists(), "others of the ward read on"


def test_names_are_masked_and_what_is_left_is_found(world: World) -> None:
    entry = make.handed_in(world.campaign, world.cell, world.head, author_name=f"{AUTHOR}, Lê Văn Tám")
    text = f"{AUTHOR.upper()} và lê  văn tám ở {world.cell}, {world.head.full_name}; a.b@c.vn"
    left = masked(entry, text)
    for name in (AUTHOR.upper(), "văn tám", str(world.cell), world.head.full_name, "a.b@c.vn"):
        assert name not in left, name
    assert traces(entry, left) == []
    found = traces(entry, "Không dấu: Le Van Tam. Câu khác.")
    assert found == [("Lê Văn Tám", "Không dấu: Le Van Tam.")]
    assert traces(entry, "Tám người làm văn nghệ") == []


# ---- who judges -----------------------------------------------------------------------------------------
def test_who_sees_the_names_or_wrote_can_not_judge(world: World) -> None:
    for person in (world.campaign_officer, world.administrator):
        with pytest.raises(ValidationError, match="nhìn thấy tên"):
            prepared(world, judges=[world.leadership, person])
    entry = ContestEntry.objects.first()
    assert entry
    ContestEntry.objects.filter(pk=entry.pk).update(author_name=f"{AUTHOR}, {world.leadership.full_name}")
    with pytest.raises(ValidationError, match="đã viết bài"):
        prepared(world)


def test_nobody_judges_the_own_unit_and_each_entry_has_two_judges(world: World) -> None:
    judging = prepared(world, judges=[world.leadership, world.head])
    with pytest.raises(ValidationError, match="ít nhất hai"):
        judging.open(by=world.campaign_officer)
    assert not Judging.objects.get().opened_on, "nothing is half done"
    judging.refresh_from_db()
    fields = {"points_most": 10, "due_on": today() + DAY, "chief": None, "prizes": [("Giải nhất", 1)]}
    people = [world.leadership, world.head, world.neighbour]
    judging.save_details(by=world.campaign_officer, judges=people, **fields)
    judging.open(by=world.campaign_officer)
    assert {sheet.judge.person for sheet in JudgeSheet.objects.all()} == {world.leadership, world.neighbour}
    assert ContestEntry.objects.get().state == EntryState.PRELIMINARY


def test_copies_are_looked_through_before_judges_read(world: World, sign_in: Callable) -> None:
    judging = prepared(world)
    url = judging.copies.get().get_absolute_url()
    tried = [url, url.replace(judging.copies.get().code, "AB10")]  # whether there is such an entry is not told
    assert [sign_in(world.leadership).get(one).status_code for one in tried] == [403, 403]
    BlindCopy.objects.update(cleared_at=None, cleared_by=None)
    with pytest.raises(ValidationError, match=judging.copies.get().code):
        judging.open(by=world.campaign_officer)
    entry = ContestEntry.objects.get()
    entry.take("revision_asked", by=world.campaign_officer, reason="Thêm số liệu")
    assert not judging.copies.exists()
    entry.keep_draft(by=world.head, author_name=AUTHOR, text="Bản thứ hai")
    entry.hand_in(by=world.head)
    entry.take("approved", by=world.campaign_officer)
    assert judging.copies.get().text == "Bản thứ hai", "the copy is of the last version"


# ---- points ---------------------------------------------------------------------------------------------
def test_points_are_sealed_until_both_are_in(world: World, sign_in: Callable) -> None:
    judging = opened(world)
    copy = judging.copies.get()
    first, second = sign_in(world.leadership), sign_in(world.records_clerk)
    assert "Nhập số nhỏ hơn hoặc bằng 10" in first.post(copy.get_absolute_url(), {"points": "10,5"}).content.decode()
    first.post(copy.get_absolute_url(), {"points": "7,5", "remark": "Chân thật"})
    sheet = JudgeSheet.objects.get(judge__person=world.leadership)
    assert sheet.points == Decimal("7.5")
    assert "Chân thật" not in told(second.get(copy.get_absolute_url()))
    officer = sign_in(world.campaign_officer)
    assert "7,5" not in told(officer.get(judging.get_absolute_url()))
    assert officer.get(f"/history/models_registry/judgesheet/{sheet.pk}/").status_code == 404
    first.post(copy.get_absolute_url(), {"points": "8"})
    second.post(copy.get_absolute_url(), {"points": "6"})
    assert "Chân thật" not in told(second.get(copy.get_absolute_url())), "it was taken back"
    assert first.post(copy.get_absolute_url(), {"points": "9"}).status_code == 403
    [row] = judging.ranking()
    assert (row.result, row.place) == (Decimal("7.00"), 1)
    with pytest.raises(PermissionDenied):
        sheet.hand_in(by=world.records_clerk, points=Decimal(1))
    dispatch.run()
    kinds = set(Message.objects.filter(user=world.campaign_officer).values_list("event__kind", flat=True))
    assert "models_registry.judging.completed" in kinds
    with pytest.raises(IntegrityError), transaction.atomic():
        JudgeSheet.objects.filter(pk=sheet.pk).update(points=11)


@pytest.mark.parametrize("by, best", [("mean", "Hai"), ("median", "Một")])
def test_the_result_is_the_mean_or_the_median(world: World, by: str, best: str) -> None:
    people = [world.leadership, world.records_clerk, world.clearance_officer]
    judging = opened(world, "Một", "Hai", judges=people, result_by=by)
    give(judging, "Một", "8", "8", "1")
    give(judging, "Hai", "7", "7", "7")
    assert judging.ranking()[0].copy.title == best


def test_equals_share_a_place_or_the_chief_judge_puts_them_in_order(world: World, sign_in: Callable) -> None:
    judging = opened(world, "Một", "Hai", "Ba", tie_rule="chief", chief=world.leadership)
    give(judging, "Một", "8", "8")
    give(judging, "Hai", "9", "7")
    give(judging, "Ba", "5", "5")
    assert [row.place for row in judging.ranking()] == [1, 1, 3]
    assert not judging.can_award(world.campaign_officer)
    url = reverse("models_registry:judging_ties", args=[judging.contest_id])
    assert sign_in(world.records_clerk).get(url).status_code == 403
    chief, tied = sign_in(world.leadership), [row.copy for row in judging.ranking() if row.is_tied]
    same = {f"place_{copy.pk}": "1" for copy in tied} | {"reason": "Bài Hai có số liệu"}
    assert "số khác nhau" in chief.post(url, same).content.decode()
    order = {f"place_{copy.pk}": "1" if copy.title == "Hai" else "2" for copy in tied}
    assert chief.post(url, same | order).status_code == 302
    assert [(row.copy.title, row.place) for row in judging.ranking()] == [("Hai", 1), ("Một", 2), ("Ba", 3)]
    assert judging.can_award(world.campaign_officer)


def test_prizes_are_awarded_once_and_the_names_open_again(world: World, sign_in: Callable) -> None:
    judging = opened(world, "Một", "Hai")
    give(judging, "Một", "8", "8")
    officer = sign_in(world.campaign_officer)
    url = reverse("models_registry:judging_award", args=[judging.contest_id])
    assert officer.get(url).status_code == 403, "not before all points are in"
    give(judging, "Hai", "9", "9")
    form = officer.get(url).context["form"]
    prize = str(judging.prizes.get().pk)
    assert [form.fields[form.name(row)].initial for row in form.rows] == [int(prize), ""]
    both = {form.name(row): prize for row in form.rows}
    assert "có 1, trao 2" in officer.post(url, both).content.decode()
    assert officer.post(url, {form.name(form.rows[0]): prize}).status_code == 302
    assert dict(ContestEntry.objects.values_list("title", "state")) == {"Hai": "awarded", "Một": "not_awarded"}
    entry = ContestEntry.objects.get(title="Hai")
    assert AUTHOR in told(sign_in(world.leadership).get(entry.get_absolute_url()))
    assert officer.post(url, both).status_code == 403


def test_prizes_are_taken_back_with_a_reason_and_awarded_anew_while_what_was_published_stays(
    world: World, sign_in: Callable
) -> None:
    judging = opened(world, "Một", "Hai")
    give(judging, "Một", "8", "8")
    give(judging, "Hai", "9", "9")
    officer, client = world.campaign_officer, sign_in(world.campaign_officer)
    first, other = (judging.copies.get(title=title) for title in ("Hai", "Một"))
    with pytest.raises(PermissionDenied, match="chưa trao giải"):
        judging.reopen(by=officer, reason="Sớm")
    judging.award(by=officer, prizes={first: judging.prizes.get(), other: None})
    for of, name in (("author", AUTHOR), ("nobody", AUTHOR)):
        said = {"of": of, "person_name": name, "signed_on": today(), "reference": "Hồ sơ thi"}
        record_consent(first.entry, by=world.head, **said)
    article = publish(ContestEntry.objects.get(title="Hai"), by=officer)
    entry = ContestEntry.objects.get(title="Hai")
    assert EntryStep.REOPEN not in entry.steps_for(officer)  # all at once, by the judging
    url = reverse("models_registry:judging_reopen", args=[judging.contest_id])
    asked = client.get(url).content.decode()
    assert str(article) in asked
    for wrong in ("", "x" * 301):
        assert client.post(url, {"reason": wrong}).context["form"].errors
    assert client.post(url, {"reason": "Sót một bài"}).status_code == 302
    assert client.post(url, {"reason": "Lần nữa"}).status_code == 403
    assert set(ContestEntry.objects.values_list("state", flat=True)) == {EntryState.FINAL}
    step = entry.transitions.first()
    assert (step.old, step.new, step.reason, step.on) == ("awarded", "final", "Sót một bài", today())
    assert not judging.copies.exclude(prize=None).exists()
    page = client.get(judging.get_absolute_url()).content.decode()
    assert "Sót một bài" in page
    assert article.get_absolute_url() in page
    assert "giữ nguyên" in client.get(entry.get_absolute_url()).content.decode()
    dispatch.run()
    told = {message.user for message in Message.objects.filter(event__kind="models_registry.judging.reopened")}
    assert told >= {world.leadership, world.records_clerk}
    assert officer not in told
    judging = Judging.objects.get()
    first, other = (judging.copies.get(title=title) for title in ("Hai", "Một"))
    judging.award(by=officer, prizes={first: None, other: judging.prizes.get()})
    assert dict(ContestEntry.objects.values_list("title", "state")) == {"Hai": "not_awarded", "Một": "awarded"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Judging.objects.update(reopened_why="")


def test_what_is_settled_otherwise_gets_no_prize_and_nothing_is_half_awarded(world: World) -> None:
    judging = opened(world, "Một", "Hai")
    give(judging, "Một", "8", "8")
    give(judging, "Hai", "9", "9")
    ContestEntry.objects.get(title="Hai").take("not_awarded", by=world.campaign_officer)
    best, other = (row.copy for row in judging.ranking())
    with pytest.raises(ValidationError, match="không được trao giải"):
        judging.award(by=world.campaign_officer, prizes={other: None, best: judging.prizes.get()})
    judging = Judging.objects.get()
    best, other = (row.copy for row in judging.ranking())
    assert judging.is_open
    assert ContestEntry.objects.get(title="Một").state == "preliminary"
    judging.award(by=world.campaign_officer, prizes={best: None, other: judging.prizes.get()})
    assert dict(ContestEntry.objects.values_list("title", "state")) == {"Hai": "not_awarded", "Một": "awarded"}


def test_a_judge_stands_aside_unless_too_few_are_left(world: World) -> None:
    judging = opened(world, judges=[world.leadership, world.records_clerk, world.clearance_officer])
    one, two, _three = judging.judges.all()
    one.stand_aside(by=world.leadership, reason="Quen tác giả")
    assert JudgeSheet.objects.count() == 2
    with pytest.raises(ValidationError, match="Còn quá ít"):
        two.stand_aside(by=world.records_clerk, reason="Bận")
    assert JudgeSheet.objects.count() == 2


def test_the_agenda_of_a_judge_counts_what_is_owed(world: World) -> None:
    judging = opened(world, "Một", "Hai")
    ask = Ask(world.leadership, world.campaign, today(), today() + 30 * DAY, today())
    [item] = agenda_points(ask)
    assert "2 bài" in item.title
    give(judging, "Một", "8", "8")
    give(judging, "Hai", "8", "8")
    assert list(agenda_points(ask)) == []


def test_a_judge_shares_no_kept_overview_with_colleagues_of_the_same_role(world: World, sign_in: Callable) -> None:
    colleague = factories.member(world.committee, Role.LEADERSHIP)
    opened(world)
    for person, number in ((world.leadership, 0), (colleague, 1), (world.leadership, 0)):
        rows = sign_in(person).get(reverse("reports:figure_list")).context["rows"]
        assert next(value.value for figure, value in rows if figure.key == "contest.sent") == number, person
