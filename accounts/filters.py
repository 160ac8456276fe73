from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter

from accounts.choices import Branch
from accounts.models import Unit, UnitKind, User
from core.filters import CodeFilter, DayFilter, ListFilter, RowFilter
from core.text import nfc


def units_of(request: HttpRequest, of_rows: Q, name: str = "unit") -> QuerySet:
    """What a filter by unit offers: the units of the rows, and the one asked for, though it may have none.

    of_rows: asks of each unit whether it has any, by an index; a join would read all rows and sort out twins.
    """
    slug = nfc(request.GET.get(name, ""))
    wanted = of_rows | Q(slug=slug) if slug else of_rows  # an OR that is not needed would hide the index
    return Unit.objects.in_ward_of(request.user).filter(wanted).order_by("sort_key")


def _kinds(request: HttpRequest) -> Any:
    return UnitKind.objects.visible_to(request.user)


def _people(request: HttpRequest) -> Any:
    return User.objects.visible_to(request.user)


class UnitFilter(ListFilter):
    typed_first_by = ["name"]

    q = CharFilter(label=_("Name of the unit"), max_length=100, method="by_name")
    branch = CodeFilter(label=_("Branch"), choices=Branch.choices, empty_label=_("All branches"))
    kind = RowFilter(label=_("Kind"), queryset=_kinds, empty_label=_("All kinds"))

    def by_name(self, rows: Any, name: str, value: str) -> Any:
        return rows.named_like(value)


class AccessLogFilter(ListFilter):
    person = RowFilter(label=_("Person"), field_name="user", queryset=_people, empty_label=_("All people"))
    day = DayFilter(label=_("Day"), method="on_day")

    def on_day(self, rows: Any, name: str, value: object) -> Any:
        return rows.on_day(value)
