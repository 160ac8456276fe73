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
from deadlines.models.deadlines import owner_keys
from notifications.models import Event
from notifications.registry import Target, all_sources
from notifications.rules import defaults
from tests.campaigns.factories import superior_plan
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
    assert owner_keys()
    for key in owner_keys():
        owner = key.related_model
        assert hasattr(owner, "can_keep_deadline"), owner
        assert hasattr(owner, "get_absolute_url"), owner
        assert hasattr(owner._default_manager, "visible_to"), owner


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
