"""A ward whose only matter is tasks that a reminder is due for now, and what became of its messages."""

import datetime
import json
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from accounts.choices import Role
from accounts.models import Unit, Ward
from campaigns.models import Campaign, Task, TaskTransition
from notifications.choices import Channel, MessageClass, MessageState
from notifications.gateways import message_id
from notifications.gateways.webhook import message_key
from notifications.models import Message, PushSubscription, ReminderRule
from tests import factories as make
from tests.faults import control
from tests.notifications.push_service import Browser

DAY = datetime.timedelta(days=1)
VISIBLE = {MessageState.SENT, MessageState.MISSED, MessageState.FAILED, MessageState.UNKNOWN, MessageState.VOID}


@dataclass
class Reminders:
    """So many tasks of one ward, each of which is one row in the portal for the head of the unit and one by each
    way out; by mail unless said otherwise."""

    ward: Ward
    unit: Unit
    campaign: Campaign
    rule: ReminderRule
    given_at: datetime.datetime
    count: int = 0

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
        head = make.user(email=f"head{ward.pk}@example.test", phone=f"09{ward.pk:08}")
        make.member(unit, Role.UNIT_HEAD, head)
        if Channel.PUSH in channels:
            address = f"http://127.0.0.1:{control.read('sink')['http']}/push/{ward.pk}"
            PushSubscription.objects.create(ward=ward, user=head, endpoint=address, **Browser().keys)
        rule = ReminderRule.objects.create(
            ward=ward,
            code="task-due-soon",
            year=moment.year,
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
        reminders = cls(ward, unit, campaign, rule, given_at=moment - DAY)
        reminders.add(count, moment.date())
        return reminders

    def add(self, count: int, on: datetime.date) -> None:
        """So many more tasks that are to be reminded of on that day; long given, however late they come."""
        fields = {"ward": self.ward, "campaign": self.campaign, "lead_unit": self.unit, "due_on": on + 3 * DAY}
        tasks = [Task(title=f"Nhiệm vụ {n}", **fields) for n in range(self.count, self.count + count)]
        with transaction.atomic():
            Task.objects.bulk_create(tasks)
            steps = [TaskTransition(ward=self.ward, task=task, new=task.state, at=self.given_at) for task in tasks]
            TaskTransition.objects.bulk_create(steps)
        self.count += count

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
    outside = list(reminders.messages.filter(for_bundle=False).exclude(channel=Channel.IN_APP))
    copies = deliveries(ledger)
    lost = 2 * reminders.count - len({(message.subject_id, message.channel) for message in messages})
    lost += sum(1 for message in messages if message.state not in VISIBLE)
    lost += sum(1 for message in outside if message.state == MessageState.SENT and not copies[key(message)])
    lost += _unseen_items(sent, ledger)
    twice = len(sent) - len({(message.subject_id, message.channel) for message in sent})
    more = sum(max(0, copies[key(message)] - 1) for message in outside)
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


def key(message: Message) -> str:
    """By what the other side tells a second copy."""
    if message.channel == Channel.EMAIL:
        return message_id(message)
    return message_key(message) if message.channel == Channel.GATEWAY else f"message-{message.ward_id}-{message.pk}"


def _unseen_items(sent: Collection[Message], ledger: Path) -> int:
    """How many are marked as sent in a bundle no copy of which carried them."""
    bundles = {row.pk: row for row in Message.objects.filter(pk__in={message.bundle_id for message in sent})}
    carried: dict[str, set[str]] = {}
    for line in lines(ledger):
        carried.setdefault(line["key"], set()).update(line["about"])
    return sum(
        1 for item in sent if item.bundle_id and item.link not in carried.get(key(bundles[item.bundle_id]), set())
    )


def deliveries(ledger: Path) -> Counter[str]:
    """How often the other side handed on what has this key."""
    return Counter(line["key"] for line in lines(ledger) if line["delivered"])


def lines(ledger: Path) -> list[dict]:
    return [json.loads(line) for line in ledger.read_text().splitlines()]
