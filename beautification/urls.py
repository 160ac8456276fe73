import datetime

from django.urls import path, register_converter

from beautification.views import cleanup, public, street
from core import dates


class DayConverter:
    """A day in an address: 2022-04-30."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> datetime.date:
        day = datetime.date.fromisoformat(value)
        if not dates.FIRST <= day <= dates.LAST:
            raise ValueError(value)  # is no match, so 404
        return day

    def to_url(self, value: datetime.date | str) -> str:
        return str(value)


register_converter(DayConverter, "day")
session = "streets/<slug:slug>/cleanups/<day:original_on>/"

app_name = "beautification"
urlpatterns = [
    path("streets/", street.street_list, name="street_list"),
    path("streets/new/", street.street_new, name="street_new"),
    path("streets/<slug:slug>/", street.street_detail, name="street_detail"),
    path("streets/<slug:slug>/edit/", street.street_edit, name="street_edit"),
    path("streets/<slug:slug>/take-up/", street.street_take_up, name="street_take_up"),
    path("streets/<slug:slug>/series/new/", street.series_new, name="series_new"),
    path("streets/<slug:slug>/series/<int:pk>/edit/", street.series_edit, name="series_edit"),
    path("p/<slug:ward>/streets/<slug:slug>.ics", public.street_feed, name="public_street_feed"),
    path("cleanups/", cleanup.cleanup_list, name="cleanup_list"),
    path("streets/<slug:slug>/cleanups/new/", cleanup.cleanup_new, name="cleanup_new"),
    path(session, cleanup.cleanup_detail, name="cleanup_detail"),
    path(f"{session}confirm/", cleanup.cleanup_confirm, name="cleanup_confirm"),
    path(f"{session}open/", cleanup.cleanup_open, name="cleanup_open"),
    path(f"{session}tally/", cleanup.cleanup_tally, name="cleanup_tally"),
    path(f"{session}counts/", cleanup.cleanup_count, name="cleanup_count"),
    path(f"{session}close/", cleanup.cleanup_close, name="cleanup_close"),
    path(f"{session}reopen/", cleanup.cleanup_reopen, name="cleanup_reopen"),
    path(f"{session}postpone/", cleanup.cleanup_postpone, name="cleanup_postpone"),
    path(f"{session}cancel/", cleanup.cleanup_cancel, name="cleanup_cancel"),
    path(f"{session}decide/", cleanup.cleanup_decide, name="cleanup_decide"),
]
