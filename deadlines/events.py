from django.utils.translation import gettext_lazy as _

from core.events import declare

declare("deadlines.deadline.started", _("A deadline by law was counted"))
declare("deadlines.deadline.paused", _("The deadline was paused"))
declare("deadlines.deadline.resumed", _("The deadline goes on"))
declare("deadlines.deadline.met", _("The deadline was met"))
declare("deadlines.deadline.answered", _("Answered with {answer}: the deadline is met"))
declare("deadlines.deadline.reopened", _("The answer {answer} stands no more: the deadline runs again"))
declare("deadlines.deadline.recounted", _("The deadline was counted anew by the changed rule"))
