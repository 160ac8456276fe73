"""The Celery application: the doorbell and the timetable, never the queue (see docs/adr)."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wardportal.settings")

app = Celery("wardportal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
