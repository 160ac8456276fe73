"""Events become messages: who must know."""

from models_registry.models import ContestEntry, MobilizationModel
from models_registry.reminders import contest_officers, deciders, people_of
from notifications.dispatch import announce
from notifications.models import Event


def on_model_submitted(event: Event) -> None:
    registration = _registration(event)
    announce(event, deciders(event.ward_id), event.kind, link=registration.review_url)


def on_model_decided(event: Event) -> None:
    """Approved, returned, not approved, or a decision corrected: the unit is told."""
    announce(event, people_of(_registration(event).unit), event.kind)


def on_model_withdrawn(event: Event) -> None:
    """The ward need not know of a draft that it never saw."""
    if _registration(event).code:
        announce(event, deciders(event.ward_id), event.kind)


def on_entry_submitted(event: Event) -> None:
    announce(event, contest_officers(event.ward_id), event.kind)


def on_entry_revision_asked(event: Event) -> None:
    entry = ContestEntry.objects.select_related("unit").get(pk=event.subject_id, ward_id=event.ward_id)
    announce(event, people_of(entry.unit), event.kind)


def _registration(event: Event) -> MobilizationModel:
    return MobilizationModel.objects.select_related("unit").get(pk=event.subject_id, ward_id=event.ward_id)
