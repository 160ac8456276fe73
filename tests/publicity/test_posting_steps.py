"""A posting from its draft to its closing record, and what the rules say about its days."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from accounts.models import AccessLog
from core.models import StateChanged, today
from deadlines.models import CalendarYear
from notifications.engine import dispatch
from notifications.models import Event, Message
from publicity.models import Posting
from tests import factories as basic
from tests.publicity import factories as make
from tests.world import World

DAY = datetime.timedelta(days=1)


def typed(day: datetime.date) -> str:
    return f"{day:%d/%m/%Y}"


def later(days: int) -> datetime.date:
    return today() + days * DAY


def proof_file(name: str = "anh.jpg") -> SimpleUploadedFile:
    return make.photo(name)


def test_a_posting_goes_from_the_clerk_to_the_board_and_to_its_closing_record(world: World, sign_in: Callable) -> None:
    place, rule = make.place(world.ward), make.hanging_rule(world.ward)
    clerk = sign_in(world.records_clerk)
    data = {"title": "Phương án bồi thường E6HT", "text": "Xem tại trụ sở.", "places": [place.pk], "rule": rule.pk}
    answer = clerk.post("/postings/new/", data | {"starts_on": typed(today()), "on_portal": "on"})
    posting = Posting.objects.get()
    assert answer.url == posting.get_absolute_url()
    clerk.post(f"{answer.url}submit/")
    dispatch.run()
    told = set(Message.objects.filter(words="publicity.posting.submitted").values_list("user", flat=True))
    assert told == {world.leadership.pk, world.media_officer.pk}
    leader = sign_in(world.leadership)
    assert leader.post(f"{answer.url}put-up/", {"starts_on": typed(today())}).status_code == 302
    posting.refresh_from_db()
    assert (posting.state, posting.ends_on) == ("posted", later(10)), "ten days, the first one not counted"
    assert posting.hang_deadline.legal_ref == rule.legal_ref
    sent = {"kind": "hanging", "taken_on": typed(today()), "place": place.pk, "file": proof_file()}
    assert clerk.post(f"{answer.url}proofs/new/", sent).status_code == 302
    proof = posting.proofs.get()
    assert len(proof.sha256) == 64
    with proof.file.open() as kept:
        assert b"nha so 5" not in kept.read(), "the photo is stripped of its place"
    assert clerk.get(f"{answer.url}close/").status_code == 403, "its days are not over"
    Posting.objects.filter(pk=posting.pk).update(starts_on=later(-11), ends_on=later(-1))
    sent = {"on": typed(today()), "opinions": "3", "record": proof_file("bien-ban.jpg")}
    assert clerk.post(f"{answer.url}close/", sent).status_code == 302
    posting.refresh_from_db()
    assert (posting.state, posting.opinions) == ("closed", 3)
    assert posting.proofs.filter(kind="closing").count() == 1
    page = sign_in(world.head).get(answer.url).content.decode()
    assert "Đã kết thúc" in page


def test_a_rule_that_changed_changes_nothing_that_hangs(world: World) -> None:
    rule = make.hanging_rule(world.ward)
    posting = make.up(world.ward, rule=rule, ends_on=None)
    rule.value = 30
    rule.save()
    posting.refresh_from_db()
    assert posting.least_end() == later(10)


def test_the_end_is_counted_by_the_rule_and_may_only_be_later(world: World, sign_in: Callable) -> None:
    rule = make.hanging_rule(world.ward)
    posting = make.waiting(world.ward, rule=rule, ends_on=None)
    client, url = sign_in(world.media_officer), f"{posting.get_absolute_url()}put-up/"
    page = client.post(url, {"starts_on": typed(today()), "ends_on": typed(later(9))})
    assert page.context["form"].errors["ends_on"] == [
        f"Theo Luật thử, điều 1, phải niêm yết ít nhất đến {typed(later(10))}."
    ]
    assert f'value="{typed(later(9))}"' in page.content.decode(), "what was typed is kept"
    assert Posting.objects.get().state == "review"
    assert client.post(url, {"starts_on": typed(today()), "ends_on": typed(later(20))}).status_code == 302
    assert Posting.objects.get().ends_on == later(20)


def test_an_end_before_the_start_is_refused(world: World, sign_in: Callable) -> None:
    data = {"title": "Phương án", "starts_on": typed(later(5)), "ends_on": typed(later(4))}
    page = sign_in(world.records_clerk).post("/postings/new/", data)
    assert page.context["form"].errors["ends_on"] == ["Ngày cuối không được trước ngày đầu."]
    assert not Posting.objects.exists()
    posting = make.posting(world.ward)
    with pytest.raises(IntegrityError), transaction.atomic():
        Posting.objects.filter(pk=posting.pk).update(ends_on=posting.starts_on - DAY)
    waiting = make.waiting(world.ward)
    with pytest.raises(ValidationError):
        waiting.put_up(by=None, starts_on=later(2), ends_on=later(1))
    assert Posting.objects.get(pk=waiting.pk).state == "review"


@pytest.mark.parametrize(
    "change, said",
    [
        ({"text": ""}, "Chưa có gì để đọc"),
        ({"on_portal": False, "places": []}, "Hãy cho biết niêm yết ở đâu"),
        ({"ends_on": None}, "Hãy chọn quy định về thời hạn"),
    ],
    ids=["nothing to read", "no place", "no end"],
)
def test_what_is_not_whole_is_not_handed_over(world: World, sign_in: Callable, change: dict, said: str) -> None:
    posting = make.posting(world.ward, **change)
    page = sign_in(world.records_clerk).post(f"{posting.get_absolute_url()}submit/", follow=True)
    assert said in page.content.decode()
    assert Posting.objects.get().state == "draft"


def test_a_posting_is_not_put_up_before_the_day_of_its_document(world: World, sign_in: Callable) -> None:
    document = basic.document(world.campaign, world.committee, dated_on=today() - DAY)
    posting = make.waiting(world.ward, document=document, on_portal=False)
    client, url = sign_in(world.media_officer), f"{posting.get_absolute_url()}put-up/"
    page = client.post(url, {"starts_on": typed(later(-3)), "ends_on": typed(later(9))})
    assert "chọn ngày đó hoặc ngày sau" in str(page.context["form"].errors["starts_on"])


def test_the_public_page_begins_today_at_the_earliest(world: World) -> None:
    posting = make.waiting(world.ward)
    with pytest.raises(ValidationError) as refused:
        posting.put_up(by=None, starts_on=today() - DAY)
    assert "sớm nhất là hôm nay" in str(refused.value)
    boards = make.waiting(world.ward, on_portal=False)
    boards.put_up(by=None, starts_on=today() - DAY)
    assert boards.state == "posted"


def test_a_restricted_document_is_not_put_on_display(world: World) -> None:
    document = basic.document(world.campaign, world.committee, is_restricted=True)
    posting = make.posting(world.ward, document=document)
    with pytest.raises(ValidationError, match="hạn chế"):
        posting.submit(by=None)


def test_five_working_days_after_the_document_are_counted_and_a_late_posting_is_asked_about(
    world: World, sign_in: Callable
) -> None:
    monday = today() - datetime.timedelta(days=today().weekday() + 14)
    for year in {monday.year, today().year, later(40).year}:
        CalendarYear.objects.create(ward=world.ward, year=year)
    rule = make.hanging_rule(world.ward)
    make.hanging_rule(world.ward, code="posting-by", kind="do_by", value=5, unit="working_day")
    document = basic.document(world.campaign, world.committee, dated_on=monday)
    posting = make.waiting(world.ward, document=document, rule=rule, ends_on=None)
    assert posting.due_up.due_on == monday + 7 * DAY
    client, url = sign_in(world.media_officer), f"{posting.get_absolute_url()}put-up/"
    page = client.post(url, {"starts_on": typed(today())})
    form = page.context["form"]
    assert f"trước hết ngày {typed(monday + 7 * DAY)}" in str(form.errors["starts_on"])
    keep = {"keep": [form.fields["keep"].choices[0][0]]}
    assert client.post(url, {"starts_on": typed(today())} | keep).status_code == 302
    posting.refresh_from_db()
    assert posting.put_up_deadline.met_on == today()
    assert "muộn hơn" in client.get(posting.get_absolute_url()).content.decode()


def test_working_days_of_a_year_without_calendar_are_said_to_be_missing(world: World) -> None:
    rule = make.hanging_rule(world.ward, unit="working_day")
    posting = make.waiting(world.ward, rule=rule, ends_on=None)
    with pytest.raises(ValidationError, match=str(today().year)):
        posting.put_up(by=None, starts_on=today())
    assert Posting.objects.get().state == "review"


def test_what_was_put_up_stays_as_it_was(world: World, sign_in: Callable) -> None:
    posting = make.up(world.ward)
    with pytest.raises(StateChanged):
        posting.edit(by=None, title="Khác")
    assert sign_in(world.records_clerk).get(f"{posting.get_absolute_url()}edit/").status_code == 403


def test_it_is_taken_down_early_with_a_reason(world: World, sign_in: Callable) -> None:
    posting = make.up(world.ward)
    client, url = sign_in(world.media_officer), f"{posting.get_absolute_url()}take-down/"
    assert client.post(url, {"reason": ""}).status_code == 200
    client.post(url, {"reason": "Văn bản bị đính chính"})
    assert "Văn bản bị đính chính" in client.get(posting.get_absolute_url()).content.decode()
    assert Event.objects.filter(kind="publicity.posting.taken_down", subject_id=posting.pk).count() == 1


@pytest.mark.parametrize("on", [-1, 1], ids=["within its days", "tomorrow"])
def test_a_closing_day_that_can_not_be_is_refused(world: World, sign_in: Callable, on: int) -> None:
    posting = make.over(world.ward)
    sent = {"on": typed(later(on)), "record": proof_file()}
    page = sign_in(world.records_clerk).post(f"{posting.get_absolute_url()}close/", sent)
    assert page.context["form"].errors["on"]
    assert not posting.proofs.exists()


def test_proof_is_no_program_and_of_no_day_before(world: World, sign_in: Callable) -> None:
    posting = make.up(world.ward)
    client, url = sign_in(world.records_clerk), f"{posting.get_absolute_url()}proofs/new/"
    place = posting.spots.get().place_id
    data = {"kind": "hanging", "place": place, "taken_on": typed(today())}
    page = client.post(url, data | {"file": SimpleUploadedFile("a.jpg", b"MZ\x90 program")})
    assert page.context["form"].errors["file"]
    page = client.post(url, data | {"taken_on": typed(later(-1)), "file": proof_file()})
    assert "sau khi niêm yết" in str(page.context["form"].errors["taken_on"])
    assert not posting.proofs.exists()


def test_a_text_that_names_people_or_their_numbers_is_asked_about(world: World, sign_in: Callable) -> None:
    client = sign_in(world.records_clerk)
    data = {"title": "Phương án", "text": "Liên hệ ông An, 0912 345 678.", "starts_on": typed(today())}
    form = client.post("/postings/new/", data).context["form"]
    assert "0912 345 678" in str(form.errors["text"])
    assert client.post("/postings/new/", data | {"keep": [form.fields["keep"].choices[0][0]]}).status_code == 302


def test_each_opening_of_files_that_name_people_is_written_down(world: World, sign_in: Callable) -> None:
    posting = make.posting(world.ward, names_people=True)
    posting.edit(by=None, papers=[make.accepted()])
    file = posting.files.get()
    client = sign_in(world.records_clerk)
    b"".join(client.get(file.get_absolute_url()).streaming_content)
    line = AccessLog.objects.get()
    assert (line.user, line.subject_type, line.subject_id) == (world.records_clerk, "publicity.posting", posting.pk)


def test_a_blank_record_to_sign_names_what_where_and_until_when(world: World, sign_in: Callable) -> None:
    from docx import Document as read

    posting = make.up(world.ward, title="Phương án E6HT")
    client = sign_in(world.clearance_officer)
    for what, word in (("minutes", "Niêm yết công khai"), ("closing", "Kết thúc niêm yết")):
        answer = client.get(f"{posting.get_absolute_url()}{what}.docx")
        text = "\n".join(p.text for p in read(_file(answer)).paragraphs)
        assert word in text
        assert "Phương án E6HT" in text
        assert typed(posting.ends_on) in text
        assert str(posting.spots.get().place) in text


def _file(answer: Any) -> Any:
    import io

    return io.BytesIO(answer.content)
