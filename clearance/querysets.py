import datetime
from typing import Any, Self

from django.db.models import Q

from accounts import access
from accounts.access import Permission
from accounts.querysets import WardQuerySet
from clearance.choices import NOT_VISITED_OUTCOMES
from core.models import PeriodQuerySet, today


class ProjectQuerySet(WardQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Projects with their counts, for all who may read them; a team member sees the projects of own households."""
        rows = self.in_ward_of(user)
        if access.can(user, Permission.CLEARANCE_READ):
            return rows
        units = access.grants(user).units_with(Permission.HOUSEHOLD_READ)
        return rows.filter(households__assignments__in=self._open_assignments(units)).distinct()

    def _open_assignments(self, units: frozenset[int]) -> Any:
        assignments = (
            self.model._meta.get_field("households").related_model._meta.get_field("assignments").related_model
        )
        return assignments.objects.filter(team__in=units).valid_on(today())

    def for_list(self) -> Self:
        return self.select_related("undertaking", "host").order_by("name")


class HouseholdQuerySet(WardQuerySet):
    def visible_to(self, user: Any) -> Self:
        """All of the ward for clearance officers and leadership; else the households assigned to the own teams."""
        rows = self.in_ward_of(user)
        units = access.units_for(user, Permission.HOUSEHOLD_READ)
        if units is None:
            return rows
        assignments = self.model._meta.get_field("assignments").related_model
        mine = assignments.objects.filter(team__in=units).valid_on(today())
        return rows.filter(pk__in=mine.values("household"))

    def for_list(self) -> Self:
        return self.select_related("project", "residential_group").order_by("project", "number")


class ThroughHouseholdQuerySet(WardQuerySet):
    """Rows of a household, seen by those who see the household."""

    def visible_to(self, user: Any) -> Self:
        households = self.model._meta.get_field("household").related_model
        return self.in_ward_of(user).filter(household__in=households.objects.visible_to(user))


class AssignmentQuerySet(ThroughHouseholdQuerySet, PeriodQuerySet):
    pass


class VisitQuerySet(ThroughHouseholdQuerySet):
    def counted(self) -> Self:
        """Visits that count: not void, at the right address, whoever opened."""
        return self.filter(void_at__isnull=True).exclude(outcome__in=NOT_VISITED_OUTCOMES)

    def until(self, day: datetime.date) -> Self:
        return self.filter(visited_at__date__lte=day)


class QuestionQuerySet(WardQuerySet):
    def unanswered(self) -> Self:
        return self.filter(answered_on__isnull=True)

    def visible_to(self, user: Any) -> Self:
        households = self.model._meta.get_field("household").related_model
        return self.in_ward_of(user).filter(Q(household__in=households.objects.visible_to(user)))
