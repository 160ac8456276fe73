from celery import shared_task
from django.utils import timezone

from intake import actions


@shared_task
def expire() -> None:
    """Files that nobody took over are deleted."""
    actions.expire(timezone.now())
