"""Events become messages: who must know."""

import datetime
from collections.abc import Callable
from urllib.parse import urlencode

from django.urls import reverse

from accounts.access import Permission
from accounts.models import User
from accounts.seats import Seats
from models_registry.models import Appraisal, Assessment, ContestEntry, Judge, MobilizationModel, ModelStep
from notifications.engine.dispatch import announce
from notifications.models import Event

DAY = datetime.timedelta(days=1)  # a reminder may come again tomorrow


def on_model_submitted(event: Event) -> None:
    registration = _registration(event)
    announce(event, _deciders, event.kind, link=registration.review_url)


def on_model_decided(event: Event) -> None:
    """Approved, returned, not approved, a decision corrected, sent back to work, concluded: the unit is told."""
    announce(event, _people_of(_registration(event)), event.kind)


def on_model_withdrawn(event: Event) -> None:
    """The ward need not know of a draft that it never saw."""
    if _registration(event).code:
        announce(event, _deciders, event.kind)


def on_model_self_assessed(event: Event) -> None:
    announce(event, _deciders, event.kind)


def on_assessor_named(event: Event) -> None:
    """The person who scores, and nobody else."""
    sheet = Assessment.objects.select_related("assessor").get(pk=event.subject_id, ward_id=event.ward_id)
    announce(event, lambda seats: [sheet.assessor] if sheet.assessor in seats else [], event.kind)


def on_stood_aside(event: Event) -> None:
    announce(event, _deciders, event.kind)


def on_appraisal_completed(event: Event) -> None:
    row = Appraisal.objects.select_related("mobilization_model").get(pk=event.subject_id, ward_id=event.ward_id)
    announce(event, _deciders, event.kind, link=row.mobilization_model.conclude_url)


def on_step_reminded(event: Event) -> None:
    step = ModelStep.objects.select_related("mobilization_model").get(pk=event.subject_id, ward=event.ward_id)
    announce(event, _people_of(step.mobilization_model), event.kind, expires=DAY)


def on_asked_for_news(event: Event) -> None:
    """One message a unit: of one model to its form of results, of several to their list."""
    keys = event.facts["models"]
    rows = MobilizationModel.objects.filter(ward=event.ward_id, pk__in=keys).select_related("unit", "campaign")
    row = rows.order_by("pk").first()
    if row is None:
        return
    link = reverse("models_registry:progress_new", args=[row.key])
    if len(keys) > 1:
        asked = {"year": row.campaign.year, "unit": row.unit.slug, "state": f"silent-{event.facts['days']}"}
        link = f"{reverse('models_registry:model_list')}?{urlencode(asked)}"
    announce(event, _people_of(row), event.kind, link=link, expires=DAY)


def on_entry_submitted(event: Event) -> None:
    announce(event, lambda seats: seats.in_ward(Permission.CONTEST_MANAGE), event.kind)


def on_entry_revision_asked(event: Event) -> None:
    entry = ContestEntry.objects.get(pk=event.subject_id, ward_id=event.ward_id)
    announce(event, _people_of(entry), event.kind)


def on_judging_opened(event: Event) -> None:
    """Every judge, and nobody else."""
    judges = Judge.objects.filter(ward=event.ward_id, judging=event.subject_id, stood_aside_on=None)
    people = [judge.person for judge in judges.select_related("person")]
    announce(event, lambda seats: [person for person in people if person in seats], event.kind)


def on_judge_named(event: Event) -> None:
    """Somebody who is named once the entries are given out; the others are told when they are."""
    judge = Judge.objects.select_related("person", "judging").get(pk=event.subject_id, ward=event.ward_id)
    if judge.judging.is_open:
        announce(event, lambda seats: [judge.person] if judge.person in seats else [], event.kind)


def on_judging_completed(event: Event) -> None:
    announce(event, lambda seats: seats.in_ward(Permission.CONTEST_MANAGE), event.kind)


def on_judging_reopened(event: Event) -> None:
    """Who decides in the ward, and the judges: the chief may have to put entries in order again."""
    judges = Judge.objects.filter(ward=event.ward_id, judging=event.subject_id, stood_aside_on=None)
    people = [judge.person for judge in judges.select_related("person")]
    announce(
        event, lambda seats: {*_deciders(seats), *(one for one in people if one in seats)} - {event.by}, event.kind
    )


def on_judge_aside(event: Event) -> None:
    announce(event, lambda seats: seats.in_ward(Permission.CONTEST_MANAGE), event.kind)


def on_consent_withdrawn(event: Event) -> None:
    """Who can take the article off, where there is one."""
    entry = ContestEntry.objects.select_related("article").get(pk=event.subject_id, ward_id=event.ward_id)
    if entry.article:
        announce(event, lambda seats: seats.in_ward(Permission.ARTICLE_PUBLISH), event.kind)


def _deciders(seats: Seats) -> list[User]:
    return seats.in_ward(Permission.MODEL_DECIDE)


def _people_of(row: MobilizationModel | ContestEntry) -> Callable[[Seats], list[User]]:
    return lambda seats: seats.in_units(Permission.MODEL_REGISTER, [row.unit_id])


def _registration(event: Event) -> MobilizationModel:
    return MobilizationModel.objects.select_related("unit").get(pk=event.subject_id, ward_id=event.ward_id)
