from django.contrib import admin

from core.admin import HouseAdmin, HouseInline, TransitionAdmin
from reports.models import Report, ReportSection, ReportTransition


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


admin.site.register(ReportTransition, TransitionAdmin)
