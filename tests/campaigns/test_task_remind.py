"""Units are reminded by hand of what is overdue: the text first, of each task once a day."""

import datetime
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from campaigns.actions import entrust_tasks, remind_units
from campaigns.models import Task
from core.models import today
from notifications.engine import dispatch, sender
from notifications.models import Event, Message, Preference
from tests import factories as make
from tests.world import World

pytestmark = pytest.mark.django_db
LATE = {"due_on": today() - datetime.timedelta(days=3)}


def reminded() -> int:
    return Event.objects.filter(kind="campaigns.task.reminded").count()


def test_ticked_tasks_are_reminded_of_once_a_day(world: World, sign_in: Callable) -> None:
    late, other = make.task(world.campaign, world.cell, **LATE), make.task(world.campaign, world.other_cell, **LATE)
    coming = make.task(world.campaign, world.cell)
    client = sign_in(world.campaign_officer)
    ask = f"{reverse('campaigns:task_remind')}?ticked=1&row={late.pk}&row={coming.pk}"
    page = client.get(ask)
    assert page.context["left_out"] == 1
    ((unit, line),) = page.context["lines"]
    assert unit == world.cell
    assert late.title in line
    assert line in page.content.decode(), "the text is shown first"
    assert reminded() == 0
    assert client.post(ask).status_code == 302
    assert client.post(ask).status_code == 302, "the same day again"
    assert reminded() == 1
    assert client.get(ask).context["lines"] == []
    assert [task.pk for task in Task.objects.all().remindable(today())] == [other.pk]
    dispatch.run()
    sent = Message.objects.filter(words="campaigns.task.reminded", channel="in_app")
    assert [message.user_id for message in sent] == [world.head.pk]
    Preference.objects.all().delete()
    sender.run(1)
    assert sent.get().line == line
    shown = Task.objects.filter(pk=late.pk).with_last_reminder().get()
    assert shown.reminded_at is not None


def test_all_that_fit_the_filter_are_reminded_of(world: World, sign_in: Callable) -> None:
    for _n in range(3):
        make.task(world.campaign, world.cell, **LATE)
    make.task(world.campaign, world.other_cell, **LATE)
    sign_in(world.campaign_officer).post(f"{reverse('campaigns:task_remind')}?unit={world.cell.slug}")
    assert reminded() == 3


def test_tomorrow_it_may_be_reminded_of_again(world: World) -> None:
    make.task(world.campaign, world.cell, **LATE)
    assert remind_units(Task.objects.all(), by=world.campaign_officer) == 1
    assert remind_units(Task.objects.all(), by=world.campaign_officer) == 0
    Event.objects.update(on=today() - datetime.timedelta(days=1))
    assert remind_units(Task.objects.all(), by=world.campaign_officer) == 1


def test_without_a_tick_nothing_is_asked(world: World, sign_in: Callable) -> None:
    make.task(world.campaign, world.cell, **LATE)
    client = sign_in(world.campaign_officer)
    for address in ("/tasks/remind/", "/exports/new/?list=/tasks/"):
        answer = client.post(address + ("&" if "?" in address else "?") + "ticked=1&unit=chi-bo-7")
        assert answer.status_code == 302
        assert answer.url == "/tasks/?unit=chi-bo-7"
    assert reminded() == 0


def test_ticked_rows_are_exported_alone(world: World, sign_in: Callable) -> None:
    tasks = [make.task(world.campaign, world.cell) for _n in range(3)]
    asked = f"/exports/new/?list=/tasks/&ticked=1&row={tasks[0].pk}&row={tasks[2].pk}"
    page = sign_in(world.campaign_officer).get(asked).content.decode()
    assert "2 dòng" in page


def test_a_foreign_task_is_not_reminded_of(world: World, sign_in: Callable) -> None:
    late = make.task(world.campaign, world.cell, **LATE)
    sign_in(world.stranger).post(f"/tasks/remind/?row={late.pk}")
    assert reminded() == 0


# ---- given to somebody else ------------------------------------------------------------------------------
def test_ticked_tasks_go_to_another_unit_and_both_are_told(world: World, sign_in: Callable) -> None:
    begun, received, new = (make.task(world.campaign, world.cell) for _n in range(3))
    kept = make.task(world.campaign, world.cell)
    received.acknowledge(by=world.head)
    begun.report(by=world.head, note="Đã họp")
    client = sign_in(world.campaign_officer)
    ask = "/tasks/give/?ticked=1" + "".join(f"&row={task.pk}" for task in (begun, received, new))
    page = client.get(ask)
    assert (page.context["count"], page.context["begun"]) == (3, 1)
    assert client.post(ask, {"unit": world.other_cell.pk}).status_code == 302
    where = dict(Task.objects.values_list("pk", "lead_unit"))
    cell, other = world.cell.pk, world.other_cell.pk
    assert where == {begun.pk: cell, received.pk: other, new.pk: other, kept.pk: cell}
    received.refresh_from_db()
    assert received.state == "assigned"
    assert [step.new for step in received.transitions.order_by("id")] == ["assigned", "acknowledged", "assigned"]
    while dispatch.run():
        pass
    told = set(Message.objects.filter(channel="in_app").values_list("user", "words", "subject_id"))
    for task in (received, new):
        assert (world.neighbour.pk, "campaigns.task.assigned", task.pk) in told
        assert (world.head.pk, "campaigns.task.given", task.pk) in told


def test_a_person_of_the_unit_is_put_in_charge_of_all_that_fit(world: World, sign_in: Callable) -> None:
    tasks = [make.task(world.campaign, world.cell) for _n in range(3)]
    tasks[0].submit(by=world.head, note="Xong")
    other = make.task(world.campaign, world.other_cell)
    client = sign_in(world.campaign_officer)
    ask = f"/tasks/give/?ticked=1&every=1&row={other.pk}&unit={world.cell.slug}"
    assert client.post(ask, {"person": world.neighbour.pk}).status_code == 200, "belongs to another unit"
    assert client.post(ask, {}).status_code == 200, "to nobody"
    assert client.post(ask, {"person": world.head.pk}).status_code == 302
    named = set(Task.objects.filter(person=world.head).values_list("pk", flat=True))
    assert named == {task.pk for task in tasks[1:]}
    with pytest.raises(ValidationError):
        entrust_tasks(Task.objects.all(), by=world.campaign_officer, person=world.head)
    while dispatch.run():
        pass
    told = Message.objects.filter(words="campaigns.task.entrusted", channel="in_app")
    assert {message.user_id for message in told} == {world.head.pk}


def test_all_that_fit_can_be_exported_from_the_bar(world: World, sign_in: Callable) -> None:
    for _n in range(3):
        make.task(world.campaign, world.cell)
    page = sign_in(world.campaign_officer).get("/exports/new/?list=/tasks/&ticked=1&every=1").content.decode()
    assert "3 dòng" in page
