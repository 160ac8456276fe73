"""E-mail over the configured mail server."""

import re
import smtplib
from contextlib import suppress

from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from notifications.choices import MessageClass
from notifications.gateways import unsubscribe
from notifications.gateways.base import Letter, NotTaken, Refused, absolute, host
from notifications.models import Message

# Mail systems full, down or at their limit for the day (RFC 3463, x.3.x and x.4.x): a later try may do.
OF_THE_SYSTEM = re.compile(r"5\.[34]\.")


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
        except smtplib.SMTPSenderRefused as error:  # says something of the portal's account, nothing of this mail
            self.close()
            raise NotTaken(_said(error)) from error
        except smtplib.SMTPDataError as error:
            self.close()
            is_final = error.smtp_code >= 500 and not OF_THE_SYSTEM.match(_text(error.smtp_error))
            raise (Refused if is_final else NotTaken)(_said(error)) from error
        except Exception:
            self.close()
            raise

    def _send(self, letter: Letter) -> str:
        if not letter.message.user.email:
            raise Refused("no address")
        if self._connection is None:
            self._connection = _opened()
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


def _opened() -> BaseEmailBackend:
    connection = get_connection()
    try:
        connection.open()
    except Exception as error:  # whatever it was, nothing was handed over yet
        raise NotTaken(f"the mail server could not be reached: {type(error).__name__}: {error}") from error
    return connection


def message_id(message: Message) -> str:
    """The same for every try, so that a mail program shows a second copy once."""
    return f"<message-{message.ward_id}-{message.pk}@{host()}>"


def _mail(letter: Letter) -> EmailMultiAlternatives:
    message, off = letter.message, _off(letter)
    headers = {"Message-ID": message_id(message), "Auto-Submitted": "auto-generated"}
    if off:
        headers |= {"List-Unsubscribe": f"<{off}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    context = {
        "text": letter.text,
        "link": letter.address,
        "why": letter.why,
        "reason": "" if letter.items else absolute(reverse("notifications:message_why", args=[message.pk])),
        "off": off,
        "items": [(item.line, absolute(item.link)) for item in letter.items],
        "ward": message.ward,
        "user": message.user,
        "language": message.user.language,
    }
    with translation.override(message.user.language):
        plain, html = (render_to_string(f"emails/message.{kind}", context) for kind in ("txt", "html"))
    mail = EmailMultiAlternatives(letter.text.subject, plain, to=[str(message.user.email)], headers=headers)
    mail.attach_alternative(html, "text/html")
    return mail


def _off(letter: Letter) -> str:
    """The way to get no more of this kind, of a bundle of all its kinds; none where it is mandatory."""
    message = letter.message
    if message.klass == MessageClass.MANDATORY:
        return ""
    kinds = {item.words for item in letter.items} or {message.words}
    return unsubscribe.address(message.ward_id, message.user_id, kinds)


def _said(error: smtplib.SMTPResponseException) -> str:
    return f"{error.smtp_code} {_text(error.smtp_error)}"


def _text(reason: bytes | str) -> str:
    return reason.decode("utf-8", "replace") if isinstance(reason, bytes) else reason
