"""A provider of SMS or Zalo messages that keeps to docs/webhook.md."""

import hashlib
import hmac
import http.client
import json
import re
import time

from django.conf import settings

from notifications.gateways.base import Letter, NoAnswer, NotTaken, Refused, host
from notifications.gateways.wire import Answer, NotReached, Wire
from notifications.models import Message

# They say something of the moment or of the contract between the two, nothing of this message.
LATER = {
    http.client.UNAUTHORIZED,
    http.client.REQUEST_TIMEOUT,
    http.client.TOO_EARLY,
    http.client.TOO_MANY_REQUESTS,
}


class Webhook:
    """A signed POST a message. The key makes a second copy harmless: the answer is the first receipt."""

    takes_key = True

    def __init__(self) -> None:
        self._wire = Wire()

    def send(self, letter: Letter) -> str:
        if not settings.WEBHOOK_URL:
            raise NotTaken("no SMS or Zalo provider is configured")
        key = message_key(letter.message)
        body = json.dumps(_content(key, letter), ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json; charset=utf-8", "Idempotency-Key": key}
        headers |= signature(body, int(time.time()), settings.WEBHOOK_SECRET)
        try:
            return _receipt(self._wire.post(settings.WEBHOOK_URL, body, headers))
        except NotReached as error:
            raise NotTaken(f"the provider could not be reached: {error}") from error

    def close(self) -> None:
        self._wire.close()


def message_key(message: Message) -> str:
    """The same for every try. The moment tells it from a message of the same number before a backup was restored."""
    return f"{message.ward_id}-{message.pk}-{int(message.created_at.timestamp())}@{host()}"


def signature(body: bytes, timestamp: int, secret: str) -> dict[str, str]:
    digest = hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()
    return {"X-Portal-Timestamp": str(timestamp), "X-Portal-Signature": f"sha256={digest}"}


def international(phone: str) -> str:
    """+84912345678 for 0912345678. Raises Refused for what is no number that every provider knows."""
    number = re.sub(r"^0", "+84", phone) if phone.startswith("0") else re.sub(r"^(?=84\d{9}$)", "+", phone)
    if not re.fullmatch(r"\+[1-9][0-9]{7,14}", number, re.ASCII):
        raise Refused("no phone number that can be reached from everywhere")
    return number


def _content(key: str, letter: Letter) -> dict[str, str]:
    """No more of a person than the number."""
    user = letter.message.user
    if not user.phone:
        raise Refused("no phone number")
    to = international(user.phone)
    return {"key": key, "to": to, "text": letter.text.line, "language": user.language, "link": letter.address}


def _receipt(answer: Answer) -> str:
    if 200 <= answer.status < 300 or answer.status == http.client.CONFLICT:
        return _id(answer)
    if answer.status in LATER or 300 <= answer.status < 400:
        raise NotTaken(answer.said, answer.retry_after)
    if 400 <= answer.status < 500:
        raise Refused(answer.said)
    raise NoAnswer(answer.said, answer.retry_after)


def _id(answer: Answer) -> str:
    try:
        receipt = json.loads(answer.body)["id"]
    except (ValueError, KeyError, TypeError):
        receipt = None
    if not isinstance(receipt, str | int) or isinstance(receipt, bool) or not str(receipt).strip():
        raise NoAnswer(f"no receipt in the answer: {answer.said}")
    return str(receipt).strip()
