import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.access import Decision, Permission
from accounts.models import Unit, User
from campaigns.models import Campaign
from clearance.choices import (
    MET_OUTCOMES,
    OPENED,
    AttendanceReply,
    ConcernKind,
    MinutesState,
    Purpose,
    VisitOutcome,
)
from clearance.models.households import Household
from clearance.querysets import ConcernQuerySet, OfVisitQuerySet, VisitQuerySet
from clearance.validators import no_personal_number
from core.keys import WardKey
from core.models import WardModel, tracked, tracked_without

if TYPE_CHECKING:
    from accounts.models import User as Person


# A reply is shown as a count only, so the history that officers read leaves it out; a visit is never changed anyway.
@tracked_without("attendance_reply")
class Visit(WardModel):
    """One visit at the door. Never changed: a mistaken one becomes void with a reason and leaves the counts; what was
    written wrong is written anew in a row that amends it, and the former stays to be read."""

    client_id = models.UUIDField(_("device's id"), default=uuid.uuid4, editable=False)
    household = WardKey(Household, models.PROTECT, related_name="visits", verbose_name=_("household"))
    purpose = models.CharField(_("purpose"), max_length=20, choices=Purpose)
    visited_at = models.DateTimeField(_("visited at"))
    received_at = models.DateTimeField(_("entered at"), default=timezone.now, editable=False)
    outcome = models.CharField(_("who was met"), max_length=20, choices=VisitOutcome)
    note = models.TextField(_("note"), blank=True, validators=[no_personal_number])
    follow_up_on = models.DateField(_("come again on"), null=True, blank=True)
    attendance_reply = models.CharField(
        _("reply to the invitation"), max_length=20, choices=AttendanceReply, null=True, blank=True
    )
    asked_for = WardKey(
        "clearance.Dialogue",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="replies",
        verbose_name=_("dialogue that the reply is about"),
    )
    reply_letter = models.PositiveSmallIntegerField(
        _("version of the letter that the reply is about"), null=True, blank=True, editable=False
    )
    team = WardKey(Unit, models.PROTECT, related_name="visits", verbose_name=_("team"))
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    entered_for_unit_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("entered for the team by")
    )
    minutes = models.CharField(_("minutes"), max_length=20, choices=MinutesState, default=MinutesState.NONE)
    minutes_witness = models.CharField(
        _("witness of the minutes"), max_length=100, blank=True, validators=[no_personal_number]
    )
    read_back = models.BooleanField(_("read back to the household"), default=False)
    amends = WardKey(
        "self", models.PROTECT, null=True, blank=True, related_name="later", verbose_name=_("visit that it corrects")
    )
    amend_reason = models.CharField(
        _("what was written wrong"), max_length=200, blank=True, validators=[no_personal_number]
    )
    amended_at = models.DateTimeField(_("corrected since"), null=True, blank=True, editable=False)
    void_at = models.DateTimeField(_("void since"), null=True, blank=True)
    void_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("declared void by")
    )
    void_reason = models.CharField(
        _("why the visit is void"), max_length=200, blank=True, validators=[no_personal_number]
    )

    objects = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        ordering = ["-visited_at", "-id"]
        indexes = [models.Index(fields=["ward", "household", "-visited_at"], name="clearance_visit_household")]
        constraints = [
            models.UniqueConstraint("ward", "client_id", name="clearance_visit_client_id"),
            models.UniqueConstraint(
                "ward",
                "amends",
                name="clearance_visit_amended_once",
                violation_error_message=_("Somebody else has corrected this visit. Read it first."),
            ),
            models.CheckConstraint(
                name="clearance_visit_amends_with_reason",
                condition=Q(amends__isnull=True, amend_reason="") | (Q(amends__isnull=False) & ~Q(amend_reason="")),
            ),
            models.CheckConstraint(
                name="clearance_visit_minutes_of_somebody",
                condition=Q(minutes=MinutesState.NONE, minutes_witness="") | Q(outcome__in=OPENED),
                violation_error_message=_("Minutes are written with somebody who opened."),
            ),
            models.CheckConstraint(
                name="clearance_visit_void_pair",
                condition=Q(void_at__isnull=True, void_by__isnull=True, void_reason="")
                | (Q(void_at__isnull=False, void_by__isnull=False) & ~Q(void_reason="")),
            ),
            models.CheckConstraint(
                name="clearance_visit_reply_of_dialogue",
                condition=Q(attendance_reply__isnull=True, asked_for__isnull=True, reply_letter__isnull=True)
                | Q(
                    attendance_reply__isnull=False,
                    asked_for__isnull=False,
                    reply_letter__isnull=False,
                    outcome__in=MET_OUTCOMES,
                ),
                violation_error_message=_("Only somebody who was met can reply to an invitation."),
            ),
        ]

    @property
    def personal_file(self) -> Household:
        return self.household

    def __str__(self) -> str:
        return f"{self.household} {timezone.localtime(self.visited_at):%d/%m/%Y}"

    @property
    def is_void(self) -> bool:
        return self.void_at is not None

    @property
    def is_amended(self) -> bool:
        """Whether a later row says what was written wrong here."""
        return self.amended_at is not None

    @property
    def somebody_opened(self) -> bool:
        """Whether a day to come again was agreed with somebody; otherwise it is the team's own plan."""
        return self.outcome in OPENED

    def can_void(self, user: "Person", campaign: Campaign) -> Decision:
        """A mistake is taken back by the team that made it, or by an officer."""
        if self.is_void:
            return access.denied(gettext("This visit is void already."))
        return self.can_amend(user, campaign)

    def can_amend(self, user: "Person", campaign: Campaign) -> Decision:
        """Whoever may take it back may write it anew."""
        if self.is_void:
            return access.denied(gettext("A visit that is void is not corrected. Record a new one."))
        if self.is_amended:
            return access.denied(gettext("This visit was corrected already. Open the corrected one."))
        return access.can(user, Permission.VISIT_RECORD, unit=self.team) and campaign.can_change()


@tracked
class VisitCompanion(WardModel):
    """Another body that came along, such as the superior's clearance team."""

    visit = WardKey(Visit, models.CASCADE, related_name="companions", verbose_name=_("visit"))
    unit = WardKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))

    objects = OfVisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("companion")
        verbose_name_plural = _("companions")
        constraints = [models.UniqueConstraint("ward", "visit", "unit", name="clearance_companion_pair")]

    @property
    def personal_file(self) -> Household:
        return self.visit.household

    def __str__(self) -> str:
        return str(self.unit)


@tracked
class VisitConcern(WardModel):
    """What a household raised at a visit: what it is about, and its own words."""

    visit = WardKey(Visit, models.CASCADE, related_name="concerns", verbose_name=_("visit"))
    kind = models.CharField(_("what the concern is about"), max_length=20, choices=ConcernKind)
    words = models.TextField(_("in the household's own words"), blank=True, validators=[no_personal_number])

    objects = ConcernQuerySet.as_manager()

    class Meta:
        verbose_name = _("concern of a household")
        verbose_name_plural = _("concerns of households")
        ordering = ["id"]
        constraints = [models.UniqueConstraint("ward", "visit", "kind", name="clearance_concern_once")]

    @property
    def personal_file(self) -> Household:
        return self.visit.household

    def __str__(self) -> str:
        return str(self.get_kind_display())
