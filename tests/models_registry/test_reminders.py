import datetime

import pytest
from django.utils import timezone

from core.models import today
from notifications import registry
from notifications.choices import Channel
from notifications.engine import planner
from notifications.models import Message, ReminderRule
from notifications.rules import defaults
from tests.models_registry import factories as make
from tests.world import World

DAY = datetime.timedelta(days=1)


@pytest.fixture
def rule(world: World) -> ReminderRule:
    """Three days before the step, at any hour of any day."""
    found = next(r for r in defaults(world.ward, None) if r.source == "models_registry.step.due")
    found.enabled, found.working_days_only, found.local_time = True, False, datetime.time(8, 0)
    found.save()
    return found


def planned(day: datetime.date) -> list[Message]:
    planner.run(timezone.make_aware(datetime.datetime.combine(day, datetime.time(9, 0))))
    return list(Message.objects.filter(rule__isnull=False, channel=Channel.IN_APP))


def test_the_unit_is_reminded_of_a_step_in_time(world: World, rule: ReminderRule) -> None:
    registration = make.accepted(world.campaign, world.cell, world.head, world.leadership, title="Phố Trạm sạch")
    step = registration.steps.first()
    registration.steps.exclude(pk=step.pk).delete()
    [message] = planned(step.due_on - 3 * DAY)
    assert message.user == world.head
    line = registry.render(message, step, today()).line
    assert "Phố Trạm sạch" in line
    assert "Ban hành nghị quyết lãnh đạo" in line


@pytest.mark.parametrize("done", ["mark_done", "pause", "withdraw"])
def test_nobody_is_reminded_of_what_is_done_or_stopped(world: World, rule: ReminderRule, done: str) -> None:
    registration = make.accepted(world.campaign, world.cell, world.head, world.leadership)
    step = registration.steps.first()
    registration.steps.exclude(pk=step.pk).delete()
    if done == "mark_done":
        step.mark_done(by=world.head, on=today())
    else:
        getattr(registration, done)(by=world.head, reason="thử")
    assert not planned(step.due_on - 3 * DAY)
