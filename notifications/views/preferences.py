"""A person's own choices: what by which channel, when, and in which browsers."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from core.http import HouseRequest
from notifications.choices import Channel
from notifications.forms.preferences import PreferencesForm
from notifications.gateways import seal
from notifications.models import PushSubscription


def preference_edit(request: HouseRequest) -> HttpResponse:
    form = PreferencesForm(request.POST if request.method == "POST" else None, user=request.user, channels=_offered())
    if form.is_valid():
        form.save(by=request.user, ward=request.ward)
        messages.success(request, _("Your choices are saved."))
        return redirect("notifications:preference_edit")
    browsers = PushSubscription.objects.visible_to(request.user).live().order_by("-since")
    context = {
        "form": form,
        "groups": list(form.groups()),
        "channels": [Channel(channel).label for channel in form.channels],
        "browsers": browsers,
        "push_key": seal.public_key(),
        "hours": settings.MESSAGE_HOURS,
        "offers_gateway": Channel.GATEWAY in form.channels,
    }
    return render(request, "notifications/preference_edit.html", context)


def _offered() -> list[str]:
    """The channels that the portal has; by which of them a person can be reached is said on the page."""
    return [Channel.EMAIL, Channel.PUSH, *([Channel.GATEWAY] if settings.WEBHOOK_URL else [])]
