"""What the lists of this app are narrowed by and exported as."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.filters import units_of
from core.filters import HiddenCodeFilter, ListFilter, RowFilter, SlugFilter
from core.listing import Column, table, words
from deadlines.choices import STANDING_TABS, Backing, DayKind, RuleKind, Standing, YearState
from deadlines.models import Deadline, DeadlineRule
from deadlines.querysets import units_concerned, with_owners


class DeadlineFilter(ListFilter):
    """`state`: the tab."""

    unit = SlugFilter(label=_("Unit concerned"), method="by_unit")
    rule = RowFilter(label=pgettext_lazy("law", "Rule"))
    state = HiddenCodeFilter(codes=STANDING_TABS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        counted = Deadline.objects.filter(ward=OuterRef("ward"), rule=OuterRef("pk"))
        self.offer("rule", DeadlineRule.objects.visible_to(self.request.user).filter(Exists(counted)))
        self.offer("unit", units_of(self.request, units_concerned(Deadline)))

    @property
    def tab(self) -> str:
        return self.asked("state") or "open"

    def by_unit(self, deadlines: Any, _name: str, unit: Any) -> Any:
        return deadlines.of_unit(unit)


# ---- what the lists are exported as ------------------------------------------------------------------
def _with_owners(rows: list[Deadline], request: HttpRequest) -> Iterable[Deadline]:
    with_owners(rows)
    return rows


DEADLINES = table(
    "deadlines:deadline_list",
    _("Deadlines by law of the ward"),
    Column(pgettext_lazy("deadline", "Of what"), of=lambda row: row.thing_words),
    Column(pgettext_lazy("deadline", "What is due"), of=lambda row: str(row.about)),
    Column(pgettext_lazy("law", "Rule"), of=lambda row: row.rule.name),
    Column(_("How long"), of=lambda row: f"{row.length}, {row.get_kind_display()}"),
    Column(_("Legal reference"), "legal_ref"),
    Column(_("Counted from"), "anchor_on"),
    Column(_("Days paused"), of=lambda row: row.paused_days),
    Column(_("Last day of the deadline"), "due_on"),
    Column(_("Days left"), of=lambda row: row.days_left),
    Column(_("State"), "standing", say=words(Standing)),
    Column(_("Met on"), "met_on"),
    dress=_with_owners,
)
YEARS = table(
    "deadlines:year_list",
    _("Working calendar"),
    Column(_("Year"), "year"),
    Column(_("State"), "state", say=words(YearState)),
    Column(_("Source"), "source"),
)
DAYS = table(
    "deadlines:year_detail",
    _("Days off and working days in exchange"),
    Column(_("Day"), "date"),
    Column(_("Name of the day"), "name"),
    Column(_("Kind"), "kind", say=words(DayKind)),
    Column(_("Backed by"), "backing", say=words(Backing)),
    Column(_("Source"), "source"),
)
SWAPS = table(
    "deadlines:swap_list",
    _("Exchanged days of the ward"),
    Column(_("Day off"), "off"),
    Column(_("Worked instead"), "worked"),
    Column(_("Number of the decision"), "number"),
    Column(_("Issued by"), "issuer"),
    Column(_("Dated"), "dated_on"),
    Column(_("Source"), "source"),
)
RULES = table(
    "deadlines:rule_list",
    _("Deadlines by law"),
    Column(_("Rule set"), "rule_set"),
    Column(pgettext_lazy("law", "Rule"), "name"),
    Column(_("How long"), of=lambda rule: rule.length),
    Column(_("Says"), "kind", say=words(RuleKind)),
    Column(_("Counted from"), "anchor"),
    Column(_("Legal reference"), "legal_ref"),
    Column(_("Until"), "valid_to"),
    Column(pgettext_lazy("rule", "Verified"), "verified_by"),
    Column(_("Verified on"), "verified_on"),
)
