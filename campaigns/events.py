from django.utils.translation import gettext_lazy as _

from core.events import declare

declare("campaigns.campaign.opened", _("Year {year} opened"))
declare("campaigns.campaign.closed", _("Year {year} closed"))
