"""The portal's Celery as the fault runner starts it: the same code, with places to stop at, short waits and a clock
that can be moved. Nothing of this is known to the portal."""

from collections.abc import Callable
from typing import Any

import django
from django.conf import settings
from django.db import transaction

from tests.faults import control

control.install_clock()

from wardportal.celery import app  # noqa: E402, F401

django.setup()
settings.EMAIL_TIMEOUT = 2.8  # shorter than a quarter of the lease, as in the portal

from notifications import planner, sender  # noqa: E402
from notifications.gateways import GATEWAYS  # noqa: E402

sender.BACKOFF = (0.03,) * len(sender.BACKOFF)
if control.read("keyless"):
    for gateway in GATEWAYS.values():
        gateway.takes_key = False


def after(owner: Any, name: str, place: str) -> None:
    """Stop when the function has done its work."""
    work: Callable = getattr(owner, name)

    def stopping(*args: Any, **kwargs: Any) -> Any:
        result = work(*args, **kwargs)
        control.passing(place)
        return result

    setattr(owner, name, stopping)


def before_commit(owner: Any, name: str, place: str) -> None:
    """Stop when the function has done its work and the database has not kept it yet."""
    work: Callable = getattr(owner, name)

    def stopping(*args: Any, **kwargs: Any) -> Any:
        with transaction.atomic():
            result = work(*args, **kwargs)
            control.passing(place)
        return result

    setattr(owner, name, stopping)


after(sender, "lease", "leased")
for gateway in GATEWAYS.values():
    after(gateway, "send", "accepted")
before_commit(sender, "_write", "marking")
before_commit(planner, "plan", "planning")
after(sender, "_mark", "between")
