"""What the ward promised a household, and what holds its work with the household up: each with who sees to it and by
when, until it is closed with what came of it."""

import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.access import Decision, Permission
from accounts.models import Unit
from campaigns.models import Campaign
from clearance.choices import ObstacleReason, PromiseKind
from clearance.models.households import Household
from clearance.models.questions import AnsweredAlready
from clearance.models.visits import Visit
from clearance.querysets import OwedQuerySet, PromiseQuerySet
from clearance.validators import no_personal_number
from core.dated import dated
from core.keys import WardKey
from core.models import WardModel, today, tracked
from notifications import outbox

if TYPE_CHECKING:
    from accounts.models import User


ENTERED = {"promise": "clearance.promise.made", "obstacle": "clearance.obstacle.found"}
CLOSED = {"promise": "clearance.promise.kept", "obstacle": "clearance.obstacle.cleared"}


class Owed(WardModel):
    """Open until somebody writes down what came of it."""

    code: ClassVar[str]  # in its events
    address: ClassVar[str]

    household = WardKey(Household, models.PROTECT, related_name="%(class)ss", verbose_name=_("household"))
    text = models.TextField(_("in plain words"), validators=[no_personal_number])
    owner = WardKey(Unit, models.PROTECT, related_name="household_%(class)ss", verbose_name=_("who sees to it"))
    opened_on = models.DateField(_("since the day"), default=today)
    due_on = models.DateField(_("to be done by"))
    closed_on = models.DateField(_("day of the result"), null=True, blank=True)
    result = models.TextField(_("what came of it"), blank=True, validators=[no_personal_number])

    class Meta:
        abstract = True
        ordering = ["due_on", "id"]
        indexes = [models.Index(fields=["ward", "due_on"], name="%(app_label)s_%(class)s_due")]
        constraints = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_closed",
                condition=Q(closed_on__isnull=True, result="") | (Q(closed_on__isnull=False) & ~Q(result="")),
                violation_error_message=_("Say what came of it and on which day, or neither."),
            ),
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_days",
                condition=Q(due_on__gte=F("opened_on")) & (Q(closed_on=None) | Q(closed_on__gte=F("opened_on"))),
                violation_error_message=_("It can not be due or closed before it began."),
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80]

    def get_absolute_url(self) -> str:
        return reverse(self.address, args=[self.pk])

    @property
    def personal_file(self) -> Household:
        return self.household

    @property
    def is_open(self) -> bool:
        return self.closed_on is None

    def can_close(self, user: "User", campaign: Campaign) -> Decision:
        """The unit that sees to it, or a clearance officer for it."""
        if not self.is_open:
            return access.denied(gettext("This is closed already."))
        if access.can(user, Permission.CLEARANCE_MANAGE):
            return campaign.can_change()
        if self.owner_id in access.grants(user).units_with(Permission.TASK_REPORT):
            return campaign.can_change()
        return access.denied(gettext("%(unit)s sees to this.") % {"unit": self.owner})

    def enter(self, *, by: "User | None", campaign: Campaign) -> None:
        """Save a new one."""
        campaign.require_open()
        self.household.project.check_day(campaign, self.opened_on)
        with transaction.atomic():
            self.save()
            facts = {"on": self.opened_on, "unit": self.owner, "due_on": self.due_on.isoformat()}
            outbox.record(ENTERED[self.code], subject=self.household, by=by, **facts)

    def close(self, *, by: "User", campaign: Campaign, on: datetime.date, result: str) -> None:
        campaign.require_open()
        with transaction.atomic():
            rows: Any = type(self)._base_manager.filter(pk=self.pk, ward_id=self.ward_id, closed_on__isnull=True)
            if rows.update(closed_on=on, result=result) != 1:
                raise AnsweredAlready(gettext("Somebody else has closed this. Read it first."))
            outbox.record(CLOSED[self.code], subject=self.household, by=by, on=on, unit=self.owner)
        self.refresh_from_db()


@dated("owner", "due_on")
@tracked
class Promise(Owed):
    """What somebody of the ward promised the household, in plain words."""

    code, address = "promise", "clearance:promise_detail"

    kind = models.CharField(_("what was promised"), max_length=10, choices=PromiseKind, default=PromiseKind.WORK)
    visit = WardKey(
        Visit,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="promises",
        verbose_name=_("promised at the visit"),
    )

    objects = PromiseQuerySet.as_manager()

    class Meta(Owed.Meta):
        verbose_name = _("promise to a household")
        verbose_name_plural = _("promises to households")


@dated("owner", "due_on")
@tracked
class Obstacle(Owed):
    """What holds the work up, and which body of the ward clears it."""

    code, address = "obstacle", "clearance:obstacle_detail"

    reason = models.CharField(_("what holds it up"), max_length=20, choices=ObstacleReason)

    objects = OwedQuerySet.as_manager()

    class Meta(Owed.Meta):
        verbose_name = _("obstacle at a household")
        verbose_name_plural = _("obstacles at households")
