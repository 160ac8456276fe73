"""What everybody may read, without signing in."""

import datetime

from django.contrib.auth.decorators import login_not_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.models import Ward
from accounts.throttle import address
from beautification import feeds
from beautification.choices import FLAG_DAYS, UNFINISHED, CleanupState
from beautification.models import Photo, PhotoPair, Street
from beautification.views.drawing import drawn
from beautification.views.running import sent
from core import ical
from core.http import HouseRequest
from core.models import today

SHOWN = 6  # days to come, and pairs of photos
DAY = 24 * 3600  # seconds for which a public photo may be kept by others


def _street(ward: str, slug: str) -> Street:
    place = get_object_or_404(Ward.objects.valid_on(today()), slug=ward)
    street = get_object_or_404(Street.objects.filter(ward=place).select_related("registered_with"), slug=slug)
    street.ward = place
    return street


@login_not_required
@require_safe
def public_street(request: HttpRequest, ward: str, slug: str) -> HttpResponse:
    """A street for everybody: when the next clean-ups are, which of the next two weeks is called off, how to follow
    them, and what it looked like before."""
    street = _street(ward, slug)
    called_off = Q(state=CleanupState.CANCELLED, on__lte=today() + datetime.timedelta(days=FLAG_DAYS))
    coming = street.cleanups.filter(Q(state__in=UNFINISHED) | called_off, on__gte=today()).decided()
    pairs = street.photo_pairs.public().prefetch_related("photos").order_by("-cleared_at")
    context = {
        "ward": street.ward,
        "street": street,
        "coming": coming.order_by("on", "part")[:SHOWN],
        "pairs": pairs[:SHOWN],
        "feed_address": feeds.address(street.ward, street),
        "map": drawn(street),
    }
    last = street.assessments.last_by(today()).with_counts().first()
    if last is not None and last.criteria_set.is_verified:
        context |= {"standing": last, "results": last.results.select_related("criterion")}
    return render(request, "beautification/public_street.html", context)


@login_not_required
@require_safe
def public_photo(request: HttpRequest, ward: str, pk: int) -> HttpResponseBase:
    place = get_object_or_404(Ward.objects.valid_on(today()), slug=ward)
    shown = PhotoPair.objects.filter(ward=place).public()
    return sent(request, get_object_or_404(Photo.objects.filter(ward=place, pair__in=shown), pk=pk), public_for=DAY)


@login_not_required
@require_safe
def street_feed(request: HouseRequest, ward: str, slug: str) -> HttpResponse:
    """The clean-ups of a street as a calendar to subscribe to."""
    if ical.asked_too_often(address(request)):
        return ical.wait()
    place = get_object_or_404(Ward, slug=ward)
    street = get_object_or_404(Street.objects.filter(ward=place), slug=slug)
    street.ward = place
    return ical.response(request, feeds.calendar_of(street), street.slug, is_public=True)
