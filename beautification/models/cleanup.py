import datetime
import uuid
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import pgtrigger
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.access import Decision, Permission
from accounts.models import Unit, User
from accounts.querysets import WardQuerySet
from beautification.choices import (
    COMING,
    MANUAL,
    MOST_PEOPLE,
    MOST_WASTE,
    PARTS,
    UNFINISHED,
    CleanupState,
    Decider,
    Exactness,
    HolidayDecision,
    TurnoutSource,
)
from beautification.models.street import Street
from beautification.querysets import CleanupQuerySet, ClosedTurnoutQuerySet
from campaigns.models import Campaign, require_day
from core.dated import dated
from core.keys import WardKey
from core.models import StateChanged, Stateful, Transition, WardModel, today, tracked
from core.related import related
from deadlines.models import Calendar, CalendarMissing, calendar_for
from notifications import outbox

ONE_DAY = datetime.timedelta(days=1)
SATURDAY = 5
SEARCHED_DAYS = 21  # how far a day is looked for in place of a holiday
MOST_WORDS = 200  # of a reason
LAST_ONES = 3  # clean-ups whose units are told of a change, for they come


@dataclass(frozen=True)
class Slot:
    """What the address of a clean-up says: its first day, and which of that day's it is."""

    original_on: datetime.date
    part: int = 1

    def __str__(self) -> str:
        return self.original_on.isoformat() + ("" if self.part == 1 else f"-{self.part}")


class Ruled(NamedTuple):
    """What the rule of a series says about a clean-up: when, whether, what is asked, and why."""

    on: datetime.date
    state: str
    holiday_decision: str | None
    reason: str


class Standing(NamedTuple):
    """A state as people see it; "not closed yet" is computed, never stored."""

    code: str
    label: str


@dated(
    "series",
    "lead_unit",
    "on",
    "starts_at",
    "reason",
    "holiday_decision",
    "closed_at",
    "closed_by",
    "waste_kg",
    "works",
)
@tracked
class Cleanup(Stateful, WardModel):
    """One clean-up. `original_on` is its identity in the series and in its address; `on` is when it takes place."""

    turnout: int | None  # of with_turnout()
    is_nearly: bool

    series = WardKey(
        "beautification.CleanupSeries",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="cleanups",
        verbose_name=_("series"),
    )
    street = WardKey(Street, models.PROTECT, related_name="cleanups", verbose_name=_("street"))
    original_on = models.DateField(_("first planned for"))
    part = models.PositiveSmallIntegerField(_("which of the day"), default=1, editable=False)
    lead_unit = WardKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit whose turn it is")
    )
    on = models.DateField(_("takes place on"))
    starts_at = models.TimeField(_("starts at"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=CleanupState, default=CleanupState.PLANNED)
    reason = models.CharField(_("reason"), max_length=MOST_WORDS, blank=True)
    holiday_decision = models.CharField(_("holiday"), max_length=10, choices=HolidayDecision, null=True, blank=True)
    decider = models.CharField(_("decided by"), max_length=6, choices=Decider, null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    closed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("closed by")
    )
    waste_kg = models.PositiveIntegerField(_("waste taken away, kg"), null=True, blank=True)
    works = models.CharField(_("works done"), max_length=500, blank=True)
    asks_own = models.BooleanField(_("asks for itself"), default=False, editable=False)
    client_id = models.UUIDField(_("device's id"), default=uuid.uuid4, editable=False)

    objects = CleanupQuerySet.as_manager()

    class Meta:
        verbose_name = _("clean-up")
        verbose_name_plural = _("clean-ups")
        ordering = ["-on", "-id"]
        indexes = [
            models.Index(fields=["ward", "street", "-on"], name="beautification_cleanup_list"),
            models.Index(fields=["ward", "on"], name="beautification_cleanup_on"),
        ]
        constraints = [
            models.UniqueConstraint("ward", "series", "original_on", name="beautification_cleanup_once"),
            models.CheckConstraint(name="beautification_cleanup_part", condition=Q(part__in=PARTS)),
            models.UniqueConstraint(
                "ward",
                "street",
                "original_on",
                "part",
                name="beautification_cleanup_address",
                violation_error_message=_("A clean-up of this street was planned for this day already."),
            ),
            models.UniqueConstraint(
                "ward",
                "street",
                "on",
                "part",
                name="beautification_cleanup_one_a_day",
                condition=~Q(state=CleanupState.CANCELLED),
                violation_error_message=_("Another clean-up of this street takes place on this day."),
            ),
            models.CheckConstraint(
                name="beautification_cleanup_reason",
                condition=~Q(state__in=[CleanupState.POSTPONED, CleanupState.CANCELLED]) | ~Q(reason=""),
                violation_error_message=_("A clean-up that is moved or cancelled has a reason."),
            ),
            models.CheckConstraint(
                name="beautification_cleanup_decider",
                condition=~Q(state__in=[CleanupState.POSTPONED, CleanupState.CANCELLED]) | Q(decider__isnull=False),
                violation_error_message=_("A clean-up that is moved or cancelled says who decided so."),
            ),
            models.CheckConstraint(
                name="beautification_cleanup_rule_of_a_series",
                condition=Q(decider__isnull=True) | Q(decider=Decider.PERSON) | Q(series__isnull=False),
            ),
            models.CheckConstraint(
                name="beautification_cleanup_closed_pair",
                condition=Q(closed_at__isnull=True, closed_by__isnull=True) | Q(closed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="beautification_cleanup_closed_when_done",
                condition=Q(state=CleanupState.DONE, closed_at__isnull=False)
                | (~Q(state=CleanupState.DONE) & Q(closed_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="beautification_cleanup_waste",
                condition=Q(waste_kg__isnull=True) | Q(waste_kg__lte=MOST_WASTE),
                violation_error_message=_("Enter the waste in kilograms, up to 99.999."),
            ),
            models.CheckConstraint(
                name="beautification_cleanup_decided_first",
                condition=~Q(holiday_decision=HolidayDecision.NEEDED)
                | Q(holiday_decision__isnull=True)
                | Q(state__in=COMING),
                violation_error_message=_("Decide about the holiday first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.street} {self.on:%d/%m/%Y}"

    def get_absolute_url(self) -> str:
        return self.url_of("detail")

    @property
    def slot(self) -> Slot:
        return Slot(self.original_on, self.part)

    def url_of(self, verb: str) -> str:
        return reverse(f"beautification:cleanup_{verb}", args=[self.street.slug, self.slot])

    # ---- questions ----------------------------------------------------------------------------------
    @cached_property
    def campaign(self) -> Campaign | None:
        return self.street.campaign_on(self.on)

    @property
    def leader(self) -> Unit:
        """The unit that runs it: whose turn it is, else of the series where it names one, else of the street."""
        return self.lead_unit or (self.series.lead_unit if self.series else None) or self.street.lead_unit

    @property
    def ends_at(self) -> datetime.time | None:
        """By the duration of its series; None where nobody said how long it lasts."""
        if self.starts_at is None or self.series is None:
            return None
        return (datetime.datetime.combine(self.on, self.starts_at) + self.series.duration).time()

    @property
    def is_moved(self) -> bool:
        return self.on != self.original_on

    @property
    def needs_decision(self) -> bool:
        return self.holiday_decision == HolidayDecision.NEEDED

    @property
    def is_unclosed(self) -> bool:
        """Its day is over and nobody has closed it. It is never closed by itself with a number."""
        return self.on < today() and self.state in UNFINISHED

    @property
    def standing(self) -> Standing:
        if self.needs_decision:
            return Standing("owes", str(HolidayDecision.NEEDED.label))
        if self.is_unclosed:
            return Standing("overdue", gettext("Not closed yet"))
        return Standing(self.state, self.get_state_display())

    def clashes(self, on: datetime.date | None = None) -> bool:
        """Another clean-up of the street takes place on the day."""
        own = {"ward_id": self.ward_id, "street_id": self.street_id, "part": self.part}
        others = Cleanup.objects.filter(**own, on=on or self.on)
        return others.exclude(pk=self.pk).exclude(state=CleanupState.CANCELLED).exists()

    def obstacle(self, calendar: Calendar) -> str:
        """What the calendar says against its day, or that its year has none; "" when nothing is odd.

        In the portal's language whoever asks, for it is kept on the row.
        """
        with translation.override(settings.LANGUAGE_CODE):
            try:
                return calendar.obstacle(self.on)[:MOST_WORDS]
            except CalendarMissing as missing:
                return str(missing)

    def fits(self, day: datetime.date) -> bool:
        """A day of the kind that people are used to: no working day for a clean-up of weekends."""
        usual = self.series.weekdays if self.series else [self.original_on.weekday()]
        return (day.weekday() >= SATURDAY) in {weekday >= SATURDAY for weekday in usual}

    def odd_about(self, day: datetime.date) -> str:
        """What somebody should be asked about before it is moved to a day; "" when nothing is odd."""
        calendar = calendar_for(self.ward_id, day, day)
        obstacle = calendar.obstacle(day) if calendar.has_year(day.year) else ""
        is_usual = self.fits(day) or day.weekday() >= SATURDAY
        return obstacle or ("" if is_usual else gettext("a day on which most people work"))

    def concerned_units(self) -> set[int]:
        """Ids of the units that lead it, lie along the street, are asked for people or tools, said that they come, or
        came to one of the last clean-ups."""
        came = self._last_turnouts(LAST_ONES).values_list("unit", flat=True)
        groups = self.street.groups.values_list("unit", flat=True)
        called = self.called_units()
        return {self.leader.pk, self.street.lead_unit_id, *groups, *called, *came}

    def called_units(self) -> set[int]:
        """Ids of the units that are asked for people or tools, or have said how many of them come."""
        needs = set(self.needs.values_list("unit", flat=True))
        if not needs and self.series_id:
            needs = set(self.series.needs.values_list("unit", flat=True))
        return needs | set(self.replies.filter(people__gt=0).values_list("unit", flat=True))

    def _last_turnouts(self, many: int) -> models.QuerySet["CleanupTurnout"]:
        """Counts by unit of the street's last closed clean-ups before this one."""
        before = self.street.cleanups.filter(on__lt=max(self.on, self.original_on), state=CleanupState.DONE)
        last = before.order_by("-on", "-id")[:many]
        return CleanupTurnout.objects.filter(ward_id=self.ward_id, cleanup__in=last.values("pk"), unit__isnull=False)

    def proposed_day(
        self, campaign: Campaign, calendar: Calendar, taken: Container[datetime.date] | None = None
    ) -> datetime.date | None:
        """The next free day of the campaign that fits and that the calendar has nothing against. None: not known.

        taken: the days of the street's other clean-ups, if they are known already.
        """
        last = min(self.on + ONE_DAY * SEARCHED_DAYS, campaign.closes_on)
        busy = set(self.series.days(self.on, last)) if self.series else set()
        day = max(self.on, today() - ONE_DAY)
        try:
            while (day := day + ONE_DAY) <= last:
                if self.fits(day) and day not in busy and not calendar.obstacle(day):
                    if not (self.clashes(day) if taken is None else day in taken):
                        return day
        except CalendarMissing:
            return None
        return None

    def units_to_count(self) -> list[Unit | None]:
        """Whose people are counted: those who lead, the street's groups, who is called, who came today or last time;
        None: not by unit."""
        groups = [group.unit for group in self.street.groups.select_related("unit")]
        came = [row.unit for row in self.turnouts.select_related("unit") if row.unit]
        known = {unit.pk: unit for unit in [self.leader, self.street.lead_unit, *groups, *came]}
        others = self.called_units() | set(self._last_turnouts(1).values_list("unit", flat=True))
        if others := others - known.keys():
            more = Unit.objects.filter(ward_id=self.ward_id, pk__in=others).order_by("sort_key")
            known |= {unit.pk: unit for unit in more}
        return [*known.values(), None]

    def counts(self) -> models.QuerySet:
        """Who came: by the last closing where it is closed, else as counted so far."""
        if self.state != CleanupState.DONE:
            return self.turnouts.all()
        return ClosedTurnout.objects.filter(ward_id=self.ward_id, closing__cleanup=self).of_last_closing()

    def total(self) -> int | None:
        return self.turnouts.aggregate(total=models.Sum("count"))["total"]

    # ---- who may ------------------------------------------------------------------------------------
    def can_run(self, user: User) -> Decision:
        """Confirm, open, count, close, move or cancel: the leading unit, or the officer."""
        decision = self._can_change()
        if not decision:
            return decision
        answers = [access.can(user, Permission.CLEANUP_RUN, unit=unit) for unit in (self.leader, self.street.lead_unit)]
        return next((answer for answer in answers if answer), answers[0])

    def can_manage(self, user: User) -> Decision:
        """Decide about holidays and correct what is closed: the officer."""
        return self._can_change() and access.can(user, Permission.STREET_MANAGE)

    def _can_change(self) -> Decision:
        if self.campaign is None:
            return access.denied(gettext("On this day the street belongs to no campaign year."))
        return self.campaign.can_change()

    # ---- verbs --------------------------------------------------------------------------------------
    def plan(self, *, by: User | None) -> None:
        """A single clean-up outside any series, or one that was held and is entered afterwards."""
        self.original_on = self.on
        self.street.require_open_on(self.on)
        obstacle = self.obstacle(calendar_for(self.ward_id, self.on, self.on))
        if self.on >= today() and obstacle:
            self.holiday_decision, self.reason = HolidayDecision.NEEDED, obstacle
        with transaction.atomic():
            self.street.lock()
            self._require_free(self.on, "on")
            if self._same_address().exists():
                raise ValidationError({"on": gettext("A clean-up of this street was planned for this day already.")})
            self.start(by=by, on=min(self.on, today()), reason=self.reason)
            self._record("planned", by)
            self.tell_holiday(by=by)

    def _same_address(self) -> models.QuerySet["Cleanup"]:
        own = {"ward_id": self.ward_id, "street": self.street, "part": self.part}
        return Cleanup.objects.filter(**own, original_on=self.on)

    def confirm(self, *, by: User | None) -> None:
        self._require_decided()
        with transaction.atomic():
            self._step(CleanupState.CONFIRMED, since=[CleanupState.PLANNED], by=by)
            self._record("confirmed", by)

    def open(self, *, by: User | None) -> None:
        """People are coming: from now on they are counted. Also afterwards, to enter a paper list."""
        self._require_decided()
        if self.on > today():
            day = date_format(self.on, "d/m/Y")
            raise ValidationError(gettext("It can be opened on its day, %(day)s.") % {"day": day})
        with transaction.atomic():
            self._step(CleanupState.OPEN, since=COMING, by=by, on=self._day_of_act())
            if self.on == today():  # people check in on the day alone, and not while an old list is entered
                related(Cleanup, "codes").of(self)
            self._record("opened", by, on=self.on)

    def tally(self, *, unit: Unit | None, step: int) -> None:
        """One more or one less of a unit's people, counted on the spot. Two counters do not lose each other's taps."""
        with transaction.atomic():
            self.lock_open()
            own = self.turnouts.filter(unit=unit, source__in=MANUAL)
            if own.exclude(source=TurnoutSource.HAND).exists():
                raise ValidationError(gettext("This unit's number is not counted on the spot. Correct it by hand."))
            if step > 0 and not own.exists():
                self._write_turnout(unit, step, TurnoutSource.HAND)
            else:
                possible = own.filter(count__gte=-step, count__lte=MOST_PEOPLE - step)
                possible.update(count=F("count") + step, exactness=Exactness.EXACT, entered_on=today())

    def _write_turnout(self, unit: Unit | None, count: int, source: str, exactness: str = Exactness.EXACT) -> None:
        facts = {"unit": unit, "count": count, "source": source, "exactness": exactness, "entered_on": today()}
        self.turnouts.create(ward_id=self.ward_id, **facts)

    def count(
        self,
        *,
        counts: Mapping[Unit | None, int | None],
        source: str = TurnoutSource.HAND,
        exactness: str = Exactness.EXACT,
    ) -> None:
        """Write down a number per unit, in place of what was written before; None takes it out. Scans stay apart."""
        with transaction.atomic():
            self.lock_open()
            for unit, number in counts.items():
                own = self.turnouts.filter(unit=unit, source__in=MANUAL)
                if number is None:
                    own.delete()
                elif own.filter(count=number, source=source, exactness=exactness).exists():
                    continue  # nothing new was said of it
                elif not own.update(count=number, source=source, exactness=exactness, entered_on=today()):
                    self._write_turnout(unit, number, source, exactness)

    def close(self, *, by: User | None, waste_kg: int | None = None, works: str = "") -> None:
        """Close the session with the numbers that are counted; without any there is nothing to close with. What was
        said of waste and works stays where nothing new is said."""
        with transaction.atomic():
            self.lock_open()
            total = self.total()
            if total is None:
                raise ValidationError(gettext("Nobody is counted yet. Enter the numbers, then close the session."))
            closed: dict[str, Any] = {"closed_at": timezone.now(), "closed_by": by}
            closed |= {"waste_kg": self.waste_kg if waste_kg is None else waste_kg, "works": works or self.works}
            self.codes.filter(ended_at=None).update(ended_at=timezone.now())
            self._step(CleanupState.DONE, since=[CleanupState.OPEN], by=by, on=self._day_of_act(), **closed)
            is_nearly = self.turnouts.filter(exactness=Exactness.NEARLY).exists()
            self._record("closed_nearly" if is_nearly else "closed", by, on=self.on, count=total)

    def reopen(self, *, by: User | None, reason: str) -> None:
        """Take a closed session up again to correct it, or a cancelled one because it takes place after all."""
        if self.state == CleanupState.CANCELLED:
            held = HolidayDecision.HOLD if self.holiday_decision else None
            fields: dict[str, Any] = {"since": [CleanupState.CANCELLED], "holiday_decision": held}
            to = CleanupState.PLANNED
        else:
            fields = {"since": [CleanupState.DONE], "closed_at": None, "closed_by": None}
            to = CleanupState.OPEN
        self._change(to, what="reopened", by=by, reason=reason, **fields)

    def postpone(self, *, by: User | None, reason: str, day: datetime.date) -> None:
        """Move to another day; the address keeps the first one."""
        if day < today():
            raise ValidationError({"day": gettext("Choose a day from today on.")})
        if day == self.on:
            raise ValidationError({"day": gettext("That is its day already. Choose another one.")})
        if self.street.require_open_on(day) != self.campaign:
            raise ValidationError({"day": gettext("Choose a day of the same campaign year.")})
        if self.turnouts.exists():
            raise ValidationError(gettext("People are counted already. Close the session with their numbers."))
        self._require_no_holiday(day, "day")
        decision = HolidayDecision.MOVED if self.holiday_decision else None
        calendar = calendar_for(self.ward_id, day, day)
        if calendar.has_year(day.year) and calendar.obstacle(day):
            decision = HolidayDecision.HOLD  # the person has chosen this very day, so nobody asks again
        self._change(
            CleanupState.POSTPONED,
            since=UNFINISHED,
            what="postponed",
            by=by,
            reason=reason,
            day=day,
            holiday_decision=decision,
        )

    def cancel(self, *, by: User | None, reason: str) -> None:
        decision = HolidayDecision.CANCELLED if self.needs_decision else self.holiday_decision
        self._change(
            CleanupState.CANCELLED, since=UNFINISHED, what="cancelled", by=by, reason=reason, holiday_decision=decision
        )

    def hand_to(self, *, by: User | None, unit: Unit) -> None:
        """Another unit leads this clean-up alone; the schedule leaves it alone from now on."""
        self.street.require_open_on(self.on)
        with transaction.atomic():
            if not self._row().filter(state__in=UNFINISHED).update(lead_unit=unit, decider=Decider.PERSON):
                raise StateChanged(self, self.state)
            self.lead_unit, self.decider = unit, Decider.PERSON
            self._record("handed_to", by)

    def decide(self, *, by: User | None, decision: str, reason: str, day: datetime.date | None = None) -> None:
        """What happens to a clean-up on a holiday: held anyway, moved to `day`, or cancelled."""
        if not self.needs_decision:
            raise StateChanged(self, decision)
        if decision == HolidayDecision.HOLD:
            self._hold(by, reason)
        elif decision == HolidayDecision.MOVED and day:
            self.postpone(by=by, reason=reason, day=day)
        else:
            self.cancel(by=by, reason=reason)

    @property
    def ruled(self) -> Ruled:
        return Ruled(self.on, self.state, self.holiday_decision, self.reason)

    def obey(self, ruled: Ruled, *, by: User | None) -> None:
        """Become what the rule of the series says now; whoever was told before is told of it.

        For a clean-up that no person has moved, cancelled or decided about; the day of `ruled` is free.
        """
        before = self.ruled
        if ruled == before:
            return
        fields: dict[str, Any] = {"holiday_decision": ruled.holiday_decision, "decider": None}
        if ruled.state != CleanupState.PLANNED:
            fields["decider"] = Decider.RULE
        with transaction.atomic():
            if ruled.reason:
                self._row().update(reason=ruled.reason)  # first, for no state may lack its reason
            if ruled.state != before.state:
                self.move(ruled.state, since=[before.state], by=by, reason=ruled.reason, **fields)
            elif self._row().filter(state=before.state).update(**fields) != 1:
                raise StateChanged(self, ruled.state)
            self._row().update(on=ruled.on, reason=ruled.reason)
            self.on, self.reason = ruled.on, ruled.reason
            self.holiday_decision, self.decider = ruled.holiday_decision, fields["decider"]
            self.__dict__.pop("campaign", None)
            if ruled[:3] != before[:3]:
                self._tell_rule(before, by)

    def _tell_rule(self, before: Ruled, by: User | None) -> None:
        if self.holiday_decision in _HOLIDAY_EVENTS:
            self.tell_holiday(by=by)
        elif self.state == CleanupState.CANCELLED:
            self._record("cancelled", by, day=self.on.isoformat())
        elif before.state != CleanupState.PLANNED:
            self._record("restored", by, day=self.on.isoformat())

    def heed_calendar(self, calendar: Calendar) -> None:
        """The calendar has changed since the clean-up was made: ask for a decision, or take the question back."""
        if not calendar.has_year(self.on.year):
            return
        obstacle = self.obstacle(calendar)
        if obstacle and self.holiday_decision in (None, HolidayDecision.MOVED):
            with transaction.atomic():
                if self._answer(self.holiday_decision, HolidayDecision.NEEDED, obstacle):
                    self.tell_holiday(by=None)
        elif obstacle and self.needs_decision and self.reason != obstacle:
            self._answer(HolidayDecision.NEEDED, HolidayDecision.NEEDED, obstacle)
        elif not obstacle and self.needs_decision:
            moved = self.transitions.first() if self.state == CleanupState.POSTPONED else None
            self._answer(HolidayDecision.NEEDED, None, moved.reason[:MOST_WORDS] if moved else "")

    def tell_holiday(self, *, by: User | None) -> None:
        """The event that follows from what the calendar said about a clean-up."""
        if self.holiday_decision in _HOLIDAY_EVENTS:
            self._record(_HOLIDAY_EVENTS[HolidayDecision(self.holiday_decision)], by, day=self.on.isoformat())

    # ---- steps --------------------------------------------------------------------------------------
    def _change(
        self,
        to: str,
        *,
        since: Iterable[str],
        what: str,
        by: User | None,
        reason: str,
        day: datetime.date | None = None,
        **fields: Any,
    ) -> None:
        """A person's step with its reason, perhaps a new day, on the row, in the dated rows and in the log."""
        is_moved, day, fields["decider"] = day is not None, day or self.on, Decider.PERSON
        with transaction.atomic():
            if is_moved or self.state == CleanupState.CANCELLED:
                self.street.lock()
                self._require_free(day, "day" if is_moved else None)
            self._row().update(on=day, reason=reason)  # first, for no state may lack its reason
            self._step(to, since=since, by=by, reason=reason, **fields)
            self.on, self.reason = day, reason
            self._record(what, by, day=day.isoformat())

    def _step(
        self,
        to: str,
        *,
        since: Iterable[str],
        by: User | None,
        on: datetime.date | None = None,
        reason: str = "",
        **fields: Any,
    ) -> None:
        self.street.require_open_on(self.on)
        require_day(self, on or today())
        self.move(to, since=since, by=by, on=on, reason=reason, **fields)
        self.__dict__.pop("campaign", None)

    def _hold(self, by: User | None, reason: str) -> None:
        self.street.require_open_on(self.on)
        with transaction.atomic():
            if not self._answer(HolidayDecision.NEEDED, HolidayDecision.HOLD, reason):
                raise StateChanged(self, HolidayDecision.HOLD)
            self._record("held_anyway", by, day=self.on.isoformat())

    def _answer(self, old: str | None, new: str | None, reason: str) -> bool:
        """Change the holiday's question by a conditional update. False: somebody else was first."""
        known = Q(holiday_decision__isnull=True) if old is None else Q(holiday_decision=old)
        if not self._row().filter(known, state__in=COMING).update(holiday_decision=new, reason=reason):
            return False
        self.holiday_decision, self.reason = new, reason
        return True

    def _row(self) -> models.QuerySet["Cleanup"]:
        return Cleanup.objects.filter(pk=self.pk, ward_id=self.ward_id)

    def lock_open(self) -> None:
        """Numbers belong to a session that is open, in a year that is open; until the end of the transaction."""
        self.street.require_open_on(self.on)
        if self._row().filter(state=CleanupState.OPEN).select_for_update().first() is None:
            self.refresh_from_db(fields=["state"])
            raise StateChanged(self, CleanupState.OPEN)

    def _require_free(self, day: datetime.date, field: str | None = None) -> None:
        if self.clashes(day):
            told = gettext("Another clean-up of this street takes place on this day.")
            raise ValidationError({field: told} if field else told)

    def _require_no_holiday(self, day: datetime.date, field: str) -> None:
        """A year without a calendar does not stand in the way of a person who has chosen the day."""
        calendar = calendar_for(self.ward_id, day, day)
        if calendar.has_year(day.year) and (holiday := calendar.holiday_name(day)):
            told = gettext("%(day)s is a day off: %(holiday)s. Choose another day.")
            raise ValidationError({field: told % {"day": date_format(day, "d/m/Y"), "holiday": holiday}})

    def _require_decided(self) -> None:
        if self.needs_decision:
            raise ValidationError(gettext("Decide about the holiday first."))

    def _day_of_act(self) -> datetime.date:
        """What is entered later still happened on the day of the clean-up, if no step was dated after it."""
        last = self.transitions.first()
        return max(self.on, last.on) if last else self.on

    def _record(self, what: str, by: User | None, on: datetime.date | None = None, **facts: int | str) -> None:
        outbox.record(f"beautification.cleanup.{what}", subject=self, by=by, on=on, unit=self.leader, **facts)


# What the calendar's answer about a clean-up is called in the log.
_HOLIDAY_EVENTS = {
    HolidayDecision.NEEDED: "decision_needed",
    HolidayDecision.MOVED: "postponed",
    HolidayDecision.CANCELLED: "cancelled",
}


class CleanupTransition(Transition):
    cleanup = WardKey(Cleanup, models.PROTECT, related_name="transitions", verbose_name=_("clean-up"))

    class Meta(Transition.Meta):
        verbose_name = _("step of a clean-up")
        verbose_name_plural = _("steps of clean-ups")
        triggers: list[Any] = [
            *Transition.Meta.triggers,
            pgtrigger.Trigger(
                name="keep_counts",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                condition=pgtrigger.Condition("NEW.new = 'done'"),
                func="""
                    INSERT INTO public.beautification_closedturnout
                           (ward_id, closing_id, unit_id, source, exactness, count, entered_on)
                    SELECT ward_id, NEW.id, unit_id, source, exactness, count, entered_on
                      FROM public.beautification_cleanupturnout WHERE cleanup_id = NEW.cleanup_id;
                    RETURN NULL;
                """,
            ),
        ]


@tracked
class CleanupTurnout(WardModel):
    """How many came, per unit and way of counting. No unit: the whole street's number."""

    cleanup = WardKey(Cleanup, models.CASCADE, related_name="turnouts", verbose_name=_("clean-up"))
    unit = WardKey(Unit, models.PROTECT, null=True, blank=True, related_name="turnouts", verbose_name=_("unit"))
    source = models.CharField(_("source"), max_length=10, choices=TurnoutSource)
    exactness = models.CharField(_("exactness"), max_length=8, choices=Exactness, default=Exactness.EXACT)
    count = models.PositiveIntegerField(_("persons"))
    entered_on = models.DateField(_("entered on"), null=True, editable=False)

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("turnout")
        verbose_name_plural = _("turnouts")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                "ward", "cleanup", "unit", "source", name="beautification_turnout_once", nulls_distinct=False
            ),
            models.UniqueConstraint(  # the same people are not counted twice, on the spot and from a list
                "ward",
                "cleanup",
                "unit",
                name="beautification_turnout_one_by_hand",
                condition=~Q(source=TurnoutSource.SCAN),
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="beautification_turnout_possible",
                condition=Q(count__lte=MOST_PEOPLE),
                violation_error_message=_("Enter a number up to 9999."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit or self.cleanup}: {self.count}"


@tracked
class ClosedTurnout(WardModel):
    """How many came by one closing, kept by its trigger. Never changed: a correction is another closing."""

    closing = WardKey(CleanupTransition, models.PROTECT, related_name="counts", verbose_name=_("closing"))
    unit = WardKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit"))
    source = models.CharField(_("source"), max_length=10, choices=TurnoutSource)
    exactness = models.CharField(_("exactness"), max_length=8, choices=Exactness, default=Exactness.EXACT)
    count = models.PositiveIntegerField(_("persons"))
    entered_on = models.DateField(_("entered on"), null=True, editable=False)

    objects = ClosedTurnoutQuerySet.as_manager()

    class Meta:
        verbose_name = _("turnout of a closing")
        verbose_name_plural = _("turnouts of closings")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                "ward", "closing", "unit", "source", name="beautification_closed_once", nulls_distinct=False
            )
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.unit or self.closing.cleanup}: {self.count}"
