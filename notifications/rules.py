"""The reminder rules that a ward begins with. They are switched off until somebody switches them on."""

import datetime

from django.db import models

from notifications.choices import Channel
from notifications.models import ReminderRule

EIGHT = datetime.time(8, 0)
EVENING = datetime.time(18, 0)
_DEFAULTS = (
    {
        "code": "task-due-soon",
        "source": "campaigns.task.due",
        "anchor": "due_on",
        "offset_days": -3,
        "local_time": EIGHT,
    },
    {"code": "task-overdue", "source": "campaigns.task.overdue", "anchor": "day", "local_time": EIGHT},
    {
        "code": "model-step-due-soon",
        "source": "models_registry.step.due",
        "anchor": "due_on",
        "offset_days": -3,
        "local_time": EIGHT,
    },
    {
        "code": "dialogue-tomorrow",
        "source": "clearance.dialogue.coming",
        "anchor": "held_on",
        "offset_days": -1,
        "local_time": EIGHT,
    },
    {
        "code": "report-due-soon",
        "source": "reports.report.due",
        "anchor": "due_on",
        "offset_days": -3,
        "local_time": EIGHT,
    },
    {
        "code": "cleanup-tomorrow",
        "source": "beautification.cleanup.coming",
        "anchor": "on",
        "offset_days": -1,
        "local_time": EVENING,
        "working_days_only": False,
    },
)


def defaults(ward: models.Model, year: int | None) -> list[ReminderRule]:
    """The ward's standard rules of a year: a task due in 3 days, an overdue task on each working day until somebody
    acts, a step of a model or a report due in 3 days, a dialogue on the day before, a clean-up on the evening before.
    Rules that are there already stay as they are."""
    rules = []
    for fields in _DEFAULTS:
        rest = {name: value for name, value in fields.items() if name != "code"} | {
            "channels": [Channel.EMAIL, Channel.PUSH]
        }
        rule, _new = ReminderRule.objects.get_or_create(ward=ward, year=year, code=fields["code"], defaults=rest)
        rules.append(rule)
    return rules
