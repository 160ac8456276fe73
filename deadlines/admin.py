from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from core.admin import HouseAdmin
from deadlines.choices import Backing
from deadlines.models import Blackout, CalendarDay, CalendarYear, DaySwap, Deadline, DeadlinePause, DeadlineRule


@admin.register(CalendarYear)
class CalendarYearAdmin(HouseAdmin):
    list_display = ["year", "state", "source"]
    list_filter = ["state"]
    search_fields = ["year", "source"]


@admin.register(CalendarDay)
class CalendarDayAdmin(HouseAdmin):
    list_display = ["date", "name", "kind", "backing", "source"]
    list_filter = ["kind", "backing"]
    date_hierarchy = "date"
    search_fields = ["name", "source"]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        obj.backing = Backing.HAND
        super().save_model(request, obj, form, change)


@admin.register(DaySwap)
class DaySwapAdmin(HouseAdmin):
    """The calendars that are there follow each change."""

    list_display = ["off", "worked", "number", "issuer", "dated_on"]
    search_fields = ["number", "issuer"]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        former = obj.days_in_table()
        super().save_model(request, obj, form, change)
        CalendarDay.refresh(obj.ward_id, [*former, obj.off, obj.worked])

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        obj.remove(by=request.user)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        for swap in queryset:
            self.delete_model(request, swap)


@admin.register(DeadlineRule)
class DeadlineRuleAdmin(HouseAdmin):
    """A new law is a new row with its first day; the row before gets its last."""

    list_display = ["name", "rule_set", "length", "legal_ref", "valid_from", "valid_to", "verified_on"]
    list_filter = ["rule_set", "kind"]
    search_fields = ["name", "code", "legal_ref"]


@admin.register(Deadline)
class DeadlineAdmin(HouseAdmin):
    list_display = ["rule", "anchor_on", "due_on", "met_on", "met_with"]
    list_select_related = ["rule"]
    search_fields = ["rule__name"]


@admin.register(DeadlinePause)
class DeadlinePauseAdmin(HouseAdmin):
    list_display = ["deadline", "first", "last", "reason"]
    list_select_related = ["deadline__rule"]
    search_fields = ["reason"]


@admin.register(Blackout)
class BlackoutAdmin(HouseAdmin):
    """A new reading of the law is a new row with its first day; the row before gets its last."""

    list_display = ["kind", "extent", "legal_ref", "valid_from", "valid_to", "verified_on"]
    list_filter = ["kind"]
    search_fields = ["legal_ref"]
