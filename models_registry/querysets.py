import datetime
from typing import Any, Self

from accounts import access
from accounts.access import Permission
from accounts.querysets import WardQuerySet
from core.models import StatefulQuerySet
from models_registry.choices import ACCEPTED, EntryState, ModelState


class MobilizationModelQuerySet(StatefulQuerySet, WardQuerySet):
    def visible_to(self, user: Any) -> Self:
        """The ward's for those who follow the campaign (drafts of others apart); a unit's own for the unit."""
        rows = self.in_ward_of(user)
        own = access.grants(user).units_with(Permission.MODEL_REGISTER)
        if access.is_ward_wide(user, Permission.MODEL_REGISTER):
            return rows
        if access.is_ward_wide(user, Permission.WARD_READ):
            return rows.exclude(state=ModelState.DRAFT)
        return rows.filter(unit__in=own)

    def registered_on(self, day: datetime.date) -> Self:
        """Accepted on or before the day and not withdrawn by then."""
        return self.with_state_on(day).filter(state_then__in=ACCEPTED)

    def for_list(self) -> Self:
        return self.select_related("unit", "theme_field").order_by("code", "id")


class ContestEntryQuerySet(StatefulQuerySet, WardQuerySet):
    def visible_to(self, user: Any) -> Self:
        rows = self.in_ward_of(user)
        if access.is_ward_wide(user, Permission.WARD_READ):
            return rows
        return rows.filter(unit__in=access.grants(user).units_with(Permission.ENTRY_WRITE))

    def in_state_on(self, day: datetime.date, *states: EntryState) -> Self:
        return self.with_state_on(day).filter(state_then__in=states)

    def for_list(self) -> Self:
        return self.select_related("unit", "contest").order_by("unit__sort_key", "id")
