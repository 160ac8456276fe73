"""Dissemination sessions and other meetings of the year."""

import datetime
from collections.abc import Iterable
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
from core.models import Stateful, Transition, WardModel, save_all, today, tracked
from core.secrecy import refuse_secret
from notifications import outbox


@dated("kind", "title")
@tracked
class Meeting(Stateful, WardModel):
    campaign = WardKey(Campaign, models.PROTECT, related_name="meetings", verbose_name=_("campaign"))
    kind = models.CharField(_("kind"), max_length=15, choices=MeetingKind)
    title = models.CharField(_("title"), max_length=200, blank=True, validators=[refuse_secret])
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

    def call(self, *, by: User | None, units: Iterable[Unit] = ()) -> None:
        """Plan the meeting and invite whole units. One that is entered afterwards was planned for its day."""
        self.campaign.require_open()
        with transaction.atomic():
            self.start(by=by, on=min(self.held_on or today(), today()))
            self._record("called", by)
            save_all([MeetingInvitee(ward_id=self.ward_id, meeting=self, unit=unit) for unit in units])

    def edit(self, *, by: User | None, **fields: Any) -> None:
        self.campaign.require_open()
        for name, value in fields.items():
            setattr(self, name, value)
        with transaction.atomic():
            self.save(update_fields=list(fields))
            self._record("edited", by)

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
            self._record("edited", by)
        return invitee

    def _record(self, what: str, by: User | None, on: datetime.date | None = None) -> None:
        outbox.record(f"campaigns.meeting.{what}", subject=self, by=by, on=on)


class MeetingTransition(Transition):
    meeting = WardKey(Meeting, models.PROTECT, related_name="transitions", verbose_name=_("meeting"))

    class Meta(Transition.Meta):
        verbose_name = _("step of a meeting")
        verbose_name_plural = _("steps of meetings")


@tracked
class MeetingInvitee(WardModel):
    """A unit or a group of people invited to a meeting: how many, and how many came. None present: no count yet."""

    meeting = WardKey(Meeting, models.CASCADE, related_name="invitees", verbose_name=_("meeting"))
    unit = WardKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit"))
    group = models.CharField(_("group"), max_length=150, blank=True)
    invited = models.PositiveIntegerField(_("invited"), null=True, blank=True)
    present = models.PositiveIntegerField(_("present"), null=True, blank=True)
    absence = models.CharField(_("attendance"), max_length=12, choices=Absence, blank=True)
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
                "group",
                name="campaigns_invitee_once",
                nulls_distinct=False,
                violation_error_message=_("This unit or group is invited already."),
            ),
            models.CheckConstraint(name="campaigns_invitee_somebody", condition=Q(unit__isnull=False) | ~Q(group="")),
            models.CheckConstraint(
                name="campaigns_invitee_re_briefed",
                condition=Q(absence=Absence.RE_BRIEFED, re_briefed_on__isnull=False)
                | (~Q(absence=Absence.RE_BRIEFED) & Q(re_briefed_on__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return self.group or str(self.unit)

    def edit(self, *, by: User | None, **fields: Any) -> None:
        """Write down who was invited, who came, and who was told afterwards."""
        self.meeting.campaign.require_open()
        for name, value in fields.items():
            setattr(self, name, value)
        self.validate_constraints()
        with transaction.atomic():
            self.save(update_fields=list(fields))
            self.meeting._record("edited", by)
