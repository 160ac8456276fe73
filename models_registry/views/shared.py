"""What the pages of the registry do alike."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from accounts.models import Unit
from core.models import StateChanged
from models_registry.models import MobilizationModel


def fetch(request: HttpRequest, key: str) -> MobilizationModel:
    """A model that the user may see. The page then stands in the model's year, whichever was chosen before."""
    rows = MobilizationModel.objects.visible_to(request.user).by_key(key)
    row = get_object_or_404(rows.select_related("unit", "campaign", "theme_field__official_field", "previous"))
    request.campaign = row.campaign  # type: ignore[attr-defined]
    return row


def units_of(request: HttpRequest, rows: QuerySet) -> QuerySet:
    """What the filter by unit offers: the units of the rows, and the one asked for, though it may have none."""
    asked = Q(slug=request.GET.get("unit", ""))
    return Unit.objects.in_ward_of(request.user).filter(asked | Q(pk__in=rows.values("unit"))).order_by("sort_key")


def attempt(request: HttpRequest, verb: Callable[..., Any], done: Any, *, undo_url: str = "", **arguments: Any) -> bool:
    """Call a verb as this user and say what was done, or that somebody else was faster.

    undo_url: an address whose POST takes it back; the toast then has a button for it.
    """
    try:
        verb(by=request.user, **arguments)
    except StateChanged as changed:
        messages.warning(request, str(changed))
        return False
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return False
    messages.success(request, done, extra_tags=undo_url)
    return True
