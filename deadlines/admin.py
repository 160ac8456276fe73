from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from core.admin import HouseAdmin
from deadlines.choices import Backing
from deadlines.models import CalendarDay, CalendarYear


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
