"""What lists are narrowed by. With a day: what was so at the end of it."""

from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.forms import HiddenInput
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import CharFilter

from accounts.filters import units_of
from accounts.models import Unit
from core.filters import (
    CodeFilter,
    DayFilter,
    HiddenDayFilter,
    HiddenRowFilter,
    ListFilter,
    RowFilter,
    SlugFilter,
    TickedFilter,
)
from core.listing import Column, table
from core.models import today
from models_registry.choices import ENTRY_GROUPS, SENT_AND_AFTER, EntryState, ModelState, Stage, SubjectType
from models_registry.models import Contest, OfficialField

LATE = "late"
SILENT = {"silent-14": 14, "silent-30": 30, "silent-60": 60}  # days without results, a step or an inspection
SHOWN_STATES = (
    ModelState.SUBMITTED,
    ModelState.RETURNED,
    ModelState.ACTIVE,
    ModelState.PAUSED,
    ModelState.SELF_ASSESSED,
    ModelState.UNDER_REVIEW,
    ModelState.CONCLUDED,
    ModelState.ARCHIVED,
    ModelState.DRAFT,
    ModelState.REJECTED,
    ModelState.WITHDRAWN,
)
SORTS = {"": _("What waits first"), "new": _("Newest first"), "unit": _("By unit"), "code": _("By code")}


def units_with(user: Any, rows: Any) -> Any:
    """Those that have any of the rows, in their order."""
    return Unit.objects.in_ward_of(user).filter(_has_any(rows)).order_by("sort_key")


def _has_any(rows: Any) -> Q:
    return Q(Exists(rows.order_by().filter(unit=OuterRef("pk"))))


class _RegistryFilter(ListFilter):
    kept = ["year"]
    typed_first_by = ["title"]

    unit = SlugFilter(label=_("Unit"))
    on = HiddenDayFilter(label=_("Day"))

    def __init__(self, data: Any, queryset: Any, **kwargs: Any) -> None:
        super().__init__(data, queryset, **kwargs)
        self.offer("unit", units_of(self.request, _has_any(queryset)))

    def by_words(self, rows: Any, _name: str, words: str) -> Any:
        return rows.search(words)

    def as_asked(self, rows: Any, _name: str, _code: str) -> Any:
        return rows  # together with the day, in filter_queryset


class ModelFilter(_RegistryFilter):
    """`field`, the quick filter, is left to the view, which counts the rows of each.

    fields, units: the year's fields as (key, code, label) and the units that have a model as (slug, name).
    """

    q = CharFilter(label=_("Find by name, unit or code"), max_length=100, method="by_words")
    state = CodeFilter(
        label=_("State"),
        choices=[
            (LATE, pgettext_lazy("model", "Late")),
            *((code, format_lazy(_("Nothing reported for {days} days"), days=days)) for code, days in SILENT.items()),
            *((state.value, state.label) for state in SHOWN_STATES),
        ],
        method="as_asked",
    )
    subject = CodeFilter(
        label=_("Who registers"), choices=SubjectType.choices, empty_label=pgettext_lazy("filter", "All")
    )
    sort = CodeFilter(
        label=_("Order"),
        choices=[(c, label) for c, label in SORTS.items() if c],
        empty_label=SORTS[""],
        method="as_asked",
    )
    field = CodeFilter(label=_("Theme field"), widget=HiddenInput, method="as_asked")
    stage = CodeFilter(label=_("How far it came"), choices=Stage.choices, widget=HiddenInput, method="as_asked")
    official = HiddenRowFilter(
        label=_("Official field"), field_name="theme_field__official_field", to_field_name="code"
    )
    row = TickedFilter()

    field_order = ["q", "state", "unit", "subject", "sort"]
    in_tabs = ["field"]

    def __init__(
        self, *args: Any, fields: list[tuple[int, str, str]], units: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if self.data.get("unit", "") in {"", *(slug for slug, _name in units)}:
            self.known["unit"] = units
        self.known_fields = fields
        self.filters["field"].extra["choices"] = [(code, label) for _pk, code, label in fields]
        self.offer("row", self.queryset)
        self.offer("official", OfficialField.objects.visible_to(self.request.user))

    def filter_queryset(self, queryset: Any) -> Any:
        rows: Any = super().filter_queryset(queryset)
        state, on = self.asked("state"), self.asked("on")
        if stage := self.asked("stage"):
            rows = rows.at_stage(stage, on or today())
        if state == LATE:
            return rows.late_on(on or today())
        if state in SILENT:
            return rows.silent_on(on or today(), SILENT[state])
        if on:
            return rows.with_state_on(on).filter(state_then=state) if state else rows.registered_on(on)
        return rows.filter(state=state) if state else rows


class AssessmentFilter(ListFilter):
    """Sheets: those still owed, those that are in."""

    kept = ["year"]
    OWED, IN = "owed", "in"

    state = CodeFilter(
        label=_("State"),
        choices=[(OWED, _("Still owes the scores")), (IN, _("Scores in"))],
        method="by_state",
    )
    unit = SlugFilter(label=_("Unit of the model"), field_name="appraisal__mobilization_model__unit")
    since = DayFilter(label=_("Due from"), field_name="appraisal__due_on", lookup_expr="gte")
    until = DayFilter(label=_("Due until"), field_name="appraisal__due_on", lookup_expr="lte")

    def __init__(self, data: Any, queryset: Any, **kwargs: Any) -> None:
        super().__init__(data, queryset, **kwargs)
        of_model = queryset.order_by().filter(appraisal__mobilization_model__unit=OuterRef("pk"))
        self.offer("unit", units_of(self.request, Q(Exists(of_model))))

    def by_state(self, rows: Any, _name: str, code: str) -> Any:
        return rows.owed() if code == self.OWED else rows.filter(handed_in_at__isnull=False)


class EntryFilter(_RegistryFilter):
    SENT_GROUP = "sent_and_after"

    q = CharFilter(label=_("Find by title or unit"), max_length=100, method="by_words")
    state = CodeFilter(
        label=_("State"),
        choices=[
            (SENT_GROUP, _("Sent to the organizers, whatever came of it")),
            ("being_written", _("Planned or being written")),
            ("at_organizers", _("With the organizers, without an award")),
            *EntryState.choices,
        ],
        method="as_asked",
    )
    contest = RowFilter(label=_("Contest"))

    field_order = ["q", "state", "unit", "contest"]

    def __init__(self, data: Any, queryset: Any, **kwargs: Any) -> None:
        super().__init__(data, queryset, **kwargs)
        of = queryset.order_by().filter(contest=OuterRef("pk"))
        self.offer("contest", Contest.objects.visible_to(self.request.user).filter(Exists(of)))

    def filter_queryset(self, queryset: Any) -> Any:
        rows: Any = super().filter_queryset(queryset)
        state, on = self.asked("state"), self.asked("on")
        if state == self.SENT_GROUP:
            states: tuple[str, ...] = SENT_AND_AFTER
        else:
            states = ENTRY_GROUPS[state][0] if state in ENTRY_GROUPS else (state,)
        if on:
            return rows.in_state_on(on, *states) if state else rows.with_state_on(on)
        return rows.filter(state__in=states) if state else rows


# ---- what the lists are exported as ------------------------------------------------------------------
ENTRIES = table(
    "models_registry:entry_list",
    _("Entries of the writing contest"),
    Column(_("Entry"), "title"),
    Column(_("Unit"), "unit__name"),
    Column(_("Contest"), "contest__name"),
    Column(_("State"), of=lambda row: str(EntryState(getattr(row, "state_then", row.state)).label)),
    Column(_("Sent on"), "sent_on"),
)
QUOTAS = table(
    "models_registry:contest_list",
    _("Entries shared out"),
    Column(_("Contest"), of=lambda line: str(line.contest)),
    Column(_("Unit"), of=lambda line: str(line.unit)),
    Column(_("To write"), of=lambda line: line.required),
    Column(_("Handed in"), of=lambda line: line.written),
    Column(_("Being revised"), of=lambda line: line.count(EntryState.REVISING)),
    Column(_("Sent to the organizers"), of=lambda line: line.sent),
    Column(_("Final round"), of=lambda line: line.count(EntryState.FINAL, EntryState.AWARDED, EntryState.NOT_AWARDED)),
    Column(_("Awarded"), of=lambda line: line.count(EntryState.AWARDED)),
    Column(_("Still owed"), of=lambda line: line.owed),
)
FIELDS = table(
    "models_registry:field_list",
    _("Fields of the year"),
    Column(_("Field of the year"), "label"),
    Column(_("Official field"), "official_field__label"),
)
