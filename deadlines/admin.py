from django.contrib import admin

from core.admin import HouseAdmin
from deadlines.models import CalendarDay, CalendarYear


@admin.register(CalendarYear)
class CalendarYearAdmin(HouseAdmin):
    list_display = ["year", "state", "source"]
    list_filter = ["state"]
    search_fields = ["year", "source"]


@admin.register(CalendarDay)
class CalendarDayAdmin(HouseAdmin):
    list_display = ["date", "name", "kind", "source"]
    list_filter = ["kind"]
    date_hierarchy = "date"
    search_fields = ["name", "source"]
