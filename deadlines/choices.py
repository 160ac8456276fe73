from django.db import models
from django.utils.translation import gettext_lazy as _


class YearState(models.TextChoices):
    PROVISIONAL = "provisional", _("Provisional")
    CONFIRMED = "confirmed", _("Confirmed")


class DayKind(models.TextChoices):
    HOLIDAY = "holiday", _("Public holiday")
    TET = "tet", _("Tết")
    SWAP_OFF = "swap_off", _("Day off in exchange")
    SWAP_WORKING = "swap_working", _("Working day in exchange")
    LOCAL_OFF = "local_off", _("Local day off")


DAYS_OFF = (DayKind.HOLIDAY, DayKind.TET, DayKind.SWAP_OFF, DayKind.LOCAL_OFF)


class Backing(models.TextChoices):
    """What says that a day differs from its week."""

    DECISION = "decision", _("Decision")
    LIBRARY = "library", _("The law, by the library")
    HAND = "hand", _("Entered by hand")


class RuleKind(models.TextChoices):
    DO_BY = "do_by", _("to be done by then")
    MUST_WAIT = "must_wait", _("not before then")
    MUST_LAST = "must_last", _("to last until then")
    VALIDITY = "validity", _("valid until then")
    BLACKOUT = "blackout", _("not within these days")


class RuleUnit(models.TextChoices):
    DAY = "day", _("days")
    WORKING_DAY = "working_day", _("working days")
    MONTH = "month", _("months")
