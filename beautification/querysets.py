import datetime
from typing import Any, Self

from django.db.models import F

from accounts import access
from accounts.access import Permission
from accounts.querysets import WardQuerySet
from core.models import StatefulQuerySet


class StreetQuerySet(WardQuerySet):
    def for_list(self) -> Self:
        return self.select_related("undertaking", "lead_unit", "registered_by").order_by("name")


class CleanupQuerySet(StatefulQuerySet, WardQuerySet):
    def runnable_by(self, user: Any) -> Self:
        """Clean-ups that the user may open and close."""
        units = access.units_for(user, Permission.CLEANUP_RUN)
        rows = self.in_ward_of(user)
        return rows if units is None else rows.filter(street__lead_unit__in=units)

    def between(self, start: datetime.date, end: datetime.date) -> Self:
        return self.filter(on__gte=start, on__lte=end)

    def moved(self) -> Self:
        return self.exclude(on=F("original_on"))

    def for_list(self) -> Self:
        return self.select_related("street", "series").order_by("-on", "-id")
