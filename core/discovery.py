"""Modules that every app may have, found by their name."""

from functools import cache

from django.utils.module_loading import autodiscover_modules


@cache
def discover(module: str) -> None:
    """Import `<app>/<module>.py` of every app, once a process: looking for them costs as much as a mail."""
    autodiscover_modules(module)
