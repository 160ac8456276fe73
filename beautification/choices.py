from django.db import models
from django.utils.translation import gettext_lazy as _


class HolidayPolicy(models.TextChoices):
    SKIP = "skip", _("leave out")
    MOVE = "move", _("move to another day")
    ASK = "ask", _("ask the officer")


class CleanupState(models.TextChoices):
    PLANNED = "planned", _("Planned")
    CONFIRMED = "confirmed", _("Confirmed")
    OPEN = "open", _("Taking place")
    DONE = "done", _("Closed")
    POSTPONED = "postponed", _("Moved")
    CANCELLED = "cancelled", _("Cancelled")


class HolidayDecision(models.TextChoices):
    NEEDED = "needed", _("Decision needed")
    HOLD = "hold", _("Take place anyway")
    MOVED = "moved", _("Moved")
    CANCELLED = "cancelled", _("Cancelled")


class TurnoutSource(models.TextChoices):
    SCAN = "scan", _("scanned")
    HAND = "hand", _("counted on the spot")
    PAPER = "paper", _("from a paper list")
    ESTIMATE = "estimate", _("estimated")


class Exactness(models.TextChoices):
    EXACT = "exact", _("exact")
    NEARLY = "nearly", _("nearly")
