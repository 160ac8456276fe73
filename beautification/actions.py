"""Acts over several models: a street with its undertaking and its place in the campaign, and the tick."""

import datetime
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Min, Q
from django.utils.translation import gettext as _

from accounts.models import Unit, User
from beautification.choices import AHEAD_DAYS, CleanupState, Exactness, TurnoutSource
from beautification.models import Cleanup, CleanupSeries, CleanupTurnout, Street
from beautification.models.series import weekly_rule
from campaigns.choices import UndertakingKind
from campaigns.models import Campaign, CampaignFocus, Undertaking
from core.imports import changed_since
from core.models import history_of, today
from core.text import free_slug, nfc, slug
from deadlines.models import Calendar
from notifications import outbox

logger = logging.getLogger(__name__)
RESERVED = {
    "new",
    "take-up",
    "photos",
    "pairs",
    "plan",
    "in-turn",
    "criteria",
    "defects",
    "evidence",
}  # addresses of pages beside the streets


def register_street(
    street: Street, *, campaign: Campaign, by: User | None, residential_groups: Iterable[Unit] = (), focus: str = ""
) -> Street:
    """Enter a new street as an undertaking of the campaign."""
    campaign.require_open()
    street.ward_id = campaign.ward_id
    if slug(street.name, 80) in {"", *RESERVED}:
        raise ValidationError({"name": _("Give the street its full name.")})
    if Street.objects.filter(ward_id=street.ward_id, name__iexact=nfc(street.name)).exists():
        raise ValidationError({"name": _("A street with this name is there already.")})
    of_ward = (Street.objects.filter(ward_id=street.ward_id), Undertaking.objects.filter(ward_id=street.ward_id))
    street.slug = free_slug(street.name, *of_ward, most=80, otherwise="tuyen-pho")  # An and Ấn are two streets
    with transaction.atomic():
        street.undertaking = Undertaking.objects.create(
            ward_id=street.ward_id,
            kind=UndertakingKind.STREET,
            name=street.name,
            slug=street.slug,
            valid_from=min(campaign.opens_on, street.registered_on or campaign.opens_on),
        )
        _focus(street, campaign, focus)
        street.save()
        street.set_groups(residential_groups)
        outbox.record("beautification.street.registered", subject=street, by=by, unit=street.lead_unit)
    return street


def take_up_street(street: Street, *, campaign: Campaign, by: User | None) -> None:
    """A street of earlier years goes on in this one."""
    campaign.require_open()
    with transaction.atomic():
        _focus(street, campaign, "")
        outbox.record(
            "beautification.street.taken_up", subject=street, by=by, unit=street.lead_unit, year=campaign.year
        )


def _focus(street: Street, campaign: Campaign, label: str) -> None:
    CampaignFocus.objects.get_or_create(
        ward_id=campaign.ward_id, campaign=campaign, undertaking=street.undertaking, defaults={"label": label}
    )


def plan_in_turn(
    *,
    campaign: Campaign,
    by: User | None,
    streets: Sequence[Street],
    weekday: int,
    starts_at: datetime.time,
    minutes: int,
    first_on: datetime.date,
    until: datetime.date | None,
    policy: str,
) -> list[CleanupSeries]:
    """A schedule for each street: every so many weeks as there are streets, one week after the other."""
    first = first_on - datetime.timedelta(days=first_on.weekday()) + datetime.timedelta(days=weekday)
    made = []
    with transaction.atomic(), outbox.together():
        for week, street in enumerate(streets):
            series = CleanupSeries(
                ward_id=street.ward_id,
                street=street,
                rrule=weekly_rule([weekday], len(streets)),
                starts_at=starts_at,
                duration=datetime.timedelta(minutes=minutes),
                first_on=first + datetime.timedelta(weeks=week),
                until=until,
                policy=policy,
            )
            series.plan(campaign=campaign, by=by)
            made.append(series)
    return made


def generate_cleanups() -> int:
    """Make the clean-ups of the coming weeks in all open campaigns, and heed what changed in the calendars."""
    last, made = today() + datetime.timedelta(days=AHEAD_DAYS), 0
    for series in CleanupSeries.objects.running():
        try:
            made += len(series.generate(last))
        except Exception:  # one street must not keep the others waiting; the page of operations names it
            logger.exception("the clean-ups of series %s could not be made", series.pk)
    heed_calendars()
    return made


def heed_calendars() -> None:
    calendars: dict[int, Calendar] = {}
    coming = Cleanup.objects.of_open_campaigns().coming().filter(on__gte=today())
    for cleanup in coming.select_related("street__lead_unit", "series__lead_unit", "lead_unit").order_by(
        "ward_id", "on"
    ):
        cleanup.heed_calendar(calendars.setdefault(cleanup.ward_id, Calendar(cleanup.ward_id)))


# ---- past clean-ups, from a list ---------------------------------------------------------------------
@dataclass(frozen=True)
class Came:
    """How many of a unit came to the clean-up of a street on a day that is over; unit None: the whole street."""

    street: Street
    on: datetime.date
    unit: Unit | None
    count: int
    exactness: str


def enter_turnout(came: Sequence[Came], *, by: User, advance: Callable[[int], object] = int) -> list[int]:
    """Write down who came, and close the sessions, which are planned where they are missing; all or nothing.

    The keys of the counts, in the order of the list. The verbs of one clean-up do it, one after the other: a year of a
    ward has some hundreds.
    """
    sessions: dict[tuple[int, datetime.date], list[Came]] = {}
    for one in came:
        sessions.setdefault((one.street.pk, one.on), []).append(one)
    keys: dict[tuple[int, datetime.date, int | None], int] = {}
    done = 0
    with transaction.atomic(), outbox.together():
        for (street, on), parts in sessions.items():
            cleanup = _session(parts[0], by)
            if cleanup.state != CleanupState.OPEN:
                cleanup.open(by=by)
            for exactness in Exactness.values:
                counts = {one.unit: one.count for one in parts if one.exactness == exactness}
                cleanup.count(counts=counts, source=TurnoutSource.PAPER, exactness=exactness)
            cleanup.close(by=by)
            keys |= {(street, on, unit): pk for pk, unit in cleanup.turnouts.values_list("pk", "unit")}
            done += len(parts)
            advance(done)
    return [keys[one.street.pk, one.on, one.unit.pk if one.unit else None] for one in came]


def _session(one: Came, by: User) -> Cleanup:
    """The clean-up of the day, ready to be opened."""
    own = Cleanup.objects.filter(ward_id=one.street.ward_id, street=one.street)
    held = own.filter(on=one.on).exclude(state=CleanupState.CANCELLED).first()
    if held is not None:
        return held
    if (cancelled := own.filter(original_on=one.on).first()) is not None:
        cancelled.reopen(by=by, reason=_("It took place, as a list says"))
        return cancelled
    new = Cleanup(ward_id=one.street.ward_id, street=one.street, on=one.on)
    new.plan(by=by)
    return new


def remove_turnout(ward_id: int, counts: Sequence[int], *, by: User) -> None:
    """Take back what `enter_turnout` wrote, all of it or nothing: ValidationError says what was changed since.

    A session that was planned for it is cancelled; one that was there waits for its numbers again.
    """
    rows = Cleanup.objects.filter(ward_id=ward_id, turnouts__in=counts).distinct().select_related("street")
    sessions = list(rows.select_related("street__lead_unit", "series__lead_unit", "lead_unit"))
    of_list = history_of(CleanupTurnout).objects.filter(ward_id=ward_id, pgh_obj__in=counts, pgh_label="insert")
    at = of_list.aggregate(at=Min("pgh_created_at"))["at"]
    kept = history_of(Cleanup).objects.filter(ward_id=ward_id, pgh_obj__in=[row.pk for row in sessions])
    planned = set(kept.filter(pgh_label="insert", pgh_created_at=at).values_list("pgh_obj", flat=True))
    with transaction.atomic(), outbox.together():
        used = changed_since(CleanupTurnout, counts, ward=ward_id, parts={Cleanup: Q(pgh_obj__in=sessions)})
        if used:
            raise ValidationError(_("These sessions were changed, so they stay: %(what)s.") % {"what": "; ".join(used)})
        reason = _("The list that it stood on was taken back")
        for cleanup in sessions:
            cleanup.reopen(by=by, reason=reason)
            cleanup.count(counts=dict.fromkeys([row.unit for row in cleanup.turnouts.select_related("unit")]))
            if cleanup.pk in planned:
                cleanup.cancel(by=by, reason=reason)
