"""The person of a request comes with what they hold today."""

from typing import Any

from accounts import access
from accounts.backends import PersonBackend
from accounts.models import User
from tests.world import World


def test_person_and_memberships_come_in_one_statement(world: World, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        person: Any = PersonBackend().get_user(world.head.pk)
        assert access.grants(person) == access.Grants(
            world.ward.pk, frozenset({"unit_head"}), frozenset({("unit_head", world.cell.pk)})
        )
        assert [str(held.unit) for held in person.held_today] == [str(world.cell)]


def test_a_closed_account_is_nobody(world: World) -> None:
    User.objects.filter(pk=world.head.pk).update(is_active=False)
    assert PersonBackend().get_user(world.head.pk) is None


def test_who_holds_nothing_is_still_somebody(world: World) -> None:
    person = User.objects.create(username="moi", full_name="Người Mới")
    assert PersonBackend().get_user(person.pk) == person
    assert PersonBackend().get_user(0) is None
