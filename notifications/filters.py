"""What the sent log and the list of failures are narrowed by."""

import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts import access
from accounts.access import Permission
from core.filters import CodeFilter, DayFilter, HiddenCodeFilter, ListFilter, RowFilter
from core.listing import Column, table, words
from notifications import rules
from notifications.choices import Channel, MessageState
from notifications.engine import sender
from notifications.models import Message, ReminderRule
from notifications.operations import acts

STATES = {
    "": _("All that failed"),
    MessageState.FAILED: MessageState.FAILED.label,
    MessageState.UNKNOWN: MessageState.UNKNOWN.label,
    MessageState.MISSED: MessageState.MISSED.label,
    "settled": _("Settled"),
    "due": _("Due now"),
    "held": _("Held too long"),
    "repeated": _("Sent twice a day"),
}


class FailureFilter(ListFilter):
    """`state`: the tab; what is listed is newest first, and the same rows are sent again or dropped at once."""

    kept = []

    state = HiddenCodeFilter(codes=STATES)
    channel = CodeFilter(label=_("Channel"), choices=Channel.choices)
    rule = RowFilter(label=_("Rule"))

    def __init__(self, data: Any, *, request: Any) -> None:
        super().__init__(data, Message.objects.in_ward_of(request.user), request=request)
        self.offer("rule", ReminderRule.objects.visible_to(request.user), rules.title_with_year)

    @property
    def state_asked(self) -> str:
        return self.asked("state") or ""

    def filter_queryset(self, queryset: Any) -> Any:
        return super().filter_queryset(self._of_state(queryset))

    def _of_state(self, rows: Any) -> Any:
        ward, asked, now = access.ward_id(self.request.user), self.state_asked, timezone.now()
        if asked == "settled":
            return rows.filter(settled_at__isnull=False).order_by("-settled_at")
        if asked == "due":
            return sender.due(now).filter(ward=ward).order_by("not_before", "id")
        if asked == "held":
            return rows.filter(state=MessageState.LEASED, lease_until__lte=now)
        if asked == "repeated":
            return acts.repeated(ward)
        return rows.dead().filter(state=asked) if asked else rows.dead()


class LogFilter(ListFilter):
    NOT_SENT = "not_sent"

    kept = []

    state = CodeFilter(
        label=_("State"),
        choices=[(NOT_SENT, _("Not sent: missed, failed or unknown")), *MessageState.choices],
        empty_label=_("All states"),
        method="in_state",
    )
    rule = RowFilter(label=_("Rule"), empty_label=_("All rules and events"))
    channel = CodeFilter(label=_("Way"), choices=Channel.choices, empty_label=_("All ways"))
    since = DayFilter(label=_("From"), method="from_day")
    until = DayFilter(label=_("Until"), method="to_day")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        of_ward = ReminderRule.objects.visible_to(self.request.user).order_by("-year", "source", "offset_days")
        self.offer("rule", of_ward, rules.title_with_year)

    def in_state(self, messages: Any, _name: str, state: str) -> Any:
        return messages.filter(state__in=rules.NOT_SENT if state == self.NOT_SENT else [state])

    def from_day(self, messages: Any, _name: str, day: datetime.date) -> Any:
        return messages.filter(not_before__gte=rules.start_of(day))

    def to_day(self, messages: Any, _name: str, day: datetime.date) -> Any:
        if day == datetime.date.max:
            return messages
        return messages.filter(not_before__lt=rules.start_of(day + datetime.timedelta(days=1)))


# ---- what the lists are exported as ------------------------------------------------------------------
def _lines(messages: list[Message], request: Any) -> list[Any]:
    return acts.lines(messages, request.user)


FAILURES = table(
    "notifications:failure_list",
    _("Messages that wait for a decision"),
    Column(_("Receiver"), of=lambda line: str(line.message.user)),
    Column(_("Way"), "message__channel", say=words(Channel)),
    Column(pgettext_lazy("message", "About"), of=lambda line: str(line.cause)),
    Column(_("When"), "message__not_before"),
    Column(_("Why"), of=lambda line: str(line.why)),
    Column(_("State"), "message__state", say=words(MessageState)),
    dress=_lines,
)
LOG = table(
    "notifications:log_list",
    _("Sent messages"),
    Column(_("When"), "not_before"),
    Column(_("Rule or event"), of=lambda message: str(rules.cause(message))),
    Column(_("Receiver"), "user__full_name", when=lambda r: access.can(r.user, Permission.REMINDER_EDIT)),
    Column(_("Way"), "channel", say=words(Channel)),
    Column(_("State"), "state", say=words(MessageState)),
    Column(_("Tries"), "tries"),
)
