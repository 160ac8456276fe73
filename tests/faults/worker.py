"""The portal's Celery as the fault runner starts it: the same code, with places to stop at, short waits and a clock
that can be moved. Nothing of this is known to the portal."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import django
from django.conf import settings
from django.db import transaction

from tests.faults import control

control.install_clock()

from wardportal.celery import app  # noqa: E402, F401

django.setup()
PATIENCE = 2.8  # with a gateway; shorter than a quarter of the lease, as in the portal
settings.EMAIL_TIMEOUT = PATIENCE
settings.PUSH_AT_HOME = True

from notifications.choices import Channel  # noqa: E402
from notifications.engine import bundles, planner, sender  # noqa: E402
from notifications.gateways import GATEWAYS, wire  # noqa: E402

wire.SECONDS = PATIENCE
sender.BACKOFF = (0.03,) * len(sender.BACKOFF)
if control.read("keyless"):
    for channel in GATEWAYS.keys() - {Channel.IN_APP}:  # what the portal shows itself leaves by its mark
        GATEWAYS[channel].takes_key = False


def after(owner: Any, name: str, place: str, only: Callable = lambda result, *args: True) -> None:
    """Stop when the function has done its work."""
    work: Callable = getattr(owner, name)

    def stopping(*args: Any, **kwargs: Any) -> Any:
        result = work(*args, **kwargs)
        if only(result, *args):
            control.passing(place)
        return result

    setattr(owner, name, stopping)


def before_commit(owner: Any, name: str, place: str, only: Callable = lambda result, *args: True) -> None:
    """Stop when the function has done its work and the database has not kept it yet."""
    work: Callable = getattr(owner, name)

    def stopping(*args: Any, **kwargs: Any) -> Any:
        with transaction.atomic():
            result = work(*args, **kwargs)
            if only(result, *args):
                control.passing(place)
        return result

    setattr(owner, name, stopping)


def between_items() -> None:
    """Stop when one item of a bundle is marked and the next is not."""
    work = bundles.mark_items

    def stopping(bundle: Any, items: Iterable, **sent: Any) -> None:
        work(bundle, one_by_one(items), **sent)

    def one_by_one(items: Iterable) -> Iterator:
        for item in items:
            yield item
            control.passing("between items")

    bundles.mark_items = stopping


after(sender, "lease", "leased")
after(sender, "lease", "bundle leased", lambda rows: any(row.digest_on for row in rows))
for gateway in (gateway for channel, gateway in GATEWAYS.items() if channel != Channel.IN_APP):
    after(gateway, "send", "accepted")
    after(gateway, "send", "bundle accepted", lambda receipt, gateway, letter: letter.items)
before_commit(sender, "_write", "marking")
before_commit(sender, "_write", "bundle marking", lambda result, marks: any(mark.message.digest_on for mark in marks))
before_commit(planner, "plan", "planning")
after(sender, "_mark", "between")
between_items()
