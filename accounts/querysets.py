from typing import Any, Self

from django.db import models

from accounts import access
from core.models import PeriodQuerySet


class WardQuerySet(models.QuerySet):
    """Rows of one ward. `visible_to` is the one door; apps narrow it further."""

    def in_ward_of(self, user: Any) -> Self:
        return self.filter(ward_id=access.ward_id(user))

    def visible_to(self, user: Any) -> Self:
        return self.in_ward_of(user)


class UnitQuerySet(WardQuerySet, PeriodQuerySet):
    def inside(self) -> Self:
        """Units of the ward itself, not superiors and other outsiders."""
        return self.filter(is_outside=False)

    def for_list(self) -> Self:
        return self.select_related("kind", "parent").order_by("kind__order", "sort_key")

    def actionable_by(self, user: Any, permission: access.Permission) -> Self:
        """Units for which the user has the permission."""
        ids = access.units_for(user, permission)
        rows = self.in_ward_of(user)
        return rows if ids is None else rows.filter(pk__in=ids)


class MembershipQuerySet(WardQuerySet, PeriodQuerySet):
    pass


class UserQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """People who hold or held a membership in the ward entered."""
        return self.filter(memberships__ward_id=access.ward_id(user)).distinct()
