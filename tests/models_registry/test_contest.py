import datetime
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.seats import Seats
from core.models import StateChanged, today
from models_registry.choices import EntryState
from models_registry.models import Contest, ContestEntry, EntryQuota
from notifications.engine import dispatch
from notifications.models import Event, Message, ReminderRule
from notifications.registry import Target, get_source
from tests.deadlines.factories import day_off
from tests.factories import worked
from tests.models_registry import factories as make
from tests.world import World

DAY = datetime.timedelta(days=1)
LIST = reverse("models_registry:contest_list")


def full(day: datetime.date) -> str:
    return day.strftime("%d/%m/%Y")


def test_an_officer_announces_shares_out_and_a_unit_writes(world: World, sign_in: Callable) -> None:
    officer = sign_in(world.campaign_officer)
    officer.post(
        reverse("models_registry:contest_new"), {"name": "Viết về Dân vận khéo", "closes_on": full(worked(today()))}
    )
    contest = Contest.objects.get()
    officer.post(reverse("models_registry:contest_quotas", args=[contest.pk]), {f"unit_{world.cell.pk}": "2"})
    assert EntryQuota.objects.get().required == 2
    unit = sign_in(world.head)
    assert "Phân bổ 2 bài, đã nộp 0, đã gửi 0" in unit.get(LIST).content.decode()
    unit.post(contest.new_entry_url, {"title": "Người giữ phố sạch", "unit": world.cell.pk})
    entry = ContestEntry.objects.get()
    unit.post(entry.get_absolute_url(), {"step": "submitted", "on": full(today())})
    assert "Phân bổ 2 bài, đã nộp 1, đã gửi 0" in unit.get(LIST).content.decode()


def test_a_contest_that_closes_on_a_day_off_is_asked_about(world: World, sign_in: Callable) -> None:
    officer, url = sign_in(world.campaign_officer), reverse("models_registry:contest_new")
    last, first = worked(today() + 9 * DAY), worked(today() + 2 * DAY)
    day_off(world.ward, last, name="Nghỉ riêng của phường")
    day_off(world.ward, first, name="Nghỉ khai mạc")
    sent = {"name": "Viết về Dân vận khéo", "opens_on": full(first), "closes_on": full(last)}
    form = officer.post(url, sent).context["form"]
    assert "Nghỉ riêng của phường" in str(form.errors["closes_on"])
    assert "Nghỉ khai mạc" in str(form.errors["opens_on"])
    assert officer.post(url, sent | {"keep": [form.fields["keep"].choices[0][0]]}).status_code == 302
    assert Contest.objects.get().closes_on == last


def test_what_happened_last_week_counts_from_last_week(world: World, sign_in: Callable) -> None:
    entry = make.entry(make.contest(world.campaign, world.campaign_officer), world.cell, world.head)
    client = sign_in(world.campaign_officer)
    for step, days in (("submitted", 9), ("approved", 8), ("sent", 7)):
        client.post(entry.get_absolute_url(), {"step": step, "on": full(today() - days * DAY)})
    entry.refresh_from_db()
    assert (entry.state, entry.sent_on) == (EntryState.SENT, today() - 7 * DAY)
    for days, states in ((10, []), (9, ["submitted"]), (8, ["approved"]), (7, ["sent"]), (0, ["sent"])):
        rows = ContestEntry.objects.with_state_on(today() - days * DAY)
        assert list(rows.values_list("state_then", flat=True)) == states, days


@pytest.mark.parametrize("person, offered", [("head", {"begun", "submitted", "withdrawn"}), ("leadership", set())])
def test_only_what_may_happen_next_is_offered(world: World, person: str, offered: set[str]) -> None:
    entry = make.entry(make.contest(world.campaign, world.campaign_officer), world.cell, world.head)
    assert set(entry.steps_for(world.people[person])) == offered


def test_a_unit_can_not_approve_its_own_entry(world: World, sign_in: Callable) -> None:
    entry = make.entry(make.contest(world.campaign, world.campaign_officer), world.cell, world.head)
    entry.take("submitted", by=world.head)
    client = sign_in(world.head)
    page = client.post(entry.get_absolute_url(), {"step": "approved", "on": full(today())}).content.decode()
    assert "Chọn một mục" in page or "Chọn" in page
    entry.refresh_from_db()
    assert entry.state == EntryState.SUBMITTED


def test_a_revision_needs_a_reason_and_reaches_the_unit(world: World, sign_in: Callable) -> None:
    entry = make.entry(make.contest(world.campaign, world.campaign_officer), world.cell, world.head)
    entry.take("submitted", by=world.head)
    client = sign_in(world.campaign_officer)
    said = {"step": "revision_asked", "on": full(today())}
    assert "Nhập lý do" in client.post(entry.get_absolute_url(), said).content.decode()
    client.post(entry.get_absolute_url(), said | {"reason": "Thêm số liệu"})
    dispatch.run()
    told = Message.objects.filter(event__kind="models_registry.entry.revision_asked")
    assert [message.user for message in told] == [world.head]
    assert "Thêm số liệu" in sign_in(world.head).get(entry.get_absolute_url()).content.decode()


def test_a_future_day_is_refused(world: World, sign_in: Callable) -> None:
    entry = make.entry(make.contest(world.campaign, world.campaign_officer), world.cell, world.head)
    said = {"step": "submitted", "on": full(today() + DAY)}
    page = sign_in(world.head).post(entry.get_absolute_url(), said).content.decode()
    assert "Chọn ngày đến hết hôm nay" in page
    assert full(today() + DAY) in page


def test_two_at_once_leave_one(world: World) -> None:
    entry = make.entry(make.contest(world.campaign, world.campaign_officer), world.cell, world.head)
    twin = ContestEntry.objects.get(pk=entry.pk)
    entry.take("submitted", by=world.head)
    with pytest.raises(StateChanged):
        twin.take("withdrawn", by=world.head, reason="Thôi")
    assert Event.objects.about(entry).filter(kind__endswith="withdrawn").count() == 0


@pytest.mark.parametrize("change", [{"state": "sent"}, {"sent_on": "2026-01-01"}])
def test_the_database_knows_that_sent_has_a_day(world: World, change: dict[str, Any]) -> None:
    entry = make.entry(make.contest(world.campaign, world.campaign_officer), world.cell, world.head)
    with pytest.raises(IntegrityError), transaction.atomic():
        ContestEntry.objects.filter(pk=entry.pk).update(**change)


def test_one_quota_per_unit(world: World) -> None:
    contest = make.contest(world.campaign, world.campaign_officer)
    contest.share_out(by=world.campaign_officer, required={world.cell: 2})
    contest.share_out(by=world.campaign_officer, required={world.cell: 1, world.other_cell: 0})
    assert list(contest.quotas.values_list("unit", "required")) == [(world.cell.pk, 1)]
    with pytest.raises(IntegrityError), transaction.atomic():
        contest.quotas.create(ward=world.ward, unit=world.cell, required=3)


def test_a_year_without_contest_says_so(world: World, sign_in: Callable) -> None:
    assert "Năm nay chưa có cuộc thi viết" in sign_in(world.head).get(LIST).content.decode()


def test_a_sent_entry_is_not_edited_by_the_unit(world: World) -> None:
    entry = make.entry(make.contest(world.campaign, world.campaign_officer), world.cell, world.head)
    for step in ("submitted", "approved", "sent"):
        entry.take(step, by=world.campaign_officer, on=today())
    assert not entry.can_edit(world.head)
    assert entry.can_edit(world.campaign_officer)


def test_the_board_says_who_owes_what_and_each_number_opens_its_rows(world: World, sign_in: Callable) -> None:
    officer = world.campaign_officer
    contest = make.contest(world.campaign, officer, closes_on=today() + 5 * DAY)
    contest.share_out(by=officer, required={world.cell: 3, world.other_cell: 1})
    other = make.contest(world.campaign, officer, name="Cuộc thi khác")
    make.entry(other, world.cell, world.head).take("submitted", by=world.head)
    taken = [[], ["submitted"], ["submitted", "approved", "sent", "invalidated"], ["submitted", "approved"]]
    for steps in taken:
        entry = make.entry(contest, world.cell, world.head)
        for step in steps:
            entry.take(step, by=officer, on=today(), reason="thử")
    client = sign_in(officer)
    page = client.get(LIST)
    line = next(line for line in page.context["contests"] if line == contest).lines
    assert [(one.unit, one.required, one.owed) for one in line] == [(world.cell, 3, 2), (world.other_cell, 1, 1)]
    found = re.findall(r'href="(/contest/entries/\?[^"]*state=[^"]*)"[^>]*>(\d+)</a>', page.content.decode())
    assert len(found) == 9
    for url, count in found:
        assert client.get(url.replace("&amp;", "&")).context["page"].paginator.count == int(count), url
    owed = client.get(reverse("models_registry:contest_owed", args=[contest.pk])).content.decode()
    assert f"{world.cell}" in owed
    assert "phân bổ 3 bài, còn 2 bài chưa được duyệt" in owed
    own = sign_in(world.head).get(reverse("models_registry:contest_owed", args=[contest.pk])).context["lines"]
    assert [one.unit for one in own] == [world.cell], "a unit reads its own"


def test_units_that_owe_are_reminded_before_the_contest_closes(world: World) -> None:
    contest = make.contest(world.campaign, world.campaign_officer, closes_on=today() + 7 * DAY)
    contest.share_out(by=world.campaign_officer, required={world.cell: 1, world.other_cell: 1})
    make.entry(contest, world.other_cell, world.neighbour).take("submitted", by=world.neighbour)
    source = get_source("models_registry.quota.due")
    rule = ReminderRule(ward=world.ward)
    [target] = source.targets(rule, today(), contest.closes_on)
    assert (target.subject.unit, target.on, target.subject.short) == (world.cell, contest.closes_on, 1)
    assert source.recipients(target, Seats(world.ward.pk)) == [world.head]
    assert source.still_due(target)
    entry = make.entry(contest, world.cell, world.head)
    entry.take("submitted", by=world.head)
    assert not source.still_due(Target(EntryQuota.objects.get(unit=world.cell), target.on))
    entry.take("revision_asked", by=world.campaign_officer, reason="thêm")
    assert len(list(source.targets(rule, today(), contest.closes_on))) == 1, "it is with the unit again"
