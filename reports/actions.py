"""Verbs over things of several apps."""

from collections.abc import Sequence

from django.apps import apps
from django.db import transaction

from accounts import access
from accounts.access import Permission
from accounts.models import User
from campaigns.actions import remind_units as remind_of_tasks
from campaigns.models import Campaign, Task
from core.agenda import Item
from core.models import today
from models_registry.actions import remind_units as remind_of_steps
from models_registry.models import ModelStep
from notifications import outbox
from notifications.models import Event

KIND = "reports.work.reminded"


def can_remind(user: User, campaign: Campaign) -> access.Decision:
    return campaign.can_change() and access.can_in_ward(user, Permission.TASK_ASSIGN)


def remind(items: Sequence[Item], *, by: User, campaign: Campaign) -> int:
    """Tell the units of what they are behind on, of each thing at most once a day; of how many things.

    Who reminds at the same moment waits here, and then finds what was reminded of meanwhile.
    """
    access.require(can_remind(by, campaign))
    keys: dict[str, list[int]] = {}
    units = {item.key: item.owed_by for item in items}
    for item in items:
        keys.setdefault(item.subject._meta.label_lower, []).append(item.subject.pk)
    tasks = Task.objects.visible_to(by).filter(pk__in=keys.pop(Task._meta.label_lower, []))
    steps = ModelStep.objects.visible_to(by).filter(pk__in=keys.pop(ModelStep._meta.label_lower, []))
    count = remind_of_tasks(tasks, by=by) + remind_of_steps(steps, by=by)
    with transaction.atomic(), outbox.together():
        for label, ids in sorted(keys.items()):
            rows = apps.get_model(label)._base_manager.filter(ward_id=campaign.ward_id, pk__in=ids).order_by("pk")
            held = list(rows.select_for_update(of=("self",)))
            days = Event.objects.last_days(held, [KIND]) if held else {}
            for row in held:
                key = f"{label}:{row.pk}"
                if days.get(key) != today():
                    outbox.record(KIND, subject=row, by=by, unit=units[key], campaign=campaign.pk)
                    count += 1
    return count
