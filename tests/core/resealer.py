"""A process that seals anew in sets of three: it says "set" after the first and goes on after a line of input."""

from collections.abc import Iterator

import django

django.setup()

from django.core.management import call_command  # noqa: E402

from core import resealing  # noqa: E402

resealing.SET = 3
whole = resealing.reseal


def stopping() -> Iterator[int]:
    for count in whole():
        yield count
        print("set", flush=True)
        input()


resealing.reseal = stopping
call_command("rotate_keys")
