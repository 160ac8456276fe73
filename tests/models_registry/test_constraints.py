"""What the database refuses, whoever asks."""

from collections.abc import Callable

import pytest
from django.db import DatabaseError, transaction

from core.models import today
from models_registry.choices import StepKind
from models_registry.models import (
    Contest,
    MobilizationModel,
    MobilizationModelTransition,
    ModelStep,
    ProgressValue,
    RegistrationTerms,
    TargetIndicator,
    ThemeField,
)
from tests import factories
from tests.models_registry import factories as make
from tests.world import World


def another_target(world: World, row: MobilizationModel) -> None:
    TargetIndicator.objects.filter(mobilization_model=row).update(target=0)


def the_same_step(world: World, row: MobilizationModel) -> None:
    ModelStep.objects.create(ward=world.ward, mobilization_model=row, kind=StepKind.REVIEW, order=6, due_on=today())


def the_same_field(world: World, row: MobilizationModel) -> None:
    ThemeField.objects.create(
        ward=world.ward,
        campaign=world.campaign,
        code=row.theme_field.code,
        label="Hai lần",
        official_field=row.theme_field.official_field,
    )


def terms_twice(world: World, row: MobilizationModel) -> None:
    for _n in range(2):
        RegistrationTerms.objects.create(ward=world.ward, campaign=world.campaign)


def the_same_work(world: World, row: MobilizationModel) -> None:
    work = factories.undertaking(world.campaign)
    for _n in range(2):
        row.about.create(ward=world.ward, undertaking=work)


def a_value_twice(world: World, row: MobilizationModel) -> None:
    update = row.updates.create(ward=world.ward, on=today())
    for _n in range(2):
        ProgressValue.objects.create(ward=world.ward, update=update, indicator=row.targets.get(), value=1)


def a_contest_that_ends_before_it_begins(world: World, row: MobilizationModel) -> None:
    contest = make.contest(world.campaign, world.campaign_officer)
    Contest.objects.filter(pk=contest.pk).update(opens_on="2026-02-02", closes_on="2026-02-01")


def a_changed_transition(world: World, row: MobilizationModel) -> None:
    MobilizationModelTransition.objects.filter(mobilization_model=row).update(reason="khác")


def a_unit_of_another_ward(world: World, row: MobilizationModel) -> None:
    MobilizationModel.objects.filter(pk=row.pk).update(unit=factories.unit(world.other_ward))
    with transaction.get_connection().cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


ACTS = [
    another_target,
    the_same_step,
    the_same_field,
    terms_twice,
    the_same_work,
    a_value_twice,
    a_contest_that_ends_before_it_begins,
    a_changed_transition,
    a_unit_of_another_ward,
]


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_the_database_refuses(world: World, act: Callable) -> None:
    row = make.accepted(world.campaign, world.cell, world.head, world.leadership)
    with pytest.raises(DatabaseError), transaction.atomic():
        act(world, row)
