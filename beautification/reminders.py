"""What reminds of clean-ups, and the texts of their messages."""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import OWN_UNIT, WARD_WIDE, Permission
from accounts.models import Membership, User
from beautification.choices import COMING, UNFINISHED
from beautification.models import Cleanup
from core.models import today
from notifications.models import Message, ReminderRule
from notifications.registry import Source, Target, Words, add_source, add_words


# ---- who ----------------------------------------------------------------------------------------------
def people_of(cleanup: Cleanup) -> QuerySet:
    """Heads and team members of the units that lead the clean-up and of the groups along the street."""
    units = {cleanup.leader.pk, cleanup.street.lead_unit_id}
    units |= set(cleanup.street.groups.values_list("unit_id", flat=True))
    roles = [role for role, rights in OWN_UNIT.items() if Permission.CLEANUP_RUN in rights]
    return _holding(Membership.objects.filter(ward_id=cleanup.ward_id, unit__in=units, role__in=roles))


def officers(ward_id: int) -> QuerySet:
    """Who decides what happens on a holiday."""
    roles = [role for role, rights in WARD_WIDE.items() if Permission.STREET_MANAGE in rights]
    return _holding(Membership.objects.filter(ward_id=ward_id, role__in=roles))


def _holding(memberships: QuerySet) -> QuerySet:
    return User.objects.filter(is_active=True, pk__in=memberships.valid_on(today()).values("user"))


# ---- texts --------------------------------------------------------------------------------------------
def _facts(cleanup: Cleanup, message: Message) -> Mapping[str, Any]:
    return {
        "title": cleanup.street,
        "unit": cleanup.leader,
        "due": cleanup.on,
        "when": _start(cleanup) if cleanup.starts_at else cleanup.on,
        "reason": cleanup.reason,
    }


def _start(cleanup: Cleanup) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(cleanup.on, cleanup.starts_at or datetime.time.min))


add_words(
    Words(
        "beautification.cleanup.coming",
        line=_("Clean-up of {title}, {when}. {unit} leads it."),
        values=_facts,
        permission=Permission.CLEANUP_RUN,
    )
)
add_words(
    Words(
        "beautification.cleanup.postponed",
        line=_("Clean-up of {title} is moved to {when}: {reason}"),
        values=_facts,
        label=_("Clean-up moved"),
        permission=Permission.CLEANUP_RUN,
    )
)
add_words(
    Words(
        "beautification.cleanup.cancelled",
        line=_("Clean-up of {title} on {due} is cancelled: {reason}"),
        values=_facts,
        label=_("Clean-up cancelled"),
        permission=Permission.CLEANUP_RUN,
    )
)
add_words(
    Words(
        "beautification.cleanup.decision_needed",
        line=_("Clean-up of {title} on {due}: {reason}. Nobody is told before you decide."),
        values=_facts,
        label=_("Clean-up on a holiday waits for a decision"),
        permission=Permission.STREET_MANAGE,
    )
)
add_words(
    Words(
        "beautification.cleanup.unclosed",
        line=_("Clean-up of {title} on {due} is not closed yet."),
        values=_facts,
        permission=Permission.CLEANUP_RUN,
    )
)


# ---- what rules may remind of -------------------------------------------------------------------------
def _rows(rule: ReminderRule, start: datetime.date, end: datetime.date) -> QuerySet[Cleanup]:
    rows = Cleanup.objects.of_open_campaigns().filter(ward_id=rule.ward_id, on__range=(start, end))
    return rows.exclude(holiday_decision="needed").select_related("street__lead_unit", "series__lead_unit")


def _coming(rule: ReminderRule, start: datetime.date, end: datetime.date) -> Iterable[Target]:
    for cleanup in _rows(rule, start, end).coming():
        yield Target(cleanup, cleanup.on, expires_at=_start(cleanup) if cleanup.starts_at else None)


def _still_coming(target: Target) -> bool:
    cleanup = target.subject
    return cleanup.state in COMING and not cleanup.needs_decision and cleanup.on == target.on


def _unclosed(rule: ReminderRule, start: datetime.date, end: datetime.date) -> Iterable[Target]:
    return (Target(cleanup, cleanup.on) for cleanup in _rows(rule, start, end).unfinished())


def _still_unclosed(target: Target) -> bool:
    cleanup = target.subject
    return cleanup.state in UNFINISHED and not cleanup.needs_decision and cleanup.on == target.on


add_source(
    Source(
        code="beautification.cleanup.coming",
        label=_("Clean-up coming"),
        anchors={"on": _("day of the clean-up")},
        targets=_coming,
        recipients=lambda target: people_of(target.subject),
        still_due=_still_coming,
        words="beautification.cleanup.coming",
    )
)
add_source(
    Source(
        code="beautification.cleanup.unclosed",
        label=_("Clean-up not closed"),
        anchors={"on": _("day of the clean-up")},
        targets=_unclosed,
        recipients=lambda target: people_of(target.subject),
        still_due=_still_unclosed,
        words="beautification.cleanup.unclosed",
    )
)
