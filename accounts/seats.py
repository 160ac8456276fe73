"""Who holds which role in a ward today, read at once for many questions."""

from collections.abc import Collection, Iterable
from typing import Any

from accounts.access import OWN_UNIT, WARD_WIDE, Permission
from accounts.models import Membership, Unit, User
from core.models import today


class Seats:
    """The active people of one ward with their roles, as they are when this is made.

    nobody_in: the ids of the units that `in_units` was asked for and that had nobody, with what for.
    """

    def __init__(self, ward_id: int) -> None:
        self.ward_id = ward_id
        self.nobody_in: dict[int, Permission] = {}
        self._people: dict[int, User] = {}
        self._seats: dict[tuple[int, str], list[int]] = {}
        held = Membership.objects.valid_on(today()).filter(ward_id=ward_id, user__is_active=True)
        for seat in held.select_related("user").order_by("user_id"):
            self._people.setdefault(seat.user_id, seat.user)
            self._seats.setdefault((seat.unit_id, seat.role), []).append(seat.user_id)

    def __contains__(self, user: Any) -> bool:
        return user.pk in self._people

    def holds(self, user: Any, permission: Permission) -> bool:
        """For the whole ward, or for whatever unit."""
        roles = {role for granting in (WARD_WIDE, OWN_UNIT) for role, held in granting.items() if permission in held}
        return any(user.pk in users for (_unit, role), users in self._seats.items() if role in roles)

    def in_units(self, permission: Permission, units: Iterable[int | None]) -> list[User]:
        """Those who have the permission for these units by a role in them. `units`: ids; None is passed over."""
        wanted, roles = {unit for unit in units if unit is not None}, _roles_in_units(permission)
        found = self._users(lambda unit, role: unit in wanted and role in roles)
        if not found:
            self.nobody_in |= dict.fromkeys(wanted, permission)
        return found

    def in_ward(self, permission: Permission) -> list[User]:
        """Those who have the permission for the whole ward."""
        roles = [role for role, granted in WARD_WIDE.items() if permission in granted]
        return self._users(lambda unit, role: role in roles)

    def holding(self, roles: Collection[str], units: Collection[int]) -> set[int]:
        """The ids of those who hold one of the roles in one of the units; an empty collection stands for any."""
        found = self._users(lambda unit, role: (not roles or role in roles) and (not units or unit in units))
        return {user.pk for user in found}

    def _users(self, is_meant: Any) -> list[User]:
        keys = {key for seat, users in self._seats.items() if is_meant(*seat) for key in users}
        return [self._people[key] for key in sorted(keys)]


def is_empty(unit: Unit, permission: Permission) -> bool:
    """Nobody who signs in has the permission by a role in the unit today: what is sent to it reaches no one."""
    held = Membership.objects.valid_on(today()).filter(
        ward=unit.ward_id, unit=unit, role__in=_roles_in_units(permission)
    )
    return not held.filter(user__is_active=True).exists()


def _roles_in_units(permission: Permission) -> list[str]:
    return [role for role, granted in OWN_UNIT.items() if permission in granted]
