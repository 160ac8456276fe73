"""The Front asks some households whether a visit was as the ward says: about the visit, never about the household.

Which visits are asked about nobody chooses: of all that were entered in a week, those whose number is smallest under
the portal's secret key, once for each week.
"""

import datetime
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.access import Decision, Permission
from accounts.models import Ward
from clearance.choices import Came, SaidAsWritten
from clearance.models.households import Household
from clearance.models.scripts import VisitRule
from clearance.models.visits import Visit
from clearance.querysets import CallbackQuerySet, DrawQuerySet
from core.keys import WardKey
from core.models import WardModel, save_all, today, tracked
from notifications import outbox

if TYPE_CHECKING:
    from accounts.models import User

WEEK = datetime.timedelta(days=7)


def last_week(on: datetime.date) -> datetime.date:
    """The Monday of the last week that is over."""
    return on - datetime.timedelta(days=on.weekday()) - WEEK


@tracked
class VisitDraw(WardModel):
    """The draw of one week: of how many visits how many in a hundred, as the ward's rule was then."""

    week_from = models.DateField(_("week from"))
    percent = models.PositiveSmallIntegerField(_("visits that the Front asks about, in percent"))
    of_count = models.PositiveIntegerField(_("visits entered in the week"))
    drawn_at = models.DateTimeField(_("drawn at"), default=timezone.now, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("by")
    )

    objects = DrawQuerySet.as_manager()

    class Meta:
        verbose_name = _("draw of visits to ask about")
        verbose_name_plural = _("draws of visits to ask about")
        ordering = ["-week_from"]
        constraints = [models.UniqueConstraint("ward", "week_from", name="clearance_draw_once")]

    def __str__(self) -> str:
        return f"{self.week_from:%d/%m/%Y}"

    @classmethod
    def draw(cls, ward: Ward, *, by: "User", week_from: datetime.date) -> "VisitDraw":
        """Draw a week that is over, once; the same whoever presses the button and when."""
        if week_from > last_week(today()) or week_from.weekday():
            raise ValidationError(gettext("This week is not over yet."))
        with transaction.atomic():
            Ward.objects.select_for_update(of=("self",)).get(pk=ward.pk)
            if cls.objects.filter(ward=ward, week_from=week_from).exists():
                raise ValidationError(gettext("This week was drawn already."))
            keys = list(Visit.objects.entered_in(ward, week_from, week_from + WEEK).values_list("pk", flat=True))
            percent = VisitRule.of(ward, week_from).callback_percent
            row = cls.objects.create(ward=ward, week_from=week_from, percent=percent, of_count=len(keys), by=by)
            chosen = chosen_of(ward.pk, week_from, keys, percent)
            save_all([VisitCallback(ward=ward, draw=row, visit_id=key) for key in chosen])
            outbox.record("clearance.callbacks.drawn", subject=row, by=by, on=week_from, count=len(chosen))
        return row


def chosen_of(ward_id: int, week_from: datetime.date, keys: Iterable[int], percent: int) -> list[int]:
    """Rounded up, so that no week with visits goes unasked."""
    known = list(keys)
    salt = f"clearance.callback:{ward_id}:{week_from}"
    turn = {key: salted_hmac(salt, str(key), algorithm="sha256").hexdigest() for key in known}
    return sorted(known, key=turn.__getitem__)[: -(-len(known) * percent // 100)]


@tracked
class VisitCallback(WardModel):
    """One visit that is asked about, and what the household said of it."""

    draw = WardKey(VisitDraw, models.CASCADE, related_name="callbacks", verbose_name=_("draw of visits to ask about"))
    visit = WardKey(Visit, models.PROTECT, related_name="callbacks", verbose_name=_("visit"))
    asked_on = models.DateField(_("asked on"), null=True, blank=True)
    came = models.CharField(_("did somebody come on that day?"), max_length=12, choices=Came, blank=True)
    as_written = models.CharField(
        _("did they say what the script says?"), max_length=12, choices=SaidAsWritten, blank=True
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("by")
    )

    objects = CallbackQuerySet.as_manager()

    class Meta:
        verbose_name = _("visit that is asked about")
        verbose_name_plural = _("visits that are asked about")
        ordering = ["draw", "id"]
        constraints = [
            models.UniqueConstraint("ward", "visit", name="clearance_callback_once"),
            models.CheckConstraint(
                name="clearance_callback_answer",
                condition=Q(asked_on__isnull=True, came="", as_written="")
                | (Q(asked_on__isnull=False, came=Came.YES) & ~Q(as_written=""))
                | (Q(asked_on__isnull=False, as_written="") & ~Q(came__in=["", Came.YES])),
                violation_error_message=_("What was said is asked where somebody came, and only there."),
            ),
        ]

    @property
    def personal_file(self) -> Household:
        return self.visit.household

    def __str__(self) -> str:
        return str(self.visit)

    def can_answer(self, user: "User") -> Decision:
        if self.asked_on:
            return access.denied(gettext("This household was asked already."))
        return access.can_in_ward(user, Permission.CALLBACK_ASK)

    def answer(self, *, by: "User", came: str, as_written: str = "") -> None:
        with transaction.atomic():
            rows = VisitCallback.objects.filter(pk=self.pk, ward_id=self.ward_id, asked_on=None)
            said = as_written if came == Came.YES else ""
            if rows.update(asked_on=today(), came=came, as_written=said, by=by) != 1:
                raise ValidationError(gettext("This household was asked already."))
            outbox.record("clearance.callbacks.answered", subject=self.draw, by=by)
        self.refresh_from_db()
