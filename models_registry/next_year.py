"""What the registry of a new year takes over: its fields, its terms, and models that go on."""

import datetime
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from core.models import save_all
from core.next_year import Turn, part
from models_registry.choices import APPRAISED, ModelState, Origin
from models_registry.models import (
    FellowRegistrant,
    MobilizationModel,
    ModelArea,
    ModelUndertaking,
    Participation,
    RegistrationTerms,
    TargetIndicator,
    ThemeField,
)

SAID = [
    *("title", "subject", "person_name", "rationale", "approach", "beneficiaries", "expected_output"),
    *("sustainability", "budget", "man_days", "resources", "contact"),
]
# What goes over as it is, with the columns of each. Milestones and days are of their year.
GO_ALONG: list[tuple[str, Any, tuple[str, ...]]] = [
    ("fellows", FellowRegistrant, ("order", "name")),
    ("participations", Participation, ("unit_id", "name", "role", "part")),
    ("areas", ModelArea, ("unit_id",)),
    ("about", ModelUndertaking, ("undertaking_id",)),
]
GO_ON = (ModelState.ACTIVE, *APPRAISED, ModelState.CONCLUDED)


def _fields(turn: Turn) -> QuerySet:
    there = ThemeField.objects.filter(ward=turn.new.ward_id, campaign=turn.new).values("code")
    rows = ThemeField.objects.filter(ward=turn.old.ward_id, campaign=turn.old).exclude(code__in=there)
    ended = Q(official_field__valid_to__lt=turn.new.opens_on)
    return rows.exclude(ended).select_related("official_field")


def _carry_fields(turn: Turn, rows: QuerySet) -> list[int]:
    made = [
        ThemeField(
            ward_id=row.ward_id,
            campaign=turn.new,
            code=row.code,
            label=row.label,
            official_field_id=row.official_field_id,
            order=row.order,
        )
        for row in rows
    ]
    save_all(made)
    return [row.pk for row in made]


def _terms(turn: Turn) -> QuerySet:
    rows = RegistrationTerms.objects.filter(ward=turn.old.ward_id, campaign=turn.old)
    has_own = RegistrationTerms.objects.filter(ward=turn.new.ward_id, campaign=turn.new).exists()
    return rows.none() if has_own else rows


def _carry_terms(turn: Turn, rows: QuerySet) -> list[int]:
    made = []
    for row in rows:
        fresh = RegistrationTerms(ward_id=row.ward_id, campaign=turn.new)
        fresh.review_days, fresh.amend_days = row.review_days, row.amend_days
        fresh.registers_until = row.registers_until and _moved(turn, row.registers_until)
        made.append(fresh)
    save_all(made)
    return [row.pk for row in made]


def _moved(turn: Turn, day: datetime.date) -> datetime.date:
    """The same day of the new year, and never outside it."""
    same = day + relativedelta(years=turn.new.year - turn.old.year)
    return min(max(same, turn.new.opens_on), turn.new.closes_on)


def _models(turn: Turn) -> QuerySet:
    """Those under way or concluded, of units that are there in the new year, and that no model of it continues yet."""
    units = Unit.objects.filter(ward=turn.old.ward_id).valid_on(turn.new.opens_on)
    rows = MobilizationModel.objects.filter(ward=turn.old.ward_id, campaign=turn.old, state__in=GO_ON)
    continued = MobilizationModel.objects.filter(ward=turn.new.ward_id, campaign=turn.new, previous__isnull=False)
    return rows.filter(unit__in=units).exclude(pk__in=continued.values("previous"))


def _carry_models(turn: Turn, rows: QuerySet) -> list[int]:
    """Drafts, so that each unit looks at its own before it registers it anew."""
    fields = {field.code: field for field in ThemeField.objects.filter(ward=turn.new.ward_id, campaign=turn.new)}
    olds = list(rows.select_related("theme_field").prefetch_related("targets", *(name for name, *_keys in GO_ALONG)))
    made = []
    for old in olds:
        fresh = MobilizationModel(ward_id=old.ward_id, campaign=turn.new, unit_id=old.unit_id)
        fresh.origin, fresh.previous, fresh.entered_for_unit_by = Origin.KEPT, old, turn.by
        fresh.theme_field = fields.get(old.theme_field.code) if old.theme_field else None
        for name in SAID:
            setattr(fresh, name, getattr(old, name))
        made.append(fresh)
    MobilizationModel.start_all(made, by=turn.by)
    pairs = list(zip(olds, made, strict=True))
    units = Unit.objects.filter(ward=turn.old.ward_id).valid_on(turn.new.opens_on)
    there = {None, *units.values_list("pk", flat=True)}  # what takes part in an old model may have ended since
    save_all(
        [
            TargetIndicator(
                ward_id=old.ward_id,
                mobilization_model=fresh,
                name=target.name,
                unit_of_measure=target.unit_of_measure,
                target=target.target,
            )
            for old, fresh in pairs
            for target in old.targets.all()
        ]
    )
    for related, table, keys in GO_ALONG:
        save_all(
            [
                table(ward_id=old.ward_id, mobilization_model=fresh, **{key: getattr(row, key) for key in keys})
                for old, fresh in pairs
                for row in getattr(old, related).all()
                if getattr(row, "unit_id", None) in there
            ]
        )
    return [row.pk for row in made]


part(
    "fields",
    _("Fields of the theme"),
    order=20,
    rows=_fields,
    carry=_carry_fields,
    hint=_("With the official field that each counts for. Change them afterwards to fit the new theme."),
)
part(
    "terms",
    _("Terms of registration"),
    order=21,
    rows=_terms,
    carry=_carry_terms,
    hint=_("The last day of registration becomes the same day of the new year."),
)
part(
    "models",
    _("Models that go on"),
    order=22,
    rows=_models,
    carry=_carry_models,
    hint=_("As drafts marked as kept up: each unit looks at its own, completes the days and sends it to the ward."),
    ticked=False,
)
