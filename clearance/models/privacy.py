"""The privacy desk: what people ask about their own data, its lawful clocks, and breaches."""

import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Max, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.access import Decision, Permission
from accounts.models import Ward
from clearance.choices import PrivacyKind, PrivacyOutcome
from clearance.models.households import Party
from clearance.querysets import PrivacyClockQuerySet, PrivacyQuerySet
from clearance.validators import no_personal_number
from core.fields import EncryptedText
from core.keys import WardKey, WardOneToOneKey
from core.models import WardModel, today, tracked
from deadlines.models import Deadline, DeadlineRule
from notifications import outbox

if TYPE_CHECKING:
    from accounts.models import User

ANSWER, BREACH = "privacy-answer", "privacy-breach"  # codes of the ward's rules; of carrying out: privacy-<kind>
ERASES = (PrivacyKind.ERASE, PrivacyKind.TIME_UP)


class _Clocked(WardModel):
    """A row whose clocks run by dated rules; without a rule nothing runs, and the page says so."""

    class Meta:
        abstract = True

    def start_clock(self, code: str, *, by: "User", on: datetime.date) -> None:
        rule = DeadlineRule.objects.filter(ward=self.ward_id).rule(code, on)
        if rule:
            own = {type(self).__name__.lower().replace("privacy", ""): self}
            PrivacyClock.objects.create(ward_id=self.ward_id, deadline=rule.start(by=by, on=on), **own)

    def end_clock(self, *, by: "User", on: datetime.date, met: bool) -> None:
        for clock in self.clocks.filter(ended_on=None):  # type: ignore[attr-defined]
            clock.end(by=by, on=on, met=met)


@tracked
class PrivacyRequest(_Clocked):
    """Received -> answered, once it is known who asks -> ended. Name and words are sealed.

    party: the person of a file whom it is about. It outlives what is erased, as the proof of what was asked.
    """

    year = models.PositiveSmallIntegerField(_("year"), editable=False)
    number = models.PositiveIntegerField(_("receipt number"), editable=False)
    kind = models.CharField(_("what is asked"), max_length=10, choices=PrivacyKind)
    received_on = models.DateField(_("received on"), default=today)
    name = EncryptedText(_("full name"))
    text = EncryptedText(_("in the person's words"), blank=True)
    party = WardKey(
        Party,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="privacy_requests",
        verbose_name=_("person of a file"),
    )
    checked_how = models.CharField(
        _("how it was checked who asks"), max_length=200, blank=True, validators=[no_personal_number]
    )
    answered_on = models.DateField(_("answered on"), null=True, blank=True)
    outcome = models.CharField(_("what came of it"), max_length=10, choices=PrivacyOutcome, blank=True)
    ended_on = models.DateField(_("request ended on"), null=True, blank=True)
    result = models.TextField(_("what was done, or why not"), blank=True, validators=[no_personal_number])
    looked_at = models.DateTimeField(_("looked up what would be emptied"), null=True, blank=True, editable=False)
    would_empty = models.JSONField(_("what would be emptied"), default=list, blank=True, editable=False)

    objects = PrivacyQuerySet.as_manager()

    class Meta:
        verbose_name = _("privacy request")
        verbose_name_plural = _("privacy requests")
        ordering = ["-year", "-number"]
        constraints = [
            models.UniqueConstraint("ward", "year", "number", name="clearance_privacy_number"),
            models.CheckConstraint(
                name="clearance_privacy_answered",
                condition=Q(answered_on__isnull=True, checked_how="")
                | (Q(answered_on__isnull=False, answered_on__gte=F("received_on")) & ~Q(checked_how="")),
                violation_error_message=_("Say how it was checked who asks."),
            ),
            models.CheckConstraint(
                name="clearance_privacy_ended",
                condition=Q(ended_on__isnull=True, outcome="", result="")
                | (Q(ended_on__isnull=False, ended_on__gte=F("received_on")) & ~Q(outcome="") & ~Q(result="")),
                violation_error_message=_("Write what was done, or why not."),
            ),
            models.CheckConstraint(
                name="clearance_privacy_done_after_answer",
                condition=~Q(outcome=PrivacyOutcome.DONE) | Q(answered_on__isnull=False),
                violation_error_message=_("Nothing is carried out before it is known who asks."),
            ),
            models.CheckConstraint(
                name="clearance_privacy_looked", condition=Q(looked_at__isnull=False) | Q(would_empty=[])
            ),
        ]

    @property
    def personal_file(self) -> "PrivacyRequest":
        return self

    def __str__(self) -> str:
        return gettext("Privacy request no. %(number)s/%(year)s") % {"number": self.number, "year": self.year}

    @property
    def words_in_log(self) -> str:
        return str(self)

    def get_absolute_url(self) -> str:
        return reverse("clearance:privacy_detail", args=[self.year, self.number])

    def can_keep(self, user: "User") -> Decision:
        return access.can(user, Permission.PRIVACY_KEEP)

    @property
    def is_open(self) -> bool:
        return self.ended_on is None

    def can_hand_out(self) -> Decision:
        """The person's own data: once it is known who asks, and who that is in the files."""
        if self.is_open and self.answered_on and self.party_id:
            return access.ALLOWED
        return access.denied(gettext("Answer the request and find the person first."))

    def can_erase(self) -> Decision:
        if self.kind not in ERASES:
            return access.denied(gettext("Nobody asked to erase anything."))
        return self.can_hand_out()

    @property
    def was_looked_at(self) -> bool:
        """What would be emptied, today: by tomorrow somebody may have written of the person again."""
        return self.looked_at is not None and timezone.localdate(self.looked_at) == today()

    def can_carry_out(self) -> Decision:
        if not self.was_looked_at:
            return access.denied(gettext("Look first what would be emptied; what was seen holds for its day."))
        return self.can_erase()

    @property
    def clock(self) -> "PrivacyClock | None":
        return self.clocks.filter(ended_on=None).select_related("deadline__rule").first()

    def receive(self, *, by: "User") -> None:
        """Save it with the next number of its year; the clock for the answer runs."""
        if self.received_on > today():
            raise ValidationError({"received_on": gettext("Choose a day up to today.")})
        with transaction.atomic():
            Ward.objects.select_for_update(no_key=True).get(pk=self.ward_id)
            self.year = self.received_on.year
            own = PrivacyRequest.objects.filter(ward=self.ward_id, year=self.year)
            self.number = (own.aggregate(last=Max("number"))["last"] or 0) + 1
            self.save()
            if self.kind != PrivacyKind.TIME_UP:
                self.start_clock(ANSWER, by=by, on=self.received_on)
            outbox.record("clearance.privacy.received", subject=self, by=by, on=self.received_on)

    @classmethod
    def begin(cls, party: Party, *, by: "User", rule: DeadlineRule) -> "PrivacyRequest":
        """Nobody asks: what is kept of the person has reached the end of its time. One that is open is given back."""
        said = gettext("Nobody asked: the time of keeping is over (%(rule)s).") % {"rule": rule}
        with transaction.atomic():
            Ward.objects.select_for_update(no_key=True).get(pk=party.ward_id)
            own = cls.objects.filter(ward=party.ward_id, party=party, kind=PrivacyKind.TIME_UP)
            if row := own.open().first():
                return row
            row = cls(ward_id=party.ward_id, kind=PrivacyKind.TIME_UP, party=party, name=party.name, text=said)
            row.receive(by=by)
            row.answer(by=by, on=row.received_on, checked_how=said[:200])
        return row

    def answer(self, *, by: "User", on: datetime.date, checked_how: str) -> None:
        """It is known who asks, and the person was told that it is carried out: that clock begins."""
        self._check_day(on)
        with transaction.atomic():
            rows = PrivacyRequest.objects.filter(pk=self.pk, ward_id=self.ward_id, answered_on=None, ended_on=None)
            if rows.update(answered_on=on, checked_how=checked_how) != 1:
                raise ValidationError(gettext("This was answered or ended already."))
            self.end_clock(by=by, on=on, met=True)
            self.start_clock(f"privacy-{self.kind}", by=by, on=self.received_on)
            outbox.record("clearance.privacy.answered", subject=self, by=by, on=on)
        self.refresh_from_db()

    def end(self, *, by: "User", on: datetime.date, outcome: str, result: str) -> None:
        self._check_day(on)
        if outcome == PrivacyOutcome.DONE and self.answered_on is None:
            raise ValidationError(gettext("Nothing is carried out before it is known who asks."))
        with transaction.atomic():
            rows = PrivacyRequest.objects.filter(pk=self.pk, ward_id=self.ward_id, ended_on=None)
            if rows.update(ended_on=on, outcome=outcome, result=result) != 1:
                raise ValidationError(gettext("This was answered or ended already."))
            self.end_clock(by=by, on=on, met=outcome != PrivacyOutcome.WITHDRAWN)
            outbox.record("clearance.privacy.ended", subject=self, by=by, on=on)
        self.refresh_from_db()

    def name_person(self, party: Party, *, by: "User") -> None:
        """Which person of a file it is about."""
        with transaction.atomic():
            rows = PrivacyRequest.objects.filter(pk=self.pk, ward_id=self.ward_id, ended_on=None)
            if rows.update(party=party) != 1:
                raise ValidationError(gettext("This was answered or ended already."))
            outbox.record("clearance.privacy.person_named", subject=self, by=by)
        self.refresh_from_db()

    def keep_look(self, found: list[dict[str, Any]], *, by: "User") -> None:
        """What an erasure would empty, as it was seen just now: tables and numbers, no word of the person."""
        with transaction.atomic():
            rows = PrivacyRequest.objects.filter(pk=self.pk, ward_id=self.ward_id, ended_on=None)
            if rows.update(looked_at=timezone.now(), would_empty=found) != 1:
                raise ValidationError(gettext("This was answered or ended already."))
            outbox.record("clearance.privacy.looked", subject=self, by=by)
        self.refresh_from_db()

    def _check_day(self, on: datetime.date) -> None:
        if not self.received_on <= on <= today():
            first = f"{self.received_on:%d/%m/%Y}"
            raise ValidationError({"on": gettext("Choose a day from %(first)s to today.") % {"first": first}})


@tracked
class Breach(_Clocked):
    """Data of people got where it should not, or was lost: what, of whom, and who was told when."""

    noticed_on = models.DateField(_("noticed on"), default=today)
    what = models.TextField(_("what went wrong"), validators=[no_personal_number])
    whom = models.CharField(_("whose data, and how many people"), max_length=200, validators=[no_personal_number])
    measures = models.TextField(_("what is done about it"), validators=[no_personal_number])
    told_on = models.DateField(_("reported on"), null=True, blank=True)
    told = models.CharField(_("to whom it was reported"), max_length=200, blank=True)
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("by")
    )

    objects = PrivacyQuerySet.as_manager()

    class Meta:
        verbose_name = _("breach of personal data")
        verbose_name_plural = _("breaches of personal data")
        ordering = ["-noticed_on", "-id"]
        constraints = [
            models.CheckConstraint(
                name="clearance_breach_told",
                condition=Q(told_on__isnull=True, told="")
                | (Q(told_on__isnull=False, told_on__gte=F("noticed_on")) & ~Q(told="")),
                violation_error_message=_("Write to whom it was reported, and a day since it was noticed."),
            ),
        ]

    @property
    def personal_file(self) -> "Breach":
        return self

    def __str__(self) -> str:
        return gettext("Breach noticed on %(day)s") % {"day": f"{self.noticed_on:%d/%m/%Y}"}

    @property
    def words_in_log(self) -> str:
        return str(self)

    def get_absolute_url(self) -> str:
        return reverse("clearance:breach_detail", args=[self.pk])

    @property
    def clock(self) -> "PrivacyClock | None":
        return self.clocks.filter(ended_on=None).select_related("deadline__rule").first()

    def note(self, *, by: "User") -> None:
        if self.noticed_on > today():
            raise ValidationError({"noticed_on": gettext("Choose a day up to today.")})
        self.noted_by = by
        with transaction.atomic():
            self.save()
            self.start_clock(BREACH, by=by, on=self.noticed_on)
            outbox.record("clearance.breach.noted", subject=self, by=by, on=self.noticed_on)

    def report(self, *, by: "User", on: datetime.date, told: str) -> None:
        if not self.noticed_on <= on <= today():
            first = f"{self.noticed_on:%d/%m/%Y}"
            raise ValidationError({"on": gettext("Choose a day from %(first)s to today.") % {"first": first}})
        with transaction.atomic():
            rows = Breach.objects.filter(pk=self.pk, ward_id=self.ward_id, told_on=None)
            if rows.update(told_on=on, told=told) != 1:
                raise ValidationError(gettext("This was reported already."))
            self.end_clock(by=by, on=on, met=True)
            outbox.record("clearance.breach.reported", subject=self, by=by, on=on)
        self.refresh_from_db()


@tracked
class PrivacyClock(WardModel):
    """A lawful length of time that runs for a request or a breach; of each at most one at a time."""

    request = WardKey(
        PrivacyRequest,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="clocks",
        verbose_name=_("privacy request"),
    )
    breach = WardKey(
        Breach,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="clocks",
        verbose_name=_("breach of personal data"),
    )
    deadline = WardOneToOneKey(
        Deadline,
        models.PROTECT,
        editable=False,
        related_name="privacy_clock",
        verbose_name=_("clock of the privacy desk"),
    )
    ended_on = models.DateField(_("clock ended on"), null=True, blank=True, editable=False)

    objects = PrivacyClockQuerySet.as_manager()

    deadline_units = ("request__party__households__household__residential_group",)

    class Meta:
        verbose_name = _("clock of the privacy desk")
        verbose_name_plural = _("clocks of the privacy desk")
        constraints = [
            models.CheckConstraint(
                name="clearance_privacyclock_of_one",
                condition=Q(request__isnull=True, breach__isnull=False) | Q(request__isnull=False, breach__isnull=True),
            ),
            models.UniqueConstraint(
                "ward", "request", condition=Q(ended_on=None), name="clearance_privacyclock_one_runs"
            ),
        ]

    @property
    def personal_file(self) -> PrivacyRequest | Breach:
        return self.request or self.breach

    def __str__(self) -> str:
        return str(self.request or self.breach)

    def get_absolute_url(self) -> str:
        return (self.request or self.breach).get_absolute_url()

    def can_keep_deadline(self, user: "User") -> Decision:
        return access.denied(gettext("It follows the steps of the request, which are taken on its own page."))

    def end(self, *, by: "User", on: datetime.date, met: bool) -> None:
        running = PrivacyClock.objects.filter(pk=self.pk, ward_id=self.ward_id, ended_on=None)
        if running.update(ended_on=on) != 1:
            raise ValidationError(gettext("This clock has ended already."))
        if met:
            self.deadline.meet(by=by, on=on)
