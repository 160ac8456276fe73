"""What views share: the page of a form, of a question and of a list, and one attempt at a verb."""

import datetime
from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from core.dates import parse_date
from core.forms import HouseForm, HouseModelForm
from core.http import HouseRequest
from core.models import StateChanged, today

PAGE = 50
Crumb = tuple[str, str]


def attempt(
    request: HttpRequest,
    verb: Callable[..., Any],
    done: Any,
    *,
    form: HouseForm | HouseModelForm | None = None,
    undo_url: str = "",
    **arguments: Any,
) -> bool:
    """Call a verb as this user and say what was done, or why not.

    A refusal stands in the form, if one is given, else in a message; a step that somebody else took first is told by a
    message. done: the sentence, or a function of what the verb gave back. undo_url: an address whose POST takes it
    back; the toast then has a button for it.
    """
    try:
        result = verb(by=request.user, **arguments)
    except ValidationError as refusal:
        if form:
            form.refuse(refusal)
        else:
            messages.error(request, " ".join(refusal.messages))
        return False
    except StateChanged as changed:
        messages.warning(request, str(changed))
        return False
    if said := done(result) if callable(done) else done:
        messages.success(request, said, extra_tags=undo_url)
    return True


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
        made: list[Any] = []

        def keep(**fields: Any) -> None:
            made.append(act(**fields))

        attempt(request, keep, done, form=form, **form.cleaned_data)
        if form.is_valid():
            return redirect(made[0] if made and hasattr(made[0], "get_absolute_url") else to)
    form.cancel_url = to
    return render(request, "core/form.html", {"form": form, "title": title, "up": up, "lead": lead})


def confirm_page(
    request: HouseRequest,
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
        attempt(request, act, done)
        return redirect(to)
    words = {"title": title, "consequence": consequence, "action": action, "back_url": to, "danger": danger}
    return render(request, "core/confirm.html", words)


def page_of(request: HttpRequest, rows: QuerySet | Sequence[Any], size: int = PAGE) -> Page:
    """The page of `?page=`; the first or the last where there is none."""
    return Paginator(rows, size).get_page(request.GET.get("page"))


def day_asked(request: HouseRequest) -> datetime.date | None:
    """`?on=`: the list as it stood at the end of that day."""
    text = request.GET.get("on", "")
    if not text:
        return None
    day = parse_date(text, today().year)
    if day is None:
        raise Http404(_("The address names no day."))
    return day
