from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from beautification.choices import Decider
from beautification.models import (
    Cleanup,
    CleanupNeed,
    CleanupReply,
    CleanupSeries,
    CleanupTransition,
    CleanupTurnout,
    CriteriaSet,
    CriterionResult,
    Defect,
    DefectKind,
    DefectTransition,
    Photo,
    PhotoPair,
    SeriesTurn,
    Street,
    StreetAssessment,
    StreetCriterion,
    StreetGroup,
    StreetLine,
)
from core.admin import HouseAdmin, HouseInline, ReadOnlyInline, TransitionAdmin


class StreetGroupInline(HouseInline):
    model = StreetGroup
    fields = ["unit"]


class CleanupTurnoutInline(HouseInline):
    model = CleanupTurnout
    fields = ["unit", "source", "exactness", "count"]


class CleanupNeedInline(HouseInline):
    model = CleanupNeed
    fields = ["unit", "people", "tools"]


class SeriesTurnInline(HouseInline):
    model = SeriesTurn
    fields = ["unit", "order"]


class CleanupReplyInline(ReadOnlyInline):
    model = CleanupReply
    fields = ["unit", "people", "note", "on", "by", "at"]


class CleanupTransitionInline(ReadOnlyInline):
    model = CleanupTransition
    fields = ["old", "new", "on", "at", "by", "reason"]


@admin.register(Street)
class StreetAdmin(HouseAdmin):
    list_display = ["name", "lead_unit", "registered_on", "target_on"]
    list_filter = ["lead_unit"]
    search_fields = ["name", "slug"]
    inlines = [StreetGroupInline]


@admin.register(StreetLine)
class StreetLineAdmin(HouseAdmin):
    """Drawn on the street's page, where the file is read."""

    list_display = ["street", "length", "epsg", "source"]
    search_fields = ["street__name"]
    readonly_fields = ["street", "geometry", "length", "epsg", "source"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(CleanupSeries)
class CleanupSeriesAdmin(HouseAdmin):
    list_display = ["street", "rrule", "starts_at", "first_on", "until", "policy"]
    list_filter = ["policy", "street"]
    search_fields = ["street__name"]
    inlines = [SeriesTurnInline, CleanupNeedInline]


@admin.register(Cleanup)
class CleanupAdmin(HouseAdmin):
    """States change on the portal's pages, where each step leaves its dated row."""

    list_display = ["street", "on", "original_on", "state", "holiday_decision"]
    list_filter = ["state", "holiday_decision", "street"]
    date_hierarchy = "on"
    search_fields = ["street__name"]
    readonly_fields = ["state", "holiday_decision", "decider", "closed_at", "closed_by", "original_on"]
    inlines = [CleanupTurnoutInline, CleanupNeedInline, CleanupReplyInline, CleanupTransitionInline]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """What a person has changed by hand is not changed back by the rule."""
        obj.decider = Decider.PERSON
        super().save_model(request, obj, form, change)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # planned on the street's page, where the calendar is asked


class PhotoInline(ReadOnlyInline):
    model = Photo
    fields = ["moment", "original_name", "uploaded_by", "uploaded_at"]


@admin.register(PhotoPair)
class PhotoPairAdmin(HouseAdmin):
    """Photos come in and go on the portal's pages, where they are stripped and looked at."""

    list_display = ["spot", "street", "cleanup", "cleared_at", "cleared_by"]
    list_filter = ["street"]
    search_fields = ["spot", "street__name"]
    readonly_fields = ["street", "cleanup", "cleared_at", "cleared_by"]
    inlines = [PhotoInline]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class StreetCriterionInline(HouseInline):
    model = StreetCriterion
    fields = ["number", "text"]


@admin.register(CriteriaSet)
class CriteriaSetAdmin(HouseAdmin):
    list_display = ["version", "valid_from", "valid_to", "legal_ref", "verified_on"]
    search_fields = ["version", "legal_ref"]
    readonly_fields = ["verified_by", "verified_on"]
    inlines = [StreetCriterionInline]


class CriterionResultInline(ReadOnlyInline):
    model = CriterionResult
    fields = ["criterion", "state", "note"]


@admin.register(StreetAssessment)
class StreetAssessmentAdmin(HouseAdmin):
    """Assessed on the portal's pages, where each criterion is asked about."""

    list_display = ["street", "on", "criteria_set", "next_on", "by"]
    list_filter = ["street", "criteria_set"]
    date_hierarchy = "on"
    search_fields = ["street__name"]
    readonly_fields = ["street", "criteria_set", "on", "by"]
    inlines = [CriterionResultInline]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(DefectKind)
class DefectKindAdmin(HouseAdmin):
    list_display = ["name", "unit", "is_used"]
    search_fields = ["name"]


class DefectTransitionInline(ReadOnlyInline):
    model = DefectTransition
    fields = ["old", "new", "on", "at", "by", "reason"]


@admin.register(Defect)
class DefectAdmin(HouseAdmin):
    """Reported, mended and come back on the portal's pages, where each step leaves its dated row."""

    list_display = ["kind", "place", "street", "owner", "reported_on", "state"]
    list_filter = ["state", "kind", "street"]
    date_hierarchy = "reported_on"
    search_fields = ["place", "street__name"]
    readonly_fields = ["state", "street", "reported_on"]
    inlines = [DefectTransitionInline]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


admin.site.register(DefectTransition, TransitionAdmin)
admin.site.register(CleanupTransition, TransitionAdmin)
