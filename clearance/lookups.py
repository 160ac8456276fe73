"""Households in the search over everything: those whose files the person may open, masked as in their lists."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import access
from accounts.access import Permission
from clearance.models import Household, HouseholdParty, Project
from core.counts import COUNTED
from core.lookup import SHOWN, Ask, Hit, Place, lookup
from core.text import initials


@lookup("households")
def households(ask: Ask) -> Iterator[Place]:
    """A place for each project, for each has its own list."""
    if not ask.campaign or not access.can(ask.user, Permission.HOUSEHOLD_READ):
        return
    for project in Project.objects.visible_to(ask.user).of(ask.campaign).for_list():
        yield _of_project(ask, project)


def _of_project(ask: Ask, project: Project) -> Place:
    own: Any = project.households.visible_to(ask.user)

    def pick(words: str) -> tuple[Sequence[int], int]:
        """Of very many findings the first by number, as the list does."""
        keys = own.first_found(words)
        if keys is None:
            first = own.search(words).order_by("number").values_list("pk", flat=True)[:SHOWN]
            return list(first), COUNTED + 1
        return _best(own, keys), len(keys)

    named = HouseholdParty.objects.filter(ward=project.ward_id, household=OuterRef("pk")).order_by("id")
    return Place(
        label=_("Households: %(project)s") % {"project": project},
        icon="home",
        rows=own.order_by("number"),
        search=lambda rows, words: rows.search(words),
        url=reverse("clearance:household_list", args=[project.slug]),
        hit=_household,
        parts=[(_("address"), "search_key"), (_("name"), Subquery(named.values("party__search_key")[:1]))],
        dress=lambda rows: rows.with_names().select_related("project"),
        pick=pick,
    )


def _best(own: Any, keys: list[int]) -> list[int]:
    return list(own.filter(pk__in=keys).order_by("number").values_list("pk", flat=True)[:SHOWN])


def _household(household: Household) -> Hit:
    title = _("Household no. %(number)s") % {"number": household.number}
    return Hit(
        title,
        household.get_absolute_url(),
        ", ".join(filter(None, [initials(household.name or ""), household.address_line])),
    )
