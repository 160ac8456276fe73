"""When people may be disturbed."""

import datetime

from django.conf import settings
from django.utils import timezone

from notifications.choices import MessageClass

ONE_DAY = datetime.timedelta(days=1)


def may_disturb(moment: datetime.datetime) -> bool:
    first, last = settings.MESSAGE_HOURS
    return first <= timezone.localtime(moment).time() < last


def allowed_moment(moment: datetime.datetime, klass: str) -> datetime.datetime:
    """The moment itself, or the next start of the hours in which messages go out. Mandatory ones go at any hour."""
    if klass == MessageClass.MANDATORY or may_disturb(moment):
        return moment
    first, _last = settings.MESSAGE_HOURS
    local = timezone.localtime(moment)
    day = local.date() if local.time() < first else local.date() + ONE_DAY
    return at(day, first)


def on_day(day: datetime.date, time: datetime.time, klass: str) -> datetime.datetime:
    """The time of the day, moved into the hours of that same day unless the message is mandatory."""
    first, last = settings.MESSAGE_HOURS
    if klass == MessageClass.MANDATORY or first <= time < last:
        return at(day, time)
    return at(day, first) if time < first else at(day, last) - datetime.timedelta(minutes=1)


def end_of_hours(day: datetime.date) -> datetime.datetime:
    return at(day, settings.MESSAGE_HOURS[1])


def at(day: datetime.date, time: datetime.time) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, time))
