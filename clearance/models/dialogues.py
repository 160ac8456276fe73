import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import pgtrigger
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Max, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.access import Decision, Permission
from accounts.models import Unit
from campaigns.models import Campaign, Document
from clearance.choices import (
    CAME,
    DELIVERED,
    HANDED_OVER,
    TOOK_PART,
    AttendanceKind,
    DialogueState,
    InvitationState,
)
from clearance.models.households import Household
from clearance.models.projects import Project
from clearance.models.visits import Visit
from clearance.querysets import (
    DialogueQuerySet,
    EvidenceQuerySet,
    HouseholdQuerySet,
    InvitationQuerySet,
    ThroughHouseholdQuerySet,
)
from clearance.validators import no_personal_number
from core.dates import short_date
from core.files import Accepted
from core.keys import WardKey
from core.models import StateChanged, StoredFile, WardModel, save_all, today, tracked
from notifications import outbox

if TYPE_CHECKING:
    from accounts.models import User

WHEN_AND_WHERE = {"held_on", "starts_at", "place"}


@dataclass(frozen=True)
class DialogueChanges:
    """Which fields of a dialogue were changed. is_same_place: the place is only written better."""

    fields: tuple[str, ...]
    is_same_place: bool = False

    @property
    def moves(self) -> bool:
        """To another day, time or place."""
        return bool({*self.fields} & (WHEN_AND_WHERE - ({"place"} if self.is_same_place else set())))


def when_and_where(day: datetime.date | None, time: datetime.time | None, place: str) -> str:
    """As a letter says it: 8:30, 05/12/2026, the hall."""
    said = [f"{time:%H:%M}" if time else "", short_date(day, today()) if day else gettext("day not yet set"), place]
    return ", ".join(filter(None, said))


@tracked
class Dialogue(WardModel):
    """A dialogue conference with the households of a project.

    `letter` counts what the households are told: each move to another day, time or place is a new letter, and what was
    handed over and answered belongs to the letter of its time.
    """

    project = WardKey(Project, models.PROTECT, related_name="dialogues", verbose_name=_("project"))
    host = WardKey(Unit, models.PROTECT, related_name="+", verbose_name=_("held by"))
    held_on = models.DateField(_("day"), null=True, blank=True)
    starts_at = models.TimeField(_("time"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=150, blank=True)
    letter = models.PositiveSmallIntegerField(_("version of the letter"), default=1, editable=False)
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
            models.CheckConstraint(name="clearance_dialogue_letter", condition=Q(letter__gte=1)),
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

    @property
    def when_and_where(self) -> str:
        return when_and_where(self.held_on, self.starts_at, self.place)

    log_needs = ("project",)

    @property
    def words_in_log(self) -> str:
        return f"{self.name}, {self.project}"

    def is_own_work(self, user: "User") -> bool:
        """Of those who record conferences. Everybody else says what the minutes are opened for."""
        return bool(access.can(user, Permission.DIALOGUE_RECORD))

    def told(self) -> models.QuerySet[Household]:
        """Households that know the day and place: they have the letter in hand, did not accept it, or answered."""
        of_letter = self.invitations.filter(letter=self.letter)
        reached = of_letter.filter(state__in=HANDED_OVER).values("household")
        answered = self.replies.valid().filter(reply_letter=self.letter).values("household")
        return self.project.households.filter(Q(pk__in=reached) | Q(pk__in=answered))

    def to_invite(self) -> HouseholdQuerySet:
        """Households of the project without an invitation to the day and place as they are now."""
        return self.project.households.exclude(pk__in=self.invited().values("household"))

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

    def change(self, *, by: "User", campaign: Campaign, changes: DialogueChanges) -> None:
        """Save the changed fields of the loaded dialogue. A move gives all who are invited a new invitation."""
        campaign.require_open()
        with transaction.atomic():
            self.save(update_fields=[*changes.fields])
            if changes.moves and self.state == DialogueState.PLANNED:
                outbox.record("clearance.dialogue.moved", subject=self, by=by, unit=self.host)
                self._begin_letter(by)
            else:
                outbox.record("clearance.dialogue.changed", subject=self, by=by, unit=self.host)

    def _begin_letter(self, by: "User") -> None:
        """What was handed over and answered stays with the former letter; what was still to hand over is void."""
        former = self.invitations.of_letter(self.letter).exclude(state=InvitationState.VOID)
        invited = list(former.values_list("household", flat=True))
        Dialogue.objects.filter(pk=self.pk, ward_id=self.ward_id).update(letter=F("letter") + 1)
        former.to_deliver().update(state=InvitationState.VOID)
        self.refresh_from_db(fields=["letter"])
        self._make_invitations(invited, by)

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

    def invite(self, *, by: "User | None", campaign: Campaign, households: Iterable[Household]) -> int:
        """Make an invitation for each of these that has none to this day and place; after a void one, a new edition.

        households: others than those of the project are left out. Returns how many were made.
        """
        campaign.require_open()
        with transaction.atomic():
            now = Dialogue.objects.select_for_update(of=("self",)).get(pk=self.pk, ward_id=self.ward_id)
            if now.state != DialogueState.PLANNED:
                raise StateChanged(now, DialogueState.PLANNED)
            chosen = now.to_invite().filter(pk__in=[household.pk for household in households])
            return now._make_invitations(chosen.values_list("pk", flat=True), by)

    def _make_invitations(self, households: Iterable[int], by: "User | None") -> int:
        held = dict(self.invitations.values_list("household").annotate(latest=Max("edition")))
        rows = [Invitation.to(self, household_id=pk, edition=held.get(pk, 0) + 1) for pk in households]
        save_all(rows)
        if rows:
            outbox.record("clearance.invitation.made", subject=self, by=by, unit=self.host, count=len(rows))
        return len(rows)

    def invited(self) -> "InvitationQuerySet":
        """The invitations that count: to the day and place as they are now."""
        rows: Any = self.invitations.of_letter(self.letter).exclude(state=InvitationState.VOID)
        return rows

    def hold_open(self) -> "Dialogue":
        """The row, locked until the end of the transaction. Raises where it is cancelled or its minutes are closed."""
        row = Dialogue.objects.select_for_update(of=("self",)).get(pk=self.pk, ward_id=self.ward_id)
        if row.state == DialogueState.CANCELLED:
            raise StateChanged(row, DialogueState.HELD)
        if (record := row.record_or_none) and record.is_closed:
            raise ValidationError(gettext("The minutes are closed. Open them again first, with the reason."))
        return row

    @property
    def record_or_none(self) -> Any:
        """Its minutes as they are kept here, once somebody began them."""
        return getattr(self, "record", None)

    def record_attendance(
        self, *, by: "User | None", campaign: Campaign, roll: "Mapping[Household, RollLine | None]"
    ) -> None:
        """The roll at the door; None takes a wrong line back, but none that an opinion hangs on (ValidationError)."""
        campaign.require_open()
        kept = {household: line for household, line in roll.items() if line}
        gone = [household for household, line in roll.items() if not line]
        staying = [household for household, line in kept.items() if line.kind not in TOOK_PART]
        with transaction.atomic():
            self.hold_open()
            spoken = self.attendance.filter(household__in=[*gone, *staying], opinion__isnull=False)
            if numbers := sorted(spoken.values_list("household__number", flat=True)):
                words = gettext("Take the opinion of these households back first: %(numbers)s.")
                raise ValidationError(words % {"numbers": ", ".join(map(str, numbers))})
            self.attendance.filter(household__in=gone).delete()
            DialogueAttendance.objects.bulk_create(
                [
                    DialogueAttendance(ward_id=self.ward_id, dialogue=self, household=household, **line.fields())
                    for household, line in kept.items()
                ],
                update_conflicts=True,
                unique_fields=["ward", "dialogue", "household"],
                update_fields=["kind", "users", "came", "is_late", "note"],
            )
            outbox.record("clearance.attendance.recorded", subject=self, by=by, unit=self.host, count=len(kept))


@dataclass(frozen=True)
class RollLine:
    """A household at the door. users: its land users; came: how many of them came or were represented.

    note: who came for the household, or why nobody did.
    """

    kind: str
    users: int = 1
    came: int | None = None
    is_late: bool = False
    note: str = ""

    def fields(self) -> dict[str, Any]:
        """came is one where nobody counted, and none where nobody sat in the hall."""
        is_there = self.kind in CAME
        came = (self.users if self.came is None else self.came) if is_there else 0
        said = {"kind": self.kind, "users": self.users, "came": came}
        return said | {"is_late": is_there and self.is_late, "note": self.note}


@tracked
class Invitation(WardModel):
    """A household's invitation to a dialogue, with the day, time and place that stand on the paper.

    A paper never changes: a corrected letter, or one for another day or place, is a new edition.
    """

    dialogue = WardKey(Dialogue, models.PROTECT, related_name="invitations", verbose_name=_("dialogue"))
    household = WardKey(Household, models.PROTECT, related_name="invitations", verbose_name=_("household"))
    edition = models.PositiveSmallIntegerField(_("edition"), default=1)
    letter = models.PositiveSmallIntegerField(_("version of the letter"), default=1, editable=False)
    for_day = models.DateField(_("invites for the day"), null=True, blank=True, editable=False)
    for_time = models.TimeField(_("invites for the time"), null=True, blank=True, editable=False)
    for_place = models.CharField(_("invites to the place"), max_length=150, blank=True, editable=False)
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
            models.CheckConstraint(name="clearance_invitation_letter", condition=Q(letter__gte=1)),
            models.UniqueConstraint(
                "ward",
                "dialogue",
                "household",
                "letter",
                condition=~Q(state=InvitationState.VOID),
                name="clearance_invitation_one_living",
                violation_error_message=_("This household has an invitation to that day and place already."),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="paper_stays",
                operation=pgtrigger.UpdateOf("letter", "for_day", "for_time", "for_place", "edition"),
            )
        ]

    @classmethod
    def to(cls, dialogue: Dialogue, **fields: Any) -> Self:
        """The paper as the dialogue stands now; not yet saved."""
        says: dict[str, Any] = {"letter": dialogue.letter, "for_day": dialogue.held_on}
        says |= {"for_time": dialogue.starts_at, "for_place": dialogue.place}
        return cls(**{"ward_id": dialogue.ward_id, "dialogue": dialogue} | says | fields)

    @property
    def personal_file(self) -> Household:
        return self.household

    def __str__(self) -> str:
        return f"{self.household} ({self.get_state_display()})"

    @property
    def when_and_where(self) -> str:
        """What the paper says, whatever became of the conference since."""
        return when_and_where(self.for_day, self.for_time, self.for_place)

    @property
    def is_overtaken(self) -> bool:
        """The conference was moved since: the paper invites to another day or place."""
        return self.letter != self.dialogue.letter

    def can_deliver(self, user: "User", campaign: Campaign) -> Decision:
        return self.household.can_record_visit(user, campaign)

    def can_print(self, user: "User", campaign: Campaign) -> Decision:
        """The letter as a paper: only while it still invites to the day and place that it says."""
        if self.state == InvitationState.VOID or self.is_overtaken:
            return access.denied(gettext("This letter does not count any more. Print the household's newest letter."))
        if self.dialogue.state == DialogueState.CANCELLED:
            return access.denied(gettext("This conference is cancelled: its letters are not printed any more."))
        return self.can_deliver(user, campaign)

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
    """A household on the roll, counted twice: as one household, and by its land users."""

    dialogue = WardKey(Dialogue, models.CASCADE, related_name="attendance", verbose_name=_("dialogue"))
    household = WardKey(Household, models.PROTECT, related_name="attendance", verbose_name=_("household"))
    kind = models.CharField(_("attendance"), max_length=20, choices=AttendanceKind)
    users = models.PositiveSmallIntegerField(_("land users of the household"), default=1)
    came = models.PositiveSmallIntegerField(_("of these came or were represented"), default=0)
    is_late = models.BooleanField(_("came late"), default=False)
    note = models.CharField(
        _("who came for it, or why nobody did"), max_length=150, blank=True, validators=[no_personal_number]
    )

    objects = ThroughHouseholdQuerySet.as_manager()

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendance")
        constraints = [
            models.UniqueConstraint(fields=["ward", "dialogue", "household"], name="clearance_attendance_pair"),
            models.CheckConstraint(
                name="clearance_attendance_users",
                condition=Q(users__gte=1, came__lte=F("users")),
                violation_error_message=_("Not more land users can come than the household has."),
            ),
            models.CheckConstraint(
                name="clearance_attendance_came",
                condition=Q(kind__in=CAME, came__gte=1) | (~Q(kind__in=CAME) & Q(came=0, is_late=False)),
                violation_error_message=_("Whoever came, came with one land user at least; nobody else did."),
            ),
        ]

    @property
    def personal_file(self) -> Household:
        return self.household

    def __str__(self) -> str:
        return f"{self.household}: {self.get_kind_display()}"
