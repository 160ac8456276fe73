"""More time for a task: asked for once, answered by the ward, the day before kept."""

import datetime
from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction

from campaigns.actions import give_tasks
from campaigns.choices import ExtensionState
from campaigns.models import Task, TaskExtension
from core import past
from core.models import StateChanged
from notifications.engine import dispatch
from notifications.models import Event, Message
from tests import factories as make
from tests.campaigns.factories import days_ago
from tests.world import World

DAY = datetime.timedelta(days=1)


def later(task: Task, days: int = 10) -> datetime.date:
    return make.worked(task.due_on + days * DAY)


def asked(world: World, **fields: object) -> TaskExtension:
    task = make.task(world.campaign, world.cell, **fields)
    return task.ask_extension(by=world.head, wanted_on=later(task), reason="Nhiều hộ vắng nhà")


def test_the_unit_asks_and_the_ward_grants(world: World, sign_in: Callable) -> None:
    task = make.task(world.campaign, world.cell, title="Phát giấy mời")
    head, officer, before, wanted = sign_in(world.head), sign_in(world.campaign_officer), task.due_on, later(task)
    assert f"/tasks/{task.pk}/extension/" in head.get(task.get_absolute_url()).text
    data = {"wanted_on": f"{wanted:%d/%m/%Y}", "reason": "Nhiều hộ vắng nhà"}
    assert head.post(f"/tasks/{task.pk}/extension/", data).status_code == 302
    task.refresh_from_db()
    assert task.due_on == before, "until the ward answers, that day stays"
    row = task.extensions.get()
    url = f"/tasks/extensions/{row.pk}/answer/"
    assert url in officer.get("/work/").text
    assert "Nhiều hộ vắng nhà" in officer.get(task.get_absolute_url()).text
    officer.post(url, {"state": "granted", "until": f"{wanted:%d/%m/%Y}", "answer": ""})
    task.refresh_from_db()
    row.refresh_from_db()
    assert (task.due_on, row.due_then, row.granted_until, row.answered_by) == (
        wanted,
        before,
        wanted,
        world.campaign_officer,
    )
    assert url not in officer.get("/work/").text
    assert f"/tasks/{task.pk}/extension/" in head.get(task.get_absolute_url()).text, "more can be asked for later"


def test_the_day_of_a_past_day_is_the_one_before(world: World) -> None:
    row = asked(world)
    Task.objects.filter(pk=row.task_id).update(due_on=row.due_then)
    row.grant(by=world.leadership, until=row.wanted_on)
    with past.reading(on=days_ago(1)):
        assert {task.due_on for task in Task.objects.filter(pk=row.task_id)} <= {row.due_then}


def test_a_refusal_needs_its_reason_which_the_unit_reads(world: World, sign_in: Callable) -> None:
    row = asked(world)
    client, url = sign_in(world.leadership), f"/tasks/extensions/{row.pk}/answer/"
    assert "answer" in client.post(url, {"state": "refused"}).context["form"].errors
    assert "until" in client.post(url, {"state": "granted", "until": ""}).context["form"].errors
    assert client.post(url, {"state": "refused", "answer": "Quận ủy cần ngay"}).status_code == 302
    assert Task.objects.get().due_on == row.due_then
    assert "Quận ủy cần ngay" in sign_in(world.head).get(row.get_absolute_url()).text
    again = client.get(url)
    assert again.status_code == 403


def test_never_are_two_requests_open(world: World, sign_in: Callable) -> None:
    row = asked(world)
    denied = sign_in(world.head).get(f"/tasks/{row.task_id}/extension/")
    assert denied.status_code == 403
    assert "chưa trả lời" in denied.text
    with pytest.raises(IntegrityError), transaction.atomic():
        row.task.ask_extension(by=world.head, wanted_on=later(row.task), reason="Lần nữa")
    row.refuse(by=world.campaign_officer, answer="Không")
    row.task.ask_extension(by=world.head, wanted_on=later(row.task), reason="Lần nữa")
    assert TaskExtension.objects.waiting().count() == 1


@pytest.mark.parametrize("days", [0, -1])
def test_a_day_that_is_not_later_is_refused(world: World, sign_in: Callable, days: int) -> None:
    task = make.task(world.campaign, world.cell)
    data = {"wanted_on": f"{task.due_on + days * DAY:%d/%m/%Y}", "reason": "Bận"}
    form = sign_in(world.head).post(f"/tasks/{task.pk}/extension/", data).context["form"]
    assert "wanted_on" in form.errors
    assert form["reason"].value() == "Bận"
    with pytest.raises(IntegrityError), transaction.atomic():
        task.ask_extension(by=world.head, wanted_on=task.due_on, reason="Bận")


def test_a_task_that_is_handed_in_or_cancelled_needs_no_more_time(world: World) -> None:
    for verb, words in (("submit", {"note": "Xong"}), ("cancel", {"reason": "Giao trùng"})):
        row = asked(world)
        getattr(row.task, verb)(by=world.campaign_officer, **words)
        row.refresh_from_db()
        assert row.state == ExtensionState.LAPSED
        with pytest.raises(StateChanged):
            row.grant(by=world.campaign_officer, until=row.wanted_on)


def test_a_task_that_goes_to_another_unit_takes_no_request_with_it(world: World) -> None:
    row = asked(world)
    give_tasks(Task.objects.all(), by=world.campaign_officer, unit=world.other_cell)
    row.refresh_from_db()
    assert row.state == ExtensionState.LAPSED


def test_of_two_who_answer_the_second_is_told(world: World) -> None:
    row = asked(world)
    stale = TaskExtension.objects.select_related("task__campaign").get(pk=row.pk)
    row.refuse(by=world.campaign_officer, answer="Không")
    with pytest.raises(StateChanged):
        stale.grant(by=world.leadership, until=row.wanted_on)
    assert Task.objects.get().due_on == row.due_then


def test_both_sides_are_told(world: World) -> None:
    row = asked(world)
    dispatch.run()
    told = set(Message.objects.filter(words="campaigns.task.extension_asked").values_list("user", flat=True))
    assert told == {world.campaign_officer.pk, world.leadership.pk}
    row.grant(by=world.leadership, until=row.wanted_on)
    dispatch.run()
    told = set(Message.objects.filter(words="campaigns.task.extension_granted").values_list("user", flat=True))
    assert told == {world.head.pk}


def test_an_officer_who_asks_for_the_unit_is_marked(world: World) -> None:
    task = make.task(world.campaign, world.cell)
    row = task.ask_extension(by=world.campaign_officer, wanted_on=later(task), reason="Bí thư gọi điện")
    assert row.entered_for_unit_by == world.campaign_officer
    assert Event.objects.about(task).filter(kind="campaigns.task.extension_asked").count() == 1
