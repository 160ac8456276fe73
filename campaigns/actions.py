"""Acts over several rows of the plan cascade."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.db import transaction

from accounts.models import Unit, User
from campaigns.models import Campaign, Document, PlanItem, Task
from core.files import Accepted


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
