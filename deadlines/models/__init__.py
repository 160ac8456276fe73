from deadlines.models.blackouts import Blackout, closed_by
from deadlines.models.calendar import Calendar, CalendarMissing, calendar_for
from deadlines.models.deadlines import Deadline, DeadlinePause, DeadlineRule
from deadlines.models.rows import (
    FIRST_YEAR,
    LAST_YEAR,
    CalendarDay,
    CalendarYear,
    DaySwap,
    can_edit_calendar,
    days_of_year,
    look_of,
)
from deadlines.models.terms import Term

__all__ = [
    "FIRST_YEAR",
    "LAST_YEAR",
    "Blackout",
    "Calendar",
    "CalendarDay",
    "CalendarMissing",
    "CalendarYear",
    "DaySwap",
    "Deadline",
    "DeadlinePause",
    "DeadlineRule",
    "Term",
    "calendar_for",
    "can_edit_calendar",
    "closed_by",
    "days_of_year",
    "look_of",
]
