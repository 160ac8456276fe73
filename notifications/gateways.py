"""The ways out of the portal. Most take our own key of a message, so a second copy can be told from the first."""

import smtplib
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string

from notifications.choices import Channel
from notifications.models import Message
from notifications.registry import Rendered


class Refused(Exception):
    """The gateway will never take this message."""


class NotTaken(Exception):
    """The gateway surely took nothing, and a later try may do."""


@dataclass(frozen=True)
class Letter:
    """A message with its text, rendered for its receiver."""

    message: Message
    text: Rendered
    link: str
    why: str


class Gateway(Protocol):
    """takes_key: it tells a second copy by our key, so a message of unknown outcome is sent again by itself. Where it
    does not, only NotTaken is tried again and for anything else a person decides."""

    takes_key: bool

    def send(self, letter: Letter) -> str:
        """The receipt, never empty. Raises Refused, NotTaken, or another exception when nobody knows the outcome."""

    def close(self) -> None: ...


class Portal:
    """The message page of the portal itself: marking the row as sent is all there is to do."""

    takes_key = True

    def send(self, letter: Letter) -> str:
        return f"portal:{letter.message.pk}"

    def close(self) -> None:
        """Nothing is open."""


class Mail:
    """One connection for many mails, opened at the first and again after a failure. A second copy has the same
    Message-ID, and mail programs show it once."""

    takes_key = True

    def __init__(self) -> None:
        self._connection: BaseEmailBackend | None = None

    def send(self, letter: Letter) -> str:
        try:
            return self._send(letter)
        except smtplib.SMTPRecipientsRefused as error:
            self.close()
            code, reason = next(iter(error.recipients.values()))
            raise (Refused if code >= 500 else NotTaken)(f"{code} {_text(reason)}") from error
        except (smtplib.SMTPDataError, smtplib.SMTPSenderRefused) as error:
            self.close()
            raise (Refused if error.smtp_code >= 500 else NotTaken)(
                f"{error.smtp_code} {_text(error.smtp_error)}"
            ) from error
        except Exception:
            self.close()
            raise

    def _send(self, letter: Letter) -> str:
        if not letter.message.user.email:
            raise Refused("no address")
        if self._connection is None:
            self._connection = get_connection()
            self._connection.open()
        mail = _mail(letter)
        mail.connection = self._connection
        if mail.send() != 1:
            raise NotTaken("the mail server took nothing")
        return mail.extra_headers["Message-ID"]

    def close(self) -> None:
        if self._connection is not None:
            with suppress(Exception):
                self._connection.close()
        self._connection = None


GATEWAYS: dict[str, type[Gateway]] = {Channel.IN_APP: Portal, Channel.EMAIL: Mail}


def message_id(message: Message) -> str:
    """The same for every try, so that a mail program shows a second copy once."""
    host = urlsplit(settings.BASE_URL).hostname or "localhost"
    return f"<message-{message.ward_id}-{message.pk}@{host}>"


def _mail(letter: Letter) -> EmailMultiAlternatives:
    context = {
        "text": letter.text,
        "link": f"{settings.BASE_URL}{letter.link}",
        "why": letter.why,
        "ward": letter.message.ward,
        "user": letter.message.user,
        "language": letter.message.user.language,
    }
    mail = EmailMultiAlternatives(
        subject=letter.text.subject,
        body=render_to_string("emails/message.txt", context),
        to=[letter.message.user.email],
        headers={"Message-ID": message_id(letter.message), "Auto-Submitted": "auto-generated"},
    )
    mail.attach_alternative(render_to_string("emails/message.html", context), "text/html")
    return mail


def _text(reason: bytes | str) -> str:
    return reason.decode("utf-8", "replace") if isinstance(reason, bytes) else reason
