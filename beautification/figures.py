"""Numbers of the streets: who came to the last clean-up, how many there were, the weeks before."""

import datetime
from dataclasses import replace
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from beautification.choices import CriterionState
from beautification.models import Cleanup, CriterionResult, Defect, Street
from campaigns.models import Campaign
from core.figures import FigureValue, Scope, address, figure

WEEKS = 6


def _done(scope: Scope, on: datetime.date) -> Any:
    """Held and closed by the day, in the campaign's streets and period. A unit: the streets it leads or lies along."""
    rows = Cleanup.objects.filter(ward=scope.ward).of_campaign(scope.campaign).done_by(on)
    if scope.unit is not None:
        streets = Street.objects.filter(ward=scope.ward)
        rows = rows.filter(street__in=streets.of_units([scope.unit.pk]))
    return rows


def latest_turnout(done: Any, campaign: Campaign) -> FigureValue:
    """The reading of the last of these clean-ups, with its address; without one, no data."""
    last = done.with_turnout().select_related("street").order_by("-on", "-id").first()
    return _linked(last, campaign) if last else FigureValue(None)


def reading(cleanup: Any) -> FigureValue:
    """How many came to one clean-up; it was asked for `with_turnout()`."""
    corrected_at = cleanup.corrected_at
    return FigureValue(
        cleanup.turnout,
        rows=cleanup.counts(),
        exactness="nearly" if cleanup.is_nearly else "exact",
        corrected_on=timezone.localdate(corrected_at) if corrected_at else None,
    )


def _linked(cleanup: Cleanup, campaign: Campaign) -> FigureValue:
    url = address(cleanup.get_absolute_url(), cleanup.on, campaign)
    return replace(reading(cleanup), url=url, as_of=cleanup.on, label=str(cleanup.street))


@figure(
    "beautification.turnout.latest",
    label=_("People at the last clean-up"),
    unit=_("persons"),
    kind="latest",
    tells={"kind": "exactness"},
)
def turnout_latest(scope: Scope, on: datetime.date) -> FigureValue:
    """People counted at the last closed clean-up of the campaign's streets, on the day or before.

    What its last closing says: one that is taken up again keeps its number on the days before until a correction is
    closed. “Nearly” when one of its counts is an estimate. No data while no clean-up is closed.
    """
    return latest_turnout(_done(scope, on), scope.campaign)


@figure("beautification.cleanups", label=_("Clean-ups held"), unit=_("clean-ups"), flow=True)
def cleanups(scope: Scope, on: datetime.date) -> FigureValue:
    """Clean-ups of the campaign's streets that were held and closed on the day or before.

    No data while the campaign has no street.
    """
    rows = _done(scope, on)
    streets = Street.objects.of_campaign(scope.campaign)
    count = rows.count() if streets.exists() else None
    unit = scope.unit.slug if scope.unit else None
    url = address(reverse("beautification:cleanup_list"), on, scope.campaign, state="done", unit=unit)
    return FigureValue(count, rows=rows, url=url)


@figure(
    "beautification.turnout.weeks", label=_("People at the last six clean-ups"), unit=_("persons"), kind="breakdown"
)
def turnout_weeks(scope: Scope, on: datetime.date) -> FigureValue:
    """People counted at each of the last six closed clean-ups, on the day or before, oldest first.

    Their sum is “nearly” when one of them is.
    """
    last = _done(scope, on).with_turnout().select_related("street").order_by("-on", "-id")[:WEEKS]
    readings = [_linked(row, scope.campaign) for row in reversed(last)]
    parts = {f"{reading.as_of:%Y-%m-%d} {reading.label}": reading for reading in readings}
    known = [reading.value for reading in readings if reading.value is not None]
    is_nearly = any(reading.exactness == "nearly" for reading in readings)
    total = sum(known) if known else None
    return FigureValue(total, parts=parts, exactness="nearly" if is_nearly else "exact")  # six of them are no list


@figure("beautification.criteria.met", label=_("Criteria of streets met"), unit=_("criteria"), kind="breakdown")
def criteria_met(scope: Scope, on: datetime.date) -> FigureValue:
    """Criteria of a civilised street that were met at the last assessment of each of the campaign's streets, on the day
    or before; by street, in the order of their names.

    No data while no street was assessed.
    """
    streets = Street.objects.filter(ward=scope.ward).of_campaign(scope.campaign)
    if scope.unit is not None:
        streets = streets.of_units([scope.unit.pk])
    results = CriterionResult.objects.filter(ward=scope.ward).standing_on(on, streets)
    met = results.filter(state=CriterionState.MET)
    query: dict[str, Any] = {"result": CriterionState.MET.value, "unit": scope.unit.slug if scope.unit else None}

    def opens(**more: Any) -> str:
        return address(reverse("beautification:result_list"), on, scope.campaign, **query, **more)

    counts: dict[tuple[str, str], list[str]] = {}
    for slug, name, state in results.for_list().values_list(
        "assessment__street__slug", "assessment__street__name", "state"
    ):
        counts.setdefault((slug, name), []).append(state)
    parts = {
        slug: FigureValue(
            states.count(CriterionState.MET),
            rows=met.filter(assessment__street__slug=slug),
            url=opens(street=slug),
            label=name,
        )
        for (slug, name), states in counts.items()
    }
    total = sum(part.value or 0 for part in parts.values()) if parts else None
    return FigureValue(total, rows=met, url=opens(), parts=parts)


def _defects(scope: Scope) -> Any:
    """Of the campaign's streets. A unit: what it must act on."""
    rows = Defect.objects.filter(ward=scope.ward).of_campaign(scope.campaign)
    return rows.filter(owner=scope.unit) if scope.unit is not None else rows


def _counted(scope: Scope, on: datetime.date, state: str, rows: Any) -> FigureValue:
    unit = scope.unit.slug if scope.unit else None
    url = address(reverse("beautification:defect_list"), on, scope.campaign, state=state, unit=unit)
    is_there = Street.objects.filter(ward=scope.ward).of_campaign(scope.campaign).exists()
    return FigureValue(rows.count() if is_there else None, rows=rows, url=url)


@figure("beautification.defects.to_mend", label=_("Defects of streets to be mended"), unit=_("defects"))
def defects_to_mend(scope: Scope, on: datetime.date) -> FigureValue:
    """Defects of the campaign's streets that were reported on the day or before and not mended by its end. Of a unit:
    those on which it must act.

    No data while the campaign has no street.
    """
    return _counted(scope, on, "to_mend", _defects(scope).to_mend_on(on))


@figure("beautification.defects.mended", label=_("Defects of streets mended"), unit=_("defects"), flow=True)
def defects_mended(scope: Scope, on: datetime.date) -> FigureValue:
    """Defects of the campaign's streets that were mended on the day or before and have not come back by its end. Of a
    unit: those on which it had to act. Of a period: those that were not in order before it and are at its end.

    No data while the campaign has no street.
    """
    return _counted(scope, on, "mended", _defects(scope).mended_on(on))


@figure("beautification.defects.returned", label=_("Defects of streets that came back"), unit=_("defects"), flow=True)
def defects_returned(scope: Scope, on: datetime.date) -> FigureValue:
    """Defects of the campaign's streets that came back on the day or before, after they were mended; each once, however
    often it came back. Of a unit: those on which it must act. Of a period: those that came back for the first time.

    No data while the campaign has no street.
    """
    return _counted(scope, on, "returned", _defects(scope).filter(reported_on__lte=on).returned_by(on))
