"""What everybody may read, without signing in."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.models import Ward
from accounts.throttle import address
from beautification import feeds
from beautification.models import Street
from core import ical
from core.http import HouseRequest


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
