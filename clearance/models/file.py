"""What a household's file has by its days: papers delivered and how, and milestones of the office's work."""

import datetime
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.access import Decision
from campaigns.models import Campaign
from clearance.choices import LOOP_MILESTONES, DeliveryWay, MilestoneKind, OfficeState, PaperKind
from clearance.models.households import Household
from clearance.models.visits import Visit
from clearance.querysets import DeliveryEvidenceQuerySet, FileQuerySet
from clearance.validators import no_personal_number
from core.files import Accepted
from core.keys import WardKey
from core.models import StoredFile, WardModel, today, tracked
from notifications import outbox

if TYPE_CHECKING:
    from accounts.models import User

RECORDED = {
    "delivery": "clearance.delivery.recorded",
    "milestone": "clearance.milestone.recorded",
    "member": "clearance.member.recorded",
    "authorisation": "clearance.authorisation.recorded",
    "asset": "clearance.asset.recorded",
    "need": "clearance.need.recorded",
    "minutes": "clearance.minutes.recorded",
    "set_day": "clearance.set_day.recorded",
    "own_step": "clearance.own_step.recorded",
}
VOIDED = {
    "delivery": "clearance.delivery.voided",
    "milestone": "clearance.milestone.voided",
    "member": "clearance.member.voided",
    "authorisation": "clearance.authorisation.voided",
    "asset": "clearance.asset.voided",
    "need": "clearance.need.voided",
    "minutes": "clearance.minutes.voided",
    "set_day": "clearance.set_day.voided",
    "own_step": "clearance.own_step.voided",
}


class FileRow(WardModel):
    """Written once. A wrong one is declared void with the reason, and stays to be seen."""

    code: ClassVar[str]  # in its events

    on = models.DateField(_("on the day"), default=today)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("by")
    )
    void_at = models.DateTimeField(_("void since"), null=True, blank=True, editable=False)
    void_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("declared void by"),
    )
    void_reason = models.CharField(
        _("why it is void"), max_length=200, blank=True, editable=False, validators=[no_personal_number]
    )

    class Meta:
        abstract = True
        ordering = ["-on", "-id"]
        constraints = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_void",
                condition=Q(void_at__isnull=True, void_by__isnull=True, void_reason="")
                | (Q(void_at__isnull=False, void_by__isnull=False) & ~Q(void_reason="")),
            )
        ]

    household: Any

    @property
    def personal_file(self) -> Household:
        return self.household

    @property
    def is_void(self) -> bool:
        return self.void_at is not None

    def can_void(self, user: "User", campaign: Campaign) -> Decision:
        return self.household.can_record_visit(user, campaign)

    def record(self, *, by: "User | None", campaign: Campaign) -> None:
        campaign.require_open()
        self.household.project.check_day(campaign, self.on)
        self.by = by
        with transaction.atomic():
            self.save()
            outbox.record(RECORDED[self.code], subject=self.household, by=by, on=self.on)

    def declare_void(self, *, by: "User", campaign: Campaign, reason: str) -> None:
        campaign.require_open()
        with transaction.atomic():
            rows: Any = type(self)._base_manager.filter(pk=self.pk, ward_id=self.ward_id, void_at__isnull=True)
            if rows.update(void_at=timezone.now(), void_by=by, void_reason=reason) != 1:
                raise ValidationError(gettext("This is void already."))
            outbox.record(VOIDED[self.code], subject=self.household, by=by)
        self.refresh_from_db()


@tracked
class Delivery(FileRow):
    """A paper that was brought to a household, and how: the proof that the law asks for."""

    code = "delivery"

    household = WardKey(Household, models.PROTECT, related_name="papers", verbose_name=_("household"))
    kind = models.CharField(_("kind of paper"), max_length=10, choices=PaperKind)
    title = models.CharField(_("number and day of the paper"), max_length=150, validators=[no_personal_number])
    way = models.CharField(_("how it was delivered"), max_length=10, choices=DeliveryWay)
    receiver = models.CharField(_("received by"), max_length=100, blank=True, validators=[no_personal_number])
    witness = models.CharField(_("witness"), max_length=100, blank=True, validators=[no_personal_number])
    second_witness = models.CharField(_("second witness"), max_length=100, blank=True, validators=[no_personal_number])
    receipt = models.CharField(_("receipt of the post"), max_length=60, blank=True)
    visit = WardKey(
        Visit,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="papers",
        verbose_name=_("delivered at the visit"),
    )

    objects = FileQuerySet.as_manager()

    class Meta(FileRow.Meta):
        verbose_name = _("paper delivered to a household")
        verbose_name_plural = _("papers delivered to households")
        constraints = [
            *FileRow.Meta.constraints,
            models.CheckConstraint(
                name="clearance_delivery_received",
                condition=~Q(way__in=[DeliveryWay.SIGNED, DeliveryWay.FAMILY]) | ~Q(receiver=""),
                violation_error_message=_("Say who took the paper."),
            ),
            models.CheckConstraint(
                name="clearance_delivery_refused",
                condition=~Q(way=DeliveryWay.REFUSED) | (~Q(witness="") & ~Q(second_witness="")),
                violation_error_message=_("A paper that was not accepted has two witnesses. Name both."),
            ),
            models.CheckConstraint(
                name="clearance_delivery_posted",
                condition=~Q(way=DeliveryWay.BY_POST) | ~Q(receipt=""),
                violation_error_message=_("Write the number of the receipt that the post gave."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.title}"

    def prove(self, *, by: "User | None", campaign: Campaign, photo: Accepted) -> None:
        """Keep a photo or scan of the paper as it was delivered."""
        campaign.require_open()
        if self.is_void:
            raise ValidationError(gettext("This is void already."))
        with transaction.atomic():
            self.evidence.create(ward_id=self.ward_id, uploaded_by=by, **photo.fields())
            outbox.record("clearance.delivery.proved", subject=self.household, by=by)


class DeliveryEvidence(StoredFile):
    """A photo or scan of the paper, signed or with its witnesses."""

    delivery = WardKey(
        Delivery, models.PROTECT, related_name="evidence", verbose_name=_("paper delivered to a household")
    )

    objects = DeliveryEvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("photo of a paper delivered")
        verbose_name_plural = _("photos of papers delivered")

    @property
    def personal_file(self) -> Household:
        return self.delivery.household


@tracked
class Milestone(FileRow):
    code = "milestone"

    household = WardKey(Household, models.PROTECT, related_name="milestones", verbose_name=_("household"))
    kind = models.CharField(_("what was reached"), max_length=15, choices=MilestoneKind)
    paper = models.CharField(_("paper that says so"), max_length=150, blank=True, validators=[no_personal_number])

    objects = FileQuerySet.as_manager()

    class Meta(FileRow.Meta):
        verbose_name = _("milestone of a household")
        verbose_name_plural = _("milestones of households")
        constraints = [
            *FileRow.Meta.constraints,
            models.UniqueConstraint(
                "ward",
                "household",
                "kind",
                condition=Q(void_at__isnull=True),
                name="clearance_milestone_once",
                violation_error_message=_("This is written down already. Declare that one void first."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())

    def record(self, *, by: "User | None", campaign: Campaign) -> None:
        """A mobilisation for what is reached now ends with it: the household cooperates."""
        with transaction.atomic():
            super().record(by=by, campaign=campaign)
            kind = LOOP_MILESTONES.get(MilestoneKind(self.kind))
            for loop in self.household.loops.filter(kind=kind, ended_on=None, opened_on__lte=self.on):
                loop.end(by=by, campaign=campaign, on=self.on, note=str(self))


def office_state(milestones: Iterable[Milestone], *, held_up: bool, on: datetime.date) -> OfficeState:
    """How far the office is with a household on a day, by its own rows alone. held_up: an obstacle is open."""
    reached = {row.kind for row in milestones if not row.is_void and row.on <= on}
    if MilestoneKind.HANDED_OVER in reached:
        return OfficeState.HANDED_OVER
    if reached & {MilestoneKind.PAID, MilestoneKind.DEPOSITED}:
        return OfficeState.PAID
    if held_up:
        return OfficeState.OBSTACLE
    if MilestoneKind.APPROVED in reached:
        return OfficeState.IN_WORK
    return OfficeState.INVENTORIED if MilestoneKind.INVENTORIED in reached else OfficeState.NOT_INVENTORIED
