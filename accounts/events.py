from django.utils.translation import gettext_lazy as _

from core.events import declare

_TELLS = "notifications.operations.people"

declare("accounts.access.asked", _("A second person is asked to agree"), f"{_TELLS}.on_access_asked")
declare("accounts.access.agreed", _("A second person agreed"), f"{_TELLS}.on_access_agreed")
declare("accounts.access.refused", _("A second person refused"), f"{_TELLS}.on_access_refused")
declare("accounts.access.withdrawn", _("The request was withdrawn"))
declare("accounts.access.opened", _("Carried out"), f"{_TELLS}.on_access_opened")
declare("accounts.unit.merged", _("Units merged"), f"{_TELLS}.on_units_merged")
