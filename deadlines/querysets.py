import datetime
from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Case, Count, Exists, OuterRef, Q, Value, When

from accounts.querysets import TermQuerySet, WardQuerySet
from core.models import today
from core.related import related
from deadlines.choices import FOLLOWED, STANDING_TABS, RuleKind, Standing

if TYPE_CHECKING:
    from accounts.models import Unit
    from deadlines.models import Deadline

WEEK = datetime.timedelta(days=7)


def owner_keys(model: type[models.Model]) -> list[Any]:
    """The one-to-one keys by which rows of the apps above own a deadline, such as `answer_deadline` of a document."""
    return [found for found in model._meta.related_objects if found.one_to_one]


class RuleQuerySet(TermQuerySet):
    def rule(self, code: str, on: datetime.date) -> Any:
        """The rule of that code that is in force on a day; None where the ward has none."""
        return self.filter(code=code).valid_on(on).first()


class DeadlineQuerySet(WardQuerySet):
    """What owes a deadline says which of its rows are still followed (`owing` of its queryset) and by which paths
    units are concerned (`deadline_units` of the model)."""

    def visible_to(self, user: Any) -> Self:
        """Those whose owner the user may see."""
        return self.in_ward_of(user).filter(self._owned(lambda owners: owners.visible_to(user)))

    def open(self) -> Self:
        return self.filter(met_on=None)

    def running(self) -> Self:
        """Open and not paused: the day that is told holds."""
        pauses = related(self.model, "pauses").objects
        return self.open().exclude(pauses__in=pauses.filter(last=None))

    def as_of(self, day: datetime.date) -> Self:
        """Each with `standing` (a choices.Standing) on a day; of a past day those that had begun by then."""
        pauses = related(self.model, "pauses").objects.filter(ward=OuterRef("ward"), deadline=OuterRef("pk"))
        paused = Exists(pauses.filter(Q(last=None) | Q(last__gte=day), first__lte=day))
        rows = self.filter(anchor_on__lte=day) if day < today() else self
        return rows.annotate(
            standing=Case(
                When(met_on__lte=day, then=Value(Standing.MET)),
                When(~self._followed(day), then=Value(Standing.GONE)),
                When(paused, then=Value(Standing.PAUSED)),
                When(due_on__lt=day, kind=RuleKind.DO_BY, then=Value(Standing.OVERDUE)),
                When(due_on__lt=day, then=Value(Standing.OVER)),
                When(due_on__lte=day + WEEK, then=Value(Standing.WEEK)),
                default=Value(Standing.LATER),
                output_field=models.CharField(),
            )
        )

    def overdue(self, day: datetime.date) -> Self:
        """The last day has passed, and what was to be done by then is not; neither while it is paused."""
        return self.as_of(day).filter(standing=Standing.OVERDUE)

    def counts(self) -> dict[str, int]:
        """After `as_of`: how many each tab of the list shows."""
        found = dict(self.order_by().values_list("standing").annotate(count=Count("pk")))
        return {tab: sum(found.get(one, 0) for one in standings) for tab, standings in STANDING_TABS.items()}

    def in_tab(self, tab: str) -> Self:
        """After `as_of`: what runs by its day; where what has passed is among it, the newest first."""
        rows = self.filter(standing__in=STANDING_TABS[tab])
        runs = FOLLOWED.issuperset(STANDING_TABS[tab])
        return rows.order_by("due_on", "id") if runs else rows.order_by("-due_on", "-id")

    def of_unit(self, unit: "Unit") -> Self:
        """Whose thing came from the unit or is done by it."""

        def concerned(owners: Any) -> Any:
            paths = (Q(**{path: unit}) for path in owners.model.deadline_units)
            return owners.filter(reduce(or_, paths, Q(pk__in=[])), ward=unit.ward_id)

        return self.filter(self._owned(concerned))

    def for_list(self) -> Self:
        return self.select_related("rule", "met_by").prefetch_related("pauses")

    def _owned(self, narrow: Any) -> Q:
        """By one of the rows that `narrow` leaves of those that may own one."""
        found = Q(pk__in=[])
        for key in owner_keys(self.model):
            name = key.field.name
            owners = narrow(key.related_model._default_manager.all()).filter(**{f"{name}__isnull": False})
            found |= Q(pk__in=owners.values(name))
        return found

    def _followed(self, day: datetime.date) -> Q:
        """What owes it is still to be done on the day, or to last."""
        keys = owner_keys(self.model)
        owing = (
            key.related_model._default_manager.all()
            .owing(day)
            .filter(ward=OuterRef("ward"), **{key.field.name: OuterRef("pk")})
            for key in keys
        )
        return reduce(or_, (Q(Exists(rows)) for rows in owing))


def with_owners(rows: "Iterable[Deadline]") -> None:
    """Each with `thing`, the row that owes it, and `about`, what the deadline is to that row; a statement a key."""
    wanted = {row.pk: row for row in rows}
    if not wanted:
        return
    wards = {row.ward_id for row in wanted.values()}
    for key in owner_keys(type(next(iter(wanted.values())))):
        field = key.field
        owners = key.related_model._default_manager.filter(ward__in=wards, **{f"{field.name}__in": list(wanted)})
        for owner in owners:
            row = wanted[getattr(owner, field.attname)]
            row.thing, row.about = owner, field.verbose_name


def units_concerned(model: type[models.Model]) -> Q:
    """Asks of each unit whether a thing with a deadline came from it or is done by it."""
    found = Q(pk__in=[])
    for key in owner_keys(model):
        owners = key.related_model._default_manager.filter(
            ward=OuterRef("ward"), **{f"{key.field.name}__isnull": False}
        )
        for path in key.related_model.deadline_units:
            found |= Q(Exists(owners.filter(**{path: OuterRef("pk")})))
    return found
