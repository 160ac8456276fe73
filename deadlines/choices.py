from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


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

    OWN = "own", _("The ward's own table")
    DECISION = "decision", _("Decision")
    LIBRARY = "library", _("The law, by the library")
    GUESS = "guess", _("A library's guess that no decision backs")
    HAND = "hand", _("Entered by hand")


class RuleKind(models.TextChoices):
    DO_BY = "do_by", _("to be done by then")
    MUST_WAIT = "must_wait", _("not before then")
    MUST_LAST = "must_last", _("to last until then")
    VALIDITY = "validity", _("valid until then")
    KEEP = "keep", _("kept until then")


class BlackoutKind(models.TextChoices):
    """When the ward sets no day towards a household."""

    TET = "tet", _("around Tết")
    DAYS_OFF = "days_off", _("on days off")
    HOURS = "hours", _("outside office hours")


class CountedFrom(models.TextChoices):
    """Two readings of “15 days before and after Tết”; which one holds is said by the row."""

    BREAK = "break", _("from the official break")
    FIRST_DAY = "first_day", _("from the first day of Tết")


class RuleUnit(models.TextChoices):
    DAY = "day", _("days")
    WORKING_DAY = "working_day", _("working days")
    MONTH = "month", _("months")


class Standing(models.TextChoices):
    """How a deadline stands on a day."""

    OVERDUE = "overdue", pgettext_lazy("deadline", "overdue")
    WEEK = "week", pgettext_lazy("deadline", "within seven days")
    LATER = "later", pgettext_lazy("deadline", "later")
    PAUSED = "paused", pgettext_lazy("deadline", "paused")
    MET = "met", pgettext_lazy("deadline", "met")
    OVER = "over", pgettext_lazy("deadline", "over")  # of what had to last or to be waited for
    GONE = "gone", pgettext_lazy("deadline", "followed no more")  # what owes it is out of force, or its year is closed


_S = Standing
STANDING_TABS = {
    "open": (_S.OVERDUE, _S.WEEK, _S.LATER, _S.PAUSED),
    "overdue": (_S.OVERDUE,),
    "week": (_S.WEEK,),
    "paused": (_S.PAUSED,),
    "met": (_S.MET,),
    "over": (_S.OVER, _S.GONE),
    "all": tuple(Standing),
}
STANDING_LABELS = {
    "open": pgettext_lazy("deadlines", "Running"),
    "overdue": pgettext_lazy("deadlines", "Overdue"),
    "week": pgettext_lazy("deadlines", "Within seven days"),
    "paused": pgettext_lazy("deadlines", "Paused"),
    "met": pgettext_lazy("deadlines", "Met"),
    "over": pgettext_lazy("deadlines", "Over"),
    "all": pgettext_lazy("deadlines", "All"),
}
FOLLOWED = frozenset(STANDING_TABS["open"])
