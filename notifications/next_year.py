"""Reminder rules with their texts go over into the new year, all of them switched off."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.next_year import Turn, part
from notifications import rules
from notifications.models import ReminderRule


def _rules(turn: Turn) -> QuerySet:
    there = ReminderRule.objects.filter(ward=turn.new.ward_id, year=turn.new.year).values("code")
    return ReminderRule.objects.filter(ward=turn.old.ward_id, year=turn.old.year).exclude(code__in=there)


def _carry(turn: Turn, rows: QuerySet) -> list[int]:
    codes = list(rows.values_list("code", flat=True))
    assert turn.by is not None
    rules.copy_year(turn.new.ward, turn.new.year, since=turn.old.year, by=turn.by)
    made = ReminderRule.objects.filter(ward=turn.new.ward_id, year=turn.new.year, code__in=codes)
    return list(made.values_list("pk", flat=True))


part(
    "rules",
    _("Reminder rules with their own texts"),
    order=30,
    rows=_rules,
    carry=_carry,
    hint=_("All switched off: nothing is sent until somebody has read them and switched them on."),
    say=rules.title_with_year,
)
