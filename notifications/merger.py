"""What of reminders goes over when units merge, and whether units have worked since the day."""

from collections.abc import Iterator

from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.merger import Merge, hindrance, part, stays
from core.models import today
from notifications import rules
from notifications.models import Event

part(
    "reminders",
    _("Reminder rules for this unit alone"),
    "notifications.RuleUnit.unit",
    order=60,
    twins=("rule",),
    say=lambda row: rules.title_with_year(row.rule),
)
stays("notifications.Event.unit", "what happened, happened in the unit of its day")


@hindrance
def work_since(merge: Merge) -> Iterator[str]:
    """A day before today holds only where nobody has worked in the ending units since."""
    if merge.on >= today():
        return
    since = Event.objects.filter(ward_id=merge.ward_id, unit__in=merge.ended, on__gte=merge.on)
    last = since.select_related("unit").order_by("-on", "-id").first()
    if last is not None:
        said = {"unit": last.unit, "day": date_format(last.on, "d/m/Y"), "today": date_format(today(), "d/m/Y")}
        yield gettext("Work of %(unit)s was recorded on %(day)s. Choose a later day, up to today %(today)s.") % said
