"""The series of numbers: how far each is, and where the numbers taken by hand ended."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import access
from accounts.access import Permission, require
from campaigns.forms.document import NumberStartForm
from campaigns.models import Document, NumberStart
from campaigns.series import series_of
from core.http import HouseRequest
from core.pages import confirm_page, form_page


def number_list(request: HouseRequest) -> HttpResponse:
    require(access.can(request.user, Permission.DOCUMENT_READ))
    starts = NumberStart.objects.visible_to(request.user).select_related("issuer", "kind")
    context = {
        "series": series_of(Document.objects.in_ward_of(request.user), starts),
        "may_enter": access.can(request.user, Permission.DOCUMENT_ISSUE),
    }
    return render(request, "campaigns/number_list.html", context)


def number_new(request: HouseRequest) -> HttpResponse:
    require(access.can(request.user, Permission.DOCUMENT_ISSUE))
    start = NumberStart(ward=request.ward)
    form = NumberStartForm(request.POST or None, instance=start, user=request.user)

    def enter(by: Any, **_fields: Any) -> None:
        start.enter(by=by)

    words: dict[str, Any] = {
        "title": _("Last number taken by hand"),
        "done": _("Number saved: the series goes on after it"),
        "lead": _("For a series that was numbered on paper before: enter its last number once."),
    }
    return form_page(request, form, enter, **_back(), **words)


def number_remove(request: HouseRequest, pk: int) -> HttpResponse:
    starts = NumberStart.objects.visible_to(request.user).select_related("issuer", "kind")
    start = get_object_or_404(starts, pk=pk)
    require(start.can_remove(request.user))
    words: dict[str, Any] = {
        "title": _("Take the number %(last)s back?") % {"last": start.last},
        "consequence": _("%(series)s. Without it the series goes on after the last number in the register.")
        % {"series": start},
        "action": _("Take the number back"),
        "done": _("Number taken back"),
    }
    return confirm_page(request, start.remove, to=_back()["to"], **words)


def _back() -> dict[str, Any]:
    here = reverse("campaigns:number_list")
    return {"to": here, "up": (_("Number register"), here)}
