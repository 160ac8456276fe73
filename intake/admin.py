from django.contrib import admin

from core.admin import ReadOnlyAdmin
from intake.models import Batch, Heading


@admin.register(Batch)
class BatchAdmin(ReadOnlyAdmin):
    """Counts only: a file and what was said of its rows are of people."""

    list_display = ["uploaded_at", "kind", "state", "row_count", "new_count", "wrong_count", "uploaded_by"]
    list_filter = ["state"]
    fields = [
        "kind",
        "state",
        "row_count",
        "left_out_count",
        "new_count",
        "known_count",
        "wrong_count",
        "uploaded_by",
        "uploaded_at",
    ]


@admin.register(Heading)
class HeadingAdmin(ReadOnlyAdmin):
    list_display = ["kind", "said", "column"]
