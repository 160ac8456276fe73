"""What the database refuses, whoever asks."""

from collections.abc import Callable

import pytest
from django.db import DatabaseError, transaction

from core.models import today
from models_registry.choices import StepKind
from models_registry.models import (
    Assessment,
    Contest,
    MobilizationModel,
    MobilizationModelTransition,
    ModelStep,
    ProgressValue,
    RegistrationTerms,
    Rubric,
    Score,
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


def _scored(world: World) -> Score:
    registration = make.self_assessed(world.campaign, world.cell, world.head, world.leadership)
    appraisal = make.opened(registration, world.leadership, [world.leadership, world.neighbour])
    return make.hand_in(appraisal, world.neighbour, 50, 40).scores.get(points=50)


def more_points_than_there_are(world: World, row: MobilizationModel) -> None:
    Score.objects.filter(pk=_scored(world).pk).update(points=61)


def points_taken_off_without_a_reason(world: World, row: MobilizationModel) -> None:
    Score.objects.filter(pk=_scored(world).pk).update(reason="")


def a_person_who_scores_twice(world: World, row: MobilizationModel) -> None:
    sheet = _scored(world).assessment
    sheet.appraisal.assessments.create(ward=world.ward, assessor=sheet.assessor)


def standing_aside_after_scoring(world: World, row: MobilizationModel) -> None:
    sheets = Assessment.objects.filter(pk=_scored(world).assessment_id)
    sheets.update(stood_aside_on=today(), stood_aside_why="Bận")


def two_appraisals_under_way(world: World, row: MobilizationModel) -> None:
    appraisal = _scored(world).assessment.appraisal
    more = {"rubric": appraisal.rubric, "due_on": appraisal.due_on}
    appraisal.mobilization_model.appraisals.create(ward=world.ward, **more)


def a_decision_without_its_number(world: World, row: MobilizationModel) -> None:
    row.conclusions.create(ward=world.ward, **make.decision(number=""))


def a_refusal_without_its_reason(world: World, row: MobilizationModel) -> None:
    row.conclusions.create(ward=world.ward, **make.decision(outcome="not_recognised"))


def two_decisions_that_hold(world: World, row: MobilizationModel) -> None:
    for number in ("15-QĐ/ĐU", "16-QĐ/ĐU"):
        row.conclusions.create(ward=world.ward, **make.decision(number=number))


def an_inspection_without_findings(world: World, row: MobilizationModel) -> None:
    row.inspections.create(ward=world.ward, on=today(), inspectors="Ban chỉ đạo", findings="")


def two_editions_at_once(world: World, row: MobilizationModel) -> None:
    old = make.rubric(world.ward, world.leadership)
    Rubric.objects.create(ward=world.ward, name="Hai", source="HD", valid_from=old.valid_from)


def a_unit_of_another_ward(world: World, row: MobilizationModel) -> None:
    MobilizationModel.objects.filter(pk=row.pk).update(unit=factories.unit(world.other_ward))
    with transaction.get_connection().cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def a_body_without_a_name(world: World, row: MobilizationModel) -> None:
    row.participations.create(ward=world.ward)


def a_unit_and_a_name_at_once(world: World, row: MobilizationModel) -> None:
    row.participations.create(ward=world.ward, unit=world.front, name="Trường học")


def a_unit_that_takes_part_twice(world: World, row: MobilizationModel) -> None:
    for role in ("cooperates", "joins"):
        row.participations.create(ward=world.ward, unit=world.front, role=role)


def a_body_that_takes_part_twice(world: World, row: MobilizationModel) -> None:
    for _n in range(2):
        row.participations.create(ward=world.ward, name="Trường học")


def a_person_without_a_name(world: World, row: MobilizationModel) -> None:
    row.fellows.create(ward=world.ward, order=1, name="")


def two_people_in_one_place(world: World, row: MobilizationModel) -> None:
    for name in ("Trần Văn Bình", "Lê Thị Chi"):
        row.fellows.create(ward=world.ward, order=1, name=name)


def the_same_place_twice(world: World, row: MobilizationModel) -> None:
    for _n in range(2):
        row.areas.create(ward=world.ward, unit=world.front)


def the_same_task_twice(world: World, row: MobilizationModel) -> None:
    task = factories.task(world.campaign, world.cell)
    for _n in range(2):
        row.served.create(ward=world.ward, task=task)


def less_than_no_money(world: World, row: MobilizationModel) -> None:
    MobilizationModel.objects.filter(pk=row.pk).update(budget=-1)


ACTS = [
    a_body_without_a_name,
    a_unit_and_a_name_at_once,
    a_unit_that_takes_part_twice,
    a_body_that_takes_part_twice,
    a_person_without_a_name,
    two_people_in_one_place,
    the_same_place_twice,
    the_same_task_twice,
    less_than_no_money,
    another_target,
    the_same_step,
    the_same_field,
    terms_twice,
    the_same_work,
    a_value_twice,
    a_contest_that_ends_before_it_begins,
    a_changed_transition,
    more_points_than_there_are,
    points_taken_off_without_a_reason,
    a_person_who_scores_twice,
    standing_aside_after_scoring,
    two_appraisals_under_way,
    a_decision_without_its_number,
    a_refusal_without_its_reason,
    two_decisions_that_hold,
    two_editions_at_once,
    an_inspection_without_findings,
    a_unit_of_another_ward,
]


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_the_database_refuses(world: World, act: Callable) -> None:
    row = make.accepted(world.campaign, world.cell, world.head, world.leadership)
    with pytest.raises(DatabaseError), transaction.atomic():
        act(world, row)
