from typing import Any, Self

from accounts import access
from accounts.access import Permission
from accounts.querysets import WardQuerySet
from core.models import StatefulQuerySet


class ReportQuerySet(StatefulQuerySet, WardQuerySet):
    def visible_to(self, user: Any) -> Self:
        return self.in_ward_of(user) if access.can(user, Permission.REPORT_READ) else self.none()

    def for_list(self) -> Self:
        return self.select_related("body", "campaign").order_by("-on", "-id")
