"""What the lists of this app are exported as."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.listing import Column, table, words
from deadlines.choices import Backing, DayKind, RuleKind, YearState

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
