"""Acts over several rows of the plan cascade."""

import datetime
import logging
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import Truncator
from django.utils.translation import gettext

from accounts.models import Unit, User
from campaigns.choices import NOT_BEGUN, UNIT_STATES, ExtensionState, TaskState
from campaigns.models import Campaign, Document, Instruction, Task, TaskExtension, TaskSeries, TaskTransition, TaskUnit
from campaigns.querysets import TaskQuerySet
from core.files import Accepted
from core.models import save_all, today
from core.refusals import refusals_said
from core.text import one_line
from notifications import outbox

logger = logging.getLogger(__name__)


def make_plan(*, by: User, plan: Document, items: Iterable[str], file: Accepted | None = None) -> Document:
    """Register the ward's own plan, which carries out the superior's, with what it orders, as the officer typed it."""
    with transaction.atomic():
        plan.register(by=by, file=file)
        for text in items:
            plan.add_item(by=by, text=text)
    return plan


def assign_tasks(
    *,
    by: User,
    campaign: Campaign,
    lead_units: Iterable[Unit],
    helpers: Iterable[Unit] = (),
    on: datetime.date | None = None,
    **fields: Any,
) -> list[Task]:
    """One task for each lead unit, all or none. fields: of the tasks, and what they follow from."""
    rows = [Task(ward_id=campaign.ward_id, campaign=campaign, lead_unit=unit, **fields) for unit in lead_units]
    Task.assign_all(rows, by=by, on=on, helpers=helpers)
    return rows


@transaction.atomic
def instruct(
    document: Document,
    *,
    by: User,
    leader: User,
    text: str,
    lead_unit: Unit | None = None,
    helpers: Iterable[Unit] = (),
    due_on: datetime.date | None = None,
) -> Instruction:
    """Write down what the leader says about an incoming document; with a lead unit it becomes that unit's task."""
    document.require_open()
    task = None
    if lead_unit and due_on:
        words = gettext("Carry out %(document)s: %(summary)s") % {"document": document, "summary": document.summary}
        where = {"campaign": document.campaign, "lead_units": [lead_unit], "helpers": helpers}
        (task,) = assign_tasks(by=by, title=Truncator(one_line(words)).chars(250), due_on=due_on, **where)
    entered_by = None if by == leader else by
    row = Instruction(document=document, leader=leader, entered_by=entered_by, text=text, task=task)
    row.ward_id = document.ward_id
    with refusals_said():
        row.save()
    outbox.record("campaigns.document.instructed", subject=document, by=by, unit=lead_unit, leader=leader.pk)
    return row


def give_tasks(tasks: TaskQuerySet, *, by: User, unit: Unit) -> int:
    """Give tasks on which nothing was reported yet to another unit, which receives them anew; how many.

    The former unit is told, too. Others, and those that the unit has already, stay as they are.
    """
    with transaction.atomic(), outbox.together():
        rows = [task for task in _locked(tasks) if task.state in NOT_BEGUN and task.lead_unit_id != unit.pk]
        for campaign in {task.campaign for task in rows}:
            campaign.require_open()
        taken_back = [task for task in rows if task.state != TaskState.ASSIGNED]
        save_all(
            [
                TaskTransition(ward_id=task.ward_id, task=task, old=task.state, new=TaskState.ASSIGNED, by=by)
                for task in taken_back
            ]
        )
        given = Task.objects.filter(pk__in=[task.pk for task in rows])
        TaskUnit.objects.filter(task__in=given, unit=unit).delete()
        given.update(lead_unit=unit, person=None, state=TaskState.ASSIGNED)
        asked = TaskExtension.objects.filter(task__in=given).waiting()  # the new unit may ask anew
        asked.update(state=ExtensionState.LAPSED, answered_on=today())
        for task in rows:
            outbox.record("campaigns.task.given", subject=task, by=by, unit=unit, former=task.lead_unit_id)
    return len(rows)


def entrust_tasks(tasks: TaskQuerySet, *, by: User, person: User) -> int:
    """Name the person of the unit who is in charge of its tasks that are not handed in; of how many."""
    with transaction.atomic(), outbox.together():
        rows = [task for task in _locked(tasks) if task.state in UNIT_STATES and task.person_id != person.pk]
        units = {task.lead_unit for task in rows}
        if not all(unit.memberships.filter(in_force=True, user=person).exists() for unit in units):
            raise ValidationError(gettext("%(person)s does not belong to the unit of each task.") % {"person": person})
        for campaign in {task.campaign for task in rows}:
            campaign.require_open()
        Task.objects.filter(pk__in=[task.pk for task in rows]).update(person=person)
        for task in rows:
            outbox.record("campaigns.task.entrusted", subject=task, by=by, unit=task.lead_unit, person=person.pk)
    return len(rows)


def _locked(tasks: TaskQuerySet) -> list[Task]:
    keys = list(tasks.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))
    return list(Task.objects.filter(pk__in=keys).select_related("lead_unit", "campaign").order_by("pk"))


def give_series() -> int:
    """Give the tasks of all running series whose turn has come; how many.

    Raises what went wrong with single ones, after all others had their turn, so that the run counts as failed.
    """
    made, failures = 0, []
    running = TaskSeries.objects.running().filter(campaign__closes_on__gte=today())
    for series in running.select_related("campaign").order_by("ward_id", "pk"):
        try:
            made += len(series.generate())
        except Exception as error:  # one series must not keep the others waiting
            logger.exception("the tasks of series %s could not be given", series.pk)
            failures.append(error)
    if failures:
        raise ExceptionGroup("some tasks that come again could not be given", failures)
    return made


def remind_units(tasks: TaskQuerySet, *, by: User) -> int:
    """Tell the heads of the units of what is overdue, of each task at most once a day; of how many tasks.

    Who reminds at the same moment waits here, and then finds what was reminded of meanwhile.
    """
    with transaction.atomic(), outbox.together():
        keys = list(tasks.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))
        rows = list(Task.objects.filter(pk__in=keys).remindable(today()).select_related("lead_unit"))
        for task in rows:
            outbox.record("campaigns.task.reminded", subject=task, by=by, unit=task.lead_unit)
    return len(rows)
