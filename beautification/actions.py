"""Acts over several models: a street with its undertaking and its place in the campaign, and the tick."""

import datetime
import logging
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Unit, User
from beautification.choices import AHEAD_DAYS
from beautification.models import Cleanup, CleanupSeries, Street
from campaigns.choices import UndertakingKind
from campaigns.models import Campaign, CampaignFocus, Undertaking
from core.models import today
from core.text import free_slug, nfc, slug
from deadlines.models import Calendar
from notifications import outbox

logger = logging.getLogger(__name__)
RESERVED = {"new", "take-up"}  # addresses of pages beside the streets


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
    for cleanup in coming.select_related("street__lead_unit", "series__lead_unit").order_by("ward_id", "on"):
        cleanup.heed_calendar(calendars.setdefault(cleanup.ward_id, Calendar(cleanup.ward_id)))
