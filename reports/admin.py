from django.contrib import admin

from core.admin import HouseAdmin, HouseInline, ReadOnlyAdmin, TransitionAdmin
from reports.models import CalendarFeed, Report, ReportSection, ReportTransition


class SectionInline(HouseInline):
    model = ReportSection
    fields = ["code", "text", "order"]


@admin.register(Report)
class ReportAdmin(HouseAdmin):
    list_display = ["title", "campaign", "on", "body", "state"]
    list_filter = ["state", "kind"]
    list_select_related = ["campaign", "body"]
    search_fields = ["title"]
    readonly_fields = ["state", "issued_as"]  # moved by sending
    inlines = [SectionInline]
    readonly_fields = ["issued_as"]


@admin.register(CalendarFeed)
class CalendarFeedAdmin(ReadOnlyAdmin):
    """Who has a calendar on a phone; its address nobody can read."""

    list_display = ["user", "since", "revoked_at"]
    list_filter = [("revoked_at", admin.EmptyFieldListFilter)]
    search_fields = ["user__search_key", "user__username"]
    exclude = ["secret_hash"]


admin.site.register(ReportTransition, TransitionAdmin)
