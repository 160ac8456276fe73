"""What every way out keeps to."""

import datetime
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from django.conf import settings

from notifications.models import Message
from notifications.registry import Rendered


class Refused(Exception):
    """The gateway will never take this message."""


class _NotNow(Exception):
    """`after`: how long the gateway asked to be left alone, where it did."""

    def __init__(self, said: str, after: datetime.timedelta | None = None) -> None:
        super().__init__(said)
        self.after = after


class NotTaken(_NotNow):
    """The gateway surely took nothing, and a later try may do."""


class NoAnswer(_NotNow):
    """Nobody knows whether the gateway took it."""


@dataclass(frozen=True)
class Item:
    """A line of a bundle, and the id and the kind of text of the message that it carries."""

    message: int
    words: str
    line: str
    link: str


@dataclass(frozen=True)
class Letter:
    """A message with its text, rendered for its receiver; a bundle has items."""

    message: Message
    text: Rendered
    link: str
    why: str
    items: tuple[Item, ...] = ()

    @property
    def address(self) -> str:
        """The link as somebody outside the portal needs it."""
        return absolute(self.link)


class Gateway(Protocol):
    """takes_key: it tells a second copy by our key, so a message of unknown outcome is sent again by itself. Where it
    does not, only NotTaken is tried again and for anything else a person decides."""

    takes_key: bool

    def send(self, letter: Letter) -> str:
        """The receipt, never empty. Raises Refused, NotTaken, or another exception when nobody knows the outcome."""

    def close(self) -> None: ...


def absolute(link: str) -> str:
    return f"{settings.BASE_URL}{link}"


def host() -> str:
    """The name of this portal in its keys."""
    return urlsplit(settings.BASE_URL).hostname or "localhost"
