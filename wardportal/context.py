"""What every page's frame needs: navigation by role, counts that wait for this person, the year, the identity."""

from typing import Any

from django.utils.functional import SimpleLazyObject

from accounts import actions
from accounts.models import Ward
from core.http import HouseRequest
from core.models import today
from wardportal import navigation


def layout(request: HouseRequest) -> dict[str, Any]:
    """Template context of every page; for strangers only the ward's name, where the host has exactly one.

    All of it stands under `frame` too, which base.html reads: a page's own `tabs` or `campaign` leave the frame alone.
    """
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"ward": SimpleLazyObject(_only_ward), "is_opened": SimpleLazyObject(actions.is_opened)}
    found = navigation.frame(request)
    return found | {"frame": found}


def _only_ward() -> Ward | None:
    wards = list(Ward.objects.valid_on(today())[:2])
    return wards[0] if len(wards) == 1 else None
