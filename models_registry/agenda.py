"""What waits in the registry: decisions, what was sent back, steps of models, entries still to be written."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import access
from accounts.access import Permission
from core.agenda import Ask, Item, agenda
from core.text import within_quotes
from models_registry.choices import WRITTEN, ModelState
from models_registry.models import (
    Appraisal,
    Assessment,
    EntryQuota,
    JudgeSheet,
    Judging,
    MobilizationModel,
    ModelStep,
    RegistrationTerms,
)


@agenda("models.decisions")
def decisions(ask: Ask) -> Iterable[Item]:
    """Registrations that wait for the ward, for those who decide."""
    if ask.unit is not None or not ask.campaign.is_open or not access.is_ward_wide(ask.user, Permission.MODEL_DECIDE):
        return
    terms = RegistrationTerms.of(ask.campaign)
    for row in _models(ask, ModelState.SUBMITTED):
        if (due_on := terms.decide_by(row.moved_on)) <= ask.end:
            yield Item(
                title=_("Decide on the model “%(title)s”") % {"title": within_quotes(row)},
                due_on=due_on,
                url=row.review_url,
                note=str(row.unit),
                action=_("Review the model"),
                action_url=row.review_url,
                waits_for_signature=True,
                subject=row,
            )


@agenda("models.returned")
def returned(ask: Ask) -> Iterable[Item]:
    """Registrations that the ward sent back to the units that add something now."""
    if not ask.campaign.is_open:
        return
    terms, units = RegistrationTerms.of(ask.campaign), access.units_for(ask.user, Permission.MODEL_REGISTER)
    for row in _models(ask, ModelState.RETURNED):
        if (due_on := terms.amend_by(row.moved_on)) <= ask.end:
            yield Item(
                title=_("Add what is missing to the model “%(title)s”") % {"title": within_quotes(row)},
                due_on=due_on,
                url=row.get_absolute_url(),
                note=str(row.unit),
                subject=row,
                owed_by=None if ask.unit else row.unit,
                **_button(units, row.unit_id, _("Add and send again"), row.edit_url),
            )


@agenda("models.steps")
def steps(ask: Ask) -> Iterable[Item]:
    """Steps of models in progress, late ones too."""
    if not ask.campaign.is_open:
        return
    units = access.units_for(ask.user, Permission.MODEL_REGISTER)
    rows = ModelStep.objects.visible_to(ask.user).open().filter(mobilization_model__campaign=ask.campaign)
    rows = rows.filter(mobilization_model__unit=ask.unit) if ask.unit else rows
    for step in rows.filter(due_on__lte=ask.end).for_agenda():
        registration = step.mobilization_model
        yield Item(
            title=_("%(step)s: “%(title)s”") % {"step": step, "title": within_quotes(registration)},
            due_on=step.due_on,
            url=registration.get_absolute_url(),
            note=str(registration.unit),
            subject=step,
            owed_by=None if ask.unit else registration.unit,
            **_button(units, registration.unit_id, _("Report it done"), step.action_url),
        )


@agenda("models.scores")
def scores(ask: Ask) -> Iterable[Item]:
    """Models that the person scores."""
    if ask.unit is not None or not ask.campaign.is_open:
        return
    rows = Assessment.objects.of(ask.user).owed().of_year(ask.campaign).filter(appraisal__due_on__lte=ask.end)
    for sheet in rows.for_list():
        yield Item(
            title=_("Score the model “%(title)s”") % {"title": within_quotes(sheet.appraisal)},
            due_on=sheet.appraisal.due_on,
            url=sheet.get_absolute_url(),
            note=str(sheet.appraisal.mobilization_model.unit),
            action=_("Score it"),
            action_url=sheet.get_absolute_url(),
            subject=sheet,
        )


@agenda("models.reviews")
def reviews(ask: Ask) -> Iterable[Item]:
    """Models whose unit has assessed itself, and those that were scored, for those who decide."""
    if ask.unit is not None or not ask.campaign.is_open or not access.is_ward_wide(ask.user, Permission.MODEL_DECIDE):
        return
    terms = RegistrationTerms.of(ask.campaign)
    for row in _models(ask, ModelState.SELF_ASSESSED):
        if (due_on := terms.decide_by(row.moved_on)) <= ask.end:
            said = _("Open the appraisal of the model “%(title)s”")
            yield _of_ward(row, row, due_on, said, _("Open the appraisal"), row.review_open_url)
    scored = Appraisal.objects.visible_to(ask.user).waiting_for_decision()
    for appraisal in scored.filter(mobilization_model__campaign=ask.campaign).for_list():
        if (due_on := terms.decide_by(timezone.localdate(appraisal.completed_at))) <= ask.end:
            row = appraisal.mobilization_model
            said = _("Decide on the appraised model “%(title)s”")
            yield _of_ward(row, appraisal, due_on, said, _("Decide"), row.conclude_url)


def _of_ward(row: MobilizationModel, subject: Any, due_on: Any, said: str, action: str, url: str) -> Item:
    title, note = said % {"title": within_quotes(row)}, str(row.unit)
    return Item(
        title=title,
        due_on=due_on,
        url=row.get_absolute_url(),
        note=note,
        action=action,
        action_url=url,
        waits_for_signature=True,
        subject=subject,
    )


@agenda("contest.entries")
def entries(ask: Ask) -> Iterable[Item]:
    """Units that have handed in fewer entries than their quota."""
    if not ask.campaign.is_open:
        return
    units = access.units_for(ask.user, Permission.ENTRY_WRITE)
    rows = EntryQuota.objects.visible_to(ask.user).filter(contest__campaign=ask.campaign)
    rows = rows.filter(unit=ask.unit) if ask.unit else rows
    for quota in rows.with_done(WRITTEN).for_list():
        short = quota.required - quota.done_count
        due_on = quota.contest.closes_on or ask.campaign.closes_on
        if short > 0 and due_on <= ask.end:
            words = ngettext(
                "%(count)d contest entry still to hand in", "%(count)d contest entries still to hand in", short
            )
            yield Item(
                title=words % {"count": short},
                due_on=due_on,
                url=quota.contest.get_absolute_url(),
                note=f"{quota.unit}, {quota.contest}",
                subject=quota,
                owed_by=None if ask.unit else quota.unit,
                **_button(units, quota.unit_id, _("Enter an entry"), quota.contest.new_entry_url),
            )


@agenda("contest.points")
def points(ask: Ask) -> Iterable[Item]:
    """Entries that the person judges."""
    if ask.unit is not None or not ask.campaign.is_open:
        return
    owed = JudgeSheet.objects.of(ask.user).filter(handed_in_at=None, copy_of__judging__closed_on=None)
    owed = owed.filter(copy_of__judging__contest__campaign=ask.campaign, copy_of__judging__due_on__lte=ask.end)
    counted = dict(owed.order_by().values_list("copy_of__judging").annotate(Count("pk")))
    for judging in Judging.objects.visible_to(ask.user).filter(pk__in=counted).select_related("contest"):
        count = counted[judging.pk]
        words = ngettext("Give points to %(count)d contest entry", "Give points to %(count)d contest entries", count)
        url = judging.get_absolute_url()
        yield Item(
            title=words % {"count": count},
            due_on=judging.due_on,
            url=url,
            note=str(judging.contest),
            action=_("Judge"),
            action_url=url,
            subject=judging,
        )


def _models(ask: Ask, state: str) -> QuerySet:
    rows = MobilizationModel.objects.visible_to(ask.user).filter(campaign=ask.campaign, state=state)
    rows = rows.filter(unit=ask.unit) if ask.unit else rows
    moved: Any = rows.with_last_move()
    moved = moved.exclude(moved_on=None)  # none on the days before it began
    return moved.select_related("unit").order_by("id")


def _button(units: frozenset[int] | None, unit_id: int, action: str, url: str) -> dict[str, Any]:
    """The button, for those who may press it."""
    return {"action": action, "action_url": url} if units is None or unit_id in units else {}
