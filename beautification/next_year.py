"""Clean-ups of a street that end with the year go on in the next; those without a last day go on by themselves."""

import datetime

from dateutil.relativedelta import relativedelta
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from beautification.models import CleanupNeed, CleanupSeries, SeriesTurn
from campaigns.models import Undertaking
from core.models import save_all
from core.next_year import Turn, part

NEARLY = datetime.timedelta(days=31)  # before the last day of the year: it was the year that ended the series
ONE_DAY = datetime.timedelta(days=1)


def _series(turn: Turn) -> QuerySet:
    """Of streets that go on, ended by the year's end, and without another of the same weekdays and hour after it."""
    old, new = turn.old, turn.new
    living = Undertaking.objects.filter(ward=old.ward_id, foci__campaign=old).valid_on(new.opens_on)
    rows = CleanupSeries.objects.filter(ward=old.ward_id, street__undertaking__in=living)
    ended = rows.filter(until__range=(old.closes_on - NEARLY, new.opens_on - ONE_DAY))
    same = {name: OuterRef(name) for name in ("ward", "street", "rrule", "starts_at")}
    going_on = CleanupSeries.objects.filter(Q(until=None) | Q(until__gte=new.opens_on), **same)
    return (
        ended.exclude(Exists(going_on))
        .select_related("street", "lead_unit")
        .prefetch_related("turns__unit", "needs__unit")
    )


def _carry(turn: Turn, rows: QuerySet) -> list[int]:
    """A series of its own from the new year's first day on, with the same weekdays; the old one stays as it is."""
    years, made, olds = relativedelta(years=turn.new.year - turn.old.year), [], list(rows)
    for old in olds:
        first = old.next_day(turn.new.opens_on)
        leads = old.lead_unit is None or old.lead_unit.is_valid_on(first)
        made.append(
            CleanupSeries(
                ward_id=old.ward_id,
                street=old.street,
                rrule=old.rrule,
                part=old.part,
                starts_at=old.starts_at,
                duration=old.duration,
                first_on=first,
                until=max(first, old.until + years),
                policy=old.policy,
                lead_unit=old.lead_unit if leads else None,
            )
        )
    save_all(made)
    turns, needs = list[SeriesTurn](), list[CleanupNeed]()
    for old, new in zip(olds, made, strict=True):
        own = {"ward_id": new.ward_id, "series": new}
        of_old = [row for row in old.turns.all() if row.unit.is_valid_on(new.first_on)]
        turns += [SeriesTurn(**own, unit=row.unit, order=row.order) for row in of_old]
        asked = [row for row in old.needs.all() if row.unit.is_valid_on(new.first_on)]
        needs += [CleanupNeed(**own, unit=row.unit, people=row.people, tools=row.tools) for row in asked]
    save_all(turns)
    save_all(needs)
    return [row.pk for row in made]


part(
    "street_series",
    _("Clean-up schedules that end with the year"),
    order=14,
    rows=_series,
    carry=_carry,
    hint=_("The same weekdays and hours in the new year. Schedules without a last day go on by themselves."),
    say=lambda row: f"{row}, {row.first_on:%d/%m/%Y} – {row.until:%d/%m/%Y}",
)
