"""Rules become messages: every few minutes the planner makes the rows whose moment has come.

A row is made once: its key names the rule, the row, the occurrence, the receiver, the channel and the edition. A
planner that was away looks back and makes what it owes; what is useless by then is kept as missed, to be seen.
"""

import datetime
import logging
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import timezone

from deadlines.models import Calendar
from notifications import registry
from notifications.choices import Channel, MessageState
from notifications.models import Message, ReminderRule
from notifications.moments import at, end_of_hours, is_worked, nearest_worked, on_day
from notifications.registry import Source, Target

logger = logging.getLogger(__name__)

LOOK_BACK = datetime.timedelta(days=3)
LOOK_AHEAD = datetime.timedelta(minutes=10)
LIFE = datetime.timedelta(days=3)
LONGEST_HOLIDAY = datetime.timedelta(days=14)  # a reminder may move so far to a working day


def run(now: datetime.datetime | None = None) -> int:
    """Make the messages of all rules that are switched on. Safe to run many times at once."""
    made = 0
    for rule in ReminderRule.objects.filter(enabled=True).order_by("ward_id", "pk"):
        try:
            made += plan(rule, now or timezone.now())
        except Exception:  # one rule that fails holds up no other
            logger.exception("reminder rule %s could not be planned", rule)
    return made


def plan(rule: ReminderRule, now: datetime.datetime) -> int:
    """Make the rule's messages whose moment lies between the last days and the next minutes."""
    work = _Plan(rule, registry.all_sources()[rule.source], now)
    rows = [message for occasion in work.occasions() for message in work.messages(occasion)]
    Message.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def is_on(rule: ReminderRule, source: Source, target: Target) -> bool:
    """Still to be reminded of: nobody has acted and the row's campaign is open and the rule's."""
    campaign = source.campaign(target.subject)
    if campaign is not None and not (campaign.is_open and rule.year in {None, campaign.year}):
        return False
    return source.still_due(target)


@dataclass(frozen=True)
class _Occasion:
    target: Target
    moment: datetime.datetime


class _Plan:
    def __init__(self, rule: ReminderRule, source: Source, now: datetime.datetime) -> None:
        self.rule, self.source, self.now = rule, source, now
        self.start = max(now - LOOK_BACK, rule.enabled_at)
        self.end = now + LOOK_AHEAD
        offset, roll = datetime.timedelta(days=rule.offset_days), self._roll()
        self.first = timezone.localdate(self.start) - offset - roll
        self.last = timezone.localdate(self.end) - offset + roll
        self.calendar = Calendar(rule.ward_id)

    def _roll(self) -> datetime.timedelta:
        moves = self.rule.working_days_only and not self.source.repeats
        return LONGEST_HOLIDAY if moves else datetime.timedelta()

    def occasions(self) -> Iterator[_Occasion]:
        """What is due in this run and has no message yet; whoever joins later is not reminded of the past."""
        known = self._known()
        for target in self.source.targets(self.rule, self.first, self.last):
            moment = self._moment(target)
            if moment is None or not self.start <= moment <= self.end:
                continue
            if (target.subject.pk, target.on) in known or (target.since and moment < target.since):
                continue
            if is_on(self.rule, self.source, target):
                yield _Occasion(target, moment)

    def _known(self) -> set[tuple[int, datetime.date]]:
        rows = Message.objects.filter(
            ward_id=self.rule.ward_id, rule=self.rule, occurrence_on__range=(self.first, self.last)
        )
        return set(rows.values_list("subject_id", "occurrence_on").distinct())

    def _moment(self, target: Target) -> datetime.datetime | None:
        day = target.on + datetime.timedelta(days=self.rule.offset_days)
        if self.rule.working_days_only and not is_worked(self.calendar, day):
            if self.source.repeats:
                return None
            day = nearest_worked(self.calendar, day, step=-1 if self.rule.offset_days < 0 else 1)
        return on_day(day, self.rule.local_time, self.rule.klass)

    def _expires_at(self, occasion: _Occasion) -> datetime.datetime:
        if occasion.target.expires_at:
            return occasion.target.expires_at
        if self.source.repeats:  # the next one follows on the next day
            return end_of_hours(timezone.localdate(occasion.moment))
        if self.rule.offset_days < 0:
            return at(occasion.target.on, datetime.time.max)
        return occasion.moment + LIFE

    def messages(self, occasion: _Occasion) -> Iterator[Message]:
        expires_at = self._expires_at(occasion)
        state = MessageState.READY if expires_at > self.now else MessageState.MISSED
        target, rule = occasion.target, self.rule
        subject_type = target.subject._meta.label_lower
        for user in {user.pk: user for user in self.source.recipients(target) if user.is_active}.values():
            for channel in self._channels(user):
                yield Message(
                    ward_id=rule.ward_id,
                    rule=rule,
                    user=user,
                    channel=channel,
                    words=self.source.words,
                    dedupe_key=f"rule:{rule.pk}:{subject_type}:{target.subject.pk}:{target.on}:{user.pk}:{channel}:1",
                    subject_type=subject_type,
                    subject_id=target.subject.pk,
                    occurrence_on=target.on,
                    not_before=occasion.moment,
                    expires_at=expires_at,
                    klass=rule.klass,
                    state=state,
                )

    def _channels(self, user: object) -> set[str]:
        wanted = {Channel.IN_APP, *self.rule.channels} - {Channel.PUSH, Channel.GATEWAY}
        return wanted if user.email else wanted - {Channel.EMAIL}  # type: ignore[attr-defined]
