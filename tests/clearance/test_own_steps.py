"""A household's own steps beside the shared ones, arrivals after the cut-off date, and the figures of payment."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from clearance.choices import StepState
from clearance.models import Household, MobilisationLoop, OwnStep, ProcedureStep
from clearance.models.procedure import reach
from core.figures import Scope, get_figure
from core.models import today
from tests.clearance import factories as make
from tests.clearance.test_loops import BODIES, household, reached, said
from tests.factories import worked
from tests.world import World

__all__ = ["household"]
ONE_DAY = datetime.timedelta(days=1)
UNPAID, IN_TIME, VOLUNTARY, LATE, DECIDED = (
    f"clearance.{name}.by_project"
    for name in ("handed_before_paid", "paid_in_time", "handed_voluntarily", "paid_late", "enforcement_decided")
)


def states(client: Client, household: Household) -> dict[str, StepState]:
    return {row.step.code: row.state for row in client.get(household.get_absolute_url()).context["standings"]}


def value(world: World, key: str, days: int = 0) -> Any:
    return get_figure(key).value(Scope(world.ward, world.campaign), today() + days * ONE_DAY)


def test_steps_are_shared_until_the_household_stands_elsewhere(
    world: World, sign_in: Callable, household: Household
) -> None:
    officer: Client = sign_in(world.clearance_officer)
    steps = {step.code: step for step in ProcedureStep.objects.filter(ward=world.ward)}
    reach(steps["B06"], household.project, by=None, campaign=world.campaign, on=today())
    found = states(officer, household)
    assert (found["B04"], found["B06"], found["B07"]) == (StepState.DONE, StepState.IN_WORK, StepState.NOT_BEGUN)
    assert "B04a" not in found, "only the main line is shared"
    new = reverse("clearance:own_step_new", args=[household.project.slug, household.number])
    sent = {"step": steps["B04"].pk, "state": "step_not_needed", "on": said(today()), "reason": ""}
    assert "vì sao" in str(officer.post(new, sent).context["form"].errors).lower()
    assert officer.post(new, sent | {"reason": "Đất trống"}).status_code == 302
    assert officer.post(new, sent | {"step": steps["B04a"].pk, "state": "step_in_work"}).status_code == 302
    found = states(officer, household)
    assert (found["B04"], found["B04a"]) == (StepState.NOT_APPLICABLE, StepState.IN_WORK)
    page = officer.get(household.get_absolute_url()).content.decode()
    assert "Đất trống" in page
    listed = officer.get(reverse("clearance:household_list", args=[household.project.slug]), {"own": "1"})
    assert [row.number for row in listed.context["page"].object_list] == [household.number]
    assert "?own=1" in officer.get(household.project.get_absolute_url()).content.decode()
    row = OwnStep.objects.get(step=steps["B04"])
    with pytest.raises(IntegrityError), transaction.atomic():
        OwnStep.objects.filter(pk=row.pk).update(reason="")
    assert officer.post(reverse("clearance:own_step_void", args=[row.pk]), {"reason": "Nhầm"}).status_code == 302
    assert states(officer, household)["B04"] == StepState.DONE


def test_a_milestone_is_not_typed_again_as_a_step(world: World, sign_in: Callable, household: Household) -> None:
    officer: Client = sign_in(world.clearance_officer)
    assert states(officer, household)["B09"] == StepState.NOT_BEGUN
    reached(household, world, "approved", days=3)
    assert states(officer, household)["B09"] == StepState.DONE


def test_who_came_after_the_cut_off_date_is_said_and_stays(
    world: World, sign_in: Callable, household: Household, place: dict
) -> None:
    officer: Client = sign_in(world.clearance_officer)
    household.project.cut_off_on = today() - 30 * ONE_DAY
    household.project.save(update_fields=["cut_off_on"])
    edit = reverse("clearance:household_edit", args=[household.project.slug, household.number])
    sent = {"address_line": household.address_line, "arrived_on": said(today() - 3 * ONE_DAY)}
    assert officer.post(edit, sent).status_code == 302
    words = f"Sau ngày chốt {said(today() - 30 * ONE_DAY)}"
    households = reverse("clearance:household_list", args=[household.project.slug])
    for address in (household.get_absolute_url(), households):
        assert words in officer.get(address).content.decode()
    late = officer.get(households, {"late": "1"}).context["page"].object_list
    assert [row.number for row in late] == [household.number]
    assert len(officer.get(households).context["page"].object_list) == 4, "nobody is left out"


def test_the_figures_of_payment_open_exactly_their_households(
    world: World, sign_in: Callable, household: Household, place: dict
) -> None:
    officer: Client = sign_in(world.clearance_officer)
    other, third = place["of_cell"][1], place["of_team"]
    for row in (other, third):
        row.project = household.project
    reached(household, world, "approved", days=50)
    reached(household, world, "paid", days=30)  # in time
    reached(household, world, "handed_over", days=20)
    reached(other, world, "approved", days=50)
    reached(other, world, "handed_over", days=25)  # before the money
    reached(other, world, "deposited", days=2)  # late
    assert [value(world, UNPAID, days).value for days in (-26, -25, 0)] == [0, 1, 1]
    assert [value(world, IN_TIME, days).value for days in (-31, -30, 0)] == [0, 1, 1]
    assert [value(world, VOLUNTARY, days).value for days in (-26, -25, -20)] == [0, 1, 2]
    loop = MobilisationLoop(ward=world.ward, household=other, kind="handover", words="thử", **BODIES)
    loop.opened_on, loop.decision, loop.decided_on = today() - 40 * ONE_DAY, "7", today() - 26 * ONE_DAY
    loop.save()
    assert value(world, VOLUNTARY).value == 1
    allowed = worked(today() - (50 - 30) * ONE_DAY)  # the last day that the law allows for the payment of the other
    last = (today() - allowed).days
    assert [value(world, LATE, days).value for days in (-last, 1 - last, 0)] == [0, 1, 1]
    words = [value(world, LATE, days).parts[household.project.slug].beside for days in (1 - last, -3, 0)]
    told = "chưa chi trả: {}; chậm nhiều nhất {} ngày"
    assert words == [told.format(1, 1), told.format(1, last - 3), told.format(0, last - 2)]
    assert [value(world, DECIDED, days).value for days in (-27, -26, 0)] == [0, 1, 1]
    assert value(world, DECIDED).parts[household.project.slug].beside == "trong đó đã bàn giao: 1"
    rows = ((UNPAID, other), (IN_TIME, household), (VOLUNTARY, household), (LATE, other), (DECIDED, other))
    for key, numbers in ((key, [row.number]) for key, row in rows):
        part = value(world, key).parts[household.project.slug]
        page = officer.get(part.url)
        assert [row.number for row in page.context["page"].object_list] == numbers, key
    MobilisationLoop.objects.update(ending="mistaken", ended_on=today(), ending_note="Mở nhầm")
    assert (value(world, DECIDED).value, value(world, VOLUNTARY).value) == (0, 2), "opened in error, it never was"


def test_a_dialogue_s_step_is_one_of_the_procedure_and_an_older_word_stays(
    world: World, sign_in: Callable, household: Household
) -> None:
    officer: Client = sign_in(world.clearance_officer)
    dialogue = make.dialogue(household.project, world.campaign, step_code="Họp 2")
    edit = reverse("clearance:dialogue_edit", args=[household.project.slug, dialogue.pk])
    offered = dict(officer.get(edit).context["form"].fields["step_code"].choices)
    assert {"B07a", "Họp 2"} <= set(offered)
    new = reverse("clearance:dialogue_new", args=[household.project.slug])
    assert "Họp 2" not in dict(officer.get(new).context["form"].fields["step_code"].choices)
