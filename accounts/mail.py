"""Mail about a person's sign-in, in the person's language."""

from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation


def tell_later(name: str, address: str, person: Any, *, by: Any = None, token: str = "") -> None:
    """Once the change is kept. A mail server that does not answer is logged and stops nothing."""
    link = settings.BASE_URL + reverse("accounts:email_answer", args=[token]) if token else ""
    context = {"user": person, "by": by, "link": link, "new_email": person.new_email}
    with translation.override(person.language):
        subject, text = (
            render_to_string(f"account/email/{name}_{part}.txt", context) for part in ("subject", "message")
        )
    transaction.on_commit(lambda: send_mail(subject.strip(), text, None, [address]), robust=True)
