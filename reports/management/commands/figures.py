import datetime
import json
from typing import Any

from django.core.management import BaseCommand, CommandParser

from core.figures import Scope, all_figures
from reports.management.arguments import add_campaign, find_campaign, read_day


class Command(BaseCommand):
    help = "Print every figure of a campaign on a day as JSON, key to value; null where no figure exists."

    def add_arguments(self, parser: CommandParser) -> None:
        add_campaign(parser)
        parser.add_argument("--on", type=read_day, help="the day, YYYY-MM-DD; default today")
        parser.add_argument("--list", action="store_true", help="add each figure's definition and address")

    def handle(self, *args: Any, **options: Any) -> None:
        campaign = find_campaign(options)
        on = options["on"] or datetime.date.today()
        scope = Scope(ward=campaign.ward, campaign=campaign)
        found: dict[str, Any] = {}
        for key, figure in all_figures().items():
            value = figure.value(scope, on)
            found[key] = figure.as_json(value)
            if options["list"]:
                about = {"value": found[key], "definition": figure.definition, "address": value.url}
                if value.parts:
                    about["addresses"] = {code: part.url for code, part in value.parts.items()}
                found[key] = about
        self.stdout.write(json.dumps(found, ensure_ascii=False, indent=1))
