"""Dissemination sessions and other meetings of the year."""

import datetime
from collections.abc import Iterable, Sequence
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
from campaigns.choices import Absence, MeetingKind, MeetingState
from campaigns.models.campaign import Campaign
from campaigns.models.document import Document
from campaigns.querysets import InviteeQuerySet, MeetingQuerySet
from core.dated import dated
from core.keys import WardKey
from core.models import Stateful, Transition, WardModel, save_all, take_in, today, tracked
from core.refusals import refusals_said
from core.secrecy import refuse_secret
from core.text import nfc, without_bullet
from core.titles import TITLE
from notifications import outbox

ALONE: dict[str, int] = {Absence.PRESENT: 1, Absence.ABSENT: 0, Absence.RE_BRIEFED: 0}
ATTENDANCE = ["invited", "present", "absence", "reason", "re_briefed_on"]


@dated("kind", "title")
@tracked
class Meeting(Stateful, WardModel):
    campaign = WardKey(Campaign, models.PROTECT, related_name="meetings", verbose_name=_("campaign"))
    kind = models.CharField(_("kind"), max_length=15, choices=MeetingKind)
    title = models.CharField(_("title"), max_length=200, blank=True, validators=TITLE)
    held_on = models.DateField(_("date"), null=True, blank=True)
    starts_at = models.TimeField(_("time"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=150, blank=True)
    chair = models.CharField(_("chair"), max_length=100, blank=True)
    document = WardKey(
        Document, models.PROTECT, null=True, blank=True, related_name="meetings", verbose_name=_("document explained")
    )
    minutes = WardKey(
        Document, models.PROTECT, null=True, blank=True, related_name="minutes_of", verbose_name=_("minutes")
    )
    state = models.CharField(_("state"), max_length=10, choices=MeetingState, default=MeetingState.PLANNED)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ["-held_on", "-id"]
        constraints = [
            models.CheckConstraint(
                name="campaigns_meeting_held_on_a_day",
                condition=~Q(state=MeetingState.HELD) | Q(held_on__isnull=False),
                violation_error_message=_("A meeting that was held has its day."),
            )
        ]

    def __str__(self) -> str:
        return self.title or self.get_kind_display()

    def get_absolute_url(self) -> str:
        return reverse("campaigns:meeting_detail", args=[self.pk])

    def can_edit(self, user: User) -> Decision:
        allowed = self.campaign.can_change() and access.can(user, Permission.CAMPAIGN_EDIT)
        if allowed and self.state == MeetingState.CANCELLED:
            return access.denied(gettext("This meeting is cancelled."))
        return allowed

    def can_hold(self, user: User) -> Decision:
        """Write down that it was held, or cancel it."""
        allowed = self.can_edit(user)
        if allowed and self.state == MeetingState.HELD:
            return access.denied(gettext("This meeting was held."))
        return allowed

    @property
    def is_to_come(self) -> bool:
        """Those who are invited still have to know."""
        return self.state == MeetingState.PLANNED and (self.held_on is None or self.held_on >= today())

    def call(self, *, by: User | None, units: Iterable[Unit] = ()) -> None:
        """Plan the meeting and invite whole units. One that is entered afterwards was planned for its day."""
        self.campaign.require_open()
        with transaction.atomic():
            self.start(by=by, on=min(self.held_on or today(), today()))
            self._record("called", by)
            self.invite_all(by=by, units=units)

    def edit(self, *, by: User | None, **fields: Any) -> None:
        """Those who are invited are told of another day, time or place."""
        self.campaign.require_open()
        before = Meeting.objects.filter(pk=self.pk, ward_id=self.ward_id).values("held_on", "starts_at", "place").get()
        for name, value in fields.items():
            setattr(self, name, value)
        with transaction.atomic():
            self.save(update_fields=list(fields))
            is_moved = any(getattr(self, name) != value for name, value in before.items())
            self._record("moved" if is_moved and self.is_to_come else "edited", by)

    def hold(self, *, by: User | None, held_on: datetime.date, minutes: Document | None = None) -> None:
        """Write down that it took place on the day."""
        self.campaign.require_open()
        if held_on > today():
            raise ValidationError(gettext("Choose a day up to today."))
        fields: dict[str, Any] = {"held_on": held_on} | ({"minutes": minutes} if minutes else {})
        last = self.transitions.first()
        step_on = max(held_on, last.on) if last else held_on  # steps never run backwards; the day itself is held_on
        with transaction.atomic():
            self.move(MeetingState.HELD, since=[MeetingState.PLANNED], by=by, on=step_on, **fields)
            self._record("held", by, held_on)

    def cancel(self, *, by: User | None, reason: str) -> None:
        self.campaign.require_open()
        with transaction.atomic():
            self.move(MeetingState.CANCELLED, since=[MeetingState.PLANNED], by=by, reason=reason)
            self._record("cancelled", by)

    def invite(self, *, by: User | None, **fields: Any) -> "MeetingInvitee":
        self.campaign.require_open()
        invitee = MeetingInvitee(ward_id=self.ward_id, meeting=self, **fields)
        invitee.validate_constraints()
        with transaction.atomic():
            invitee.save()
            self._record("invited", by, invitees=[invitee.pk])
        return invitee

    def invite_all(
        self,
        *,
        by: User | None,
        units: Iterable[Unit] = (),
        people: Iterable[User] = (),
        groups: Iterable[str] = (),
    ) -> int:
        """Invite units, people by name and groups that are neither; how many. Whoever is invited already stays so."""
        self.campaign.require_open()
        known = {(row.unit_id, row.person_id, row.group.casefold()) for row in self.invitees.all()}
        wanted: list[dict[str, Any]] = [{"unit": unit} for unit in units]
        wanted += [{"person": person, "invited": 1} for person in people]
        wanted += [{"group": group} for group in groups]
        rows = []
        for fields in wanted:
            row = MeetingInvitee(ward_id=self.ward_id, meeting=self, **fields)
            if (key := (row.unit_id, row.person_id, nfc(row.group).casefold())) not in known:
                known.add(key)
                rows.append(row)
        with transaction.atomic():
            save_all(rows)
            if rows:
                self._record("invited", by, invitees=[row.pk for row in rows])
        return len(rows)

    def note_attendance(self, *, by: User | None, rows: "Sequence[MeetingInvitee]", rest_came: bool = False) -> None:
        """Write down, for many of the invited at once, who came, who did not and why, and who was told afterwards.

        rest_came: those of whom nothing is written down came.
        """
        self.campaign.require_open()
        for row in rows:
            if rest_came and not row.absence and row.present is None:
                row.absence = Absence.PRESENT
            row.count_alone()
            take_in(row)
        with transaction.atomic(), refusals_said():
            MeetingInvitee.objects.bulk_update(rows, ATTENDANCE)
            self._record("attended", by, count=len(rows))

    def conclude(self, *, by: User | None, text: str) -> "MeetingOutcome":
        """Write down something that the meeting decided."""
        self.campaign.require_open()
        with transaction.atomic():
            order = self.outcomes.aggregate(last=models.Max("order"))["last"] or 0
            outcome = self.outcomes.create(ward_id=self.ward_id, text=without_bullet(text), order=order + 1)
            self._record("concluded", by)
        return outcome

    def _record(self, what: str, by: User | None, on: datetime.date | None = None, **facts: Any) -> None:
        outbox.record(f"campaigns.meeting.{what}", subject=self, by=by, on=on, **facts)


class MeetingTransition(Transition):
    meeting = WardKey(Meeting, models.PROTECT, related_name="transitions", verbose_name=_("meeting"))

    class Meta(Transition.Meta):
        verbose_name = _("step of a meeting")
        verbose_name_plural = _("steps of meetings")


@tracked
class MeetingInvitee(WardModel):
    """A unit, a person or a group of people invited to a meeting: how many, and how many came.

    None present: no count yet.
    """

    meeting = WardKey(Meeting, models.CASCADE, related_name="invitees", verbose_name=_("meeting"))
    unit = WardKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit"))
    person = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("person invited")
    )
    group = models.CharField(_("group"), max_length=150, blank=True)
    invited = models.PositiveIntegerField(_("invited"), null=True, blank=True)
    present = models.PositiveIntegerField(_("present"), null=True, blank=True)
    absence = models.CharField(_("attendance"), max_length=12, choices=Absence, blank=True)
    reason = models.CharField(_("reason of absence"), max_length=200, blank=True, validators=[refuse_secret])
    re_briefed_on = models.DateField(_("informed on"), null=True, blank=True)

    objects = InviteeQuerySet.as_manager()

    class Meta:
        verbose_name = _("invited group")
        verbose_name_plural = _("invited groups")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                "ward",
                "meeting",
                "unit",
                "person",
                "group",
                name="campaigns_invitee_once",
                nulls_distinct=False,
                violation_error_message=_("This unit or group is invited already."),
            ),
            models.CheckConstraint(
                name="campaigns_invitee_somebody",
                condition=Q(person__isnull=False, unit__isnull=True, group="")
                | Q(person__isnull=True, unit__isnull=False)
                | (Q(person__isnull=True) & ~Q(group="")),
                violation_error_message=_("Invite a unit, a person or a group."),
            ),
            models.CheckConstraint(
                name="campaigns_invitee_absent_why",
                condition=Q(reason="") | Q(absence__in=[Absence.ABSENT, Absence.RE_BRIEFED]),
                violation_error_message=_("A reason belongs to somebody who was absent."),
            ),
            models.CheckConstraint(
                name="campaigns_invitee_re_briefed",
                condition=Q(absence=Absence.RE_BRIEFED, re_briefed_on__isnull=False)
                | (~Q(absence=Absence.RE_BRIEFED) & Q(re_briefed_on__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return self.group or str(self.person or self.unit)

    def edit(self, *, by: User | None, **fields: Any) -> None:
        """Write down who was invited, who came, and who was told afterwards."""
        self.meeting.campaign.require_open()
        for name, value in fields.items():
            setattr(self, name, value)
        self.count_alone()
        self.validate_constraints()
        with transaction.atomic():
            self.save(update_fields=[*fields, "present"])
            self.meeting._record("edited", by)

    def count_alone(self) -> None:
        """Of a person invited by name it is known how many came."""
        if self.person_id:
            self.present = ALONE.get(self.absence)


@tracked
class MeetingOutcome(WardModel):
    """Something that a meeting decided; tasks are given from it as from an item of a plan."""

    meeting = WardKey(Meeting, models.CASCADE, related_name="outcomes", verbose_name=_("meeting"))
    text = models.CharField(_("what the meeting decided"), max_length=1000, validators=[refuse_secret])
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = InviteeQuerySet.as_manager()

    class Meta:
        verbose_name = _("outcome of a meeting")
        verbose_name_plural = _("outcomes of a meeting")
        ordering = ["order", "id"]
        constraints = [models.CheckConstraint(name="campaigns_outcome_text", condition=~Q(text=""))]

    def __str__(self) -> str:
        return self.text[:80]

    def can_assign(self, user: User) -> Decision:
        return self.meeting.campaign.can_change() and access.can(user, Permission.TASK_ASSIGN)

    def can_remove(self, user: User) -> Decision:
        if self.tasks.exists():
            return access.denied(gettext("Tasks were given from this outcome, so it stays."))
        return self.meeting.can_edit(user)

    def edit(self, *, by: User | None, text: str) -> None:
        self.meeting.campaign.require_open()
        self.text = without_bullet(text)
        with transaction.atomic():
            self.save(update_fields=["text"])
            outbox.record("campaigns.meeting.concluded", subject=self.meeting, by=by)

    def remove(self, *, by: User | None) -> None:
        self.meeting.campaign.require_open()
        with transaction.atomic():
            outbox.record("campaigns.meeting.concluded", subject=self.meeting, by=by)
            self.delete()
