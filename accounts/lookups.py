"""People and units in the search over everything."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import access
from accounts.access import Permission
from accounts.models import Unit, User
from core.lookup import Ask, Hit, Place, lookup
from core.models import today


@lookup("people")
def people(ask: Ask) -> Iterator[Place]:
    """By name, for those who may see who holds which role."""
    if access.can(ask.user, Permission.PEOPLE_READ):
        yield Place(
            label=_("People"),
            icon="user",
            rows=User.objects.at_work_for(ask.user).with_seats(ask.user).order_by("sort_key", "id"),
            search=lambda rows, words: rows.search(words),
            url=reverse("accounts:person_list"),
            hit=_person,
            parts=[(_("name"), "search_key")],
        )


def _person(person: Any) -> Hit:
    seats = person.seats
    where = reverse("accounts:unit_about", args=[seats[0].unit.slug]) if seats else reverse("accounts:person_list")
    return Hit(person.full_name, where, ", ".join(str(seat.unit) for seat in seats))


@lookup("units")
def units(ask: Ask) -> Iterator[Place]:
    """By name or address, the units of today; for those who may open the list of them."""
    yield Place(
        label=_("Units"),
        icon="users",
        rows=Unit.objects.visible_to(ask.user).valid_on(today()).for_list(),
        search=lambda rows, words: rows.named_like(words),
        url=reverse("accounts:unit_list"),
        hit=lambda unit: Hit(unit.name, unit.get_absolute_url(), unit.kind.label),
        parts=[(_("name"), "search_key")],
    )
