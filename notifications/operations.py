"""What an administrator does about sending: stop it all and let it go on, settle what failed, watch the rest."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from notifications import outbox
from notifications.models import SendingStop


# ---- the switch ----------------------------------------------------------------------------------
def stop(ward: Any, *, by: Any, reason: str) -> SendingStop:
    """From now on nothing of the ward is taken for sending; what is on its way already is finished."""
    try:
        with transaction.atomic():
            found = SendingStop.objects.create(ward=ward, stopped_by=by, reason=reason)
            outbox.record("notifications.sending.stopped", subject=found, by=by)
    except IntegrityError:
        raise ValidationError(_("Sending is stopped already: somebody else was faster.")) from None
    return found


def lift(found: SendingStop, *, by: Any) -> None:
    """Sending goes on; the event's bell wakes a sender."""
    with transaction.atomic():
        rows = SendingStop.objects.open().filter(pk=found.pk, ward_id=found.ward_id)
        if not rows.update(lifted_by=by, lifted_at=timezone.now()):
            raise ValidationError(_("Sending goes on already: somebody else was faster."))
        outbox.record("notifications.sending.resumed", subject=found, by=by)


def open_stop(ward_id: int | None) -> SendingStop | None:
    return SendingStop.objects.open().filter(ward_id=ward_id).select_related("stopped_by").first()
