import datetime
import json
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils.translation import override

from core import past
from core.figures import Scope, all_figures
from core.models import today
from reports.management.arguments import add_campaign, find_campaign, read_day


class Command(BaseCommand):
    help = "Print every figure of a campaign on a day as JSON, key to value; null where no figure exists."

    def add_arguments(self, parser: CommandParser) -> None:
        add_campaign(parser, required=False)
        parser.add_argument(
            "--definitions", action="store_true", help="every figure and what it counts, as docs/figures.md"
        )
        parser.add_argument("--on", type=read_day, help="the day, YYYY-MM-DD; default today")
        parser.add_argument(
            "--known", type=read_day, metavar="DAY", help="as the portal knew it on that day, without later corrections"
        )
        parser.add_argument("--list", action="store_true", help="add each figure's definition and address")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["definitions"]:
            self.stdout.write(definitions(), ending="")
            return
        if options["campaign"] is None:
            raise CommandError("Say of which year: --campaign YEAR, or --definitions.")
        campaign = find_campaign(options)
        known = options.get("known")
        on = options["on"] or known or today()
        with past.reading(on=on, known=known):
            campaign = past.held(campaign) or campaign
            found = self._figures(Scope(ward=campaign.ward, campaign=campaign), on, with_list=options["list"])
        self.stdout.write(json.dumps(found, ensure_ascii=False, indent=1))

    def _figures(self, scope: Scope, on: datetime.date, *, with_list: bool) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, figure in all_figures().items():
            value = figure.value(scope, on)
            found[key] = figure.as_json(value)
            if with_list:
                about = {"value": found[key], "definition": figure.definition, "address": value.url}
                if value.corrected_on:
                    about["corrected_on"] = value.corrected_on.isoformat()
                if value.differs:
                    about["known"] = value.known
                if value.parts:
                    about["addresses"] = {code: part.url for code, part in value.parts.items()}
                found[key] = about
        return found


HEAD = """# Figures

Every number that the portal tells, from the registry (`core/figures.py`). Written by
`./run figures --definitions > docs/figures.md`; a test says when it is old. "Period" tells what a report of a period
says: what fell into its days (flow), or how it stood on the last day (stock).

| key | in Vietnamese | unit | kind | period | definition |
|---|---|---|---|---|---|
"""


def definitions() -> str:
    """All figures as a table."""
    lines = []
    for key, figure in all_figures().items():
        with override("vi"):
            label, unit = str(figure.label), str(figure.unit)
        period = "flow" if figure.is_flow else "stock"
        lines.append(f"| `{key}` | {label} | {unit} | {figure.kind} | {period} | {figure.definition} |\n")
    return HEAD + "".join(lines)
