import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.choices import Branch
from accounts.models import UnitKind, User
from core.forms import DateField


def _kinds(request: HttpRequest) -> QuerySet:
    return UnitKind.objects.visible_to(request.user)


def _people(request: HttpRequest) -> QuerySet:
    return User.objects.visible_to(request.user)


class UnitFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("Name of the unit"), method="by_name")
    branch = django_filters.ChoiceFilter(label=_("Branch"), choices=Branch.choices, empty_label=_("All branches"))
    kind = django_filters.ModelChoiceFilter(label=_("Kind"), queryset=_kinds, empty_label=_("All kinds"))

    def by_name(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.named_like(value)


class _DayFilter(django_filters.Filter):
    field_class = DateField


class AccessLogFilter(django_filters.FilterSet):
    person = django_filters.ModelChoiceFilter(
        label=_("Person"), field_name="user", queryset=_people, empty_label=_("All people")
    )
    day = _DayFilter(label=_("Day"), method="on_day")

    def on_day(self, rows: QuerySet, name: str, value: object) -> QuerySet:
        return rows.on_day(value)
