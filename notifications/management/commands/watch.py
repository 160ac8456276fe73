import time
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandParser
from django.db import connection

from notifications.operations import watch


class Command(BaseCommand):
    help = "Mail the administrators when messages stand still, and when all is well again. `./run` does it by itself."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="look once, for cron or a timer of systemd")

    def handle(self, *, once: bool, **options: Any) -> None:
        while not once:
            time.sleep(settings.WATCH_SECONDS)  # first: what has just been started is not at work yet
            watch.check()
            connection.close()
        watch.check()
