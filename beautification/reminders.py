"""What reminds of clean-ups, and the texts of their messages."""

import datetime
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.access import Permission
from accounts.models import User
from accounts.seats import Seats
from beautification.choices import COMING, UNFINISHED, CleanupState, Decider
from beautification.models import Cleanup, Defect, Street
from beautification.models.calls import calls, missing
from core.dates import WEEKDAYS, short_date
from core.models import today
from core.text import number
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


def spoken(cleanup: Cleanup) -> str:
    """For the loudspeaker: short sentences, what takes place or what has changed and why. In the portal's language."""
    with translation.override(settings.LANGUAGE_CODE):
        words = {
            "street": cleanup.street,
            "day": full_words(cleanup.on),
            "before": full_words(cleanup.original_on),
            "time": spoken_time(cleanup.starts_at) if cleanup.starts_at else "",
            "unit": cleanup.leader,
            "reason": cleanup.reason.rstrip(". "),
        }
        return " ".join(sentence % words for sentence in _sentences(cleanup))


def _sentences(cleanup: Cleanup) -> Iterator[str]:
    if cleanup.state == CleanupState.CANCELLED:
        yield gettext("Change: the clean-up of %(street)s on %(day)s does not take place.")
        yield gettext("The reason: %(reason)s.")
        return
    if cleanup.state == CleanupState.POSTPONED:
        yield gettext("Change: the clean-up of %(street)s on %(before)s does not take place then.")
        yield gettext("The reason: %(reason)s.")
    if cleanup.starts_at:
        yield gettext("The clean-up of %(street)s takes place at %(time)s on %(day)s.")
    else:
        yield gettext("The clean-up of %(street)s takes place on %(day)s.")
    yield gettext("%(unit)s leads it.")
    yield gettext("All residents and units are asked to come in time and to bring brooms and gloves.")


def full_words(day: datetime.date) -> str:
    """ "thứ Bảy, ngày 16 tháng 4" """
    weekday = str(WEEKDAYS[day.weekday()])
    return gettext("%(weekday)s, day %(day)s of month %(month)s") % {
        "weekday": weekday[:1].lower() + weekday[1:],
        "day": day.day,
        "month": day.month,
    }


def spoken_time(time: datetime.time) -> str:
    if time.minute:
        return gettext("%(hour)s hours %(minute)s") % {"hour": time.hour, "minute": time.minute}
    return gettext("%(hour)s o'clock") % {"hour": time.hour}


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
        related=("street__lead_unit", "series__lead_unit", "lead_unit"),
        permission=Permission.CLEANUP_RUN,
    )
)
add_words(
    Words(
        "beautification.cleanup.postponed",
        line=_("Clean-up of {title} is moved to {when}, decided by {who}: {reason}"),
        values=_decided,
        related=("street__lead_unit", "series__lead_unit", "lead_unit"),
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
        related=("street__lead_unit", "series__lead_unit", "lead_unit"),
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
        related=("street__lead_unit", "series__lead_unit", "lead_unit"),
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
        related=("street__lead_unit", "series__lead_unit", "lead_unit"),
        label=_("Clean-up on a holiday waits for a decision"),
        permission=Permission.STREET_MANAGE,
        wanted=lambda cleanup, message, seats: cleanup.needs_decision,
    )
)


def _thanks(cleanup: Cleanup, message: Message) -> Mapping[str, Any]:
    came = Cleanup.objects.filter(pk=cleanup.pk, ward_id=cleanup.ward_id).with_turnout().get()
    nearly = gettext("nearly %(count)s") if came.is_nearly else "%(count)s"
    return _facts(cleanup, message) | {"count": nearly % {"count": number(came.turnout or 0)}}


add_words(
    Words(
        "beautification.cleanup.thanks",
        line=_("Thanks to all who came to the clean-up of {title} on {due}: {count} people."),
        values=_thanks,
        related=("street__lead_unit", "series__lead_unit", "lead_unit"),
        label=_("Thanks after a clean-up"),
        permission=Permission.REPORT_READ,
        wanted=lambda cleanup, message, seats: cleanup.state == CleanupState.DONE,
    )
)
add_words(
    Words(
        "beautification.cleanup.shortage",
        line=_("Clean-up of {title}, {when}: {count} people fewer than asked for have been said."),
        values=lambda cleanup, message: _facts(cleanup, message) | {"count": missing(calls(cleanup))},
        related=("street__lead_unit", "series__lead_unit", "lead_unit"),
        permission=Permission.CLEANUP_RUN,
    )
)
add_words(
    Words(
        "beautification.cleanup.undecided",
        line=_("Clean-up of {title} on {due} still waits for a decision: {reason}. Nobody is told before."),
        values=_facts,
        related=("street__lead_unit", "series__lead_unit", "lead_unit"),
        permission=Permission.STREET_MANAGE,
    )
)
add_words(
    Words(
        "beautification.cleanup.unclosed",
        line=_("Clean-up of {title} on {due} is not closed yet."),
        values=_facts,
        related=("street__lead_unit", "series__lead_unit", "lead_unit"),
        permission=Permission.CLEANUP_RUN,
    )
)


# ---- what rules may remind of -------------------------------------------------------------------------
def _rows(rule: ReminderRule, start: datetime.date, end: datetime.date) -> Any:
    rows = Cleanup.objects.of_open_campaigns().filter(ward_id=rule.ward_id, on__range=(start, end))
    return rows.exclude(holiday_decision="needed").select_related("street__lead_unit", "series__lead_unit", "lead_unit")


def _coming(rule: ReminderRule, start: datetime.date, end: datetime.date) -> Iterable[Target]:
    for cleanup in _rows(rule, start, end).coming():
        yield Target(cleanup, cleanup.on, expires_at=_start(cleanup) if cleanup.starts_at else None)


def _still_coming(target: Target) -> bool:
    cleanup = target.subject
    return cleanup.state in COMING and not cleanup.needs_decision and cleanup.on == target.on


def _unclosed(rule: ReminderRule, start: datetime.date, end: datetime.date) -> Iterable[Target]:
    """One that begins later on its day is not late before."""
    return (Target(cleanup, cleanup.on, since=_start(cleanup)) for cleanup in _rows(rule, start, end).unfinished())


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


def _short(rule: ReminderRule, start: datetime.date, end: datetime.date) -> Iterable[Target]:
    for cleanup in _rows(rule, start, end).coming():
        if missing(calls(cleanup)):
            yield Target(cleanup, cleanup.on, expires_at=_start(cleanup) if cleanup.starts_at else None)


def _still_short(target: Target) -> bool:
    return _still_coming(target) and missing(calls(target.subject)) > 0


def _undecided(rule: ReminderRule, start: datetime.date, end: datetime.date) -> Iterable[Target]:
    rows = Cleanup.objects.of_open_campaigns().filter(ward_id=rule.ward_id, on__range=(start, end)).undecided()
    for cleanup in rows.select_related("street__lead_unit", "series__lead_unit", "lead_unit"):
        yield Target(cleanup, cleanup.on)


def _still_undecided(target: Target) -> bool:
    return target.subject.needs_decision and target.subject.on == target.on


add_source(
    Source(
        code="beautification.cleanup.shortage",
        label=_("Too few people for a clean-up"),
        anchors={"on": _("day of the clean-up")},
        targets=_short,
        recipients=_people,
        still_due=_still_short,
        words="beautification.cleanup.shortage",
    )
)
add_source(
    Source(
        code="beautification.cleanup.undecided",
        label=_("Clean-up on a holiday, not decided"),
        anchors={"on": _("day of the clean-up")},
        targets=_undecided,
        recipients=lambda target, seats: seats.in_ward(Permission.STREET_MANAGE),
        still_due=_still_undecided,
        words="beautification.cleanup.undecided",
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


# ---- criteria ------------------------------------------------------------------------------------------
def _to_assess(rule: ReminderRule, start: datetime.date, end: datetime.date) -> Iterable[Target]:
    going_on: Any = Street.objects.filter(ward_id=rule.ward_id).of_open_campaigns().to_assess_by()
    for street in going_on.filter(assess_by__range=(start, end)):
        yield Target(street, street.assess_by)


def _still_to_assess(target: Target) -> bool:
    rows: Any = Street.objects.filter(pk=target.subject.pk, ward_id=target.subject.ward_id).to_assess_by()
    return rows.filter(assess_by=target.on).exists()


add_words(
    Words(
        "beautification.assessment.due",
        line=_("The criteria of {title} are to be assessed by {due}."),
        permission=Permission.STREET_MANAGE,
    )
)
add_source(
    Source(
        code="beautification.assessment.due",
        label=_("Assessment of a street's criteria due"),
        anchors={"due_on": _("due day")},
        targets=_to_assess,
        recipients=lambda target, seats: seats.in_ward(Permission.STREET_MANAGE),
        still_due=_still_to_assess,
        campaign=lambda street: street.campaign_on(today()),
        words="beautification.assessment.due",
    )
)


# ---- defects -------------------------------------------------------------------------------------------
def _defect_facts(defect: Defect, message: Message) -> Mapping[str, Any]:
    return {"title": defect.street, "place": defect}


for _kind, _line in (
    ("reported", _("{title}: {place}. Look at it and have it mended.")),
    ("came_back", _("{title}: {place} came back. Look at it and have it mended.")),
):
    add_words(
        Words(
            f"beautification.defect.{_kind}",
            line=_line,
            values=_defect_facts,
            related=("street", "kind"),
            permission=Permission.CLEANUP_RUN,
            wanted=lambda defect, message, seats: defect.is_open,
        )
    )
