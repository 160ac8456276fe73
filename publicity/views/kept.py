from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from accounts.access import Decision, require
from core.http import HouseRequest
from core.pages import Crumb, form_page


def kept_page(request: HouseRequest, form: Any, verb: Any, title: str, *, may: Decision, up: Crumb) -> HttpResponse:
    """The small page on which a row of publicity.models.kept is added or changed. verb: its `add` or `edit`."""
    require(may)

    def keep(by: Any, **fields: Any) -> None:
        verb(by=by, **({} if form.instance._state.adding else fields))

    return form_page(request, form, keep, title=title, done=_("Saved"), to=up[1], up=up)
