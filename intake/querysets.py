from typing import Any, Self

from accounts import access
from accounts.querysets import WardQuerySet
from core.imports import ListKind, all_kinds
from core.models import StatefulQuerySet


def kinds_for(user: Any) -> list[ListKind]:
    """The kinds of lists that this person may bring."""
    return [kind for kind in all_kinds().values() if access.can_in_ward(user, kind.permission)]


class BatchQuerySet(StatefulQuerySet, WardQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Of the kinds of lists that this person may bring: what others of the office began, too."""
        return self.in_ward_of(user).filter(kind__in=[kind.code for kind in kinds_for(user)])

    def for_list(self) -> Self:
        return self.select_related("uploaded_by").order_by("-uploaded_at", "-pk")
