"""What the list of clean-ups is narrowed by."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from beautification.models import Street
from beautification.querysets import CleanupQuerySet
from campaigns.models import Campaign
from core.filters import HiddenCodeFilter, ListFilter, SlugFilter

TABS = ("coming", "unclosed", "done", "cancelled")


class CleanupFilter(ListFilter):
    street = SlugFilter(label=_("Street"))
    unit = SlugFilter(label=_("Unit"), method="of_unit")
    state = HiddenCodeFilter(codes=TABS)

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.streets = Street.objects.visible_to(self.request.user).of_campaign(campaign)
        self.offer("street", self.streets)
        self.offer("unit", Unit.objects.visible_to(self.request.user).inside())

    def of_unit(self, rows: CleanupQuerySet, _name: str, unit: Unit) -> CleanupQuerySet:
        return rows.filter(street__in=self.streets.of_units([unit.pk]))
