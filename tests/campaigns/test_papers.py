"""Plans, letters, invitations and minutes as .docx: layout by issuer and day, number open until it is given."""

import datetime
import io
from collections.abc import Callable

import docx
import pytest

from accounts.choices import Role
from accounts.models import Unit
from campaigns import papers
from campaigns.models import Document
from core.papers import Paper, from_json, to_json
from core.word import to_docx
from tests import factories as make
from tests.campaigns.factories import days_ago, meeting, plan_item, recipient, standards, superior_plan, ward_plan
from tests.world import World

BEFORE, AFTER = datetime.date(2026, 5, 26), datetime.date(2026, 5, 27)


@pytest.fixture(autouse=True)
def _standards(world: World) -> None:
    standards(world.ward)


def unsaved(world: World, issuer: Unit, code: str, day: datetime.date, **fields: object) -> Document:
    kind = make.document_kind(world.ward, code=code, label={"KH": "Kế hoạch", "CV": "Công văn"}[code])
    known = {"summary": "Phân bổ bài dự thi viết", "state": "draft", "symbol": "", "number": None}
    known |= {"dated_on": day, "carries_out": None} | fields
    row = Document(ward=world.ward, campaign=world.campaign, issuer=issuer, kind=kind, direction="out", **known)
    row.start(by=None)
    return row


def words(paper: Paper) -> str:
    """Everything that stands in the file, cell by cell and line by line."""
    document = docx.Document(io.BytesIO(to_docx(paper)))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*cells, *(line.text for line in document.paragraphs)])


def test_a_party_letter_names_no_kind_and_says_what_it_is_about_below_its_open_number(world: World) -> None:
    letter = unsaved(world, world.committee, "CV", BEFORE)
    recipient(letter, world.cell, must_issue_resolution=False)
    recipient(letter, world.front, must_issue_resolution=False)
    text = words(papers.of_document(letter))
    assert "Số \xa0\xa0\xa0\xa0\xa0-CV/ĐU" in text
    assert "V/v phân bổ bài dự thi viết" in text
    assert "DỰ THẢO" in text
    assert "ĐẢNG CỘNG SẢN VIỆT NAM" in text
    assert "CÔNG VĂN" not in text
    assert f"- {world.front.name}" in text
    assert "Như trên" in text


def test_the_guidance_in_force_on_its_day_says_how_a_letter_begins(world: World) -> None:
    assert "Về việc phân bổ" in words(papers.of_document(unsaved(world, world.committee, "CV", AFTER)))
    assert papers.of_document(unsaved(world, world.committee, "KH", BEFORE)).size("kind") == 16
    assert papers.of_document(unsaved(world, world.committee, "KH", AFTER)).size("kind") == 15


def test_the_states_papers_have_their_own_head_number_and_signature(world: World) -> None:
    make.member(world.government, Role.UNIT_HEAD, make.user("Dương Văn Hòa"), position="Phó Chủ tịch")
    text = words(papers.of_document(unsaved(world, world.government, "CV", days_ago(0))))
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text
    assert "Số: \xa0\xa0\xa0\xa0\xa0/UBND" in text
    for line in ("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH", "Dương Văn Hòa"):
        assert line in text, line


def test_a_numbered_plan_bears_its_number_items_units_and_signer(world: World) -> None:
    make.member(world.committee, Role.LEADERSHIP, make.user("Phạm Minh Đức"), position="Bí thư")
    parent = superior_plan(world, symbol="90-KH/QU")
    plan = ward_plan(world, symbol="82-KH/ĐU", carries_out=parent, summary="Thực hiện năm chủ đề")
    item = plan_item(plan, text="Tổng vệ sinh phố Trạm")
    for unit in (world.cell, world.other_cell):
        make.task(world.campaign, unit, plan_item=item)
    recipient(plan, world.cell)
    text = words(papers.of_document(plan))
    for line in ("Số 82-KH/ĐU", "90-KH/QU", "Tổng vệ sinh phố Trạm.", f"{world.cell.name}, {world.other_cell.name}"):
        assert line in text, line
    for line in ("T/M ĐẢNG ỦY", "BÍ THƯ", "Phạm Minh Đức", f"- {world.cell.name},", "- Lưu Văn phòng"):
        assert line in text, line
    assert "DỰ THẢO" not in text


def test_the_author_of_the_file_is_the_ward(world: World) -> None:
    document = docx.Document(io.BytesIO(to_docx(papers.of_document(unsaved(world, world.committee, "KH", AFTER)))))
    known = document.core_properties
    assert (known.author, known.last_modified_by, known.comments) == (world.ward.name, world.ward.name, "")


def test_an_invitation_names_guests_hour_and_place_and_shows_what_is_missing(world: World) -> None:
    row = meeting(world.campaign, title="Hội nghị quán triệt", held_on=make.worked(days_ago(-5)), place="Hội trường")
    row.invite(by=None, unit=world.cell)
    row.invite(by=None, group="Các đoàn thể")
    paper = papers.invitation(row, world.committee)
    text = words(paper)
    for line in ("GIẤY MỜI", f"- {world.cell.name}", "- Các đoàn thể", "Hội trường", "-GM/ĐU"):
        assert line in text, line
    assert [run.text for run in paper.missing] == ["[chủ trì]", "[nội dung]"]


def test_minutes_say_who_was_there_and_are_signed_by_two(world: World) -> None:
    row = meeting(world.campaign, title="Hội nghị quán triệt", held_on=days_ago(5), state="held", chair="Phạm Minh Đức")
    row.invite(by=None, unit=world.cell, invited=20, present=17)
    text = words(papers.minutes(row, world.committee))
    for line in ("BIÊN BẢN", f"{world.cell.name}: 17/20", "CHỦ TRÌ", "Phạm Minh Đức", "NGƯỜI GHI BIÊN BẢN"):
        assert line in text, line
    assert "Nơi nhận" not in text


def test_a_paper_kept_before_there_were_letters_is_read_again(world: World) -> None:
    kept = to_json(papers.of_document(unsaved(world, world.committee, "KH", AFTER)))
    older = {name: value for name, value in kept.items() if name not in {"addressees", "about", "author"}}
    assert from_json(older).addressees == ()


def test_the_file_comes_as_an_attachment_and_a_missing_standard_is_said(world: World, sign_in: Callable) -> None:
    plan, client = ward_plan(world, symbol="82-KH/ĐU", dated_on=days_ago(3)), sign_in(world.head)
    sent = client.get(f"/documents/{plan.pk}/paper/")
    assert sent["Content-Disposition"].startswith("attachment")
    assert b"".join(sent.streaming_content).startswith(b"PK")
    old = ward_plan(world, dated_on=datetime.date(2010, 1, 4), carries_out=None)
    said = client.get(f"/documents/{old.pk}/paper/", follow=True)
    assert "thể thức" in said.content.decode()
    assert client.get(f"/documents/{superior_plan(world).pk}/paper/").status_code == 403
