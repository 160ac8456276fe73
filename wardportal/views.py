"""Pages that belong to no app: errors, the components' page, the menu."""

import datetime
import logging
import secrets
import sys
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseServerError
from django.shortcuts import redirect, render
from django.template import loader
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import access
from accounts.models import Unit
from core.guides import guide, news
from core.pages import page_of
from wardportal import navigation, styleguide_samples
from wardportal.guides import PAGES

logger = logging.getLogger(__name__)
CODE_SIGNS = "23456789ACDEFGHJKMNPQRTUVWXY"  # none is mistaken for another on the phone


@login_not_required
@never_cache
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "403_csrf.html", status=403)


@login_not_required
def server_error(request: HttpRequest) -> HttpResponse:
    """The page for a crash: needs no database and gives a code that stands beside the traceback in the log."""
    code = "".join(secrets.choice(CODE_SIGNS) for _sign in range(5))
    logger.error("error %s at %s", code, request.path, exc_info=sys.exc_info())
    return HttpResponseServerError(loader.get_template("500.html").render({"code": code}))


@login_not_required
@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """For pages that name no icon, such as the stock admin's."""
    return redirect(static("img/mark.svg"))


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    if not access.may_enter_admin(request.user):
        raise PermissionDenied(_("The components' page is for the ward's administrators."))
    form = styleguide_samples.SampleForm(request.GET if "title" in request.GET else None)
    samples: dict[str, Any] = styleguide_samples.samples(datetime.date.today())
    page = page_of(request, range(1, 121))
    filters = styleguide_samples.SampleFilter(request.GET, Unit.objects.none(), request=request)
    return render(request, "styleguide.html", samples | {"form": form, "page": page, "filters": filters})


@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    """Where each role begins its day."""
    return redirect(navigation.landing(request.user))


@require_safe
def menu(request: HttpRequest) -> HttpResponse:
    """Every place of this person on one page: "More" on a phone."""
    return render(request, "menu.html")


@require_safe
def help_list(request: HttpRequest) -> HttpResponse:
    """All guides, for whoever looks for one."""
    return render(request, "help_list.html", {"guides": [guide(name) for name in PAGES]})


@require_safe
def help_detail(request: HttpRequest, name: str) -> HttpResponse:
    found = guide(name) if name in PAGES else None
    if found is None:
        raise Http404
    return render(request, "help_detail.html", {"guide": found})


@require_safe
def whats_new(request: HttpRequest) -> HttpResponse:
    return render(request, "whats_new.html", {"news": news()})


@require_POST
def pointers_away(request: HttpRequest) -> HttpResponse:
    """The first pointers have served, or are not wanted."""
    request.user.put_pointers_away()  # type: ignore[union-attr]  # behind sign-in
    return redirect("landing")
