"""What is kept longer than its rule says is listed, exactly; nothing goes before a person has begun and looked."""

import datetime
from collections.abc import Callable
from typing import Any

import pgtrigger
import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccessLog
from clearance.agenda import disposals
from clearance.models import Disposal, Grievance, GrievanceEvidence, HouseholdParty, Party, PrivacyRequest, clearing
from clearance.models.erasure import MARK
from clearance.models.grievances import GrievanceTransition
from clearance.retention import RECORDS, rules
from core.agenda import Ask
from core.files import accept
from core.models import history_of, today
from deadlines.models import DeadlineRule
from intake.models import Batch
from notifications.engine import jobs
from notifications.models import Event, Job
from tests.clearance import access_table as rows
from tests.clearance import factories as make
from tests.clearance.photos import photo
from tests.world import World

LONG_AGO = datetime.date(2001, 1, 1)


def kept_of(code: str) -> str:
    return f"{reverse('clearance:privacy_keeping')}?of={code}"


@pytest.fixture
def kept(world: World) -> World:
    """One row of each kind that is past its time, and one that is not."""
    make.clocks(world)
    long_ago = timezone.make_aware(datetime.datetime.combine(LONG_AGO, datetime.time(9)))
    household = rows.scene(world)["of_cell"][0]
    for one in (rows.scene(world)["of_cell"][1], rows.scene(world)["of_team"], rows.scene(world)["of_neighbour"]):
        one.parties.all().delete()
    make.visit(household, world.campaign, world.cell, note="Ghi chép")
    type(household.project.undertaking).objects.filter(pk=household.project.undertaking_id).update(
        valid_from=LONG_AGO, valid_to=LONG_AGO
    )
    other = make.household(make.project(world.campaign, world.superior), world.campaign)
    make.visit(other, world.campaign, world.cell, note="Còn thời hạn")
    for on in (LONG_AGO, today()):
        row = make.grievance(world, "feedback")
        Grievance.objects.filter(pk=row.pk).update(state="answered", reply="Đã trả lời")
        with pgtrigger.ignore():
            row.transitions.update(on=on)
        asked = make.privacy_request(world)
        PrivacyRequest.objects.filter(pk=asked.pk).update(
            received_on=on, ended_on=on, outcome="refused", result="Không rõ ai"
        )
    AccessLog.objects.create(ward=world.ward, user=world.head, at=long_ago, act="read", subject_type="x", subject_id=1)
    AccessLog.objects.note(user=world.head, subject=household)
    for at in (long_ago, timezone.now()):
        facts = {"original_name": "ds.xlsx", "sha256": "0", "mime": "x", "size": 1, "kind": "households"}
        Batch.objects.create(ward=world.ward, uploaded_at=at, file=ContentFile(b"x", "ds.xlsx"), **facts)
        done: dict[str, Any] = {"state": "done", "ended_at": at, "expires_at": at, "file_name": "a.csv", "file": "a"}
        Job.objects.create(ward=world.ward, kind="clearance.privacy.own_data", asked_by=world.head, **done)
    return world


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.code)
def test_the_number_opens_exactly_what_is_past_its_time(record: Any, kept: World, sign_in: Callable) -> None:
    desk = sign_in(kept.administrator)
    page = desk.get(reverse("clearance:privacy_keeping"))
    (count,) = [count for one, _rule, count in page.context["kinds"] if one is record]
    assert count == 1
    address = kept_of(record.code)
    assert address in page.content.decode()
    listed = desk.get(address)
    ((_row, words, since),) = listed.context["lines"]
    assert words
    assert since == LONG_AGO
    assert ("begin/" in listed.content.decode()) == record.of_people
    for party in Party.objects.filter(ward=kept.ward):
        assert party.name not in listed.content.decode(), "nobody's name stands there"


def test_a_rule_is_a_dated_row_and_without_one_nothing_is_past(kept: World, sign_in: Callable) -> None:
    assert set(rules(kept.ward.pk)) == {record.code for record in RECORDS}
    assert not any(rule.is_verified for rule in rules(kept.ward.pk).values())
    log = DeadlineRule.objects.filter(ward=kept.ward, code="keep-log")
    assert log.get().length == "5 năm"
    log.update(valid_to=today() - datetime.timedelta(days=1))
    desk = sign_in(kept.administrator)
    page = desk.get(reverse("clearance:privacy_keeping"))
    assert [count for record, _rule, count in page.context["kinds"] if record.code == "keep-log"] == [None]
    assert "chưa có quy định" in page.content.decode()
    assert not desk.get(kept_of("keep-log")).context["lines"]
    words = log.values("ward_id", "code", "name", "rule_set", "anchor", "kind", "unit", "legal_ref").get()
    DeadlineRule.objects.create(**words, valid_from=today(), value=1200)
    assert not desk.get(kept_of("keep-log")).context["lines"], "the new rule holds"
    assert desk.get(kept_of("keep-nothing")).status_code == 404


def test_an_erasure_begins_from_the_list_once_and_empties_nothing(kept: World, sign_in: Callable) -> None:
    desk, household = sign_in(kept.administrator), rows.scene(kept)["of_cell"][0]
    line = household.parties.get()
    begin = reverse("clearance:privacy_begin", args=["keep-notes", line.pk])
    before = PrivacyRequest.objects.count()
    assert desk.post(begin).status_code == 302
    asked = PrivacyRequest.objects.latest("pk")
    assert (asked.kind, asked.party, asked.clock, asked.is_open) == ("time_up", line.party, None, True)
    assert "2 năm" in asked.checked_how
    assert desk.post(begin).url == reverse("clearance:privacy_erase", args=[asked.year, asked.number])
    assert PrivacyRequest.objects.count() == before + 1, "one that is open goes on"
    assert Event.objects.filter(subject_id=asked.pk, kind="clearance.privacy.received").exists()
    assert Party.objects.get(pk=line.party_id).name != "[đã ẩn danh]"
    page = desk.get(reverse("clearance:privacy_erase", args=[asked.year, asked.number])).content.decode()
    assert "Xem sẽ ẩn những gì" in page
    assert "Không có hạn nào chạy" not in desk.get(asked.get_absolute_url()).content.decode()
    form = desk.get(reverse("clearance:privacy_new")).context["form"]
    assert "time_up" not in [code for code, _label in form.fields["kind"].choices], "nobody asks for it"


def test_what_is_still_in_its_time_can_not_be_begun(kept: World, sign_in: Callable) -> None:
    desk = sign_in(kept.administrator)
    within = HouseholdParty.objects.filter(ward=kept.ward).exclude(household__project=rows.scene(kept)["project"])
    for code, pk in (("keep-notes", within.get().pk), ("keep-log", 1), ("keep-nothing", 1)):
        assert desk.post(reverse("clearance:privacy_begin", args=[code, pk])).status_code == 404


CLEARED = [record for record in RECORDS if not record.of_people]


def _clear(desk: Any, code: str, **paper: str) -> Any:
    return desk.post(f"{reverse('clearance:privacy_clear')}?of={code}", paper)


@pytest.mark.parametrize("record", CLEARED, ids=lambda record: record.code)
def test_what_is_past_its_time_goes_once_it_was_tried_out_that_day(record: Any, kept: World, sign_in: Callable) -> None:
    desk = sign_in(kept.administrator)
    rule = rules(kept.ward.pk)[record.code]
    assert _clear(desk, record.code, paper="Biên bản 5").status_code == 403, "nobody looked"
    first = [record.line(row) for row in record.past(kept.ward.pk, rule)]
    assert desk.post(reverse("clearance:privacy_look_kept"), {"of": record.code}).status_code == 302
    jobs.run_all(10)
    looked = Job.objects.get(kind="clearance.privacy.look_kept")
    assert (looked.state, looked.error) == ("done", "")
    assert [record.line(row) for row in record.past(kept.ward.pk, rule)] == first, "nothing was changed"
    if record.to_archive:
        assert "paper" in _clear(desk, record.code, paper="").context["form"].errors
    assert _clear(desk, record.code, paper="Biên bản 5").status_code == 302
    row = Disposal.objects.get()
    assert row.get_absolute_url() in desk.get(kept_of(record.code)).content.decode()
    jobs.run_all(10)
    assert [record.line(row) for row in record.past(kept.ward.pk, rule)] == first, "one person alone takes nothing out"
    assert desk.post(reverse("clearance:privacy_disposal_confirm", args=[row.pk])).status_code == 403
    leader = sign_in(kept.leadership)
    assert row.get_absolute_url() in [item.url for item in disposals(_ask(kept.leadership, kept))]
    assert "Xác nhận" in leader.get(row.get_absolute_url()).content.decode()
    assert leader.post(reverse("clearance:privacy_disposal_confirm", args=[row.pk])).status_code == 302
    jobs.run_all(10)
    done = Job.objects.get(kind="clearance.privacy.clear")
    assert (done.state, done.error) == ("done", "")
    assert not record.past(kept.ward.pk, rule).exists()
    event = Event.objects.get(kind="clearance.privacy.cleared")
    assert event.facts["count"] == 1
    assert event.facts["paper"] == ("Biên bản 5" if record.to_archive else "–")
    Job.objects.filter(pk=looked.pk).update(ended_at=timezone.now() - datetime.timedelta(days=1))
    assert _clear(desk, record.code, paper="Biên bản 5").status_code == 403, "what was seen holds for its day"


def _ask(user: Any, world: World) -> Ask:
    return Ask(user, world.campaign, today(), today() + datetime.timedelta(days=7), today())


def _begun(world: World, code: str = "keep-log", **fields: Any) -> Disposal:
    rule = rules(world.ward.pk)[code]
    facts = {"until": today(), "said": "Sẽ xóa 1 dòng.", "what": "Nhật ký"}
    return Disposal.begin(rule, by=world.administrator, **facts | fields)


def test_a_second_person_confirms_once_and_the_database_holds_it(kept: World) -> None:
    row = _begun(kept)
    with pytest.raises(ValidationError, match="Người thứ hai"):
        row.confirm(by=kept.administrator, what="Nhật ký")
    for wrong in (
        {"confirmed_by": kept.administrator, "confirmed_at": timezone.now()},
        {"confirmed_by": kept.leadership},
        {"done_at": timezone.now()},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Disposal.objects.filter(pk=row.pk).update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        _begun(kept)
    row.confirm(by=kept.leadership, what="Nhật ký")
    with pytest.raises(ValidationError):
        Disposal.objects.get(pk=row.pk).confirm(by=kept.leadership, what="Nhật ký")
    with pytest.raises(ValidationError):
        Disposal.objects.get(pk=row.pk).leave(by=kept.administrator, what="Nhật ký")
    jobs.run_all(10)
    assert Job.objects.get(kind="clearance.privacy.clear").state == "done"
    with pytest.raises(ValidationError):
        Disposal.objects.get(pk=row.pk).finish()
    kinds = set(Event.objects.values_list("kind", flat=True))
    assert {"clearance.privacy.disposal_begun", "clearance.privacy.disposal_confirmed"} <= kinds


def test_what_is_left_is_kept_and_may_be_begun_again(kept: World, sign_in: Callable) -> None:
    row = _begun(kept)
    leave = reverse("clearance:privacy_disposal_leave", args=[row.pk])
    assert sign_in(kept.leadership).post(leave).status_code == 302
    assert sign_in(kept.administrator).post(leave).status_code == 302
    assert Event.objects.filter(kind="clearance.privacy.disposal_left").count() == 1, "left once"
    assert not list(disposals(_ask(kept.leadership, kept)))
    jobs.run_all(10)
    assert not Job.objects.filter(kind="clearance.privacy.clear").exists()
    assert _begun(kept).waits


def test_what_was_meant_when_it_was_begun_goes_and_nothing_that_a_new_rule_keeps(kept: World) -> None:
    """The confirmation may come days later; a rule that keeps longer by then is held to."""
    row, log = _begun(kept), DeadlineRule.objects.filter(ward=kept.ward, code="keep-log")
    words = log.values("ward_id", "code", "name", "rule_set", "anchor", "kind", "unit", "legal_ref").get()
    log.update(valid_to=today() - datetime.timedelta(days=1))
    DeadlineRule.objects.create(**words, valid_from=today(), value=1200)
    before = AccessLog.objects.filter(ward=kept.ward).count()
    row.confirm(by=kept.leadership, what="Nhật ký")
    jobs.run_all(10)
    assert Job.objects.get(kind="clearance.privacy.clear").state == "done"
    assert AccessLog.objects.filter(ward=kept.ward).count() == before
    other = _begun(kept, "keep-requests", until=LONG_AGO)
    other.confirm(by=kept.leadership, what="Yêu cầu")
    jobs.run_all(10)
    assert PrivacyRequest.objects.filter(ward=kept.ward, ended_on=LONG_AGO).exclude(result=MARK).exists(), "not meant"


def test_of_a_cleared_grievance_counts_stay_and_no_word(kept: World) -> None:
    row = Grievance.objects.filter(ward=kept.ward, transitions__on=LONG_AGO).first()
    other = Grievance.objects.filter(ward=kept.ward).exclude(pk=row.pk).get()
    paper = GrievanceEvidence.objects.create(ward=kept.ward, grievance=row, **accept(photo()).fields())
    Grievance.objects.filter(pk=row.pk).update(name="Nguyễn Văn Kêu", address_line="Ngõ Kêu", remedy="Sửa cho ông Kêu")
    clearing.grievances(Grievance.objects.filter(pk=row.pk), kept.administrator)
    row.refresh_from_db()
    assert (row.name, row.text, row.reply, row.track, row.state) == (MARK, MARK, MARK, "feedback", "answered")
    assert not GrievanceEvidence.objects.filter(pk=paper.pk).exists()
    told = [str(list(model.objects.values())) for model in (Grievance, GrievanceTransition, history_of(Grievance))]
    assert "Kêu" not in " ".join(told)
    other.refresh_from_db()
    assert other.text != MARK


def test_of_a_cleared_request_its_outcome_stays_and_nobody(kept: World) -> None:
    row = PrivacyRequest.objects.filter(ward=kept.ward, ended_on=LONG_AGO).get()
    clearing.requests(PrivacyRequest.objects.filter(pk=row.pk), kept.administrator)
    row.refresh_from_db()
    assert (row.name.open(), row.text.open(), row.result, row.outcome) == (MARK, "", MARK, "refused")
    assert not history_of(PrivacyRequest).objects.filter(pgh_obj=row.pk).exists()


def test_only_the_desk_clears_and_people_go_one_by_one(kept: World, sign_in: Callable) -> None:
    desk = sign_in(kept.administrator)
    assert desk.post(reverse("clearance:privacy_look_kept"), {"of": "keep-file"}).status_code == 404
    assert _clear(desk, "keep-file").status_code == 404
