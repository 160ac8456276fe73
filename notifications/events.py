from django.utils.translation import gettext_lazy as _

from core.events import declare

declare("notifications.sending.stopped", _("All sending stopped"))
declare("notifications.sending.resumed", _("Sending goes on again"))
declare(
    "notifications.failures.counted",
    _("{count} messages wait for a decision"),
    "notifications.operations.acts.on_failures_counted",
)
declare(
    "notifications.unit.unreached",
    _("Something was sent to a unit in which nobody can be reached"),
    "notifications.operations.acts.on_unit_unreached",
)

declare("notifications.job.finished", _("What was asked for is ready"), "notifications.engine.jobs.on_job_ended")
declare("notifications.job.failed", _("What was asked for could not be done"), "notifications.engine.jobs.on_job_ended")

declare("notifications.rule.made", _("Reminder rule made, switched off"))
declare("notifications.rule.copied", _("Reminder rule copied from {year}, switched off"))
declare("notifications.rule.changed", _("Reminder rule changed; {void} messages not yet sent are made anew"))
declare("notifications.rule.switched_on", _("Reminder rule switched on"))
declare("notifications.rule.switched_off", _("Reminder rule switched off; {void} messages not yet sent are dropped"))
