"""Queries that name no ward are found, and keys between rows of a ward carry it. The pages: test_access_table."""

import pytest
from django.apps import apps

from accounts.models import Membership, Unit, User
from campaigns.models import Task, TaskProgress
from core.keys import WardKey, WardOneToOneKey
from core.operations import ward_keys
from tests.house.test_floors import own_models
from tests.house.ward_sql import watched
from tests.world import World


def test_a_query_without_ward_is_found(world: World) -> None:
    with watched() as found:
        list(Task.objects.filter(state="done"))
        list(apps.get_model("accounts.UnitHistory").objects.filter(pgh_obj_id=world.cell.pk))
        list(Task.objects.filter(pk=1))
        list(Task.objects.select_related("ward", "campaign").filter(state="done"))
        TaskProgress.objects.filter(task__lead_unit=world.cell).exists()
        Task.objects.filter(pk=1).update(title="planted")
        list(Membership.objects.filter(unit=world.cell))
    assert len(found) == 7, "\n".join(found)


def test_a_query_that_names_the_ward_passes(world: World) -> None:
    with watched() as found:
        list(Task.objects.visible_to(world.head).filter(state="done"))
        list(User.objects.visible_to(world.head))
        list(Unit.objects.filter(ward=world.ward).select_related("kind", "ward"))
    assert not found


def test_what_django_fetches_along_a_key_names_the_ward(world: World) -> None:
    unit = Unit.objects.filter(ward=world.ward).exclude(memberships=None).first()
    with watched() as found:
        assert unit.kind.label
        assert unit.memberships.exists()
        unit.refresh_from_db()
        unit.save(update_fields=["name"])
    assert not found
    with watched() as found:
        rows = Unit.objects.filter(ward__in=[world.ward, world.other_ward]).prefetch_related("memberships")
        held = {unit.ward_id for unit in rows if unit.memberships.all()}
    assert held == {world.ward.pk, world.other_ward.pk}
    assert not found


# Those of notifications are found by message and event, not along keys.
ALONG_KEYS = [model for model in own_models() if model._meta.app_label != "notifications"]


@pytest.mark.parametrize("model", ALONG_KEYS, ids=lambda model: model.__name__)
def test_keys_between_rows_of_a_ward_carry_it(model: type) -> None:
    plain = [str(key) for key in ward_keys(model) if not isinstance(key, WardKey | WardOneToOneKey)]
    assert not plain, "take core.keys.WardKey: " + ", ".join(plain)
