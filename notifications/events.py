from django.utils.translation import gettext_lazy as _

from core.events import declare

declare("notifications.sending.stopped", _("All sending stopped"))
declare("notifications.sending.resumed", _("Sending goes on again"))
declare(
    "notifications.failures.counted",
    _("{count} messages wait for a decision"),
    "notifications.operations.on_failures_counted",
)
