from django.db import models
from django.utils.translation import gettext_lazy as _


class HolidayPolicy(models.TextChoices):
    SKIP = "skip", _("Leave it out")
    MOVE = "move", _("Move to another day")
    ASK = "ask", _("Ask the officer")


class CleanupState(models.TextChoices):
    PLANNED = "planned", _("Planned")
    CONFIRMED = "confirmed", _("Confirmed")
    OPEN = "open", _("Taking place")
    DONE = "done", _("Session closed")
    POSTPONED = "postponed", _("Moved")
    CANCELLED = "cancelled", _("Cancelled")


COMING = (CleanupState.PLANNED, CleanupState.CONFIRMED, CleanupState.POSTPONED)
UNFINISHED = (*COMING, CleanupState.OPEN)


class HolidayDecision(models.TextChoices):
    NEEDED = "needed", _("Decision needed")
    HOLD = "hold", _("Take place anyway")
    MOVED = "moved", _("Moved")
    CANCELLED = "cancelled", _("Cancelled")


class Decider(models.TextChoices):
    """Who moved or cancelled a clean-up. What the rule did, the rule undoes; what a person did stays."""

    RULE = "rule", _("the rule of the series")
    PERSON = "person", _("a person")


class TurnoutSource(models.TextChoices):
    SCAN = "scan", _("scanned")
    HAND = "hand", _("counted on the spot")
    PAPER = "paper", _("from a paper list")
    ESTIMATE = "estimate", _("estimated")


MANUAL = (TurnoutSource.HAND, TurnoutSource.PAPER, TurnoutSource.ESTIMATE)


class Exactness(models.TextChoices):
    EXACT = "exact", _("exact")
    NEARLY = "nearly", _("nearly")


class Moment(models.TextChoices):
    BEFORE = "before", _("Before")
    AFTER = "after", _("After")


class CancelReason(models.TextChoices):
    RAIN = "rain", _("Heavy rain")
    DUTY = "duty", _("Another duty of the ward")
    OTHER = "other", _("Another reason")


WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
PARTS = (1, 2)  # clean-ups of one street on one day
NTH = (1, 2, 3, 4, -1)  # weekdays of a month: the first to the fourth, and the last
MONTHS = tuple(range(1, 13))
MOST_WEEKS = 8  # between two clean-ups of a series
MOST_PEOPLE = 9999  # of one unit at one clean-up: more is a slip of the finger
MOST_WASTE = 99_999  # kg of one clean-up
AHEAD_DAYS = 35  # clean-ups are made up to five weeks ahead
FLAG_DAYS = 14  # a clash with a holiday is work for somebody from two weeks ahead


class CriterionState(models.TextChoices):
    """How a street stands to a criterion on the day it was looked at."""

    MET = "criterion_met", _("Criterion met")
    NOT_YET = "criterion_not_yet", _("Not yet met")
    UNSEEN = "criterion_unseen", _("Not looked at")


class DefectState(models.TextChoices):
    TO_MEND = "to_mend", _("To be mended")
    MENDED = "mended", _("Mended")
