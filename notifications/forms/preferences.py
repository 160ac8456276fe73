import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django import forms
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import access
from core.forms import ChoiceBoxes, DateField, Folded, HouseForm, TimeField
from notifications import registry
from notifications.choices import Channel, MessageClass
from notifications.models import Message, Mute, Preference, ReminderRule
from notifications.moments import at

RECENTLY = datetime.timedelta(days=90)
LONGEST_PAUSE = 90  # days


@dataclass
class Kind:
    """A kind of message in a person's choices, with a tick for each channel."""

    code: str
    label: str
    is_locked: bool
    ticks: list[tuple[str, str, bool]] = field(default_factory=list)


SWITCHED_OFF = Folded(_("all on"), _("1 switched off"), _("{n} switched off"))


@dataclass
class Group:
    """The kinds of one app, folded under its name."""

    name: Any
    kinds: list[Kind]
    folded: Folded = SWITCHED_OFF

    @property
    def said(self) -> str:
        return self.folded.said(sum(not on for kind in self.kinds for _value, _channel, on in kind.ticks))


class PreferencesForm(HouseForm):
    """What by which channel, when, and a pause. The portal itself shows everything, so it is no choice here."""

    submit_label = _("Save my choices")
    on = forms.MultipleChoiceField(required=False)
    quiet_from = TimeField(label=_("Quiet from"), required=False)
    quiet_until = TimeField(label=_("Quiet until"), required=False)
    bundle_work = forms.BooleanField(
        label=_("Everything once a day"),
        required=False,
        help_text=_("Tasks and answers too come in one message in the morning, with what came the day before."),
    )
    pause = forms.ChoiceField(label=_("Pause"), widget=ChoiceBoxes(columns=2))
    pause_day = DateField(label=_("Pause until the day"), required=False)
    pause_time = TimeField(label=_("Time"), required=False)

    def __init__(self, data: Any = None, *, user: Any, channels: list[str], **kwargs: Any) -> None:
        self.user, self.channels = user, channels
        self.choice = Preference.objects.visible_to(user).first() or Preference()
        self.is_paused = bool(self.choice.snoozed_until and self.choice.snoozed_until > timezone.now())
        self.kinds, self.locked = kinds(user), locked(user)
        mutes = Mute.objects.visible_to(user).filter(words__in=self.kinds, channel__in=channels)
        self.muted = set(mutes.values_list("words", "channel"))
        super().__init__(data, initial=self._initial(), **kwargs)
        self.fields["on"].choices = [(f"{kind}:{channel}", "") for kind, channel in self._pairs()]
        self.fields["pause"].choices = self._pauses()

    def _initial(self) -> dict[str, Any]:
        names = ("quiet_from", "quiet_until", "bundle_work")
        ticked = [f"{kind}:{channel}" for kind, channel in self._pairs() if (kind, channel) not in self.muted]
        pause = "keep" if self.is_paused else "none"
        return {name: getattr(self.choice, name) for name in names} | {"on": ticked, "pause": pause}

    def _pairs(self) -> list[tuple[str, str]]:
        return [(kind, channel) for kind in self.kinds for channel in self.channels]

    def _pauses(self) -> list[tuple[str, Any]]:
        now = (
            [("keep", _("Stay paused")), ("none", _("End the pause"))] if self.is_paused else [("none", _("No pause"))]
        )
        quick = [("1", _("For today")), ("3", _("For three days")), ("7", _("For a week"))]
        return [*now, *quick, ("until", _("Until the day below"))]

    def groups(self) -> Iterator[Group]:
        """The kinds under the name of their app, as the page shows them."""
        ticked = set(self["on"].value() or [])
        for app, codes in groupby(self.kinds, lambda code: code.partition(".")[0]):
            rows = [Kind(code, registry.label(code), code in self.locked) for code in codes]
            for row in rows:
                row.ticks = [
                    (f"{row.code}:{c}", str(Channel(c).label), row.is_locked or f"{row.code}:{c}" in ticked)
                    for c in self.channels
                ]
            yield Group(apps.get_app_config(app).verbose_name, rows)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        start, end = data.get("quiet_from"), data.get("quiet_until")
        if (start is None) != (end is None) and not {"quiet_from", "quiet_until"} & self.errors.keys():
            self.add_error("quiet_until" if end is None else "quiet_from", _("Write both times, or none."))
        if start is not None and start == end:
            self.add_error("quiet_until", _("Two equal times make no quiet hours. Change one, or leave both empty."))
        if start is not None and end is not None and leaves_nothing(start, end):
            first, last = (f"{time:%H:%M}" for time in settings.MESSAGE_HOURS)
            said = _("Leave some time between %(first)s and %(last)s, in which messages go out.")
            self.add_error("quiet_until", ValidationError(said, params={"first": first, "last": last}))
        data["snoozed_until"] = self._pause_end(data)
        return data

    def _pause_end(self, data: dict[str, Any]) -> datetime.datetime | None:
        pause, day, today = data.get("pause"), data.get("pause_day"), timezone.localdate()
        if pause in {"none", "keep"} and day:  # a day was written, whatever is ticked
            pause = "until"
        if pause == "keep":
            return self.choice.snoozed_until
        if pause in {"1", "3", "7"}:
            return at(today + datetime.timedelta(days=int(pause)), datetime.time.min)
        if pause != "until" or "pause_day" in self.errors:
            return None
        if day is None:
            self.add_error("pause_day", _("Write the day on which the pause ends."))
            return None
        end = at(day, data.get("pause_time") or datetime.time.min)
        if end <= timezone.now():
            self.add_error("pause_day", _("Choose a moment to come."))
        elif day > today + datetime.timedelta(days=LONGEST_PAUSE):
            said = _("Pause for at most %(days)s days.")
            self.add_error("pause_day", ValidationError(said, params={"days": LONGEST_PAUSE}))
        return end

    @transaction.atomic
    def save(self, *, by: Any, ward: Any) -> None:
        data, ticked = self.cleaned_data, set(self.cleaned_data["on"])
        names = ("quiet_from", "quiet_until", "bundle_work", "snoozed_until")
        Preference.choose(by=by, ward=ward, **{name: data[name] for name in names})
        for channel in self.channels:
            free = [kind for kind in self.kinds if kind not in self.locked]
            off = [kind for kind in free if f"{kind}:{channel}" not in ticked]
            Mute.objects.switch_off(off, channel, by=by, ward_id=ward.pk)
            Mute.objects.switch_on(set(free) - set(off), channel, by=by, ward_id=ward.pk)


def kinds(user: Any) -> list[str]:
    """The kinds of message that the person can get by right, or got lately, in the order of the apps."""
    known = registry.all_words()
    inbox = Message.objects.visible_to(user).filter(channel=Channel.IN_APP, not_before__gte=timezone.now() - RECENTLY)
    got = set(inbox.order_by().values_list("words", flat=True).distinct())
    mine = [
        c for c, words in known.items() if c in got or words.permission is None or access.can(user, words.permission)
    ]
    order = {config.label: number for number, config in enumerate(apps.get_app_configs())}
    return sorted((code for code in mine if code.partition(".")[0] in order), key=lambda c: order[c.partition(".")[0]])


def locked(user: Any) -> set[str]:
    """The kinds that the ward makes mandatory: a rule of that class is on, or one came lately."""
    rules = ReminderRule.objects.visible_to(user).filter(enabled=True, klass=MessageClass.MANDATORY)
    sources = registry.all_sources()
    by_rule = {sources[code].words for code in rules.values_list("source", flat=True) if code in sources}
    came = Message.objects.visible_to(user).filter(
        channel=Channel.IN_APP, not_before__gte=timezone.now() - RECENTLY, klass=MessageClass.MANDATORY
    )
    return by_rule | set(came.order_by().values_list("words", flat=True).distinct())


def leaves_nothing(start: datetime.time, end: datetime.time) -> bool:
    """No minute of the ward's message hours is outside these quiet hours, which may run over midnight."""
    first, last = settings.MESSAGE_HOURS
    if start < end:
        return start <= first and end >= last
    return start > end and (start <= first or end >= last)
