"""Grievances: what somebody asks of the ward, complains of or disputes, and the lawful clocks that follow."""

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Max, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.access import Decision, Permission
from accounts.models import Unit, User, Ward
from clearance.models.households import Household, TeamAssignment
from clearance.querysets import ClockQuerySet, GrievanceEvidenceQuerySet, GrievanceQuerySet
from clearance.tracks import (
    EXTENDED_RULE,
    FIRST_CLOCK,
    MOVES,
    OPEN,
    RULES,
    ClockKind,
    Door,
    Finding,
    GrievanceState,
    Move,
    Step,
    Track,
    WithdrawnAt,
)
from clearance.validators import no_personal_number
from core.codes import LENGTH, random_code, shown_code
from core.files import Accepted
from core.keys import WardKey, WardOneToOneKey
from core.models import StateChanged, Stateful, StoredFile, Transition, WardModel, today, tracked, tracked_without
from deadlines.models import Deadline, DeadlineRule
from notifications import outbox

_SEALED = Q(name="", address_line="", text="", summary="", reply="", household__isnull=True, about__isnull=True)


# Of a denunciation nothing may stay, so what a person wrote is in no history; it is never changed afterwards.
@tracked_without("name", "address_line", "text", "summary", "reply", "household", "about")
class Grievance(Stateful, WardModel):
    """One matter that somebody brings to the ward. It has no effect on any household, in order, colour or date.

    number: runs within the calendar year in which it came in. code: on the receipt; with it, its holder reads where
    the matter stands. Of a denunciation only number, day and the body that it was handed to are kept.
    """

    year = models.PositiveSmallIntegerField(_("year"), editable=False)
    number = models.PositiveIntegerField(_("receipt number"), editable=False)
    code = models.CharField(_("receipt code"), max_length=LENGTH, editable=False)
    door = models.CharField(_("where it came in"), max_length=12, choices=Door)
    received_on = models.DateField(_("received on"), default=today)
    name = models.CharField(_("full name"), max_length=120, blank=True, validators=[no_personal_number])
    address_line = models.CharField(_("home address"), max_length=200, blank=True, validators=[no_personal_number])
    text = models.TextField(_("in the person's words"), blank=True, validators=[no_personal_number])
    track = models.CharField(_("kind"), max_length=12, choices=Track, blank=True)
    summary = models.CharField(_("matter"), max_length=150, blank=True, validators=[no_personal_number])
    household = WardKey(
        Household, models.PROTECT, null=True, blank=True, related_name="grievances", verbose_name=_("household")
    )
    about = WardKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="grievances", verbose_name=_("whose act it is about")
    )
    state = models.CharField(_("state"), max_length=12, choices=GrievanceState, default=GrievanceState.RECEIVED)
    reply = models.TextField(_("answer"), blank=True, validators=[no_personal_number])
    finding = models.CharField(_("the complaint is"), max_length=10, choices=Finding, blank=True)
    decision = models.CharField(_("number of the settlement decision"), max_length=60, blank=True)
    remedy = models.TextField(_("what is put right"), blank=True, validators=[no_personal_number])
    body = models.CharField(_("passed on to"), max_length=150, blank=True)
    place = models.CharField(_("withdrawal signed"), max_length=12, choices=WithdrawnAt, blank=True)
    satisfied = models.BooleanField(_("the person considers it answered"), null=True, blank=True)

    due_on: Any  # of those read `for_list`
    clock_kind: Any

    objects = GrievanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("grievance")
        verbose_name_plural = _("grievances")
        ordering = ["-year", "-number"]
        indexes = [models.Index(fields=["ward", "state"], name="clearance_grievance_state")]
        constraints = [
            models.UniqueConstraint("ward", "year", "number", name="clearance_grievance_number"),
            models.UniqueConstraint("ward", "code", name="clearance_grievance_code"),
            models.CheckConstraint(
                name="clearance_grievance_year", condition=Q(received_on__year=models.F("year"), number__gte=1)
            ),
            models.CheckConstraint(
                name="clearance_grievance_sorted",
                condition=Q(state=GrievanceState.RECEIVED, track="")
                | (~Q(state=GrievanceState.RECEIVED) & ~Q(track="")),
            ),
            models.CheckConstraint(
                name="clearance_grievance_sealed",
                condition=(Q(track=Track.DENUNCIATION, state=GrievanceState.HANDED_OVER) & _SEALED)
                | (~Q(track=Track.DENUNCIATION) & ~Q(state=GrievanceState.HANDED_OVER) & ~Q(text="")),
                violation_error_message=_("Of a denunciation only its number, its day and who took it are kept."),
            ),
            models.CheckConstraint(
                name="clearance_grievance_signed",
                condition=~Q(track=Track.COMPLAINT) | (~Q(name="") & ~Q(address_line="")),
                violation_error_message=_("A complaint needs the name and the address of the person who complains."),
            ),
            models.CheckConstraint(
                name="clearance_grievance_answered",
                condition=~Q(state__in=[GrievanceState.ANSWERED, GrievanceState.SETTLED]) | ~Q(reply=""),
                violation_error_message=_("Write what the person was answered."),
            ),
            models.CheckConstraint(
                name="clearance_grievance_settled",
                condition=~Q(state=GrievanceState.SETTLED) | (~Q(finding="") & ~Q(decision="")),
                violation_error_message=_("A settlement has its finding and the number of its decision."),
            ),
            models.CheckConstraint(
                name="clearance_grievance_passed_on",
                condition=~Q(state__in=[GrievanceState.FORWARDED, GrievanceState.HANDED_OVER]) | ~Q(body=""),
                violation_error_message=_("Write which body takes it."),
            ),
            models.CheckConstraint(
                name="clearance_grievance_withdrawn",
                condition=~Q(state__in=[GrievanceState.WITHDRAWING, GrievanceState.WITHDRAWN]) | ~Q(place=""),
                violation_error_message=_("Say where the withdrawal was signed."),
            ),
        ]

    @property
    def personal_file(self) -> "Grievance":
        return self

    def __str__(self) -> str:
        return gettext("Grievance no. %(number)s/%(year)s") % {"number": self.number, "year": self.year}

    @property
    def words_in_log(self) -> str:
        return str(self)

    def get_absolute_url(self) -> str:
        return reverse("clearance:grievance_detail", args=[self.year, self.number])

    @property
    def shown_code(self) -> str:
        """As it is printed, in two halves."""
        return shown_code(self.code)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def clock(self) -> "GrievanceClock | None":
        return self.clocks.filter(ended_on=None).select_related("deadline__rule").first()

    # ---- who ----------------------------------------------------------------------------------------
    def can_keep(self, user: User) -> Decision:
        """The grievance desk; nobody of it who visits the household for the ward."""
        allowed = access.can(user, Permission.GRIEVANCE_KEEP)
        if allowed and self.household_id and self._visits_there(user):
            return access.denied(gettext("You belong to a team of this project. Another officer looks at this matter."))
        return allowed

    def is_own_work(self, user: User) -> bool:
        """Of the desk. Who confirms as a second person says what the matter is opened for."""
        return bool(self.can_keep(user))

    def _visits_there(self, user: User) -> bool:
        teams = TeamAssignment.objects.filter(ward=self.ward_id, household__project__households=self.household_id)
        return teams.now().filter(team__in=access.grants(user).unit_ids).exists()

    def can_sort(self, user: User) -> Decision:
        if self.state != GrievanceState.RECEIVED:
            return access.denied(gettext("It is sorted already: %(track)s.") % {"track": self.get_track_display()})
        return self.can_keep(user)

    def can_take(self, step: Step, user: User) -> Decision:
        move = MOVES[step]
        if self.state not in move.since or self.track not in move.tracks:
            words = {"state": self.get_state_display()}
            return access.denied(gettext("This grievance is now “%(state)s”.") % words)
        if step == Step.RESORT and self.reply:
            return access.denied(gettext("It was answered before. Pass it on, or answer it anew."))
        if not move.confirms:
            return self.can_keep(user)
        if self._last_mover == user.pk:
            return access.denied(gettext("Somebody else confirms what you wrote down."))
        return access.can(user, Permission.GRIEVANCE_CONFIRM) or self.can_keep(user)

    @property
    def _last_mover(self) -> Any:
        return self.transitions.order_by("-id").values_list("by", flat=True).first()

    def steps_for(self, user: User) -> list[Step]:
        return [step for step in MOVES if self.can_take(step, user)]

    # ---- verbs --------------------------------------------------------------------------------------
    def receive(self, *, by: User | None) -> None:
        """Save it with the next number of its year and a code for the receipt; by None: by the public page."""
        if self.received_on > today():
            raise ValidationError({"received_on": gettext("Choose a day up to today.")})
        with transaction.atomic():
            Ward.objects.select_for_update(no_key=True).get(pk=self.ward_id)
            self.year = self.received_on.year
            own = Grievance.objects.filter(ward=self.ward_id)
            last = own.filter(year=self.year).aggregate(last=Max("number"))["last"]
            self.number = (last or 0) + 1
            self.code = random_code()
            self.start(by=by, on=self.received_on)
            self._tell("received", by=by, on=self.received_on)

    def sort(
        self, *, by: User, track: str, summary: str, household: Household | None = None, about: Unit | None = None
    ) -> None:
        """Into a track that the ward itself answers; its clock runs from the day on which it came in."""
        if track == Track.DENUNCIATION:
            raise ValidationError({"track": gettext("A denunciation is handed over, and nothing of it is kept here.")})
        facts: dict[str, Any] = {"track": track, "summary": summary, "household": household, "about": about}
        with transaction.atomic():
            self.move(GrievanceState.UNDER_REVIEW, since=[GrievanceState.RECEIVED], by=by, **facts)
            self._start_clock(FIRST_CLOCK[Track(track)], by=by, on=self.received_on)
            self._tell("sorted", by=by)

    def hand_over(self, *, by: User, body: str, on: datetime.date) -> None:
        """A denunciation goes to the body that takes it; what was written, and by whom, is kept nowhere here."""
        self._check_day(on)
        emptied: dict[str, Any] = dict.fromkeys(("name", "address_line", "text", "summary", "reply"), "")
        emptied |= {"household": None, "about": None}
        facts = emptied | {"track": Track.DENUNCIATION, "body": body}
        with transaction.atomic():
            for paper in self.evidence.all():
                paper.destroy()
            self.move(GrievanceState.HANDED_OVER, since=[GrievanceState.RECEIVED], by=by, on=on, **facts)
            self._tell("handed_over", by=by, on=on)

    def can_attach(self, user: User) -> Decision:
        if self.track == Track.DENUNCIATION:
            return access.denied(gettext("Of a denunciation only its number, its day and who took it are kept."))
        return self.can_keep(user)

    def attach(self, *, by: User, papers: list[Accepted]) -> None:
        """Keep papers that the person brought."""
        with transaction.atomic():
            if Grievance.objects.filter(pk=self.pk, ward_id=self.ward_id, track=Track.DENUNCIATION).exists():
                raise ValidationError(gettext("Of a denunciation only its number, its day and who took it are kept."))
            for paper in papers:
                self.evidence.create(ward_id=self.ward_id, uploaded_by=by, **paper.fields())
            self._tell("papers_added", by=by)

    def take(self, step: str, *, by: User, on: datetime.date, reason: str = "", **facts: Any) -> None:
        """One step of its track, on a day. facts: the fields that `MOVES` asks for, beside `remedy` and `satisfied`.

        Raises StateChanged where somebody was quicker, ValidationError with what is wrong.
        """
        move = MOVES[Step(step)]
        self._check_day(on)
        if self.track not in move.tracks:
            raise StateChanged(self, step)
        to = move.to or self._state_before_withdrawal()
        if step == Step.RESORT:
            if self.reply:
                raise ValidationError(gettext("It was answered before. Pass it on, or answer it anew."))
            facts["track"] = ""
        with transaction.atomic():
            if move.confirms and self._last_mover == by.pk:
                raise ValidationError(gettext("Somebody else confirms what you wrote down."))
            self.move(to, since=move.since, by=by, on=on, reason=reason, **facts)
            self._follow_clock(Step(step), move, by=by, on=on, reason=reason)
            self._tell(Step(step).value, by=by, on=on)

    def _follow_clock(self, step: Step, move: Move, *, by: User, on: datetime.date, reason: str) -> None:
        clock = self.clock
        if clock and move.ends:
            clock.end(by=by, on=on, met=move.met)
        if clock and step == Step.SUSPEND:
            clock.deadline.pause(by=by, on=on, reason=reason[:200])  # whole in the step
        if clock and step == Step.RESUME:
            clock.deadline.resume(by=by, on=on)
        if step == Step.ACCEPT:
            self._start_clock(ClockKind.SETTLE, by=by, on=on)
        if step == Step.EXTEND:
            self._extend(clock, by=by, on=on, reason=reason)
        if step == Step.REOPEN:
            self._start_clock(FIRST_CLOCK[Track(self.track)], by=by, on=on)

    def _extend(self, clock: "GrievanceClock | None", *, by: User, on: datetime.date, reason: str) -> None:
        """The longer settlement of a complex matter, from the acceptance on, once; suspended days stay out."""
        refused = ValidationError(gettext("The settlement is extended already, or no rule counts it."))
        if clock is None or clock.deadline.rule.code == EXTENDED_RULE:
            raise refused
        clock.end(by=by, on=on, met=False)
        before = clock.deadline
        longer = self._start_clock(ClockKind.SETTLE, by=by, on=before.anchor_on, code=EXTENDED_RULE, reason=reason)
        if longer is None:
            raise refused
        for pause in before.pauses.all():
            longer.pause(by=by, on=pause.first, reason=pause.reason)
            longer.resume(by=by, on=pause.last + datetime.timedelta(days=1))

    def _start_clock(
        self, kind: str, *, by: User, on: datetime.date, code: str = "", reason: str = ""
    ) -> Deadline | None:
        """Nothing runs where the ward has no such rule, which the page says."""
        rules = DeadlineRule.objects.filter(ward=self.ward_id)
        rule = rules.rule(code or RULES[ClockKind(kind)], on)
        if rule is None:
            return None
        deadline = rule.start(by=by, on=on, reason=reason[:200])
        self.clocks.create(ward_id=self.ward_id, kind=kind, deadline=deadline)
        return deadline

    def _state_before_withdrawal(self) -> str:
        last: Any = self.transitions.filter(new=GrievanceState.WITHDRAWING).order_by("-id").first()
        return last.old if last else GrievanceState.UNDER_REVIEW

    def _check_day(self, on: datetime.date) -> None:
        if not self.received_on <= on <= today():
            first = f"{self.received_on:%d/%m/%Y}"
            raise ValidationError({"on": gettext("Choose a day from %(first)s to today.") % {"first": first}})

    def _tell(self, verb: str, *, by: User | None, on: datetime.date | None = None) -> None:
        outbox.record(f"clearance.grievance.{verb}", subject=self, by=by, on=on)


class GrievanceEvidence(StoredFile):
    """A paper that somebody brought with a grievance."""

    grievance = WardKey(Grievance, models.PROTECT, related_name="evidence", verbose_name=_("grievance"))

    objects = GrievanceEvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("paper of a grievance")
        verbose_name_plural = _("papers of grievances")
        ordering = ["id"]

    @property
    def personal_file(self) -> Grievance:
        return self.grievance

    def destroy(self) -> None:
        """The row at once, what lies on the disk as soon as that counts."""
        storage, name = self.file.storage, str(self.file.name)
        self.delete()
        transaction.on_commit(lambda: storage.delete(name))


class GrievanceTransition(Transition):
    grievance = WardKey(Grievance, models.PROTECT, related_name="transitions", verbose_name=_("grievance"))

    @property
    def personal_file(self) -> Grievance:
        return self.grievance

    class Meta(Transition.Meta):
        verbose_name = _("step of a grievance")
        verbose_name_plural = _("steps of grievances")


@tracked
class GrievanceClock(WardModel):
    """A lawful length of time that runs for a grievance; at most one runs at a time."""

    grievance = WardKey(Grievance, models.PROTECT, related_name="clocks", verbose_name=_("grievance"))
    kind = models.CharField(_("clock for"), max_length=10, choices=ClockKind)
    deadline = WardOneToOneKey(
        Deadline, models.PROTECT, editable=False, related_name="grievance_clock", verbose_name=_("clock of a grievance")
    )
    ended_on = models.DateField(_("clock ended on"), null=True, blank=True, editable=False)

    objects = ClockQuerySet.as_manager()

    deadline_units = ("grievance__about",)

    class Meta:
        verbose_name = _("clock of a grievance")
        verbose_name_plural = _("clocks of grievances")
        constraints = [
            models.UniqueConstraint(
                "ward",
                "grievance",
                condition=Q(ended_on=None),
                name="clearance_clock_one_runs",
                violation_error_message=_("A clock runs for this grievance already."),
            ),
        ]

    @property
    def personal_file(self) -> Grievance:
        return self.grievance

    def __str__(self) -> str:
        return f"{self.grievance}, {self.get_kind_display().lower()}"

    def get_absolute_url(self) -> str:
        return self.grievance.get_absolute_url()

    def can_keep_deadline(self, user: User) -> Decision:
        return access.denied(gettext("It follows the steps of the grievance, which are taken on its own page."))

    def end(self, *, by: User, on: datetime.date, met: bool) -> None:
        """met: what it asked for is done; else what it ran for is over in another way."""
        running = GrievanceClock.objects.filter(pk=self.pk, ward_id=self.ward_id, ended_on=None)
        if running.update(ended_on=on) != 1:
            raise ValidationError(gettext("This clock has ended already."))
        if met:
            self.deadline.meet(by=by, on=on)
