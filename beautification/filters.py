"""What the list of clean-ups is narrowed by."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter

from accounts.models import Unit
from beautification.choices import CriterionState
from beautification.models import CriterionResult, DefectKind, Street
from beautification.querysets import CleanupQuerySet, CriterionResultQuerySet, DefectQuerySet, StreetQuerySet
from campaigns.models import Campaign
from core.filters import CodeFilter, HiddenCodeFilter, HiddenDayFilter, ListFilter, RowFilter, SlugFilter
from core.listing import Column, table
from core.search import folding, found

TABS = ("coming", "undecided", "unclosed", "done", "cancelled")


class StreetFilter(ListFilter):
    typed_first_by = ["name"]

    q = CharFilter(label=_("Search streets"), max_length=100, method="by_words")

    def by_words(self, streets: StreetQuerySet, _name: str, words: str) -> StreetQuerySet:
        return streets.search(words)


class CleanupFilter(ListFilter):
    street = SlugFilter(label=_("Street"))
    unit = SlugFilter(label=_("Unit"), method="of_unit")
    state = HiddenCodeFilter(codes=TABS)

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.streets = Street.objects.visible_to(self.request.user).of_campaign(campaign)
        self.offer("street", self.streets)
        self.offer("unit", Unit.objects.visible_to(self.request.user).inside())

    def of_unit(self, rows: CleanupQuerySet, _name: str, unit: Unit) -> CleanupQuerySet:
        return rows.filter(street__in=self.streets.of_units([unit.pk]))


class ResultFilter(ListFilter):
    street = SlugFilter(field_name="assessment__street", label=_("Street"))
    unit = SlugFilter(label=_("Unit"), method="of_unit")
    result = CodeFilter(field_name="state", label=_("Result"), choices=CriterionState.choices)
    on = HiddenDayFilter()

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.streets = Street.objects.visible_to(self.request.user).of_campaign(campaign)
        self.offer("street", self.streets)
        self.offer("unit", Unit.objects.visible_to(self.request.user).inside())

    def of_unit(self, rows: CriterionResultQuerySet, _name: str, unit: Unit) -> CriterionResultQuerySet:
        return rows.filter(assessment__street__in=self.streets.of_units([unit.pk]))


DEFECT_TABS = ("to_mend", "mended", "returned")


class DefectFilter(ListFilter):
    q = CharFilter(label=_("Search by place"), max_length=100, method="by_words")
    street = SlugFilter(label=_("Street"))
    kind = RowFilter(label=_("Kind"))
    unit = SlugFilter(field_name="owner", label=_("Unit that must act"))
    state = HiddenCodeFilter(codes=DEFECT_TABS)
    on = HiddenDayFilter()

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("street", Street.objects.visible_to(self.request.user).of_campaign(campaign))
        self.offer("kind", DefectKind.objects.visible_to(self.request.user))
        self.offer("unit", Unit.objects.visible_to(self.request.user).inside())

    def by_words(self, rows: DefectQuerySet, _name: str, words: str) -> DefectQuerySet:
        return rows.alias(place_key=folding("place")).filter(found(words, "place_key"))


# ---- what the lists are exported as ------------------------------------------------------------------
def _nearly(nearly: Any) -> str:
    return str(_("nearly")) if nearly else ""


CLEANUPS = table(
    "beautification:cleanup_list",
    _("Clean-ups"),
    Column(_("Day"), "on"),
    Column(_("First planned for"), of=lambda row: row.original_on if row.is_moved else None),
    Column(_("Street"), of=lambda row: row.street.name),
    Column(_("State"), of=lambda row: str(row.standing.label)),
    Column(_("Lead unit"), of=lambda row: row.leader.name),
    Column(_("People"), "turnout"),
    Column(_("Exactness"), "is_nearly", say=_nearly),
)
STREETS = table(
    "beautification:street_list",
    _("Streets"),
    Column(_("Street"), "undertaking__name"),
    Column(_("Extent"), "extent"),
    Column(_("Lead unit"), "lead_unit__name"),
    Column(_("Last clean-up"), "last_on"),
    Column(_("People"), "last_count"),
    Column(_("Exactness"), "last_nearly", say=_nearly),
    Column(_("Next clean-up"), "next_on"),
)


def _state(result: CriterionResult) -> str:
    return str(result.get_state_display())


RESULTS = table(
    "beautification:result_list",
    _("Criteria of streets"),
    Column(_("Street"), of=lambda row: row.assessment.street.name),
    Column(_("Criterion"), of=lambda row: str(row.criterion)),
    Column(_("Result"), of=_state),
    Column(_("Note"), "note"),
    Column(_("Assessed on"), of=lambda row: row.assessment.on),
)
ASSESSMENTS = table(
    "beautification:assessment_list",
    _("Assessments of a street"),
    Column(_("Day"), "on"),
    Column(_("Edition"), of=lambda row: row.criteria_set.version),
    Column(_("Criteria met"), "met"),
    Column(_("Not yet met"), "not_yet"),
    Column(_("Not looked at"), "unseen"),
    Column(_("In short"), "note"),
)
DEFECTS = table(
    "beautification:defect_list",
    _("Defects of streets"),
    Column(_("What is wrong"), of=lambda row: row.kind.name),
    Column(_("Where on the street"), "place"),
    Column(_("Street"), of=lambda row: row.street.name),
    Column(_("Reported on"), "reported_on"),
    Column(_("Unit that must act"), of=lambda row: row.owner.name),
    Column(_("By when"), "due_on"),
    Column(_("State"), of=lambda row: str(row.get_state_display())),
    Column(_("Came back"), "returns"),
)
