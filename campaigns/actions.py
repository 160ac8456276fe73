"""Acts over several rows of the plan cascade."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.text import Truncator
from django.utils.translation import gettext

from accounts.models import Unit, User
from campaigns.models import Campaign, Document, Instruction, PlanItem, Task
from campaigns.querysets import TaskQuerySet
from core.files import Accepted
from core.models import today
from core.refusals import refusals_said
from core.text import one_line
from notifications import outbox


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
    plan_item: PlanItem | None = None,
    helpers: Iterable[Unit] = (),
    on: datetime.date | None = None,
    **fields: Any,
) -> list[Task]:
    """One task for each lead unit, all or none."""
    rows = [
        Task(ward_id=campaign.ward_id, campaign=campaign, lead_unit=unit, plan_item=plan_item, **fields)
        for unit in lead_units
    ]
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
