from django.utils.translation import gettext_lazy as _

from core.events import declare

declare("intake.batch.checked", _("List looked at: {count} rows"))
declare("intake.batch.taken", _("List taken over: {count} rows"))
declare("intake.batch.withdrawn", _("List taken back: {count} rows"))
declare("intake.batch.cancelled", _("List left"))
