"""Notifications in the browsers of a person, over the push services of their makers."""

import datetime
import http.client
import ipaddress
import json
import time
from collections.abc import Collection, Iterable
from contextlib import suppress
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.urls import reverse
from django.utils import timezone

from notifications.choices import MessageClass
from notifications.gateways import seal, wire
from notifications.gateways.base import Letter, NoAnswer, NotTaken, Refused
from notifications.gateways.wire import Answer, NotPublic, Wire
from notifications.models import Message, PushSubscription

GONE = {http.client.NOT_FOUND, http.client.GONE}
FOR_EVER = {http.client.BAD_REQUEST, http.client.REQUEST_ENTITY_TOO_LARGE}
SIGNED_FOR = 12 * 3600  # seconds; 24 hours are the most that a push service takes
LONGEST_WAIT = 28 * 24 * 3600  # seconds that push services keep a message


class Push:
    """Sent when at least one browser's service took it; no further one is asked when the others took long, as other
    people's messages wait. A second copy replaces the first: it has the same topic on the
    way and the same tag in the browser."""

    takes_key = True

    def __init__(self) -> None:
        self._wire = Wire(public_only=not settings.PUSH_AT_HOME)
        self._signed: dict[str, tuple[int, str]] = {}

    def send(self, letter: Letter) -> str:
        tries = [_Try(browser) for browser in _browsers(letter.message)]
        content, headers = _content(letter), _headers(letter)
        end = time.monotonic() + wire.SECONDS
        for one in tries:
            if time.monotonic() < end:
                one.make(self, content, headers)
        _note_gone([one.browser.pk for one in tries if one.is_gone])
        return _receipt(tries)

    def post(self, endpoint: str, body: bytes, headers: dict[str, str]) -> Answer:
        parts = urlsplit(endpoint)
        return self._wire.post(
            endpoint, body, headers | {"Authorization": self._sign(f"{parts.scheme}://{parts.netloc}")}
        )

    def _sign(self, origin: str) -> str:
        now = int(time.time())
        until, header = self._signed.get(origin, (0, ""))
        if until < now + SIGNED_FOR / 2:
            until = now + SIGNED_FOR
            header = seal.signed_by_portal(origin, settings.PUSH_CONTACT, until)
            self._signed[origin] = until, header
        return header

    def close(self) -> None:
        self._wire.close()


def _browsers(message: Message) -> list[PushSubscription]:
    try:
        rows = PushSubscription.objects.filter(ward_id=message.ward_id, user_id=message.user_id)
        return list(rows.live().order_by("pk"))
    except (DatabaseError, InterfaceError) as error:
        raise NotTaken(f"nobody was asked, the database is away: {error}") from error


def _note_gone(browsers: Collection[int]) -> None:
    """They are found gone again if it fails, and what others took is sent."""
    if browsers:
        with suppress(DatabaseError, InterfaceError):
            PushSubscription.objects.filter(pk__in=browsers).note_gone()


class _Try:
    """What one browser's push service said."""

    def __init__(self, browser: PushSubscription) -> None:
        self.browser = browser
        self.receipt = self.refused = ""
        self.error = "not asked: the others took too long"
        self.after: datetime.timedelta | None = None
        self.is_gone = False

    def make(self, gateway: Push, content: bytes, headers: dict[str, str]) -> None:
        self.error = ""
        try:
            check_endpoint(self.browser.endpoint)
            body = seal.sealed(content, self.browser.p256dh, self.browser.auth)
        except ValueError as error:
            self.refused, self.is_gone = str(error), True
            return
        try:
            self._take_answer(gateway.post(self.browser.endpoint, body, headers))
        except NotPublic as error:
            self.refused, self.is_gone = f"not on the Internet: {error}", True
        except (OSError, http.client.HTTPException) as error:
            self.error = f"{type(error).__name__}: {error}"

    def _take_answer(self, answer: Answer) -> None:
        if 200 <= answer.status < 300:
            self.receipt = f"push:{self.browser.pk}"
        elif answer.status in GONE:
            self.refused, self.is_gone = answer.said, True
        elif answer.status in FOR_EVER:
            self.refused = answer.said
        else:
            self.error, self.after = answer.said, answer.retry_after


def check_endpoint(url: str) -> None:
    """Raises ValueError for an address that no push service has: a browser tells it, and the portal will post there."""
    parts = urlsplit(url)
    if settings.PUSH_AT_HOME and parts.hostname == "127.0.0.1":
        return
    if parts.scheme != "https" or parts.port not in {None, 443} or "@" in parts.netloc or not url.isascii():
        raise ValueError("no address of a push service")
    if "." not in (parts.hostname or "") or _is_number(parts.hostname or ""):
        raise ValueError("no name of a push service")


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _content(letter: Letter) -> bytes:
    """Little, as a locked phone shows it: the ward, the line, and the way to the message's own page."""
    message = letter.message
    return json.dumps(
        {
            "id": message.pk,
            "title": message.ward.name,
            "line": letter.text.line[:300],
            "link": reverse("notifications:message_open", args=[message.pk]),
            "language": message.user.language,
        },
        ensure_ascii=False,
    ).encode()


def _headers(letter: Letter) -> dict[str, str]:
    message = letter.message
    left = int((message.expires_at - timezone.now()).total_seconds())
    return {
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(min(max(left, 0), LONGEST_WAIT)),
        "Topic": f"message-{message.ward_id}-{message.pk}"[-32:],
        "Urgency": "high" if message.klass == MessageClass.MANDATORY else "normal",
    }


def _receipt(tries: Iterable[_Try]) -> str:
    if receipts := [one.receipt for one in tries if one.receipt]:
        return " ".join(receipts)[:200]
    if errors := [one for one in tries if one.error]:
        waits = [one.after for one in errors if one.after]
        raise NoAnswer("; ".join(one.error for one in errors), max(waits, default=None))
    raise Refused("; ".join(one.refused for one in tries) or "no browser with notifications")
