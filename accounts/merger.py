"""What of people and units goes over when units merge."""

from collections.abc import Iterator

from django.db.models import Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.choices import RequestState
from accounts.models import Duty, Membership
from accounts.models.mergers import ONE_DAY
from core.merger import Merge, hindrance, part, stays


def _still(merge: Merge) -> Q:
    return Q(valid_to__isnull=True) | Q(valid_to__gte=merge.on)


def _people(merge: Merge, rows: QuerySet) -> list[int]:
    """Each role ends with its unit, and the same role begins in the unit that goes on: a new row, so that a role that
    opens household files is agreed to by a second person (ADR 11)."""
    assert merge.into is not None
    assert merge.by is not None
    for seat in rows.select_related("user"):
        leaves, until = seat.pk in merge.leaving, seat.valid_to
        begins_later = seat.valid_from >= merge.on  # then it can not end on the day before
        seat.valid_to = seat.valid_from if begins_later else merge.on - ONE_DAY
        seat.save(update_fields=["valid_to"])
        fresh = Membership(
            ward_id=seat.ward_id,
            user=seat.user,
            unit=merge.into,
            role=seat.role,
            position=seat.position,
            valid_from=max(seat.valid_from, merge.on),
            valid_to=until,
        )
        if not leaves and not _is_held(fresh):
            fresh.give(by=merge.by, reason=merge.reason)
    return []


def _is_held(seat: Membership) -> bool:
    """The person has this role in the unit already, so that nothing is to be given."""
    same = Membership.objects.filter(ward_id=seat.ward_id, user=seat.user_id, unit=seat.unit_id, role=seat.role)
    there = same.filter(Q(in_force=True) | Q(request__state=RequestState.WAITING))
    return there.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=seat.valid_from)).exists()


def _duties(merge: Merge, rows: QuerySet) -> list[int]:
    assert merge.into is not None
    for duty in rows:
        until = duty.valid_to
        if duty.valid_from >= merge.on:
            duty.unit = merge.into
            duty.save(update_fields=["unit"])
            continue
        duty.valid_to = merge.on - ONE_DAY
        duty.save(update_fields=["valid_to"])
        Duty.objects.create(ward_id=duty.ward_id, code=duty.code, unit=merge.into, valid_from=merge.on, valid_to=until)
    return []


part(
    "people",
    _("People and their roles"),
    "accounts.Membership.unit",
    lambda merge: _still(merge) & Q(in_force=True),
    order=10,
    carry=_people,
    say=lambda seat: f"{seat.user}, {seat.position or seat.get_role_display()}",
)
part("duties", _("Duties for the ward"), "accounts.Duty.unit", _still, order=11, carry=_duties)
part("children", _("Units that belong to it"), "accounts.Unit.parent", _still, order=12)
stays("accounts.UnitSuccession.predecessor", "it is the record of which unit continued which")
stays("accounts.UnitSuccession.successor", "it is the record of which unit continued which")
stays("accounts.UnitMerger.into", "it is the record of the merger itself")
stays("accounts.MergingUnit.unit", "it is the record of the merger itself")


@hindrance
def roles_that_wait(merge: Merge) -> Iterator[str]:
    """A role of an ending unit that somebody still has to agree to would be agreed to in vain."""
    asked = Membership.objects.filter(ward_id=merge.ward_id, unit__in=merge.ended, in_force=False)
    for seat in asked.filter(request__state=RequestState.WAITING).select_related("user", "unit"):
        said = {"person": seat.user, "unit": seat.unit}
        yield gettext("%(person)s in %(unit)s waits for a second person. Have it answered or withdrawn first.") % said
