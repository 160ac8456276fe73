"""When people may be disturbed, and which days are worked."""

import datetime

from django.conf import settings
from django.utils import timezone

from notifications.choices import MessageClass


def allowed_moment(moment: datetime.datetime, klass: str) -> datetime.datetime:
    """The moment itself, or the next start of the hours in which messages go out. Mandatory ones go at any hour."""
    if klass == MessageClass.MANDATORY:
        return moment
    first, last = settings.MESSAGE_HOURS
    local = timezone.localtime(moment)
    if first <= local.time() < last:
        return moment
    day = local.date() if local.time() < first else local.date() + datetime.timedelta(days=1)
    return at(day, first)


def at(day: datetime.date, time: datetime.time) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, time))
