"""What reminds of clean-ups, and the texts of their messages."""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.access import Permission
from accounts.models import User
from accounts.seats import Seats
from beautification.choices import COMING, UNFINISHED, CleanupState, Decider
from beautification.models import Cleanup
from core.dates import short_date
from core.models import today
from notifications.models import Message, ReminderRule
from notifications.registry import Source, Target, Words, add_source, add_words


# ---- who ----------------------------------------------------------------------------------------------
def people_of(cleanup: Cleanup, seats: Seats) -> list[User]:
    """Heads and team members of the units that lead the clean-up and of the groups along the street."""
    groups = {group.unit_id for group in cleanup.street.groups.all()}
    beside = (groups | {cleanup.street.lead_unit_id}) - {cleanup.leader.pk}
    leaders = seats.in_units(Permission.CLEANUP_RUN, [cleanup.leader.pk])
    return [*leaders, *(user for user in seats.in_units(Permission.CLEANUP_RUN, beside) if user not in leaders)]


def concerned_people(cleanup: Cleanup, seats: Seats) -> list[User]:
    """Whom a change concerns: those, and the heads of the units that came to the last clean-ups."""
    heads = seats.in_units(Permission.REPORT_READ, cleanup.concerned_units())
    return list(dict.fromkeys([*people_of(cleanup, seats), *heads]))


def _people(target: Target, seats: Seats) -> list[User]:
    return people_of(target.subject, seats)


# ---- texts --------------------------------------------------------------------------------------------
def _facts(cleanup: Cleanup, message: Message) -> dict[str, Any]:
    return {
        "title": cleanup.street,
        "unit": cleanup.leader,
        "due": cleanup.on,
        "when": _start(cleanup) if cleanup.starts_at else cleanup.on,
        "reason": cleanup.reason,
    }


def _decided(cleanup: Cleanup, message: Message) -> Mapping[str, Any]:
    return _facts(cleanup, message) | {"who": decider_of(cleanup)}


def decider_of(cleanup: Cleanup) -> str:
    """Who moved or cancelled it, in words."""
    step = cleanup.transitions.filter(new=cleanup.state).select_related("by").first()
    if cleanup.decider == Decider.RULE or step is None or step.by is None:
        return gettext("the schedule of the street")
    return str(step.by)


def _coming_facts(cleanup: Cleanup, message: Message) -> Mapping[str, Any]:
    """Of one that was moved also from when, why and who decided so."""
    told = {"reason": ""}
    if cleanup.state == CleanupState.POSTPONED:
        words = {
            "day": short_date(cleanup.original_on, today()),
            "who": decider_of(cleanup),
            "reason": cleanup.reason.rstrip("."),
        }
        told["reason"] = gettext("Moved from %(day)s by %(who)s: %(reason)s.") % words
    return _facts(cleanup, message) | told


def _day(message: Message) -> str:
    """To which it was moved when this was told; if it was moved again, only the last news are sent."""
    return message.event.facts.get("day", "") if message.event else ""


def _start(cleanup: Cleanup) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(cleanup.on, cleanup.starts_at or datetime.time.min))


add_words(
    Words(
        "beautification.cleanup.coming",
        line=_("Clean-up of {title}, {when}. {unit} leads it. {reason}"),
        values=_coming_facts,
        related=("street__lead_unit", "series__lead_unit"),
        permission=Permission.CLEANUP_RUN,
    )
)
add_words(
    Words(
        "beautification.cleanup.postponed",
        line=_("Clean-up of {title} is moved to {when}, decided by {who}: {reason}"),
        values=_decided,
        related=("street__lead_unit", "series__lead_unit"),
        label=_("Clean-up moved"),
        permission=Permission.CLEANUP_RUN,
        wanted=lambda cleanup, message, seats: cleanup.state in COMING and _day(message) == cleanup.on.isoformat(),
    )
)
add_words(
    Words(
        "beautification.cleanup.cancelled",
        line=_("Clean-up of {title} on {due} is cancelled, decided by {who}: {reason}"),
        values=_decided,
        related=("street__lead_unit", "series__lead_unit"),
        label=_("Clean-up cancelled"),
        permission=Permission.CLEANUP_RUN,
        wanted=lambda cleanup, message, seats: cleanup.state == CleanupState.CANCELLED,
    )
)
add_words(
    Words(
        "beautification.cleanup.restored",
        line=_("Clean-up of {title} takes place after all: {when}. {unit} leads it."),
        values=_facts,
        related=("street__lead_unit", "series__lead_unit"),
        label=_("Clean-up takes place after all"),
        permission=Permission.CLEANUP_RUN,
        wanted=lambda cleanup, message, seats: (
            cleanup.state in COMING and not cleanup.needs_decision and _day(message) == cleanup.on.isoformat()
        ),
    )
)
add_words(
    Words(
        "beautification.cleanup.decision_needed",
        line=_("Clean-up of {title} on {due}: {reason}. Nobody is told before you decide."),
        values=_facts,
        related=("street__lead_unit", "series__lead_unit"),
        label=_("Clean-up on a holiday waits for a decision"),
        permission=Permission.STREET_MANAGE,
        wanted=lambda cleanup, message, seats: cleanup.needs_decision,
    )
)
add_words(
    Words(
        "beautification.cleanup.unclosed",
        line=_("Clean-up of {title} on {due} is not closed yet."),
        values=_facts,
        related=("street__lead_unit", "series__lead_unit"),
        permission=Permission.CLEANUP_RUN,
    )
)


# ---- what rules may remind of -------------------------------------------------------------------------
def _rows(rule: ReminderRule, start: datetime.date, end: datetime.date) -> Any:
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
        recipients=_people,
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
        recipients=_people,
        still_due=_still_unclosed,
        words="beautification.cleanup.unclosed",
    )
)
