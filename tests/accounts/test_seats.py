import datetime

from accounts.access import Permission
from accounts.choices import Role
from accounts.seats import Seats
from core.models import today
from tests import factories as make
from tests.world import World

DAY = datetime.timedelta(days=1)


def test_those_of_a_unit_and_those_of_the_ward_are_told_apart(world: World) -> None:
    seats = Seats(world.ward.pk)
    assert seats.in_units(Permission.TASK_REPORT, [world.cell.pk]) == [world.head]
    assert set(seats.in_units(Permission.TASK_REPORT, [world.cell.pk, world.other_cell.pk, None])) == {
        world.head,
        world.neighbour,
    }
    assert world.campaign_officer in seats.in_ward(Permission.TASK_ACCEPT)
    assert world.head not in seats.in_ward(Permission.TASK_ACCEPT)


def test_who_left_who_is_switched_off_and_who_is_of_another_ward_hold_none(world: World) -> None:
    world.head.memberships.update(valid_to=today() - DAY)
    world.neighbour.is_active = False
    world.neighbour.save(update_fields=["is_active"])
    seats = Seats(world.ward.pk)
    assert [user in seats for user in (world.head, world.neighbour, world.stranger, world.campaign_officer)] == [
        False,
        False,
        False,
        True,
    ]
    assert seats.in_units(Permission.TASK_REPORT, [world.cell.pk, world.other_cell.pk]) == []


def test_role_and_unit_must_be_those_of_one_membership(world: World) -> None:
    make.member(world.other_cell, Role.FIELD_MEMBER, world.head)
    seats = Seats(world.ward.pk)
    assert world.head.pk in seats.holding([Role.UNIT_HEAD], [world.cell.pk])
    assert world.head.pk not in seats.holding([Role.UNIT_HEAD], [world.other_cell.pk])
    assert world.head.pk in seats.holding([], [world.other_cell.pk])
    assert world.head.pk in seats.holding([Role.FIELD_MEMBER], [])
