"""The units to which a document went, and what they must answer with."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.access import Decision, Permission
from accounts.models import Unit, User
from accounts.querysets import WardQuerySet
from campaigns.choices import Direction
from campaigns.models.document import Document
from campaigns.querysets import RecipientQuerySet
from core.dated import dated
from core.files import Accepted
from core.keys import WardKey
from core.models import WardModel, save_all, tracked
from notifications import outbox

NAME_LENGTH, DUTY_LENGTH = 100, 300


@dated("unit", "must_issue_resolution", removed_by=("document", "unit"))
@tracked
class DocumentRecipient(WardModel):
    """A unit to which a document went, and what it must answer with."""

    may_answer: Any  # of the page
    may_assign: Any

    document = WardKey(Document, models.PROTECT, related_name="recipients", verbose_name=_("document"))
    unit = WardKey(Unit, models.PROTECT, related_name="received_documents", verbose_name=_("unit"))
    must_issue_resolution = models.BooleanField(_("issues its own resolution"), default=False)
    due_on = models.DateField(_("resolution due"), null=True, blank=True)
    answered_by = WardKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("answered by")
    )

    objects = RecipientQuerySet.as_manager()

    class Meta:
        verbose_name = _("recipient")
        verbose_name_plural = _("recipients")
        constraints = [
            models.UniqueConstraint("ward", "document", "unit", name="campaigns_recipient_pair"),
            models.CheckConstraint(
                name="campaigns_recipient_due", condition=Q(due_on=None) | Q(must_issue_resolution=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document} → {self.unit}"

    def get_absolute_url(self) -> str:
        """Where its resolution is registered."""
        return reverse("campaigns:resolution_new", args=[self.pk])

    @property
    def members_url(self) -> str:
        return reverse("campaigns:resolution_members", args=[self.pk])

    def can_answer(self, user: User) -> Decision:
        if self.answered_by_id:
            return access.denied(gettext("%(unit)s has registered its resolution.") % {"unit": self.unit})
        return self._may_write(user)

    def can_assign_members(self, user: User) -> Decision:
        return self._may_write(user)

    def _may_write(self, user: User) -> Decision:
        """The unit itself, and those who keep the register for it."""
        if self.unit_id in access.grants(user).units_with(Permission.TASK_REPORT):
            return self.document.can_change()
        return self.document.can_change() and access.can(user, Permission.DOCUMENT_EDIT)

    def blank_answer(self) -> Document:
        """The unit's own resolution, still to be filled in."""
        return Document(
            ward_id=self.ward_id,
            campaign=self.document.campaign,
            direction=Direction.INTERNAL,
            issuer=self.unit,
            carries_out=self.document,
        )

    def answer(self, *, by: User | None, document: Document, file: Accepted | None = None) -> None:
        """Register the unit's own resolution, in force on its day, as the answer to what was asked."""
        with transaction.atomic():
            document.register(by=by, file=file)
            document.issue(by=by)
            waiting = DocumentRecipient.objects.filter(pk=self.pk, ward_id=self.ward_id, answered_by__isnull=True)
            if waiting.update(answered_by=document) != 1:
                raise ValidationError(gettext("%(unit)s has registered its resolution.") % {"unit": self.unit})
            self.answered_by = document
            outbox.record(
                "campaigns.resolution.registered",
                subject=self.document,
                by=by,
                on=document.dated_on,
                unit=self.unit,
                resolution=document.pk,
            )

    def assign_members(self, *, by: User | None, lines: Sequence[tuple[str, str]]) -> None:
        """Set who in the unit does what for the plan: names and duties, in their order."""
        self.document.require_open()
        with transaction.atomic():
            self.assignments.exclude(Q(*(Q(member=m, duty=d) for m, d in lines), _connector=Q.OR)).delete()
            save_all(
                [
                    MemberAssignment(ward_id=self.ward_id, recipient=self, member=member, duty=duty, order=order)
                    for order, (member, duty) in enumerate(lines, start=1)
                ],
                update_conflicts=True,
                unique_fields=["ward", "recipient", "member", "duty"],
                update_fields=["order"],
            )
            outbox.record(
                "campaigns.members.assigned", subject=self.document, by=by, unit=self.unit, members=len(lines)
            )


@tracked
class MemberAssignment(WardModel):
    """What one member of a unit does for a plan. Only the name: who is a member is kept elsewhere."""

    recipient = WardKey(DocumentRecipient, models.PROTECT, related_name="assignments", verbose_name=_("plan and unit"))
    member = models.CharField(_("member"), max_length=NAME_LENGTH)
    duty = models.CharField(_("what they do"), max_length=DUTY_LENGTH)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("assignment of a member")
        verbose_name_plural = _("assignments of members")
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint("ward", "recipient", "member", "duty", name="campaigns_memberassignment_once"),
            models.CheckConstraint(name="campaigns_memberassignment_says", condition=~Q(member="") & ~Q(duty="")),
        ]

    def __str__(self) -> str:
        return f"{self.member}: {self.duty}"
