"""Every key to a unit either goes over when units merge, or stays for a reason."""

from django.apps import apps
from django.db import models

from accounts.models import Unit
from core import merger
from tests.house.sources import none_of


def keys_to_units() -> set[str]:
    found = set()
    for model in apps.get_models():
        if hasattr(model, "pgh_tracked_model"):
            continue
        for field in model._meta.local_fields:
            if isinstance(field, models.ForeignKey) and field.related_model is Unit:
                found.add(f"{model._meta.label}.{field.name}")
    return found


def test_each_key_to_a_unit_goes_over_or_stays_for_a_reason() -> None:
    keys, over, stays = keys_to_units(), {part.field for part in merger.parts()}, merger.staying()
    assert len(keys) > 20
    none_of(sorted(keys - over - set(stays)), "say in the app's merger.py what becomes of it when the unit merges")
    none_of(sorted((over | set(stays)) - keys), "there is no such key to a unit any more")
    none_of(sorted(over & set(stays)), "it goes over or stays: not both")
    assert all(stays.values())


def test_no_two_parts_have_the_same_code_or_place() -> None:
    parts = merger.parts()
    assert len({part.order for part in parts}) == len({part.code for part in parts}) == len(parts)
