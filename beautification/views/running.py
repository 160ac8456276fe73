"""Around one clean-up: who is asked and comes, its code and papers, its photos."""

from functools import partial
from typing import Any, BinaryIO

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files import File
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import access
from accounts.access import Permission, require
from accounts.models import Unit
from beautification.choices import UNFINISHED, CleanupState, Moment
from beautification.forms import LeadForm, NeedsForm, PhotoForm, ReplyForm
from beautification.models import CheckinCode, Cleanup, Photo, PhotoPair, Scan
from beautification.models.calls import Call, calls, reply, set_needs
from beautification.models.cleanup import Slot
from beautification.models.street import can_manage_streets
from beautification.views.cleanup import cleanup_of, may_answer, too_late
from beautification.views.street import street_of
from campaigns.middleware import year_of_request
from core.files import serve, small_picture
from core.http import HouseRequest
from core.models import today
from core.pages import attempt, confirm_page, form_page, page_of
from core.qr import drawn

FREE_LINES = 22  # of a sign-in sheet, with what stands above and below on one page
OTHER_UNITS = 2  # empty lines for units that nobody thought of


def _page(request: HouseRequest, cleanup: Cleanup, form: Any, act: Any, **words: str) -> HttpResponse:
    to = cleanup.get_absolute_url()
    return form_page(request, form, act, to=to, up=(str(cleanup), to), **words)


# ---- who is asked, who comes ---------------------------------------------------------------------------
def cleanup_needs(request: HouseRequest, slug: str, slot: Slot) -> HttpResponse:
    cleanup = cleanup_of(request, slug, slot)
    require(cleanup.can_run(request.user))
    units = [unit for unit in cleanup.units_to_count() if unit]
    form = NeedsForm(request.POST or None, of=cleanup, units=units, user=request.user)
    lead = _("For this clean-up alone; all empty: nobody is asked. What is asked each time stands in the schedule.")
    words = {"title": _("People and tools"), "done": _("Saved what is asked"), "lead": lead}
    return _page(request, cleanup, form, partial(set_needs, cleanup), **words)


def series_needs(request: HouseRequest, slug: str, pk: int) -> HttpResponse:
    street = street_of(request, slug)
    series = get_object_or_404(street.series.select_related("street__lead_unit", "lead_unit"), pk=pk)
    require(can_manage_streets(request.user, year_of_request(request)))
    own = [turn.unit for turn in series.turns.select_related("unit")]
    groups = [group.unit for group in street.groups.select_related("unit")]
    asked = [need.unit for need in series.needs.select_related("unit")]
    units = {unit.pk: unit for unit in [series.leader, *own, *groups, *asked]}
    form = NeedsForm(request.POST or None, of=series, units=list(units.values()), user=request.user)
    words: dict[str, Any] = {"title": _("People and tools"), "done": _("Saved what is asked")}
    words["lead"] = _("At each clean-up of this schedule, unless one of them asks for something else.")
    to = street.get_absolute_url()
    return form_page(request, form, partial(set_needs, series), to=to, up=(street.name, to), **words)


def units_that_answer(request: HouseRequest) -> Any:
    """The units for which the person may say who comes: the own ones; all of them for the officer."""
    rows = Unit.objects.visible_to(request.user).valid_on(today()).inside().for_list()
    own = access.units_for(request.user, Permission.CLEANUP_RUN)
    return rows if own is None else rows.filter(pk__in=own)


def cleanup_reply(request: HouseRequest, slug: str, slot: Slot) -> HttpResponse:
    cleanup, units = cleanup_of(request, slug, slot), units_that_answer(request)
    require(may_answer(request.user, cleanup))
    form = ReplyForm(request.POST or None, cleanup=cleanup, units=units)
    words: dict[str, Any] = {"title": _("How many of you come?"), "done": _("Answer sent")}
    return _page(request, cleanup, form, partial(reply, cleanup), **words)


def cleanup_lead(request: HouseRequest, slug: str, slot: Slot) -> HttpResponse:
    cleanup = cleanup_of(request, slug, slot)
    require(cleanup.can_manage(request.user))
    if away := too_late(request, cleanup, UNFINISHED):
        return away
    form = LeadForm(request.POST or None, cleanup=cleanup, user=request.user)
    words: dict[str, Any] = {"title": _("Another unit leads it"), "done": _("Saved the lead unit")}
    return _page(request, cleanup, form, cleanup.hand_to, **words)


# ---- code and papers -----------------------------------------------------------------------------------
def cleanup_code(request: HouseRequest, slug: str, slot: Slot) -> HttpResponse:
    """The code large on the screen, and as a sheet to hang up, printed before the day if one likes."""
    cleanup = cleanup_of(request, slug, slot)
    require(cleanup.can_run(request.user))
    try:
        code = CheckinCode.of(cleanup)
    except ValidationError as over:
        messages.error(request, " ".join(over.messages))
        return redirect(cleanup)
    address = settings.BASE_URL + reverse("beautification:checkin_find")
    context = {"cleanup": cleanup, "code": code, "qr": drawn(code.address), "address": address}
    return render(request, "beautification/cleanup_code.html", context)


def cleanup_scans(request: HouseRequest, slug: str, slot: Slot) -> HttpResponse:
    """Each phone that was scanned, without a name, so that one counted by mistake can be taken out."""
    cleanup = cleanup_of(request, slug, slot)
    require(cleanup.can_run(request.user))
    page = page_of(request, cleanup.scans.select_related("unit").order_by("-id"))
    context = {"cleanup": cleanup, "page": page, "is_open": cleanup.state == CleanupState.OPEN}
    return render(request, "beautification/cleanup_scans.html", context)


@require_POST
def scan_remove(request: HouseRequest, slug: str, slot: Slot, pk: int) -> HttpResponse:
    cleanup = cleanup_of(request, slug, slot)
    require(cleanup.can_run(request.user))
    scan = cleanup.scans.filter(pk=pk).first() or Scan(ward_id=cleanup.ward_id, cleanup=cleanup, pk=pk)
    attempt(request, scan.take_out, _("The scan is taken out. The phone may scan again."))
    return redirect(cleanup.url_of("scans"))


def cleanup_sheet(request: HouseRequest, slug: str, slot: Slot) -> HttpResponse:
    """A page for the leaders of cells, and one to sign on: for a day without a network."""
    cleanup = cleanup_of(request, slug, slot)
    before = (
        cleanup.street.cleanups.filter(on__lt=cleanup.on, state="done").with_turnout().order_by("-on", "-id").first()
    )
    lines = calls(cleanup)
    named = {line.unit.pk for line in lines}
    lines += [Call(unit, None, "", None) for unit in cleanup.units_to_count() if unit and unit.pk not in named]
    shown = cleanup.street.photo_pairs.public().whole().prefetch_related("photos")
    context = {
        "cleanup": cleanup,
        "calls": lines,
        "free": range(OTHER_UNITS),
        "before": before,
        "pair": shown.order_by("-cleared_at", "-pk").first(),
        "qr": drawn(settings.BASE_URL + cleanup.get_absolute_url()),
        "lines": range(1, FREE_LINES + 1),
    }
    return render(request, "beautification/cleanup_sheet.html", context)


# ---- photos --------------------------------------------------------------------------------------------
def photo_new(request: HouseRequest, slug: str, slot: Slot) -> HttpResponse:
    cleanup = cleanup_of(request, slug, slot)
    require(cleanup.can_run(request.user))
    pairs = cleanup.photo_pairs.filter(cleared_at=None)
    start: dict[str, Any] = {"moment": Moment.BEFORE}
    if request.GET.get("pair", "").isdecimal():
        start = {"moment": Moment.AFTER, "pair": request.GET["pair"]}
    form = PhotoForm(request.POST or None, request.FILES or None, pairs=pairs, initial=start)

    def add(by: Any, photo: Any, pair: PhotoPair | None, spot: str, **facts: Any) -> None:
        own = {"ward_id": cleanup.ward_id, "street": cleanup.street, "cleanup": cleanup}
        (pair or PhotoPair(**own, spot=spot)).add(photo, by=by, **facts)

    words: dict[str, Any] = {"title": _("Photo before or after"), "done": _("Photo saved")}
    words["lead"] = _("Take the street, not people's faces. Place and time in the file are taken off.")
    return _page(request, cleanup, form, add, **words)


def photo_file(request: HouseRequest, pk: int) -> HttpResponseBase:
    photos = Photo.objects.in_ward_of(request.user).filter(pair__in=PhotoPair.objects.visible_to(request.user))
    return sent(request, get_object_or_404(photos, pk=pk))


def sent(request: HttpRequest, photo: Photo, *, public_for: int | None = None) -> HttpResponseBase:
    """The photo, or its small picture where `?small` asks for it."""
    content: BinaryIO | File = photo.file.open("rb")
    if "small" in request.GET:
        with content as stored:
            content = small_picture(stored)
    return serve(content, name=photo.original_name, mime=photo.mime, public_for=public_for)


def _pair(request: HouseRequest, pk: int) -> PhotoPair:
    rows = PhotoPair.objects.visible_to(request.user).select_related(
        "street__lead_unit", "cleanup__street__lead_unit", "defect__street", "defect__owner"
    )
    return get_object_or_404(rows, pk=pk)


def pair_clear(request: HouseRequest, pk: int) -> HttpResponse:
    pair = _pair(request, pk)
    require(can_manage_streets(request.user, year_of_request(request)))
    consequence = _("Look at both photos first: no face, no number plate, no look into a house may be on them.")
    return confirm_page(
        request,
        pair.clear,
        title=_("Show everybody the photos of %(spot)s?") % {"spot": pair.spot},
        consequence=consequence,
        action=_("Show everybody"),
        done=_("Everybody may see these photos now."),
        to=_home(pair),
    )


@require_POST
def pair_hide(request: HouseRequest, pk: int) -> HttpResponse:
    pair = _pair(request, pk)
    require(can_manage_streets(request.user, year_of_request(request)))
    attempt(request, pair.hide, _("The photos are taken back from the public page."))
    return redirect(_home(pair))


def pair_remove(request: HouseRequest, pk: int) -> HttpResponse:
    pair = _pair(request, pk)
    if pair.cleanup is not None:
        require(pair.cleanup.can_run(request.user))
    elif pair.defect is not None:
        require(pair.defect.can_mend(request.user, year_of_request(request)))
    else:
        raise Http404
    return confirm_page(
        request,
        pair.remove,
        title=_("Remove the photos of %(spot)s?") % {"spot": pair.spot},
        consequence=_("They are deleted for good."),
        action=_("Remove the photos"),
        done=_("Photos removed"),
        to=_home(pair),
        danger=True,
    )


def _home(pair: PhotoPair) -> str:
    return pair.subject.get_absolute_url()
