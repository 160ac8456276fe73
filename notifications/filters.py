"""Filters of the list of failures, in the address: a figure's link, a bookmark and a pasted link agree."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import access
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


class FailureFilter(forms.Form):
    """Always bound; what can not be read is as if it were not asked."""

    state = forms.CharField(required=False, widget=forms.HiddenInput)
    channel = forms.ChoiceField(label=_("Channel"), required=False, choices=[("", _("All")), *Channel.choices])
    rule = forms.ModelChoiceField(ReminderRule.objects.none(), label=_("Rule"), required=False, empty_label=_("All"))

    def __init__(self, data: Any, *, user: Any) -> None:
        super().__init__(data, auto_id="f_%s")
        self.user = user
        self.fields["rule"].queryset = ReminderRule.objects.visible_to(user)
        self.fields["rule"].label_from_instance = rules.title_with_year
        self.is_valid()

    @property
    def state_asked(self) -> str:
        asked = self.cleaned_data.get("state") or ""
        return asked if asked in STATES else ""

    @property
    def is_narrowed(self) -> bool:
        return bool(self.cleaned_data.get("channel") or self.cleaned_data.get("rule"))

    def rows(self) -> QuerySet[Message]:
        """What is listed, newest first; the same rows are sent again or dropped at once."""
        rows = self._of_state()
        if channel := self.cleaned_data.get("channel"):
            rows = rows.filter(channel=channel)
        if rule := self.cleaned_data.get("rule"):
            rows = rows.filter(rule=rule)
        return rows

    def _of_state(self) -> QuerySet[Message]:
        ward = access.ward_id(self.user)
        rows, asked, now = Message.objects.in_ward_of(self.user), self.state_asked, timezone.now()
        if asked == "settled":
            return rows.filter(settled_at__isnull=False).order_by("-settled_at")
        if asked == "due":
            return sender.due(now).filter(ward=ward).order_by("not_before", "id")
        if asked == "held":
            return rows.filter(state=MessageState.LEASED, lease_until__lte=now)
        if asked == "repeated":
            return acts.repeated(ward)
        return rows.dead().filter(state=asked) if asked else rows.dead()
