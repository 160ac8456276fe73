"""How each person wants to be told: by which channels, when, and what waits for the day's bundle.

The portal itself shows everything at once and asks nobody. What is mandatory heeds neither quiet hours nor mutes, and
is never bundled. What is optional goes out in one bundle a day, on the working day after.
"""

import datetime
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import timezone

from deadlines.models import Calendar
from notifications.choices import Channel, MessageClass
from notifications.models import Mute, Preference, PushSubscription
from notifications.moments import ONE_DAY, allowed_moment, at

BUNDLE_LIFE = ONE_DAY  # a bundle that is so late is useless
_NO_CHOICE = Preference()


@dataclass(frozen=True)
class Way:
    """One channel to one person: from when on, and until when it is of use."""

    channel: str
    not_before: datetime.datetime
    expires_at: datetime.datetime
    for_bundle: bool = False


class Choices:
    """What the people of one ward have chosen, read at once for all of them."""

    def __init__(self, ward_id: int, users: Iterable[Any]) -> None:
        keys = [user.pk for user in users]
        mutes = Mute.objects.filter(ward_id=ward_id, user__in=keys)
        browsers = PushSubscription.objects.filter(ward_id=ward_id, user__in=keys, gone_at__isnull=True)
        self._choices = {row.user_id: row for row in Preference.objects.filter(ward_id=ward_id, user__in=keys)}
        self._mutes = set(mutes.values_list("user_id", "words", "channel"))
        self._with_browser = set(browsers.values_list("user_id", flat=True))
        self._calendar = Calendar(ward_id)

    def ways(
        self,
        user: Any,
        words: str,
        klass: str,
        moment: datetime.datetime,
        expires_at: datetime.datetime,
        channels: Collection[str],
    ) -> Iterator[Way]:
        """The portal at `moment`, and those of `channels` by which the person can be reached and wants to be."""
        yield Way(Channel.IN_APP, moment, expires_at)
        for channel in channels:
            if channel == Channel.IN_APP or not self._reaches(user, channel) or self.mutes(user, words, klass, channel):
                continue
            if self._is_bundled(user, klass):
                yield self._in_bundle(user, channel, moment)
            elif not self.outlasts(user, klass, moment, expires_at):
                yield Way(channel, self.allowed(user, klass, moment), expires_at)

    def mutes(self, user: Any, words: str, klass: str, channel: str) -> bool:
        return klass != MessageClass.MANDATORY and (user.pk, words, channel) in self._mutes

    def allowed(self, user: Any, klass: str, moment: datetime.datetime) -> datetime.datetime:
        """The moment itself, or the end of the pause, the quiet hours and the ward's night around it."""
        if klass == MessageClass.MANDATORY:
            return moment
        choice = self._choices.get(user.pk, _NO_CHOICE)
        if choice.snoozed_until and choice.snoozed_until > moment:
            moment = choice.snoozed_until
        for _n in range(2):  # the end of one's own quiet hours may lie in the ward's night, and the other way round
            moment = allowed_moment(_after_quiet(choice, moment), klass)
        return moment

    def outlasts(self, user: Any, klass: str, moment: datetime.datetime, expires_at: datetime.datetime) -> bool:
        """The person's own wish for quiet lasts longer than the message is of use: the portal shows it, no more."""
        return self.allowed(user, klass, moment) >= expires_at > allowed_moment(moment, klass)

    def bundle_moment(self, user: Any, day: datetime.date) -> datetime.datetime:
        """When the bundle of a closed day leaves: early on the next working day."""
        working = self._calendar.nearest_worked(day + ONE_DAY, step=1)
        return self.allowed(user, MessageClass.OPTIONAL, at(working, settings.MESSAGE_HOURS[0]))

    def _is_bundled(self, user: Any, klass: str) -> bool:
        bundles_work = self._choices.get(user.pk, _NO_CHOICE).bundle_work
        return klass == MessageClass.OPTIONAL or (klass == MessageClass.WORK and bundles_work)

    def _in_bundle(self, user: Any, channel: str, moment: datetime.datetime) -> Way:
        leaves = self.bundle_moment(user, timezone.localdate(moment))
        return Way(channel, moment, leaves + BUNDLE_LIFE, for_bundle=True)

    def _reaches(self, user: Any, channel: str) -> bool:
        if channel == Channel.EMAIL:
            return bool(user.email)
        if channel == Channel.PUSH:
            return user.pk in self._with_browser
        return bool(user.phone and settings.WEBHOOK_URL)


def usual_channels(klass: str) -> list[str]:
    """By which channels news go out that no rule names any for. A text message costs money: for what must be known."""
    usual: list[str] = [Channel.EMAIL, Channel.PUSH]
    return [*usual, Channel.GATEWAY] if klass == MessageClass.MANDATORY else usual


def _after_quiet(choice: Preference, moment: datetime.datetime) -> datetime.datetime:
    """The end of the person's quiet hours, which may run over midnight."""
    start, end = choice.quiet_from, choice.quiet_until
    if start is None or end is None or start == end:
        return moment
    local = timezone.localtime(moment)
    if start < end:
        is_quiet = start <= local.time() < end
    else:
        is_quiet = local.time() >= start or local.time() < end
    if not is_quiet:
        return moment
    return at(local.date() + (ONE_DAY if local.time() >= end else datetime.timedelta()), end)
