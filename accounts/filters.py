from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import CharFilter

from accounts import access, reading
from accounts.choices import Branch, MergerState, ReadAct, RequestState
from accounts.models import Unit, UnitKind, User
from core.changes import areas
from core.filters import CodeFilter, DayFilter, ListFilter, RowFilter, WordsFilter
from core.listing import Column, table, words
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


class PersonFilter(ListFilter):
    typed_first_by = ["full_name"]

    q = WordsFilter("search_key", label=_("Name of the person"))


class AccessLogFilter(ListFilter):
    person = RowFilter(label=_("Person"), field_name="user", queryset=_people, empty_label=_("All people"))
    act = CodeFilter(label=_("Act"), choices=ReadAct.choices, empty_label=_("All acts"))
    reason = CodeFilter(
        label=_("Reason"),
        choices=[("said", _("With a reason")), ("none", _("Without one: the own work"))],
        empty_label=_("With and without"),
        method="by_reason",
    )
    day = DayFilter(label=_("Day"), method="on_day")

    def by_reason(self, rows: Any, name: str, value: str) -> Any:
        return rows.with_reason() if value == "said" else rows.without_reason()

    def on_day(self, rows: Any, name: str, value: object) -> Any:
        return rows.on_day(value)


class ChangeFilter(ListFilter):
    """What of the ward's changes is shown; the view asks for it, no row is narrowed here."""

    kept = ["year"]

    person = RowFilter(label=_("Person"), queryset=_people, empty_label=_("All people"))
    day = DayFilter(label=_("Day"))
    area = CodeFilter(label=_("Part of the portal"), choices=areas, empty_label=_("All parts"))


# ---- what the lists are exported as ------------------------------------------------------------------
def _openings(lines: list[Any], request: Any) -> list[dict[str, Any]]:
    return reading.openings(lines, access.ward_id(request.user))


UNITS = table(
    "accounts:unit_list",
    _("Units"),
    Column(_("Unit"), "name"),
    Column(_("Kind"), "kind__label"),
    Column(_("Branch"), "branch", say=words(Branch)),
    Column(_("Belongs to"), "parent__name"),
    Column(_("People"), "people_count"),
)
PEOPLE = table(
    "accounts:person_list",
    _("Directory"),
    Column(_("Name"), "full_name"),
    Column(
        _("Unit and role"),
        of=lambda person: "; ".join(
            f"{seat.unit}, {seat.position or seat.get_role_display()}" for seat in person.seats
        ),
    ),
)
ACCESS_LOG = table(
    "accounts:access_log_list",
    _("Access log"),
    Column(_("When"), "since"),
    Column(_("Person"), "who"),
    Column(pgettext_lazy("access log", "What"), "act", "what", say=lambda act, what: f"{act}: {what}"),
    Column(pgettext_lazy("access log", "Fields"), "parts"),
    Column(_("Reason"), "reason"),
    dress=_openings,
)
ACCESS_REQUESTS = table(
    "accounts:access_request_list",
    _("Access requests"),
    Column(_("What"), of=str),
    Column(_("Why"), "reason"),
    Column(_("Who asked"), of=lambda row: str(row.asked_by)),
    Column(_("Since"), "since"),
    Column(_("State"), "state", say=words(RequestState)),
    Column(_("Who answered"), of=lambda row: str(row.decided_by or "")),
)
MERGERS = table(
    "accounts:merger_list",
    _("Mergers of units"),
    Column(_("What"), of=str),
    Column(_("First day of the merged unit"), "on"),
    Column(_("By decision"), "decision_symbol"),
    Column(_("State"), "state", say=words(MergerState)),
)
