"""What the page of operations shows as missing."""

from collections.abc import Iterator

from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.seats import Seats
from core.agenda import Lack, lack
from notifications.engine import unreached


@lack
def units_reached_by_nothing(ward: Model) -> Iterator[Lack]:
    """Units to which something was sent lately and that still have nobody to be told."""
    events = list(unreached.noted_lately(ward.pk).select_related("unit").order_by("unit__sort_key"))
    seats = Seats(ward.pk) if events else None
    for event in events:
        if seats and unreached.is_still_so(event, seats):
            yield Lack(
                what=_("Something was sent to %(unit)s, and nobody there can be reached.") % {"unit": event.unit},
                then=_("Give somebody of it an account and a role."),
                url=reverse("admin:accounts_membership_changelist"),
            )
