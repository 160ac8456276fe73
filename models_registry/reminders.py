"""Texts of messages, and the steps of models that rules may remind of."""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.access import Permission
from accounts.models import User
from accounts.seats import Seats
from models_registry.choices import ModelState
from models_registry.models import MobilizationModel, ModelStep
from notifications.models import Message, ReminderRule
from notifications.registry import Source, Target, Words, add_source, add_words


# ---- texts --------------------------------------------------------------------------------------------
def _reason(registration: MobilizationModel, message: Message) -> Mapping[str, Any]:
    last = registration.transitions.order_by("-id").first()
    return {"reason": last.reason if last else ""}


def _step(step: ModelStep, message: Message) -> Mapping[str, Any]:
    return {"title": step.mobilization_model, "unit": step.mobilization_model.unit, "place": step.get_kind_display()}


add_words(
    Words(
        "models_registry.model.submitted",
        line=_("{unit} asks for approval of the model “{title}”"),
        label=_("Model sent for approval"),
        permission=Permission.MODEL_DECIDE,
    )
)
add_words(
    Words(
        "models_registry.model.accepted",
        line=_("The ward approved the model “{title}”"),
        body="{reason}",
        values=_reason,
        label=_("Model approved"),
        permission=Permission.MODEL_REGISTER,
    )
)
add_words(
    Words(
        "models_registry.model.returned",
        line=_("The ward asks for more on the model “{title}”: {reason}"),
        values=_reason,
        label=_("More asked for on a model"),
        permission=Permission.MODEL_REGISTER,
    )
)
add_words(
    Words(
        "models_registry.model.rejected",
        line=_("The ward did not approve the model “{title}”: {reason}"),
        values=_reason,
        label=_("Model not approved"),
        permission=Permission.MODEL_REGISTER,
    )
)
add_words(
    Words(
        "models_registry.model.corrected",
        line=_("The ward corrected its decision on the model “{title}”: {reason}"),
        values=_reason,
        label=_("Decision on a model corrected"),
        permission=Permission.MODEL_REGISTER,
    )
)
add_words(
    Words(
        "models_registry.model.withdrawn",
        line=_("{unit} withdrew the model “{title}”: {reason}"),
        values=_reason,
        label=_("Model withdrawn"),
        permission=Permission.MODEL_DECIDE,
    )
)
add_words(
    Words(
        "models_registry.entry.submitted",
        line=_("{unit} handed in the entry “{title}”"),
        label=_("Contest entry handed in"),
        permission=Permission.CONTEST_MANAGE,
    )
)
add_words(
    Words(
        "models_registry.entry.resubmitted",
        line=_("{unit} handed in the revised entry “{title}”"),
        label=_("Revised contest entry handed in"),
        permission=Permission.CONTEST_MANAGE,
    )
)
add_words(
    Words(
        "models_registry.entry.revision_asked",
        line=_("The ward asks for a revision of the entry “{title}”: {reason}"),
        values=_reason,
        label=_("Revision of a contest entry asked for"),
        permission=Permission.ENTRY_WRITE,
    )
)
add_words(
    Words(
        "models_registry.step.due",
        line=_("{unit}, model “{title}”: {place}, due {due}"),
        values=_step,
        related=("mobilization_model__campaign", "mobilization_model__unit"),
        permission=Permission.MODEL_REGISTER,
    )
)


add_words(
    Words(
        "models_registry.step.reminded",
        line=_("{unit}, model “{title}”: {place} was due {due}, {days} days ago. The ward asks you to report it."),
        label=_("Reminder of a step that the ward sent by hand"),
        values=lambda step, message: {**_step(step, message), "due": step.due_on},
        related=("mobilization_model__campaign", "mobilization_model__unit"),
        wanted=lambda step, message, seats: step.done_on is None and step.mobilization_model.state == ModelState.ACTIVE,
        permission=Permission.MODEL_REGISTER,
    )
)


# ---- steps due ----------------------------------------------------------------------------------------
def _due_steps(rule: ReminderRule, start: datetime.date, end: datetime.date) -> Iterable[Target]:
    steps = ModelStep.objects.filter(ward_id=rule.ward_id, due_on__range=(start, end)).open().with_laid_out_at()
    steps = steps.select_related("mobilization_model__campaign", "mobilization_model__unit")
    return (Target(step, step.due_on, since=step.laid_out_at) for step in steps.iterator())


def _people(target: Target, seats: Seats) -> list[User]:
    """Who registers models and writes entries for the unit."""
    return seats.in_units(Permission.MODEL_REGISTER, [target.subject.mobilization_model.unit_id])


def _still_due(target: Target) -> bool:
    step = target.subject
    running = step.mobilization_model.state == ModelState.ACTIVE
    return running and step.done_on is None and step.due_on == target.on


add_source(
    Source(
        code="models_registry.step.due",
        label=_("Step of a model due"),
        anchors={"due_on": _("due day")},
        targets=_due_steps,
        recipients=_people,
        still_due=_still_due,
        words="models_registry.step.due",
        campaign=lambda step: step.mobilization_model.campaign,
    )
)
