"""The Celery application: the doorbell and the timetable, never the queue (see docs/adr)."""

import os
import signal
from typing import Any

from celery import Celery
from celery.signals import worker_process_init
from kombu.transport import TRANSPORT_ALIASES

from wardportal import children

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wardportal.settings")

TRANSPORT_ALIASES |= dict.fromkeys(["redis", "rediss"], "wardportal.broker:Transport")
app = Celery("wardportal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_process_init.connect
def _end_with_the_worker(**kwargs: Any) -> None:
    """Celery's pool processes would outlive a worker that is killed."""
    children.die_with_parent(signal.SIGKILL)
