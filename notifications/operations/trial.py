"""One mail, at once and past all queues, to see whether the mail server takes it."""

import smtplib

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _

from accounts.models import User


def send(address: str, *, by: User) -> None:
    """Raises ValidationError with what the mail server said, and what to do."""
    subject = _("Test mail of the ward portal")
    text = _("%(person)s sent this from %(address)s. Who reads it knows that mail of the portal arrives.")
    body = text % {"person": by, "address": settings.BASE_URL}
    try:
        EmailMessage(subject, body, to=[address]).send()
    except smtplib.SMTPAuthenticationError as error:
        said = _("The mail server does not accept user name and password of MAIL_URL. It said: %(said)s")
        raise ValidationError(said % {"said": _text(error.smtp_error)}) from error
    except smtplib.SMTPRecipientsRefused as error:
        code, reason = next(iter(error.recipients.values()))
        said = _("The mail server does not take mail for this address. It said: %(said)s")
        raise ValidationError(said % {"said": f"{code} {_text(reason)}"}) from error
    except smtplib.SMTPResponseException as error:
        said = _("The mail server refused the mail. It said: %(said)s")
        raise ValidationError(said % {"said": f"{error.smtp_code} {_text(error.smtp_error)}"}) from error
    except (smtplib.SMTPException, OSError) as error:
        said = _("The mail server %(host)s could not be reached: %(said)s. Check MAIL_URL on the server.")
        raise ValidationError(said % {"host": settings.EMAIL_HOST, "said": error}) from error


def _text(said: bytes | str) -> str:
    return " ".join((said.decode(errors="replace") if isinstance(said, bytes) else str(said)).split())[:300]
