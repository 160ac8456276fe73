"""What the bench is measured against: one Celery task a mail, with nothing written down about it."""

import os

import django
from celery import Celery
from django.conf import settings
from django.core.mail import EmailMessage, get_connection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wardportal.settings")
django.setup()
app = Celery("plain", broker=settings.CELERY_BROKER_URL)
_open = []


@app.task
def send(number: int) -> None:
    if not _open:
        _open.append(get_connection())
        _open[0].open()
    headers = {"Message-ID": f"<plain-{number}@bench>"}
    body = f"Nhiệm vụ {number} đến hạn sau ba ngày."
    EmailMessage(f"Nhiệm vụ {number}", body, to=["head@example.test"], headers=headers, connection=_open[0]).send()
