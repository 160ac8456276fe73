import datetime
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from django.db import models, transaction
from django.db.models import Max, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.access import Decision
from accounts.models import Unit
from campaigns.models import Campaign, Document
from clearance.choices import DELIVERED, HANDED_OVER, AttendanceKind, DialogueState, InvitationState
from clearance.models.households import Household
from clearance.models.projects import Project
from clearance.models.visits import Visit
from clearance.querysets import DialogueQuerySet, EvidenceQuerySet, InvitationQuerySet, ThroughHouseholdQuerySet
from clearance.validators import no_personal_number
from core.dates import short_date
from core.files import Accepted
from core.keys import WardKey
from core.models import StateChanged, StoredFile, WardModel, today, tracked
from notifications import outbox

if TYPE_CHECKING:
    from accounts.models import User

WHEN_AND_WHERE = {"held_on", "starts_at", "place"}


@tracked
class Dialogue(WardModel):
    """A dialogue conference with the households of a project."""

    project = WardKey(Project, models.PROTECT, related_name="dialogues", verbose_name=_("project"))
    host = WardKey(Unit, models.PROTECT, related_name="+", verbose_name=_("held by"))
    held_on = models.DateField(_("day"), null=True, blank=True)
    starts_at = models.TimeField(_("time"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=150, blank=True)
    step_code = models.CharField(_("procedure step"), max_length=10, blank=True)
    minutes = WardKey(
        Document, models.PROTECT, null=True, blank=True, related_name="dialogues", verbose_name=_("minutes")
    )
    state = models.CharField(_("state"), max_length=10, choices=DialogueState, default=DialogueState.PLANNED)
    cancel_reason = models.CharField(
        _("reason"), max_length=200, blank=True, editable=False, validators=[no_personal_number]
    )

    objects = DialogueQuerySet.as_manager()

    class Meta:
        verbose_name = _("dialogue conference")
        verbose_name_plural = _("dialogue conferences")
        ordering = ["-held_on", "-id"]
        constraints = [
            models.CheckConstraint(
                name="clearance_dialogue_held_on",
                condition=~Q(state=DialogueState.HELD) | Q(held_on__isnull=False),
                violation_error_message=_("A dialogue that was held has its day."),
            ),
            models.CheckConstraint(
                name="clearance_dialogue_cancel_reason",
                condition=(Q(state=DialogueState.CANCELLED) & ~Q(cancel_reason=""))
                | (~Q(state=DialogueState.CANCELLED) & Q(cancel_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.project}"

    def get_absolute_url(self) -> str:
        return reverse("clearance:dialogue_detail", args=[self.project.slug, self.pk])

    @property
    def name(self) -> str:
        """The conference and its day, as pages and messages call it."""
        if self.held_on is None:
            return gettext("Dialogue conference, day not yet set")
        return gettext("Dialogue conference of %(day)s") % {"day": short_date(self.held_on, today())}

    def can_take_questions(self) -> Decision:
        """Questions are asked on the day of the dialogue or written down after it."""
        if self.state != DialogueState.CANCELLED and self.held_on and self.held_on <= today():
            return access.ALLOWED
        return access.denied(gettext("Questions are recorded from the day of the dialogue on."))

    def plan(self, *, by: "User | None", campaign: Campaign) -> None:
        campaign.require_open()
        with transaction.atomic():
            self.save()
            day = self.held_on.isoformat() if self.held_on else None
            outbox.record("clearance.dialogue.planned", subject=self, by=by, unit=self.host, held_on=day)

    def change(self, *, by: "User", campaign: Campaign, fields: Iterable[str]) -> None:
        """Save the changed fields of the loaded dialogue."""
        campaign.require_open()
        with transaction.atomic():
            self.save(update_fields=[*fields])
            is_moved = self.state == DialogueState.PLANNED and WHEN_AND_WHERE & {*fields}
            what = "moved" if is_moved else "changed"
            outbox.record(f"clearance.dialogue.{what}", subject=self, by=by, unit=self.host)

    def hold(
        self, *, by: "User | None", campaign: Campaign, on: datetime.date, minutes: Document | None = None
    ) -> None:
        """It took place on this day."""
        campaign.require_open()
        self.project.check_day(campaign, on)
        with transaction.atomic():
            self._leave_planned(DialogueState.HELD, held_on=on, minutes=minutes or self.minutes)
            outbox.record("clearance.dialogue.held", subject=self, by=by, on=on, unit=self.host)

    def cancel(self, *, by: "User", campaign: Campaign, reason: str) -> None:
        campaign.require_open()
        with transaction.atomic():
            self._leave_planned(DialogueState.CANCELLED, cancel_reason=reason)
            outbox.record("clearance.dialogue.cancelled", subject=self, by=by, unit=self.host)

    def _leave_planned(self, state: str, **fields: object) -> None:
        rows = Dialogue.objects.filter(pk=self.pk, ward_id=self.ward_id, state=DialogueState.PLANNED)
        if rows.update(state=state, **fields) != 1:
            self.refresh_from_db(fields=["state"])
            raise StateChanged(self, state)
        self.refresh_from_db()

    def invite_all(self, *, by: "User | None", campaign: Campaign) -> int:
        """An invitation for every household of the project that has none; after a void one, a new edition."""
        campaign.require_open()
        with transaction.atomic():
            Dialogue.objects.select_for_update(of=("self",)).get(pk=self.pk, ward_id=self.ward_id)
            if self.state != DialogueState.PLANNED:
                raise StateChanged(self, DialogueState.PLANNED)
            held = dict(self.invitations.values_list("household").annotate(latest=Max("edition")))
            living = self.invitations.exclude(state=InvitationState.VOID).values("household")
            missing = self.project.households.exclude(pk__in=living).values_list("pk", flat=True)
            rows = [
                Invitation(ward_id=self.ward_id, dialogue=self, household_id=pk, edition=held.get(pk, 0) + 1)
                for pk in missing
            ]
            Invitation.objects.bulk_create(rows)
            if rows:
                outbox.record("clearance.invitation.made", subject=self, by=by, unit=self.host, count=len(rows))
        return len(rows)

    def record_attendance(self, *, by: "User | None", campaign: Campaign, roll: Mapping[Household, str]) -> None:
        """The roll at the door, household -> attendance kind; "" takes a wrong line back."""
        campaign.require_open()
        kept = {household: kind for household, kind in roll.items() if kind}
        gone = [household for household, kind in roll.items() if not kind]
        with transaction.atomic():
            if self.state == DialogueState.CANCELLED:
                raise StateChanged(self, DialogueState.HELD)
            self.attendance.filter(household__in=gone).delete()
            DialogueAttendance.objects.bulk_create(
                [
                    DialogueAttendance(ward_id=self.ward_id, dialogue=self, household=household, kind=kind)
                    for household, kind in kept.items()
                ],
                update_conflicts=True,
                unique_fields=["ward", "dialogue", "household"],
                update_fields=["kind"],
            )
            outbox.record("clearance.attendance.recorded", subject=self, by=by, unit=self.host, count=len(kept))


@tracked
class Invitation(WardModel):
    """A household's invitation to a dialogue. A corrected letter is a new edition."""

    dialogue = WardKey(Dialogue, models.PROTECT, related_name="invitations", verbose_name=_("dialogue"))
    household = WardKey(Household, models.PROTECT, related_name="invitations", verbose_name=_("household"))
    edition = models.PositiveSmallIntegerField(_("edition"), default=1)
    state = models.CharField(_("delivery"), max_length=20, choices=InvitationState, default=InvitationState.TO_DELIVER)
    delivered_at = models.DateTimeField(_("handed over at"), null=True, blank=True)
    delivered_in = WardKey(
        Visit, models.PROTECT, null=True, blank=True, related_name="deliveries", verbose_name=_("during the visit")
    )
    receiver = models.CharField(_("received by"), max_length=100, blank=True, validators=[no_personal_number])
    witness = models.CharField(_("witness"), max_length=100, blank=True, validators=[no_personal_number])

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["household", "edition"]
        constraints = [
            models.UniqueConstraint("ward", "dialogue", "household", "edition", name="clearance_invitation_edition"),
            models.CheckConstraint(
                name="clearance_invitation_delivered_at",
                condition=Q(state__in=[*DELIVERED, InvitationState.REFUSED], delivered_at__isnull=False)
                | Q(state=InvitationState.TO_DELIVER, delivered_at__isnull=True)
                | Q(state=InvitationState.VOID),
            ),
            models.CheckConstraint(
                name="clearance_invitation_witness",
                condition=~Q(state=InvitationState.UNSIGNED_WITNESSED) | ~Q(witness=""),
                violation_error_message=_("Name the witness of a paper that was not signed."),
            ),
        ]

    @property
    def personal_file(self) -> Household:
        return self.household

    def __str__(self) -> str:
        return f"{self.household} ({self.get_state_display()})"

    def can_deliver(self, user: "User", campaign: Campaign) -> Decision:
        return self.household.can_record_visit(user, campaign)

    def deliver(
        self,
        *,
        by: "User | None",
        campaign: Campaign,
        at: datetime.datetime,
        outcome: str,
        receiver: str = "",
        witness: str = "",
        photo: Accepted | None = None,
        visit: Visit | None = None,
    ) -> None:
        """Record the hand-over, or that the paper was not accepted, with the photo of the paper."""
        campaign.require_open()
        self.household.project.check_day(campaign, timezone.localdate(at))
        with transaction.atomic():
            rows = Invitation.objects.filter(pk=self.pk, ward_id=self.ward_id, state=InvitationState.TO_DELIVER)
            fields = {"delivered_at": at, "receiver": receiver, "witness": witness, "delivered_in": visit}
            if outcome not in HANDED_OVER or rows.update(state=outcome, **fields) != 1:
                self.refresh_from_db(fields=["state"])
                raise StateChanged(self, outcome)
            if photo:
                self.evidence.create(ward_id=self.ward_id, uploaded_by=by, **photo.fields())
            self.household.settle_outreach()
            outbox.record(
                "clearance.invitation.delivered",
                subject=self.household,
                by=by,
                on=timezone.localdate(at),
                invitation=self.pk,
            )
        self.refresh_from_db()

    def void(self, *, by: "User", campaign: Campaign) -> None:
        """A letter with a mistake, or a hand-over recorded by mistake: the next invitation is a new edition."""
        campaign.require_open()
        with transaction.atomic():
            rows = Invitation.objects.filter(pk=self.pk, ward_id=self.ward_id).exclude(state=InvitationState.VOID)
            if rows.update(state=InvitationState.VOID) != 1:
                self.refresh_from_db(fields=["state"])
                raise StateChanged(self, InvitationState.VOID)
            self.household.settle_outreach()
            outbox.record("clearance.invitation.voided", subject=self.household, by=by, invitation=self.pk)
        self.refresh_from_db(fields=["state"])


class InvitationEvidence(StoredFile):
    """A photo of the signed receipt."""

    invitation = WardKey(Invitation, models.PROTECT, related_name="evidence", verbose_name=_("invitation"))

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("photo of a receipt")
        verbose_name_plural = _("photos of receipts")

    @property
    def personal_file(self) -> Household:
        return self.invitation.household


@tracked
class DialogueAttendance(WardModel):
    dialogue = WardKey(Dialogue, models.CASCADE, related_name="attendance", verbose_name=_("dialogue"))
    household = WardKey(Household, models.PROTECT, related_name="attendance", verbose_name=_("household"))
    kind = models.CharField(_("attendance"), max_length=20, choices=AttendanceKind)

    objects = ThroughHouseholdQuerySet.as_manager()

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendance")
        constraints = [
            models.UniqueConstraint(fields=["ward", "dialogue", "household"], name="clearance_attendance_pair")
        ]

    @property
    def personal_file(self) -> Household:
        return self.household

    def __str__(self) -> str:
        return f"{self.household}: {self.get_kind_display()}"
