"""A statement that is written once reads what a queryset would read that is written each time."""

import datetime

import pytest
import time_machine
from django.db import connection
from django.db.models import Q, Value
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Membership, Unit
from campaigns.models import Task
from core import past
from core.models import today
from core.prepared import Prepared

pytestmark = pytest.mark.django_db


def _of_unit(*, ward: int, unit: int | None, day: datetime.date) -> dict:
    return {
        "members": Membership.objects.filter(ward=ward, unit=unit).valid_on(day).select_related("user").order_by("pk"),
        "tasks": Task.objects.filter(Q(lead_unit=unit) | Q(due_on__lt=day), ward=ward).order_by("pk"),
    }


def test_each_asks_for_its_own_values(world):
    asked = Prepared(_of_unit)
    seen = set()
    for unit in Unit.objects.filter(ward=world.ward):
        for day in (today(), today() - datetime.timedelta(days=4000)):
            values = {"ward": world.ward.pk, "unit": unit.pk, "day": day}
            found = asked.read(**values)
            plain = {name: list(rows) for name, rows in _of_unit(**values).items()}
            assert found == plain
            assert [row.user.full_name for row in found["members"]] == [row.user.full_name for row in plain["members"]]
            seen.add((len(found["members"]), len(found["tasks"])))
    assert len(seen) > 1
    assert asked._written.cache_info().misses == 1
    assert asked.read(ward=world.ward.pk, unit=None, day=today())["members"] == []


def test_the_rows_know_whose_they_are_and_fetch_what_was_asked_beforehand(world):
    asked = Prepared(
        lambda *, unit, ward: {"rows": Unit(pk=unit, ward_id=ward).memberships.prefetch_related("user__memberships")}
    )
    cell = Unit.objects.get(pk=world.cell.pk)
    with CaptureQueriesContext(connection) as statements:
        rows = asked.read(owner=cell, unit=cell.pk, ward=cell.ward_id)["rows"]
        assert rows
        assert all(row.unit is cell for row in rows)
        assert all(row.user.memberships.all() for row in rows)
    assert len(statements) == 3


def test_the_day_is_asked_anew_at_midnight(world):
    asked = Prepared(lambda *, ward: {"held": Membership.objects.filter(ward=ward).valid_on(today())})
    first = Membership.objects.filter(ward=world.ward).order_by("pk").first()
    Membership.objects.filter(pk=first.pk).update(valid_to=today())
    assert first in asked.read(ward=world.ward.pk)["held"]
    with time_machine.travel(timezone.now() + datetime.timedelta(days=1)):
        assert first not in asked.read(ward=world.ward.pk)["held"]


def test_a_past_day_is_written_anew(world):
    asked = Prepared(lambda: {"day": Unit.objects.annotate(day=Value(str(past.current().on))).values_list("day")[:1]})
    day = today() - datetime.timedelta(days=3)
    assert asked.read()["day"] == [("None",)]
    with past.reading(on=day):
        assert asked.read()["day"] == [(str(day),)]


@pytest.mark.parametrize(
    "make",
    [
        lambda *, ward: {"rows": Unit.objects.filter(ward=ward, pk__lt=ward + 1)},
        lambda *, ward: {"rows": Unit.objects.filter(ward=ward)[: ward % 7]},
        lambda *, ward: {"rows": Unit.objects.filter(ward=ward).annotate(at=Value(timezone.now()))},
    ],
)
def test_a_value_that_is_worked_with_before_the_database_sees_it_is_refused(make):
    with pytest.raises(TypeError):
        Prepared(make).read(ward=1)


def test_only_numbers_texts_and_days_change():
    with pytest.raises(TypeError, match="bool"):
        Prepared(lambda *, ward: {"rows": Unit.objects.filter(ward=ward)}).read(ward=True)


def test_a_text_arrives_as_it_is(world):
    asked = Prepared(lambda *, ward, name: {"rows": Unit.objects.filter(ward=ward, name=name)})
    for name in ("stand-in-1", "Tổ 5’s “%s” 100% {0}", "Đ'\\", ""):
        Unit.objects.filter(pk=world.cell.pk).update(name=name)
        assert [row.pk for row in asked.read(ward=world.ward.pk, name=name)["rows"]] == [world.cell.pk]
