"""Undertakings go on into the new year, and so do the tasks that come again; what each year is about is a row of its
own, the undertaking is the same."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from campaigns.models import CampaignFocus, SeriesUnit, TaskSeries, Undertaking
from campaigns.models.work import SAID
from core.models import save_all
from core.next_year import Turn, part


def _living(turn: Turn) -> QuerySet:
    return Undertaking.objects.filter(ward=turn.old.ward_id).valid_on(turn.new.opens_on)


def _foci(turn: Turn) -> QuerySet:
    there = CampaignFocus.objects.filter(ward=turn.new.ward_id, campaign=turn.new).values("undertaking")
    rows = CampaignFocus.objects.filter(ward=turn.old.ward_id, campaign=turn.old, undertaking__in=_living(turn))
    return rows.exclude(undertaking__in=there).select_related("undertaking")


def _carry(turn: Turn, rows: QuerySet) -> list[int]:
    made = [
        CampaignFocus(ward_id=row.ward_id, campaign=turn.new, undertaking_id=row.undertaking_id, label=row.label)
        for row in rows
    ]
    save_all(made)
    return [row.pk for row in made]


def _series(turn: Turn) -> QuerySet:
    """Those that were not ended, of units that are there in the new year, and that it has not under the same title."""
    there = TaskSeries.objects.filter(ward=turn.new.ward_id, campaign=turn.new).values("title")
    units = Unit.objects.filter(ward=turn.old.ward_id).valid_on(turn.new.opens_on)
    leads = SeriesUnit.objects.filter(ward=turn.old.ward_id, leads=True, unit__in=units).values("series")
    rows = TaskSeries.objects.filter(ward=turn.old.ward_id, campaign=turn.old, ended_on=None, pk__in=leads)
    return rows.exclude(title__in=there)


def _carry_series(turn: Turn, rows: QuerySet) -> list[int]:
    """By the same rule; without the plan of the old year. Tasks are given from them once the new year is open."""
    olds = list(rows.prefetch_related("units__unit"))
    living = set(_living(turn).values_list("pk", flat=True))
    made = []
    for old in olds:
        fresh = TaskSeries(ward_id=old.ward_id, campaign=turn.new, every=old.every, days_ahead=old.days_ahead)
        fresh.first_on, fresh.until = old.days_in(turn.new)
        fresh.undertaking_id = old.undertaking_id if old.undertaking_id in living else None
        for name in SAID:
            setattr(fresh, name, getattr(old, name))
        made.append(fresh)
    save_all(made)
    save_all(
        [
            SeriesUnit(ward_id=old.ward_id, series=fresh, unit_id=row.unit_id, leads=row.leads)
            for old, fresh in zip(olds, made, strict=True)
            for row in old.units.all()
            if row.unit.is_valid_on(turn.new.opens_on)
        ]
    )
    return [row.pk for row in made]


part(
    "undertakings",
    _("Undertakings that go on"),
    order=10,
    rows=_foci,
    carry=_carry,
    hint=_(
        "Clearance projects, streets and other works with all that belongs to them; those that have ended stay behind."
    ),
    say=lambda row: f"{row.undertaking}: {row.label}" if row.label else row.undertaking,
)
part(
    "series",
    _("Tasks that come again"),
    order=12,
    rows=_series,
    carry=_carry_series,
    hint=_(
        "With their units and the same rule, from the first day of the new year on. Nothing is given before it is open."
    ),
    say=lambda row: f"{row.title}: {row.get_every_display()}, {row.first_on:%d/%m/%Y}",
)
