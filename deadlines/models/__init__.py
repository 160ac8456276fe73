from deadlines.models.calendar import Calendar, CalendarMissing, calendar_for
from deadlines.models.rows import (
    FIRST_YEAR,
    LAST_YEAR,
    CalendarDay,
    CalendarYear,
    can_edit_calendar,
    days_of_year,
    look_of,
)

__all__ = [
    "FIRST_YEAR",
    "LAST_YEAR",
    "Calendar",
    "CalendarDay",
    "CalendarMissing",
    "CalendarYear",
    "calendar_for",
    "can_edit_calendar",
    "days_of_year",
    "look_of",
]
