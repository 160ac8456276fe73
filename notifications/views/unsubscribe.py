"""Where the link of a mail leads that wants no more of its kind. The signed link is all the right that it needs."""

from django.contrib.auth.decorators import login_not_required
from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.models import User
from notifications import registry
from notifications.choices import Channel
from notifications.gateways import unsubscribe
from notifications.models import Mute


@login_not_required
@csrf_exempt  # a mail program posts here without ever having seen a page
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def mail_off(request: HttpRequest, token: str) -> HttpResponse:
    """Opening it only asks, as programs open links of mails by themselves; the button, or a mail program's, acts."""
    try:
        wish = unsubscribe.read(token)
    except BadSignature:
        return render(request, "notifications/mail_off_broken.html", status=404)
    person, done = get_object_or_404(User, pk=wish.user), ""
    if request.method == "POST":
        done = "on" if "undo" in request.POST else "off"
        switch = Mute.objects.switch_on if done == "on" else Mute.objects.switch_off
        switch(wish.kinds, Channel.EMAIL, by=person, ward_id=wish.ward)
    context = {"done": done, "labels": [registry.label(kind) for kind in wish.kinds]}
    return render(request, "notifications/mail_off.html", context)
