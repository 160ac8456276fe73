"""The deadline of an incoming document: counted by a rule that it keeps, paused, met, counted anew, reminded of."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from accounts.seats import Seats
from campaigns.models import Document
from core.agenda import Ask, items
from core.models import today
from deadlines.models import Deadline, DeadlineRule
from deadlines.querysets import owner_keys
from notifications.models import Event
from notifications.registry import Target, all_sources
from notifications.rules import defaults
from tests.campaigns.factories import superior_plan, ward_plan
from tests.deadlines import factories as make
from tests.world import World

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def document(world: World) -> Document:
    """An incoming plan of five days ago, in a ward that knows the days off of all years concerned."""
    for year in range(today().year - 1, today().year + 2):
        make.calendar_year(world.ward, year)
    return superior_plan(world, dated_on=today() - 5 * DAY)


@pytest.fixture
def rule(world: World) -> DeadlineRule:
    return make.rule(world.ward, code="incoming-answer", name="Xử lý văn bản đến", pausable=True)


def counted(world: World, document: Document, rule: DeadlineRule, **fields: Any) -> Deadline:
    fields = {"by": world.records_clerk, "rule": rule, "on": document.dated_on} | fields
    return document.count_deadline(**fields)


def owed(world: World) -> set[str]:
    ask = Ask(world.records_clerk, world.campaign, today(), today() + 30 * DAY, today())
    return {item.title for item in items(ask) if "Trả lời theo hạn" in item.title}


def test_every_owner_says_who_keeps_its_deadline_and_who_sees_it() -> None:
    assert owner_keys(Deadline)
    for key in owner_keys(Deadline):
        owner = key.related_model
        assert hasattr(owner, "can_keep_deadline"), owner
        assert hasattr(owner, "get_absolute_url"), owner
        assert hasattr(owner._default_manager, "visible_to"), owner
        assert owner.deadline_units, owner
        assert hasattr(owner._default_manager.all(), "owing"), owner


def test_an_incoming_document_gets_one_deadline_which_stands_among_the_work_until_it_is_met(
    world: World, document: Document, rule: DeadlineRule
) -> None:
    deadline = counted(world, document, rule)
    assert (deadline.due_on, deadline.owner) == (document.dated_on + 10 * DAY, document)
    assert len(owed(world)) == 1
    with pytest.raises(ValidationError, match="đã được tính"):
        counted(world, document, rule)
    assert Deadline.objects.count() == 1
    deadline.pause(by=world.records_clerk, on=today() - DAY, reason="Chờ bổ sung")
    assert not owed(world)
    deadline.resume(by=world.records_clerk, on=today())
    assert deadline.due_on == document.dated_on + 11 * DAY
    deadline.meet(by=world.records_clerk, on=today())
    assert not owed(world)
    kinds = set(Event.objects.about(document).values_list("kind", flat=True))
    assert {f"deadlines.deadline.{what}" for what in ("started", "paused", "resumed", "met")} <= kinds


def test_wrong_people_and_wrong_days_are_refused(world: World, document: Document, rule: DeadlineRule) -> None:
    with pytest.raises(PermissionDenied):
        counted(world, document, rule, by=world.head)
    with pytest.raises(ValidationError, match="2055"):
        counted(world, document, make.rule(world.ward, code="lam-viec", rolls=True), on=datetime.date(2055, 3, 1))
    assert document.answer_deadline is None
    deadline = counted(world, document, rule)
    for act, fields in ((deadline.pause, {"reason": "x"}), (deadline.meet, {})):
        with pytest.raises(ValidationError):
            act(by=world.records_clerk, on=today() + DAY, **fields)
    deadline.pause(by=world.records_clerk, on=today() - DAY, reason="Chờ")
    with pytest.raises(ValidationError, match="tạm dừng"):
        deadline.pause(by=world.records_clerk, on=today(), reason="Nữa")
    with pytest.raises(ValidationError):
        deadline.resume(by=world.records_clerk, on=today() - 3 * DAY)
    other = superior_plan(world, symbol="91-KH/QU", number=91)
    with pytest.raises(IntegrityError), transaction.atomic():
        Document.objects.filter(pk=other.pk).update(answer_deadline=deadline)


def test_a_changed_rule_is_offered_with_its_difference_and_taken_by_a_press(
    world: World, document: Document, rule: DeadlineRule, sign_in: Callable, query_baseline: Any
) -> None:
    deadline, client = counted(world, document, rule), sign_in(world.records_clerk)
    here = deadline.get_absolute_url()
    assert "đã thay đổi" not in client.get(here).content.decode()
    rule.valid_to = document.dated_on - DAY
    rule.save()
    fields = {"code": rule.code, "valid_from": document.dated_on, "pausable": True, "legal_ref": "Quy chế mới"}
    make.rule(world.ward, value=7, **fields)
    page = query_baseline.check("deadline_detail", client, here).content.decode()
    old, new = (document.dated_on + n * DAY for n in (10, 7))
    for said in (f"{old:%d/%m/%Y}", f"{new:%d/%m/%Y}", "Điều thử", "Quy chế mới"):
        assert said in page
    deadline.refresh_from_db()
    assert deadline.due_on == old
    client.post(f"{here}recalculate/")
    deadline.refresh_from_db()
    assert (deadline.due_on, deadline.legal_ref) == (new, "Quy chế mới")
    again = client.post(f"{here}recalculate/", follow=True).content.decode()
    assert "vẫn như" in again


def test_the_pages_count_pause_resume_and_meet(
    world: World, document: Document, rule: DeadlineRule, sign_in: Callable
) -> None:
    client, of_document = sign_in(world.records_clerk), f"/documents/{document.pk}/deadline/"
    assert of_document in client.get(document.get_absolute_url()).content.decode()
    sent = {"rule": rule.pk, "on": f"{today():%d/%m/%Y}", "reason": ""}
    assert "vì sao tính từ ngày" in client.post(of_document, sent).content.decode().lower()
    client.post(of_document, sent | {"reason": "Ngày nhận đủ hồ sơ"})
    deadline = Deadline.objects.get()
    here = deadline.get_absolute_url()
    assert client.get(of_document).url == here
    assert (deadline.anchor_on, deadline.anchor_reason) == (today(), "Ngày nhận đủ hồ sơ")
    assert "Xử lý văn bản đến" in client.get(document.get_absolute_url()).content.decode()
    Deadline.objects.update(anchor_on=today() - 3 * DAY)
    client.post(f"{here}pause/", {"on": f"{today():%d/%m/%Y}", "reason": "Chờ cấp trên trả lời"})
    assert "Chờ cấp trên trả lời" in client.get(here).content.decode()
    assert "Chờ cấp trên trả lời" in client.get(document.get_absolute_url()).content.decode()
    refused = client.post(f"{here}resume/", {"on": f"{today():%d/%m/%Y}"}).content.decode()
    assert "không tạm dừng" in refused
    client.post(f"{here}resume/", {"on": f"{today() + DAY:%d/%m/%Y}"})
    assert not deadline.pauses.filter(last=None).exists()
    client.post(f"{here}meet/", {"on": f"{today():%d/%m/%Y}"})
    deadline.refresh_from_db()
    assert deadline.met_on == today()
    assert client.post(f"{here}meet/", {"on": f"{today():%d/%m/%Y}"}).status_code == 403
    stranger = sign_in(world.stranger)
    assert stranger.get(here).status_code == 404


def test_the_register_is_reminded_before_the_day_and_after_it_by_rules_that_are_off(
    world: World, document: Document, rule: DeadlineRule
) -> None:
    deadline = counted(world, document, rule)
    rules = {one.source: one for one in defaults(world.ward, today().year)}
    assert not any(one.enabled for one in rules.values())
    due, passed = (all_sources()[f"campaigns.document.answer_{what}"] for what in ("due", "passed"))
    (target,) = due.targets(rules[due.code], deadline.due_on, deadline.due_on)
    assert (target.subject, target.on) == (document, deadline.due_on)
    assert {world.records_clerk, world.campaign_officer} <= set(due.recipients(target, Seats(world.ward.pk)))
    late = list(passed.targets(rules[passed.code], deadline.due_on, deadline.due_on + 2 * DAY))
    assert [one.on for one in late] == [deadline.due_on + DAY, deadline.due_on + 2 * DAY]
    target.subject.answer_deadline.refresh_from_db()
    assert due.still_due(target)
    assert passed.still_due(late[0])
    deadline.meet(by=world.records_clerk, on=today())
    met = Target(Document.objects.get(pk=document.pk), target.on)
    assert not due.still_due(met)
    assert not passed.still_due(met)


# ---- met by the answer -------------------------------------------------------------------------------
def answer_to(document: Document, world: World, **fields: Any) -> Document:
    """A draft letter of the ward that answers it."""
    return ward_plan(world, **{"answers": document, "state": "draft", "dated_on": today() - DAY} | fields)


def fresh(deadline: Deadline) -> Deadline:
    return Deadline.objects.get(pk=deadline.pk)


def test_the_answer_that_is_issued_meets_the_deadline_and_its_withdrawal_reopens_it(
    world: World, document: Document, rule: DeadlineRule, sign_in: Callable
) -> None:
    deadline, client = counted(world, document, rule), sign_in(world.records_clerk)
    new = f"/documents/new/?answers={document.pk}"
    assert new in client.get(document.get_absolute_url()).content.decode()
    form = client.get(new).context["form"]
    assert (form.instance.direction, form.initial["answers"]) == ("out", document.pk)
    assert str(document) in form.initial["summary"]
    letter = answer_to(document, world)
    assert fresh(deadline).met_on is None, "a draft answers nothing"
    letter.issue(by=world.records_clerk)
    met = fresh(deadline)
    assert (met.met_on, met.met_by, met.met_with) == (letter.dated_on, world.records_clerk, letter.symbol)
    for page in (document.get_absolute_url(), deadline.get_absolute_url()):
        text = client.get(page).content.decode()
        assert letter.symbol in text
        assert world.records_clerk.full_name in text
    assert str(document) in client.get(letter.get_absolute_url()).content.decode()
    assert not owed(world)
    letter.withdraw(by=world.records_clerk, on=today(), reason="Sai thể thức")
    again = fresh(deadline)
    assert (again.met_on, again.met_by, again.met_with) == (None, None, "")
    assert owed(world)
    events = list(Event.objects.about(document).order_by("pk").values_list("kind", flat=True))
    assert events[-2:] == ["deadlines.deadline.answered", "deadlines.deadline.reopened"]
    assert letter.symbol in client.get(document.get_absolute_url()).content.decode()


def test_of_several_answers_the_first_that_stands_meets_it_and_what_was_written_down_stays(
    world: World, document: Document, rule: DeadlineRule
) -> None:
    clerk = world.records_clerk
    letter = answer_to(document, world, dated_on=today() - 3 * DAY)
    letter.issue(by=clerk)
    deadline = counted(world, document, rule)
    assert deadline.met_with == letter.symbol, "the answer was there before the deadline was counted"
    newer = answer_to(document, world, replaces=letter, dated_on=today() - DAY)
    newer.issue(by=clerk)
    assert fresh(deadline).met_on == letter.dated_on, "a correction does not make the answer later"
    other = answer_to(document, world, dated_on=today())
    other.issue(by=clerk)
    newer.withdraw(by=clerk, on=today(), reason="Sai")
    assert fresh(deadline).met_on
    other.edit(by=clerk, answers=None)
    assert fresh(deadline).met_on is None
    with pytest.raises(ValidationError, match="văn bản trả lời"):
        fresh(deadline).reopen(by=clerk)
    fresh(deadline).meet(by=clerk, on=today())
    other.edit(by=clerk, answers=document)
    other.withdraw(by=clerk, on=today(), reason="Sai")
    kept = fresh(deadline)
    assert (kept.met_on, kept.met_by, kept.met_with) == (today(), clerk, "")


def test_an_answer_that_can_not_be_is_refused(world: World, document: Document, sign_in: Callable) -> None:
    early = answer_to(document, world, dated_on=document.dated_on)
    with pytest.raises(ValidationError) as refused:
        early.edit(by=world.records_clerk, dated_on=document.dated_on - DAY)
    assert "dated_on" in refused.value.message_dict
    with pytest.raises(IntegrityError), transaction.atomic():
        Document.objects.filter(pk=early.pk).update(dated_on=document.dated_on - DAY)
    outgoing = ward_plan(world)
    for asked, direction in ((outgoing, "out"), (document, "in")):
        with pytest.raises(IntegrityError), transaction.atomic():
            Document.objects.filter(pk=early.pk).update(answers=asked, direction=direction)
    sent = {"direction": "in", "answers": document.pk, "symbol": "5-CV/QU", "summary": "Công văn"}
    sent |= {"kind": document.kind_id, "issuer": world.superior.pk, "dated_on": f"{today():%d/%m/%Y}"}
    form = sign_in(world.records_clerk).post("/documents/new/", sent).context["form"]
    assert set(form.errors) == {"answers"}
    assert sign_in(world.records_clerk).get("/documents/new/?answers=999999").status_code == 404


def test_the_ward_s_plan_made_from_what_came_in_is_its_answer(
    world: World, document: Document, rule: DeadlineRule, sign_in: Callable
) -> None:
    deadline, client = counted(world, document, rule), sign_in(world.campaign_officer)
    url = f"/documents/{document.pk}/plan/"
    page = client.get(url)
    assert "coi như xong" in page.content.decode()
    assert page.context["form"].instance.answers == document
    plan = ward_plan(world, carries_out=document, answers=document, state="draft", dated_on=today() - DAY)
    plan.issue(by=world.records_clerk)
    assert fresh(deadline).met_with == plan.symbol
    assert client.get(url).context["form"].instance.answers is None, "it is answered already"
