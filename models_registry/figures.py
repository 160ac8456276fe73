"""What the registry tells of a day, from transitions."""

import datetime
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import past
from core.figures import FigureValue, Scope, address, figure
from models_registry.choices import SENT_AND_AFTER, EntryState, ModelState, Stage, SubjectType
from models_registry.models import Contest, ContestEntry, MobilizationModel, ThemeField


# ---- models -------------------------------------------------------------------------------------------
@figure("models.registered", label=_("Registered models"), unit=_("models"))
def registered(scope: Scope, on: datetime.date) -> FigureValue:
    """Models that the ward accepted on or before the day and that were not withdrawn by then."""
    return _registered(scope, on)


@figure("models.registered.collective", label=_("Registered models of collectives"), unit=_("models"))
def registered_collective(scope: Scope, on: datetime.date) -> FigureValue:
    """Registered models, of units as a whole."""
    return _registered(scope, on, subject=SubjectType.COLLECTIVE.value)


@figure("models.registered.individual", label=_("Registered models of individuals"), unit=_("models"))
def registered_individual(scope: Scope, on: datetime.date) -> FigureValue:
    """Registered models, of single persons."""
    return _registered(scope, on, subject=SubjectType.INDIVIDUAL.value)


@figure("models.registered.by_field", label=_("Registered models by field"), unit=_("models"), kind="breakdown")
def registered_by_field(scope: Scope, on: datetime.date) -> FigureValue:
    """Registered models by field of the year's theme; a field without a model counts 0."""
    rows = _models(scope).registered_on(on)
    counts = dict(rows.order_by().values_list("theme_field").annotate(n=Count("pk")))
    parts = {
        field.code: FigureValue(
            value=counts.get(field.pk, 0),
            rows=rows.filter(theme_field=field),
            url=_address(scope, on, field=field.code),
            as_of=on,
            label=field.label,
        )
        for field in _fields(scope)
    }
    total = sum(part.value or 0 for part in parts.values()) if parts else None
    return FigureValue(value=total, rows=rows if parts else None, url=_address(scope, on), parts=parts)


@figure("models.carried_out", label=_("Models carried out"), unit=_("models"))
def carried_out(scope: Scope, on: datetime.date) -> FigureValue:
    """Registered models of which a result was reported, or the step “Carry out” was done, on or before the day."""
    return _at_stage(scope, on, Stage.CARRIED_OUT)


@figure("models.effective", label=_("Effective models"), unit=_("models"))
def effective(scope: Scope, on: datetime.date) -> FigureValue:
    """Registered models that on or before the day had reached every target in number, or were recognised."""
    return _at_stage(scope, on, Stage.EFFECTIVE)


@figure("models.recognised", label=_("Recognised models"), unit=_("models"))
def recognised(scope: Scope, on: datetime.date) -> FigureValue:
    """Registered models that the ward, by its decision after the appraisal, or a superior had recognised by the day."""
    return _at_stage(scope, on, Stage.RECOGNISED)


@figure("models.commended", label=_("Commended models"), unit=_("models"))
def commended(scope: Scope, on: datetime.date) -> FigureValue:
    """Registered models that had a commendation, of whatever level, on or before the day."""
    return _at_stage(scope, on, Stage.COMMENDED)


def _at_stage(scope: Scope, on: datetime.date, stage: Stage) -> FigureValue:
    return _count(scope, _models(scope).at_stage(stage, on), _address(scope, on, stage=stage.value))


def by_stage(scope: Scope, on: datetime.date) -> list[FigureValue]:
    """The figures of all stages, counted in one statement."""
    with past.reading(on=on, known=past.current().known):
        counted = _models(scope).count_stages(on)
        urls = {stage: _address(scope, on, stage=stage.value) for stage in Stage} | {
            Stage.REGISTERED: _address(scope, on)
        }
    return [FigureValue(counted[s], url=urls[s], as_of=on, key=f"models.{s}") for s in Stage]


@figure("models.waiting", label=_("Models waiting for approval"), unit=_("models"))
def waiting(scope: Scope, on: datetime.date) -> FigureValue:
    """Registrations that were with the ward for a decision at the end of the day."""
    rows = _models(scope).with_state_on(on).filter(state_then=ModelState.SUBMITTED)
    return _count(scope, rows, _address(scope, on, state=ModelState.SUBMITTED.value))


@figure("models.steps_late", label=_("Models with a late step"), unit=_("models"))
def steps_late(scope: Scope, on: datetime.date) -> FigureValue:
    """Models in progress on the day with a step that was due before it and not done by the end of it."""
    rows = _models(scope).late_on(on)
    return _count(scope, rows, _address(scope, on, state="late"))


def _models(scope: Scope) -> Any:
    rows = MobilizationModel.objects.filter(ward=scope.ward, campaign=scope.campaign)
    return _narrow(scope, rows)


def _fields(scope: Scope) -> Any:
    return ThemeField.objects.filter(ward=scope.ward, campaign=scope.campaign)


def _registered(scope: Scope, on: datetime.date, **narrowed: Any) -> FigureValue:
    rows = _models(scope).registered_on(on).filter(**narrowed)
    return _count(scope, rows, _address(scope, on, **narrowed))


def _count(scope: Scope, rows: Any, url: str) -> FigureValue:
    """Nothing is counted in a year whose fields were never set up: then nothing could be registered."""
    value = rows.count()
    if not value and not _fields(scope).exists():
        return FigureValue(value=None)
    return FigureValue(value=value, rows=rows, url=url)


def _address(scope: Scope, on: datetime.date, **query: Any) -> str:
    unit = scope.unit.slug if scope.unit else None
    return address(reverse("models_registry:model_list"), on, scope.campaign, unit=unit, **query)


def _narrow(scope: Scope, rows: Any) -> Any:
    if scope.user is not None:
        rows = rows.visible_to(scope.user)
    return rows.filter(unit=scope.unit) if scope.unit else rows


# ---- contest ------------------------------------------------------------------------------------------
@figure("contest.sent", label=_("Contest entries sent"), unit=_("entries"), flow=True)
def sent(scope: Scope, on: datetime.date) -> FigureValue:
    """Entries of the writing contest that had gone to the organizers by the end of the day."""
    return _entries(scope, on, SENT_AND_AFTER, "sent_and_after")


@figure("contest.in_revision", label=_("Contest entries being revised"), unit=_("entries"))
def in_revision(scope: Scope, on: datetime.date) -> FigureValue:
    """Entries of the writing contest that were being revised at the end of the day."""
    return _entries(scope, on, (EntryState.REVISING,), EntryState.REVISING.value)


def _entries(scope: Scope, on: datetime.date, states: tuple, state: str) -> FigureValue:
    rows = _narrow(scope, ContestEntry.objects.filter(ward=scope.ward, contest__campaign=scope.campaign))
    rows = rows.in_state_on(on, *states)
    value = rows.count()
    if not value and not Contest.objects.filter(ward=scope.ward, campaign=scope.campaign).exists():
        return FigureValue(value=None)
    unit = scope.unit.slug if scope.unit else None
    url = address(reverse("models_registry:entry_list"), on, scope.campaign, unit=unit, state=state)
    return FigureValue(value=value, rows=rows, url=url)
