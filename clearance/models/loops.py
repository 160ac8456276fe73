"""Written mobilisation as the law orders it: of one household, with its days, its minutes and what came of it.

The portal only records that a lawful decision and its day exist. What follows a decision is planned elsewhere.
"""

import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Max, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.access import Decision
from campaigns.models import Campaign
from clearance.choices import (
    LOOP_STEPS,
    LOOP_WAITS,
    LOOP_WINDOWS,
    LoopEnding,
    LoopKind,
    LoopPhase,
    MinutesSigned,
    SetDayKind,
)
from clearance.models.file import FileRow
from clearance.models.gates import Gate, gate_of
from clearance.models.households import Household
from clearance.models.procedure import ProcedureStep
from clearance.querysets import LoopQuerySet, MinutesQuerySet, ScanQuerySet, SetDayQuerySet
from clearance.validators import no_personal_number
from core.dates import full_date
from core.files import Accepted
from core.keys import WardKey, WardOneToOneKey
from core.models import StoredFile, WardModel, today, tracked
from deadlines.models import Deadline, DeadlineRule
from notifications import outbox

if TYPE_CHECKING:
    from accounts.models import User


@tracked
class MobilisationLoop(WardModel):
    """Open until the household cooperates. window: it lasts until then; wait: nothing may follow before that day."""

    household = WardKey(Household, models.PROTECT, related_name="loops", verbose_name=_("household"))
    kind = models.CharField(_("what for"), max_length=10, choices=LoopKind)
    words = models.TextField(_("reason, in the household's own words"), validators=[no_personal_number])
    ward_body = models.CharField(_("for the ward"), max_length=150)
    front_body = models.CharField(_("for the Fatherland Front"), max_length=150)
    unit_body = models.CharField(_("for the compensation unit"), max_length=150)
    opened_on = models.DateField(_("opened on"), default=today)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("by")
    )
    window = WardOneToOneKey(
        Deadline,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="loop_window",
        verbose_name=_("mobilisation lasts until"),
    )
    wait = WardOneToOneKey(
        Deadline,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="loop_wait",
        verbose_name=_("nothing follows before"),
    )
    ended_on = models.DateField(_("mobilisation ended on"), null=True, blank=True, editable=False)
    ending = models.CharField(_("how it ended"), max_length=10, choices=LoopEnding, blank=True, editable=False)
    ending_note = models.CharField(
        _("what shows it"), max_length=200, blank=True, editable=False, validators=[no_personal_number]
    )
    decision = models.CharField(
        _("number and symbol of the decision"), max_length=60, blank=True, validators=[no_personal_number]
    )
    decided_on = models.DateField(_("day of the decision"), null=True, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("entered by"),
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("confirmed by"),
    )
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, editable=False)

    objects = LoopQuerySet.as_manager()

    deadline_units = ("household__project__host",)

    class Meta:
        verbose_name = _("mobilisation of a household")
        verbose_name_plural = _("mobilisations of households")
        ordering = ["-opened_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                "ward",
                "household",
                "kind",
                condition=Q(ended_on__isnull=True),
                name="clearance_loop_one_open",
                violation_error_message=_("Such a mobilisation is open for this household already."),
            ),
            models.CheckConstraint(
                name="clearance_loop_ended",
                condition=Q(ended_on__isnull=True, ending="", ending_note="")
                | (Q(ended_on__isnull=False, ended_on__gte=F("opened_on")) & ~Q(ending="") & ~Q(ending_note="")),
                violation_error_message=_("It can not end before it began."),
            ),
            models.CheckConstraint(
                name="clearance_loop_decided",
                condition=Q(decision="", decided_on__isnull=True, entered_by__isnull=True)
                | (~Q(decision="") & Q(decided_on__isnull=False, decided_on__gte=F("opened_on"))),
                violation_error_message=_(
                    "Write the number of the decision and its day, which is after the beginning."
                ),
            ),
            models.CheckConstraint(
                name="clearance_loop_confirmed",
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | (Q(confirmed_at__isnull=False, confirmed_by__isnull=False) & ~Q(decision="")),
            ),
            models.CheckConstraint(
                name="clearance_loop_two_people",
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("entered_by")),
                violation_error_message=_("A second person confirms what you entered."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())

    def get_absolute_url(self) -> str:
        return reverse("clearance:loop_detail", args=[self.pk])

    @property
    def personal_file(self) -> Household:
        return self.household

    @property
    def summary(self) -> str:
        """For lists of deadlines: which household, by its number."""
        return self.household.words_in_log

    @property
    def is_open(self) -> bool:
        return self.ended_on is None

    def phase_on(self, day: datetime.date) -> LoopPhase:
        """How it stands on a day; without the ward's rules it runs until somebody ends it."""
        if self.ended_on and self.ended_on <= day:
            return LoopPhase.DONE if self.ending == LoopEnding.DONE else LoopPhase.MISTAKEN
        if self.decided_on and self.decided_on <= day:
            return LoopPhase.DECIDED
        if self.window is None or day <= self.window.due_on:
            return LoopPhase.RUNNING
        return LoopPhase.WAITING if self.wait and day < self.wait.due_on else LoopPhase.PAST

    @property
    def phase(self) -> LoopPhase:
        return self.phase_on(today())

    @property
    def followed_until(self) -> datetime.date | None:
        """After that day something should stand in the file: minutes, once the mobilisation was to last no longer; with
        minutes, how it goes on once the waiting days are over."""
        if self.window is None:
            return None
        has_minutes = any(not row.is_void for row in self.minutes.all())
        return self.wait.due_on if has_minutes and self.wait else self.window.due_on

    @cached_property
    def step(self) -> ProcedureStep | None:
        """Its step of the procedure as the law had it on the first day."""
        rows = ProcedureStep.objects.filter(ward=self.ward_id, code=LOOP_STEPS[LoopKind(self.kind)])
        return rows.valid_on(self.opened_on).first()

    @property
    def needs_second(self) -> bool:
        """Where no step says so, two people stand for a decision."""
        return self.step.two_people if self.step else True

    @property
    def is_decided(self) -> bool:
        return bool(self.decision) and (bool(self.confirmed_at) or not self.needs_second)

    def gate(self, day: datetime.date) -> Gate:
        return gate_of(self, day)

    # ---- who ----------------------------------------------------------------------------------------
    def can_keep_deadline(self, user: "User") -> Decision:
        return access.denied(gettext("It follows the mobilisation, which is kept on its own page."))

    def can_minute(self, user: "User", campaign: Campaign) -> Decision:
        """The team of the household, or an officer who enters for it."""
        if not self.is_open:
            return access.denied(gettext("This mobilisation has ended."))
        return self.household.can_record_visit(user, campaign)

    def can_end(self, user: "User", campaign: Campaign) -> Decision:
        return self.can_minute(user, campaign)

    def can_decide(self, user: "User", campaign: Campaign) -> Decision:
        may = self.household.project.can_manage(user, campaign)
        if may and not self.is_open:
            return access.denied(gettext("This mobilisation has ended."))
        if may and self.decision:
            return access.denied(gettext("A decision is recorded already."))
        if may and (missing := self.gate(today()).missing):
            return access.denied(gettext("Still missing: %(what)s") % {"what": "; ".join(row.words for row in missing)})
        return may

    def can_confirm(self, user: "User", campaign: Campaign) -> Decision:
        may = self.household.project.can_manage(user, campaign)
        if may and (not self.decision or self.is_decided):
            return access.denied(gettext("Nothing waits for a second person."))
        if may and self.entered_by_id == user.pk:
            return access.denied(gettext("A second person confirms what you entered."))
        return may

    # ---- verbs --------------------------------------------------------------------------------------
    def open(self, *, by: "User | None", campaign: Campaign) -> None:
        """Its days are counted now by the rules of the household's project, and stay as they were counted."""
        campaign.require_open()
        self.household.project.check_day(campaign, self.opened_on)
        self.opened_by = by
        with transaction.atomic():
            kind = LoopKind(self.kind)
            self.window = self._count(LOOP_WINDOWS[kind], self.opened_on, by)
            if self.window:
                self.wait = self._count(LOOP_WAITS[kind], self.window.due_on, by)
            self.save()
            outbox.record("clearance.loop.opened", subject=self.household, by=by, on=self.opened_on)

    def _count(self, code: str, on: datetime.date, by: "User | None") -> Deadline | None:
        """By the rule set chosen on the batch or the project; where none is chosen, nothing is counted."""
        law = self.household.rule_set
        if law is None:
            return None
        rule = DeadlineRule.objects.filter(ward=self.ward_id, rule_set=law.name).rule(code, on)
        return rule.start(by=by, on=on) if rule else None

    def end(
        self,
        *,
        by: "User | None",
        campaign: Campaign,
        on: datetime.date,
        note: str,
        ending: str = LoopEnding.DONE,
    ) -> None:
        """The household cooperates, at any time; or it was opened in error."""
        campaign.require_open()
        self.household.project.check_day(campaign, on)
        with transaction.atomic():
            rows = MobilisationLoop.objects.filter(pk=self.pk, ward_id=self.ward_id, ended_on=None)
            if rows.update(ended_on=on, ending=ending, ending_note=note) != 1:
                raise ValidationError(gettext("This mobilisation has ended already."))
            outbox.record("clearance.loop.ended", subject=self.household, by=by, on=on)
        self.refresh_from_db()

    def record_decision(self, *, by: "User", campaign: Campaign, number: str, on: datetime.date) -> None:
        """That a lawful decision exists, and its day; never before every proof of the gate was there on it."""
        campaign.require_open()
        self.household.project.check_day(campaign, on)
        missing = self.gate(on).missing
        if missing:
            what = "; ".join(row.words for row in missing)
            said = {"day": full_date(on), "what": what}
            raise ValidationError({"on": gettext("On %(day)s there was still missing: %(what)s") % said})
        with transaction.atomic():
            rows = MobilisationLoop.objects.filter(pk=self.pk, ward_id=self.ward_id, decision="", ended_on=None)
            if rows.update(decision=number, decided_on=on, entered_by=by) != 1:
                raise ValidationError(gettext("A decision is recorded already, or the mobilisation has ended."))
            outbox.record("clearance.loop.decision_recorded", subject=self.household, by=by, on=on)
        self.refresh_from_db()

    def confirm_decision(self, *, by: "User", campaign: Campaign) -> None:
        campaign.require_open()
        with transaction.atomic():
            rows = MobilisationLoop.objects.filter(pk=self.pk, ward_id=self.ward_id, confirmed_at=None)
            if (
                rows.exclude(decision="").exclude(entered_by=by).update(confirmed_by=by, confirmed_at=timezone.now())
                != 1
            ):
                raise ValidationError(gettext("A second person confirms what you entered."))
            outbox.record("clearance.loop.decision_confirmed", subject=self.household, by=by)
        self.refresh_from_db()


@tracked
class LoopMinutes(FileRow):
    """Minutes of one meeting of a mobilisation. Who was there is named for each of the three bodies."""

    code = "minutes"

    loop = WardKey(
        MobilisationLoop, models.PROTECT, related_name="minutes", verbose_name=_("mobilisation of a household")
    )
    number = models.PositiveSmallIntegerField(_("time no."), editable=False)
    of_ward = models.CharField(_("there for the ward"), max_length=150, blank=True, validators=[no_personal_number])
    of_front = models.CharField(
        _("there for the Fatherland Front"), max_length=150, blank=True, validators=[no_personal_number]
    )
    of_unit = models.CharField(
        _("there for the compensation unit"), max_length=150, blank=True, validators=[no_personal_number]
    )
    of_household = models.CharField(
        _("there for the household"), max_length=150, blank=True, validators=[no_personal_number]
    )
    said = models.TextField(_("what the household said, in its own words"), blank=True, validators=[no_personal_number])
    signed = models.CharField(_("signature"), max_length=10, choices=MinutesSigned)
    witness = models.CharField(_("witness"), max_length=100, blank=True, validators=[no_personal_number])
    second_witness = models.CharField(_("second witness"), max_length=100, blank=True, validators=[no_personal_number])
    paper = models.CharField(
        _("where the signed paper is kept"), max_length=150, blank=True, validators=[no_personal_number]
    )

    objects = MinutesQuerySet.as_manager()

    class Meta(FileRow.Meta):
        verbose_name = _("minutes of a mobilisation")
        verbose_name_plural = _("minutes of mobilisations")
        constraints = [
            *FileRow.Meta.constraints,
            models.UniqueConstraint("ward", "loop", "number", name="clearance_minutes_number"),
            models.CheckConstraint(
                name="clearance_minutes_witnessed",
                condition=Q(signed=MinutesSigned.SIGNED) | (~Q(witness="") & ~Q(second_witness="")),
                violation_error_message=_("Minutes that the household did not sign have two witnesses. Name both."),
            ),
            models.CheckConstraint(
                name="clearance_minutes_attended",
                condition=Q(signed=MinutesSigned.ABSENT) | ~Q(of_household=""),
                violation_error_message=_("Say who of the household was there."),
            ),
        ]

    def __str__(self) -> str:
        return gettext("Minutes, time no. %(number)s") % {"number": self.number}

    @property
    def household(self) -> Household:
        return self.loop.household

    @property
    def is_of_all_three(self) -> bool:
        return bool(self.of_ward and self.of_front and self.of_unit)

    def write(self, *, by: "User | None", campaign: Campaign, scan: Accepted | None = None) -> None:
        """With the next number of its mobilisation, and the scan of the signed paper where there is one."""
        if self.on < self.loop.opened_on:
            said = {"day": full_date(self.loop.opened_on)}
            raise ValidationError(
                {"on": gettext("The mobilisation began on %(day)s. Write that day or a later one.") % said}
            )
        with transaction.atomic():
            MobilisationLoop.objects.select_for_update(of=("self",)).get(pk=self.loop_id, ward_id=self.ward_id)
            last = LoopMinutes.objects.filter(ward=self.ward_id, loop=self.loop).aggregate(last=Max("number"))["last"]
            self.number = (last or 0) + 1
            self.record(by=by, campaign=campaign)
            if scan:
                MinutesScan.objects.create(ward_id=self.ward_id, minutes=self, uploaded_by=by, **scan.fields())


@tracked
class MinutesScan(StoredFile):
    """The signed paper itself."""

    minutes = WardKey(LoopMinutes, models.PROTECT, related_name="scans", verbose_name=_("minutes of a mobilisation"))

    objects = ScanQuerySet.as_manager()

    class Meta:
        verbose_name = _("scan of minutes")
        verbose_name_plural = _("scans of minutes")

    @property
    def personal_file(self) -> Household:
        return self.minutes.household


@tracked
class SetDay(FileRow):
    """A day that the ward sets towards a household. It is not set on a closed day or hour (`deadlines.Blackout`)."""

    code = "set_day"

    household = WardKey(Household, models.PROTECT, related_name="set_days", verbose_name=_("household"))
    kind = models.CharField(_("what for"), max_length=10, choices=SetDayKind)
    at = models.TimeField(_("hour"), null=True, blank=True)
    place = models.CharField(_("where"), max_length=150, blank=True, validators=[no_personal_number])

    objects = SetDayQuerySet.as_manager()

    class Meta(FileRow.Meta):
        verbose_name = _("day set towards a household")
        verbose_name_plural = _("days set towards households")

    def __str__(self) -> str:
        return str(self.get_kind_display())

    def set(self, *, by: "User | None", campaign: Campaign) -> None:
        """For a day to come; past days are milestones."""
        campaign.require_open()
        if self.on < today():
            raise ValidationError({"on": gettext("This day is over. Choose today or a later day.")})
        self.by = by
        with transaction.atomic():
            self.save()
            outbox.record("clearance.set_day.recorded", subject=self.household, by=by, on=self.on)
