"""Who hears of access requests and of units that merged: who may agree, who asked, whose account or unit it is."""

from django.urls import reverse

from accounts.access import Permission
from accounts.choices import RequestKind
from accounts.models import AccessRequest, UnitMerger, User
from accounts.seats import Seats
from notifications.engine.dispatch import announce
from notifications.models import Event


def on_access_asked(event: Event) -> None:
    request = _request(event)

    def others(seats: Seats) -> list[User]:
        return [user for user in seats.in_ward(Permission.ACCESS_CONFIRM) if user.pk != request.person_id]

    announce(event, others, event.kind, expires=request.expires_at)


def on_access_agreed(event: Event) -> None:
    request = _request(event)
    announce(event, lambda seats: [request.asked_by], event.kind)
    if request.kind != RequestKind.PASSWORD:
        _tell_the_person(event, request)


def on_access_refused(event: Event) -> None:
    request = _request(event)
    announce(event, lambda seats: [request.asked_by], event.kind)


def on_access_opened(event: Event) -> None:
    _tell_the_person(event, _request(event))


def on_units_merged(event: Event) -> None:
    """Whoever works in the unit that goes on; people whose role waits for a yes hear of it when it is given."""
    merger = UnitMerger.objects.select_related("into").get(pk=event.subject_id, ward=event.ward_id)
    here = reverse("reports:unit_dashboard", args=[merger.into.slug]) if merger.into else ""

    def colleagues(seats: Seats) -> list[User]:
        return list(User.objects.filter(pk__in=seats.holding((), [merger.into_id or 0])))

    announce(event, colleagues, event.kind, link=here)


def _tell_the_person(event: Event, request: AccessRequest) -> None:
    """In the portal too: who has no e-mail address sees there that somebody opened a way into the account."""
    announce(event, lambda seats: [request.person], "accounts.access.opened", link=reverse("accounts:profile"))


def _request(event: Event) -> AccessRequest:
    rows = AccessRequest.objects.select_related("asked_by", "person")
    return rows.get(pk=event.subject_id, ward=event.ward_id)
