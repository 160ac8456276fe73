"""A ward whose only matter is tasks that a reminder is due for now, and what became of its messages."""

import datetime
import json
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from django.utils import timezone

from accounts.choices import Role
from accounts.models import Ward
from campaigns.models import Campaign, Task, TaskTransition
from notifications.choices import Channel, MessageClass, MessageState
from notifications.gateways import message_id
from notifications.models import Message, ReminderRule
from tests import factories as make

DAY = datetime.timedelta(days=1)
VISIBLE = {MessageState.SENT, MessageState.MISSED, MessageState.FAILED, MessageState.UNKNOWN, MessageState.VOID}


@dataclass
class Reminders:
    """So many tasks of one ward, each of which is one mail and one row in the portal for the head of the unit."""

    ward: Ward
    campaign: Campaign
    rule: ReminderRule
    count: int

    @classmethod
    def make(
        cls,
        count: int,
        in_seconds: float = 0,
        klass: str = MessageClass.WORK,
        channels: Collection[str] = (Channel.EMAIL,),
    ) -> "Reminders":
        moment = timezone.localtime(timezone.now() + datetime.timedelta(seconds=in_seconds)).replace(microsecond=0)
        ward = make.ward()
        unit, campaign = make.unit(ward), make.campaign(ward, year=moment.year)
        make.member(unit, Role.UNIT_HEAD, make.user(email=f"head{ward.pk}@example.test"))
        due_on = moment.date() + 3 * DAY
        tasks = [
            Task(ward=ward, campaign=campaign, lead_unit=unit, title=f"Nhiệm vụ {n}", due_on=due_on)
            for n in range(count)
        ]
        Task.objects.bulk_create(tasks)
        steps = [TaskTransition(ward=ward, task=task, new=task.state, at=moment - DAY) for task in tasks]
        TaskTransition.objects.bulk_create(steps)
        rule = ReminderRule.objects.create(
            ward=ward,
            code="task-due-soon",
            year=campaign.year,
            source="campaigns.task.due",
            anchor="due_on",
            offset_days=-3,
            local_time=moment.time(),
            working_days_only=False,
            channels=list(channels),
            klass=klass,
            enabled=True,
            enabled_at=moment - DAY,
        )
        return cls(ward, campaign, rule, count)

    @property
    def messages(self) -> "object":
        return Message.objects.filter(ward=self.ward)

    @property
    def tasks(self) -> "object":
        return Task.objects.filter(ward=self.ward).order_by("pk")

    def are_settled(self, keyed: bool) -> bool:
        """All are there, and none is on its way. What is unknown is sent again where the gateway takes our key."""
        ends = VISIBLE - {MessageState.UNKNOWN} if keyed else VISIBLE
        return self.messages.filter(state__in=ends).count() >= 2 * self.count


@dataclass
class Tally:
    """What became of the messages of one try. `lost`: neither sent nor in a state that a person sees."""

    rows: int
    sent: int
    lost: int
    doubled: int
    second_copies: int
    missed: int
    failed: int
    unknown: int
    void: int


def tally(reminders: Reminders, ledger: Path, *, keyed: bool = True) -> Tally:
    messages = [message for message in reminders.messages if not message.digest_on]
    states = Counter(message.state for message in messages)
    sent = [message for message in messages if message.state == MessageState.SENT]
    mails = list(reminders.messages.filter(channel=Channel.EMAIL, for_bundle=False))
    copies = deliveries(ledger)
    lost = 2 * reminders.count - len({(message.subject_id, message.channel) for message in messages})
    lost += sum(1 for message in messages if message.state not in VISIBLE)
    lost += sum(1 for mail in mails if mail.state == MessageState.SENT and not copies[message_id(mail)])
    twice = len(sent) - len({(message.subject_id, message.channel) for message in sent})
    more = sum(max(0, copies[message_id(mail)] - 1) for mail in mails)
    return Tally(
        rows=len(messages),
        sent=states[MessageState.SENT],
        lost=lost,
        doubled=twice + (0 if keyed else more),
        second_copies=more if keyed else 0,
        missed=states[MessageState.MISSED],
        failed=states[MessageState.FAILED],
        unknown=states[MessageState.UNKNOWN],
        void=states[MessageState.VOID],
    )


def deliveries(ledger: Path) -> Counter[str]:
    """How often the other side took each key."""
    return Counter(json.loads(line)[0] for line in ledger.read_text().splitlines())
