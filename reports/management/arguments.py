"""Arguments that the report commands share."""

import argparse
import datetime
from typing import Any

from django.core.management import CommandError, CommandParser

from campaigns.models import Campaign


def read_day(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no day: write YYYY-MM-DD") from error


def add_campaign(parser: CommandParser, *, required: bool = True) -> None:
    parser.add_argument("--campaign", type=int, required=required, metavar="YEAR")
    parser.add_argument("--ward", metavar="SLUG", help="needed where several wards have that year")


def find_campaign(options: dict[str, Any]) -> Campaign:
    rows = Campaign.objects.filter(year=options["campaign"]).select_related("ward", "superior")
    if options["ward"]:
        rows = rows.filter(ward__slug=options["ward"])
    found = list(rows)
    if len(found) == 1:
        return found[0]
    if not found:
        raise CommandError(f"There is no campaign of {options['campaign']}.")
    wards = ", ".join(campaign.ward.slug for campaign in found)
    raise CommandError(f"Several wards have a campaign of {options['campaign']}: add --ward with one of {wards}.")
