"""A repeating clean-up: its rule, and the rows it makes around the ward's calendar."""

import datetime
import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from dateutil.relativedelta import relativedelta
from dateutil.rrule import rrulestr
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from accounts.querysets import WardQuerySet
from beautification.choices import (
    AHEAD_DAYS,
    MONTHS,
    MOST_WEEKS,
    NTH,
    PARTS,
    WEEKDAYS,
    CleanupState,
    Decider,
    HolidayDecision,
    HolidayPolicy,
)
from beautification.models.cleanup import Cleanup, Ruled
from beautification.models.street import Street
from beautification.querysets import SeriesQuerySet
from campaigns.choices import CampaignState
from campaigns.models import Campaign
from core import dates
from core.dated import dated
from core.keys import WardKey
from core.models import WardModel, save_all, today, tracked
from deadlines.models import Calendar, calendar_for
from notifications import outbox

_DAYS = "|".join(WEEKDAYS)
_NTH = "|".join(map(str, NTH))
_MONTHS = "|".join(map(str, MONTHS))
RULE = (
    rf"^FREQ=(WEEKLY;INTERVAL=[1-{MOST_WEEKS}];BYDAY=({_DAYS})(,({_DAYS}))*"
    rf"|MONTHLY;INTERVAL=1;BYDAY=({_NTH})({_DAYS})(,({_NTH})({_DAYS}))*)"
    rf"(;BYMONTH=({_MONTHS})(,({_MONTHS}))*)?$"
)
ONE_DAY = datetime.timedelta(days=1)
MOST_YEARS = 5
LONGEST = datetime.timedelta(hours=12)
NTH_NAMES = {1: _("the first"), 2: _("the second"), 3: _("the third"), 4: _("the fourth"), -1: _("the last")}


@dataclass(frozen=True)
class Rule:
    """An RRULE in the words of the form. weekdays: Monday is 0. every: weeks, or 1. nth: which of the month's, where
    it repeats by the month; empty: by the week. months: in which it takes place; empty: in all."""

    weekdays: tuple[int, ...]
    every: int = 1
    nth: tuple[int, ...] = ()
    months: tuple[int, ...] = ()

    def __str__(self) -> str:
        names = [WEEKDAYS[day] for day in sorted(set(self.weekdays))]
        if self.nth:
            days = [f"{nth}{name}" for nth in NTH if nth in self.nth for name in names]
            rule = f"FREQ=MONTHLY;INTERVAL=1;BYDAY={','.join(days)}"
        else:
            rule = f"FREQ=WEEKLY;INTERVAL={self.every};BYDAY={','.join(names)}"
        season = sorted(set(self.months))
        return rule + (f";BYMONTH={','.join(map(str, season))}" if 0 < len(season) < len(MONTHS) else "")

    @classmethod
    def read(cls, rule: str) -> "Rule":
        """The opposite of str()."""
        parts = dict(part.split("=") for part in rule.split(";"))
        days = parts["BYDAY"].split(",")
        weekdays = sorted({WEEKDAYS.index(day[-2:]) for day in days})
        nth = {int(day[:-2]) for day in days if day[:-2]}
        months = tuple(int(month) for month in parts.get("BYMONTH", "").split(",") if month)
        every = int(parts["INTERVAL"])
        return cls(tuple(weekdays), every, tuple(n for n in NTH if n in nth), months)


def weekly_rule(weekdays: Sequence[int], every: int = 1) -> str:
    """The RRULE of clean-ups on these weekdays (Monday is 0), every so many weeks."""
    return str(Rule(tuple(weekdays), every))


@dated("lead_unit")
@tracked
class CleanupSeries(WardModel):
    """A repeating clean-up. The rule is an RFC 5545 RRULE; holidays are handled by the policy."""

    street = WardKey(Street, models.PROTECT, related_name="series", verbose_name=_("street"))
    rrule = models.CharField(_("repeats"), max_length=200, default=weekly_rule([5]))
    part = models.PositiveSmallIntegerField(_("which of the day"), default=1)
    starts_at = models.TimeField(_("starts at"))
    duration = models.DurationField(_("lasts"))
    first_on = models.DateField(_("first on"))
    until = models.DateField(_("until"), null=True, blank=True)
    policy = models.CharField(_("on a holiday"), max_length=5, choices=HolidayPolicy, default=HolidayPolicy.ASK)
    lead_unit = WardKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("lead unit"))

    objects = SeriesQuerySet.as_manager()

    class Meta:
        verbose_name = _("clean-up series")
        verbose_name_plural = _("clean-up series")
        ordering = ["first_on", "id"]
        constraints = [
            models.CheckConstraint(
                name="beautification_series_days",
                condition=Q(until__isnull=True) | Q(until__gte=F("first_on")),
                violation_error_message=_("The last day can not be before the first."),
            ),
            models.CheckConstraint(
                name="beautification_series_rule",
                condition=Q(rrule__regex=RULE),
                violation_error_message=_("Choose weekdays, and every 1 to 8 weeks."),
            ),
            models.CheckConstraint(name="beautification_series_part", condition=Q(part__in=PARTS)),
            models.CheckConstraint(
                name="beautification_series_duration",
                condition=Q(duration__gt=datetime.timedelta(0), duration__lte=LONGEST),
                violation_error_message=_("A clean-up lasts up to 12 hours."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.street} {self.starts_at:%H:%M}"

    # ---- the rule -----------------------------------------------------------------------------------
    @property
    def rule(self) -> Rule:
        return Rule.read(self.rrule)

    @property
    def weekdays(self) -> list[int]:
        return list(self.rule.weekdays)

    @property
    def in_words(self) -> str:
        """When it repeats, as people say it: every second Sunday, the first and third Saturday of the month, in
        which months."""
        rule = self.rule
        names = ", ".join(str(dates.WEEKDAYS[day]) for day in rule.weekdays)
        if rule.nth:
            which = gettext(" and ").join(str(NTH_NAMES[nth]) for nth in rule.nth)
            told = gettext("%(days)s, %(which)s of the month") % {"days": names, "which": which}
        elif rule.every > 1:
            told = gettext("%(days)s, every %(weeks)s weeks") % {"days": names, "weeks": rule.every}
        else:
            told = names
        if rule.months:
            months = ", ".join(map(str, rule.months))
            told += gettext("; in the months %(months)s") % {"months": months}
        return told

    @property
    def ends_at(self) -> datetime.time:
        return (datetime.datetime.combine(self.first_on, self.starts_at) + self.duration).time()

    def require_rule(self) -> None:
        """The rule is a plain weekly one and gives at least one day; dateutil reads it."""
        if not re.fullmatch(RULE, self.rrule):
            raise ValidationError(gettext("Choose weekdays, and every 1 to 8 weeks."))
        if self.first_on > today() + relativedelta(years=MOST_YEARS):
            raise ValidationError(gettext("A series begins within the next 5 years. Choose an earlier first day."))
        if self.until and self.until > self.first_on + relativedelta(years=MOST_YEARS):
            raise ValidationError(gettext("A series lasts at most 5 years. Choose an earlier last day."))
        if next(self.days(self.first_on, self.until or self.first_on + relativedelta(years=1)), None) is None:
            raise ValidationError(gettext("No day of these weekdays lies between the first and the last day."))

    def days(self, start: datetime.date, end: datetime.date) -> Iterator[datetime.date]:
        """The days of the rule from `start` to `end`, both included, whatever the calendar says."""
        end = min(end, self.until) if self.until else end
        first = datetime.datetime.combine(self.first_on, datetime.time.min)
        rule = rrulestr(self.rrule, dtstart=first)
        lower, upper = (datetime.datetime.combine(day, datetime.time.min) for day in (start, end))
        return (moment.date() for moment in rule.between(lower, upper, inc=True))

    def turns_of(self, days: Sequence[datetime.date]) -> dict[datetime.date, Unit]:
        """Whose turn it is on these days of the rule. The turn goes on with each day of the rule, whether or not a
        clean-up takes place on it, so that a holiday changes nobody's later day."""
        turns = [turn.unit for turn in self.turns.select_related("unit")]
        if not turns or not days:
            return {}
        every = {day: n for n, day in enumerate(self.days(self.first_on, max(days)))}
        return {day: turns[every[day] % len(turns)] for day in days if day in every}

    def next_day(self, day: datetime.date) -> datetime.date:
        """The first day of the rule from a day on, whenever the series ends."""
        first = datetime.datetime.combine(self.first_on, datetime.time.min)
        found: Any = rrulestr(self.rrule, dtstart=first)
        return found.after(datetime.datetime.combine(day, datetime.time.min), inc=True).date()

    # ---- verbs --------------------------------------------------------------------------------------
    def set_turns(self, units: Sequence[Unit]) -> None:
        """The units that lead in turn, in this order; fewer than two: nobody takes turns."""
        self.turns.all().delete()
        named = list(dict.fromkeys(units))
        if len(named) > 1:
            rows = [SeriesTurn(ward_id=self.ward_id, series=self, unit=unit, order=n) for n, unit in enumerate(named)]
            save_all(rows)

    def _share_out(self, rows: Sequence[Cleanup]) -> None:
        turns = self.turns_of([row.original_on for row in rows])
        for row in rows:
            row.lead_unit = turns.get(row.original_on)

    def plan(self, *, campaign: Campaign, by: User | None, turns: Sequence[Unit] = ()) -> None:
        """Begin the series and make its next clean-ups. turns: the units that lead one after the other."""
        campaign.require_open()
        self.require_rule()
        with transaction.atomic():
            self.street.lock()
            self._require_new()
            self.save()
            self.set_turns(turns)
            outbox.record("beautification.series.planned", subject=self.street, by=by, unit=self.leader)
            self.generate(today() + ONE_DAY * AHEAD_DAYS, by=by)

    def _require_new(self) -> None:
        """Sent twice it would be a second schedule, whose days the first one has all taken."""
        same = CleanupSeries.objects.filter(ward_id=self.ward_id, street=self.street, rrule=self.rrule, part=self.part)
        if self.until:
            same = same.exclude(first_on__gt=self.until)
        if same.exclude(until__lt=self.first_on).exclude(pk=self.pk).exists():
            told = gettext("%(street)s has that schedule already. Change it on the street's page.")
            raise ValidationError(told % {"street": self.street})

    def edit(self, *, campaign: Campaign, by: User | None, turns: Sequence[Unit] | None = None, **fields: Any) -> None:
        """Change the series. Coming clean-ups that no person has touched follow it; the others stay as they are."""
        campaign.require_open()
        for name, value in fields.items():
            setattr(self, name, value)
        self.require_rule()
        with transaction.atomic():
            self.save(update_fields=list(fields))
            if turns is not None:
                self.set_turns(turns)
            coming = self.cleanups.under_rule().filter(original_on__gt=today())
            coming.update(starts_at=self.starts_at)
            self._take_turns(list(coming))
            outbox.record("beautification.series.edited", subject=self.street, by=by, unit=self.leader)
            self.generate(today() + ONE_DAY * AHEAD_DAYS, by=by)

    def _take_turns(self, rows: Sequence[Cleanup]) -> None:
        self._share_out(rows)
        by_unit: dict[int | None, list[int]] = {}
        for row in rows:
            by_unit.setdefault(row.lead_unit_id, []).append(row.pk)
        for unit, keys in by_unit.items():
            Cleanup.objects.filter(ward_id=self.ward_id, pk__in=keys).update(lead_unit_id=unit)

    @property
    def leader(self) -> Unit:
        return self.lead_unit or self.street.lead_unit

    # ---- the clean-ups ------------------------------------------------------------------------------
    def generate(self, until: datetime.date, *, by: User | None = None) -> list[Cleanup]:
        """Make the clean-ups from today to `until` that are not there yet, in open campaigns only.

        Those that are there follow the rule and the calendar as they are now, unless a person has decided about them:
        what the rule cancelled or moved comes back with the rule. May run any number of times, also at once: the
        street is locked, and a day's address is taken once.
        """
        made = []
        with transaction.atomic(), outbox.together():
            self.street.lock()
            for campaign in self.open_campaigns():
                calendar = calendar_for(self.ward_id, max(today(), campaign.opens_on), campaign.closes_on)
                taken = self.taken_days()
                self._follow(campaign, calendar, taken, by)
                made += self._generate_in(campaign, calendar, taken, until, by)
        return made

    def open_campaigns(self) -> models.QuerySet[Campaign]:
        """Those in which clean-ups of this series are made."""
        open_ones = Campaign.objects.filter(ward_id=self.ward_id, state=CampaignState.OPEN, closes_on__gte=today())
        return open_ones.filter(foci__undertaking_id=self.street.undertaking_id)

    def last_campaign_day(self) -> datetime.date | None:
        """The last day up to which clean-ups are made: that of the latest open campaign with the street."""
        return self.open_campaigns().order_by("-closes_on").values_list("closes_on", flat=True).first()

    def missing_days(self, until: datetime.date) -> list[datetime.date]:
        """Days of the rule after today and up to `until` for which the street has no clean-up, not even a cancelled
        one: generating them has failed."""
        days = [
            day
            for campaign in self.open_campaigns()
            for day in self.days(max(today() + ONE_DAY, campaign.opens_on), min(until, campaign.closes_on))
        ]
        own = self.street.cleanups.filter(original_on__in=days, part=self.part)
        taken = set(own.values_list("original_on", flat=True))
        return [day for day in days if day not in taken]

    def taken_days(self) -> set[datetime.date]:
        """Coming days on which a clean-up of the street takes place; kept true while they are made and moved."""
        rows = self.street.cleanups.filter(on__gte=today(), part=self.part).exclude(state=CleanupState.CANCELLED)
        return set(rows.values_list("on", flat=True))

    def foretell(
        self, until: datetime.date, *, taken: set[datetime.date], known: Container[datetime.date]
    ) -> list[Cleanup]:
        """The clean-ups that will be made up to a day by what the rule and the calendar say now; none is saved.

        known: days of the rule that have theirs. taken: days of the street that are no more free; grows.
        """
        made = []
        for campaign in self.open_campaigns():
            first, last = max(today(), campaign.opens_on), min(until, campaign.closes_on)
            calendar = calendar_for(self.ward_id, first, last)
            days = [day for day in self.days(first, last) if day not in known]
            made += [self._new(day, campaign, calendar, taken) for day in days]
        return made

    def _follow(self, campaign: Campaign, calendar: Calendar, taken: set[datetime.date], by: User | None) -> None:
        rows = self.cleanups.under_rule().filter(
            original_on__gt=today(), original_on__range=(campaign.opens_on, campaign.closes_on)
        )
        found = list(rows.select_related("street__lead_unit").order_by("original_on"))
        if not found:
            return
        wanted = set(self.days(found[0].original_on, found[-1].original_on))
        for row in found:
            row.series = self
            self._let_obey(row, campaign, calendar, taken, by, is_wanted=row.original_on in wanted)

    def _let_obey(
        self,
        row: Cleanup,
        campaign: Campaign,
        calendar: Calendar,
        taken: set[datetime.date],
        by: User | None,
        *,
        is_wanted: bool = True,
    ) -> None:
        if row.state != CleanupState.CANCELLED:
            taken.discard(row.on)  # its own day is free for it
        row.obey(self._ruled(row, campaign, calendar, taken, is_wanted=is_wanted), by=by)
        if row.state != CleanupState.CANCELLED:
            taken.add(row.on)

    def _generate_in(
        self,
        campaign: Campaign,
        calendar: Calendar,
        taken: set[datetime.date],
        until: datetime.date,
        by: User | None,
    ) -> list[Cleanup]:
        first, last = max(today(), campaign.opens_on), min(until, campaign.closes_on)
        days = list(self.days(first, last))
        own = self.street.cleanups.filter(original_on__in=days, part=self.part)
        known = own.select_related("street__lead_unit", "series")
        there = {row.original_on: row for row in known}
        for row in there.values():
            self._take_over(row, campaign, calendar, taken, by)
        made = [self._new(day, campaign, calendar, taken) for day in days if day not in there]
        self._share_out(made)
        Cleanup.start_all(made, by=by, reasons=[row.reason for row in made])
        for row in made:
            row.tell_holiday(by=by)
        return made

    def _take_over(
        self, row: Cleanup, campaign: Campaign, calendar: Calendar, taken: set[datetime.date], by: User | None
    ) -> None:
        """A day that another series has given up by its rule belongs to this one, for its address is taken once."""
        given_up = row.state == CleanupState.CANCELLED and row.decider == Decider.RULE and row.series_id != self.pk
        if given_up and row.original_on > today() and not any(row.series.days(row.original_on, row.original_on)):
            row.series, row.starts_at = self, self.starts_at
            row.save(update_fields=["series", "starts_at"])
            self._let_obey(row, campaign, calendar, taken, by)

    def _new(self, day: datetime.date, campaign: Campaign, calendar: Calendar, taken: set[datetime.date]) -> Cleanup:
        row = Cleanup(
            ward_id=self.ward_id,
            series=self,
            street=self.street,
            original_on=day,
            on=day,
            part=self.part,
            starts_at=self.starts_at,
        )
        row.on, row.state, row.holiday_decision, row.reason = self._ruled(row, campaign, calendar, taken)
        row.decider = None if row.state == CleanupState.PLANNED else Decider.RULE
        if row.state != CleanupState.CANCELLED:
            taken.add(row.on)
        return row

    def _ruled(
        self,
        row: Cleanup,
        campaign: Campaign,
        calendar: Calendar,
        taken: Container[datetime.date],
        *,
        is_wanted: bool = True,
    ) -> Ruled:
        """What the rule, its policy and the calendar say about a clean-up of the series, whatever it is now.

        Nothing is held on an odd day unless somebody decides so. In the portal's language, for it is kept.
        """
        day = row.original_on
        first = Cleanup(pk=row.pk, ward_id=self.ward_id, series=self, street=self.street, original_on=day, on=day)
        first.part = self.part
        with translation.override(settings.LANGUAGE_CODE):
            if not is_wanted:
                return Ruled(day, CleanupState.CANCELLED, None, gettext("The schedule was changed."))
            if day in taken:
                return Ruled(day, CleanupState.CANCELLED, None, gettext("Another clean-up was moved to this day."))
            if not (obstacle := first.obstacle(calendar)):
                return Ruled(day, CleanupState.PLANNED, None, "")
        if calendar.has_year(day.year):
            if self.policy == HolidayPolicy.SKIP:
                return Ruled(day, CleanupState.CANCELLED, HolidayDecision.CANCELLED, obstacle)
            moved = first.proposed_day(campaign, calendar, taken) if self.policy == HolidayPolicy.MOVE else None
            if moved:
                return Ruled(moved, CleanupState.POSTPONED, HolidayDecision.MOVED, obstacle)
        return Ruled(day, CleanupState.PLANNED, HolidayDecision.NEEDED, obstacle)


@tracked
class SeriesTurn(WardModel):
    """A unit that leads the clean-ups of a series when its turn comes."""

    series = WardKey(CleanupSeries, models.CASCADE, related_name="turns", verbose_name=_("series"))
    unit = WardKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    order = models.PositiveSmallIntegerField(_("order"))

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("turn of a unit")
        verbose_name_plural = _("turns of units")
        ordering = ["order", "id"]
        constraints = [models.UniqueConstraint("ward", "series", "unit", name="beautification_turn_once")]

    def __str__(self) -> str:
        return str(self.unit)
