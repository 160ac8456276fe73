from typing import Any

from django.core.management import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts.models import Ward
from notifications.models import Event
from wardportal.demonstration import open_year, ward, year_2022


class Command(BaseCommand):
    help = "Load the demonstration ward into an empty portal: the closed year 2022 and an open invented year."

    def handle(self, *args: Any, **options: Any) -> None:
        if Ward.objects.exists():
            raise CommandError("This portal already holds a ward. The demonstration is for an empty one.")
        with transaction.atomic():
            ground = ward.lay()
            self.stdout.write("Units and people")
            year_2022.load(ground)
            self.stdout.write("The year 2022, closed, with its facts")
            open_year.load(ground)
            self.stdout.write("The open year, invented")
            # What was loaded is past: nobody gets a message for it.
            Event.objects.filter(dispatched_at__isnull=True).update(dispatched_at=timezone.now())
