"""A street's clean-ups as a calendar that everybody may subscribe to. Says where and when, and names nobody."""

import datetime
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import Ward
from beautification.choices import PARTS, CleanupState, Decider
from beautification.models import Cleanup, CleanupSeries, Street
from core import ical
from core.history import Changed, changed
from core.models import today
from deadlines.models import CalendarDay

BACK = datetime.timedelta(days=60)
LASTS = datetime.timedelta(hours=2)  # where nobody has said how long


def address(ward: Ward, street: Street) -> str:
    return ical.address(reverse("beautification:public_street_feed", args=[ward.slug, street.slug]))


def calendar_of(street: Street) -> bytes:
    with translation.override(settings.LANGUAGE_CODE):
        return ical.calendar(_("Clean-up of %(street)s") % {"street": street}, _events(street))


def _events(street: Street) -> Iterator[ical.Event]:
    """Each series with what differs from its rule, then what belongs to no series.

    A clean-up about which somebody has still to decide does not take place yet, so it is left out.
    """
    facts = _facts(street)
    start = (today() - BACK).replace(month=1, day=1)  # the same day all year: what was told stays told
    rows = list(street.cleanups.filter(original_on__gte=start).select_related("series").order_by("original_on"))
    taken: dict[int, set[datetime.date]] = {part: set() for part in PARTS}
    known = {part: {row.original_on for row in rows if row.part == part} for part in PARTS}
    for series in street.series.order_by("id"):
        series.street = street
        end = series.last_campaign_day() or today()
        taken[series.part] |= series.taken_days()
        foretold = series.foretell(end, taken=taken[series.part], known=known[series.part])
        known[series.part] |= {row.original_on for row in foretold}
        own = [row for row in rows if row.series_id == series.pk]
        decided = {row.original_on: row for row in [*own, *foretold] if not row.needs_decision}
        if decided:
            yield from _of_series(series, decided, end, facts)
    for row in rows:
        if row.series_id is None and not row.needs_decision:
            yield ical.Event(
                uid=_uid(street, row), on=row.on, at=row.starts_at, lasts=LASTS, **_words(street, row), **facts
            )


def _of_series(
    series: CleanupSeries, decided: dict[datetime.date, Cleanup], end: datetime.date, facts: dict[str, Any]
) -> Iterator[ical.Event]:
    """The rule from its first clean-up on, without the days that have none and with those that it had before it was
    changed; then each that is moved, cancelled or at another time, in the place of its day."""
    by_rule = list(series.days(min(decided), max(end, *decided)))
    first = next((day for day in by_rule if day in decided), None)
    by_rule = [day for day in by_rule if first and day >= first]
    on, uid = first or min(decided), _uid(series.street, series)
    yield ical.Event(
        uid=uid,
        on=on,
        at=series.starts_at,
        lasts=series.duration,
        rule=series.rrule if by_rule else "",
        until=by_rule[-1] if by_rule else None,
        left_out=[day for day in by_rule if day not in decided],
        added=[day for day in decided if day != on and day not in by_rule],
        **_words(series.street),
        **facts,
    )
    for day, row in decided.items():
        if row.is_moved or row.state == CleanupState.CANCELLED or row.starts_at != series.starts_at:
            yield ical.Event(
                uid=uid,
                on=row.on,
                at=row.starts_at or series.starts_at,
                lasts=series.duration,
                instead_of=(day, series.starts_at),
                **_words(series.street, row),
                **facts,
            )


def _words(street: Street, row: Cleanup | None = None) -> dict[str, Any]:
    """Of a reason only what the calendar gave: what a person wrote may name somebody."""
    title = _("Clean-up of %(street)s") % {"street": street}
    is_cancelled = row is not None and row.state == CleanupState.CANCELLED
    return {
        "title": _("Cancelled: %(title)s") % {"title": title} if is_cancelled else title,
        "place": ", ".join(filter(None, [street.name, street.extent])),
        "note": row.reason if row is not None and row.decider == Decider.RULE else "",
        "is_cancelled": is_cancelled,
    }


def _facts(street: Street) -> dict[str, Any]:
    """When the calendar was changed last, and how often: of the street, its series, its clean-ups and days off."""
    own = {"ward_id": street.ward_id}
    found: Changed = changed(
        _history(Street).filter(**own, pgh_obj_id=street.pk),
        _history(CleanupSeries).filter(**own, street_id=street.pk),
        _history(Cleanup).filter(**own, street_id=street.pk),
        _history(CalendarDay).filter(**own),
    )
    return {"sequence": found.times, "changed_at": found.at}


def _history(model: Any) -> Any:
    return model.history.rel.related_model.objects


def _uid(street: Street, row: Cleanup | CleanupSeries) -> str:
    return ical.uid(street.ward, row)
