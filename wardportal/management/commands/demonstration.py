import datetime
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts.models import Ward
from core.models import today
from notifications.models import Event
from wardportal.demonstration import open_year, ward, year_2022

NEWS = datetime.timedelta(days=7)


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
            # People find the news of this week; of what lies further back nobody gets a message.
            past = Event.objects.filter(dispatched_at__isnull=True, on__lt=today() - NEWS)
            past.update(dispatched_at=timezone.now())
