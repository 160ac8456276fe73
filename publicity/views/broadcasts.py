import datetime
from typing import Any

from django.db.models import Sum
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import access
from accounts.access import Permission, require
from campaigns.middleware import show_year, year_of_request
from core.dates import parse_date, quarter_of
from core.http import HouseRequest
from core.models import today
from core.pages import attempt, day_asked, form_page, page_of
from publicity.filters import AIRINGS, BROADCASTS
from publicity.forms.broadcast import (
    SPOKEN,
    AbbreviationForm,
    AiringDoneForm,
    AiringNewForm,
    BroadcastForm,
    ClusterForm,
    SlotForm,
)
from publicity.models import Abbreviation, Airing, Article, Broadcast, LoudspeakerCluster, LoudspeakerSlot, Posting
from publicity.models.spoken import seconds_of, spoken, unknown
from publicity.models.spoken_words import shipped
from publicity.views.kept import kept_page


def broadcast_list(request: HouseRequest) -> HttpResponse:
    campaign = year_of_request(request)
    rows = Broadcast.objects.visible_to(request.user).filter(campaign=campaign)
    can_write = campaign.can_change() and access.can(request.user, Permission.BROADCAST_EDIT)
    context = {"page": page_of(request, rows.for_list(), table=BROADCASTS), "can_write": can_write}
    return render(request, "publicity/broadcast_list.html", context)


def broadcast_new(request: HouseRequest) -> HttpResponse:
    campaign = year_of_request(request)
    require(campaign.can_change() and access.can(request.user, Permission.BROADCAST_EDIT))
    broadcast = Broadcast(ward=request.ward, campaign=campaign, **_source(request))
    form = _form(request, broadcast)
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
        "airings": broadcast.airings.prefetch_related("named__cluster")[:50],
        "can_edit": broadcast.can_edit(request.user),
        "can_make_ready": broadcast.can_make_ready(request.user),
        "can_air": broadcast.can_air(request.user),
        "can_retire": broadcast.can_retire(request.user),
    }
    return render(request, "publicity/broadcast_detail.html", context)


def broadcast_edit(request: HouseRequest, pk: int) -> HttpResponse:
    broadcast = _broadcast(request, pk)
    require(broadcast.can_edit(request.user))
    form = _form(request, broadcast)
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
    week, quarter = _asked(request, "week"), _asked(request, "quarter")
    week = week and week - datetime.timedelta(days=week.weekday())
    weeks = [] if day or week or quarter else [_week_bar(found, campaign.year) for found in rows.by_week()]
    rows = rows.aired_in_week(week) if week else rows
    rows = rows.aired_between(*quarter_of(quarter)) if quarter else rows
    context: dict[str, Any] = {
        "page": page_of(request, rows.for_list(), table=AIRINGS),
        "day": day,
        "week": week,
        "quarter": quarter and quarter_of(quarter),
        "weeks": weeks,
    }
    if request.GET.get("sum") == "minutes":  # the link of a figure that is one
        context["minutes"] = rows.aggregate(total=Sum("minutes"))["total"] or 0
    return render(request, "publicity/airing_list.html", context)


def _week_bar(found: dict[str, Any], year: int) -> dict[str, Any]:
    monday = found["week"]
    label = f"{monday:%d/%m} - {monday + datetime.timedelta(days=6):%d/%m/%Y}"
    return {"label": label, "value": found["minutes"], "url": f"?year={year}&week={monday}"}


def _asked(request: HouseRequest, name: str) -> datetime.date | None:
    """`?week=`, `?quarter=`: a day of the week or quarter whose airings are meant."""
    text = request.GET.get(name, "")
    day = parse_date(text, today().year) if text else None
    if text and day is None:
        raise Http404(_("The address names no day."))
    return day


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


def loudspeakers(request: HouseRequest) -> HttpResponse:
    """When they speak, and how abbreviations are read."""
    own = list(Abbreviation.objects.visible_to(request.user))
    context = {
        "slots": LoudspeakerSlot.objects.visible_to(request.user),
        "clusters": LoudspeakerCluster.objects.visible_to(request.user),
        "own": own,
        "shipped": [short for short in shipped() if short.short not in {row.short for row in own}],
        "can_write": access.can(request.user, Permission.BROADCAST_EDIT),
    }
    return render(request, "publicity/loudspeakers.html", context)


def slot_new(request: HouseRequest) -> HttpResponse:
    slot = LoudspeakerSlot(ward=request.ward)
    return _kept_page(request, SlotForm(request.POST or None, instance=slot), slot.add, _("Add hours"))


def slot_edit(request: HouseRequest, pk: int) -> HttpResponse:
    slot = get_object_or_404(LoudspeakerSlot.objects.visible_to(request.user), pk=pk)
    return _kept_page(request, SlotForm(request.POST or None, instance=slot), slot.edit, _("Change the hours"))


def cluster_new(request: HouseRequest) -> HttpResponse:
    row = LoudspeakerCluster(ward=request.ward)
    return _kept_page(request, ClusterForm(request.POST or None, instance=row), row.add, _("Add a cluster"))


def cluster_edit(request: HouseRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(LoudspeakerCluster.objects.visible_to(request.user), pk=pk)
    return _kept_page(request, ClusterForm(request.POST or None, instance=row), row.edit, _("Change the cluster"))


def abbreviation_new(request: HouseRequest) -> HttpResponse:
    row = Abbreviation(ward=request.ward)
    form = AbbreviationForm(request.POST or None, instance=row, initial={"short": request.GET.get("of", "")[:20]})
    return _kept_page(request, form, row.add, _("Add an abbreviation"))


def abbreviation_edit(request: HouseRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Abbreviation.objects.visible_to(request.user), pk=pk)
    form = AbbreviationForm(request.POST or None, instance=row)
    return _kept_page(request, form, row.edit, _("Change the abbreviation"))


def _kept_page(request: HouseRequest, form: Any, verb: Any, title: str) -> HttpResponse:
    up = (_("Loudspeakers"), reverse("publicity:loudspeakers"))
    return kept_page(request, form, verb, title, may=access.can(request.user, Permission.BROADCAST_EDIT), up=up)


def _form(request: HouseRequest, broadcast: Broadcast) -> BroadcastForm:
    """The form; behind the button SPOKEN once more with its script written out, and nothing saved."""
    if SPOKEN in request.POST:
        script = spoken(request.POST.get("script", ""), Abbreviation.shorts_of(broadcast.ward_id))
        typed = {"title": request.POST.get("title", ""), "script": script, "seconds": seconds_of(script)}
        form = BroadcastForm(instance=broadcast, initial=typed)
        form.look_at(unknown(script))
        return form
    return BroadcastForm(request.POST or None, instance=broadcast, initial=_told_by(broadcast))


def _source(request: HouseRequest) -> dict[str, Any]:
    """What the broadcast is made from: `?article=` by its address, `?posting=` by its key."""
    if slug := request.GET.get("article"):
        return {"article": get_object_or_404(Article.objects.visible_to(request.user), slug=slug)}
    if (key := request.GET.get("posting", "")) and key.isascii() and key.isdecimal() and len(key) < 10:
        return {"posting": get_object_or_404(Posting.objects.visible_to(request.user), pk=key)}
    return {}


def _told_by(broadcast: Broadcast) -> dict[str, Any]:
    """The script that a new broadcast begins with, from its article or posting, as it is read aloud."""
    source: Any = broadcast.article or broadcast.posting
    if source is None or broadcast.pk:
        return {}
    text = broadcast.article.body if broadcast.article else f"{source.title}.\n\n{source.text}"
    script = spoken(text, Abbreviation.shorts_of(broadcast.ward_id)).strip()
    return {"title": source.title[:200], "script": script, "seconds": seconds_of(script)}


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
