"""Units are reminded by hand of what is overdue: the text first, of each task once a day."""

import datetime
from collections.abc import Callable

import pytest
from django.urls import reverse

from campaigns.actions import remind_units
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
