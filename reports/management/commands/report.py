from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from core.figures import Scope
from core.word import to_docx
from reports.management.arguments import add_campaign, find_campaign, read_day
from reports.models import Report
from reports.narrative import compose


class Command(BaseCommand):
    help = "Write the report of a day as a .docx file."

    def add_arguments(self, parser: CommandParser) -> None:
        add_campaign(parser)
        parser.add_argument("--on", type=read_day, required=True, help="the day of the report, YYYY-MM-DD")
        parser.add_argument(
            "--known", type=read_day, metavar="DAY", help="as the portal knew it on that day, without later corrections"
        )
        parser.add_argument("--out", type=Path, required=True, metavar="FILE.docx")

    def handle(self, *args: Any, **options: Any) -> None:
        campaign = find_campaign(options)
        report = Report.objects.filter(campaign=campaign, on=options["on"]).for_list().first()
        if report is None:
            raise CommandError(f"There is no report of {options['on']:%d/%m/%Y}. Write one in the portal first.")
        paper = compose(report, Scope(ward=campaign.ward, campaign=campaign), known=options.get("known"))
        options["out"].write_bytes(to_docx(paper))
        self.stdout.write(f"{options['out']}: {len(paper.sources)} facts, {len(paper.missing)} gaps")
