"""A person's own calendar for the phone: what the portal's page "My own" shows, from a month ago to a year ahead."""

import datetime
from collections.abc import Iterator

from django.utils import translation
from django.utils.translation import gettext as _

from accounts import access
from campaigns.models import Campaign
from core import ical
from core.agenda import Item
from core.history import NEVER, Changed, changes_of
from core.models import today
from reports import calendar
from reports.models import CalendarFeed

BACK, AHEAD = datetime.timedelta(days=30), datetime.timedelta(days=365)


def may_read(feed: CalendarFeed) -> bool:
    """Whether the person still works in the ward; from then on the rights of today count there."""
    access.enter(feed.user, feed.ward_id)
    return feed.user.is_active and access.ward_id(feed.user) == feed.ward_id


def calendar_of(feed: CalendarFeed) -> bytes:
    """In the person's language; ask `may_read` before."""
    person = feed.user
    with translation.override(person.language):
        name = _("%(ward)s: my calendar") % {"ward": feed.ward}
        return ical.calendar(name, _events(feed))


def _events(feed: CalendarFeed) -> Iterator[ical.Event]:
    start, end = today() - BACK, today() + AHEAD
    years = Campaign.objects.visible_to(feed.user).filter(opens_on__lte=end, closes_on__gte=start)
    found = [item for year in years for item in calendar.own(feed.user, year, start, end)]
    changes = changes_of({item.subject for item in found})
    for item in found:
        yield _event(feed, item, changes.get(item.subject, Changed(0, NEVER)))


def _event(feed: CalendarFeed, item: Item, changed: Changed) -> ical.Event:
    kind = f"{item.subject._meta.model_name}-{item.kind}"
    lasts = datetime.timedelta(hours=1)
    if item.at and item.ends:
        lasts = _since_midnight(item.ends) - _since_midnight(item.at)
    return ical.Event(
        uid=ical.uid(feed.ward, item.subject, kind),
        title=_("Cancelled: %(title)s") % {"title": item.title} if item.is_cancelled else item.title,
        on=item.due_on,
        at=item.at if item.kind == "event" else None,
        lasts=lasts if lasts > datetime.timedelta(0) else lasts + datetime.timedelta(days=1),
        place=item.place,
        note=item.note,
        url=ical.address(item.url),
        is_busy=item.kind == "event",
        is_cancelled=item.is_cancelled,
        sequence=changed.times,
        changed_at=changed.at,
    )


def _since_midnight(time: datetime.time) -> datetime.timedelta:
    return datetime.timedelta(hours=time.hour, minutes=time.minute)
