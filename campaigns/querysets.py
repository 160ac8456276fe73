import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Q

from accounts import access
from accounts.access import Permission
from accounts.querysets import WardQuerySet
from campaigns.choices import CampaignState, TaskState
from core.models import PeriodQuerySet, StatefulQuerySet


class CampaignQuerySet(StatefulQuerySet, WardQuerySet):
    def open(self) -> Self:
        return self.filter(state=CampaignState.OPEN)


class UndertakingQuerySet(WardQuerySet, PeriodQuerySet):
    pass


class DocumentQuerySet(StatefulQuerySet, WardQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Readers of documents see all that are not restricted; restricted ones are for those who register them."""
        if not access.can(user, Permission.DOCUMENT_READ):
            return self.none()
        rows = self.in_ward_of(user)
        if access.can(user, Permission.DOCUMENT_EDIT) or access.has_role(user, "leadership"):
            return rows
        return rows.filter(is_restricted=False)

    def for_list(self) -> Self:
        return self.select_related("kind", "issuer", "carries_out").order_by("-dated_on", "-id")


class TaskQuerySet(StatefulQuerySet, WardQuerySet):
    def visible_to(self, user: Any) -> Self:
        """The whole ward's for those who follow the campaign; a unit's own and the shared ones for the unit."""
        rows = self.in_ward_of(user)
        if access.is_ward_wide(user, Permission.WARD_READ):
            return rows
        units = access.grants(user).units_with(Permission.TASK_REPORT)
        return rows.filter(Q(lead_unit__in=units) | Q(pk__in=self._shared(units)))

    def _shared(self, units: frozenset[int]) -> models.QuerySet:
        through = self.model._meta.get_field("cooperating").related_model
        return through.objects.filter(unit__in=units).values("task")

    def unfinished(self) -> Self:
        return self.exclude(state__in=[TaskState.DONE, TaskState.CANCELLED])

    def overdue(self, on: datetime.date) -> Self:
        """Not handed in and past its day. A task waiting for acceptance is the ward's turn, not the unit's."""
        return self.unfinished().exclude(state=TaskState.SUBMITTED).filter(due_on__lt=on)

    def for_list(self) -> Self:
        return self.select_related("lead_unit", "plan_item__document", "campaign")
