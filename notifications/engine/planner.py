"""Rules become messages: every few minutes the planner makes the rows whose moment has come.

A row is made once: its key names the rule, the row, the occurrence, the receiver, the channel and the edition. A
planner that was away looks back and makes what it owes; what is useless by then is kept as missed, to be seen.
"""

import datetime
import logging
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, cast

from django.db import transaction
from django.db.models import Case, Q, When
from django.utils import timezone

from accounts.seats import Seats
from deadlines.models import Calendar
from notifications import registry, rules
from notifications.choices import MessageClass, MessageState
from notifications.engine import unreached
from notifications.engine.preferences import Choices, Way
from notifications.models import BeatRun, Message, ReminderRule, may_have_left
from notifications.moments import at, end_of_hours, on_day
from notifications.registry import Source, Target

logger = logging.getLogger(__name__)

LOOK_BACK = datetime.timedelta(days=3)
LONGEST_AWAY = datetime.timedelta(days=60)  # what a portal that was off for so long owes is still shown as missed
LOOK_AHEAD = datetime.timedelta(minutes=10)
LIFE = datetime.timedelta(days=3)
PART = 500  # occasions that are planned at once
MOST_EDITIONS = 5  # what the sender finds unwanted each time is not made for ever
LONGEST_HOLIDAY = datetime.timedelta(days=14)  # a reminder may move so far to a working day


def run(now: datetime.datetime | None = None) -> int:
    """Make the messages of all rules that are switched on. Safe to run many times at once.

    Raises what went wrong with single rules, after all others were planned: a run that failed is looked back at.
    """
    now = now or timezone.now()
    since, made, failures = _since(now), 0, []
    for rule in ReminderRule.objects.filter(enabled=True).order_by("ward_id", "pk"):
        try:
            made += plan(rule, now, since)
        except Exception as error:  # one rule that fails holds up no other
            logger.exception("reminder rule %s could not be planned", rule)
            failures.append(error)
    if failures:
        raise ExceptionGroup("some reminder rules could not be planned", failures)
    return made


def _since(now: datetime.datetime) -> datetime.datetime:
    """From when on there may be something to plan: the last run in which all went well, and a few days in any case."""
    last = BeatRun.objects.filter(entry="plan").values_list("finished_at", flat=True).first()
    return max(min(last or now, now - LOOK_BACK), now - LONGEST_AWAY)


def plan(rule: ReminderRule, now: datetime.datetime, since: datetime.datetime) -> int:
    """Make the rule's messages whose moment lies between `since` and the next minutes; how many. Some occasions at a
    time, the messages of each in one commit. A rule that somebody changes meanwhile is left to the next run."""
    terms = rules.fingerprint(rule)
    work, made = _Plan(rule, max(since, rule.enabled_at or since), now + LOOK_AHEAD), 0
    for occasions in batches(work.occasions(), PART):
        known = _Known(rule, occasions)
        planned = work.planned(occasion for occasion in occasions if known.may_lack(occasion))
        unreached.note(work.seats)
        rows = [
            _message(rule, plan, work.source.words, edition, now, user, way)
            for plan in planned
            for user, way in plan.to
            if (edition := known.edition(plan.occasion, user.pk, way.channel))
        ]
        if not rows:
            continue
        with transaction.atomic():
            if not _still_holds(rule, terms):
                break
            Message.objects.bulk_create(rows, ignore_conflicts=True)
        made += len(rows)
    return made


def _still_holds(rule: ReminderRule, terms: str) -> bool:
    """Nobody changed or switched it, and nobody can before the transaction ends."""
    stored = ReminderRule.objects.select_for_update(no_key=True).filter(pk=rule.pk, ward_id=rule.ward_id).first()
    return stored is not None and stored.enabled_at == rule.enabled_at and rules.fingerprint(stored) == terms


def batches(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    rest = iter(items)
    while part := list(islice(rest, size)):
        yield part


def preview(
    rule: ReminderRule, *, days: int = 30, now: datetime.datetime | None = None, units: Collection[int] | None = None
) -> list["Planned"]:
    """What the rule would send in the next days as things stand now, in order of time; the rule may be off or not be
    saved yet. `units`: the ids of the units that it shall be kept to, when they differ from the saved ones."""
    now = now or timezone.now()
    work = _Plan(rule, now, now + datetime.timedelta(days=days), units)
    return sorted(work.planned(work.occasions()), key=lambda plan: (plan.moment, plan.target.subject.pk))


def is_on(rule: ReminderRule, source: Source, target: Target) -> bool:
    """Still to be reminded of: nobody has acted and the row's campaign is open and the rule's."""
    campaign = source.campaign(target.subject)
    if campaign is not None and not (campaign.is_open and rule.year in {None, campaign.year}):
        return False
    return source.still_due(target)


def receivers(rule: ReminderRule, target: Target, seats: Seats, units: Collection[int] | None = None) -> list[Any]:
    """Who is to be reminded of the target by this rule: those who shall act, as far as the rule means them."""
    found = registry.get_source(rule.source).recipients(target, seats)
    people = {user.pk: user for user in found if user.is_active}
    units = _units(rule) if units is None else units
    if rule.roles or units:
        meant = seats.holding(rule.roles, units)
        people = {key: user for key, user in people.items() if key in meant}
    return list(people.values())


def _units(rule: ReminderRule) -> list[int]:
    return [only.unit_id for only in rule.only_units.all()] if rule.pk else []


@dataclass(frozen=True)
class Occasion:
    """One time of reminding: of what, when, and which repetition (0 the first)."""

    target: Target
    moment: datetime.datetime
    repetition: int
    expires_at: datetime.datetime

    @property
    def key(self) -> tuple[int, datetime.date, int]:
        return self.target.subject.pk, self.target.on, self.repetition


@dataclass(frozen=True)
class Planned:
    """An occasion with those who will be told and the ways in which."""

    occasion: Occasion
    to: list[tuple[Any, Way]]

    @property
    def moment(self) -> datetime.datetime:
        return self.occasion.moment

    @property
    def target(self) -> Target:
        return self.occasion.target

    @property
    def repetition(self) -> int:
        return self.occasion.repetition

    @property
    def people(self) -> list[Any]:
        return list({user.pk: user for user, _way in self.to}.values())

    @property
    def channels(self) -> list[str]:
        return sorted({way.channel for _user, way in self.to})


class _Plan:
    """The occasions of a rule whose moment lies in start..end."""

    def __init__(
        self,
        rule: ReminderRule,
        start: datetime.datetime,
        end: datetime.datetime,
        units: Collection[int] | None = None,
    ) -> None:
        self.rule, self.start, self.end = rule, start, end
        self.units = _units(rule) if units is None else units
        self.source = registry.get_source(rule.source)
        roll, steps = self._roll(), self._steps()
        self.first = timezone.localdate(start) - steps[-1] - roll
        self.last = timezone.localdate(end) - steps[0] + roll
        self.calendar, self.seats = Calendar(rule.ward_id), Seats(rule.ward_id)

    def _roll(self) -> datetime.timedelta:
        moves = self.rule.working_days_only and not self.source.repeats
        return LONGEST_HOLIDAY if moves else datetime.timedelta()

    def _steps(self) -> list[datetime.timedelta]:
        """The days from the anchor to each reminder."""
        first, every = self.rule.offset_days, self.rule.repeat_days
        last = first if every is None or self.source.repeats else self.rule.repeat_until or first
        return [datetime.timedelta(days=days) for days in range(first, last + 1, every or 1)]

    def occasions(self) -> Iterator[Occasion]:
        """What may be to be reminded of; whoever was given it later is not reminded of the past."""
        for target in self.source.targets(self.rule, self.first, self.last):
            yield from (occasion for occasion in self._of(target) if self._is_timely(occasion))

    def _of(self, target: Target) -> Iterator[Occasion]:
        last = None
        for repetition, step in enumerate(self._steps()):
            moment = self._moment(target.on, step)
            if moment is not None and moment != last:  # days off may put several on one working day
                yield Occasion(target, moment, repetition, self._expires_at(target, moment, step))
                last = moment

    def _is_timely(self, occasion: Occasion) -> bool:
        since = occasion.target.since
        return self.start <= occasion.moment <= self.end and not (since and occasion.moment < since)

    def _moment(self, on: datetime.date, step: datetime.timedelta) -> datetime.datetime | None:
        day = on + step
        if self.rule.working_days_only and not self.calendar.is_worked(day):
            if self.source.repeats:
                return None
            day = self.calendar.nearest_worked(day, step=-1 if step.days < 0 else 1)
        return on_day(day, self.rule.local_time, self.rule.klass)

    def _expires_at(self, target: Target, moment: datetime.datetime, step: datetime.timedelta) -> datetime.datetime:
        if target.expires_at:
            return target.expires_at
        if self.source.repeats:  # the next one follows on the next day
            return self._end_of(timezone.localdate(moment))
        if self.rule.repeat_days:  # until the next one may follow
            return self._end_of(timezone.localdate(moment) + datetime.timedelta(days=self.rule.repeat_days - 1))
        return at(target.on, datetime.time.max) if step.days < 0 else moment + LIFE

    def _end_of(self, day: datetime.date) -> datetime.datetime:
        """Of the hours in which this rule's messages may leave."""
        is_mandatory = self.rule.klass == MessageClass.MANDATORY
        return at(day, datetime.time.max) if is_mandatory else end_of_hours(day)

    def planned(self, occasions: Iterable[Occasion]) -> list[Planned]:
        """The occasions that are to be reminded of and have somebody to be told."""
        open_ones = [occasion for occasion in occasions if is_on(self.rule, self.source, occasion.target)]
        meant = [(occasion, receivers(self.rule, occasion.target, self.seats, self.units)) for occasion in open_ones]
        choices = Choices(self.rule.ward_id, {user.pk: user for _occasion, users in meant for user in users}.values())
        return [Planned(occasion, self._ways(occasion, users, choices)) for occasion, users in meant if users]

    def _ways(self, occasion: Occasion, users: list[Any], choices: Choices) -> list[tuple[Any, Way]]:
        words, rule = self.source.words, self.rule
        terms = (words, rule.klass, occasion.moment, occasion.expires_at, rule.channels)
        return [(user, way) for user in users for way in choices.ways(user, *terms)]


class _Known:
    """The messages that occasions have. What became void is made again in a next edition when it is due after all: the
    occasion may have been called off and on again, and the messages void that were to leave just in between. What
    somebody dropped, or what may have left before it became void, is not."""

    def __init__(self, rule: ReminderRule, occasions: Iterable[Occasion]) -> None:
        subjects, days = cast(Any, ({key[part] for key in (occasion.key for occasion in occasions)} for part in (0, 1)))
        rows = Message.objects.filter(ward_id=rule.ward_id, rule=rule, subject_id__in=subjects, occurrence_on__in=days)
        self._alive: set[tuple] = set()
        self._void: dict[tuple, dict[tuple, int]] = {}
        called_off = Q(state=MessageState.VOID, settled_at__isnull=True) & ~may_have_left()
        rows = rows.annotate(called_off=Case(When(called_off, then=True), default=False))
        seen = rows.values_list(
            "subject_id", "occurrence_on", "repetition", "user_id", "channel", "called_off", "edition"
        )
        for subject, on, repetition, user, channel, is_called_off, edition in seen.order_by("edition", "pk"):
            void = self._void.setdefault((subject, on, repetition), {})
            if is_called_off:
                void[user, channel] = edition
            else:
                self._alive.add((subject, on, repetition))
                void.pop((user, channel), None)

    def may_lack(self, occasion: Occasion) -> bool:
        return occasion.key not in self._alive or bool(self._void[occasion.key])

    def edition(self, occasion: Occasion, user: int, channel: str) -> int:
        """Which edition is to be made, 0 for none: who joins when messages have left is not reminded of the past."""
        known = self._void.get(occasion.key, {}).get((user, channel), 0)
        if known >= MOST_EDITIONS or (not known and occasion.key in self._alive):
            return 0
        return known + 1


def _message(
    rule: ReminderRule, plan: Planned, words: str, edition: int, now: datetime.datetime, user: Any, way: Way
) -> Message:
    subject, on, repetition = plan.target.subject, plan.target.on, plan.repetition
    subject_type = subject._meta.label_lower
    parts = ("rule", rule.pk, subject_type, subject.pk, on, repetition, user.pk, way.channel, edition)
    return Message(
        ward_id=rule.ward_id,
        rule=rule,
        user=user,
        channel=way.channel,
        words=words,
        dedupe_key=":".join(str(part) for part in parts),
        subject_type=subject_type,
        subject_id=subject.pk,
        occurrence_on=on,
        repetition=repetition,
        edition=edition,
        not_before=way.not_before,
        expires_at=way.expires_at,
        for_bundle=way.for_bundle,
        klass=rule.klass,
        state=MessageState.READY if way.expires_at > now else MessageState.MISSED,
    )
