"""Where a street runs, drawn here: no picture comes from outside."""

from functools import partial
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from accounts.access import require
from beautification.forms import StreetLineForm
from beautification.models.line import draw, wipe
from beautification.models.street import can_manage_streets
from beautification.views.street import street_of
from campaigns.middleware import year_of_request
from core.http import HouseRequest
from core.pages import confirm_page, form_page


def line_draw(request: HouseRequest, slug: str) -> HttpResponse:
    street, campaign = street_of(request, slug), year_of_request(request)
    require(can_manage_streets(request.user, campaign))
    form, to = StreetLineForm(request.POST or None, request.FILES or None), street.get_absolute_url()
    words: dict[str, Any] = {"title": _("Draw the street from a file"), "done": _("Drew the street"), "to": to}
    words["lead"] = _("A GeoJSON file of the surveyor, in VN-2000 or in degrees. It replaces the line there is.")
    return form_page(request, form, partial(draw, street, campaign=campaign), up=(street.name, to), **words)


def line_wipe(request: HouseRequest, slug: str) -> HttpResponse:
    street, campaign = street_of(request, slug), year_of_request(request)
    require(can_manage_streets(request.user, campaign))
    return confirm_page(
        request,
        partial(wipe, street, campaign=campaign),
        title=_("Take the line away"),
        consequence=_("The street stays. Its line comes back when the file is brought in again."),
        action=_("Take the line away"),
        done=_("Took the line away"),
        to=street.get_absolute_url(),
        danger=True,
    )
