"""Texts of messages, and the steps of models that rules may remind of."""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.access import Permission
from accounts.models import Unit, User
from accounts.seats import Seats
from models_registry.choices import HonourKind, ModelState
from models_registry.models import HONOURS, Appraisal, Assessment, EntryQuota, MobilizationModel, ModelStep
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


# ---- appraisal ----------------------------------------------------------------------------------------
_MODEL = "appraisal__mobilization_model"


def _conclusion(registration: MobilizationModel, message: Message) -> Mapping[str, Any]:
    decided = registration.valid_conclusion()
    said = [decided.words, decided.reason] if decided else []
    return {"reason": ". ".join(filter(None, said))}


def _honour(registration: MobilizationModel, message: Message) -> Mapping[str, Any]:
    """The fact that the event is about."""
    if not message.event:
        return {}
    facts = message.event.facts
    rows = HONOURS[HonourKind(facts["honour"])].objects.filter(ward=registration.ward_id, pk=facts["row"])
    return {"reason": next((row.words for row in rows), "")}


def _proposal(registration: MobilizationModel, message: Message) -> Mapping[str, Any]:
    """What it is proposed for and to which level, and why it was taken back."""
    row = message.event and registration.proposals.filter(pk=message.event.facts["row"]).first()
    return {"reason": ". ".join(filter(None, [str(row), row.taken_back_why])) if row else ""}


def _origin(registration: MobilizationModel, message: Message) -> Mapping[str, Any]:
    """The model of another unit that this one takes up, as long as that is written down."""
    row = registration.taken_up_from.select_related("mobilization_model__unit").first()
    return {"reason": f"{row.mobilization_model}, {row.mobilization_model.unit}" if row else ""}


def _sheet(sheet: Assessment, message: Message) -> Mapping[str, Any]:
    registration = sheet.appraisal.mobilization_model
    return {"title": registration, "unit": registration.unit, "who": sheet.assessor, "due": sheet.appraisal.due_on}


def _appraised(appraisal: Appraisal, message: Message) -> Mapping[str, Any]:
    return {"title": appraisal.mobilization_model, "unit": appraisal.mobilization_model.unit}


add_words(
    Words(
        "models_registry.model.self_assessed",
        line=_("{unit} handed in its self-assessment of the model “{title}”. Open the appraisal."),
        label=_("Self-assessment of a model handed in"),
        wanted=lambda row, message, seats: row.state == ModelState.SELF_ASSESSED,
        permission=Permission.MODEL_DECIDE,
    )
)
add_words(
    Words(
        "models_registry.model.sent_to_work",
        line=_("The ward asks for more work on the model “{title}”: {reason}"),
        values=_reason,
        label=_("Model sent back to work"),
        permission=Permission.MODEL_REGISTER,
    )
)
add_words(
    Words(
        "models_registry.model.concluded",
        line=_("The ward decided on the model “{title}”: {reason}"),
        values=_conclusion,
        label=_("Decision after an appraisal"),
        wanted=lambda row, message, seats: row.valid_conclusion() is not None,
        permission=Permission.MODEL_REGISTER,
    )
)
add_words(
    Words(
        "models_registry.model.inspected",
        line=_("The ward inspected the model “{title}”. What is to be mended is among your tasks: {count}"),
        values=lambda row, message: {"count": message.event.facts["tasks"] if message.event else 0},
        label=_("Model inspected"),
        permission=Permission.MODEL_REGISTER,
    )
)
add_words(
    Words(
        "models_registry.model.honoured",
        line=_("The model “{title}”: {reason}"),
        values=_honour,
        label=_("Recognition, praise or replication of a model"),
        permission=Permission.MODEL_REGISTER,
    )
)
add_words(
    Words(
        "models_registry.model.proposed",
        line=_("The ward proposed the model “{title}”: {reason}"),
        values=_proposal,
        label=_("Model proposed to a higher level"),
        permission=Permission.MODEL_REGISTER,
    )
)
add_words(
    Words(
        "models_registry.model.unproposed",
        line=_("The ward took back what it proposed for the model “{title}”: {reason}"),
        values=_proposal,
        label=_("Proposal of a model taken back"),
        permission=Permission.MODEL_REGISTER,
    )
)
add_words(
    Words(
        "models_registry.model.taken_up",
        line=_("The ward wrote down which model your “{title}” takes up: {reason}"),
        values=_origin,
        label=_("Model that takes up another unit's"),
        wanted=lambda row, message, seats: row.taken_up_from.exists(),
        permission=Permission.MODEL_REGISTER,
    )
)
add_words(
    Words(
        "models_registry.assessment.named",
        line=_("You score the model “{title}” of {unit}, by {due}"),
        values=_sheet,
        related=(f"{_MODEL}__unit", "assessor"),
        label=_("Named to score a model"),
        wanted=lambda sheet, message, seats: sheet.is_owed and sheet.appraisal.is_open,
    )
)
add_words(
    Words(
        "models_registry.assessment.stood_aside",
        line=_("{who} does not score the model “{title}” any more: {reason}"),
        values=lambda sheet, message: {**_sheet(sheet, message), "reason": sheet.stood_aside_why},
        related=(f"{_MODEL}__unit", "assessor"),
        label=_("Somebody does not score a model any more"),
        permission=Permission.MODEL_DECIDE,
    )
)
add_words(
    Words(
        "models_registry.appraisal.completed",
        line=_("All scores of the model “{title}” of {unit} are in. The ward decides now."),
        values=_appraised,
        related=("mobilization_model__unit",),
        label=_("All scores of a model are in"),
        wanted=lambda row, message, seats: row.mobilization_model.state == ModelState.UNDER_REVIEW,
        permission=Permission.MODEL_DECIDE,
    )
)
add_words(
    Words(
        "models_registry.assessment.due",
        line=_("Score the model “{title}” of {unit}, due {due}"),
        values=_sheet,
        related=(f"{_MODEL}__campaign", f"{_MODEL}__unit", "assessor"),
    )
)
add_words(
    Words(
        "models_registry.appraisal.decision_due",
        line=_("Decide on the model “{title}” of {unit}: all scores are in, due {due}"),
        values=_appraised,
        related=("mobilization_model__campaign", "mobilization_model__unit"),
        permission=Permission.MODEL_DECIDE,
    )
)


def _owed_scores(rule: ReminderRule, start: datetime.date, end: datetime.date) -> Iterable[Target]:
    rows = Assessment.objects.filter(ward_id=rule.ward_id, appraisal__due_on__range=(start, end)).owed()
    rows = rows.select_related("assessor", f"{_MODEL}__campaign", f"{_MODEL}__unit")
    return (Target(sheet, sheet.appraisal.due_on) for sheet in rows.iterator())


def _owed_decisions(rule: ReminderRule, start: datetime.date, end: datetime.date) -> Iterable[Target]:
    rows = Appraisal.objects.filter(ward_id=rule.ward_id).waiting_for_decision()
    for row in rows.select_related("mobilization_model__campaign", "mobilization_model__unit"):
        if start <= (day := row.decide_by) <= end:
            yield Target(row, day, since=row.completed_at)


add_source(
    Source(
        code="models_registry.assessment.due",
        label=_("Scores of a model owed"),
        anchors={"due_on": _("due day")},
        targets=_owed_scores,
        recipients=lambda target, seats: [p for p in [target.subject.assessor] if p in seats],
        still_due=lambda target: (
            target.subject.is_owed and target.subject.appraisal.is_open and target.subject.appraisal.due_on == target.on
        ),
        words="models_registry.assessment.due",
        campaign=lambda sheet: sheet.appraisal.campaign,
    )
)
add_source(
    Source(
        code="models_registry.appraisal.decision_due",
        label=_("Decision on an appraised model owed"),
        anchors={"due_on": _("due day")},
        targets=_owed_decisions,
        recipients=lambda target, seats: seats.in_ward(Permission.MODEL_DECIDE),
        still_due=lambda target: target.subject.awaits_decision and target.subject.decide_by == target.on,
        words="models_registry.appraisal.decision_due",
        campaign=lambda row: row.campaign,
    )
)


# ---- contest ------------------------------------------------------------------------------------------
add_words(
    Words(
        "models_registry.quota.due",
        line=_("{unit}, {title}: {count} entries still to hand in, due {due}"),
        values=lambda quota, message: {"unit": quota.unit, "title": quota.contest, "count": quota.short},
        related=("contest__campaign", "unit"),
        permission=Permission.ENTRY_WRITE,
    )
)


def _short_quotas(rule: ReminderRule, start: datetime.date, end: datetime.date) -> Iterable[Target]:
    rows = EntryQuota.objects.filter(ward_id=rule.ward_id, contest__closes_on__range=(start, end)).short()
    for quota in rows.select_related("contest__campaign", "unit"):
        yield Target(quota, quota.contest.closes_on)


add_source(
    Source(
        code="models_registry.quota.due",
        label=_("Contest entries owed"),
        anchors={"closes_on": _("last day of the contest")},
        targets=_short_quotas,
        recipients=lambda target, seats: seats.in_units(Permission.ENTRY_WRITE, [target.subject.unit_id]),
        still_due=lambda target: target.subject.short > 0 and target.subject.contest.closes_on == target.on,
        words="models_registry.quota.due",
    )
)


# ---- judging ------------------------------------------------------------------------------------------
add_words(
    Words(
        "models_registry.judging.opened",
        line=_("You judge the entries of “{title}”: give your points by {due}"),
        values=lambda judging, message: {"due": judging.due_on},
        related=("contest",),
        label=_("Entries given to the judges"),
        wanted=lambda judging, message, seats: judging.is_open,
    )
)
add_words(
    Words(
        "models_registry.judge.named",
        line=_("You judge the entries of “{title}”: give your points by {due}"),
        values=lambda judge, message: {"title": judge.judging, "due": judge.judging.due_on},
        related=("judging__contest",),
        label=_("Named as a judge"),
        wanted=lambda judge, message, seats: judge.judging.is_open and judge.stood_aside_on is None,
    )
)
add_words(
    Words(
        "models_registry.judging.completed",
        line=_("All points of “{title}” are in. Award the prizes."),
        related=("contest",),
        label=_("All points of a contest are in"),
        wanted=lambda judging, message, seats: judging.is_open,
        permission=Permission.CONTEST_MANAGE,
    )
)
add_words(
    Words(
        "models_registry.judging.ordered",
        line=_("The chief judge has put the entries of “{title}” with the same result in order. Award the prizes."),
        related=("contest",),
        label=_("Entries with the same result put in order"),
        wanted=lambda judging, message, seats: judging.is_open,
        permission=Permission.CONTEST_MANAGE,
    )
)
add_words(
    Words(
        "models_registry.judging.reopened",
        line=_("The prizes of “{title}” were taken back and the judging is open again: {reason}"),
        values=lambda judging, message: {"reason": judging.reopened_why},
        related=("contest",),
        label=_("The judging of a contest reopened"),
        wanted=lambda judging, message, seats: judging.is_open,
    )
)
add_words(
    Words(
        "models_registry.judge.stood_aside",
        line=_("{who} does not judge “{title}” any more: {reason}"),
        values=lambda judge, message: {
            "who": judge.person,
            "title": judge.judging,
            "reason": judge.stood_aside_why,
        },
        related=("judging__contest", "person"),
        label=_("A judge does not judge any more"),
        permission=Permission.CONTEST_MANAGE,
    )
)


# ---- silence ------------------------------------------------------------------------------------------
DAY = datetime.timedelta(days=1)
MOST_NAMED = 3  # models in one line


def _asked(unit: Unit, message: Message) -> Mapping[str, Any]:
    """Of the models that the event names; before it is sent, of those that `unit.asked` holds."""
    rows = getattr(unit, "asked", None)
    if rows is None and message.event:
        rows = _asked_about(unit, message)
    names = [f"“{row}”" for row in (rows or [])[:MOST_NAMED]]
    more = len(rows or []) - MOST_NAMED
    rest = [gettext("%(count)d more") % {"count": more}] if more > 0 else []
    return {"title": ", ".join([*names, *rest]), "unit": unit}


def _asked_about(unit: Unit, message: Message) -> list[MobilizationModel]:
    """Those that still run and of which nothing was reported since."""
    if not message.event:
        return []
    rows = MobilizationModel.objects.filter(ward=unit.ward_id, pk__in=message.event.facts["models"])
    return list(rows.heard_last(None, message.event.on - DAY).order_by("code", "pk"))


add_words(
    Words(
        "models_registry.unit.asked_for_news",
        line=_("{unit}: the ward has heard nothing for a while of {title}. Please record the results."),
        label=_("Asked for news of silent models"),
        values=_asked,
        wanted=lambda unit, message, seats: bool(_asked_about(unit, message)),
        permission=Permission.MODEL_REGISTER,
    )
)
add_words(
    Words(
        "models_registry.model.silent",
        line=_("{unit}, model “{title}”: nothing was reported since {due}, {days} days ago"),
        values=lambda row, message: {"unit": row.unit},
        related=("campaign", "unit"),
        permission=Permission.MODEL_REGISTER,
    )
)


def _silent(rule: ReminderRule, start: datetime.date, end: datetime.date) -> Iterable[Target]:
    rows = MobilizationModel.objects.filter(ward_id=rule.ward_id).heard_last(start, end)
    return (Target(row, row.last_sign) for row in rows.select_related("campaign", "unit").iterator())


add_source(
    Source(
        code="models_registry.model.silent",
        label=_("Silent model"),
        anchors={"last_sign": _("day of the last report")},
        targets=_silent,
        recipients=lambda target, seats: seats.in_units(Permission.MODEL_REGISTER, [target.subject.unit_id]),
        still_due=lambda target: target.subject.is_silent_since(target.on),
        words="models_registry.model.silent",
    )
)
add_words(
    Words(
        "models_registry.consent.withdrawn",
        line=_("A consent to publishing “{title}” was withdrawn. Take the article off the public page."),
        label=_("Consent to publishing withdrawn"),
        permission=Permission.ARTICLE_PUBLISH,
    )
)
