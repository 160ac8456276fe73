from django.contrib import admin

from bench.stock.models import Household


@admin.register(Household)
class HouseholdAdmin(admin.ModelAdmin):
    list_display = ["__str__", "address_line", "outreach", "team", "visited_at", "follow_up_on"]
    list_select_related = ["team"]
    list_filter = ["outreach"]
    list_per_page = 50
    search_fields = ["name", "address_line"]
