"""What the views of this app share: the page of a form, of a question, of a list, and the year that a page shows."""

import datetime
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from campaigns.models import Campaign, YearMissing
from core.dates import parse_date
from core.forms import HouseForm, HouseModelForm
from core.models import StateChanged, today

PAGE = 50
Crumb = tuple[str, str]


def form_page(
    request: HttpRequest,
    form: HouseForm | HouseModelForm,
    act: Callable[..., Any],
    *,
    title: str,
    done: str,
    to: str,
    up: Crumb,
    lead: str = "",
) -> HttpResponse:
    """Show the form; when it is valid carry out `act` and go `to`, or to the row that `act` gives back.

    A refusal of the verb stands above what was typed; a step that somebody else took first is told on the way.
    """
    if request.method == "POST" and form.is_valid():
        try:
            result = act(by=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            form.refuse(refusal)
        except StateChanged as refusal:
            messages.error(request, str(refusal))
            return redirect(to)
        else:
            messages.success(request, done)
            return redirect(result if hasattr(result, "get_absolute_url") else to)
    form.cancel_url = to
    return render(request, "campaigns/form.html", {"form": form, "title": title, "up": up, "lead": lead})


def confirm_page(
    request: HttpRequest,
    act: Callable[..., Any],
    *,
    title: str,
    consequence: str,
    action: str,
    done: str,
    to: str,
    danger: bool = False,
) -> HttpResponse:
    """Ask once more, then carry out `act`."""
    if request.method == "POST":
        take_step(request, act, done=done)
        return redirect(to)
    words = {"title": title, "consequence": consequence, "action": action, "back_url": to, "danger": danger}
    return render(request, "campaigns/confirm.html", words)


def take_step(request: HttpRequest, act: Callable[..., Any], *, done: str) -> None:
    """One step without a form; a refusal is told as a message."""
    try:
        act(by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    except StateChanged as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)


def page_of(request: HttpRequest, rows: QuerySet, size: int = PAGE) -> Page:
    return Paginator(rows, size).get_page(request.GET.get("page"))


def day_asked(request: HttpRequest) -> datetime.date | None:
    """`?on=`: the list as it stood at the end of that day."""
    text = request.GET.get("on", "")
    if not text:
        return None
    day = parse_date(text, today().year)
    if day is None:
        raise Http404(_("The address names no day."))
    return day


def show_year(request: HttpRequest, campaign: Campaign | None) -> None:
    """The frame shows the year of the row, so that a page never mixes two."""
    if campaign is not None:
        request.campaign = campaign  # type: ignore[attr-defined]


def year_of_request(request: HttpRequest, *, row_exists: bool = False) -> Campaign:
    """The year that the person works in; while the ward has none, the page that says so (models.YearMissing)."""
    if not request.campaign:  # type: ignore[attr-defined]
        raise YearMissing(row_exists=row_exists)
    return request.campaign  # type: ignore[attr-defined]
