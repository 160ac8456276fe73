from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandParser

from core import catalogues


class Command(BaseCommand):
    help = "Bring the translation catalogues to what the sources say and compile them."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("apps", nargs="*", metavar="APP", help="only these apps; default all")
        parser.add_argument("--compile", action="store_true", help="only compile what is stale")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["compile"]:
            for app, texts in catalogues.complete(settings.ROOT, options["apps"]).items():
                for text in texts:
                    self.stdout.write(f"{app}: {text!r}")
        catalogues.compile_stale(settings.ROOT)
