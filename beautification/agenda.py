import datetime
from collections.abc import Iterator
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import access
from accounts.access import Permission
from accounts.models import Ward
from beautification.choices import AHEAD_DAYS, FLAG_DAYS, CleanupState
from beautification.models import Cleanup, CleanupSeries, Defect, Street
from campaigns.choices import OPEN_STATES
from core.agenda import Ask, Item, Lack, agenda, lack
from core.dates import short_date
from core.models import today

DECIDE_DAYS = 7  # a decision is wanted a week ahead, and asked for from two weeks ahead


def _rows(ask: Ask) -> Any:
    rows = Cleanup.objects.visible_to(ask.user).of_campaign(ask.campaign).for_list()
    return rows.filter(street__in=_streets_of(ask)) if ask.unit is not None else rows


def _streets_of(ask: Ask) -> QuerySet:
    streets = Street.objects
    return streets.visible_to(ask.user).of_units([ask.unit.pk] if ask.unit else [])


@agenda("cleanups")
def coming(ask: Ask) -> Iterator[Item]:
    """Clean-ups that take place, unless somebody must decide about a holiday first."""
    rows = _rows(ask).decided().filter(on__range=ask.event_days).order_by("on")
    for row in rows if ask.whole else rows.coming():
        moved = _("moved from %(day)s") % {"day": short_date(row.original_on, ask.today)} if row.is_moved else ""
        yield Item(
            title=_("Clean-up of %(street)s") % {"street": row.street},
            due_on=row.on,
            at=row.starts_at,
            ends=row.ends_at,
            place=row.street.extent,
            url=row.get_absolute_url(),
            kind="event",
            note=", ".join(filter(None, [str(row.leader), moved])),
            subject=row,
            is_cancelled=row.state == CleanupState.CANCELLED,
        )


@agenda("holiday decisions")
def decisions(ask: Ask) -> Iterator[Item]:
    """Clean-ups on a holiday, from two weeks ahead, for those who decide."""
    if ask.unit is not None or not access.can(ask.user, Permission.STREET_MANAGE) or not ask.campaign.can_change():
        return
    flagged = _rows(ask).undecided().filter(on__lte=ask.today + datetime.timedelta(days=FLAG_DAYS))
    for row in flagged.order_by("on"):
        yield Item(
            title=_("Clean-up of %(street)s on a holiday") % {"street": row.street},
            due_on=row.on - datetime.timedelta(days=DECIDE_DAYS),
            url=row.get_absolute_url(),
            note=row.reason,
            subject=row,
            action=_("Decide about the clean-up"),
            action_url=row.url_of("decide"),
        )


@agenda("assessments")
def assessments(ask: Ask) -> Iterator[Item]:
    """Streets whose criteria are to be looked at, for those who assess them."""
    if ask.unit is not None or not access.can(ask.user, Permission.STREET_MANAGE) or not ask.campaign.can_change():
        return
    rows: Any = Street.objects.visible_to(ask.user).of_campaign(ask.campaign).to_assess_by()
    for street in rows.filter(assess_by__lte=ask.end):
        yield Item(
            title=_("Assess the criteria of %(street)s") % {"street": street},
            due_on=street.assess_by,
            url=street.get_absolute_url(),
            note=_("last assessed on %(day)s") % {"day": short_date(street.assessed_on, ask.today)}
            if street.assessed_on
            else "",
            subject=street,
            action=_("Assess the street"),
            action_url=reverse("beautification:assessment_new", args=[street.slug]),
        )


@agenda("defects")
def defects(ask: Ask) -> Iterator[Item]:
    """What a unit must have mended; for the officer also what has no day yet. An unfinished task stands
    there as one."""
    units = [ask.unit.pk] if ask.unit else access.grants(ask.user).units_with(Permission.CLEANUP_RUN)
    wanted = Q(owner__in=units)
    if ask.unit is None and access.can(ask.user, Permission.STREET_MANAGE):
        wanted |= Q(due_on=None)
    rows = (
        Defect.objects.visible_to(ask.user)
        .of_campaign(ask.campaign)
        .filter(wanted)
        .exclude(task__state__in=OPEN_STATES)
    )
    for row in rows.to_mend_on(ask.today).for_list():
        yield Item(
            title=_("%(street)s: %(defect)s") % {"street": row.street, "defect": row},
            due_on=row.due_on or row.reported_on,
            since=None if row.due_on else row.reported_on,
            url=row.get_absolute_url(),
            note=row.owner.name,
            subject=row,
            owed_by=row.owner if row.due_on and not ask.unit else None,
            action=_("Write down that it is mended") if row.can_mend(ask.user, ask.campaign) else "",
            action_url=reverse("beautification:defect_mend", args=[row.pk]),
        )


@agenda("open sessions")
def unclosed(ask: Ask) -> Iterator[Item]:
    """Sessions of today and of the days before that nobody has closed."""
    own = access.units_for(ask.user, Permission.CLEANUP_RUN)
    may_write = ask.campaign.can_change() and (own is None or ask.unit is None or ask.unit.pk in own)
    rows = _rows(ask).unfinished().decided().filter(on__lte=min(ask.end, ask.today)).order_by("on")
    units = own if ask.unit is None else frozenset([ask.unit.pk])
    for row in rows if units is None else rows.led_by(units):
        is_open = row.state == CleanupState.OPEN
        yield Item(
            title=_("Close the clean-up of %(street)s") % {"street": row.street},
            due_on=row.on,
            at=row.starts_at,
            url=row.get_absolute_url(),
            note=str(row.leader),
            subject=row,
            owed_by=None if ask.unit else row.leader,
            action=(_("Close the session") if is_open else _("Open the session")) if may_write else "",
            action_url=row.url_of("close" if is_open else "open") if may_write else "",
            action_posts=not is_open,
        )


@lack
def days_not_made(ward: Ward) -> Iterator[Lack]:
    """Days of a series for which no clean-up was made, though its turn was at least a day ago."""
    last = today() + datetime.timedelta(days=AHEAD_DAYS - 1)
    for series in CleanupSeries.objects.filter(ward=ward).running():
        if missing := series.missing_days(last):
            days = ", ".join(short_date(day, today()) for day in missing)
            yield Lack(
                what=_("%(street)s has no clean-up on %(days)s.") % {"street": series.street, "days": days},
                then=_("Its schedule asks for one. Save the schedule once more and read what the page says."),
                url=series.street.get_absolute_url(),
            )
