"""Acts over many registrations at once."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from accounts import access
from accounts.access import Permission
from accounts.models import Unit, User
from campaigns.models import Campaign
from core.imports import built_on, changed_since
from core.models import save_all, today
from deadlines.models import Calendar
from models_registry.choices import ModelState
from models_registry.models import (
    MobilizationModel,
    MobilizationModelTransition,
    ModelStep,
    RegistrationTerms,
    TargetIndicator,
)
from models_registry.querysets import MobilizationModelQuerySet, ModelStepQuerySet
from notifications import outbox
from notifications.models import Event


@dataclass(frozen=True)
class Registered:
    """A registration that the ward has on paper. accepted_on: None while it waits for the ward's decision."""

    fields: Mapping[str, Any]  # of the model
    target: Mapping[str, Any]  # of its one target
    registered_on: datetime.date
    accepted_on: datetime.date | None = None


def register_all(campaign: Campaign, new: Sequence[Registered], *, by: User) -> list[MobilizationModel]:
    """Registrations of units on a list of the ward, all or none, each with its code and its dated steps.

    Nobody is told of one by one: what still waits for a decision stands on the deciders' page.
    """
    campaign.require_open()
    access.require(access.can(by, Permission.MODEL_REGISTER))
    if any(one.accepted_on for one in new):
        access.require(access.can(by, Permission.MODEL_DECIDE))
    terms = RegistrationTerms.of(campaign)
    with transaction.atomic(), outbox.together():
        MobilizationModel.queue_for_codes(campaign)
        codes = MobilizationModel.free_codes(campaign, len(new))
        rows = [
            MobilizationModel(
                ward_id=campaign.ward_id,
                campaign=campaign,
                code=code,
                state=ModelState.SUBMITTED,
                is_late=terms.is_late(one.registered_on),
                **one.fields,
            )
            for code, one in zip(codes, new, strict=True)
        ]
        for row in rows:
            row.entered_for_unit_by = row.entered_for(by)
        pairs = sorted(zip(rows, new, strict=True), key=lambda pair: pair[1].registered_on)
        for day, of_day in groupby(pairs, lambda pair: pair[1].registered_on):
            MobilizationModel.start_all([row for row, _one in of_day], by=by, on=day)
        save_all(
            [
                TargetIndicator(ward_id=campaign.ward_id, mobilization_model=row, **one.target)
                for row, one in zip(rows, new, strict=True)
            ]
        )
        _accept_all(campaign, [(row, one.accepted_on) for row, one in pairs if one.accepted_on], by)
        for row, one in zip(rows, new, strict=True):
            facts = {"subject": row, "by": by, "on": one.registered_on, "unit": row.unit, "code": row.code}
            outbox.record("models_registry.model.listed", **facts)
    return rows


def _accept_all(campaign: Campaign, accepted: list[tuple[MobilizationModel, datetime.date]], by: User) -> None:
    """As `MobilizationModel.accept` does for each, of rows that were sent in this transaction."""
    calendar, ward_id = Calendar(campaign.ward_id), campaign.ward_id
    rows = MobilizationModel.objects.filter(ward=ward_id, pk__in=[row.pk for row, _day in accepted])
    rows.update(state=ModelState.ACTIVE)
    steps, moves = [], []
    for row, day in accepted:
        row.state = ModelState.ACTIVE
        moves.append(
            MobilizationModelTransition(
                ward_id=ward_id,
                mobilization_model=row,
                old=ModelState.SUBMITTED,
                new=ModelState.ACTIVE,
                by=by,
                on=day,
            )
        )
        for order, (kind, due_on) in enumerate(row.planned_steps(day, calendar), start=1):
            steps.append(ModelStep(ward_id=ward_id, mobilization_model=row, kind=kind, order=order, due_on=due_on))
    save_all(moves)
    save_all(steps)


def withdraw_all(campaign: Campaign, models: Sequence[int], *, by: User, reason: str) -> None:
    """Registrations of a list that was brought in by mistake, all or none: ValidationError says what was done since."""
    campaign.require_open()
    access.require(access.can(by, Permission.MODEL_REGISTER))
    ward_id, own = campaign.ward_id, [MobilizationModelTransition, ModelStep, TargetIndicator]
    parts = {part: Q(mobilization_model__in=models) for part in (ModelStep, TargetIndicator)}
    with transaction.atomic(), outbox.together():
        used = built_on(MobilizationModel, models, ward=ward_id, own=own)
        used += changed_since(MobilizationModel, models, ward=ward_id, parts=parts)
        if used:
            raise ValidationError(_("These models are in use, so they stay: %(what)s.") % {"what": "; ".join(used)})
        rows = list(MobilizationModel.objects.filter(ward=ward_id, pk__in=models).select_related("unit"))
        MobilizationModel.objects.filter(ward=ward_id, pk__in=models).update(state=ModelState.WITHDRAWN)
        save_all(
            [
                MobilizationModelTransition(
                    ward_id=ward_id,
                    mobilization_model=row,
                    old=row.state,
                    new=ModelState.WITHDRAWN,
                    by=by,
                    on=today(),
                    reason=reason,
                )
                for row in rows
            ]
        )
        for row in rows:
            outbox.record("models_registry.model.unlisted", subject=row, by=by, unit=row.unit, code=row.code)


def remind_units(steps: ModelStepQuerySet, *, by: User) -> int:
    """Tell the units of overdue steps, of each step at most once a day; of how many.

    Who reminds at the same moment waits here, and then finds what was reminded of meanwhile.
    """
    with transaction.atomic(), outbox.together():
        keys = list(steps.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))
        rows = list(ModelStep.objects.filter(pk__in=keys).remindable(today()).for_list())
        for step in rows:
            outbox.record("models_registry.step.reminded", subject=step, by=by, unit=step.mobilization_model.unit)
    return len(rows)


def ask_for_news(models: MobilizationModelQuerySet, *, days: int, by: User) -> int:
    """Ask the units of models that are silent for so many days, one message a unit, at most once a day; how many.

    Who asks at the same moment waits here, and then finds which units were asked meanwhile.
    """
    with transaction.atomic(), outbox.together():
        units = [row.unit_id for row in models.order_by("pk")]
        list(Unit.objects.filter(pk__in=units).order_by("pk").select_for_update(no_key=True))
        asked = silent_by_unit(models)
        for unit, rows in asked.items():
            facts = {"models": [row.pk for row in rows], "count": len(rows), "days": days}
            outbox.record("models_registry.unit.asked_for_news", subject=unit, by=by, unit=unit, **facts)
    return len(asked)


def silent_by_unit(models: MobilizationModelQuerySet) -> dict[Unit, list[MobilizationModel]]:
    """The models by their units, without the units that were asked for news today."""
    told = Event.objects.filter(kind="models_registry.unit.asked_for_news", on=today()).filter(
        ward_id=OuterRef("ward_id"), unit=OuterRef("unit")
    )
    found: dict[Unit, list[MobilizationModel]] = {}
    for row in models.exclude(Exists(told)).select_related("unit").order_by("unit__sort_key", "code", "pk"):
        found.setdefault(row.unit, []).append(row)
    return found
