from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import access
from accounts.access import Permission, require
from campaigns.middleware import show_year, year_of_request
from core.http import HouseRequest
from core.pages import attempt, day_asked, form_page, page_of
from publicity.filters import AIRINGS, BROADCASTS
from publicity.forms import AiringDoneForm, AiringNewForm, BroadcastForm
from publicity.models import Airing, Broadcast


def broadcast_list(request: HouseRequest) -> HttpResponse:
    campaign = year_of_request(request)
    rows = Broadcast.objects.visible_to(request.user).filter(campaign=campaign)
    can_write = campaign.can_change() and access.can(request.user, Permission.BROADCAST_EDIT)
    context = {"page": page_of(request, rows.for_list(), table=BROADCASTS), "can_write": can_write}
    return render(request, "publicity/broadcast_list.html", context)


def broadcast_new(request: HouseRequest) -> HttpResponse:
    campaign = year_of_request(request)
    require(campaign.can_change() and access.can(request.user, Permission.BROADCAST_EDIT))
    broadcast = Broadcast(ward=request.ward, campaign=campaign)
    form = BroadcastForm(request.POST or None, instance=broadcast)
    home = reverse("publicity:broadcast_list")

    def write(by: Any, **_fields: Any) -> Broadcast:
        broadcast.write(by=by)
        return broadcast

    words: dict[str, Any] = {"title": _("Write a broadcast"), "done": _("Broadcast saved")}
    return form_page(request, form, write, to=home, up=(_("Broadcasts"), home), **words)


def broadcast_detail(request: HouseRequest, pk: int) -> HttpResponse:
    broadcast = _broadcast(request, pk)
    context = {
        "broadcast": broadcast,
        "airings": broadcast.airings.all()[:50],
        "can_edit": broadcast.can_edit(request.user),
        "can_make_ready": broadcast.can_make_ready(request.user),
        "can_air": broadcast.can_air(request.user),
        "can_retire": broadcast.can_retire(request.user),
    }
    return render(request, "publicity/broadcast_detail.html", context)


def broadcast_edit(request: HouseRequest, pk: int) -> HttpResponse:
    broadcast = _broadcast(request, pk)
    require(broadcast.can_edit(request.user))
    form = BroadcastForm(request.POST or None, instance=broadcast)
    words: dict[str, Any] = {"title": _("Change the broadcast"), "done": _("Broadcast saved")}
    return form_page(request, form, broadcast.edit, **_back(broadcast), **words)


@require_POST
def broadcast_ready(request: HouseRequest, pk: int) -> HttpResponse:
    broadcast = _broadcast(request, pk)
    require(broadcast.can_make_ready(request.user))
    attempt(request, broadcast.make_ready, _("Broadcast is ready to air"))
    return redirect(broadcast)


def broadcast_retire(request: HouseRequest, pk: int) -> HttpResponse:
    broadcast = _broadcast(request, pk)
    require(broadcast.can_retire(request.user))
    if request.method == "POST":
        attempt(request, broadcast.retire, _("Broadcast is not aired any more"))
        return redirect(broadcast)
    planned = broadcast.airings.filter(state="planned").count()
    return render(request, "publicity/broadcast_retire.html", {"broadcast": broadcast, "planned": planned})


def airing_list(request: HouseRequest) -> HttpResponse:
    """The year's airings. With `on`: those that went on the air up to that day."""
    campaign, day = year_of_request(request), day_asked(request)
    rows = Airing.objects.visible_to(request.user).filter(broadcast__campaign=campaign)
    rows = rows.aired_by(day) if day else rows
    context = {"page": page_of(request, rows.for_list(), table=AIRINGS), "day": day}
    return render(request, "publicity/airing_list.html", context)


def airing_new(request: HouseRequest, pk: int) -> HttpResponse:
    broadcast = _broadcast(request, pk)
    require(broadcast.can_air(request.user))
    form = AiringNewForm(request.POST or None, broadcast=broadcast)
    words: dict[str, Any] = {"title": _("Plan an airing"), "done": _("Airing planned")}
    return form_page(request, form, broadcast.plan_airing, **_back(broadcast), **words)


def airing_done(request: HouseRequest, pk: int) -> HttpResponse:
    airing = _airing(request, pk)
    form = AiringDoneForm(request.POST or None, airing=airing)
    words: dict[str, Any] = {"title": _("Note the airing"), "done": _("Airing noted")}
    return form_page(request, form, airing.air, **_back(airing.broadcast), **words)


@require_POST
def airing_cancel(request: HouseRequest, pk: int) -> HttpResponse:
    airing = _airing(request, pk)
    attempt(request, airing.cancel, _("Airing cancelled"))
    return redirect(airing.broadcast)


def _broadcast(request: HouseRequest, pk: int) -> Broadcast:
    broadcast = get_object_or_404(Broadcast.objects.visible_to(request.user).select_related("campaign"), pk=pk)
    show_year(request, broadcast.campaign)
    return broadcast


def _airing(request: HouseRequest, pk: int) -> Airing:
    """An airing that the person may note or cancel."""
    rows = Airing.objects.visible_to(request.user).select_related("broadcast__campaign")
    airing = get_object_or_404(rows, pk=pk)
    require(airing.broadcast.can_air(request.user))
    show_year(request, airing.broadcast.campaign)
    return airing


def _back(broadcast: Broadcast) -> dict:
    here = broadcast.get_absolute_url()
    return {"to": here, "up": (broadcast.title, here)}
