"""Models of the year in the search over everything."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import access
from accounts.access import Permission
from core.lookup import Ask, Hit, Place, lookup
from core.search import folding
from models_registry.models import MobilizationModel


@lookup("models")
def models(ask: Ask) -> Iterator[Place]:
    may = access.can(ask.user, Permission.MODEL_REGISTER) or access.can(ask.user, Permission.WARD_READ)
    if ask.campaign and may:
        yield Place(
            label=_("Models"),
            icon="heart-handshake",
            rows=MobilizationModel.objects.visible_to(ask.user).filter(campaign=ask.campaign).order_by("code", "id"),
            search=lambda rows, words: rows.search(words),
            url=reverse("models_registry:model_list"),
            hit=lambda row: Hit(str(row), row.get_absolute_url(), ", ".join(filter(None, [row.code, str(row.unit)]))),
            parts=[
                (_("name"), "search_key"),
                (_("unit"), "unit__search_key"),
                (_("person"), "person_key"),
                (_("code"), folding("code")),
            ],
            dress=lambda rows: rows.select_related("unit"),
        )
