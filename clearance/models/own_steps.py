"""Where a household's own step of the procedure differs from that of its batch or project."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.access import Decision
from campaigns.models import Campaign
from clearance.choices import STEP_MILESTONES, StepKind, StepState
from clearance.models.file import FileRow
from clearance.models.households import Household
from clearance.models.procedure import ProcedureStep
from clearance.querysets import OwnStepQuerySet
from clearance.validators import no_personal_number
from core.keys import WardKey
from core.models import tracked

if TYPE_CHECKING:
    from accounts.models import User


@tracked
class OwnStep(FileRow):
    """From a day on the household's step stands so. The newest of a step holds; void, the shared one does again."""

    code = "own_step"

    household = WardKey(Household, models.PROTECT, related_name="own_steps", verbose_name=_("household"))
    step = WardKey(ProcedureStep, models.PROTECT, related_name="+", verbose_name=_("step of the procedure"))
    state = models.CharField(_("how it stands"), max_length=15, choices=StepState)
    reason = models.CharField(_("reason"), max_length=200, blank=True, validators=[no_personal_number])

    objects = OwnStepQuerySet.as_manager()

    class Meta(FileRow.Meta):
        verbose_name = _("household's own step")
        verbose_name_plural = _("households' own steps")
        constraints = [
            *FileRow.Meta.constraints,
            models.CheckConstraint(
                name="clearance_ownstep_reason",
                condition=~Q(state=StepState.NOT_APPLICABLE) | ~Q(reason=""),
                violation_error_message=_("Say why the step does not apply."),
            ),
        ]

    def can_void(self, user: "User", campaign: Campaign) -> Decision:
        return self.household.project.can_manage(user, campaign)

    def __str__(self) -> str:
        return f"{self.step}: {self.get_state_display()}"


@dataclass(frozen=True)
class Standing:
    """A step as it stands for one household. own: the row that says so; milestone: what the file has of it."""

    step: ProcedureStep
    state: StepState
    own: OwnStep | None = None
    milestone: Any = None


def standings(
    steps: Iterable[ProcedureStep],
    *,
    shared: ProcedureStep | None,
    own: Iterable[OwnStep],
    milestones: Iterable[Any],
    on: datetime.date,
) -> list[Standing]:
    """The main line for one household on a day: its own rows, else its milestones, else what is shared."""
    newest: dict[str, OwnStep] = {}
    for row in sorted(own, key=lambda row: (row.on, row.pk)):
        if not row.is_void and row.on <= on:
            newest[row.step.code] = row
    reached = {row.kind: row for row in milestones if not row.is_void and row.on <= on}
    found = []
    for step in steps:
        mine = newest.get(step.code)
        kinds = STEP_MILESTONES.get(step.code, ())
        milestone = next((reached[kind] for kind in kinds if kind in reached), None)
        if mine:
            found.append(Standing(step, StepState(mine.state), own=mine))
        elif milestone:
            found.append(Standing(step, StepState.DONE, milestone=milestone))
        elif step.kind == StepKind.MAIN:
            found.append(Standing(step, _as_shared(step, shared)))
    return found


def _as_shared(step: ProcedureStep, shared: ProcedureStep | None) -> StepState:
    if shared is None or step.order > shared.order:
        return StepState.NOT_BEGUN
    return StepState.IN_WORK if step.order == shared.order else StepState.DONE
