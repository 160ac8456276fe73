"""Notifications in browsers: the worker that shows them, and which browsers a person has."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.http import HouseRequest
from core.pages import attempt
from notifications.forms.addresses import BrowserForm
from notifications.models import PushSubscription

# The first that is found names it; many browsers say that they are Chrome and Safari too.
BROWSERS = {
    "coc_coc_browser": "Cốc Cốc",
    "Edg": "Edge",
    "OPR": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "Chrome": "Chrome",
    "CriOS": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS": "macOS",
    "Linux": "Linux",
}


@login_not_required
@require_safe
def service_worker(request: HouseRequest) -> HttpResponse:
    """At the root, as a worker rules only what lies under its own address. Browsers ask for it anew each time."""
    content = render_to_string("notifications/sw.js")
    return HttpResponse(content, content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"})


@login_not_required
@require_safe
def manifest(request: HouseRequest) -> JsonResponse:
    """What puts the portal on a phone's home screen; an iPhone shows notifications only from there."""
    facts = {
        "name": "Dân vận khéo",
        "short_name": "Dân vận khéo",
        "lang": "vi",
        "id": "/",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "theme_color": "#ffffff",
        "background_color": "#f5f6f4",
        "icons": [
            {"src": static(f"img/home-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
            for size in (192, 512)
            for purpose in ("any", "maskable")
        ],
    }
    answer = JsonResponse(facts, json_dumps_params={"ensure_ascii": False}, content_type="application/manifest+json")
    answer.headers["Cache-Control"] = "max-age=86400"
    return answer


@require_POST
def browser_add(request: HouseRequest) -> HttpResponse:
    form = BrowserForm(request.POST)
    if form.is_valid():
        done = _("This browser shows notifications from now on.")
        attempt(request, form.save, done, ward=request.ward, device=device(request.headers.get("User-Agent", "")))
    else:
        messages.error(request, str(next(iter(form.errors.values()))[0]))
    return redirect("notifications:preference_edit")


@require_POST
def browser_remove(request: HouseRequest, pk: int) -> HttpResponse:
    browser = get_object_or_404(PushSubscription.objects.visible_to(request.user), pk=pk)
    browser.remove()
    messages.success(request, _("%(browser)s shows no notifications any more.") % {"browser": browser.device})
    return redirect("notifications:preference_edit")


def device(agent: str) -> str:
    """ "Chrome, Android": enough to know one's own browser again."""
    found = [next((name for sign, name in names.items() if sign in agent), "") for names in (BROWSERS, SYSTEMS)]
    return ", ".join(name for name in found if name) or _("Browser")
