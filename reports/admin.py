from django.contrib import admin
from django.http import HttpRequest

from core.admin import HouseAdmin, HouseInline, ReadOnlyAdmin, ReadOnlyInline, TransitionAdmin
from reports.choices import ReportState
from reports.forms import ReportTextForm
from reports.models import (
    CalendarFeed,
    FilledForm,
    PeriodRule,
    Report,
    ReportFigure,
    ReportOverride,
    ReportSection,
    ReportText,
    ReportTransition,
    ReportVersion,
    ReportWording,
    SuperiorForm,
    SuperiorFormCell,
    WardNumber,
)


class SectionInline(HouseInline):
    model = ReportSection
    fields = ["code", "text", "order"]


class OverrideInline(ReadOnlyInline):
    """Entered on the report's own page, where what the portal counts stands beside it."""

    model = ReportOverride
    fields = ["key", "value", "computed", "reason", "by", "at"]


class WordingInline(HouseInline):
    model = ReportWording
    fields = ["code", "lines"]


@admin.register(Report)
class ReportAdmin(HouseAdmin):
    list_display = ["title", "campaign", "on", "body", "state"]
    list_filter = ["state", "kind"]
    list_select_related = ["campaign", "body"]
    search_fields = ["title"]
    inlines = [SectionInline, WordingInline, OverrideInline]
    readonly_fields = ["state", "issued_as"]  # moved by the way through the house

    def has_change_permission(self, request: HttpRequest, obj: Report | None = None) -> bool:
        """In the draft alone: what was handed in stays as it is, here too."""
        return super().has_change_permission(request, obj) and (obj is None or obj.state == ReportState.DRAFT)


@admin.register(PeriodRule)
class PeriodRuleAdmin(HouseAdmin):
    list_display = ["closes_on", "valid_from", "valid_to", "source"]
    search_fields = ["source"]


@admin.register(WardNumber)
class WardNumberAdmin(HouseAdmin):
    list_display = ["label", "value", "on", "source"]
    search_fields = ["label", "source"]


@admin.register(ReportText)
class ReportTextAdmin(HouseAdmin):
    form = ReportTextForm
    list_display = ["heading", "code", "order", "of_kinds", "valid_from", "valid_to", "source"]
    search_fields = ["heading", "lines"]


@admin.register(ReportVersion)
class ReportVersionAdmin(ReadOnlyAdmin):
    list_display = ["report", "at", "by", "reason"]
    list_select_related = ["report", "by"]
    search_fields = ["report__title", "reason"]


@admin.register(ReportFigure)
class ReportFigureAdmin(ReadOnlyAdmin):
    list_display = ["report", "key", "value", "is_nearly"]
    list_select_related = ["report"]
    search_fields = ["report__title", "key"]


class FormCellInline(ReadOnlyInline):
    model = SuperiorFormCell
    fields = ["sheet", "cell", "fact"]


@admin.register(SuperiorForm)
class SuperiorFormAdmin(ReadOnlyAdmin):
    """Brought in and mapped on its own pages, where each cell is looked at in the file."""

    list_display = ["name", "asked_by", "uploaded_at", "ended_on"]
    list_select_related = ["asked_by"]
    search_fields = ["name"]
    inlines = [FormCellInline]


@admin.register(FilledForm)
class FilledFormAdmin(ReadOnlyAdmin):
    list_display = ["form", "report", "at", "by"]
    list_select_related = ["form", "report", "by"]
    search_fields = ["form__name", "report__title"]


@admin.register(CalendarFeed)
class CalendarFeedAdmin(ReadOnlyAdmin):
    """Who has a calendar on a phone; its address nobody can read."""

    list_display = ["user", "since", "revoked_at"]
    list_filter = [("revoked_at", admin.EmptyFieldListFilter)]
    search_fields = ["user__search_key", "user__username"]
    exclude = ["secret_hash"]


admin.site.register(ReportTransition, TransitionAdmin)
