"""The link in a mail that switches its kind off, without signing in (RFC 8058)."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.urls import reverse

SALT = "notifications.unsubscribe"


@dataclass(frozen=True)
class Wish:
    """Of whom, in which ward, to get which kinds no more by e-mail."""

    ward: int
    user: int
    kinds: list[str]


def address(ward: int, user: int, kinds: Iterable[str]) -> str:
    """Holds for ever, as mails are kept: it can do no more than switch these kinds off and on."""
    token = signing.dumps([ward, user, sorted(set(kinds))], salt=SALT, compress=True)
    return f"{settings.BASE_URL}{reverse('notifications:mail_off', args=[token])}"


def read(token: str) -> Wish:
    """Raises BadSignature for a link that this portal did not write."""
    return Wish(*signing.loads(token, salt=SALT))
