"""The privacy desk: receipt numbers, clocks by dated rules, the person of a file, and breaches."""

import datetime
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import AccessLog
from clearance.models import Breach, PrivacyClock, PrivacyRequest
from core.models import today
from deadlines.models import Deadline, DeadlineRule
from notifications import rules
from notifications.engine import planner
from notifications.models import Event
from notifications.moments import at
from tests.clearance import factories as make
from tests.core.test_keyring import everything_holds
from tests.world import World

ONE_DAY = datetime.timedelta(days=1)


@pytest.fixture
def desk(world: World, sign_in: Callable) -> Client:
    make.clocks(world)
    return sign_in(world.administrator)


def page(name: str, row: PrivacyRequest) -> str:
    return reverse(f"clearance:privacy_{name}", args=[row.year, row.number])


def test_a_request_runs_from_its_number_to_its_end_with_both_clocks(desk: Client, world: World) -> None:
    day = f"{today():%d/%m/%Y}"
    sent = {"kind": "erase", "name": "Nguyễn Thị Hỏi", "text": "Xin xóa dữ liệu", "received_on": day}
    assert desk.post(reverse("clearance:privacy_new"), sent | {"received_on": "31/12/2099"}).context["form"].errors
    assert desk.post(reverse("clearance:privacy_new"), sent).status_code == 302
    row = PrivacyRequest.objects.get()
    assert (row.year, row.number, row.clock.deadline.rule.code) == (today().year, 1, "privacy-answer")
    assert row.clock.deadline.rule.unit == "working_day"
    shown = desk.get(row.get_absolute_url()).content.decode()
    assert "Nguyễn Thị Hỏi" in shown
    assert "chưa đối chiếu" in shown
    assert not everything_holds("Nguyễn Thị Hỏi"), "name and words are sealed"
    early = desk.post(page("end", row), {"outcome": "done", "result": "Đã xóa", "on": day})
    assert early.context["form"].errors, "nothing is carried out before it is known who asks"
    assert desk.post(page("answer", row), {"checked_how": "", "on": day}).context["form"].errors
    assert desk.post(page("answer", row), {"checked_how": "Xem thẻ tại quầy", "on": day}).status_code == 302
    row.refresh_from_db()
    assert row.clock.deadline.rule.code == "privacy-erase"
    assert row.clock.deadline.due_on == row.received_on + datetime.timedelta(days=20)
    with pytest.raises(ValidationError):
        row.answer(by=world.administrator, on=today(), checked_how="nữa")
    assert desk.post(page("end", row), {"outcome": "done", "result": "Đã ẩn danh", "on": day}).status_code == 302
    with pytest.raises(ValidationError):
        row.end(by=world.administrator, on=today(), outcome="refused", result="nữa")
    row.refresh_from_db()
    assert (row.is_open, row.clock) == (False, None)
    assert Deadline.objects.filter(privacy_clock__request=row, met_on=today()).count() == 2
    kinds = Event.objects.filter(subject_id=row.pk, kind__startswith="clearance.privacy").values_list("kind", flat=True)
    assert set(kinds) == {f"clearance.privacy.{word}" for word in ("received", "answered", "ended")}
    assert desk.get(reverse("clearance:privacy_list"), {"state": "ended"}).context["page"].object_list[0] == row


def test_the_desk_is_reminded_while_its_clock_runs(desk: Client, world: World) -> None:
    made = {rule.source: rule for rule in rules.defaults(world.ward, None)}
    soon, late = (made[f"clearance.privacy.{name}"] for name in ("due", "overdue"))
    assert not soon.enabled
    assert not late.enabled
    row = make.privacy_request(world)
    breach = Breach(ward=world.ward, what="Mất điện thoại", whom="30 hộ", measures="Đã khóa")
    breach.note(by=world.administrator)
    clocks = Deadline.objects.filter(privacy_clock__isnull=False)
    clocks.update(anchor_on=today() - ONE_DAY * 9, due_on=today() + ONE_DAY * 9)
    shown = planner.preview(soon)
    assert {plan.target.subject.personal_file for plan in shown} == {row, breach}
    assert {person for plan in shown for person in plan.people} == {world.administrator}
    late.working_days_only = False  # today may be a Sunday
    morning = at(today(), datetime.time.min)
    assert today() not in {plan.target.on for plan in planner.preview(late, now=morning)}
    clocks.update(due_on=today() - ONE_DAY)
    assert today() in {plan.target.on for plan in planner.preview(late, now=morning)}
    assert {plan.target.subject.personal_file for plan in planner.preview(late)} == {row, breach}
    row.end(by=world.administrator, on=today(), outcome="withdrawn", result="Rút")
    breach.report(by=world.administrator, on=today(), told="Công an")
    assert not planner.preview(late)


def test_without_a_rule_it_is_received_and_the_page_says_that_no_clock_runs(world: World, sign_in: Callable) -> None:
    row = make.privacy_request(world)
    assert not PrivacyClock.objects.exists()
    assert "Không có hạn nào chạy" in sign_in(world.administrator).get(row.get_absolute_url()).content.decode()
    assert not DeadlineRule.objects.filter(ward=world.ward, code="privacy-answer").exists()


def test_the_person_is_found_by_name_or_number_and_that_is_logged(desk: Client, world: World, place: dict) -> None:
    row, party = make.privacy_request(world), place["of_cell"][0].representative
    found = desk.post(page("person", row), {"words": party.name.upper()})
    assert party in found.context["found"]
    assert "hộ số" in found.content.decode()
    line = AccessLog.objects.filter(subject_type="clearance.party", subject_id=party.pk).get()
    assert (line.user, line.reason) == (world.administrator, str(row))
    assert desk.post(page("person", row), {"party": party.pk}).url == row.get_absolute_url()
    row.refresh_from_db()
    assert row.party == party
    assert desk.post(page("person", row), {"party": "999999999"}).status_code == 404
    assert desk.post(page("person", row), {"words": "Không Có Ai"}).context["found"] == []


def test_the_database_keeps_a_request_whole(world: World) -> None:
    row = make.privacy_request(world)
    rows = PrivacyRequest.objects.filter(pk=row.pk)
    for wrong in (
        {"answered_on": today()},
        {"checked_how": "thẻ"},
        {"ended_on": today()},
        {"ended_on": today(), "outcome": "done", "result": "xong"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**wrong)


def test_a_breach_has_its_clock_and_is_reported_once(desk: Client, world: World) -> None:
    sent = {"noticed_on": f"{today():%d/%m/%Y}", "what": "Mất điện thoại", "whom": "30 hộ", "measures": "Đã khóa"}
    assert desk.post(reverse("clearance:breach_new"), sent).status_code == 302
    row = Breach.objects.get()
    assert row.clock.deadline.due_on == today() + datetime.timedelta(days=3)
    listed = desk.get(reverse("clearance:privacy_list")).content.decode()
    assert "Chưa báo" in listed
    told = {"told": "Công an thành phố", "on": f"{today():%d/%m/%Y}"}
    assert desk.post(row.get_absolute_url(), told | {"on": "1/1/2020"}).context["form"].errors
    assert desk.post(row.get_absolute_url(), told).status_code == 302
    row.refresh_from_db()
    assert (row.told_on, row.clock) == (today(), None)
    with pytest.raises(ValidationError):
        row.report(by=world.administrator, on=today(), told="nữa")
    assert desk.get(row.get_absolute_url()).context["form"] is None
